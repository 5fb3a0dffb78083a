"""Who has an account in the shop, and the passwords that were made for accounts, which are used where somebody logs in with a
code. They are kept encrypted, as Frappe keeps a Password field.

Source: docs/reference.md, "Accounts".
"""

import secrets

import frappe
from frappe.utils.password import (
	get_decrypted_password,
	remove_encrypted_password,
	set_encrypted_password,
)

from medusa_integration.selling import emails, proofs
from medusa_integration.selling.email_codes import DOCTYPE

SHOWN = "*" * 8  # in the field, where a password is kept


def exists(email: str) -> bool:
	"""Whether somebody has an account with an e-mail: the Customer or Lead of a customer of the shop has it, or the sign-up was
	a moment ago.

	:param email: in lower case
	"""
	parties = [*emails.customers_with(email, disabled=True), *emails.leads_with(email)]
	signed_up = frappe.db.get_value(DOCTYPE, email, "medusa_id")
	return bool(signed_up) or any(party.medusa_id for party in parties)


def kept_password(email: str) -> str | None:
	"""The password that was made for the account; None where the customer has chosen it."""
	return get_decrypted_password(DOCTYPE, email, "password", raise_exception=False)


def keep_new_password_and_commit(email: str) -> str:
	"""Make a password for an account that is about to be made. It is committed first: after a sign-up that was cut off, the
	next one needs the same."""
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
	"""Keep the id of the customer who has just signed up with a right code: the address is proven to be this account's."""
	proofs.prove(email, medusa_id)


def logged_in(email: str, medusa_id: str) -> None:
	"""Note that a right code was used to log in: the address is proven to be this account's.

	:param medusa_id: of the customer in Medusa; "" where Medusa's reply doesn't tell it
	"""
	frappe.db.set_value(DOCTYPE, email, "logged_in", 1)
	proofs.prove(email, medusa_id)
