"""One order as Medusa and ERPNext have it, side by side, and the reasons why both differ.

Source: docs/reference.md, "Medusa and the Books".
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from frappe import _

from medusa_integration import settings
from medusa_integration.medusa.order import Order
from medusa_integration.medusa.totals import due_of, is_met, plan_of
from medusa_integration.money import NOTHING, decimal, decimals_of, half_up, unit
from medusa_integration.operations.books_of_orders import Books
from medusa_integration.orders.charges.plan import CREDIT
from medusa_integration.orders.charges.stored import read_charges
from medusa_integration.sync import polling

TOTAL, PAID, DELIVERED, RETURNED = FIGURES = ("total", "paid", "delivered", "returned")
# The codes of reasons; the report shows and counts their words.
NOT_IMPORTED, WAITING, PARKED, UNREADABLE, GONE = (
	"not imported",
	"waiting",
	"parked",
	"unreadable",
	"gone",
)
DRAFT, CANCELLED, EDITED, CHANGED, CURRENCY, QUOTATION, ROUNDING = (
	"draft",
	"cancelled",
	"edited",
	"changed",
	"currency",
	"quotation",
	"rounding",
)
PAYMENT, DELIVERY, RETURN, OTHER = "payment", "delivery", "return", "other"
# CREDIT, the key of a charge, is one too.


class Reason(NamedTuple):
	"""Why a figure differs."""

	code: str
	words: str


class Figures(NamedTuple):
	"""The figures of one side: amounts in the order's currency, and pieces as Medusa counts them."""

	total: Decimal = NOTHING
	paid: Decimal = NOTHING
	delivered: Decimal = NOTHING
	returned: Decimal = NOTHING


@dataclass
class Compared:
	"""An order on both sides.

	:param medusa: None where Medusa has no such order, or its order can't be read
	:param books: None without a Sales Order
	:param differs: names of the figures that differ
	"""

	medusa: Figures | None
	books: Figures | None
	differs: list[str] = field(default_factory=list)
	reasons: list[Reason] = field(default_factory=list)


def labels() -> dict[str, str]:
	"""The words of the reasons' codes."""
	return {
		NOT_IMPORTED: _("Not imported"),
		WAITING: _("Waiting"),
		PARKED: _("Parked"),
		UNREADABLE: _("Can't be read"),
		GONE: _("Not in Medusa"),
		DRAFT: _("Draft"),
		CANCELLED: _("Cancelled"),
		EDITED: _("Edited in Medusa"),
		CHANGED: _("Changed in ERPNext"),
		CURRENCY: _("Currency"),
		QUOTATION: _("Quotation"),
		ROUNDING: _("Rounding"),
		PAYMENT: _("Payment"),
		DELIVERY: _("Delivery"),
		RETURN: _("Return"),
		CREDIT: _("Credit"),
		OTHER: _("Other"),
	}


def compare(order: Order, books: Books) -> Compared:
	"""An order that Medusa has, and what ERPNext has of it."""
	here = in_medusa(order)
	if not books.orders:
		compared = Compared(here, None)
		if not _is_canceled(order) or any(here):
			compared.differs = [name for name in FIGURES if getattr(here, name)] or [TOTAL]
			compared.reasons = list(_why_missing(order, books))
		return compared
	there = in_books(books)
	compared = Compared(here, there)
	compared.differs = [name for name in FIGURES if getattr(here, name) != getattr(there, name)]
	if books.head.currency != order.currency and TOTAL not in compared.differs:
		compared.differs.insert(0, TOTAL)
	if compared.differs:
		compared.reasons = list(_why(order, books, compared)) or [_other(compared)]
	elif books.arriving[0] == "Parked":
		compared.reasons = [Reason(PARKED, books.arriving[1])]
	return compared


def compare_gone(books: Books) -> Compared:
	"""A Sales Order whose order Medusa doesn't have."""
	there = in_books(books)
	words = _("Medusa has no order with the id of {0}: it was deleted there, or {0} is of another shop.")
	return Compared(None, there, [TOTAL], [Reason(GONE, words.format(books.head.name))])


