"""A small shop in Oman, set up through Medusa's admin API on a server that has nothing yet."""

from collections.abc import Callable

CURRENCIES = ["omr", "usd"]  # the first is the default

Call = Callable[..., dict]


def seed(admin: Call) -> dict:
	"""Set the shop up; what the tests need to know of it.

	Args:
		admin: `admin(method, path, json=None, params=None)` -> the reply's JSON, raising on errors.
	"""
	store = admin("GET", "/admin/stores")["stores"][0]
	channel = store["default_sales_channel_id"]  # made by the server at its first start
	_enable_currencies(admin, store["id"])
	profile = admin("GET", "/admin/shipping-profiles", params={"type": "default"})["shipping_profiles"][0]
	address = {"address_1": "Way 1", "city": "Muscat", "country_code": "om"}
	location = _create(admin, "stock-location", name="Muscat", address=address)
	_link_location(admin, location, channel)
	_shipping_option(admin, location, profile["id"])
	return {
		"currencies": CURRENCIES,
		"sales_channel_id": channel,
		"stock_location_id": location,
		"shipping_profile_id": profile["id"],
		"region_id": _region(admin),
		"publishable_key": _publishable_key(admin, channel),
		"secret_key": _api_key(admin, "secret")["token"],
	}


def _create(admin: Call, kind: str, **values) -> str:
	return admin("POST", f"/admin/{kind}s", values)[kind.replace("-", "_")]["id"]


def _enable_currencies(admin: Call, store: str) -> None:
	rows = [{"currency_code": code, "is_default": code == CURRENCIES[0]} for code in CURRENCIES]
	admin("POST", f"/admin/stores/{store}", {"supported_currencies": rows})


def _api_key(admin: Call, kind: str) -> dict:
	return admin("POST", "/admin/api-keys", {"title": f"Tests, {kind}", "type": kind})["api_key"]


def _publishable_key(admin: Call, channel: str) -> str:
	key = _api_key(admin, "publishable")
	admin("POST", f"/admin/api-keys/{key['id']}/sales-channels", {"add": [channel]})
	return key["token"]


def _region(admin: Call) -> str:
	admin(
		"POST",
		"/admin/tax-regions",
		{
			"country_code": "om",
			"provider_id": "tp_system",
			"default_tax_rate": {"rate": 0, "code": "NONE", "name": "No tax"},
		},
	)
	return _create(
		admin,
		"region",
		name="Oman",
		currency_code="omr",
		countries=["om"],
		payment_providers=["pp_system_default"],
	)


def _link_location(admin: Call, location: str, channel: str) -> None:
	admin("POST", f"/admin/stock-locations/{location}/fulfillment-providers", {"add": ["manual_manual"]})
	admin("POST", f"/admin/stock-locations/{location}/sales-channels", {"add": [channel]})


def _shipping_option(admin: Call, location: str, profile: str) -> None:
	sets = admin(
		"POST",
		f"/admin/stock-locations/{location}/fulfillment-sets",
		{"name": "Delivery", "type": "shipping"},
		{"fields": "id,*fulfillment_sets"},
	)["stock_location"]["fulfillment_sets"]
	zones = admin(
		"POST",
		f"/admin/fulfillment-sets/{sets[0]['id']}/service-zones",
		{"name": "Oman", "geo_zones": [{"type": "country", "country_code": "om"}]},
	)["fulfillment_set"]["service_zones"]
	_create(
		admin,
		"shipping-option",
		name="Delivery",
		service_zone_id=zones[0]["id"],
		shipping_profile_id=profile,
		provider_id="manual_manual",
		price_type="flat",
		type={"label": "Standard", "description": "1 to 3 days", "code": "standard"},
		prices=[{"currency_code": "omr", "amount": 2}],
		rules=[
			{"attribute": "enabled_in_store", "operator": "eq", "value": "true"},
			{"attribute": "is_return", "operator": "eq", "value": "false"},
		],
	)
