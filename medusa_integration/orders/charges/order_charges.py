"""The fixed charges of the shop's Sales Orders, and the amounts that Delivery Notes and Sales Invoices carry
already.

Source: docs/reference.md, "Parts of an order".
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

import frappe
from frappe.utils import cint, flt

from medusa_integration.medusa.unrounded import Unrounded
from medusa_integration.money import NOTHING, decimal, decimals_of
from medusa_integration.orders.charges.parts import (
	Charge,
	Done,
	OrderRow,
	Progress,
	Returned,
	never_billed,
)
from medusa_integration.orders.charges.stored import UNROUNDED, read_charges, stored_charges

TAXES = "Sales Taxes and Charges"
DISCOUNT = "discount"
SEPARATOR = "@"


class Document(NamedTuple):
	"""Another document's rows of items and of taxes, and the orders by which it is tagged."""

	items: Iterable
	taxes: Iterable
	orders: "list[ShopOrder]"


@dataclass
class Carried:
	"""The parts of an order that the other submitted documents of one DocType carry: net of returns, and the returned
	quantities alone. A draft of a return of Medusa's counts older ones, too.

	`back` and `given_back` are of the credit notes that gave back goods with their taxes and nothing else, as positive
	amounts: what they credit was billed with its share of shipping, which stays charged.
	"""

	done: dict[str, Done] = field(default_factory=lambda: defaultdict(Done))
	returned: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
	charges: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
	documents: list[Document] = field(default_factory=list)
	back: dict[str, Done] = field(default_factory=lambda: defaultdict(Done))
	given_back: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))


@dataclass
class ShopOrder:
	"""A Sales Order of the shop. `charges` and `tax_rows` are by the charge's key; `discount` is the fixed
	discount of the order as a whole, if any. `sold` are the rows as they were ordered, `rows` may be less. `decimals` are
	those of shares; `unrounded` are Medusa's amounts, where goods came back."""

	name: str
	currency: str
	rows: list[OrderRow]
	charges: dict[str, Charge]
	tax_rows: dict[str, frappe._dict]
	discount: Charge
	sold: list[OrderRow] = field(default_factory=list)
	decimals: int = 0
	unrounded: Unrounded | None = None
	carried: Carried = field(default_factory=Carried)

	def shrink(self, kept: Mapping[str, Decimal]) -> None:
		"""Reduce rows, and the parts of charges that belong to their lines.

		:param kept: `{row: the fraction that stays}`
		"""
		wholes: dict[str, Decimal] = defaultdict(Decimal)
		lefts: dict[str, Decimal] = defaultdict(Decimal)
		for row in self.rows:
			wholes[row.line] += row.qty
			lefts[row.line] += row.qty * kept.get(row.name, Decimal(1))
		self.rows = [row.part(kept.get(row.name, Decimal(1))) for row in self.rows]
		lines = {line: lefts[line] / whole for line, whole in wholes.items() if whole}
		self.charges = {key: charge.reduced(lines) for key, charge in self.charges.items()}

	def returned(self, here: Mapping[str, Done], *, is_return: bool) -> dict[str, Returned]:
		"""The pieces of each row that came back, are credited and billed, with a further document.

		:param here: what the document covers
		"""
		found = {}
		for row in self.sold:
			own, before = here.get(row.name, Done()).qty, self.carried.returned.get(row.name, NOTHING)
			billed = self.carried.done.get(row.name, Done()).qty + before + (NOTHING if is_return else own)
			credited = before - (own if is_return else NOTHING)
			found[row.name] = Returned(row.line, row.qty, row.returned, credited, billed)
		return found

	def billed(self, *parts: Mapping[str, Done]) -> Progress:
		"""The progress of billing, whatever was credited of it as a return of Medusa's."""
		return self.progress(self.carried.back, *parts)

	def progress(self, *parts: Mapping[str, Done]) -> Progress:
		"""The order's progress with the carried and with further parts."""
		done = dict(self.carried.done)
		for part in parts:
			for name, more in part.items():
				done[name] = done.get(name, Done()).plus(more)
		return Progress(self.rows, done)


