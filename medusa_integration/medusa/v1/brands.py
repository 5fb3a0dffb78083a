"""Medusa v1: a product's brand as its product type or a tag."""


def brand(product: dict, row: dict) -> dict:
	"""The product type or tags that link a product to its brand, where they change; `row` is {} for a new one."""
	kind, name = product.get("brand_link") or ("", "")
	former_kind, former = product.get("former_brand_link") or ("", "")
	body: dict = {}
	found = (row.get("type") or {}).get("value")
	if kind == "type" and name != found:
		body["type"] = {"value": name}
	elif former_kind == "type" and kind != "type" and found == former:
		body["type"] = None
	tags = [tag for tag in row.get("tags") or () if former_kind != "tag" or tag["value"] != former]
	values = [tag["value"] for tag in tags]
	if kind == "tag" and name not in values:
		return {
			**body,
			"tags": [*({"id": tag["id"], "value": tag["value"]} for tag in tags), {"value": name}],
		}
	if len(tags) < len(row.get("tags") or ()):
		return {**body, "tags": [{"id": tag["id"], "value": tag["value"]} for tag in tags]}
	return body
