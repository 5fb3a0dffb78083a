"""What the tests ask a Medusa about its shop: the same questions and answers for v2 and v1."""

from datetime import datetime
from zoneinfo import ZoneInfo

import frappe
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
	ends_at, and `rows`: id, sku, currency_code, amount in major units."""
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


def make_product(medusa, *skus: str, external_id: str | None = None, **values) -> dict:
	"""A product as somebody makes one by hand, with a variant for each sku; one of ours, if it has an external id."""
	return SHOPS[medusa.version].make_product(medusa, skus, external_id, values)


def delete_price(medusa, price_list: str, price: str) -> None:
	"""Delete a price list's row, as somebody does by hand."""
	SHOPS[medusa.version].delete_price(medusa, price_list, price)


class V2:
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
				row["sku"] = sku.get(((row.get("price_set") or {}).get("variant") or {}).get("id"))
		return lists

	@staticmethod
	def store_price(medusa, product_id: str, currency: str) -> float | None:
		params = {"region_id": medusa.shop["region_id"], "fields": "*variants.calculated_price"}
		product = medusa.store("GET", f"/store/products/{product_id}", params=params)["product"]
		price = product["variants"][0]["calculated_price"]
		return price and price["calculated_amount"]

	@staticmethod
	def make_product(medusa, skus, external_id, values) -> dict:
		sizes = [f"Size {number}" for number, _sku in enumerate(skus)]
		variants = [
			{"title": size, "sku": sku, "options": {"Size": size}, "prices": []}
			for size, sku in zip(sizes, skus, strict=True)
		]
		body = {
			"title": "Made by hand",
			"external_id": external_id,
			"options": [{"title": "Size", "values": sizes}],
			"variants": variants,
			**values,
		}
		return medusa.admin("POST", "/admin/products", body)["product"]

	@staticmethod
	def delete_price(medusa, price_list: str, price: str) -> None:
		medusa.admin("POST", f"/admin/price-lists/{price_list}/prices/batch", {"delete": [price]})


class V1:
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
	def make_product(medusa, skus, external_id, values) -> dict:
		variants = [
			{"title": f"Size {sku}", "sku": sku, "options": [{"value": f"Size {sku}"}], "prices": []}
			for sku in skus
		]
		own = {"handle": f"made-by-hand-{ending(external_id)}"} if external_id else {}
		body = {
			"title": "Made by hand", "options": [{"title": "Size"}], "variants": variants, **own, **values,
		}  # fmt: skip
		return medusa.admin("POST", "/admin/products", body)["product"]

	@staticmethod
	def delete_price(medusa, price_list: str, price: str) -> None:
		medusa.admin("DELETE", f"/admin/price-lists/{price_list}/prices/batch", {"price_ids": [price]})


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


def _title(price_list: dict) -> str:
	"""As v2's lists are called: the ERPNext price list and the window."""
	zone = ZoneInfo(frappe.utils.get_system_timezone())
	start, end = (
		moment and datetime.fromisoformat(moment.replace("Z", "+00:00")).astimezone(zone).date()
		for moment in (price_list["starts_at"], price_list["ends_at"])
	)
	window = f", {start or '…'} – {end or '…'}" if start or end else ""
	return price_list["description"] + window
