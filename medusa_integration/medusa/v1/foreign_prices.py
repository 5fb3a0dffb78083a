"""Medusa v1: the price lists that the app didn't make, and their prices. They are only read. A list's reply has all its prices."""

from collections.abc import Iterable, Iterator

from medusa_integration.medusa.foreign_prices import ForeignList, ForeignPrice
from medusa_integration.medusa.matching import moment
from medusa_integration.medusa.v1.amounts import major_units

EXPANDED = {"expand": "prices,prices.variants,customer_groups", "order": "created_at"}
PAGE = 50  # lists in a call


def in_pages(rows: Iterable[dict], in_force: bool) -> Iterator[tuple[ForeignList, list[ForeignPrice]]]:
	"""See Dialect.foreign_prices.

	:param rows: the lists as Medusa has them, EXPANDED
	"""
	for row in rows:
		each = _list(row)
		if row["prices"] and (each.is_in_force or not in_force):
			yield each, [_price(price, variant) for price in row["prices"] for variant in price["variants"]]


def _list(row: dict) -> ForeignList:
	return ForeignList(
		id=row["id"],
		title=row["name"],
		type=row["type"],
		is_draft=row["status"] != "active",
		starts_at=moment(row["starts_at"]),
		ends_at=moment(row["ends_at"]),
		restricted=bool(row.get("customer_groups")),
	)


def _price(row: dict, variant: dict) -> ForeignPrice:
	return ForeignPrice(
		variant_id=variant["id"],
		currency=row["currency_code"],
		amount=float(major_units(row["amount"], row["currency_code"])),
		pieces=int(row["min_quantity"] or 1),
		restricted=bool(row.get("region_id")),
	)
