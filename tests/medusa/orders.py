"""Orders and quotations as a storefront makes them."""


def draft_order(medusa, **values) -> dict:
	"""A quotation: a draft order of one line, without a product."""
	body = {
		"email": "buyer@example.com",
		"region_id": medusa.shop["region_id"],
		"sales_channel_id": medusa.shop["sales_channel_id"],
		"items": [{"title": "Glove", "quantity": 2, "unit_price": 5}],
		**values,
	}
	return medusa.admin("POST", "/admin/draft-orders", body)["draft_order"]


def order(medusa, **values) -> dict:
	"""An order, by way of a quotation that was accepted."""
	draft = draft_order(medusa, **values)
	return medusa.admin("POST", f"/admin/draft-orders/{draft['id']}/convert-to-order")["order"]


def metadata(medusa, id: str) -> dict:
	"""What an order, or a draft order, says beside its own fields."""
	params = {"fields": "id,metadata"}
	return medusa.admin("GET", f"/admin/orders/{id}", params=params)["order"]["metadata"] or {}
