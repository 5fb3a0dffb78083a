"""Counting and clearing the ids that came from Medusa. Nothing changes in Medusa; the next export finds the shop's records
by their external ids.

Source: docs/reference.md, "Bulk operations".
"""

import frappe

from medusa_integration.delivery import documents
from medusa_integration.operations import queueing
from medusa_integration.prices import price_state
from medusa_integration.products.variant_payloads import SENT
from medusa_integration.sync.kinds import ID_FIELDS


def clear_all_website_item_id() -> int:
	"""Clear the product and variant ids of Website Items and Items, and the values kept from the last
	sending. Commits in parts.

	The ids of price rows stay, to be sent again. Each belongs to one Medusa price list, and without these ids
	the same shop would get each price twice.

	:returns: the number of Website Items
	"""
	_clear("Item", _linked("Item"), "medusa_stock")
	_unsettle_all_prices()
	sent = ("medusa_hash", "medusa_handle", "medusa_stock", "medusa_synced_on", "medusa_status", SENT)
	return _clear("Website Item", _linked("Website Item"), *sent)


def clear_all_item_group_id() -> int:
	"""Clear the collection ids of Item Groups. Commits in parts. Returns their number."""
	return _clear("Item Group", _linked("Item Group"))


def clear_all_website_image_id() -> int:
	"""Clear the ids of Files, and the values kept from the products' last sending: the next sending
	includes the pictures. Commits in parts. Returns the number of Files."""
	_clear("Website Item", _names("Website Item", {"medusa_hash": ("is", "set")}), "medusa_hash", links=False)
	return _clear("File", _linked("File"))


def clear_all_item_price_id() -> int:
	"""Clear the price list and price ids of Item Prices. The Website Items keep the ids of the price rows, as in
	`clear_all_website_item_id`. Commits in parts. Returns the number of Item Prices."""
	_unsettle_all_prices()
	return _clear("Item Price", _linked("Item Price"))


def clear_all_ids() -> dict[str, int]:
	"""Clear all ids that came from Medusa. Returns `{DocType: number}`, as `count_links` did before."""
	return {
		"Website Item": clear_all_website_item_id(),
		"Item Group": clear_all_item_group_id(),
		"Item Price": clear_all_item_price_id(),
		"File": clear_all_website_image_id(),
	}


def count_links() -> dict[str, int]:
	"""`{DocType: how many documents of it have an id from Medusa}`."""
	doctypes = ("Website Item", "Item Group", "Item Price", "File")
	return {doctype: len(_linked(doctype)) for doctype in doctypes}


def _linked(doctype: str) -> list[str]:
	either = {field: ("is", "set") for field in ID_FIELDS[doctype]}
	return frappe.get_all(doctype, or_filters=either, pluck="name", order_by="name")


def _unsettle_all_prices() -> None:
	kept = {"medusa_prices": ("is", "set")}
	places = ("Website Item", "Item")
	keys = [price_state.key_of(doctype, name) for doctype in places for name in _names(doctype, kept)]
	for part in frappe.utils.create_batch(keys, queueing.PART):
		# The ids of the price rows stay, and their amounts are unsure; states that can't be read are cleared.
		states = price_state.locked(part)
		price_state.write({key: {**known, "unsure": True} if known else {} for key, known in states.items()})
		frappe.db.commit()  # Saves wait for the rows that are locked here.


def _clear(doctype: str, names: list[str], *fields: str, links: bool = True) -> int:
	cleared = dict.fromkeys((*(ID_FIELDS[doctype] if links else ()), *fields))
	for part in frappe.utils.create_batch(names, queueing.PART):
		documents.write_alike(doctype, part, cleared)
		frappe.db.commit()  # Saves wait for the rows that are locked here.
	return len(names)


def _names(doctype: str, filters: dict) -> list[str]:
	return frappe.get_all(doctype, filters=filters, pluck="name", order_by="name")
