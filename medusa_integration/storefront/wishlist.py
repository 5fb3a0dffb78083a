"""The storefront's calls about wishlists.

Source: docs/reference.md, "Reviews and wishlists".
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Annotated, Literal

import frappe
from frappe import _
from frappe.query_builder.functions import Max
from pydantic import BeforeValidator, Field
from typing_extensions import TypedDict

from medusa_integration import child_rows
from medusa_integration.customers import shop_customers
from medusa_integration.products.customer_rows import DOCTYPE, WISH, WISHES, place
from medusa_integration.storefront import product_ids
from medusa_integration.storefront.access import trusted
from medusa_integration.storefront.arguments import MOST_LINES, CustomerId, Flag, ProductId
from medusa_integration.storefront.cards import Card, cards
from medusa_integration.storefront.errors import bad_request
from medusa_integration.window.shown_items import is_shown

# Documented messages, so they aren't translated.
ADDED = "Customer added to wishlist"
REMOVED = "Customer removed from wishlist"
IS_THERE = "Customer already in wishlist"
IS_NOT_THERE = "Customer not in wishlist"
NO_ITEM = "Item not found"


def _listed(value):
	"""A list of ids. A single id needs no list, and a form may send the list as JSON text."""
	if isinstance(value, str):
		return json.loads(value) if value.strip().startswith("[") else [value]
	return value


ProductIds = Annotated[
	list[ProductId],
	BeforeValidator(_listed, json_schema_input_type=list[ProductId] | ProductId),
	Field(min_length=1, max_length=MOST_LINES),
]


class Wished(TypedDict):
	item_code: ProductId
	status: Literal["success", "skipped", "error"]
	message: Annotated[str, Field(examples=[ADDED])]


@trusted("POST")
def handle_wishlist(
	item_codes: ProductIds,
	customer_id: CustomerId,
	is_add: Annotated[Flag, Field(examples=[1])] = 0,
	is_remove: Annotated[Flag, Field(examples=[0])] = 0,
) -> list[Wished]:
	"""Put products on a customer's wishlist, or take them off. Exactly one of `is_add` and `is_remove` is 1.

	:param item_codes: Medusa's ids of the products, or a single one
	:param customer_id: the customer who has the wishlist
	:param is_add: 1 to put the products on it
	:param is_remove: 1 to take the products off it
	:returns: the outcome of each product, in the order in which they were sent
	:raises BadRequest: both or none of `is_add` and `is_remove`
	"""
	if is_add == is_remove:
		bad_request(_("Exactly one of is_add and is_remove has to be 1."))
	ids = list(dict.fromkeys(item_codes))
	names = product_ids.website_items(ids, lock=True)
	there = _wishing(customer_id, names.values())
	changed = [name for name in names.values() if (name in there) != bool(is_add)]
	if is_add:
		_add(changed, customer_id)
	else:
		frappe.db.delete(WISH, {"name": ("in", [row for name in changed for row in there[name]] or [""])})
	for name in changed:
		frappe.clear_document_cache(DOCTYPE, name)
	return [_outcome(id, names.get(id), set(changed), is_add) for id in ids]


def _wishing(customer_id: str, names: Iterable[str]) -> dict[str, list[str]]:
	"""`{Website Item: its rows of the customer}`, of the products on the customer's wishlist."""
	row = frappe.qb.DocType(WISH)
	rows = (
		frappe.qb.from_(row)
		.select(row.parent, row.name, row.medusa_customer_id)
		.where((row.parenttype == DOCTYPE) & row.parent.isin(list(names) or [""]))
		.where(row.medusa_customer_id == customer_id)
		.run()
	)
	there = defaultdict(list)
	for parent, name, customer in rows:
		if customer == customer_id:  # MariaDB ignores case and accents.
			there[parent].append(name)
	return there


def _add(names: list[str], customer_id: str) -> None:
	row = frappe.qb.DocType(WISH)
	last = (
		frappe.qb.from_(row)
		.select(row.parent, Max(row.idx))
		.where((row.parenttype == DOCTYPE) & row.parent.isin(names or [""]))
		.groupby(row.parent)
		.run()
	)
	idx = {parent: (number or 0) + 1 for parent, number in last}
	wished = ({**place(name, WISHES, idx.get(name, 1)), "medusa_customer_id": customer_id} for name in names)
	child_rows.add(WISH, wished)


def _outcome(id: str, name: str | None, changed: set[str], is_add: int) -> Wished:
	if not name:
		return {"item_code": id, "status": "error", "message": NO_ITEM}
	if name in changed:
		return {"item_code": id, "status": "success", "message": ADDED if is_add else REMOVED}
	return {"item_code": id, "status": "skipped", "message": IS_THERE if is_add else IS_NOT_THERE}


MOST = 200


@trusted("GET", "POST", shows_products=True)
def get_wishlist(customer_id: CustomerId) -> list[Card]:
	"""The products on a customer's wishlist, the last ones first, up to 200. Products that the storefront
	doesn't show are left out.

	:param customer_id: the customer who has the wishlist
	:returns: the cards; none for a customer who has no wishlist
	"""
	row, page = frappe.qb.DocType(WISH), frappe.qb.DocType(DOCTYPE)
	rows = (
		frappe.qb.from_(row)
		.join(page)
		.on(page.name == row.parent)
		.select(page.name, row.medusa_customer_id)
		.where((row.parenttype == DOCTYPE) & (row.medusa_customer_id == customer_id) & is_shown(page))
		.orderby(row.creation, order=frappe.qb.desc)
		.orderby(row.name)
		.limit(MOST)
		.run()
	)
	names = [name for name, customer in rows if customer == customer_id]  # MariaDB ignores case and accents.
	return cards(names, shop_customers.find(customer_id))
