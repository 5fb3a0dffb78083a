"""Medusa v2: the price lists that the app didn't make, and their prices. They are only read."""

from collections.abc import Iterable, Iterator
from typing import Any

from medusa_integration.medusa.client import MedusaClient
from medusa_integration.medusa.foreign_prices import ForeignList, ForeignPrice
from medusa_integration.medusa.matching import moment

ROW_FIELDS = "id,amount,currency_code,min_quantity,rules_count,price_set.variant.id"


def in_pages(
	client: MedusaClient, rows: Iterable[dict], page: int, in_force: bool
) -> Iterator[tuple[ForeignList, list[ForeignPrice]]]:
	"""See Dialect.foreign_prices.

	:param rows: the lists as Medusa has them
	"""
	for each in map(_list, rows):
		if in_force and not each.is_in_force:
			continue
		params: dict[str, Any] = {"fields": ROW_FIELDS, "limit": page, "offset": 0}
		has_more = True
		while has_more:
			prices = client.get(f"/admin/price-lists/{each.id}/prices", params)["prices"]
			yield each, [price for price in map(_price, prices) if price.variant_id]
			params["offset"] += page
			has_more = len(prices) == page


def _list(row: dict) -> ForeignList:
	return ForeignList(
		id=row["id"],
		title=row["title"],
		type=row["type"],
		is_draft=row["status"] != "active",
		starts_at=moment(row["starts_at"]),
		ends_at=moment(row["ends_at"]),
		restricted=bool(row["rules_count"]),
	)


def _price(row: dict) -> ForeignPrice:
	"""A price; without a variant where that is deleted."""
	variant = (row.get("price_set") or {}).get("variant") or {}
	return ForeignPrice(
		variant_id=variant.get("id") or "",
		currency=row["currency_code"],
		amount=row["amount"],
		pieces=int(row["min_quantity"] or 1),
		restricted=bool(row["rules_count"]),
	)
