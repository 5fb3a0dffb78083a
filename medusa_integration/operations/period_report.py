"""The orders of a period in Medusa and in the books, order by order.

Medusa is read in pages: a call for a page's list, a call for every 25 orders of it; ERPNext in a constant number of queries a page.

Source: docs/reference.md, "Medusa and the Books".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import frappe
from frappe.utils import create_batch

from medusa_integration import session, settings
from medusa_integration.medusa.dialect import Dialect
from medusa_integration.medusa.errors import MedusaError
from medusa_integration.medusa.order import Order, OrderHead
from medusa_integration.operations import books_of_orders, compared_orders
from medusa_integration.operations.books_of_orders import Books
from medusa_integration.operations.compared_orders import Compared, Reason
from medusa_integration.operations.order_import import Period
from medusa_integration.orders import channels

PAGE = 100


class TooMany(Exception):
	"""More orders than a user may wait for."""


@dataclass
class Line:
	"""An order of the report.

	:param number: that the customer was told
	:param placed: in the system's time zone; None where it can't be read
	:param company: of the Sales Order, else that which the order's channel names; "" for none
	"""

	id: str
	number: str
	placed: datetime | None
	currency: str
	company: str
	channel: str
	sales_order: str
	compared: Compared

	@property
	def is_different(self) -> bool:
		return bool(self.compared.differs)


def lines(period: Period, *, company: str = "", channel: str = "", most: int = 0) -> Iterator[Line]:
	"""The orders placed in a period, oldest first, then the shop's Sales Orders of the period that Medusa doesn't have.

	:param company: only its orders; "" for all
	:param channel: Medusa's id of a sales channel; "" for all
	:param most: of orders in the period; 0: any number
	:raises TooMany: for more orders than `most`
	:raises MedusaError: where Medusa doesn't answer
	:raises MedusaNotConfigured: where the address or the login is missing
	"""
	medusa = session.open_shop()
	heads = [head for page in medusa.orders_placed(period.begins, period.ends) for head in page]
	if most and len(heads) > most:
		raise TooMany
	for page in create_batch(heads, PAGE):
		yield from _chosen(_page(medusa, page), company, channel)
	seen = {head.id for head in heads}
	yield from _chosen(_only_in_books(medusa, period, seen), company, channel)


def _chosen(found: Iterator[Line], company: str, channel: str) -> Iterator[Line]:
	return (
		line
		for line in found
		if (not company or line.company == company) and (not channel or line.channel == channel)
	)


def _page(medusa: Dialect, heads: list[OrderHead]) -> Iterator[Line]:
	orders = medusa.orders_or_errors(head.id for head in heads if head.id)
	books = books_of_orders.read(head.id for head in heads)
	for head in heads:
		order = orders.get(head.id)
		own = books.get(head.id) or Books()
		if isinstance(order, Order):
			yield _line(head, own, compared_orders.compare(order, own), order)
		else:
			yield _line(head, own, _unreadable(order, own))


def _unreadable(error: MedusaError | None, books: Books) -> Compared:
	"""An order of the list that Medusa doesn't show, or that can't be read."""
	if not error:
		return compared_orders.compare_gone(books) if books.orders else Compared(None, None)
	there = compared_orders.in_books(books) if books.orders else None
	reason = Reason(compared_orders.UNREADABLE, error.message)
	return Compared(None, there, [compared_orders.TOTAL], [reason])


def _only_in_books(medusa: Dialect, period: Period, seen: set[str]) -> Iterator[Line]:
	"""The shop's Sales Orders of a period whose order Medusa doesn't have."""
	filters = {
		"from_ecommerce": 1,
		"medusa_order_id": ("is", "set"),
		"docstatus": ("<", 2),
		"transaction_date": ("between", [period.since, period.until]),
	}
	ids = frappe.get_all(
		"Sales Order", filters, pluck="medusa_order_id", distinct=True, order_by="medusa_order_id"
	)
	for page in create_batch([id for id in ids if id not in seen], PAGE):
		known = medusa.orders_or_errors(page)
		books = books_of_orders.read(id for id in page if id not in known)
		for id, own in books.items():
			if own.orders:
				head = OrderHead(id, "", "", own.head.currency, "", None, None)
				yield _line(head, own, compared_orders.compare_gone(own))


def _line(head: OrderHead, books: Books, compared: Compared, order: Order | None = None) -> Line:
	own = books.head
	return Line(
		id=head.id,
		number=head.display_id,
		placed=settings.local_time(head.created_at) if head.created_at else None,
		currency=order.currency if order else head.currency or (own.currency if own else ""),
		company=own.company if own else _company_of(order),
		channel=order.sales_channel if order else "",
		sales_order=own.name if own else "",
		compared=compared,
	)


def _company_of(order: Order | None) -> str:
	try:
		return channels.channel_of(order).company if order else settings.company_or_none() or ""
	except settings.MedusaNotConfigured:
		frappe.clear_last_message()
		return ""
