"""Orders of Medusa → Sales Orders, and the documents that follow them.

A row says "make ERPNext agree with Medusa about this order", whichever event queued it. The order is read
when the row is worked off.

Source: docs/reference.md, "Orders from Medusa".
"""

from collections.abc import Callable
from contextvars import ContextVar

import frappe
from frappe import _
from frappe.utils import cint
from rq.timeouts import JobTimeoutException

from medusa_integration import settings, texts
from medusa_integration.delivery.box import inbox
from medusa_integration.delivery.failures import DEADLOCKS
from medusa_integration.delivery.kind import Kind, Result, Row, Run, Write
from medusa_integration.delivery.reading import OVERTAKEN, Reading, message_of
from medusa_integration.medusa import order_parts
from medusa_integration.medusa.dialect import Dialect
from medusa_integration.medusa.errors import MedusaError
from medusa_integration.medusa.order import Order
from medusa_integration.orders import exchanges_from_medusa, reserved_places, sales_orders
from medusa_integration.orders.money import settlements
from medusa_integration.orders.steps import STEPS

# In a row's `kind_data`: a user chose the order by Import Orders, which imports older orders too.
CHOSEN = "chosen"


class IncomingOrders(Kind):
	"""The kind of orders, by Medusa's ids."""

	name = "Order"
	doctype = "Sales Order"
	batch_size = 20

	def prepare(self, run: Run, rows: list[Row]) -> "OrdersTask":
		return OrdersTask(rows, run)


INCOMING_ORDER = IncomingOrders()
# The id of the order whose Sales Order this worker is making: its submission needs no row in the inbox.
_arriving: ContextVar[str | None] = ContextVar("medusa_arriving", default=None)


class OrdersTask(Reading):
	"""Orders that are read together and worked off one by one."""

	def __init__(self, rows: list[Row], run: Run) -> None:
		super().__init__(rows, run)
		self.has_locations = bool(settings.current().stock_locations)

	def read(self, medusa: Dialect, ids: list[str]) -> dict[str, Order | MedusaError]:
		orders = medusa.orders_or_errors(ids)
		return reserved_places.told(medusa, orders) if self.has_locations else orders

	def result(self, row: Row, order: Order | MedusaError | None, hold: Callable[[], None]) -> Result:
		if not order:
			return _missing(row)
		if isinstance(order, MedusaError):
			return Result.failed(row, order)
		if not is_wanted(order, chosen=bool(row.kind_data.get(CHOSEN))):
			return Result.done(row)
		problems = list(dict.fromkeys(arrive(order, hold)))
		if not problems:
			return Result.done(row)
		about = {"about": texts.one_line(f"#{order.display_id}, {order.email}", 140)}
		return Result.parked(row, "\n".join(problems), writes=[Write(inbox.doctype, row.name, about)])


def _missing(row: Row) -> Result:
	"""Medusa withdraws an order that it can't complete; a poll may have seen it before. Park the row only
	if the order became a Sales Order."""
	if not frappe.db.exists("Sales Order", {"medusa_order_id": row.reference_name, "docstatus": ("<", 2)}):
		return Result.done(row)
	return Result.parked(row, _("Medusa has no order {0}.").format(row.reference_name))


def is_wanted(order: Order, *, chosen: bool = False) -> bool:
	"""Whether to import an order: it is no draft, and is in ERPNext, or was placed since the import began.

	:param chosen: whether a user chose it, however old it is
	"""
	if order.status == "draft":
		return False
	since = settings.current().import_since
	if chosen or not since or settings.local_time(order.created_at) >= since:
		return True
	return bool(frappe.db.exists("Sales Order", {"medusa_order_id": order.id}))


def arrive(order: Order, hold: Callable[[], None] = lambda: None) -> list[str]:
	"""Make ERPNext agree with an order, as far as possible. A step that succeeds is committed; the writes of
	a step that is refused are rolled back.

	:param hold: called before the commit of a step's writes; an error that it raises undoes the step
	:returns: the reasons of refused steps, as messages for the operator
	"""
	problems: list[str] = []
	token = _arriving.set(order.id)
	try:
		sales_order = _attempt(lambda: sales_orders.place(order), None, problems, hold)
		if sales_order:
			_follow(order, sales_order, problems, hold)
	finally:
		_arriving.reset(token)
	return problems


