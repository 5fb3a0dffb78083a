"""Products as the shop window shows them."""

from tests.support import factories


def product(code: str, rate: float | None = None, *, specifications: dict | None = None, **values):
	"""A Website Item that is in the shop, with its price and its specifications, `{label: HTML}`."""
	rows = [{"label": label, "description": text} for label, text in (specifications or {}).items()]
	of_item = {"brand": values["brand"]} if "brand" in values else {}  # which webshop takes it from
	doc = factories.website_item(code, item_values=of_item, website_specifications=rows, **values)
	doc.db_set({"medusa_id": f"prod_{code}", "medusa_variant_id": f"variant_{code}"})
	if rate is not None:
		factories.item_price(code, rate)
	return doc
