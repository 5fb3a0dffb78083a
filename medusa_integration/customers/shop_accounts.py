"""The shop's accounts, and the passwords that were made for accounts, for log-ins with a code. The passwords
are stored encrypted, as in a Password field of Frappe.

Source: docs/reference.md, "Accounts".
"""

import secrets

import frappe
from frappe.utils.password import (
	get_decrypted_password,
	remove_encrypted_password,
	set_encrypted_password,
)

from medusa_integration.customers import emails, proofs
from medusa_integration.customers.email_codes import DOCTYPE

SHOWN = "*" * 8  # in the field, where a password is stored


def exists(email: str) -> bool:
	"""Whether an e-mail has an account: the Customer or Lead of a customer of the shop has the e-mail, or the
	sign-up was a moment ago.

	:param email: in lower case
	"""
	parties = [*emails.customers_with(email, disabled=True), *emails.leads_with(email)]
	signed_up = frappe.db.get_value(DOCTYPE, email, "medusa_id")
	return bool(signed_up) or any(party.medusa_id and party.get("is_own", True) for party in parties)


def kept_password(email: str) -> str | None:
	"""The password that was made for the account; None where the customer has chosen one."""
	return get_decrypted_password(DOCTYPE, email, "password", raise_exception=False)


def keep_new_password_and_commit(email: str) -> str:
	"""Make and commit a password for an account, before the account is made. After an interrupted sign-up,
	the next one needs the same password."""
	password = secrets.token_urlsafe(24)
	set_encrypted_password(DOCTYPE, email, password, "password")
	frappe.db.set_value(DOCTYPE, email, "password", SHOWN)
	frappe.db.commit()
	return password


def forget_password(email: str) -> None:
	"""Forget a password that isn't the account's."""
	remove_encrypted_password(DOCTYPE, email, "password")
	frappe.db.set_value(DOCTYPE, email, "password", None)


def signed_up(email: str, medusa_id: str) -> None:
	"""Store the id of the customer who has just signed up with a right code: the address is proven to be this
	account's."""
	proofs.prove(email, medusa_id)


def logged_in(email: str, medusa_id: str) -> None:
	"""Note that a right code was used to log in: the address is proven to be this account's.

	:param medusa_id: of the customer in Medusa; "" where Medusa's reply doesn't tell it
	"""
	frappe.db.set_value(DOCTYPE, email, "logged_in", 1)
	proofs.prove(email, medusa_id)
