"""Sales Orders → the status of Medusa's orders, which invoices, deliveries and payments change too.

Source: docs/reference.md, "Orders".
"""

from collections import defaultdict
from collections.abc import Iterable

import frappe
from frappe.utils import add_days, cint, flt, today

from medusa_integration import settings
from medusa_integration.customers.emails import MAIN
from medusa_integration.delivery.box import outbox
from medusa_integration.delivery.kind import Kind, Row, Run
from medusa_integration.delivery.one_by_one import OneByOne
from medusa_integration.orders.exchanges import NOT_OF_EXCHANGES
from medusa_integration.orders.origin import made_from

DOCTYPE = "Sales Order"

OVERDUE_DAYS = 3  # how far back invoices are read at least
FIRST_OVERDUE_DAYS = 30  # how far back the first run reads
# Global default: the last two days on which the run was made.
LOOKED_ON = "medusa_overdue_looked_on"
UNPAID = "Unpaid"
# An order with several invoices has the payment status that comes first here: owed, then paid, then credited. Returns
# don't count, because the invoice that they are for has the status.
PAYMENT_STATUSES = (
	"Overdue", "Overdue and Discounted", UNPAID, "Unpaid and Discounted", "Partly Paid", "Partly Paid and Discounted",
	"Submitted", "Paid", "Internal Transfer", "Credit Note Issued",
)  # fmt: skip


class OrderStatuses(Kind):
	"""The kind of orders' status, about the shop's Sales Orders."""

	name = "Order"
	doctype = DOCTYPE

	def prepare(self, run: Run, rows: list[Row]) -> OneByOne:
		orders = _read([row.reference_name for row in rows])
		return OneByOne(rows, orders, lambda medusa, order: medusa.update_order(order))


ORDER_STATUS = OrderStatuses()


# --- document events


def export_sales_order_on_update(doc, method: str | None = None) -> None:
	"""Sales Order, every change: queue the status of a shop's order.

	Source: docs/reference.md, "Document events".
	"""
	if settings.enabled() and is_of_shop(doc) and _is_new_state(doc, method):
		outbox.add(ORDER_STATUS, doc.name)


def export_sales_invoice_on_update(doc, method: str | None = None) -> None:
	"""Sales Invoice, submitted, changed or cancelled: queue every shop's order that it bills.

	Source: docs/reference.md, "Document events".
	"""
	if doc.docstatus and settings.enabled() and _is_new_state(doc, method):
		_queue(made_from(doc))


def export_delivery_note_on_update(doc, method: str | None = None) -> None:
	"""Delivery Note, made, submitted or cancelled: queue every shop's order that it delivers.

	Source: docs/reference.md, "Document events".
	"""
	_queue(made_from(doc))


def handle_payment_entry(doc, method: str | None = None) -> None:
	"""Payment Entry, every change: queue every shop's order that it pays, directly or through invoices.

	Source: docs/reference.md, "Document events".
	"""
	if not settings.enabled() or not _is_new_state(doc, method):
		return
	paid = defaultdict(set)
	for row in doc.references:
		paid[row.reference_doctype].add(row.reference_name)
	_queue(paid[DOCTYPE] | _billed_by(paid["Sales Invoice"]))


def export_overdue_orders() -> None:
	"""Daily: queue the shop's orders whose invoices have become overdue. ERPNext's own nightly job sets that
	status without an event, and may run after this one. So invoices are read that fell due since the last run
	but one, however long ago that was; the global default `medusa_overdue_looked_on` has the days of the last
	two runs. The first run looks back 30 days.

	Source: docs/reference.md, "Scheduled tasks".
	"""
	if not settings.enabled():
		return
	days = [day for day in (frappe.db.get_global(LOOKED_ON) or "").split() if day != today()]
	first = days[0] if days else add_days(today(), -FIRST_OVERDUE_DAYS)
	filters = {
		"docstatus": 1,
		"from_ecommerce": 1,
		"status": ("like", "Overdue%"),
		"due_date": (">=", add_days(first, -OVERDUE_DAYS)),
	}
	invoices = frappe.get_all("Sales Invoice", filters, pluck="name", order_by="name")
	for part in frappe.utils.create_batch(invoices, 500):
		_queue(_billed_by(set(part)))
	frappe.db.set_global(LOOKED_ON, " ".join([*days, today()][-2:]))


def is_of_shop(doc) -> bool:
	"""Whether a Sales Order came from the shop."""
	return bool(cint(doc.get("from_ecommerce")) and doc.get("medusa_order_id"))


def _is_new_state(doc, method: str | None) -> bool:
	"""Whether no earlier event has queued the orders of a document in just this state. Frappe runs several events in one
	save: one row in the outbox is enough. A call that is no event (without a method) always queues."""
	state = (doc.modified, doc.docstatus, doc.get("status"))
	is_new = doc.flags.medusa_queued_state != state
	doc.flags.medusa_queued_state = state
	return is_new or not method


