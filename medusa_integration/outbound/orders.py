"""Sales Orders → the status of Medusa's orders, with what their invoices, deliveries and payments change."""

from collections import defaultdict
from collections.abc import Iterable

import frappe
from frappe import _
from frappe.utils import add_days, cint, flt, today

from medusa_integration import request_log
from medusa_integration import session as shop
from medusa_integration.catalogue.origin import made_from
from medusa_integration.delivery import outbox
from medusa_integration.delivery.outbox import Result
from medusa_integration.desk.arguments import document_name
from medusa_integration.medusa.v2.dialect import MedusaV2

KIND = "Order"
DOCTYPE = "Sales Order"
BATCH_SIZE = 1  # Medusa has no batch call for orders

OVERDUE_DAYS = 3  # looked back at least
FIRST_OVERDUE_DAYS = 30  # looked back the first time
# A global default: the last two days on which overdue invoices were looked for.
LOOKED_ON = "medusa_overdue_looked_on"
UNPAID = "Unpaid"
# Of several invoices the one that stands first here speaks for the order: what is owed, before what is paid, before
# what was taken back. Returns don't count, the invoice that they are about tells.
PAYMENT_STATUSES = (
	"Overdue", "Overdue and Discounted", UNPAID, "Unpaid and Discounted", "Partly Paid", "Partly Paid and Discounted",
	"Submitted", "Paid", "Internal Transfer", "Credit Note Issued",
)  # fmt: skip


# --- ERPNext's side: whose status may have changed


def export_sales_order_on_update(doc, method: str | None = None) -> None:
	"""Sales Order, every change (contract section 2): note that the status of a shop's order has to reach it."""
	if shop.enabled() and _is_of_shop(doc):
		outbox.add(KIND, DOCTYPE, doc.name)


def export_sales_invoice_on_update(doc, method: str | None = None) -> None:
	"""Sales Invoice, once it counts (contract section 2): the same for every Sales Order that it bills."""
	if doc.docstatus:
		_note(made_from(doc))


def export_delivery_note_on_update(doc, method: str | None = None) -> None:
	"""Delivery Note (contract section 2): the same for every Sales Order that it delivers."""
	_note(made_from(doc))


def handle_payment_entry(doc, method: str | None = None) -> None:
	"""Payment Entry (contract section 2): the same for every Sales Order that it pays, itself or by its invoices."""
	if not shop.enabled():
		return
	paid = defaultdict(set)
	for row in doc.references:
		paid[row.reference_doctype].add(row.reference_name)
	_note(paid[DOCTYPE] | _billed_by(paid["Sales Invoice"]))


def export_overdue_orders() -> None:
	"""Daily: ERPNext's own nightly job calls invoices overdue without an event. Look at those that fell due since the last
	run but one, however long ago that was: ERPNext's job may have run after ours on the last day."""
	if not shop.enabled():
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
		_note(_billed_by(set(part)))
	frappe.db.set_global(LOOKED_ON, " ".join([*days, today()][-2:]))


def _is_of_shop(doc) -> bool:
	return bool(cint(doc.get("from_ecommerce")) and doc.get("medusa_order_id"))


def _billed_by(invoices: set[str]) -> set[str]:
	if not invoices:
		return set()
	filters = {"parent": ("in", list(invoices)), "parenttype": "Sales Invoice", "sales_order": ("is", "set")}
	return set(frappe.get_all("Sales Invoice Item", filters, pluck="sales_order", order_by=None))


def _note(names: set[str]) -> None:
	if names and shop.enabled():
		touched = _shop_orders(name=("in", list(names)))
		outbox.add_many((KIND, DOCTYPE, order.name) for order in touched)


def _shop_orders(fields: Iterable[str] = ("name", "medusa_order_id"), **filters) -> list[frappe._dict]:
	"""Those of the Sales Orders that are the shop's, oldest first."""
	of_shop = {"from_ecommerce": 1, "medusa_order_id": ("is", "set")}
	return frappe.get_all(DOCTYPE, {**of_shop, **filters}, list(fields), order_by="creation, name")


@frappe.whitelist(methods=["POST"])
def export_sales_order(self: str = "") -> str:
	"""Send a Sales Order's status to Medusa as soon as a worker is free (contract section 5).

	:param self: the Sales Order's name
	:returns: what happens now, in words
	:raises frappe.PermissionError: without write permission for it
	:raises frappe.DoesNotExistError: where there is none
	:raises frappe.ValidationError: while the integration is off, for an order that isn't the shop's, or for what can't
		be a name
	"""
	doc = frappe.get_doc(DOCTYPE, document_name(self, "self"))
	doc.check_permission("write")
	shop.must_be_enabled()
	if not _is_of_shop(doc):
		frappe.throw(_("{0} didn't come from the shop.").format(doc.name), title=_("Not a shop order"))
	outbox.add(KIND, DOCTYPE, doc.name)
	return _("The status of {0} is on its way to Medusa.").format(doc.name)


# --- Medusa's side: what is sent


def push(medusa: MedusaV2, rows: list[frappe._dict]) -> list[Result]:
	"""Write the status of the Sales Orders that the rows name into Medusa's orders."""
	orders = _read([row.reference_name for row in rows])
	for row in rows:
		order = orders.get(row.reference_name)
		if order:
			with request_log.about([(DOCTYPE, row.reference_name)]):
				medusa.update_order(order)
	return [Result(row) for row in rows]


def _read(names: list[str]) -> dict[str, dict]:
	"""What Medusa is told for each Sales Order, in a constant number of queries."""
	asked = {order.name: order.medusa_order_id for order in _shop_orders(name=("in", names))}
	standing = _standing(set(asked.values()))
	payments = _payment_statuses([order.name for order in standing.values()])
	customers = _medusa_customers({order.customer for order in standing.values()})
	return {
		name: _payload(standing[id], customers.get(standing[id].customer), payments.get(standing[id].name))
		for name, id in asked.items()
	}


def _standing(medusa_order_ids: set[str]) -> dict[str, frappe._dict]:
	"""The Sales Order that stands for each of Medusa's orders: the last one, of an amended one not the cancelled."""
	fields = (
		"name", "docstatus", "status", "customer", "medusa_order_id", "discount_amount", "net_total", "grand_total",
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
	"""A status that ERPNext may have one day, or somebody's customisation, goes before the settled ones."""
	return PAYMENT_STATUSES.index(status if status in PAYMENT_STATUSES else "Submitted")


def _medusa_customers(names: set[str]) -> dict[str, str]:
	rows = frappe.get_all(
		"Customer", {"name": ("in", list(names) or [""])}, ["name", "medusa_id"], order_by="name"
	)
	return {row.name: row.medusa_id for row in rows}


def _payload(order: frappe._dict, customer_id: str | None, payment_status: str | None) -> dict:
	"""A Sales Order in the terms of contract section 4; amounts in major units of the order's currency."""
	return {
		"order_id": order.medusa_order_id,
		"customer_id": customer_id,
		"order_status": "Pending" if order.status == "Draft" else order.status,
		"payment_status": payment_status or UNPAID,
		"discount_amount": flt(order.discount_amount),
		"net_total": flt(order.net_total),
		"grand_total": flt(order.grand_total),
	}