def in_medusa(order: Order) -> Figures:
	"""Medusa's figures of an order: ordered now, before returns; captured less refunded; fulfilled; received back."""
	decimals = decimals_of(order.currency)
	return Figures(
		NOTHING if _is_canceled(order) else plan_of(order).grand,
		half_up(order.captured - order.refunded, decimals),
		sum((line.fulfilled_quantity for line in order.lines), NOTHING),
		sum((line.received_quantity for line in order.lines), NOTHING),
	)


def in_books(books: Books) -> Figures:
	"""ERPNext's figures of an order: its Sales Orders, its Payment Entries, its Delivery Notes and their returns."""
	total = half_up(books.total, decimals_of(books.head.currency))
	return Figures(total, books.paid, books.delivered, books.returned)


def _is_canceled(order: Order) -> bool:
	return order.status == "canceled" or bool(order.canceled_at)


# --- why


def _why_missing(order: Order, books: Books) -> Iterator[Reason]:
	status, error = books.arriving
	since = settings.current().import_since
	if status == "Parked":
		yield Reason(PARKED, error)
	elif status:
		yield Reason(WAITING, _("It waits in the Medusa Inbox."))
	elif not settings.current().imports_orders:
		yield Reason(NOT_IMPORTED, _("Import Orders is switched off in the Medusa Configuration."))
	elif since and settings.local_time(order.created_at) < since:
		words = _(
			"It was placed before the time in Import Orders Placed after: choose Import orders in the Medusa Configuration."
		)
		yield Reason(NOT_IMPORTED, words)
	elif not (looked := polling.last_look()) or settings.local_time(order.created_at) > looked:
		words = _("It comes with the next check for new orders, within {0} min.")
		yield Reason(WAITING, words.format(settings.current().poll_minutes))
	else:
		yield Reason(NOT_IMPORTED, _("Choose Import orders in the Medusa Configuration."))


def _why(order: Order, books: Books, compared: Compared) -> Iterator[Reason]:
	status, error = books.arriving
	if status == "Parked":
		yield Reason(PARKED, error)
	elif status:
		yield Reason(WAITING, _("A change of it waits in the Medusa Inbox."))
	head = books.head
	if head.docstatus == 2 and not _is_canceled(order):
		yield Reason(
			CANCELLED, _("{0} is cancelled in ERPNext, and the order stands in Medusa.").format(head.name)
		)
	elif _is_canceled(order) and books.stands:
		yield Reason(CANCELLED, _("The order is cancelled in Medusa, and {0} stands.").format(head.name))
	elif head.docstatus == 0:
		yield Reason(DRAFT, _("{0} is a draft: submit it. Its payments wait for that.").format(head.name))
	if books.stands and not _is_canceled(order) and TOTAL in compared.differs:
		yield from _why_total(order, books, compared)
	if PAID in compared.differs and head.docstatus != 0:
		yield from _why_paid(order, books, compared)
	for name, is_return in ((DELIVERED, False), (RETURNED, True)):
		if name in compared.differs:
			yield from _why_moved(name, is_return, books, compared)
	for status, error in dict.fromkeys(books.sending):
		if status == "Parked":
			yield Reason(PARKED, _("Not accepted by Medusa: {0}").format(error))
		else:
			yield Reason(WAITING, _("A change of it waits in the Medusa Outbox."))


def _why_total(order: Order, books: Books, compared: Compared) -> Iterator[Reason]:
	head, decimals = books.head, decimals_of(order.currency)
	if head.currency != order.currency:
		words = _("{0} is in {1}, and the order is in {2}.")
		yield Reason(CURRENCY, words.format(head.name, head.currency, order.currency))
		return
	if not is_met(order):
		own = order.total if order.current_total is None else order.current_total
		words = _("Lines, shipping, fees and taxes come to {0}, and Medusa's own total is {1}.")
		yield Reason(OTHER, words.format(_shown(due_of(order), order), _shown(half_up(own, decimals), order)))
	difference = compared.books.total - compared.medusa.total
	if not head.medusa_charges:
		words = _("{0} was made from a Quotation, and has ERPNext's prices.")
		yield Reason(QUOTATION, words.format(head.name))
	elif otherwise := _why_made_otherwise(order, books):
		yield otherwise
	elif abs(difference) <= unit(decimals):
		yield Reason(ROUNDING, _("{0} of rounding.").format(_shown(difference, order)))
	else:
		yield Reason(
			CHANGED, _("{0} was changed in ERPNext by {1}.").format(head.name, _shown(difference, order))
		)


