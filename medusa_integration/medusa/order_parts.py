"""An order's parts: what was ordered first, and each exchange or claim with new goods.

Medusa adds the new lines and shipping methods to the order itself. In ERPNext each part is a Sales Order.

Source: docs/reference.md, "Exchanges and claims".
"""

from collections.abc import Collection, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

from medusa_integration.medusa.order import Exchange, LineQuantity, Order, Part, Return


def first_of(order: Order, held: Collection[str] = ()) -> Order:
	"""The part that was ordered first; the order itself where it has no exchanges.

	:param held: ids of lines; exchanges with such lines belong to this part, as their lines are in its Sales Order
	"""
	own = exchanges_of(order, held)
	if order.part or not own:
		return order
	return replace(_without(order, own), part=Part(order))


def exchanges_of(order: Order, held: Collection[str] = ()) -> list[Exchange]:
	"""The exchanges of an order that are parts of their own, oldest first."""
	return [each for each in order.exchanges if not set(each.lines) & set(held)]


def parts_of(order: Order, held: Collection[str] = ()) -> Iterator[Order]:
	"""The exchanges of an order, each as a part. What belongs to the order as a whole, such as payments, isn't in it."""
	own = exchanges_of(order, held)
	for number, each in enumerate(own):
		yield replace(
			_restricted(order, set(each.lines), each),
			shipping=tuple(method for method in order.shipping if method.exchange_id == each.id),
			payments=(),
			credit=Decimal(0),
			gift_card_total=Decimal(0),
			refund_credit=Decimal(0),
			exchanges=(),
			note="",
			part=Part(order, each, _without(order, own[number + 1 :]), _without(order, own[number:])),
		)


def _without(order: Order, exchanges: list[Exchange]) -> Order:
	"""The order without the lines and shipping methods of exchanges."""
	gone = {line for each in exchanges for line in each.lines}
	ids = {each.id for each in exchanges}
	kept = {line.id for line in order.lines} - gone
	return replace(
		_restricted(order, kept),
		shipping=tuple(method for method in order.shipping if method.exchange_id not in ids),
		exchanges=(),
	)


def _restricted(order: Order, lines: set[str], exchange: Exchange | None = None) -> Order:
	"""The order with these lines alone, and what was fulfilled and returned of them."""
	return replace(
		order,
		lines=tuple(line for line in order.lines if line.id in lines),
		fulfillments=tuple(_of_lines(order.fulfillments, lines, exchange)),
		returns=tuple(_of_lines(order.returns, lines, exchange)),
	)


def _of_lines(moves: tuple, lines: set[str], exchange: Exchange | None) -> Iterator[Any]:
	"""Fulfillments or returns with the items of these lines. The fees of a return are of the part with its first item."""
	for each in moves:
		items = _only(each.items, lines)
		if not items and each.items:
			continue
		own = replace(each, items=items)
		if isinstance(each, Return):
			is_first = each.items[0].line_id in lines if each.items else not exchange
			own = replace(own, received=_only(each.received, lines), fees=each.fees if is_first else ())
		# One document a part: each finds its own by the id.
		if exchange and len(items) < len(each.items):
			own = replace(own, id=f"{each.id} {exchange.id}")
		yield own


def _only(items: tuple[LineQuantity, ...], lines: set[str]) -> tuple[LineQuantity, ...]:
	return tuple(item for item in items if item.line_id in lines)
