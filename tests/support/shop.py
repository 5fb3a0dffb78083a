"""What the tests ask a Medusa about its shop, and do to it by hand: the same for v2 and v1."""

from fnmatch import fnmatch
from urllib.parse import urlsplit

import frappe

from tests.support.shop_v1 import V1
from tests.support.shop_v2 import V2

SHOPS = {"v2": V2, "v1": V1}


def product_rows(medusa) -> list[dict]:
	"""All products, with `external_id`, and the fields that Medusa has no column for in `metadata`, as on v2."""
	return SHOPS[medusa.version].products(medusa)


def products(medusa) -> dict[str, dict]:
	"""Medusa's products by external id; that of foreign ones is None."""
	return {row["external_id"]: row for row in product_rows(medusa)}


def collection_rows(medusa) -> list[dict]:
	"""All collections, with their Item Groups' names as `external_id`."""
	return SHOPS[medusa.version].collections(medusa)


def collections(medusa) -> dict[str, dict]:
	"""Medusa's collections by their Item Groups' names."""
	return {row["external_id"]: row for row in collection_rows(medusa)}


def price_lists(medusa) -> list[dict]:
	"""Medusa's price lists: id, title (as v2 has it), `owner` (v2: None, v1: the item's sku), type, status, starts_at,
	ends_at, and `rows`: id, sku, variant_id, currency_code, amount in major units."""
	return SHOPS[medusa.version].price_lists(medusa)


def prices(medusa) -> dict[str, list[tuple]]:
	"""Medusa's price list rows by sku: (price list title, currency, amount), sorted."""
	found: dict[str, list] = {}
	for each in price_lists(medusa):
		for row in each["rows"]:
			found.setdefault(row["sku"], []).append((each["title"], row["currency_code"], row["amount"]))
	return {sku: sorted(rows) for sku, rows in found.items()}


def store_price(medusa, product_id: str, currency: str = "omr") -> float | None:
	"""What a visitor of the shop is asked for a product, in major units."""
	return SHOPS[medusa.version].store_price(medusa, product_id, currency)


def everything_of(medusa) -> dict[str, dict]:
	"""All that Medusa knows of its products, by their ids, but for when they were changed and by which external id."""
	rows = SHOPS[medusa.version].whole_products(medusa)
	return {row["id"]: {**row, "external_id": None, "updated_at": None} for row in rows}


def make_product(
	medusa, *skus: str, external_id: str | None = None, price: float | None = None, **values
) -> dict:
	"""A product as somebody makes one by hand, with a variant for each sku; one of ours, if it has an external id.

	:param price: of each variant, in OMR
	"""
	values = {"title": "Made by hand", "sales_channels": [{"id": medusa.shop["sales_channel_id"]}], **values}
	return SHOPS[medusa.version].make_product(medusa, skus, external_id, price, values)


def set_base_prices(medusa, product: dict, **amounts: float) -> None:
	"""Replace the base prices of a product's first variant, in major units by currency, as somebody does by hand."""
	SHOPS[medusa.version].set_base_prices(medusa, product["id"], product["variants"][0]["id"], amounts)


def base_prices(medusa, product: dict) -> dict[str, float]:
	"""The base prices of a product's first variant, in major units by currency."""
	return SHOPS[medusa.version].base_prices(medusa, product["id"], product["variants"][0]["id"])


def delete_price_lists(medusa) -> None:
	"""Delete all price lists, as somebody does by hand."""
	for each in price_lists(medusa):
		medusa.admin("DELETE", f"/admin/price-lists/{each['id']}")


def known_as(medusa, name: str, item_code: str) -> str:
	"""What Medusa knows a Website Item's product by, where that Website Item is gone."""
	return SHOPS[medusa.version].known_as(name, item_code)


def make_price_list(medusa, variant_id: str, amount: float, title: str = "By hand", **values) -> None:
	"""A price list with one price, in OMR, as somebody makes one by hand.

	:param values: of the list, as its status
	"""
	values = {"description": "By hand", "type": "override", "status": "active", **values}
	row = {"variant_id": variant_id, "currency_code": "omr", "amount": amount}
	SHOPS[medusa.version].make_price_list(medusa, title, values, row)


