"""The storefront's addresses as Addresses of a Customer or Lead.

An Address linked to several parties isn't changed, because another customer uses it too. A Lead and the
Customer made from it count as one party.

Source: docs/reference.md, "Customers".
"""

from typing import Annotated

import frappe
from frappe import _
from frappe.utils import cint, cstr
from pydantic import Field
from typing_extensions import TypedDict

from medusa_integration import texts
from medusa_integration.customers import addresses
from medusa_integration.customers.addresses import CONTENTS, LONGEST_LINE
from medusa_integration.customers.shop_customers import Party

LONGEST_DATA = 140
NEEDED = ("address_line1", "city", "country")
# Fields of an Address that have another name in BillingAddress.
RENAMED = {"email": "email_id"}

Line = Annotated[str | None, Field(max_length=LONGEST_LINE)]
Word = Annotated[str | None, Field(max_length=LONGEST_DATA)]


class BadAddress(frappe.ValidationError):
	"""An unknown country, a missing or an unreadable value."""

	http_status_code = 400


class BillingAddress(TypedDict, total=False):
	"""A billing address, as the shop sends it."""

	address_line1: Annotated[Line, Field(examples=["12 Harbour Street"])]
	address_line2: Line
	city: Annotated[Word, Field(examples=["Muscat"])]
	state: Word
	country: Annotated[Word, Field(description="its name or ISO code", examples=["OM"])]
	pincode: Annotated[Word, Field(examples=["100"])]
	phone: Word
	email: Word
	is_default: Annotated[bool | None, Field(description="the customer's default billing address")]


def set_billing_address(party: Party, address: BillingAddress) -> str:
	"""Store a billing address of a party in an Address. The default address updates the primary Address in
	place, or is made as one. Another address is made, unless the party has it already.

	:returns: the Address's name
	:raises BadAddress: for an unknown country, missing or unreadable values
	"""
	frappe.db.get_value(party.doctype, party.name, "name", for_update=True)  # two calls make one Address
	values = cleaned(address)
	existing = own_addresses(party, address_type="Billing")
	contents = {**dict.fromkeys(CONTENTS, ""), **values}
	same = next((each for each in existing if addresses.has_values(each, contents)), None)
	if not cint(address.get("is_default")):
		return same.name if same else _make(party, values, is_primary=False)
	default = next((each for each in existing if each.is_primary_address), None)
	if default:
		return update(default.name, values)
	# ERPNext would unset a primary Address that the party shares with another customer.
	is_primary = not has_shared(party, is_primary_address=1)
	if same:
		return update(same.name, {"is_primary_address": int(is_primary)})
	return _make(party, values, is_primary=is_primary)


def update(name: str, values: dict) -> str:
	"""Write fields of an Address, unless they have these values already."""
	doc = frappe.get_doc("Address", name, for_update=True)
	if addresses.has_values(doc, values):
		return name
	doc.update(values)
	_check_needed(doc)
	doc.save(ignore_permissions=True)
	return name


def cleaned(address: BillingAddress | dict) -> dict[str, str]:
	"""The sent fields of an Address, made harmless and without surrounding spaces; the country by its name.

	:raises BadAddress: for an unknown country, control characters and texts that are too long
	"""
	sent = {RENAMED.get(key, key): value for key, value in address.items() if value is not None}
	values = {field: _text(field, sent[field]) for field in CONTENTS if field in sent}
	if values.get("country"):
		values["country"] = _country(values["country"])
	return values


def _country(text: str) -> str:
	"""The name of a Country.

	:param text: its name or its ISO code of two letters
	:raises BadAddress: for an unknown one
	"""
	found = frappe.db.get_value("Country", text) or frappe.db.get_value("Country", {"code": text.lower()})
	if not found:
		_refuse(
			_("There is no country {0}: send its name in English, or its ISO code of two letters.").format(
				text
			)
		)
	return found


def own_addresses(party: Party, **filters) -> list[frappe._dict]:
	"""The enabled Addresses that are the party's alone; the primary one first, then the oldest."""
	linked = addresses.linked(party, disabled=0, **filters)
	shared = addresses.shared(party, linked)
	own = [each for each in linked if each.name not in shared]
	return sorted(own, key=lambda each: -each.is_primary_address)


def has_shared(party: Party, **filters) -> bool:
	"""Whether an Address of the party belongs to another party too."""
	return bool(addresses.shared(party, addresses.linked(party, **filters)))


def _make(party: Party, values: dict[str, str], *, is_primary: bool) -> str:
	doc = addresses.new(party, "Billing", values, is_preferred=is_primary)
	_check_needed(doc)
	return doc.insert(ignore_permissions=True).name


def _check_needed(doc) -> None:
	missing = [field for field in NEEDED if not doc.get(field)]
	if missing:
		_refuse(_("The address lacks {0}.").format(", ".join(missing)))


def _text(field: str, value) -> str:
	text = texts.without_turning(cstr(value)).strip()
	if any(map(texts.is_control, text)):
		_refuse(_("{0} must not have control characters or line breaks.").format(field))
	longest = LONGEST_LINE if field.startswith("address_line") else LONGEST_DATA
	if len(text) > longest:
		_refuse(_("{0} may have {1} characters at most.").format(field, longest))
	return texts.one_line(text)


def _refuse(message: str) -> None:
	frappe.throw(message, BadAddress, title=_("Address refused"))