def _billed_by(invoices: set[str]) -> set[str]:
	if not invoices:
		return set()
	filters = {"parent": ("in", list(invoices)), "parenttype": "Sales Invoice", "sales_order": ("is", "set")}
	return set(frappe.get_all("Sales Invoice Item", filters, pluck="sales_order", order_by=None))


def _queue(names: set[str]) -> None:
	if names and settings.enabled():
		touched = _shop_orders(name=("in", list(names)))
		outbox.add_many((ORDER_STATUS, order.name) for order in touched)


def _shop_orders(fields: Iterable[str] = ("name", "medusa_order_id"), **filters) -> list[frappe._dict]:
	"""The Sales Orders that came from the shop and match the filters, oldest first."""
	of_shop = {"from_ecommerce": 1, "medusa_order_id": ("is", "set"), **NOT_OF_EXCHANGES}
	return frappe.get_all(DOCTYPE, {**of_shop, **filters}, list(fields), order_by="creation, name")


# --- payloads


def _read(names: list[str]) -> dict[str, dict]:
	"""`{Sales Order: payload}`, in a constant number of queries."""
	asked = {order.name: order.medusa_order_id for order in _shop_orders(name=("in", names))}
	standing = _standing(set(asked.values()))
	payments = _payment_statuses([order.name for order in standing.values()])
	customers = _medusa_customers({order.customer for order in standing.values()})
	further = _further_accounts({order.contact_person for order in standing.values()})
	return {
		name: _payload(
			standing[id],
			further.get(standing[id].contact_person) or customers.get(standing[id].customer),
			payments.get(standing[id].name),
		)
		for name, id in asked.items()
	}


def _standing(medusa_order_ids: set[str]) -> dict[str, frappe._dict]:
	"""`{id of Medusa's order: the Sales Order whose status it gets}`: the newest one that isn't cancelled, if any."""
	fields = (
		"name", "docstatus", "status", "customer", "contact_person", "medusa_order_id", "discount_amount", "net_total", "grand_total",
	)  # fmt: skip
	orders = _shop_orders(fields, medusa_order_id=("in", list(medusa_order_ids) or [""]))
	orders.sort(key=lambda order: order.docstatus != 2)
	return {order.medusa_order_id: order for order in orders}


def _payment_statuses(names: list[str]) -> dict[str, str]:
	invoice, item = frappe.qb.DocType("Sales Invoice"), frappe.qb.DocType("Sales Invoice Item")
	rows = (
		frappe.qb.from_(item)
		.join(invoice)
		.on(item.parent == invoice.name)
		.select(item.sales_order, invoice.status)
		.distinct()
		.where(item.sales_order.isin(names or [""]) & (invoice.docstatus == 1) & (invoice.is_return == 0))
		.run()
	)
	statuses = defaultdict(list)
	for name, status in rows:
		statuses[name].append(status)
	return {name: min(found, key=_urgency) for name, found in statuses.items()}


def _urgency(status: str) -> int:
	"""The position in PAYMENT_STATUSES. An unknown status, as of a customised ERPNext, comes before the settled ones."""
	return PAYMENT_STATUSES.index(status if status in PAYMENT_STATUSES else "Submitted")


def _medusa_customers(names: set[str]) -> dict[str, str]:
	"""`{Customer: Medusa's id}`; a buyer's second Customer has that of the first one."""
	rows = _ids_of({"name": ("in", list(names) or [""])})
	mains = {row[MAIN] for row in rows} - {None, ""}
	of_main = {row.name: row.medusa_id for row in _ids_of({"name": ("in", list(mains))})} if mains else {}
	return {row.name: of_main.get(row[MAIN]) or row.medusa_id for row in rows}


def _further_accounts(contacts: set[str]) -> dict[str, str]:
	"""`{Contact: Medusa's id}` of those that have a further account of their Customer."""
	own = {"name": ("in", [*filter(None, contacts), ""]), "medusa_id": ("is", "set")}
	return dict(frappe.get_all("Contact", own, ["name", "medusa_id"], order_by=None, as_list=True))


def _ids_of(filters: dict) -> list[frappe._dict]:
	return frappe.get_all("Customer", filters, ["name", "medusa_id", MAIN], order_by="name")


def _payload(order: frappe._dict, customer_id: str | None, payment_status: str | None) -> dict:
	"""The payload of a Sales Order; amounts in major units of the order's currency."""
	return {
		"order_id": order.medusa_order_id,
		"customer_id": customer_id,
		"order_status": "Pending" if order.status == "Draft" else order.status,
		"payment_status": payment_status or UNPAID,
		"discount_amount": flt(order.discount_amount),
		"net_total": flt(order.net_total),
		"grand_total": flt(order.grand_total),
	}
