"""Fulfillments that were made in Medusa → Delivery Notes, where the configuration says that Medusa ships.

Such a Delivery Note stores the fulfillment's id. A fulfillment made by ERPNext stores its document's name.

Source: docs/reference.md, "Deliveries".
"""

from decimal import Decimal

import frappe
from frappe import _

from medusa_integration import erpnext_api, settings, texts
from medusa_integration.delivery.blocked import Blocked
from medusa_integration.medusa.order import Fulfillment, Order
from medusa_integration.orders import medusa_lines
from medusa_integration.orders.goods.references import document_of
from medusa_integration.orders.medusa_lines import ONE
from medusa_integration.stock import stock_events
from medusa_integration.stock.shipping_warehouses import ShippingWarehouses

NOTE = "Delivery Note"
FIELD = "medusa_fulfillment_id"
LONGEST = 140  # characters of a Data field
LONGEST_URL = 1000


def deliver(order: Order, sales_order) -> None:
	"""A step of an order: a submitted Delivery Note for each of Medusa's fulfillments, its tracking numbers,
	and its cancellation. Where ERPNext ships, comments on the Sales Order note fulfillments made by hand in
	Medusa.

	:raises Blocked: where ERPNext can't deliver or cancel as Medusa did; says what to do
	"""
	medusa_lines.name_lines(order, sales_order)
	own = [each for each in order.fulfillments if not _is_of_erpnext(each)]
	if settings.current().medusa_ships:
		# Another worker on this order waits here, and then finds the Delivery Notes.
		frappe.db.get_value("Sales Order", sales_order.name, "name", for_update=True)
		for each in sorted(own, key=_age):
			_follow(each, order, sales_order)
	else:
		_note(own, sales_order)


def count_again(order: Order, sales_order) -> None:
	"""A step of an order: queue the stock that Medusa may have counted itself."""
	if order.fulfillments or order.returns or order.canceled_at:
		stock_events.moved_in_medusa(sales_order)


def _age(each: Fulfillment) -> tuple[str, str]:
	return (each.created_at.isoformat() if each.created_at else "", each.id)


def _is_of_erpnext(each: Fulfillment) -> bool:
	"""Whether a fulfillment was made for a document of this site."""
	if not each.reference:
		return False
	name = document_of(each.reference)
	return bool(frappe.db.exists(NOTE, name) or frappe.db.exists("Sales Invoice", name))


# --- Medusa ships


def _follow(each: Fulfillment, order: Order, sales_order) -> None:
	name = frappe.db.get_value(NOTE, {FIELD: each.id, "docstatus": ("<", 2)}, "name", for_update=True)
	if each.is_canceled:
		_cancel(name, each)
	elif name:
		_update(name, each)
	elif not frappe.db.exists(NOTE, {FIELD: each.id}):  # one that a user cancelled stays
		_make(each, order, sales_order)


def _make(each: Fulfillment, order: Order, sales_order) -> None:
	if each.is_unclear:
		_must_be_delivered(each, order, sales_order)
	if not each.items:
		return
	if sales_order.docstatus != 1:
		raise Blocked(
			_(
				"Medusa has shipped goods of the Sales Order {0}, which isn't submitted: submit it, then retry."
			).format(sales_order.name)
		)
	doc = erpnext_api.delivery_note_of(sales_order.name)
	_take_only(doc, each, order, sales_order)
	_set_warehouses(doc, each.location_id)
	doc.update({**_tracking(doc, each), **settings.series(NOTE), FIELD: each.id})
	doc.update({"from_ecommerce": 1, "medusa_order_id": sales_order.medusa_order_id})
	doc.flags.ignore_permissions = True
	doc.run_method("calculate_taxes_and_totals")
	doc.insert()
	doc.submit()


def _must_be_delivered(each: Fulfillment, order: Order, sales_order) -> None:
	"""Check that Delivery Notes made by hand have delivered as much as Medusa has fulfilled."""
	left = {line.id: line.fulfilled_quantity for line in order.lines}
	for row in sales_order.items:
		if row.medusa_line_id in left:
			units = medusa_lines.exact_quantity(row.delivered_qty * (row.conversion_factor or 1))
			left[row.medusa_line_id] -= medusa_lines.to_medusa(units, medusa_lines.size_of(row))
	named = {line.id: line.sku or line.title for line in order.lines}
	rest = [f"{quantity:f} × {named[line]}" for line, quantity in left.items() if quantity > 0]
	if rest:
		raise Blocked(
			_(
				"The quantities of Medusa's fulfillment {0} are unclear, because a kit's parts were changed between two fulfillments. Make Delivery Notes of {1} by hand for what Medusa has fulfilled and ERPNext hasn't delivered: {2}. Then retry."
			).format(each.id, sales_order.name, ", ".join(rest))
		)


