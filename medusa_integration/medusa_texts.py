"""Texts from Medusa, which any visitor may have typed, as ERPNext accepts them."""

import re

from frappe.utils import validate_email_address, validate_phone_number

from medusa_integration import texts

LONGEST = 140  # characters of a field of the type Data
_CODE = re.compile(r"^[a-z]{2}-", re.IGNORECASE)


def clean(text: str | None, longest: int = LONGEST) -> str:
	"""A text on one line, without control characters and with `‹` and `›` for `<` and `>`. Frappe refuses
	these in names and escapes them elsewhere; a stored text would differ from the one compared with it later.

	:param longest: characters; the rest is cut off
	"""
	return texts.one_line(text, longest)


def email(text: str | None) -> str:
	"""An e-mail address; "" for a text that Frappe refuses as one."""
	address = clean(text, LONGEST + 1)
	is_good = len(address) <= LONGEST and "," not in address and validate_email_address(address) == address
	return address if is_good else ""


def phone(text: str | None) -> str:
	"""A phone number as Contacts have it; "" for a text that Frappe refuses as one."""
	number = clean(text)
	return number if validate_phone_number(number) else ""


def province(text: str | None, country_code: str) -> str:
	"""A state. Medusa's admin stores it as an ISO code (`us-tx`), of which the part for the country is left out."""
	state = clean(text)
	is_code = country_code and _CODE.match(state) and state[:2].upper() == country_code.upper()
	return state[3:].upper() if is_code else state


def nameable(doctype: str, text: str) -> str:
	"""A text that Frappe accepts as a document's name. Frappe refuses `New Customer …`, its own name for
	an unsaved one."""
	return f"new{text[3:]}" if text.startswith(f"New {doctype}") else text
