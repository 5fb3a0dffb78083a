"""Whether a selling document came from the shop, which lifts its price floor and has Medusa told of it.

Who writes documents can't say so: what does is the document that it was made from, or a call that has checked who is
asking, and ignores permissions.
"""

import frappe

FIELDS = ("from_ecommerce", "medusa_order_id", "medusa_draft_order_id", "medusa_quotation_id")
# The field in which a document's rows name what they were made from, and what that is.
SOURCES = {
	"Sales Order": ("prevdoc_docname", "Quotation"),
	"Sales Invoice": ("sales_order", "Sales Order"),
	"Delivery Note": ("against_sales_order", "Sales Order"),
}


def validate_medusa_order_id(doc, method: str | None = None) -> None:
	"""Sales Order, before_insert (contract section 2): one made from a shop's Quotation is the shop's order."""
	if _may_claim(doc) and doc.get("medusa_order_id"):
		return
	_take_over(doc)


def set_ecommerce_details_from_sales_order(doc, method: str | None = None) -> None:
	"""Sales Invoice and Delivery Note, before_insert (contract section 2): they are the shop's where one of their
	Sales Orders is; of several the first one's id is kept."""
	_take_over(doc)


def keep_origin(doc, method: str | None = None) -> None:
	"""before_validate: a saved document stays what it is, and an amended one is what it was."""
	if _may_claim(doc):
		return
	before = doc.get_doc_before_save()
	if before:
		_set(doc, before)
	elif doc.doctype not in SOURCES:  # the others had their sources looked at before the insert
		_set(doc, _amended(doc))


def made_from(doc) -> set[str]:
	"""The names of the documents that this one's rows were made from."""
	field, _doctype = SOURCES[doc.doctype]
	return {row.get(field) for row in doc.items} - {None, ""}


def _take_over(doc) -> None:
	names = list(made_from(doc))
	filters = {"name": ("in", names), "from_ecommerce": 1, "medusa_order_id": ("is", "set")}
	_field, source = SOURCES[doc.doctype]
	sources = frappe.get_all(source, filters, ["medusa_order_id"], order_by="creation, name") if names else []
	if sources:
		doc.from_ecommerce = 1
		doc.medusa_order_id = sources[0].medusa_order_id
	elif not _may_claim(doc):
		_set(doc, _amended(doc))


def _may_claim(doc) -> bool:
	return bool(doc.flags.ignore_permissions) or "System Manager" in frappe.get_roles()


def _amended(doc) -> dict:
	fields = [field for field in FIELDS if doc.meta.has_field(field)]
	amended = doc.get("amended_from")
	return (frappe.db.get_value(doc.doctype, amended, fields, as_dict=True) if amended else None) or {}


def _set(doc, values) -> None:
	for field in FIELDS:
		if doc.meta.has_field(field):
			doc.set(field, values.get(field))
