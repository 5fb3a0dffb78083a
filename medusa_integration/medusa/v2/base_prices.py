"""Medusa v2: the base prices of variants, which hold where no price list has one.

The app makes none. A product that was in Medusa before has its own.
"""

from collections.abc import Iterable

from medusa_integration.medusa.client import MedusaClient
from medusa_integration.medusa.matching import query_parts

FIELDS = "id,product_id,*prices,*prices.price_rules"
# Medusa replaces all base prices by those of a call, and drops a row that lacks one of these.
KEPT = ("id", "currency_code", "amount", "min_quantity", "max_quantity", "rules")


def read(client: MedusaClient, variant_ids: Iterable[str]) -> dict[str, dict]:
	"""`{variant id: {"product_id", "prices": [rows]}}` of variants with base prices."""
	found = {}
	for part in query_parts("id", variant_ids):
		params = {"id[]": part, "fields": FIELDS, "limit": len(part)}
		for variant in client.get("/admin/product-variants", params)["variants"]:
			if variant["prices"]:
				found[variant["id"]] = variant
	return found


def own(variant: dict | None) -> dict[str, float]:
	"""`{currency in lower case: amount}` of a variant's base prices; of several in one currency the first."""
	found: dict[str, float] = {}
	for row in (variant or {}).get("prices", ()):
		found.setdefault(row["currency_code"], row["amount"])
	return found


def clear(client: MedusaClient, variant: dict, currencies: set[str]) -> None:
	"""Delete a variant's base prices in some currencies; the others stay.

	:param variant: as `read` returns it; its rows are changed
	:param currencies: in lower case
	"""
	variant["prices"] = [row for row in variant["prices"] if row["currency_code"] not in currencies]
	rows = [{key: row[key] for key in KEPT} for row in variant["prices"]]
	body = {"update": [{"id": variant["id"], "prices": rows}]}
	client.post(f"/admin/products/{variant['product_id']}/variants/batch", body)
