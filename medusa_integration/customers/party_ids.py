"""The ids that link Customers and Leads to the shop's customers. Only the integration writes the ids, because
they alone decide which of the shop's customers a document belongs to.

Source: docs/reference.md, "Customers".
"""

import frappe
from frappe import _

from medusa_integration.customers import emails
from medusa_integration.customers.emails import MAIN
from medusa_integration.prices import price_events

# The last one holds the values last copied from Medusa, as JSON: customers/copied_values.py.
FIELDS = ("medusa_id", "t_c_acceptance", "medusa_copied_values")
DOCTYPES = ("Customer", "Lead")


def keep_party_ids(doc, method: str | None = None) -> None:
	"""Customer and Lead, before_validate: undo a save's changes to the integration's fields, `medusa_id`,
	`t_c_acceptance`, `medusa_copied_values` and a Customer's `medusa_main_customer`, see "Custom fields". A new
	document has none, also when imported, copied or made from another one. A stored document keeps its values.

	Source: docs/reference.md, "Document events".
	"""
	doc.update(dict.fromkeys(_fields(doc.doctype)) if doc.is_new() else stored(doc.doctype, doc.name))


def _fields(doctype: str) -> tuple[str, ...]:
	return (*FIELDS, MAIN) if doctype == "Customer" else FIELDS


def stored(doctype: str, name: str) -> frappe._dict:
	"""The fields as they are committed; the row stays locked. Sign-ups don't change `modified`, so Frappe accepts the save
	of a form that was opened before."""
	found = frappe.db.get_value(doctype, name, _fields(doctype), as_dict=True, for_update=True)
	return found or frappe._dict()


def write(doctype: str, name: str, medusa_id: str, accepted: bool | int | None) -> None:
	"""Link a Customer or a Lead to the shop's customer, past `keep_party_ids`.

	:param accepted: the shop's terms and conditions
	:raises frappe.UniqueValidationError: where another document has the id
	"""
	values = {"medusa_id": medusa_id, "t_c_acceptance": int(bool(accepted))}
	try:
		frappe.db.set_value(doctype, name, values, update_modified=False)
	except Exception as error:
		if not frappe.db.is_unique_key_violation(error):
			raise
		frappe.throw(
			_("Another {0} is linked to the customer {1} of the shop.").format(_(doctype), medusa_id),
			frappe.UniqueValidationError,
			title=_("Already linked"),
		)
	if doctype == "Customer":
		price_events.customers_moved([name])


def accept(doctype: str, name: str) -> None:
	"""Note that a linked Customer or Lead has accepted the shop's terms and conditions, past `keep_party_ids`."""
	if not frappe.db.get_value(doctype, name, "t_c_acceptance"):
		frappe.db.set_value(doctype, name, "t_c_acceptance", 1, update_modified=False)


def holder(doctype: str, medusa_id: str, *, committed: bool = False) -> str | None:
	"""The Customer or Lead with this id. Ids are compared exactly here: MariaDB ignores case and accents.

	:param committed: read commits made since the transaction began, too; the row stays locked
	"""
	row = frappe.db.get_value(
		doctype, {"medusa_id": medusa_id}, ("name", "medusa_id"), as_dict=True, for_update=committed
	)
	return row.name if row and row.medusa_id == medusa_id else None


def party_after_rename(doc, method=None, old=None, new=None, merge=False) -> None:
	"""Customer and Lead, after_rename: after a merge, link the remaining document to the customer of the shop
	that the merged one was linked to. The merge is refused where both are linked. Where the merged one was a
	guest's, the guest's next order belongs to the remaining one.

	:raises frappe.ValidationError: where each of the two is linked to another customer of the shop

	Source: docs/reference.md, "Document events".
	"""
	if not merge:
		return
	merged, remaining = stored(doc.doctype, old), stored(doc.doctype, new)
	if doc.doctype == "Customer":
		_keep_guest(old, new)
	if not merged.medusa_id:
		return
	if remaining.medusa_id:
		frappe.throw(
			_(
				"{0} and {1} are linked to different customers of the shop, and one {2} can't be both. Where one of the two was deleted in Medusa, press Medusa > Unlink Deleted Account in its form first; else keep them apart."
			).format(frappe.bold(old), frappe.bold(new), _(doc.doctype)),
			title=_("Two customers of the shop"),
		)
	frappe.db.set_value(doc.doctype, old, "medusa_id", None, update_modified=False)
	write(doc.doctype, new, merged.medusa_id, merged.t_c_acceptance)
	values = {"medusa_copied_values": merged.medusa_copied_values}
	frappe.db.set_value(doc.doctype, new, values, update_modified=False)


def _keep_guest(old: str, new: str) -> None:
	"""Let the Contacts of a guest's Customer stand for the guest in the Customer that it is merged into."""
	fields = ["customer_group", "medusa_id", "lead_name", "email_id", "customer_primary_contact"]
	merged = frappe.db.get_value("Customer", old, fields, as_dict=True)
	if not emails.is_guests(merged):
		return
	contact = merged.customer_primary_contact
	shown = (merged.email_id, contact and frappe.db.get_value("Contact", contact, "email_id"))
	emails.mark_guests(new, {each.lower() for each in shown if each})


def clear(doctype: str, name: str) -> None:
	"""Unlink a Customer or a Lead from the shop's customer, past `keep_party_ids`."""
	frappe.db.set_value(doctype, name, {**dict.fromkeys(FIELDS), "t_c_acceptance": 0})
