"""Sales Orders that are cancelled in ERPNext → the orders in Medusa, where Medusa allows it.

Medusa refunds a cancelled order. So an order that is being amended mustn't be cancelled: its row waits
AMENDING minutes, and isn't sent if another Sales Order stands for the same order then.

Source: docs/reference.md, "Cancellations and edits".
"""

from datetime import datetime, timedelta

import frappe
from frappe import _
from frappe.utils import get_datetime, now_datetime

from medusa_integration import settings
from medusa_integration.delivery.box import outbox
from medusa_integration.delivery.kind import Kind, Outcome, Result, Row, Run
from medusa_integration.delivery.one_by_one import OneByOne
from medusa_integration.orders.exchanges import FIELD, NOT_OF_EXCHANGES
from medusa_integration.orders.status_to_medusa import is_of_shop
from medusa_integration.stock.stock_events import counted_by

DOCTYPE = "Sales Order"
AMENDING = 10  # minutes


class Cancellations(Kind):
	"""The kind of cancellations, about the shop's cancelled Sales Orders."""

	name = "Cancellation"
	doctype = DOCTYPE
	batch_size = 25  # Sent one after the other, within a lease.

	def prepare(self, run: Run, rows: list[Row]) -> OneByOne:
		cancelled = _cancelled([row.reference_name for row in rows])
		ready, waiting = {}, []
		for row in rows:
			order = cancelled.get(row.reference_name)
			left = _left(order.cancelled_on) if order else 0
			if left > 0:
				why = _(
					"Waits for an amended order. Without one, Medusa cancels it ten minutes after the Sales Order."
				)
				waiting.append(Result.retry(row, why, after=left, counts=False))
			elif order:
				ready[row.reference_name] = {"order_id": order.medusa_order_id}
		held = {result.row.name for result in waiting}
		task = CancellationsTask(
			[row for row in rows if row.name not in held],
			ready,
			lambda medusa, order: medusa.cancel_order(order["order_id"]),
		)
		task.settled += waiting
		return task


CANCELLATION = Cancellations()


class CancellationsTask(OneByOne):
	"""Cancellations. Each queues the stock afterwards, because Medusa has released its reservations."""

	def conclude(self, reply: list) -> list[Result]:
		counted = counted_by(DOCTYPE, self.payloads)
		results = super().conclude(reply)
		for result in results:
			if result.outcome is Outcome.DONE:
				result.then += counted[result.row.reference_name]
		return results


def cancel_in_medusa(doc, method: str | None = None) -> None:
	"""Sales Order, cancelled: queue the cancellation of a shop's order, if the configuration says so, see
	"Cancellations and edits".

	Source: docs/reference.md, "Document events".
	"""
	if doc.get(FIELD):  # Medusa would cancel the whole order.
		return
	if settings.enabled() and is_of_shop(doc) and settings.current().cancel_in_medusa:
		outbox.add(CANCELLATION, doc.name)


def _cancelled(names: list[str]) -> dict[str, frappe._dict]:
	"""`{Sales Order: medusa_order_id, cancelled_on}` where no other Sales Order stands for the order."""
	filters = {
		"name": ("in", names or [""]),
		"docstatus": 2,
		"medusa_order_id": ("is", "set"),
		**NOT_OF_EXCHANGES,
	}
	orders = frappe.get_all(
		DOCTYPE, filters, ["name", "medusa_order_id", "modified as cancelled_on"], order_by=None
	)
	ids = [order.medusa_order_id for order in orders]
	others = {"medusa_order_id": ("in", ids or [""]), "docstatus": ("<", 2), **NOT_OF_EXCHANGES}
	standing = set(frappe.get_all(DOCTYPE, others, pluck="medusa_order_id", order_by=None))
	return {order.name: order for order in orders if order.medusa_order_id not in standing}


def _left(cancelled_on: datetime | str) -> float:
	"""The seconds for which the order may still be amended."""
	return (get_datetime(cancelled_on) + timedelta(minutes=AMENDING) - now_datetime()).total_seconds()
