"""buying.py's steps in Medusa v2's terms."""

from decimal import Decimal

import requests

# where the shipping options of `_abroad` go
ABROAD = ("ae", "bh", "ca", "de", "fr", "gb", "in", "jp", "kw", "qa", "sa", "us")
PAYMENT = {"provider_id": "pp_system_default"}
IN_STORE = [
	{"attribute": "enabled_in_store", "operator": "eq", "value": "true"},
	{"attribute": "is_return", "operator": "eq", "value": "false"},
]
ORDER_FIELDS = (
	"+email,+currency_code,+customer_id,*items,*items.detail,*items.tax_lines,*items.adjustments,*shipping_methods,"
	"*shipping_methods.tax_lines,*fulfillments,*fulfillments.labels,*payment_collections.payments,"
	"*payment_collections.payments.captures,*payment_collections.payments.refunds,*returns,*returns.items"
)
made: dict[tuple, dict] = {}  # markets by server and values, so that asking twice makes no calls


class BuyingV2:
	@staticmethod
	def market(medusa, country, currency, rate, code, includes_tax) -> dict:
		key = (medusa.url, country)
		values = (currency, rate, code, includes_tax)
		if made.get(key, {}).get("values") != values:
			assert country in ABROAD, f"{country}: not one of {ABROAD}"
			id = BuyingV2._region(medusa, country, currency, includes_tax)
			BuyingV2._default_tax(medusa, country, rate, code)
			made[key] = {"id": id, "values": values, "shipping": BuyingV2._abroad(medusa)}
		BuyingV2._prices_include_tax(medusa, currency, includes_tax)
		return made[key]

	@staticmethod
	def _prices_include_tax(medusa, currency, includes_tax) -> None:
		"""A region's own preference counts only for prices that are made for the region."""
		key = (medusa.url, f"prices in {currency}")
		if key not in made:
			params = {"attribute": "currency_code", "value": currency}
			rows = medusa.admin("GET", "/admin/price-preferences", params=params)["price_preferences"]
			made[key] = (
				next((row for row in rows if row["value"] == currency), None)
				or medusa.admin("POST", "/admin/price-preferences", params)["price_preference"]
			)
		path = f"/admin/price-preferences/{made[key]['id']}"
		medusa.admin("POST", path, {"is_tax_inclusive": includes_tax})

	@staticmethod
	def _region(medusa, country, currency, includes_tax) -> str:
		body = {"currency_code": currency, "is_tax_inclusive": includes_tax, "automatic_taxes": True}
		name = country.upper()
		found = medusa.admin("GET", "/admin/regions", params={"name": name, "fields": "id,name"})["regions"]
		for row in found:
			if row["name"] == name:
				medusa.admin("POST", f"/admin/regions/{row['id']}", body)
				return row["id"]
		new = {"name": name, "countries": [country], "payment_providers": [PAYMENT["provider_id"]], **body}
		return medusa.admin("POST", "/admin/regions", new)["region"]["id"]

	@staticmethod
	def _tax_region(medusa, country, province=None) -> dict | None:
		params = {"country_code": country, "fields": "id,country_code,province_code,*tax_rates"}
		rows = medusa.admin("GET", "/admin/tax-regions", params=params)["tax_regions"]
		return next((row for row in rows if row["province_code"] == province), None)

	@staticmethod
	def _default_tax(medusa, country, rate, code, province=None) -> None:
		values = {"rate": rate, "code": code, "name": code, "is_combinable": bool(province)}
		found = BuyingV2._tax_region(medusa, country, province)
		if found:
			default = next(each for each in found["tax_rates"] if each["is_default"])
			medusa.admin("POST", f"/admin/tax-rates/{default['id']}", values)
			return
		body = {"country_code": country, "default_tax_rate": values}
		if province:
			parent = BuyingV2._tax_region(medusa, country)["id"]
			body |= {"province_code": province, "parent_id": parent}
		else:
			body["provider_id"] = "tp_system"
		medusa.admin("POST", "/admin/tax-regions", body)

	@staticmethod
	def province_tax(medusa, country, province, rate) -> None:
		BuyingV2._default_tax(medusa, country, rate, f"{province.upper()}{rate:g}", province)

	@staticmethod
	def _abroad(medusa) -> dict[str, str]:
		"""The shipping options for all countries of ABROAD; made with the first market."""
		from tests.support.buying import SHIPPING

		BuyingV2.shipping_option(medusa, None, "Delivery abroad", SHIPPING)
		return BuyingV2._options(medusa, BuyingV2._zone(medusa))

	@staticmethod
	def _options(medusa, zone: str) -> dict[str, str]:
		params = {"service_zone_id": zone, "fields": "id,name", "order": "created_at", "limit": 100}
		rows = medusa.admin("GET", "/admin/shipping-options", params=params)["shipping_options"]
		return {row["name"]: row["id"] for row in rows}

	@staticmethod
	def _sets(medusa) -> list[dict]:
		path = f"/admin/stock-locations/{medusa.shop['stock_location_id']}"
		params = {"fields": "id,*fulfillment_sets,*fulfillment_sets.service_zones"}
		return medusa.admin("GET", path, params=params)["stock_location"]["fulfillment_sets"]

	@staticmethod
	def _zone(medusa, name="Abroad") -> str:
		(fulfillment_set,) = BuyingV2._sets(medusa)
		zones = {zone["name"]: zone["id"] for zone in fulfillment_set["service_zones"]}
		if name not in zones:
			places = [{"type": "country", "country_code": country} for country in ABROAD]
			path = f"/admin/fulfillment-sets/{fulfillment_set['id']}/service-zones"
			medusa.admin("POST", path, {"name": name, "geo_zones": places})
			return BuyingV2._zone(medusa, name)
		return zones[name]

	@staticmethod
	def seeded(medusa) -> dict[str, str]:
		key = (medusa.url, "om")
		if key not in made:
			made[key] = {"shipping": BuyingV2._options(medusa, BuyingV2._zone(medusa, "Oman"))}
		return made[key]["shipping"]

	@staticmethod
	def shipping_option(medusa, market, name, prices) -> str:
		zone = BuyingV2._zone(medusa, "Oman" if market and market.country == "om" else "Abroad")
		found = BuyingV2._options(medusa, zone)
		if name in found:
			return found[name]
		body = {
			"name": name,
			"service_zone_id": zone,
			"shipping_profile_id": medusa.shop["shipping_profile_id"],
			"provider_id": "manual_manual",
			"price_type": "flat",
			"type": {"label": name, "description": name, "code": name.lower().replace(" ", "-")},
			"prices": [{"currency_code": code, "amount": amount} for code, amount in prices.items()],
			"rules": IN_STORE,
		}
		return medusa.admin("POST", "/admin/shipping-options", body)["shipping_option"]["id"]

	@staticmethod
	def tax(medusa, market, rate, code, products, options) -> None:
		region = BuyingV2._tax_region(medusa, market.country)
		rules = [{"reference": "product", "reference_id": id} for id in products]
		rules += [{"reference": "shipping_option", "reference_id": id} for id in options]
		for each in region["tax_rates"]:
			if each["code"] == code and not each["is_default"]:
				medusa.admin("DELETE", f"/admin/tax-rates/{each['id']}")
		body = {"tax_region_id": region["id"], "name": code, "code": code, "rate": rate, "rules": rules}
		medusa.admin("POST", "/admin/tax-rates", body)

	@staticmethod
	def product(medusa, sku, prices, stock) -> dict:
		variant = {
			"title": "Default",
			"sku": sku,
			"manage_inventory": stock is not None,
			"options": {"Default": "Default"},
			"prices": [{"currency_code": code, "amount": amount} for code, amount in prices.items()],
		}
		body = {
			"title": f"Product {sku}",
			"status": "published",
			"shipping_profile_id": medusa.shop["shipping_profile_id"],
			"sales_channels": [{"id": medusa.shop["sales_channel_id"]}],
			"options": [{"title": "Default", "values": ["Default"]}],
			"variants": [variant],
		}
		params = {"fields": "id,variants.id,variants.inventory_items.inventory_item_id"}
		row = medusa.admin("POST", "/admin/products", body, params)["product"]
		(made_variant,) = row["variants"]
		if stock is not None:
			item = made_variant["inventory_items"][0]["inventory_item_id"]
			level = {"location_id": medusa.shop["stock_location_id"], "stocked_quantity": stock}
			medusa.admin("POST", f"/admin/inventory-items/{item}/location-levels", level)
		return {"id": row["id"], "variant_id": made_variant["id"]}

	@staticmethod
	def variant(medusa, sku) -> str:
		params = {"sku[]": [sku], "fields": "id,sku"}
		rows = medusa.admin("GET", "/admin/product-variants", params=params)["variants"]
		return next(row["id"] for row in rows if row["sku"] == sku)

	@staticmethod
	def promotion(medusa, code, percent, off, currency, on) -> None:
		method = {"target_type": on, "value": percent or off, "type": "percentage" if percent else "fixed"}
		if on != "order":
			method |= {"allocation": "across"}
		if not percent:
			method["currency_code"] = currency
		body = {"code": code, "type": "standard", "status": "active", "application_method": method}
		medusa.admin("POST", "/admin/promotions", body)

	# --- buying

	@staticmethod
	def sign_up(medusa, email, values) -> dict:
		login = {"email": email, "password": "buyerpass1"}
		url = f"{medusa.url}/auth/customer/emailpass"
		token = requests.post(f"{url}/register", json=login, timeout=60).json()["token"]
		customer = medusa.store("POST", "/store/customers", {"email": email, **values}, token=token)[
			"customer"
		]
		token = requests.post(url, json=login, timeout=60).json()["token"]
		return {"id": customer["id"], "email": email, "token": token}

	@staticmethod
	def place(medusa, market, cart, items, promotions, option, token) -> str:
		def store(path: str, body: dict | None = None) -> dict:
			return medusa.store("POST", path, body, token=token)

		rows = [{"variant_id": id, "quantity": quantity} for id, quantity in items]
		body = {"region_id": market.id, "items": rows, **cart}
		if promotions:
			body["promo_codes"] = promotions
		id = store("/store/carts", body)["cart"]["id"]
		store(f"/store/carts/{id}/shipping-methods", {"option_id": option})
		payment = store("/store/payment-collections", {"cart_id": id})["payment_collection"]["id"]
		store(f"/store/payment-collections/{payment}/payment-sessions", PAYMENT)
		reply = store(f"/store/carts/{id}/complete")
		assert reply["type"] == "order", reply
		return reply["order"]["id"]

	# --- what happens to an order

	@staticmethod
	def _payment(medusa, order) -> dict:
		rows = BuyingV2.read(medusa, order)["payment_collections"]
		return next(payment for row in rows for payment in row["payments"] or ())

	@staticmethod
	def capture(medusa, order, amount) -> None:
		payment = BuyingV2._payment(medusa, order)
		# Without an amount Medusa takes all, and refuses that once a part is taken.
		taken = sum(Decimal(str(each["amount"])) for each in payment["captures"])
		rest = float(Decimal(str(payment["amount"])) - taken)
		medusa.admin("POST", f"/admin/payments/{payment['id']}/capture", {"amount": amount or rest})

	@staticmethod
	def refund(medusa, order, amount, note) -> None:
		payment = BuyingV2._payment(medusa, order)["id"]
		body = {"amount": amount, **({"note": note} if note else {})}
		medusa.admin("POST", f"/admin/payments/{payment}/refund", body)

	@staticmethod
	def _items(parts) -> list[dict]:
		return [{"id": id, "quantity": quantity} for id, quantity in parts]

	@staticmethod
	def fulfill(medusa, order, parts) -> str:
		body = {"items": BuyingV2._items(parts), "location_id": medusa.shop["stock_location_id"]}
		before = {row["id"] for row in BuyingV2.read(medusa, order)["fulfillments"]}
		params = {"fields": "id,*fulfillments"}
		reply = medusa.admin("POST", f"/admin/orders/{order}/fulfillments", body, params)
		(new,) = {row["id"] for row in reply["order"]["fulfillments"]} - before
		return new

	@staticmethod
	def ship(medusa, order, fulfillment, number, url) -> None:
		rows = BuyingV2.read(medusa, order)
		ids = {row["id"] for row in rows["items"]}
		params = {"fields": "id,*fulfillments,*fulfillments.items"}
		reply = medusa.admin("GET", f"/admin/orders/{order}", params=params)["order"]["fulfillments"]
		(parcel,) = (row for row in reply if row["id"] == fulfillment)
		parts = [
			(row["line_item_id"], row["quantity"]) for row in parcel["items"] if row["line_item_id"] in ids
		]
		body = {"items": BuyingV2._items(parts)}
		if number:
			body["labels"] = [{"tracking_number": number, "tracking_url": url, "label_url": url}]
		medusa.admin("POST", f"/admin/orders/{order}/fulfillments/{fulfillment}/shipments", body)

	@staticmethod
	def deliver(medusa, order, fulfillment) -> None:
		medusa.admin("POST", f"/admin/orders/{order}/fulfillments/{fulfillment}/mark-as-delivered", {})

	@staticmethod
	def cancel_fulfillment(medusa, order, fulfillment) -> None:
		medusa.admin("POST", f"/admin/orders/{order}/fulfillments/{fulfillment}/cancel", {})

	@staticmethod
	def request_return(medusa, order, parts) -> str:
		body = {"order_id": order, "location_id": medusa.shop["stock_location_id"]}
		id = medusa.admin("POST", "/admin/returns", body)["return"]["id"]
		medusa.admin("POST", f"/admin/returns/{id}/request-items", {"items": BuyingV2._items(parts)})
		medusa.admin("POST", f"/admin/returns/{id}/request", {})
		return id

	@staticmethod
	def receive_return(medusa, order, return_id, parts) -> None:
		if parts is None:
			rows = medusa.admin("GET", f"/admin/returns/{return_id}", params={"fields": "id,*items"})
			parts = [
				(row["item_id"], row["quantity"] - (row["received_quantity"] or 0))
				for row in rows["return"]["items"]
			]
		path = f"/admin/returns/{return_id}"
		medusa.admin("POST", f"{path}/receive", {})
		medusa.admin("POST", f"{path}/receive-items", {"items": BuyingV2._items(parts)})
		medusa.admin("POST", f"{path}/receive/confirm", {})

	@staticmethod
	def edit(medusa, order, changes, items) -> None:
		medusa.admin("POST", "/admin/order-edits", {"order_id": order})
		path = f"/admin/order-edits/{order}"
		if items:
			rows = [{"variant_id": id, "quantity": quantity} for id, quantity in items]
			medusa.admin("POST", f"{path}/items", {"items": rows})
		for id, quantity in changes.items():
			medusa.admin("POST", f"{path}/items/item/{id}", {"quantity": quantity})
		medusa.admin("POST", f"{path}/request", {})
		medusa.admin("POST", f"{path}/confirm", {})

	# --- what Medusa says of it

	@staticmethod
	def read(medusa, order) -> dict:
		return medusa.admin("GET", f"/admin/orders/{order}", params={"fields": ORDER_FIELDS})["order"]

	@staticmethod
	def total(medusa, order) -> Decimal:
		row = medusa.admin("GET", f"/admin/orders/{order}", params={"fields": "id,total"})["order"]
		return Decimal(str(row["total"]))

	@staticmethod
	def lines(medusa, order) -> list[dict]:
		"""id, sku, quantity, fulfilled, returned."""
		params = {"fields": "id,*items,*items.detail"}
		rows = medusa.admin("GET", f"/admin/orders/{order}", params=params)["order"]["items"]
		return [
			{
				"id": row["id"],
				"sku": row["variant_sku"],
				"quantity": row["quantity"],
				"fulfilled": row["detail"]["fulfilled_quantity"],
				"returned": row["detail"]["return_requested_quantity"]
				+ row["detail"]["return_received_quantity"],
			}
			for row in rows
		]
