"""ERPNext's documents of orders in Medusa: their Sales Orders, deliveries, returns, payments and queued rows, read for many orders
at once, in a constant number of queries.

Source: docs/reference.md, "Medusa and the Books".
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

import frappe

from medusa_integration.delivery.box import inbox, outbox
from medusa_integration.money import NOTHING, decimal, half_up
from medusa_integration.orders import medusa_lines
from medusa_integration.orders.exchanges import FIELD as EXCHANGE
from medusa_integration.orders.later_documents import ROWS
from medusa_integration.orders.money import booked_amounts
from medusa_integration.orders.money.payment_entries import DOCTYPE as ENTRY
from medusa_integration.orders.money.payment_entries import INVOICE, PAY, units
from medusa_integration.sold_units import SIZE_FIELD

ORDER = "Sales Order"
ORDER_FIELDS = [
	"name", "docstatus", "status", "company", "customer", "currency", "conversion_rate", "transaction_date", "medusa_order_id", EXCHANGE,
	"medusa_charges", *booked_amounts.TOTALS,
]  # fmt: skip


@dataclass
class Goods:
	"""Pieces of a line as Medusa counts them, in submitted documents."""

	delivered: Decimal = NOTHING
	returned: Decimal = NOTHING


@dataclass(frozen=True)
class Entry:
	"""A submitted or cancelled Payment Entry of an order.

	:param amount: in the order's currency, not rounded; negative where money was given back
	:param id: of the capture or refund in Medusa; "" for one that was made in ERPNext
	:param is_converted: whether the amount was booked in another currency
	"""

	name: str
	docstatus: int
	amount: Decimal
	id: str = ""
	is_converted: bool = False


@dataclass
class Books:
	"""ERPNext's documents of one order.

	:param orders: its Sales Orders that aren't cancelled, that of the order itself first; else its newest cancelled one
	:param lines: `{line's id: its goods}`; rows that name no line have their own names
	:param drafts: names of Delivery Notes, and Sales Invoices that update the stock, `{whether they are returns: names}`
	:param waiting: what the rows of outbox and inbox say about it: `[(status, message)]`
	"""

	orders: list = field(default_factory=list)
	lines: dict[str, Goods] = field(default_factory=lambda: defaultdict(Goods))
	drafts: dict[bool, list[str]] = field(default_factory=lambda: {False: [], True: []})
	entries: list[Entry] = field(default_factory=list)
	arriving: tuple[str, str] = ("", "")
	sending: list[tuple[str, str]] = field(default_factory=list)

	@property
	def head(self):
		"""The Sales Order of the order itself; None without one."""
		return self.orders[0] if self.orders else None

	@property
	def stands(self) -> bool:
		return bool(self.orders) and self.head.docstatus < 2

	@property
	def total(self) -> Decimal:
		"""Of all Sales Orders that stand, in the order's currency."""
		return sum((decimal(each.grand_total) for each in self.orders if each.docstatus < 2), NOTHING)

	@property
	def paid(self) -> Decimal:
		"""Received less given back, rounded to the order's currency."""
		if not self.orders:
			return NOTHING
		booked = (entry.amount for entry in self.entries if entry.docstatus == 1)
		return half_up(sum(booked, NOTHING), units(self.head.currency))

	@property
	def delivered(self) -> Decimal:
		return sum((goods.delivered for goods in self.lines.values()), NOTHING)

	@property
	def returned(self) -> Decimal:
		return sum((goods.returned for goods in self.lines.values()), NOTHING)


def read(ids: Iterable[str]) -> dict[str, Books]:
	"""ERPNext's documents of orders, by their ids in Medusa."""
	found = {id: Books() for id in ids if id}
	_read_orders(found)
	of = {order.name: books for books in found.values() for order in books.orders}
	_read_goods(of)
	_read_entries(found, of)
	_read_queued(found, of)
	return found


