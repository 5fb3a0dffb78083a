"""Medusa v2: products of the shop's own in a collection or a category."""

from typing import Any

from medusa_integration.medusa.client import MedusaClient

PAGE = 200


def are_in(client: MedusaClient, kind: str, id: str) -> bool:
	"""Whether products that the app didn't make are in a collection or a category.

	:param kind: "collection_id" or "category_id"
	"""
	params: dict[str, Any] = {f"{kind}[]": [id], "fields": "id,external_id", "limit": PAGE, "offset": 0}
	while rows := client.get("/admin/products", params)["products"]:
		if any(not row["external_id"] for row in rows):
			return True
		params["offset"] += PAGE
	return False