def orders_of(doc) -> list[ShopOrder]:
	"""The shop's orders of a Delivery Note or Sales Invoice, with the parts that other documents carry, in
	the sequence of its rows. Takes a constant number of queries, none where no row is of an order.

	A document that is being submitted waits for others of the same orders, and sees their commits.
	"""
	details = [row.so_detail for row in doc.items if row.get("so_detail")]
	orders = _orders(details, doc) if details else []
	if orders:
		_read_carried(doc, orders, lock=doc.docstatus == 1)
		if doc.doctype == "Sales Invoice":
			for order in orders:
				_leave_out_returned(doc, order)
	return orders


def _leave_out_returned(doc, order: ShopOrder) -> None:
	"""Leave out the pieces that came back before they were billed: they aren't billed any more, so that the last
	invoice carries all of the shipping, and no tax on them."""
	gone = never_billed(order.returned(done_by(doc, doc.items), is_return=bool(cint(doc.is_return))))
	kept = {row.name: (row.qty - gone[row.name]) / row.qty for row in order.rows if gone[row.name]}
	if kept:
		order.shrink(kept)


def done_by(doc, rows: Iterable) -> dict[str, Done]:
	"""`{order's row: the part of it that rows of a document cover}`."""
	done: dict[str, Done] = defaultdict(Done)
	for row in rows:
		if row.so_detail:
			qty = decimal(row.qty) * (decimal(row.conversion_factor) or 1)
			# A delivery counts by its quantities alone.
			amount = decimal(row.qty) * decimal(row.rate) if doc.doctype == "Sales Invoice" else NOTHING
			done[row.so_detail] = done[row.so_detail].plus(Done(qty, amount))
	return done


def _orders(details: list[str], doc) -> list[ShopOrder]:
	heads = _heads(details, lock=doc.docstatus == 1)
	if not heads:
		return []
	rows, taxes = _rows(list(heads)), _tax_rows("Sales Order", list(heads))
	sequence = {row.name: row.parent for row in rows}
	names = dict.fromkeys(sequence[name] for name in details if name in sequence)
	return [
		_order(
			heads[name],
			[row for row in rows if row.parent == name],
			[row for row in taxes if row.parent == name],
			doc,
		)
		for name in names
	]


def _heads(details: list[str], *, lock: bool) -> dict[str, frappe._dict]:
	order, row = frappe.qb.DocType("Sales Order"), frappe.qb.DocType("Sales Order Item")
	fields = ["name", "currency", "medusa_charges", "discount_amount", "additional_discount_percentage"]
	names = frappe.qb.from_(row).select(row.parent).where(row.name.isin(details)).distinct().run(pluck=True)
	query = (
		frappe.qb.from_(order)
		.select(*(order[field] for field in fields))
		.where(order.name.isin(names or [""]) & (order.from_ecommerce == 1))
		.orderby(order.name)
	)
	return {head.name: head for head in (query.for_update() if lock else query).run(as_dict=True)}


def _rows(orders: list[str]) -> list[frappe._dict]:
	fields = [
		"name", "parent", "medusa_line_id", "qty", "conversion_factor", "rate", "net_amount", "returned_qty",
	]  # fmt: skip
	return frappe.get_all("Sales Order Item", {"parent": ("in", orders)}, fields, order_by="parent, idx")


def _tax_rows(doctype: str, names: list[str], *, lock: bool = False) -> list[frappe._dict]:
	tax = frappe.qb.DocType(TAXES)
	query = (
		frappe.qb.from_(tax)
		.select("*")
		.where((tax.parenttype == doctype) & tax.parent.isin(names) & (tax.charge_type == "Actual"))
		.orderby(tax.parent)
		.orderby(tax.idx)
	)
	return (query.for_update() if lock else query).run(as_dict=True)


