"""The last unit of an order of which goods came back. Amounts that come back are rounded one by one, and Medusa rounds the
sum of what the customer keeps. So a credit note of a return, or the invoice of the rest, has a row of rounding that brings
the order's invoices and credit notes to Medusa's total.

Source: docs/reference.md, "Parts of an order".
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from frappe import _
from frappe.utils import cint, flt

from medusa_integration.medusa.order import Order
from medusa_integration.medusa.unrounded import unrounded_of
from medusa_integration.money import NOTHING, decimal, half_up, unit
from medusa_integration.orders.charges import return_fees
from medusa_integration.orders.charges.order_charges import (
	Document,
	ShopOrder,
	done_by,
	match,
	tag,
)
from medusa_integration.orders.charges.parts import CLOSE, Done, never_billed
from medusa_integration.orders.charges.plan import CREDIT, rounding_account
from medusa_integration.orders.charges.stored import CHARGES, UNROUNDED, read_charges

LAST_UNIT = "last unit"  # `medusa_charge` of the row
STORED_DECIMALS = 15


def keep(order: Order, sales_order, exchanges: Iterable[Order] = ()) -> None:
	"""Store the unrounded amounts of an order with returns in its Sales Order.

	:param exchanges: of the first part of an order: its other parts
	"""
	stored = read_charges(sales_order)
	if not stored or not order.counts_returns or all(each.is_canceled for each in order.returns):
		return
	amounts = unrounded_of(order, exchanges)
	now = {
		"lines": {line: _text(gross) for line, gross in amounts.lines.items()},
		"fees": {id: _text(gross) for id, gross in amounts.fees.items()},
		"rest": _text(amounts.rest),
		"apart": _text(amounts.apart),
	}
	if stored.get(UNROUNDED) != now:
		text = json.dumps({**stored, UNROUNDED: now}, separators=(",", ":"))
		sales_order.db_set(CHARGES, text, update_modified=False)


def _text(amount: Decimal) -> str:
	return f"{round(amount, STORED_DECIMALS).normalize():f}"


def fit(doc, orders: list[ShopOrder], *, goods_only: bool) -> None:
	"""Set the row of the last unit of a Sales Invoice for each of its orders, once all shares are set.

	:param goods_only: whether it is a credit note that gives back what Medusa does
	:raises frappe.ValidationError: where the company has no account for it
	"""
	if doc.doctype != "Sales Invoice":
		return
	for order in orders:
		if not order.unrounded:
			continue
		if goods_only:
			_leave_other_fees(doc, order)
		_put(doc, tag(order, LAST_UNIT, orders), _amount(doc, order, orders, goods_only=goods_only))


def _leave_other_fees(doc, order: ShopOrder) -> None:
	"""Remove the fees that a credit note has copied from its invoice: they aren't given back with other goods."""
	marks = {return_fees.mark_of(id) for id in order.unrounded.fees} - {
		return_fees.mark_of(doc.medusa_return_id)
	}
	for row in [row for row in doc.taxes if row.medusa_charge in marks]:
		doc.remove(row)


def _amount(doc, order: ShopOrder, orders: list[ShopOrder], *, goods_only: bool) -> Decimal:
	here = done_by(doc, [row for row in doc.items if row.so_detail in {each.name for each in order.rows}])
	carried = [booked(document, order) for document in order.carried.documents]
	if cint(doc.is_return) and not goods_only:
		# One that a user makes gives back its share of all charges, and the last one all of the rest.
		is_last = order.progress(here).is_nothing
		return -sum((each.last_unit for each in carried), NOTHING) if is_last else NOTHING
	own = booked(Document(doc.items, doc.get("taxes") or [], orders), order)
	return lacking(
		order, here, own._replace(amount=own.amount - own.last_unit), carried, is_return=bool(doc.is_return)
	)


class Booked(NamedTuple):
	"""The part of a document that is an order's.

	:param amount: goods, charges without credits, fees and the last unit
	:param last_unit: of the amount
	:param fees: the returns whose fees it has
	"""

	amount: Decimal
	last_unit: Decimal = NOTHING
	fees: frozenset[str] = frozenset()


