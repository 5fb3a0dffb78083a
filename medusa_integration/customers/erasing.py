"""Erase a person's data where Frappe's Personal Data Deletion Request can't: it finds documents by e-mail, and the shop's reviews,
wishlists and votes have the account's id. What it can redact by e-mail is in `user_data_fields` of hooks.py.

Source: docs/reference.md, "Personal data".
"""

import frappe

from medusa_integration.customers import copied_values
from medusa_integration.products.customer_rows import REVIEW, WISH
from medusa_integration.products.review_votes import DOCTYPE as VOTE

CODES = "Email OTP"
REDACTED = "[REDACTED]"  # as Frappe writes
NAMES = ("first_name", "middle_name", "last_name", "full_name")
EMAIL_FIELDS = {"Lead": "email_id", "Customer": "email_id", "Contact": "email_id", CODES: "email"}
# Read-only copies of the primary Contact's, which Frappe can't redact.
CUSTOMER_FIELDS = ("email_id", "mobile_no", "first_name", "last_name", "primary_address", copied_values.FIELD)


def erase_customer_rows(doc, method: str | None = None) -> None:
	"""Personal Data Deletion Request, on_update: once Frappe redacts a person's data, take the person's name and words off the
	shop's reviews, and delete its wishlist, its votes, its codes and what a Customer and a Lead have copied, see "Personal data".

	Source: docs/reference.md, "Document events".
	"""
	if doc.email and doc.get("deletion_steps"):  # Frappe adds them before it redacts the first document.
		_erase(doc.email)
		_erase_contacts(doc.email, doc.name)


def _erase(email: str) -> None:
	ids = _account_ids(email)
	if ids:
		of_account = {"medusa_id": ("in", ids)}
		frappe.db.set_value(REVIEW, of_account, {"name1": None, "review": None, "medusa_id": None})
		for doctype in (WISH, VOTE):
			frappe.db.delete(doctype, {"medusa_customer_id": ("in", ids)})
	of_person = {"email_id": email}
	frappe.db.set_value("Lead", of_person, copied_values.FIELD, None, update_modified=False)
	meta = frappe.get_meta("Customer")
	emptied = {field: None for field in CUSTOMER_FIELDS if meta.has_field(field)}
	frappe.db.set_value("Customer", of_person, emptied, update_modified=False)
	for name in frappe.get_all(CODES, {"email": email}, pluck="name"):
		frappe.delete_doc(CODES, name, ignore_permissions=True, force=True, delete_permanently=True)


def _erase_contacts(email: str, new_name: str) -> None:
	"""Frappe leaves a Contact's further phones, and gives all Contacts with the e-mail one name, which fails at the second.

	:param new_name: which Frappe gives to the first Contact, and as the person's e-mail
	"""
	contacts = frappe.get_all("Contact", {"email_id": email}, pluck="name", order_by="creation asc, name asc")
	if contacts:
		frappe.db.delete("Contact Phone", {"parenttype": "Contact", "parent": ("in", contacts)})
	meta = frappe.get_meta("Contact")
	words = {field: REDACTED for field in NAMES if meta.has_field(field)}
	values = {**words, "email_id": new_name, "phone": None, "mobile_no": None}
	for number, name in enumerate(contacts[1:], 2):
		frappe.db.set_value("Contact", name, values)
		frappe.db.set_value("Contact Email", {"parent": name, "email_id": email}, "email_id", new_name)
		frappe.rename_doc("Contact", name, f"{new_name}-{number}", force=True, show_alert=False)


def _account_ids(email: str) -> list[str]:
	"""Medusa's ids of the accounts with this e-mail."""
	found = {
		id
		for doctype, field in EMAIL_FIELDS.items()
		for id in frappe.get_all(doctype, {field: email, "medusa_id": ("is", "set")}, pluck="medusa_id")
	}
	return sorted(found)