def _read_orders(found: dict[str, Books]) -> None:
	filters = {"medusa_order_id": ("in", [*found, ""]), "from_ecommerce": 1}
	cancelled: dict[str, frappe._dict] = {}
	for row in frappe.get_all(ORDER, filters, ORDER_FIELDS, order_by="creation desc, name desc"):
		books = found.get(row.medusa_order_id)
		if not books:
			continue
		if row.docstatus == 2:
			if not row[EXCHANGE]:
				cancelled.setdefault(row.medusa_order_id, row)
		elif row[EXCHANGE] or not any(not each[EXCHANGE] for each in books.orders):
			books.orders.append(row)
	for id, books in found.items():
		books.orders.sort(key=lambda each: bool(each[EXCHANGE]))
		if (not books.orders or books.head[EXCHANGE]) and id in cancelled:
			books.orders.insert(0, cancelled[id])


def _read_goods(of: dict[str, Books]) -> None:
	"""The rows of the Sales Orders, and of the documents that deliver them or take them back."""
	fields = ["name", "parent", "medusa_line_id", "qty", "conversion_factor", SIZE_FIELD]
	rows = frappe.get_all("Sales Order Item", {"parent": ("in", [*of, ""])}, fields, order_by="parent, idx")
	ordered = {}
	for row in rows:
		books = of[row.parent]
		if row.medusa_line_id:
			ordered[row.name] = row
		elif not next(each for each in books.orders if each.name == row.parent).medusa_charges:
			ordered[row.name] = row  # made from a Quotation; else it is a row of shipping
	moved: dict[tuple[str, bool], Decimal] = defaultdict(Decimal)
	for doctype, source in ROWS.items():
		for each in _moves(doctype, source, list(of)):
			if each.docstatus == 0:
				names = of[each.source].drafts[bool(each.is_return)]
				if each.parent not in names:
					names.append(each.parent)
			elif each.so_detail in ordered:
				moved[each.so_detail, bool(each.is_return)] += medusa_lines.stock_units(each)
	for (name, is_return), stock_units in moved.items():
		row = ordered[name]
		goods = of[row.parent].lines[row.medusa_line_id or row.name]
		pieces = medusa_lines.to_medusa(stock_units, medusa_lines.size_of(row))
		if is_return:
			goods.returned -= pieces
		else:
			goods.delivered += pieces


def _moves(doctype: str, source: str, orders: list[str]) -> list[frappe._dict]:
	"""The rows of Delivery Notes, or of Sales Invoices that update the stock, that aren't cancelled."""
	row, doc = frappe.qb.DocType(f"{doctype} Item"), frappe.qb.DocType(doctype)
	query = (
		frappe.qb.from_(row)
		.join(doc)
		.on(doc.name == row.parent)
		.select(row.parent, row.so_detail, row.qty, row.conversion_factor, row[source].as_("source"))
		.select(doc.docstatus, doc.is_return)
		.where(row[source].isin([*orders, ""]) & (row[source] != "") & (doc.docstatus < 2))
		.orderby(row.parent)
	)
	if doctype == INVOICE:
		query = query.where(doc.update_stock == 1)
	return query.run(as_dict=True)


# --- payments


def _read_entries(found: dict[str, Books], of: dict[str, Books]) -> None:
	"""The Payment Entries of captures and refunds, and those that users have made for an order or its invoices."""
	known: set[str] = set()
	fields = [
		"name", "docstatus", "payment_type", "medusa_order_id", "medusa_transaction_id", "total_allocated_amount", "unallocated_amount",
		"paid_from_account_currency", "paid_to_account_currency",
	]  # fmt: skip
	by_order = frappe.get_all(
		ENTRY,
		{
			"medusa_order_id": ("in", [*found, ""]),
			"medusa_transaction_id": ("is", "set"),
			"docstatus": (">", 0),
		},
		fields,
		order_by="creation, name",
	)
	for row in by_order:
		books = found.get(row.medusa_order_id)
		if books and books.orders:
			known.add(row.name)
			amount = decimal(row.total_allocated_amount) + decimal(row.unallocated_amount)
			books.entries.append(_entry(row, amount, books.head))
	documents = _documents_of(of)
	seen: dict[tuple[int, str], Entry] = {}
	for row in _references([name for _doctype, name in documents]):
		books = of.get(documents.get((row.reference_doctype, row.reference_name), ""))
		if not books or row.name in known:
			continue
		entry = _entry(row, abs(decimal(row.allocated_amount)), books.head)
		before = seen.get((id(books), row.name))
		if before:
			books.entries.remove(before)
			entry = Entry(
				entry.name, entry.docstatus, entry.amount + before.amount, entry.id, entry.is_converted
			)
		seen[id(books), row.name] = entry
		books.entries.append(entry)


