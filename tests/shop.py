"""What the tests ask a Medusa about its shop, and do to it by hand: the same for v2 and v1."""

import json
from collections.abc import Iterator
from datetime import datetime
from fnmatch import fnmatch
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import frappe
import requests
from babel.numbers import get_currency_precision

from medusa_integration.sync.handles import ending

OWN_FIELDS = ("item_code", "brand_name", "short_description", "ranking", "specifications")


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
	"""Medusa's price lists: id, title (as v2 has it), `owner` (v2: None, v1: the item's title), type, status, starts_at,
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


def known_as(medusa, name: str, item_code: str) -> str:
	"""What Medusa knows a Website Item's product by, where that Website Item is gone."""
	return SHOPS[medusa.version].known_as(name, item_code)


def make_price_list(medusa, variant_id: str, amount: float) -> None:
	"""A price list with one price, in OMR, as somebody makes one by hand."""
	values = {"description": "By hand", "type": "override", "status": "active"}
	row = {"variant_id": variant_id, "currency_code": "omr", "amount": amount}
	SHOPS[medusa.version].make_price_list(medusa, values, row)


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


BUYER = "aisha@example.test"
ADDRESS = {"first_name": "Aisha", "last_name": "B", "address_1": "Way 1", "country_code": "om"}
# a quotation of one line, without a product
QUOTATION = {"email": "buyer@example.com", "items": [{"title": "Glove", "quantity": 2, "unit_price": 5}]}


