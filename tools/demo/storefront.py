"""What a visitor really finds: the shop read page by page through Medusa's store API."""

from collections.abc import Iterator
from decimal import Decimal

from tests.medusa.server import Medusa
from tools.demo.expected import Shop

PAGE = 50
PRODUCT_FIELDS = (
	"id,title,description,thumbnail,origin_country,discountable,+metadata,images.url,collection.title,"
	"variants.sku,variants.title,variants.allow_backorder,variants.manage_inventory,*variants.calculated_price"
)


def read(medusa: Medusa) -> Shop:
	"""All that the store API shows without a login, in the shop's own region. Drafts aren't among it."""
	found = Shop({}, {}, {}, {})
	for collection in _pages(medusa, "collections", fields="id,title,+metadata"):
		found.groups[collection["title"]] = {"metadata": collection["metadata"] or {}}
	for product in _pages(medusa, "products", fields=PRODUCT_FIELDS, region_id=medusa.shop["region_id"]):
		for variant in product["variants"] or [{"sku": f"none: {product['id']}"}]:
			sku = _unused(variant["sku"], found.products)
			found.products[sku] = _product(product)
			found.variants[sku] = {
				key: variant.get(key) for key in ("title", "allow_backorder", "manage_inventory")
			}
			price = variant.get("calculated_price") or {}
			if price.get("calculated_amount") is not None:
				found.prices[sku] = (price["currency_code"], Decimal(str(price["calculated_amount"])))
	return found


def _pages(medusa: Medusa, kind: str, **params) -> Iterator[dict]:
	offset, count = 0, 1
	while offset < count:
		page = medusa.store(
			"GET", f"/store/{kind}", params={**params, "order": "id", "limit": PAGE, "offset": offset}
		)
		yield from page[kind]
		offset, count = offset + PAGE, page["count"]


def _unused(sku: str, taken: dict) -> str:
	"""A second product with the same sku must not hide behind the first."""
	return _unused(f"{sku} again", taken) if sku in taken else sku


def _product(product: dict) -> dict:
	metadata = dict(product["metadata"] or {})
	pairs = metadata.get("specifications") or []
	metadata["specifications"] = [(_lines(pair["label"]), _lines(pair["description"])) for pair in pairs]
	return {
		"title": product["title"],
		"description": _lines(product["description"]),
		"collection": (product["collection"] or {}).get("title"),
		"thumbnail": product["thumbnail"],
		"images": [image["url"] for image in product["images"] or ()],
		"origin_country": product["origin_country"],
		"discountable": product["discountable"],
		"metadata": metadata,
	}


def _lines(text: str | None) -> list[str]:
	return [line for line in (text or "").split("\n") if line]
