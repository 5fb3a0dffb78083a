"""Orders that were edited in Medusa → the rows of their Sales Orders, while nothing was delivered or billed.

Source: docs/reference.md, "Cancellations and edits".
"""

import json
from collections import defaultdict
from dataclasses import replace
from decimal import Decimal

from frappe import _
from frappe.utils import flt

from medusa_integration import erpnext_api, settings
from medusa_integration.delivery.blocked import Blocked
from medusa_integration.medusa.order import Order
from medusa_integration.medusa.totals import Plan, due_of, plan_of
from medusa_integration.money import NOTHING, decimal
from medusa_integration.orders import medusa_lines, reserved_places, totals_gate
from medusa_integration.orders.channels import channel_of
from medusa_integration.orders.charges.breakup_from_medusa import write_breakups
from medusa_integration.orders.charges.plan import CREDIT, TaxAccounts, charges_of
from medusa_integration.orders.charges.stored import CHARGES, read_charges
from medusa_integration.orders.later_documents import documents_of
from medusa_integration.orders.money import billing
from medusa_integration.orders.new_orders import charge_row, charges_json, lines_json
from medusa_integration.orders.order_rows import items_of, rows_of, shipping_rows
from medusa_integration.sold_units import SoldUnit


def follow(order: Order, sales_order) -> None:
	"""A step of an order: give the Sales Order the lines and charges that the order has now. The Sales Order
	keeps its name, its customer and its exchange rate.

	An order of a quotation has ERPNext's prices, and isn't changed.

	Where it is delivered or billed, a user brings its documents to Medusa's amounts; the step sees that by what the
	documents come to.

	:raises Blocked: where the Sales Order is delivered or billed (names the documents, the changed lines and the sum),
		a product or an account is missing, or the totals would differ
	"""
	if sales_order.docstatus == 2 or order.status == "canceled" or not sales_order.get("medusa_charges"):
		return
	order = _in_sequence(order, sales_order)
	plan = plan_of(order)
	if _has(sales_order, plan):
		return
	standing = documents_of(sales_order)
	if not standing:
		_rewrite(sales_order, order)
	elif _is_by_hand(sales_order, order, plan):
		_take_as_known(sales_order, plan)
	elif not _is_only_credit(sales_order, plan):  # which gets a credit note
		raise Blocked(_words(sales_order, order, plan, standing))


def _in_sequence(order: Order, sales_order) -> Order:
	"""The order with its lines in the sequence in which they came, new ones last: Medusa lists them in another one after a
	fulfillment, and which of two like lines gets the odd unit depends on it."""
	known = dict.fromkeys(row.medusa_line_id for row in sales_order.items)
	place = {id: number for number, id in enumerate(known)}
	return replace(order, lines=tuple(sorted(order.lines, key=lambda line: place.get(line.id, len(place)))))


def _has(sales_order, plan: Plan) -> bool:
	"""Whether the Sales Order was made, or last changed, for these amounts. A user's later changes don't
	count. Where the stored amounts can't be read, the total decides."""
	stored = read_charges(sales_order)
	if not stored:
		return decimal(sales_order.grand_total) == plan.grand
	return _lines(stored) == _wanted(plan) and Decimal(stored["grand"]) == plan.grand


def _lines(stored: dict) -> dict[str, tuple[Decimal, Decimal]]:
	return {line: (Decimal(each["qty"]), Decimal(each["amount"])) for line, each in stored["lines"].items()}


def _wanted(plan: Plan) -> dict[str, tuple[Decimal, Decimal]]:
	return {each.line.id: (each.line.quantity, each.amount) for each in plan.lines}


def _is_only_credit(sales_order, plan: Plan) -> bool:
	stored = read_charges(sales_order)
	if not stored or _lines(stored) != _wanted(plan):
		return False
	credits = [decimal(each["amount"]) for each in stored["charges"] if each["key"] == CREDIT]
	return Decimal(stored["grand"]) - sum(credits, NOTHING) == plan.grand + plan.credit


def _is_by_hand(sales_order, order: Order, plan: Plan) -> bool:
	"""Whether the documents come to what Medusa has now, because a user has brought them there: the rows and the total
	of the Sales Order, or what its invoices and credit notes come to."""
	if decimal(flt(sales_order.grand_total, 9)) == plan.grand and _rows(sales_order) == _wanted(plan):
		return True
	billed = decimal(flt(billing.balance(sales_order), 9))
	return bool(billing.invoices(sales_order)) and billed == due_of(order)


def _rows(sales_order) -> dict[str, tuple[Decimal, Decimal]]:
	"""`{line: quantity and net amount}` of the Sales Order's rows, as they are now; the quantity as Medusa counts it."""
	found: dict[str, tuple[Decimal, Decimal]] = {}
	for row in sales_order.items:
		if row.medusa_line_id:
			qty, amount = found.get(row.medusa_line_id, (NOTHING, NOTHING))
			found[row.medusa_line_id] = (
				qty + medusa_lines.to_medusa(medusa_lines.stock_units(row), medusa_lines.size_of(row)),
				amount + decimal(flt(row.net_amount, 9)),
			)
	return found