def sell_in(medusa, *currencies: str) -> None:
	"""Have the store sell in these currencies only, the first being its default one."""
	SHOPS[medusa.version].sell_in(medusa, currencies)


def delete_price(medusa, sku: str) -> None:
	"""Delete an sku's one row of the price lists, as somebody does by hand."""
	price_list, row = _price_of(medusa, sku)
	SHOPS[medusa.version].delete_price(medusa, price_list, row["id"])


def change_price(medusa, sku: str, amount: float) -> None:
	"""Change an sku's one row of the price lists, as somebody does by hand."""
	price_list, row = _price_of(medusa, sku)
	change = {"id": row["id"], "variant_id": row["variant_id"], "currency_code": row["currency_code"]}
	SHOPS[medusa.version].write_price(medusa, price_list, {**change, "amount": amount})


def add_price(medusa, sku: str, amount: float, currency: str = "omr") -> None:
	"""Add another row where an sku has its one, as somebody does by hand."""
	price_list, row = _price_of(medusa, sku)
	new = {"variant_id": row["variant_id"], "currency_code": currency, "amount": amount}
	SHOPS[medusa.version].write_price(medusa, price_list, new)


def _price_of(medusa, sku: str) -> tuple[str, dict]:
	((price_list, row),) = (
		(each["id"], row) for each in price_lists(medusa) for row in each["rows"] if row["sku"] == sku
	)
	return price_list, row


# --- stock


def quantities(medusa) -> dict[str, int]:
	"""What Medusa has of each sku, at the shop's own location; 0 where it was told nothing."""
	return SHOPS[medusa.version].quantities(medusa)


def set_quantity(medusa, sku: str, quantity: int) -> None:
	"""Change what Medusa has of an sku, as somebody does by hand."""
	SHOPS[medusa.version].set_quantity(medusa, sku, quantity)


# --- orders and quotations


def make_order(medusa, **metadata) -> str:
	"""A visitor's order, by way of a quotation that was accepted; its id."""
	return SHOPS[medusa.version].make_order(medusa, metadata)


def order_told(medusa, id: str) -> dict:
	"""What an order says beside its own fields."""
	return SHOPS[medusa.version].order_told(medusa, id)


def tell_order(medusa, id: str, **values) -> None:
	"""Have an order say something else, as somebody does by hand."""
	SHOPS[medusa.version].tell_order(medusa, id, values)


def make_quotation(medusa) -> dict[str, str]:
	"""A visitor's quotation: the fields of ERPNext's that name it."""
	return SHOPS[medusa.version].make_quotation(medusa)


def quotation_told(medusa, fields: dict[str, str]) -> dict:
	"""What Medusa was told of a quotation that `make_quotation` made."""
	return SHOPS[medusa.version].quotation_told(medusa, fields)


# --- visitors


def buy(medusa, variant_id: str) -> dict:
	"""A new customer's order for two pieces: id, total and tax_total in major units, currency_code."""
	return SHOPS[medusa.version].buy(medusa, variant_id)


def is_empty(medusa) -> bool:
	"""Whether there is nothing left of what tests and visitors make."""
	return not any(medusa.admin("GET", f"/admin/{path}")["count"] for path in SHOPS[medusa.version].MADE)


# --- calls


def call(medusa, what: str) -> str:
	"""The "METHOD path" of the calls that do something, as the proxy's rules take it. `what` is one of: sign-in, product,
	deletion, collection, price list, price, stock, order, quotation."""
	return SHOPS[medusa.version].CALLS[what]


def calls(medusa, what: str) -> int:
	"""How many calls of a kind Medusa has got, by the request log."""
	frappe.db.commit()
	rows = frappe.get_all("Medusa Request Log", fields=["method", "url"], order_by=None, limit_page_length=0)
	made = [f"{row.method} {urlsplit(row.url).path}" for row in rows]
	return sum(fnmatch(each, call(medusa, what) + "*") for each in made)


def calls_for(medusa, records: int) -> int:
	"""In how many calls that many products, prices or quantities go: v1 has no batches."""
	return SHOPS[medusa.version].calls_for(records)


def refusal(medusa) -> str:
	"""Medusa's words for a wrong password."""
	return SHOPS[medusa.version].REFUSAL