def _entry(row: frappe._dict, amount: Decimal, order) -> Entry:
	is_paid_out = row.payment_type == PAY
	currency = row.paid_to_account_currency if is_paid_out else row.paid_from_account_currency
	is_converted = currency != order.currency
	if is_converted:
		amount = booked_amounts.in_order_currency(order, amount)
	return Entry(
		row.name,
		row.docstatus,
		-amount if is_paid_out else amount,
		row.medusa_transaction_id or "",
		is_converted,
	)


def _documents_of(of: dict[str, Books]) -> dict[tuple[str, str], str]:
	"""`{(DocType, name): Sales Order}` of Sales Orders, their invoices and credit notes. An invoice of orders of several of
	Medusa's orders is left out."""
	filters = {"sales_order": ("in", [*of, ""]), "parenttype": INVOICE, "docstatus": 1}
	fields = ["parent", "sales_order"]
	billed: dict[str, str] = {}
	mixed: set[str] = set()
	for row in frappe.get_all("Sales Invoice Item", filters, fields, distinct=True, order_by="parent"):
		if of[billed.setdefault(row.parent, row.sales_order)] is not of.get(row.sales_order):
			mixed.add(row.parent)
	notes = {"return_against": ("in", [*billed, ""]), "docstatus": 1, "is_return": 1}
	for row in frappe.get_all(INVOICE, notes, ["name", "return_against"], order_by="name"):
		if row.return_against in billed:
			billed.setdefault(row.name, billed[row.return_against])
	documents = {(INVOICE, name): order for name, order in billed.items() if name not in mixed}
	return documents | {(ORDER, name): name for name in of}


def _references(names: list[str]) -> list[frappe._dict]:
	entry, row = frappe.qb.DocType(ENTRY), frappe.qb.DocType("Payment Entry Reference")
	return (
		frappe.qb.from_(row)
		.join(entry)
		.on(row.parent == entry.name)
		.select(entry.name, entry.docstatus, entry.payment_type, entry.medusa_transaction_id)
		.select(entry.paid_from_account_currency, entry.paid_to_account_currency)
		.select(row.reference_doctype, row.reference_name, row.allocated_amount)
		.where((entry.docstatus == 1) & row.reference_name.isin([*names, ""]))
		.orderby(entry.creation)
		.orderby(entry.name)
		.run(as_dict=True)
	)


# --- queued rows


def _read_queued(found: dict[str, Books], of: dict[str, Books]) -> None:
	arriving = {"kind": "Order", "reference_name": ("in", [*found, ""])}
	for row in frappe.get_all(inbox.doctype, arriving, ["reference_name", "status", "error"], order_by=None):
		if row.reference_name in found:
			found[row.reference_name].arriving = (row.status, row.error or "")
	about = dict(of)
	for doctype, source in ROWS.items():
		rows = {source: ("in", [*of, ""]), "parenttype": doctype}
		for row in frappe.get_all(f"{doctype} Item", rows, ["parent", source], distinct=True, order_by=None):
			if row[source] in of:
				about[row.parent] = of[row[source]]
	for books in of.values():
		about |= {entry.name: books for entry in books.entries}
	sending = {
		"kind": ("!=", "Order"),  # a status, which isn't compared
		"reference_name": ("in", [*about, ""]),
		"reference_doctype": ("in", [ORDER, *ROWS, ENTRY]),
	}
	for row in frappe.get_all(
		outbox.doctype, sending, ["reference_name", "status", "error"], order_by="name"
	):
		if row.reference_name in about:
			about[row.reference_name].sending.append((row.status, row.error or ""))
