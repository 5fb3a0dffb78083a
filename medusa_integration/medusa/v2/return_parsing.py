"""Medusa v2: the returns of an order's JSON. Source: docs/reference.md, "Medusa v2: orders coming in"."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from medusa_integration.medusa.matching import moment
from medusa_integration.medusa.order import LineQuantity, Return, Shipping
from medusa_integration.money import decimal

UNCONFIRMED = "open"  # state of a return that is still being written
CANCELED, RECEIVED = "canceled", "received"


def returns_of(order: dict, fees: Mapping[str, list[Shipping]]) -> tuple[Return, ...]:
	"""The returns of an order, from a row with its returns and its items' details.

	:param fees: `{return's id: its shipping methods}`
	"""
	returns = [_ReturnRow(row) for row in order["returns"] if row["status"] != UNCONFIRMED]
	for item in order["items"]:
		_complete(returns, item["id"], came_back(item["detail"]))
	return tuple(row.parsed(fees.get(row.row["id"], [])) for row in returns)


def came_back(detail: dict) -> Decimal:
	"""The quantity of a line that was received back. Medusa counts damaged pieces apart, and charges neither."""
	return number_in(detail, "return_received_quantity") + number_in(detail, "return_dismissed_quantity")


class _ReturnRow:
	"""A return that is being read: the requested and the received quantity by line."""

	def __init__(self, row: dict) -> None:
		self.row = row
		self.asked: dict[str, Decimal] = {}
		self.received: dict[str, Decimal] = {}
		for item in row["items"] or ():
			id = item["item_id"]
			self.asked[id] = self.asked.get(id, Decimal(0)) + number_in(item, "quantity")
			# The received ones include the damaged ones, if any; `_complete` adds what is missing.
			came = max(number_in(item, "received_quantity"), number_in(item, "damaged_quantity"))
			self.received[id] = self.received.get(id, Decimal(0)) + came

	def parsed(self, fees: list[Shipping]) -> Return:
		row = self.row
		return Return(
			id=row["id"],
			status=RECEIVED if self.received == self.asked else row["status"],
			items=parts_of(self.asked),
			received=parts_of(self.received),
			created_at=moment(row["created_at"]),
			reference=str((row["metadata"] or {}).get("reference") or ""),
			location_id=row["location_id"] or "",
			fees=tuple(fees),
		)


def _complete(returns: list[_ReturnRow], line: str, received: Decimal) -> None:
	"""Add the received quantity of a line that its returns lack. Of a return received in several parts,
	Medusa's return has only the last part, while the line has all."""
	own = [each for each in returns if line in each.asked and each.row["status"] != CANCELED]
	missing = received - sum((each.received[line] for each in own), Decimal(0))
	for each in own:
		if each.received[line] and missing > 0:
			more = min(missing, each.asked[line] - each.received[line])
			each.received[line] += more
			missing -= more


def number_in(row: dict, key: str) -> Decimal:
	"""A field's stored value, since its JSON number is a double; else the JSON number, else 0."""
	stored: Any = (row.get(f"raw_{key}") or {}).get("value")
	return decimal(stored if stored is not None else row.get(key))


def parts_of(quantities: dict[str, Decimal]) -> tuple[LineQuantity, ...]:
	return tuple(LineQuantity(id, quantity) for id, quantity in quantities.items() if quantity)
