"""Medusa v2: the columns and the metadata of products."""

from medusa_integration.medusa import identifiers

# Keys of a payload that stand in the product's metadata.
METADATA = ("item_code", "brand_name", "short_description", "ranking", "specifications")


def columns(product: dict, left: set[str]) -> dict:
	"""The product's own columns and metadata.

	:param left: keys of the payload that aren't written
	"""
	found = {
		key: product[key]
		for key in (
			"title",
			"external_id",
			"description",
			"status",
			"origin_country",
			"discountable",
			"thumbnail",
		)
		if key not in left
	}
	if "images" not in left:
		found["images"] = [{"url": url} for url in product["images"]]
	found |= identifiers.of_product(product, left)
	if product.get("route_handle"):
		found["handle"] = product["route_handle"]
	own = {key: product[key] for key in METADATA if key not in left}
	return {**found, "metadata": {**product["metadata"], **own}}
