"""Deliveries in ERPNext as Medusa needs them: the rows of a document, by order and stock location.

Source: docs/reference.md, "Deliveries".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

import frappe

from medusa_integration.delivery.box import outbox
from medusa_integration.orders import medusa_lines
from medusa_integration.orders.goods import amended_deliveries, parcels, whole_units
from medusa_integration.orders.goods.references import reference
from medusa_integration.orders.medusa_lines import SoldRow
from medusa_integration.stock import locations

NOTE, INVOICE = "Delivery Note", "Sales Invoice"
ORDER_FIELD = {NOTE: "against_sales_order", INVOICE: "sales_order"}
FIELD = "medusa_fulfillment_id"


@dataclass(frozen=True)
class Delivered:
	"""A row of a delivery."""

	row: SoldRow
	units: Decimal  # in stock units
	idx: int
	beyond: Decimal = Decimal(0)  # the stock units by which all deliveries exceed the order's row

	@property
	def quantity(self) -> Decimal:
		"""As Medusa counts it."""
		return medusa_lines.to_medusa(self.units, self.row.size)


@dataclass
class Parcel:
	"""The rows of a delivery for one order at one stock location."""

	order_id: str
	location: str
	reference: str
	rows: list[Delivered] = field(default_factory=list)


@dataclass
class DeliveryToMedusa:
	"""A Delivery Note or Sales Invoice with its data for Medusa."""

	name: str
	is_cancelled: bool
	ids: tuple[str, ...]
	parcels: list[Parcel]
	tracking: parcels.Tracking = field(default_factory=list)
	has_arrived: bool = False
	is_same: bool = False  # has the same goods as the delivery that it amends
	is_replaced: bool = False  # by an amended one with the same goods
	# All deliveries of its orders, where it has a part of one of Medusa's units.
	moved: list[whole_units.Moved] = field(default_factory=list)
	# Cancelled deliveries of its orders that Medusa still has.
	before: list[DeliveryToMedusa] = field(default_factory=list)


def read(doctype: str, names: list[str]) -> dict[str, DeliveryToMedusa]:
	"""Deliveries by name, in a constant number of queries. A document without a shop's order is left out."""
	fields = ["name", "docstatus", "amended_from", FIELD]
	if doctype == NOTE:
		fields += [each for each in ("lr_no", "medusa_tracking_url") if frappe.get_meta(NOTE).has_field(each)]
	filters = {"name": ("in", names or [""]), "docstatus": (">", 0), "medusa_order_id": ("is", "set")}
	docs = frappe.get_all(doctype, filters, fields, order_by="name")
	found = {
		doc.name: DeliveryToMedusa(doc.name, doc.docstatus == 2, tuple((doc[FIELD] or "").split()), [])
		for doc in docs
	}
	_read_rows(doctype, found)
	_read_moved(found)
	compared = amended_deliveries.compare(doctype, docs)
	for name, delivery in found.items():
		delivery.is_same, delivery.is_replaced = name in compared.same, name in compared.replaced
	if doctype == NOTE:
		numbers, arrived = parcels.tracking(docs), parcels.arrived(list(found))
		for name, delivery in found.items():
			delivery.tracking, delivery.has_arrived = numbers.get(name, []), name in arrived
	return {name: delivery for name, delivery in found.items() if delivery.parcels}


def _read_rows(doctype: str, deliveries: dict[str, DeliveryToMedusa]) -> None:
	row, order = frappe.qb.DocType(f"{doctype} Item"), frappe.qb.DocType("Sales Order")
	ordered = frappe.qb.DocType("Sales Order Item")
	fields = ("parent", "idx", "so_detail", "qty", "conversion_factor", "warehouse")
	query = (
		frappe.qb.from_(row)
		.join(order)
		.on(order.name == row[ORDER_FIELD[doctype]])
		.left_join(ordered)
		.on(ordered.name == row.so_detail)
		.select(*(row[each] for each in fields), order.medusa_order_id)
		.select(((ordered.delivered_qty - ordered.qty) * ordered.conversion_factor).as_("beyond"))
		.where(row.parent.isin([*deliveries, ""]) & (order.medusa_order_id != "") & (row.qty > 0))
		.orderby(row.parent)
		.orderby(row.idx)
	)
	rows = query.run(as_dict=True)
	sold, places = (
		medusa_lines.sold_rows({each.so_detail for each in rows if each.so_detail}),
		locations.current(),
	)
	for each in rows:
		if each.so_detail not in sold:
			continue
		delivery = deliveries[each.parent]
		units = medusa_lines.stock_units(each)
		parcel = _parcel(delivery, each.medusa_order_id, places.of(each.warehouse))
		beyond = max(medusa_lines.exact_quantity(each.beyond), Decimal(0))
		parcel.rows.append(Delivered(sold[each.so_detail], units, each.idx, beyond))


def _read_moved(deliveries: dict[str, DeliveryToMedusa]) -> None:
	broken = {
		name: [each.row.name for parcel in delivery.parcels for each in parcel.rows]
		for name, delivery in deliveries.items()
		if any(not whole_units.is_whole(each.quantity) for parcel in delivery.parcels for each in parcel.rows)
	}
	moved = whole_units.moved(row for rows in broken.values() for row in rows)
	for name in broken:
		deliveries[name].moved = moved


def _parcel(delivery: DeliveryToMedusa, order_id: str, location: str) -> Parcel:
	for parcel in delivery.parcels:
		if (parcel.order_id, parcel.location) == (order_id, location):
			return parcel
	# An order's first parcel has the document's name, even if the table of locations has changed.
	is_first = all(parcel.order_id != order_id for parcel in delivery.parcels)
	parcel = Parcel(order_id, location, reference(delivery.name, "" if is_first else location))
	delivery.parcels.append(parcel)
	return parcel


def unsent_cancellations(kind: str, doctype: str, orders: Iterable[str]) -> list[str]:
	"""The cancelled documents with rows of these orders that wait to be sent to Medusa, in two queries.

	:param kind: the name of the kind that sends them
	:param orders: ids of orders in Medusa
	"""
	doc, row = frappe.qb.DocType(doctype), frappe.qb.DocType(f"{doctype} Item")
	order = frappe.qb.DocType("Sales Order")
	query = (
		frappe.qb.from_(row)
		.join(doc)
		.on(doc.name == row.parent)
		.join(order)
		.on(order.name == row[ORDER_FIELD[doctype]])
		.select(doc.name)
		.distinct()
		.where((doc.docstatus == 2) & order.medusa_order_id.isin([*orders, ""]))
		.where(order.medusa_order_id != "")
	)
	queued = outbox.rows_about(doctype, sorted(query.run(pluck=True)))
	return [name for name, rows in queued.items() if (kind, "Pending") in rows]
