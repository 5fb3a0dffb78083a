"""Whether a selling document came from the shop. Such a document has no price floor, and its status is sent
to Medusa.

A user who may write documents can't set the origin. It comes from the document that this one was made from,
from a System Manager, or from code that ignores permissions because it has checked the caller itself.

Source: docs/reference.md, "Documents from the shop".
"""

import frappe

from medusa_integration.isolation import latest_rows

FIELDS = (
	"from_ecommerce",
	"medusa_order_id",
	"medusa_exchange_id",
	"medusa_draft_order_id",
	"medusa_quotation_id",
)
# Ids of a document's counterpart in Medusa; an amended document has the same one.
IDS = ("medusa_fulfillment_id", "medusa_return_id", "medusa_refund_id")
# Only one Payment Entry has it: an amended one gets it when it is submitted.
TRANSACTION = "medusa_transaction_id"
# The field in which a document's rows name their source document, and its DocType.
SOURCES = {
	"Sales Order": ("prevdoc_docname", "Quotation"),
	"Sales Invoice": ("sales_order", "Sales Order"),
	"Delivery Note": ("against_sales_order", "Sales Order"),
}


def validate_medusa_order_id(doc, method: str | None = None) -> None:
	"""Sales Order, before_insert: mark an order made from a shop's Quotation as the shop's, with the
	Quotation's `medusa_order_id`.

	Source: docs/reference.md, "Document events".
	"""
	if _may_claim(doc) and doc.get("medusa_order_id"):
		return
	_take_over(doc)


def set_ecommerce_details_from_sales_order(doc, method: str | None = None) -> None:
	"""Sales Invoice and Delivery Note, before_insert: mark a document as the shop's where one of its Sales
	Orders is, by `from_ecommerce` and `medusa_order_id`. Of several orders the document gets the first one's
	id.

	Source: docs/reference.md, "Document events".
	"""
	_take_over(doc)


def keep_origin(doc, method: str | None = None) -> None:
	"""Selling documents and Payment Entry, before_validate: a saved document keeps its origin, and an amended
	one has that of the document which it amends, see "Documents from the shop".

	Source: docs/reference.md, "Document events".
	"""
	before = doc.get_doc_before_save()
	if not before and doc.get("amended_from"):
		_set(doc, {}, (TRANSACTION,))
	if _may_claim(doc):
		return
	_set(doc, before or _amended(doc, IDS), IDS)
	_set(doc, before or {}, (TRANSACTION,))
	if before:
		_set(doc, before)
	elif doc.doctype not in SOURCES:  # the others take theirs from their sources, before the insert
		_set(doc, _amended(doc))


def take_over_transaction(doc, method: str | None = None) -> None:
	"""Payment Entry, before_submit: move the id of Medusa's capture or refund from the cancelled entry to the
	amended one.

	Source: docs/reference.md, "Document events".
	"""
	if not doc.get("amended_from") or doc.get(TRANSACTION):
		return
	# Frappe looks at amended_from when a document is inserted, and a draft may name another one later.
	cancelled = {"name": doc.amended_from, "docstatus": 2}
	with latest_rows():
		id = frappe.db.get_value(doc.doctype, cancelled, TRANSACTION, for_update=True)
		if id:
			frappe.db.set_value(doc.doctype, doc.amended_from, TRANSACTION, None, update_modified=False)
	if id:
		doc.set(TRANSACTION, id)


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


def _amended(doc, fields: tuple[str, ...] = FIELDS) -> dict:
	fields = [field for field in fields if doc.meta.has_field(field)]
	amended = doc.get("amended_from") if fields else None
	return (frappe.db.get_value(doc.doctype, amended, fields, as_dict=True) if amended else None) or {}


def _set(doc, values, fields: tuple[str, ...] = FIELDS) -> None:
	for field in fields:
		if doc.meta.has_field(field):
			doc.set(field, values.get(field))