def _take_as_known(sales_order, plan: Plan) -> None:
	"""Store the amounts that the documents were brought to, so that the edit isn't looked at again."""
	stored = read_charges(sales_order)
	text = json.dumps({**stored, **lines_json(plan)}, separators=(",", ":"))
	sales_order.db_set(CHARGES, text, update_modified=False)


def _words(sales_order, order: Order, plan: Plan, standing: list[str]) -> str:
	stored = read_charges(sales_order)
	had, wanted = (_lines(stored) if stored else {}), _wanted(plan)
	names = {line.id: line.sku or line.title for line in order.lines}
	changed = [
		_("{0}: {1} instead of {2}").format(
			names.get(id) or _name_of(sales_order, id),
			*(f"{each.get(id, (NOTHING,))[0]:f}" for each in (wanted, had)),
		)
		for id in dict.fromkeys((*wanted, *had))
		if wanted.get(id) != had.get(id)
	]
	now, before = (
		_money(each, plan)
		for each in (plan.grand, decimal(stored.get("grand")) or decimal(sales_order.grand_total))
	)
	billed = decimal(flt(billing.balance(sales_order), 9))
	due = due_of(order)
	if billed and billed != due:
		which = _("Sales Invoice") if due > billed else _("credit note")
		step = _(
			"make a {0} of {1} for {2}, with {3} as the Customer's Purchase Order, so that it is billed with {4}"
		).format(
			which, _money(abs(due - billed), plan), sales_order.name, sales_order.po_no, _money(due, plan)
		)
	else:
		step = _("cancel or delete {0}, so that {1} can follow, or bill {1} with {2}").format(
			", ".join(standing), sales_order.name, _money(due, plan)
		)
	return _(
		"The order was edited in Medusa after {0} was made: {1}; {2} in all instead of {3}. Please {4}, then Retry."
	).format(", ".join(standing), "; ".join(changed) or _("shipping or taxes"), now, before, step)


def _name_of(sales_order, line: str) -> str:
	return next((row.item_code for row in sales_order.items if row.medusa_line_id == line), line)


def _money(amount: Decimal, plan: Plan) -> str:
	return f"{amount:,.{plan.decimals}f} {plan.currency}"


def _rewrite(doc, order: Order) -> None:
	plan = plan_of(order, TaxAccounts(order, doc.company).account_of)
	if not plan.lines:
		raise Blocked(_("The order has no lines any more in Medusa: cancel {0}.").format(doc.name))
	totals_gate.check_plan(order)
	totals_gate.check_site(plan, doc.conversion_rate)
	charges, channel = charges_of(plan, doc.company), channel_of(order)
	is_item = settings.current().shipping_is_item
	edited_at = settings.local_time(order.updated_at)
	rows = rows_of(plan, channel, doc.delivery_date, edited_at, _units(doc, order))
	reserved_places.keep(rows, doc.items)
	rows += shipping_rows(plan, channel, doc.delivery_date) if is_item else []
	places = _places(doc)
	doc.set("items", _kept(doc.items, rows, "medusa_line_id"))
	doc.set("taxes", _kept(doc.taxes, [charge_row(charge, channel) for charge in charges], "medusa_charge"))
	doc.medusa_charges = charges_json(plan, charges)
	write_breakups(doc, charges, plan.decimals)
	_save(doc, places)
	totals_gate.check_document(doc, plan, charges, shipping_is_item=is_item)
	doc.add_comment("Info", _("changed, because the order was edited in Medusa"))


def _units(doc, order: Order) -> dict[str, SoldUnit]:
	"""`{line id: its unit}` of the lines that are there: the unit in which they were ordered, also where a user has changed
	the row's unit since."""
	units, changed = {}, set()
	for row in doc.items:
		size = medusa_lines.size_of(row)
		if medusa_lines.exact_quantity(row.conversion_factor) == size:
			units.setdefault(row.medusa_line_id, SoldUnit(row.uom, size))
		else:
			changed.add(row.medusa_line_id)
	lines = [line for line in order.lines if line.id in changed - units.keys()]
	placed_at = settings.local_time(order.created_at)
	return units | {id: item.unit(placed_at) for id, item in items_of(lines).items()}


def _kept(present: list, rows: list[dict], field: str) -> list:
	"""The rows; present ones for the same line or charge are updated, since other documents may name them."""
	there = defaultdict(list)
	for row in present:
		there[row.get(field)].append(row)
	kept = []
	for row in rows:
		same = there[row.get(field)]
		if same:
			same[0].update(row)
		kept.append(same.pop(0) if same else row)
	return kept


def _save(doc, places: set[tuple[str, str]]) -> None:
	"""Save as ERPNext's Update Items does: validate the document anew, and update the reserved quantities.

	:param places: (item, warehouse) of the former rows
	"""
	doc.flags.ignore_permissions = doc.flags.ignore_validate_update_after_submit = True
	if doc.docstatus == 1:
		doc.set_missing_values(for_validate=True)
		doc.run_method("validate")
	doc.save()
	if doc.docstatus == 0:
		return
	erpnext_api.update_reserved(doc, places - _places(doc))
	doc.set_status(update=True)


def _places(doc) -> set[tuple[str, str]]:
	return {(row.item_code, row.warehouse) for row in doc.items if row.warehouse}
