"""A clerk's draft orders in Medusa's admin: a product, and a line by hand."""

from tests.support import buying

ITEM = "BY-HAND"  # the configuration's Default Item


def draft(buyer, code: str, markets: list) -> str:
	"""The id of an order that was a draft, without a payment; `swaps.settle` takes the money."""
	pick = buyer.random
	market = pick.choice(markets)
	body = {
		"region_id": market.id,
		"sales_channel_id": buyer.medusa.shop["sales_channel_id"],
		"email": f"guest-{pick.randrange(20)}@example.test",
		"shipping_address": buying.address(market),
		"billing_address": buying.address(market),
		"items": [
			{"variant_id": buying.WAYS["v2"].variant(buyer.medusa, code), "quantity": pick.randrange(1, 4)},
			{"title": "Engraving", "quantity": 1, "unit_price": pick.randrange(1, 9)},
		],
		"metadata": {"fate": "handmade"},
	}
	id = buyer.medusa.admin("POST", "/admin/draft-orders", body)["draft_order"]["id"]
	buyer.medusa.admin("POST", f"/admin/draft-orders/{id}/convert-to-order")
	return id
