"""The same small shop in Oman as seed.py's, on Medusa v1."""

from tests.medusa.seed import CURRENCIES, Call

API_TOKEN = "for-tests-only-token"


def seed(admin: Call) -> dict:
	"""Set the shop up; what the tests need to know of it. See `seed.seed`."""
	default, _usd = CURRENCIES  # every new v1 shop has USD
	admin("POST", f"/admin/store/currencies/{default}", {})
	admin("POST", "/admin/store", {"default_currency_code": default})
	channel = admin("GET", "/admin/store")["store"]["default_sales_channel_id"]
	return {
		"currencies": CURRENCIES,
		"sales_channel_id": channel,
		"region_id": _region(admin),
		"publishable_key": _publishable_key(admin, channel),
		"secret_key": _api_token(admin),
	}


def _region(admin: Call) -> str:
	region = {
		"name": "Oman",
		"currency_code": CURRENCIES[0],
		"tax_rate": 0,
		"countries": ["om"],
		"payment_providers": ["manual"],
		"fulfillment_providers": ["manual"],
	}
	id = admin("POST", "/admin/regions", region)["region"]["id"]
	option = {
		"name": "Delivery",
		"region_id": id,
		"provider_id": "manual",
		"data": {"id": "manual-fulfillment"},
		"price_type": "flat_rate",
		"amount": 2000,
	}
	admin("POST", "/admin/shipping-options", option)
	return id


def _publishable_key(admin: Call, channel: str) -> str:
	key = admin("POST", "/admin/publishable-api-keys", {"title": "Tests"})["publishable_api_key"]["id"]
	path = f"/admin/publishable-api-keys/{key}/sales-channels/batch"
	admin("POST", path, {"sales_channel_ids": [{"id": channel}]})
	return key


def _api_token(admin: Call) -> str:
	"""v1's secret key is a field of the admin user's."""
	user = admin("GET", "/admin/users")["users"][0]["id"]
	admin("POST", f"/admin/users/{user}", {"api_token": API_TOKEN})
	return API_TOKEN