class V2:
	CALLS = {
		"sign-in": "POST /auth/user/emailpass",
		"product": "POST /admin/products/batch",
		"deletion": "POST /admin/products/batch",
		"collection": "POST /admin/collections",
		"price list": "POST /admin/price-lists",
		"price": "POST /admin/price-lists/",
		"stock": "POST /admin/inventory-items/location-levels/batch",
		"order": "POST /admin/orders/",
		"quotation": "POST /admin/draft-orders/",
	}
	REFUSAL = "Invalid email or password"
	MADE = (
		"products", "collections", "price-lists", "inventory-items", "reservations", "customers", "orders",
	)  # fmt: skip

	@staticmethod
	def calls_for(records: int) -> int:
		return 1

	@staticmethod
	def products(medusa) -> list[dict]:
		fields = (
			"id,external_id,title,handle,description,status,discountable,origin_country,collection_id,thumbnail,"
			"metadata,*variants,*images,*collection,*sales_channels"
		)
		return medusa.admin("GET", "/admin/products", params={"limit": 2000, "fields": fields})["products"]

	@staticmethod
	def collections(medusa) -> list[dict]:
		params = {"limit": 1000, "fields": "id,title,handle,external_id,metadata"}
		return medusa.admin("GET", "/admin/collections", params=params)["collections"]

	@staticmethod
	def price_lists(medusa) -> list[dict]:
		variants = medusa.admin("GET", "/admin/product-variants", params={"limit": 5000, "fields": "id,sku"})
		sku = {row["id"]: row["sku"] for row in variants["variants"]}
		lists = medusa.admin("GET", "/admin/price-lists", params={"limit": 1000})["price_lists"]
		params = {"limit": 10000, "fields": "id,amount,currency_code,price_set.variant.id"}
		for each in lists:
			each["owner"] = None
			each["rows"] = medusa.admin("GET", f"/admin/price-lists/{each['id']}/prices", params=params)[
				"prices"
			]
			for row in each["rows"]:
				row["variant_id"] = ((row.get("price_set") or {}).get("variant") or {}).get("id")
				row["sku"] = sku.get(row["variant_id"])
		return lists

	@staticmethod
	def store_price(medusa, product_id: str, currency: str) -> float | None:
		params = {"region_id": medusa.shop["region_id"], "fields": "*variants.calculated_price"}
		product = medusa.store("GET", f"/store/products/{product_id}", params=params)["product"]
		price = product["variants"][0]["calculated_price"]
		return price and price["calculated_amount"]

	@staticmethod
	def whole_products(medusa) -> list[dict]:
		fields = "*,*variants,*variants.options,*options,*images,*tags,*sales_channels,*variants.prices"
		return medusa.admin("GET", "/admin/products", params={"limit": 100, "fields": fields})["products"]

	@staticmethod
	def make_product(medusa, skus, external_id, price, values) -> dict:
		sizes = [f"Size {number}" for number, _sku in enumerate(skus)]
		prices = [{"currency_code": "omr", "amount": price}] if price else []
		variants = [
			{"title": size, "sku": sku, "options": {"Size": size}, "prices": prices}
			for size, sku in zip(sizes, skus, strict=True)
		]
		body = {
			"external_id": external_id,
			"shipping_profile_id": medusa.shop["shipping_profile_id"],
			"options": [{"title": "Size", "values": sizes}],
			"variants": variants,
			**values,
		}
		return medusa.admin("POST", "/admin/products", body)["product"]

	@staticmethod
	def known_as(name: str, item_code: str) -> str:
		return name

	@staticmethod
	def make_price_list(medusa, values: dict, row: dict) -> None:
		medusa.admin("POST", "/admin/price-lists", {"title": "By hand", "prices": [row], **values})

	@staticmethod
	def write_price(medusa, price_list: str, row: dict) -> None:
		what = "update" if "id" in row else "create"
		medusa.admin("POST", f"/admin/price-lists/{price_list}/prices/batch", {what: [row]})

	@staticmethod
	def delete_price(medusa, price_list: str, price: str) -> None:
		medusa.admin("POST", f"/admin/price-lists/{price_list}/prices/batch", {"delete": [price]})

	@staticmethod
	def quantities(medusa) -> dict[str, int]:
		return {sku: level["stocked_quantity"] if level else 0 for sku, _item, level in V2._levels(medusa)}

	@staticmethod
	def set_quantity(medusa, sku: str, quantity: int) -> None:
		((item, level),) = ((item, level) for each, item, level in V2._levels(medusa) if each == sku)
		row = {
			"inventory_item_id": item,
			"location_id": medusa.shop["stock_location_id"],
			"stocked_quantity": quantity,
		}
		path = "/admin/inventory-items/location-levels/batch"
		medusa.admin("POST", path, {"update" if level else "create": [row]})

	@staticmethod
	def _levels(medusa) -> Iterator[tuple[str, str, dict | None]]:
		"""Of every variant its sku, its inventory item's id, and its level at the shop's location."""
		fields = "sku,inventory_items.inventory_item_id,*inventory_items.inventory.location_levels"
		reply = medusa.admin("GET", "/admin/product-variants", params={"limit": 5000, "fields": fields})
		for variant in reply["variants"]:
			for row in variant["inventory_items"]:
				levels = {level["location_id"]: level for level in row["inventory"]["location_levels"]}
				yield variant["sku"], row["inventory_item_id"], levels.get(medusa.shop["stock_location_id"])

	@staticmethod
	def make_order(medusa, metadata: dict) -> str:
		draft = V2.make_quotation(medusa, metadata)["medusa_draft_order_id"]
		return medusa.admin("POST", f"/admin/draft-orders/{draft}/convert-to-order")["order"]["id"]

	@staticmethod
	def order_told(medusa, id: str) -> dict:
		params = {"fields": "id,metadata"}
		return medusa.admin("GET", f"/admin/orders/{id}", params=params)["order"]["metadata"] or {}

	@staticmethod
	def tell_order(medusa, id: str, values: dict) -> None:
		medusa.admin("POST", f"/admin/orders/{id}", {"metadata": values})

	@staticmethod
	def make_quotation(medusa, metadata: dict | None = None) -> dict[str, str]:
		where = {key: medusa.shop[key] for key in ("region_id", "sales_channel_id")}
		body = {**QUOTATION, **where, "metadata": metadata or {}}
		draft = medusa.admin("POST", "/admin/draft-orders", body)["draft_order"]
		return {"medusa_draft_order_id": draft["id"], "medusa_quotation_id": "quot_1"}

	@staticmethod
	def quotation_told(medusa, fields: dict[str, str]) -> dict:
		return V2.order_told(medusa, fields["medusa_draft_order_id"])

	@staticmethod
	def buy(medusa, variant_id: str) -> dict:
		login = {"email": BUYER, "password": "buyerpass1"}
		token = requests.post(f"{medusa.url}/auth/customer/emailpass/register", json=login).json()["token"]
		headers = {
			"Authorization": f"Bearer {token}",
			"x-publishable-api-key": medusa.shop["publishable_key"],
		}
		customer = {"email": BUYER}
		requests.post(f"{medusa.url}/store/customers", json=customer, headers=headers).raise_for_status()
		cart = {
			"region_id": medusa.shop["region_id"],
			"email": BUYER,
			"shipping_address": ADDRESS,
			"items": [{"variant_id": variant_id, "quantity": 2}],
		}
		cart = medusa.store("POST", "/store/carts", cart)["cart"]["id"]
		params = {"cart_id": cart}
		options = medusa.store("GET", "/store/shipping-options", params=params)["shipping_options"]
		medusa.store("POST", f"/store/carts/{cart}/shipping-methods", {"option_id": options[0]["id"]})
		payment = medusa.store("POST", "/store/payment-collections", params)["payment_collection"]["id"]
		provider = {"provider_id": "pp_system_default"}
		medusa.store("POST", f"/store/payment-collections/{payment}/payment-sessions", provider)
		return medusa.store("POST", f"/store/carts/{cart}/complete")["order"]


