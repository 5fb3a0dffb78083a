"""buying.py's steps in Medusa v1's terms."""

from contextlib import suppress
from decimal import Decimal

import requests
from babel.numbers import get_currency_precision

PROVIDER = "manual"
FULFILLMENT = {"id": "manual-fulfillment"}
made: dict[tuple, dict] = {}  # markets by server and values, so that asking twice makes no calls


class BuyingV1:
	@staticmethod
	def market(medusa, country, currency, rate, code, includes_tax) -> dict:
		assert not includes_tax, "v1 has prices with taxes only behind a feature flag"
		key, values = (medusa.url, country), (currency, rate, code)
		if made.get(key, {}).get("values") != values:
			id = BuyingV1._region(medusa, country, currency, rate, code)
			made[key] = {"id": id, "values": values, "shipping": BuyingV1._options(medusa, id)}
		return made[key]

	@staticmethod
	def _region(medusa, country, currency, rate, code) -> str:
		with suppress(requests.HTTPError):  # the store has the currency
			medusa.admin("POST", f"/admin/store/currencies/{currency}", {})
		body = {"currency_code": currency, "tax_rate": rate, "tax_code": code}
		name = country.upper()
		for row in medusa.admin("GET", "/admin/regions", params={"limit": 100})["regions"]:
			if row["name"] == name:
				medusa.admin("POST", f"/admin/regions/{row['id']}", body)
				return row["id"]
		providers = {"payment_providers": [PROVIDER], "fulfillment_providers": [PROVIDER]}
		new = {"name": name, "countries": [country], **providers, **body}
		id = medusa.admin("POST", "/admin/regions", new)["region"]["id"]
		from tests.support.buying import SHIPPING

		BuyingV1._make_option(medusa, id, "Delivery abroad", SHIPPING[currency], currency)
		return id

	@staticmethod
	def _make_option(medusa, region, name, price, currency) -> str:
		body = {
			"name": name,
			"region_id": region,
			"provider_id": PROVIDER,
			"data": FULFILLMENT,
			"price_type": "flat_rate",
			"amount": minor(price, currency),
		}
		return medusa.admin("POST", "/admin/shipping-options", body)["shipping_option"]["id"]

	@staticmethod
	def _options(medusa, region) -> dict[str, str]:
		params = {"region_id": region}
		rows = medusa.admin("GET", "/admin/shipping-options", params=params)["shipping_options"]
		return {row["name"]: row["id"] for row in sorted(rows, key=lambda row: row["created_at"])}

	@staticmethod
	def seeded(medusa) -> dict[str, str]:
		key = (medusa.url, "om")
		if key not in made:
			made[key] = {"shipping": BuyingV1._options(medusa, medusa.shop["region_id"])}
		return made[key]["shipping"]

	@staticmethod
	def shipping_option(medusa, market, name, prices) -> str:
		found = BuyingV1._options(medusa, market.id)
		price = prices[market.currency]
		return found.get(name) or BuyingV1._make_option(medusa, market.id, name, price, market.currency)

	@staticmethod
	def province_tax(medusa, country, province, rate) -> None:
		raise AssertionError("v1 has no taxes of provinces")

	@staticmethod
	def tax(medusa, market, rate, code, products, options) -> None:
		params = {"region_id": market.id, "code": code}
		for each in medusa.admin("GET", "/admin/tax-rates", params=params)["tax_rates"]:
			medusa.admin("DELETE", f"/admin/tax-rates/{each['id']}")
		body = {"code": code, "name": code, "region_id": market.id, "rate": rate}
		if products:
			body["products"] = products
		if options:
			body["shipping_options"] = options
		medusa.admin("POST", "/admin/tax-rates", body)

	@staticmethod
	def product(medusa, sku, prices, stock) -> dict:
		variant = {
			"title": "Default",
			"sku": sku,
			"manage_inventory": stock is not None,
			"inventory_quantity": stock or 0,
			"options": [{"value": "Default"}],
			"prices": [
				{"currency_code": code, "amount": minor(amount, code)} for code, amount in prices.items()
			],
		}
		body = {
			"title": f"Product {sku}",
			"status": "published",
			"options": [{"title": "Default"}],
			"sales_channels": [{"id": medusa.shop["sales_channel_id"]}],
			"variants": [variant],
		}
		row = medusa.admin("POST", "/admin/products", body)["product"]
		return {"id": row["id"], "variant_id": row["variants"][0]["id"]}

	@staticmethod
	def variant(medusa, sku) -> str:
		rows = medusa.admin("GET", "/admin/variants", params={"q": sku, "limit": 100})["variants"]
		return next(row["id"] for row in rows if row["sku"] == sku)

	@staticmethod
	def promotion(medusa, code, percent, off, currency, on) -> None:
		rule = {"type": "percentage", "value": percent} if percent else {"type": "fixed"}
		if off:
			rule["value"] = minor(off, currency)
		rule["allocation"] = "total"
		regions = medusa.admin("GET", "/admin/regions", params={"limit": 100})["regions"]
		regions.sort(key=lambda row: row["created_at"])
		wanted = [row["id"] for row in regions if percent or row["currency_code"] == currency]
		wanted = wanted if percent else wanted[-1:]
		body = {"code": code, "rule": rule, "regions": wanted, "is_dynamic": False, "is_disabled": False}
		medusa.admin("POST", "/admin/discounts", body)

	# --- buying

	@staticmethod
	def sign_up(medusa, email, values) -> dict:
		password = {"email": email, "password": "buyerpass1"}
		customer = medusa.store("POST", "/store/customers", {**password, **values})["customer"]
		token = medusa.store("POST", "/store/auth/token", password)["access_token"]
		return {"id": customer["id"], "email": email, "token": token}

	@staticmethod
	def place(medusa, market, cart, items, promotions, option, token) -> str:
		def store(path: str, body: dict | None = None) -> dict:
			return medusa.store("POST", path, body, token=token)

		rows = [{"variant_id": id, "quantity": quantity} for id, quantity in items]
		id = store("/store/carts", {"region_id": market.id, "items": rows})["cart"]["id"]
		del cart["metadata"]  # which v1's carts don't take
		if promotions:
			cart["discounts"] = [{"code": code} for code in promotions]
		store(f"/store/carts/{id}", cart)
		store(f"/store/carts/{id}/shipping-methods", {"option_id": option})
		store(f"/store/carts/{id}/payment-sessions")
		store(f"/store/carts/{id}/payment-session", {"provider_id": PROVIDER})
		reply = store(f"/store/carts/{id}/complete")
		assert reply["type"] == "order", reply
		return reply["data"]["id"]

	# --- what happens to an order

	@staticmethod
	def capture(medusa, order, amount) -> None:
		assert amount is None, "v1 takes all of the money at once"
		medusa.admin("POST", f"/admin/orders/{order}/capture")

	@staticmethod
	def refund(medusa, order, amount, note) -> None:
		currency = BuyingV1.read(medusa, order)["currency_code"]
		body = {"amount": minor(amount, currency), "reason": "other", "note": note}
		medusa.admin("POST", f"/admin/orders/{order}/refund", body)

	@staticmethod
	def _items(parts) -> list[dict]:
		return [{"item_id": id, "quantity": quantity} for id, quantity in parts]

	@staticmethod
	def fulfill(medusa, order, parts) -> str:
		before = {row["id"] for row in BuyingV1.read(medusa, order)["fulfillments"]}
		path = f"/admin/orders/{order}/fulfillment"
		reply = medusa.admin("POST", path, {"items": BuyingV1._items(parts)})
		(new,) = {row["id"] for row in reply["order"]["fulfillments"]} - before
		return new

	@staticmethod
	def ship(medusa, order, fulfillment, number, url) -> None:
		numbers = [number] if number else []
		body = {"fulfillment_id": fulfillment, "tracking_numbers": numbers}
		medusa.admin("POST", f"/admin/orders/{order}/shipment", body)

	@staticmethod
	def deliver(medusa, order, fulfillment) -> None:
		raise AssertionError("v1 doesn't note that a parcel has arrived")

	@staticmethod
	def cancel_fulfillment(medusa, order, fulfillment) -> None:
		medusa.admin("POST", f"/admin/orders/{order}/fulfillments/{fulfillment}/cancel")

	@staticmethod
	def request_return(medusa, order, parts) -> str:
		before = {row["id"] for row in BuyingV1.read(medusa, order)["returns"]}
		body = {"items": BuyingV1._items(parts)}
		reply = medusa.admin("POST", f"/admin/orders/{order}/return", body)
		(new,) = {row["id"] for row in reply["order"]["returns"]} - before
		return new

	@staticmethod
	def receive_return(medusa, order, return_id, parts) -> None:
		if parts is None:
			(row,) = (row for row in BuyingV1.read(medusa, order)["returns"] if row["id"] == return_id)
			parts = [(item["item_id"], item["quantity"]) for item in row["items"]]
		medusa.admin("POST", f"/admin/returns/{return_id}/receive", {"items": BuyingV1._items(parts)})

	@staticmethod
	def edit(medusa, order, changes, items) -> None:
		edit = medusa.admin("POST", "/admin/order-edits", {"order_id": order})["order_edit"]
		path = f"/admin/order-edits/{edit['id']}"
		copies = {row["original_item_id"]: row["id"] for row in edit["items"]}
		for id, quantity in changes.items():
			if quantity:
				medusa.admin("POST", f"{path}/items/{copies[id]}", {"quantity": quantity})
			else:
				medusa.admin("DELETE", f"{path}/items/{copies[id]}")
		for id, quantity in items:
			medusa.admin("POST", f"{path}/items", {"variant_id": id, "quantity": quantity})
		medusa.admin("POST", f"{path}/request")
		medusa.admin("POST", f"{path}/confirm")

	# --- what Medusa says of it

	@staticmethod
	def read(medusa, order) -> dict:
		return medusa.admin("GET", f"/admin/orders/{order}")["order"]

	@staticmethod
	def total(medusa, order) -> Decimal:
		row = BuyingV1.read(medusa, order)
		return Decimal(row["total"]).scaleb(-get_currency_precision(row["currency_code"].upper()))

	@staticmethod
	def lines(medusa, order) -> list[dict]:
		"""id, sku, quantity, fulfilled, returned."""
		return [
			{
				"id": row["id"],
				"sku": row["variant"]["sku"],
				"quantity": row["quantity"],
				"fulfilled": row["fulfilled_quantity"] or 0,
				"returned": row["returned_quantity"] or 0,
			}
			for row in BuyingV1.read(medusa, order)["items"]
		]


def minor(amount: float, currency: str) -> int:
	"""An amount in the currency's smallest unit."""
	return round(amount * 10 ** get_currency_precision(currency.upper()))