def _why_made_otherwise(order: Order, books: Books) -> Reason | None:
	"""Why the order isn't the one from which its Sales Orders were made any more; None where it is."""
	made, credits, plan = NOTHING, NOTHING, plan_of(order)
	for each in books.orders:
		stored = read_charges(each) if each.docstatus < 2 else {}
		made += decimal(stored.get("grand"))
		credits += sum(
			(decimal(row["amount"]) for row in stored.get("charges", ()) if row["key"] == CREDIT), NOTHING
		)
	if made == plan.grand:
		return None
	if made - credits == plan.grand + plan.credit:
		words = _("A credit line of {0} came after {1} was made: it is a credit note.")
		return Reason(CREDIT, words.format(_shown(plan.credit + credits, order), books.head.name))
	words = _("Lines, shipping or taxes aren't those from which {0} was made.")
	return Reason(EDITED, words.format(books.head.name))


def _why_paid(order: Order, books: Books, compared: Compared) -> Iterator[Reason]:
	moves = [(each, 1) for payment in order.payments for each in payment.captures]
	moves += [(each, -1) for payment in order.payments for each in payment.refunds]
	booked = {entry.id: entry for entry in books.entries if entry.id}
	for move, sign in moves:
		entry = booked.get(move.id)
		amount = _shown(half_up(move.amount, decimals_of(order.currency)), order)
		if entry and entry.docstatus == 2:
			words = _("The Payment Entry {0} of {1} is cancelled.")
			yield Reason(CANCELLED, words.format(entry.name, amount))
		elif not entry:
			words = (
				_("The payment of {0} isn't booked.") if sign > 0 else _("The refund of {0} isn't booked.")
			)
			yield Reason(PAYMENT, words.format(amount))
	known = {move.id for move, _sign in moves}
	for entry in books.entries:
		if entry.docstatus == 1 and entry.id not in known:
			amount = half_up(entry.amount, decimals_of(order.currency))
			words = _("The Payment Entry {0} of {1} isn't in Medusa.")
			yield Reason(PAYMENT, words.format(entry.name, _shown(amount, order)))
	difference = compared.books.paid - compared.medusa.paid
	if any(entry.is_converted for entry in books.entries) and abs(difference) <= unit(
		decimals_of(order.currency)
	) * len(books.entries):
		words = _("{0} of rounding: the payments are booked in another currency.")
		yield Reason(ROUNDING, words.format(_shown(difference, order)))


def _why_moved(name: str, is_return: bool, books: Books, compared: Compared) -> Iterator[Reason]:
	code, more = (
		RETURN if is_return else DELIVERY,
		getattr(compared.medusa, name) - getattr(compared.books, name),
	)
	drafts = books.drafts[is_return]
	if more > 0 and drafts:
		words = _("{0} waits to be submitted.") if len(drafts) == 1 else _("{0} wait to be submitted.")
		yield Reason(DRAFT, words.format(", ".join(drafts)))
	elif more > 0:
		words = _("{0} came back in Medusa only.") if is_return else _("{0} left in Medusa only.")
		yield Reason(code, words.format(_pieces(more)))
	else:
		words = _("{0} came back in ERPNext only.") if is_return else _("{0} left in ERPNext only.")
		yield Reason(code, words.format(_pieces(-more)))


def _pieces(number: Decimal) -> str:
	return _("1 piece") if number == 1 else _("{0} pieces").format(f"{number.normalize():f}")


def _other(compared: Compared) -> Reason:
	return Reason(OTHER, _("No document explains it: look at the Sales Order and at the order in Medusa."))


def _shown(amount: Decimal, order: Order) -> str:
	return f"{amount:,.{decimals_of(order.currency)}f} {order.currency}"