def _follow(order: Order, sales_order, problems: list[str], hold: Callable[[], None]) -> None:
	"""The steps of an order and of its exchanges, whose Sales Orders are there before money is booked for them."""
	# An earlier version took an exchange's lines for an edit.
	held = {row.medusa_line_id for row in sales_order.items if row.medusa_line_id}
	placed = [
		(
			part,
			_attempt(lambda part=part: exchanges_from_medusa.place(part, sales_order), None, problems, hold),
		)
		for part in order_parts.parts_of(order, held)
	]
	for work in (exchanges_from_medusa.drop_cancelled, exchanges_from_medusa.name_unfollowed):
		_attempt(lambda work=work: work(order, sales_order), None, problems, hold)
	if placed:
		sales_order.reload()  # has a comment more
	first = order_parts.first_of(order, held)
	for step in STEPS:
		_attempt(lambda step=step: step(first, sales_order), sales_order, problems, hold)
	for part, doc in placed:
		for step in exchanges_from_medusa.STEPS if doc else ():
			_attempt(lambda step=step, part=part, doc=doc: step(part, doc), doc, problems, hold)


def take_up_submitted_order(doc, method: str | None = None) -> None:
	"""Sales Order, on_submit: queue the shop's order in the inbox, as steps such as its payments wait for the
	submission, see "Payments from Medusa".

	Source: docs/reference.md, "Document events".
	"""
	id = doc.get("medusa_order_id")
	if id and id != _arriving.get() and settings.current().imports_orders:
		inbox.add(INCOMING_ORDER, id)


def take_up_billed_order(doc, method: str | None = None) -> None:
	"""Sales Invoice, on_submit: queue the shop's order in the inbox where money was given back before it was
	billed, or less was captured than is billed, because credit notes are drafted once an invoice stands, see
	"Refunds from Medusa".

	Source: docs/reference.md, "Document events".
	"""
	id = doc.get("medusa_order_id")
	if not id or cint(doc.get("is_return")) or id == _arriving.get() or not settings.current().imports_orders:
		return
	if settlements.is_paid_otherwise(doc):
		inbox.add(INCOMING_ORDER, id)


def _attempt(work: Callable, sales_order, problems: list[str], hold: Callable[[], None]):
	"""Do a part of the work in a transaction of its own. Reload the Sales Order after writes or a refusal."""
	frappe.db.commit()
	try:
		done = work()
		has_written = frappe.db.transaction_writes > 0
		if has_written:
			hold()
		frappe.db.commit()
	except frappe.ValidationError as error:  # ERPNext's own refusals, and Blocked
		problems.append(message_of(error))
		done, has_written = None, True
	if sales_order and has_written and frappe.db.exists(sales_order.doctype, sales_order.name):
		sales_order.reload()
	return done


def problems_of(order: Order) -> list[str]:
	"""The problems that block an order's import, as messages for the operator; [] for none. The Sales
	Order is made and rolled back, and so are all earlier writes of the transaction."""
	frappe.db.rollback()
	try:
		sales_orders.place(order)
	except JobTimeoutException:
		raise
	except Exception as error:  # One order must not stop the others.
		return [_refusal(error)]
	finally:
		frappe.db.rollback()
		frappe.clear_messages()
	return []


def _refusal(error: Exception) -> str:
	if isinstance(error, (*DEADLOCKS, *OVERTAKEN)):
		return _("ERPNext was busy with it: preview again.")
	if isinstance(error, frappe.ValidationError):
		return message_of(error)
	# A bug, or a value that the code isn't ready for.
	return _(
		"Unexpected error: {0}. The import parks this order alone, with an Error Log: report that. The others can be imported."
	).format(texts.one_line(f"{type(error).__name__}: {error}", 200))
