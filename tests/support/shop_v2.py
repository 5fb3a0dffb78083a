"""shop.py's questions in Medusa v2's terms."""

from collections.abc import Iterator

import requests

from tests.medusa.visitor import ADDRESS, BUYER, QUOTATION


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
	def set_base_prices(medusa, product_id: str, variant_id: str, amounts: dict) -> None:
		rows = [{"currency_code": currency, "amount": amount} for currency, amount in amounts.items()]
		path = f"/admin/products/{product_id}/variants/batch"
		medusa.admin("POST", path, json={"update": [{"id": variant_id, "prices": rows}]})

	@staticmethod
	def base_prices(medusa, product_id: str, variant_id: str) -> dict:
		params = {"id[]": [variant_id], "fields": "id,*prices"}
		(variant,) = medusa.admin("GET", "/admin/product-variants", params=params)["variants"]
		return {row["currency_code"]: row["amount"] for row in variant["prices"]}

	@staticmethod
	def known_as(name: str, item_code: str) -> str:
		return name

	@staticmethod
	def make_price_list(medusa, title: str, values: dict, row: dict) -> None:
		medusa.admin("POST", "/admin/price-lists", {"title": title, "prices": [row], **values})

	@staticmethod
	def sell_in(medusa, currencies: tuple[str, ...]) -> None:
		(store,) = medusa.admin("GET", "/admin/stores", params={"fields": "id"})["stores"]
		rows = [{"currency_code": code, "is_default": code == currencies[0]} for code in currencies]
		medusa.admin("POST", f"/admin/stores/{store['id']}", {"supported_currencies": rows})

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