class V1:
	CALLS = {
		"sign-in": "POST /admin/auth/token",
		"product": "POST /admin/products",
		"deletion": "DELETE /admin/products/",
		"collection": "POST /admin/collections",
		"price list": "POST /admin/price-lists",
		"price": "POST /admin/price-lists",
		"stock": "POST /admin/products/*/variants/",
		"order": "POST /store/order-update",
		"quotation": "POST /store/quotation-update",
	}
	REFUSAL = "Unauthorized"
	MADE = ("products", "collections", "variants", "price-lists", "customers", "orders", "draft-orders")

	@staticmethod
	def calls_for(records: int) -> int:
		return records

	@staticmethod
	def products(medusa) -> list[dict]:
		params = {"limit": 2000, "expand": "variants,images,collection,sales_channels"}
		rows = medusa.admin("GET", "/admin/products", params=params)["products"]
		items = frappe.get_all(
			"Website Item", fields=["name", "medusa_id"], order_by="name", limit_page_length=0
		)
		for row in rows:
			row["external_id"] = _name_of(row, items)
			row["metadata"] = {**(row["metadata"] or {}), **{field: row[field] for field in OWN_FIELDS}}
		return rows

	@staticmethod
	def collections(medusa) -> list[dict]:
		rows = medusa.admin("GET", "/admin/collections", params={"limit": 1000})["collections"]
		rows = [medusa.admin("GET", f"/admin/collections/{row['id']}")["collection"] for row in rows]
		return [{**row, "external_id": row["title"]} for row in rows]

	@staticmethod
	def price_lists(medusa) -> list[dict]:
		params = {"limit": 1000, "expand": "prices,prices.variants"}
		lists = medusa.admin("GET", "/admin/price-lists", params=params)["price_lists"]
		return [
			{
				**each,
				"title": _title(each),
				"owner": each["name"],
				"rows": [
					{
						**row,
						"sku": row["variants"][0]["sku"] if row["variants"] else None,
						"variant_id": row["variants"][0]["id"] if row["variants"] else None,
						"amount": _major_units(row),
					}
					for row in each["prices"]
				],
			}
			for each in lists
		]

	@staticmethod
	def store_price(medusa, product_id: str, currency: str) -> float | None:
		params = {"region_id": medusa.shop["region_id"]}
		product = medusa.store("GET", f"/store/products/{product_id}", params=params)["product"]
		amount = product["variants"][0].get("calculated_price")
		return amount and _major_units({"amount": amount, "currency_code": currency})

	@staticmethod
	def whole_products(medusa) -> list[dict]:
		expand = "variants,variants.options,variants.prices,options,images,tags,sales_channels"
		return medusa.admin("GET", "/admin/products", params={"limit": 100, "expand": expand})["products"]

	@staticmethod
	def make_product(medusa, skus, external_id, price, values) -> dict:
		prices = [_minor_units({"currency_code": "omr", "amount": price})] if price else []
		variants = [
			{"title": f"Size {sku}", "sku": sku, "options": [{"value": f"Size {sku}"}], "prices": prices}
			for sku in skus
		]
		own = {"handle": f"made-by-hand-{ending(external_id)}"} if external_id else {}
		body = {"options": [{"title": "Size"}], "variants": variants, **own, **values}
		return medusa.admin("POST", "/admin/products", body)["product"]

	@staticmethod
	def known_as(name: str, item_code: str) -> str:
		return item_code

	@staticmethod
	def make_price_list(medusa, values: dict, row: dict) -> None:
		body = {"name": "By hand", "prices": [_minor_units(row)], **values}
		medusa.admin("POST", "/admin/price-lists", body)

	@staticmethod
	def write_price(medusa, price_list: str, row: dict) -> None:
		medusa.admin("POST", f"/admin/price-lists/{price_list}", {"prices": [_minor_units(row)]})

	@staticmethod
	def delete_price(medusa, price_list: str, price: str) -> None:
		medusa.admin("DELETE", f"/admin/price-lists/{price_list}/prices/batch", {"price_ids": [price]})

	@staticmethod
	def quantities(medusa) -> dict[str, int]:
		rows = medusa.admin("GET", "/admin/variants", params={"limit": 5000})["variants"]
		return {row["sku"]: row["inventory_quantity"] for row in rows}

	@staticmethod
	def set_quantity(medusa, sku: str, quantity: int) -> None:
		rows = medusa.admin("GET", "/admin/variants", params={"limit": 5000})["variants"]
		(row,) = (row for row in rows if row["sku"] == sku)
		path = f"/admin/products/{row['product_id']}/variants/{row['id']}"
		medusa.admin("POST", path, {"inventory_quantity": quantity})

	@staticmethod
	def make_order(medusa, metadata: dict) -> str:
		body = {**QUOTATION, "region_id": medusa.shop["region_id"], "shipping_methods": []}
		draft = medusa.admin("POST", "/admin/draft-orders", {**body, "metadata": metadata})["draft_order"][
			"id"
		]
		return medusa.admin("POST", f"/admin/draft-orders/{draft}/pay")["order"]["id"]

	@staticmethod
	def order_told(medusa, id: str) -> dict:
		return medusa.admin("GET", f"/admin/orders/{id}")["order"]["metadata"] or {}

	@staticmethod
	def tell_order(medusa, id: str, values: dict) -> None:
		medusa.admin("POST", "/store/order-update", values, {"order_id": id})

	@staticmethod
	def make_quotation(medusa) -> dict[str, str]:
		"""Nothing to make: quotations are the storefront's own, and it takes any id."""
		return {"medusa_draft_order_id": "dorder_1", "medusa_quotation_id": f"quot_{frappe.generate_hash()}"}

	@staticmethod
	def quotation_told(medusa, fields: dict[str, str]) -> dict:
		"""Its id is in the address, and what is None is none, as on v2."""
		id = fields["medusa_quotation_id"]
		stored = medusa.postgres.execute(f"select body from quotation where id = '{id}'", "medusa")
		if not stored:
			return {}
		told = {key: value for key, value in json.loads(stored).items() if value is not None}
		return {"quotation_id": id, **told}

	@staticmethod
	def buy(medusa, variant_id: str) -> dict:
		cart = {
			"region_id": medusa.shop["region_id"],
			"items": [{"variant_id": variant_id, "quantity": 2}],
		}
		cart = medusa.store("POST", "/store/carts", cart)["cart"]["id"]
		medusa.store("POST", f"/store/carts/{cart}", {"email": BUYER, "shipping_address": ADDRESS})
		option = medusa.store("GET", f"/store/shipping-options/{cart}")["shipping_options"][0]["id"]
		medusa.store("POST", f"/store/carts/{cart}/shipping-methods", {"option_id": option})
		medusa.store("POST", f"/store/carts/{cart}/payment-sessions")
		medusa.store("POST", f"/store/carts/{cart}/payment-session", {"provider_id": "manual"})
		order = medusa.store("POST", f"/store/carts/{cart}/complete")["data"]
		currency = order["currency_code"]
		total, tax = (
			_major_units({"amount": order[key] or 0, "currency_code": currency})
			for key in ("total", "tax_total")
		)
		return {"id": order["id"], "total": total, "tax_total": tax, "currency_code": currency}


SHOPS = {"v2": V2, "v1": V1}


def _name_of(row: dict, items: list) -> str | None:
	"""Whose product one of v1's is: who knows its id, else whose name its handle ends with."""
	for item in items:
		if item.medusa_id == row["id"]:
			return item.name
	for item in items:
		if f"-{row['handle']}".endswith(f"-{ending(item.name)}"):
			return item.name
	return None


def _major_units(row: dict) -> float:
	return row["amount"] / 10 ** get_currency_precision(row["currency_code"].upper())


def _minor_units(row: dict) -> dict:
	return {
		**row,
		"amount": round(row["amount"] * 10 ** get_currency_precision(row["currency_code"].upper())),
	}


def _title(price_list: dict) -> str:
	"""As v2's lists are called: the ERPNext price list and the window."""
	zone = ZoneInfo(frappe.utils.get_system_timezone())
	start, end = (
		moment and datetime.fromisoformat(moment.replace("Z", "+00:00")).astimezone(zone).date()
		for moment in (price_list["starts_at"], price_list["ends_at"])
	)
	window = f", {start or '…'} – {end or '…'}" if start or end else ""
	return price_list["description"] + window