def _order(head: frappe._dict, rows: list, taxes: list, doc) -> ShopOrder:
	digits = decimals_of_shares(head.currency, doc)
	lines = {row.medusa_line_id or row.name for row in rows}
	stored = stored_charges(head)
	charges, tax_rows = {}, {}
	for tax in taxes:
		key = tax.medusa_charge if tax.medusa_charge and tax.medusa_charge not in charges else tax.name
		charges[key] = _charge(key, tax, stored.get(key), lines, digits)
		tax_rows[key] = tax
	discount = NOTHING if flt(head.additional_discount_percentage) else decimal(head.discount_amount)
	sold = [_order_row(row) for row in rows]
	return ShopOrder(
		head.name,
		head.currency,
		sold,
		charges,
		tax_rows,
		Charge(DISCOUNT, discount, digits),
		sold,
		digits,
		_unrounded(head),
	)


def _unrounded(head) -> Unrounded | None:
	stored = read_charges(head).get(UNROUNDED)
	if not stored:
		return None
	lines, fees = ({key: decimal(each) for key, each in stored[part].items()} for part in ("lines", "fees"))
	return Unrounded(lines, fees, decimal(stored["rest"]), decimal(stored["apart"]))


def _order_row(row: frappe._dict) -> OrderRow:
	factor = decimal(row.conversion_factor) or 1
	amount = decimal(row.qty) * decimal(row.rate)
	return OrderRow(
		row.name,
		row.medusa_line_id or row.name,
		decimal(row.qty) * factor,
		amount,
		decimal(row.net_amount),
		decimal(row.returned_qty) * factor,
	)


def decimals_of_shares(currency: str, doc) -> int:
	"""The decimals of shares: those of the order's currency, at most the site's."""
	return min(decimals_of(currency), cint(doc.precision("tax_amount", "taxes")))


def _charge(key: str, tax: frappe._dict, stored: dict | None, lines: set[str], digits: int) -> Charge:
	"""A charge with the amount of the order's row. Where a user has changed the amount, the lines' parts
	change in proportion."""
	amount = decimal(tax.tax_amount)
	of_lines = {
		line: decimal(part) for line, part in (stored or {}).get("lines", {}).items() if line in lines
	}
	rates = {line: decimal(rate) for line, rate in ((stored or {}).get("rate") or {}).items()}
	whole = decimal((stored or {}).get("amount"))
	if of_lines and whole != amount:
		factor = amount / whole if whole else NOTHING
		of_lines = {line: part * factor for line, part in of_lines.items()}
	return Charge(key, amount, digits, of_lines, rates, is_known=bool(stored))


def _read_carried(doc, orders: list[ShopOrder], *, lock: bool) -> None:
	by_row = {row.name: order for order in orders for row in order.rows}
	rows = _rows_of_others(doc, list(by_row), lock=lock)
	documents: dict[str, list] = defaultdict(list)
	for row in rows:
		documents[row.parent].append(row)
	if not documents:
		return
	taxes: dict[str, list] = defaultdict(list)
	for tax in _tax_rows(doc.doctype, list(documents), lock=lock):
		taxes[tax.parent].append(tax)
	credits = documents.items() if doc.doctype == "Sales Invoice" else ()
	goods_only = {name for name, of_document in credits if _gives_back_goods(of_document, by_row)}
	for name, of_document in documents.items():
		theirs = list({by_row[row.so_detail].name: by_row[row.so_detail] for row in of_document}.values())
		for order in theirs:
			order.carried.documents.append(Document(of_document, taxes[name], theirs))
		for detail, more in done_by(doc, of_document).items():
			done = by_row[detail].carried.done
			done[detail] = done[detail].plus(more)
			if more.qty < 0:
				by_row[detail].carried.returned[detail] -= more.qty
			if name in goods_only:
				back = by_row[detail].carried.back
				back[detail] = back[detail].plus(Done(-more.qty, -more.amount))
		for (order, key), found in match(theirs, taxes[name]).items():
			carried = next(each for each in theirs if each.name == order).carried
			amount = sum((decimal(tax.tax_amount) for tax in found), NOTHING)
			carried.charges[key] += amount
			if name in goods_only:
				carried.given_back[key] -= amount
		# Several orders: the discount is counted for the first one, as it is set.
		theirs[0].carried.charges[DISCOUNT] += decimal(of_document[0].discount_amount)