def _take_only(doc, each: Fulfillment, order: Order, sales_order) -> None:
	"""Reduce a mapped Delivery Note to the fulfillment's quantities; rows that split a line are filled in
	turn."""
	line_of = {row.name: row.medusa_line_id for row in sales_order.items}
	sizes = medusa_lines.line_sizes(sales_order)
	left: dict[str, Decimal] = {}  # in stock units
	for part in each.items:
		units = medusa_lines.from_medusa(part.quantity, sizes.get(part.line_id, ONE))
		left[part.line_id] = left.get(part.line_id, Decimal(0)) + units
	kept = []
	for row in doc.items:
		line = line_of.get(row.so_detail)
		units = min(medusa_lines.stock_units(row), left.get(line, Decimal(0)))
		if units > 0:
			left[line] -= units
			row.qty = medusa_lines.in_unit(units, row.conversion_factor)
			row.stock_qty = float(units)
			kept.append(row)
	rest = {line: medusa_lines.to_medusa(units, sizes.get(line, ONE)) for line, units in left.items()}
	_must_be_none_left(rest, each, order, sales_order)
	doc.set("items", kept)
	if doc.get("packed_items"):
		erpnext_api.fill_packing_list(doc)


def _must_be_none_left(left: dict[str, Decimal], each: Fulfillment, order: Order, sales_order) -> None:
	named = {line.id: line.sku or line.title for line in order.lines}
	rest = [f"{quantity:f} × {named.get(line, line)}" for line, quantity in left.items() if quantity > 0]
	if rest:
		raise Blocked(
			_(
				"Medusa's fulfillment {0} has {1} more than the Sales Order {2} has to deliver: cancel what was delivered twice, or bring the order's rows in line, then retry."
			).format(each.id, ", ".join(rest), sales_order.name)
		)


def _set_warehouses(doc, location_id: str) -> None:
	"""Set a warehouse of the stock location in rows whose own belongs to another location."""
	if not settings.current().stock_locations:
		return
	rows = [row for row in (*doc.items, *(doc.get("packed_items") or ())) if row.get("warehouse")]
	warehouses = ShippingWarehouses((row.item_code for row in rows), doc.company)
	place = warehouses.place_of(location_id)
	for row in rows if place is not None else ():
		row.warehouse = warehouses.at(row.item_code, place, row.warehouse) or row.warehouse


def _tracking(doc, each: Fulfillment) -> dict:
	numbers = ", ".join(number for number, _url in each.tracking if number)
	urls = filter(None, (texts.web_address(url, LONGEST_URL) for _number, url in each.tracking))
	values = {"lr_no": texts.one_line(numbers, LONGEST), "medusa_tracking_url": next(urls, "")}
	return {field: value for field, value in values.items() if value and doc.meta.has_field(field)}


def _update(name: str, each: Fulfillment) -> None:
	"""Write the tracking numbers that came after the Delivery Note."""
	doc = frappe.get_doc(NOTE, name)
	changed = {field: value for field, value in _tracking(doc, each).items() if doc.get(field) != value}
	if changed:
		frappe.db.set_value(NOTE, name, changed, update_modified=False)


def _cancel(name: str | None, each: Fulfillment) -> None:
	if not name:
		return
	doc = frappe.get_doc(NOTE, name)
	doc.flags.ignore_permissions = True
	if doc.docstatus == 0:
		frappe.delete_doc(NOTE, name, ignore_permissions=True)
		return
	bills = frappe.get_all(
		"Sales Invoice Item",
		{"delivery_note": name, "docstatus": ("<", 2)},
		pluck="parent",
		distinct=True,
		order_by="parent",
	)
	if bills:
		raise Blocked(
			_(
				"The fulfillment {0} was cancelled in Medusa, but {1} bills its Delivery Note {2}: cancel the invoice, or take the goods back by a return and discard this row; then retry."
			).format(each.id, ", ".join(bills), name)
		)
	doc.cancel()
	doc.add_comment("Info", _("cancelled, because the fulfillment was cancelled in Medusa"))


# --- ERPNext ships


def _note(own: list[Fulfillment], sales_order) -> None:
	"""Note once on the Sales Order each fulfillment made by hand in Medusa."""
	for each in own:
		if each.is_canceled or frappe.db.exists(NOTE, {FIELD: ("like", f"%{each.id}%")}):
			continue
		about = {"reference_doctype": "Sales Order", "reference_name": sales_order.name}
		if not frappe.db.exists("Comment", {**about, "content": ("like", f"%{each.id}%")}):
			sales_order.add_comment(
				"Info",
				_(
					"The fulfillment {0} was made by hand in Medusa. ERPNext ships by the Medusa Configuration, so it made no Delivery Note: cancel the fulfillment in Medusa, or deliver nothing of it here."
				).format(each.id),
			)
