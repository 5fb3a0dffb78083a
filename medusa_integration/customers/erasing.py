"""Erase a person's data where Frappe's Personal Data Deletion Request can't: it finds documents by e-mail, and the shop's reviews,
wishlists and votes have the account's id. What it can redact by e-mail is in `user_data_fields` of hooks.py.

Source: docs/reference.md, "Personal data".
"""

import frappe

from medusa_integration.customers import copied_values
from medusa_integration.products.customer_rows import REVIEW, WISH
from medusa_integration.products.review_votes import DOCTYPE as VOTE

CODES = "Email OTP"
EMAIL_FIELDS = {"Lead": "email_id", "Customer": "email_id", "Contact": "email_id", CODES: "email"}
# Read-only copies of the primary Contact's, which Frappe can't redact.
CUSTOMER_FIELDS = ("email_id", "mobile_no", "first_name", "last_name", "primary_address", copied_values.FIELD)


def erase_customer_rows(doc, method: str | None = None) -> None:
	"""Personal Data Deletion Request, on_update: once Frappe redacts a person's data, take the person's name and words off the
	shop's reviews, and delete its wishlist, its votes, its codes and what a Customer and a Lead have copied, see "Personal data".

	Source: docs/reference.md, "Document events".
	"""
	if doc.get("deletion_steps"):  # Frappe adds them before it redacts the first document.
		_erase(doc.email)


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


def _account_ids(email: str) -> list[str]:
	"""Medusa's ids of the accounts with this e-mail."""
	found = {
		id
		for doctype, field in EMAIL_FIELDS.items()
		for id in frappe.get_all(doctype, {field: email, "medusa_id": ("is", "set")}, pluck="medusa_id")
	}
	return sorted(found)
