"""Numbers for taxes that a customer has typed into the shop. The shop doesn't check them, so that ERPNext's own
number is never overwritten, and a comment marks one that was taken over.

Source: docs/reference.md, "Texts without a field".
"""

import frappe
from frappe import _
from frappe.utils import cstr, escape_html

from medusa_integration.customers.copied_values import Values, newer


def of(customer: str) -> str:
	return cstr(frappe.db.get_value("Customer", customer, "tax_id"))


def fill(customer: str, tax_id: str) -> None:
	"""Give a number to a Customer without one."""
	if tax_id and not of(customer):
		_write(customer, tax_id)


def follow(customer: str, last: Values, new: Values) -> None:
	"""Copy a number that the customer has changed in the shop, unless a user has changed it in ERPNext."""
	present, tax_id = of(customer), new["tax_id"]
	if newer({"tax_id": present}, last, new).get("tax_id"):
		_write(customer, tax_id)
	elif tax_id not in ("", present, last.get("tax_id")):
		_tell(
			customer,
			_("The Tax ID {0} was entered in the shop. It isn't verified, and wasn't taken over."),
			tax_id,
		)


def _write(customer: str, tax_id: str) -> None:
	frappe.db.set_value("Customer", customer, "tax_id", tax_id, update_modified=False)
	_tell(customer, _("The Tax ID {0} was entered in the shop and isn't verified."), tax_id)


def _tell(customer: str, words: str, tax_id: str) -> None:
	text = words.format(escape_html(tax_id))
	frappe.get_doc("Customer", customer).add_comment("Comment", text)
