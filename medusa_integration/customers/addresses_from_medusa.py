"""Medusa's addresses as Addresses of a Customer, found again by their contents.

Source: docs/reference.md, "Customers from Medusa".
"""

from dataclasses import dataclass, replace

import frappe
from frappe import _
from frappe.contacts.doctype.address.address import get_address_display
from frappe.utils import cstr

from medusa_integration import make_once, medusa_texts, texts
from medusa_integration.customers import addresses, contacts
from medusa_integration.customers.addresses import LONGEST_LINE, LONGEST_TITLE, PREFERRED
from medusa_integration.customers.shop_customers import Party
from medusa_integration.delivery.blocked import Blocked
from medusa_integration.medusa.order import Address

ATTENTION = "Attn: "  # before the name of a person who isn't the Customer


@dataclass(frozen=True)
class Place:
	"""An address in ERPNext's terms.

	:param values: of the fields of the Address that are compared
	"""

	values: dict[str, str]
	email: str = ""
	company: str = ""
	person: str = ""

	@property
	def title(self) -> str:
		"""The addressee: a company, else a person."""
		return self.company or self.person

	def at(self, customer_name: str) -> "Place":
		"""The place as an Address of a Customer. ERPNext prints the Customer's name above an Address, and no
		title of the Address: other names are written into the second line."""
		own = _key(customer_name)
		company = self.company if _key(self.company) != own else ""
		person = f"{ATTENTION}{self.person}" if self.person and _key(self.person) != own else ""
		names = ", ".join(filter(None, (company, person)))[:LONGEST_LINE]
		if not names:
			return self
		line2 = self.values["address_line2"][: max(LONGEST_LINE - len(names) - 2, 0)].strip(" ,")
		return replace(self, values={**self.values, "address_line2": ", ".join(filter(None, (line2, names)))})


def place_of(address: Address | None, email: str, country_code: str = "") -> Place | None:
	"""An address of Medusa's in ERPNext's terms; None for one with no more than a name and a country.

	ERPNext needs a street and a city. A missing street is replaced by the address's second line, else by a
	dash; a missing city by the state, else by the country. The end of a street that is too long is written into the
	second line.

	:param country_code: for an address without one
	:raises Blocked: where the address has no country, or one that ERPNext lacks
	"""
	if not address:
		return None
	line1, line2 = _lines(address)
	city, pincode = medusa_texts.clean(address.city), medusa_texts.clean(address.postal_code)
	if not (line1 or city or pincode):
		return None
	country = _country(address.country_code or country_code)
	state = medusa_texts.province(address.province, address.country_code)
	values = {
		"address_line1": line1 or "-",
		"address_line2": line2,
		"city": city or state or country,
		"state": state,
		"pincode": pincode,
		"country": country,
		"phone": medusa_texts.phone(address.phone),
	}
	person = medusa_texts.clean(f"{address.first_name} {address.last_name}", LONGEST_TITLE)
	company = medusa_texts.clean(address.company, LONGEST_TITLE)
	return Place(values, email, company, person if _key(person) != _key(company) else "")