def booked(document: Document, order: ShopOrder) -> Booked:
	rows = {row.name for row in order.sold}
	amounts = [
		flt(flt(row.qty) * flt(row.rate), order.decimals) for row in document.items if row.so_detail in rows
	]
	for (name, key), found in match(document.orders, document.taxes).items():
		if name == order.name and key != CREDIT:
			amounts += [row.tax_amount for row in found]
	fees = {return_fees.mark_of(id): id for id in order.unrounded.fees}
	of_fees = [row for row in document.taxes if row.get("medusa_charge") in fees]
	marks = {LAST_UNIT, tag(order, LAST_UNIT, [order, order])}
	last = sum(
		(decimal(row.tax_amount) for row in document.taxes if row.get("medusa_charge") in marks), NOTHING
	)
	amounts += [row.tax_amount for row in of_fees]
	return Booked(
		sum(map(decimal, amounts), last), last, frozenset(fees[row.medusa_charge] for row in of_fees)
	)


def lacking(
	order: ShopOrder, here: Mapping[str, Done], own: Booked, carried: Iterable[Booked], *, is_return: bool
) -> Decimal:
	"""The amount that a document lacks so that the order's documents come to Medusa's total, once each piece is billed or
	came back. Before that, a credit note is as much as the total that it lowers. Nothing where more than rounding lies
	between, as where a user has changed prices.

	:param here: what the document covers
	:param own: its amount without the row of the last unit
	:param carried: the other documents' amounts
	"""
	state = _State.of(order, here, is_return=is_return)
	carried = list(carried)
	before = frozenset().union(*(each.fees for each in carried))
	total = order.unrounded.total(state.kept, before | own.fees, order.decimals)
	if state.is_complete:
		lacks = total - sum((each.amount for each in carried), own.amount)
	elif is_return:
		lacks = total - order.unrounded.total(state.had, before, order.decimals) - own.amount
	else:
		return NOTHING
	return half_up(lacks, order.decimals) if abs(lacks) <= state.most + _most(order) else NOTHING


def _most(order: ShopOrder) -> Decimal:
	"""The most that rounding makes of a difference, besides pieces of several prices: two units a rounded amount."""
	amounts = len(order.sold) + len(order.charges) + 2 * len(order.unrounded.fees) + 1
	return 2 * unit(order.decimals) * amounts


class _State(NamedTuple):
	"""
	:param had: `{line: the fraction that the customer keeps without the document}`
	:param kept: the same with it
	:param is_complete: whether each piece is billed or came back before it was
	:param most: what lies between the kept pieces' own prices and the same part of their lines
	"""

	had: dict[str, Decimal]
	kept: dict[str, Decimal]
	is_complete: bool
	most: Decimal

	@classmethod
	def of(cls, order: ShopOrder, here: Mapping[str, Done], *, is_return: bool) -> "_State":
		sold: dict[str, Decimal] = defaultdict(Decimal)
		amounts: dict[str, Decimal] = defaultdict(Decimal)
		left: tuple = (defaultdict(Decimal), defaultdict(Decimal))
		worth: tuple = (defaultdict(Decimal), defaultdict(Decimal))
		is_complete = True
		found = order.returned(here, is_return=is_return)
		never = never_billed(found)
		for row in (row for row in order.sold if row.qty):
			back, gone = found[row.name].credited, never[row.name]
			credited = order.carried.returned.get(row.name, NOTHING)
			is_complete &= found[row.name].billed + gone >= row.qty - CLOSE
			sold[row.line] += row.qty
			amounts[row.line] += row.amount
			for at, came_back in enumerate((credited, back)):
				kept = row.qty - came_back - gone
				left[at][row.line] += kept
				worth[at][row.line] += row.amount * kept / row.qty
		had, kept = ({line: units[line] / qty for line, qty in sold.items()} for units in left)
		most = sum(
			(
				abs(worth[at][line] - amounts[line] * of[line])
				for at, of in enumerate((had, kept))
				for line in sold
			),
			NOTHING,
		)
		return cls(had, kept, is_complete, most)


def _put(doc, mark: str, amount: Decimal) -> None:
	present = [row for row in doc.get("taxes") or [] if row.get("medusa_charge") == mark]
	for row in present[1:] if amount else present:
		doc.remove(row)
	if not amount:
		return
	row = present[0] if present else doc.append("taxes", {"charge_type": "Actual", "medusa_charge": mark})
	row.update(
		{
			"account_head": row.account_head or rounding_account(doc.company),
			"description": row.description or _("Rounding"),
			"cost_center": row.get("cost_center") or doc.items[0].get("cost_center"),
			"tax_amount": float(amount),
		}
	)
