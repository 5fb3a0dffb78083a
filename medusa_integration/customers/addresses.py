"""The Addresses of a Customer or Lead: found, compared and made. Medusa's addresses are in
addresses_from_medusa.py, the storefront's in addresses_from_storefront.py.

Source: docs/reference.md, "Customers".
"""

from collections.abc import Callable, Iterable

import frappe
from frappe.model.document import Document
from frappe.utils import cstr

from medusa_integration import texts
from medusa_integration.customers import whose_documents
from medusa_integration.customers.shop_customers import Party

LONGEST_LINE = 240  # characters of a street; as in the DocType
LONGEST_TITLE = 120  # leaves room for the type and a number in the Address's name
CONTENTS = ("address_line1", "address_line2", "city", "state", "country", "pincode", "phone", "email_id")
# The flag of the preferred Address of each type.
PREFERRED = {"Billing": "is_primary_address", "Shipping": "is_shipping_address"}
TITLES = {"Customer": "customer_name", "Lead": "lead_name"}


def linked(party: Party, **filters) -> list[frappe._dict]:
	"""The Addresses of a party whose fields have these values, with their contents, the oldest first."""
	link, address = frappe.qb.DocType("Dynamic Link"), frappe.qb.DocType("Address")
	fields = ("name", "address_title", "address_type", "is_primary_address", *CONTENTS)
	query = (
		frappe.qb.from_(link)
		.join(address)
		.on((address.name == link.parent) & (link.parenttype == "Address"))
		.select(*(address[field] for field in fields))
		.where((link.link_doctype == party.doctype) & (link.link_name == party.name))
		.orderby(address.creation, address.name)
	)
	for field, value in filters.items():
		query = query.where(address[field] == value)
	return query.run(as_dict=True)


def shared(party: Party, addresses: Iterable[frappe._dict]) -> set[str]:
	"""The names of those of a party's Addresses that belong to another party too."""
	filters = {"parenttype": "Address", "parent": ("in", [each.name for each in addresses])}
	links = frappe.get_all("Dynamic Link", filters, ["parent", "link_doctype", "link_name"])
	return {link.parent for link in whose_documents.links_to_others(links, party)}


def has_values(address: Document | frappe._dict, values: dict, key: Callable = cstr) -> bool:
	"""Whether an Address has these values, each compared by its key."""
	return all(key(address.get(field)) == key(value) for field, value in values.items())


def new(party: Party, address_type: str, values: dict, *, title: str = "", is_preferred: bool) -> Document:
	"""An Address of a party, to be inserted.

	:param address_type: Billing or Shipping
	:param title: "": the party's name
	:param is_preferred: whether it is the preferred one of its type
	"""
	title = title or frappe.db.get_value(party.doctype, party.name, TITLES[party.doctype]) or party.name
	return frappe.get_doc(
		{
			"doctype": "Address",
			"address_title": texts.one_line(title, LONGEST_TITLE),
			"address_type": address_type,
			PREFERRED[address_type]: int(is_preferred),
			"links": [{"link_doctype": party.doctype, "link_name": party.name}],
			**values,
		}
	)
