"""shop.py's questions in Medusa v1's terms."""

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import frappe
from babel.numbers import get_currency_precision

from medusa_integration.medusa.handles import ending
from tests.medusa.visitor import ADDRESS, BUYER, QUOTATION

OWN_FIELDS = ("item_code", "brand_name", "short_description", "ranking", "specifications")


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
			row["external_id"] = name_of(row, items)
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
		return [{**each, "title": list_title(each), **V1._rows(each)} for each in lists]

	@staticmethod
	def _rows(price_list: dict) -> dict:
		"""A price list's rows, and whose they are."""
		rows = []
		for row in price_list["prices"]:
			variant = row["variants"][0] if row["variants"] else {"sku": None, "id": None}
			ids = {"sku": variant["sku"], "variant_id": variant["id"]}
			rows.append({**row, **ids, "amount": major_units(row)})
		return {"rows": rows, "owner": rows[0]["sku"] if rows else None}

	@staticmethod
	def store_price(medusa, product_id: str, currency: str) -> float | None:
		params = {"region_id": medusa.shop["region_id"]}
		product = medusa.store("GET", f"/store/products/{product_id}", params=params)["product"]
		amount = product["variants"][0].get("calculated_price")
		return amount and major_units({"amount": amount, "currency_code": currency})

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
	def set_base_prices(medusa, product_id: str, variant_id: str, amounts: dict) -> None:
		rows = [
			_minor_units({"currency_code": currency, "amount": amount})
			for currency, amount in amounts.items()
		]
		medusa.admin("POST", f"/admin/products/{product_id}/variants/{variant_id}", {"prices": rows})

	@staticmethod
	def base_prices(medusa, product_id: str, variant_id: str) -> dict:
		params = {"id[]": [product_id], "expand": "variants.prices"}
		(product,) = medusa.admin("GET", "/admin/products", params=params)["products"]
		rows = [row for row in product["variants"][0]["prices"] if not row["price_list_id"]]
		return {row["currency_code"]: major_units(row) for row in rows}

	@staticmethod
	def known_as(name: str, item_code: str) -> str:
		return item_code

	@staticmethod
	def make_price_list(medusa, title: str, values: dict, row: dict) -> None:
		body = {"name": title, "prices": [_minor_units(row)], **values}
		medusa.admin("POST", "/admin/price-lists", body)

	@staticmethod
	def sell_in(medusa, currencies: tuple[str, ...]) -> None:
		there = {row["code"] for row in medusa.admin("GET", "/admin/store")["store"]["currencies"]}
		for code in there - {*currencies}:
			medusa.admin("DELETE", f"/admin/store/currencies/{code}")
		for code in {*currencies} - there:
			medusa.admin("POST", f"/admin/store/currencies/{code}", {})

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
			major_units({"amount": order[key] or 0, "currency_code": currency})
			for key in ("total", "tax_total")
		)
		return {"id": order["id"], "total": total, "tax_total": tax, "currency_code": currency}


def name_of(row: dict, items: list) -> str | None:
	"""Whose product one of v1's is: who knows its id, else whose name its handle ends with."""
	for item in items:
		if item.medusa_id == row["id"]:
			return item.name
	for item in items:
		if f"-{row['handle']}".endswith(f"-{ending(item.name)}"):
			return item.name
	return None


def major_units(row: dict) -> float:
	return row["amount"] / 10 ** get_currency_precision(row["currency_code"].upper())


def _minor_units(row: dict) -> dict:
	return {
		**row,
		"amount": round(row["amount"] * 10 ** get_currency_precision(row["currency_code"].upper())),
	}


def list_title(price_list: dict) -> str:
	"""As v2's lists are called: the ERPNext price list and the window."""
	zone = ZoneInfo(frappe.utils.get_system_timezone())
	start, end = (
		moment and datetime.fromisoformat(moment.replace("Z", "+00:00")).astimezone(zone).date()
		for moment in (price_list["starts_at"], price_list["ends_at"])
	)
	window = f", {start or '…'} – {end or '…'}" if start or end else ""
	return price_list["description"] + window