def _lines(address: Address) -> tuple[str, str]:
	"""The street and the second line. The end of a long street stands before the second line."""
	street, line2 = texts.one_line(address.address_1), texts.one_line(address.address_2)
	if not street:
		street, line2 = line2, ""
	if len(street) <= LONGEST_LINE:
		return street, medusa_texts.clean(line2, LONGEST_LINE)
	end = street.rfind(" ", LONGEST_LINE // 2, LONGEST_LINE + 1)
	end = end if end > 0 else LONGEST_LINE
	rest = ", ".join(filter(None, (street[end:].strip(), line2)))
	return street[:end].strip(), medusa_texts.clean(rest, LONGEST_LINE)


def _country(code: str) -> str:
	if not code:
		raise Blocked(_("An address has no country. Add it in Medusa, then Retry."))
	found = frappe.db.get_value("Country", {"code": code.lower()})
	if not found:
		raise Blocked(
			_("ERPNext has no Country with the code {0}. Make one, then Retry.").format(
				medusa_texts.clean(code, 20)
			)
		)
	return found


def address_of(customer: str, place: Place, address_type: str, *, is_kept: bool = False) -> str:
	"""The customer's enabled Address with the same contents, of any type; made where there is none. Of
	several, one with the same title, then one of that type, then the oldest. An Address in another's name
	isn't the same.

	:param address_type: Billing or Shipping
	:param is_kept: whether the Customer's preferred Addresses stay as they are: the order is a guest's
	"""
	place = place.at(_name(customer))
	found = _find(customer, place, address_type)
	if not found:
		contacts.must_be_new(customer, "Address")
		found = _make(customer, place, address_type, is_preferred=not is_kept)
	if address_type == "Billing" and not is_kept:
		_make_primary(customer, found)
	return found


def _find(customer: str, place: Place, address_type: str) -> str | None:
	"""As `address_of`; None where there is none."""
	in_country = addresses.linked(Party("Customer", customer), disabled=0, country=place.values["country"])
	same = [each for each in in_country if _is_same(each, place, _name(customer))]
	same.sort(
		key=lambda each: (_key(each.address_title) != _key(place.title), each.address_type != address_type)
	)
	return same[0].name if same else None


def _name(customer: str) -> str:
	return frappe.db.get_value("Customer", customer, "customer_name") or ""


def with_id(medusa_id: str) -> str | None:
	"""The Address with the id of a Medusa address. The id has to be exactly the same: MariaDB ignores
	case."""
	row = frappe.db.get_value("Address", {"medusa_id": medusa_id}, ["name", "medusa_id"], as_dict=True)
	return row.name if row and row.medusa_id == medusa_id else None


def adopt(customer: str, source: Address, place: Place) -> None:
	"""Write a Medusa address's id to the customer's Address with the same contents; made where there is
	none. An Address with another Medusa id keeps that. One that belongs to others too gets none: Medusa's
	changes aren't copied to it."""
	address_type = "Shipping" if source.is_default_shipping and not source.is_default_billing else "Billing"
	# A Customer that got another name keeps the Addresses in its former one.
	own = place.at(_name(customer))
	name = _find(customer, own, address_type) or _find(customer, place, address_type)
	if not name:
		contacts.must_be_new(customer, "Address")
		is_default = source.is_default_billing or source.is_default_shipping
		name = _make(customer, own, address_type, is_preferred=is_default, medusa_id=source.id)
	elif not (doc := frappe.get_doc("Address", name)).medusa_id and not contacts.is_others(doc, customer):
		frappe.db.set_value("Address", name, "medusa_id", source.id, update_modified=False)
	if address_type == "Billing":
		_make_primary(customer, name)


def _make(customer: str, place: Place, address_type: str, *, is_preferred: bool, **values) -> str:
	"""Make an Address of a Customer.

	:param is_preferred: make it the preferred one of its type, unless there is another, which may be shared
		with others
	"""
	party = Party("Customer", customer)
	flag = {PREFERRED[address_type]: 1}
	is_preferred = is_preferred and not addresses.linked(party, disabled=0, **flag)
	values |= {**place.values, "email_id": place.email}
	doc = addresses.new(party, address_type, values, title=place.title, is_preferred=is_preferred)
	return make_once.insert(doc, medusa_texts.nameable("Address", f"{doc.address_title}-{_(address_type)}"))


def _make_primary(customer: str, address: str) -> None:
	"""Make an Address the primary one of a Customer that has none, with ERPNext's display of it."""
	if frappe.db.get_value("Customer", customer, "customer_primary_address"):
		return
	display = get_address_display(frappe.get_doc("Address", address).as_dict())
	values = {"customer_primary_address": address, "primary_address": display}
	frappe.db.set_value("Customer", customer, values, update_modified=False)


def _is_same(address: frappe._dict, place: Place, customer_name: str) -> bool:
	"""Whether an Address has a place's contents, ignoring case. The title may differ if the place is in
	the Customer's name."""
	if not addresses.has_values(address, place.values, _key):
		return False
	return not place.title or _key(place.title) in (_key(address.address_title), _key(customer_name))


def _key(text) -> str:
	return medusa_texts.clean(cstr(text), LONGEST_LINE).casefold()