def _gives_back_goods(rows: list[frappe._dict], orders: Mapping[str, ShopOrder]) -> bool:
	"""Whether a credit note is of a return of Medusa's, or of goods that came back by one."""
	if not rows[0].is_return or rows[0].medusa_return_id:
		return bool(rows[0].is_return)
	of_medusa = (order for order in (orders[row.so_detail] for row in rows) if order.unrounded)
	came_back = {row.name for order in of_medusa for row in order.sold if row.returned}
	return any(row.so_detail in came_back for row in rows)


def _rows_of_others(doc, details: list[str], *, lock: bool) -> list[frappe._dict]:
	"""Rows of the other submitted documents of the same DocType. Drafts of Medusa's returns are submitted one after
	another: each counts the older ones, so that together they come to what Medusa gives back."""
	parent, row = frappe.qb.DocType(doc.doctype), frappe.qb.DocType(f"{doc.doctype} Item")
	counts = parent.docstatus == 1
	if doc.doctype == "Sales Invoice" and doc.docstatus == 0 and doc.get("medusa_return_id"):
		older = (parent.docstatus == 0) & (parent.is_return == 1) & (parent.medusa_return_id != "")
		counts |= older & (parent.creation < doc.creation) if doc.get("creation") else older
	query = (
		frappe.qb.from_(row)
		.join(parent)
		.on(row.parent == parent.name)
		.select(row.parent, row.so_detail, row.qty, row.conversion_factor, row.rate, parent.discount_amount)
		.select(parent.is_return, parent.medusa_return_id)
		.where(row.so_detail.isin(details) & counts & (parent.name != (doc.name or "")))
		.orderby(row.parent)
		.orderby(row.idx)
	)
	if doc.meta.has_field("is_debit_note"):
		query = query.where(parent.is_debit_note == 0)
	return (query.for_update() if lock else query).run(as_dict=True)


def tag(order: ShopOrder, key: str, orders: list[ShopOrder]) -> str:
	"""The name of a charge in a document's row. It contains the order where the document is for several."""
	return f"{key}{SEPARATOR}{order.name}" if len(orders) > 1 else key


def match(orders: list[ShopOrder], rows: Iterable) -> dict[tuple[str, str], list]:
	"""`{(order, charge's key): rows of a document's taxes}`. Rows without a tag, from another app's mapper or
	from before there were tags, are matched in their sequence by account and description."""
	found: dict[tuple[str, str], list] = defaultdict(list)
	untagged = []
	for row in rows:
		if row.charge_type != "Actual":
			continue
		place = _place(row.get("medusa_charge"), orders, found)
		if place:
			found[place].append(row)
		elif not row.get("medusa_charge"):
			untagged.append(row)
	for row in untagged:
		place = _same_account(row, orders, found)
		if place:
			found[place].append(row)
	return found


def _place(tagged: str | None, orders: list[ShopOrder], found: Mapping) -> tuple[str, str] | None:
	if not tagged:
		return None
	key, _, name = tagged.rpartition(SEPARATOR)
	for order in orders:
		if order.name == name and key in order.charges:
			return order.name, key
	places = [(order.name, tagged) for order in orders if tagged in order.charges]
	return next((place for place in places if place not in found), places[0] if places else None)


def _same_account(row, orders: list[ShopOrder], found: Mapping) -> tuple[str, str] | None:
	for order in orders:
		for key, tax in order.tax_rows.items():
			same = (tax.account_head, tax.description) == (row.account_head, row.description)
			if same and (order.name, key) not in found:
				return order.name, key
	return None
