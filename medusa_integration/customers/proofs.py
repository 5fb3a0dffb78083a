"""Proofs that e-mail addresses belong to the shop's accounts. Medusa accepts any address at a sign-up, so an
address alone links no account to a Customer or a Lead.

Source: docs/reference.md, "Proven e-mails".
"""

import frappe

from medusa_integration import settings
from medusa_integration.customers.email_codes import DOCTYPE


def is_proven(email: str, medusa_id: str) -> bool:
	"""Whether an address is proven to be the account's: the account proved it with a mailed code, or the
	setting *Shop Verifies E-mails* is on.

	:param email: in any case
	:param medusa_id: of the account's customer in Medusa
	"""
	if not (email and email.isascii() and medusa_id):
		return False
	return settings.emails_are_verified() or proven_id(email) == medusa_id


def proven_id(email: str) -> str:
	"""Medusa's id of the account that proved an address with a mailed code; "" where there is none.

	:param email: ASCII, in any case
	"""
	wanted = email.lower()
	row = frappe.db.get_value(DOCTYPE, wanted, ["name", "medusa_id"], as_dict=True)
	return (row.medusa_id or "") if row and row.name == wanted else ""


def prove(email: str, medusa_id: str) -> None:
	"""Store that an account proved an address with a mailed code.

	:param email: in lower case; its Email OTP exists
	:param medusa_id: of the account's customer in Medusa; "" stores no proof
	"""
	if medusa_id:
		frappe.db.set_value(DOCTYPE, email, "medusa_id", medusa_id)
