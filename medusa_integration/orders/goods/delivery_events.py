"""Queueing fulfillments: the document events of deliveries in ERPNext, and of the Shipments and Delivery Trips that carry them.

Source: docs/reference.md, "Deliveries".
"""

import frappe
from frappe.utils import cint

from medusa_integration import settings
from medusa_integration.delivery.box import outbox
from medusa_integration.orders.goods import parcels
from medusa_integration.orders.goods.deliveries import FIELD, NOTE
from medusa_integration.orders.goods.fulfillments_to_medusa import (
	FULFILLMENT,
	INVOICE_FULFILLMENT,
	Fulfillments,
)


def fulfill_delivery_note(doc, method: str | None = None) -> None:
	"""Delivery Note, submitted, changed after that or cancelled: queue the fulfillment of a shop's order, see
	"Deliveries". A return is no fulfillment."""
	if _is_told() and not cint(doc.get("is_return")) and doc.docstatus and doc.get("medusa_order_id"):
		_queue(FULFILLMENT, doc)


def fulfill_sales_invoice(doc, method: str | None = None) -> None:
	"""Sales Invoice, submitted or cancelled: queue the fulfillment of a shop's order where it updates the
	stock, see "Deliveries". A credit note is no fulfillment."""
	if cint(doc.get("update_stock")) and _is_told() and not cint(doc.get("is_return")):
		if doc.docstatus and doc.get("medusa_order_id"):
			_queue(INVOICE_FULFILLMENT, doc)


def _queue(kind: Fulfillments, doc) -> None:
	outbox.add(kind, doc.name)
	if doc.docstatus == 1 and doc.get("amended_from"):
		outbox.add(kind, doc.amended_from)  # Its row may be parked, because its parcel was shipped.


def parcel_on_change(doc, method: str | None = None) -> None:
	"""Shipment and Delivery Trip, on_change: queue the fulfillments of its Delivery Notes, once it is
	submitted.

	Source: docs/reference.md, "Document events".
	"""
	if not doc.docstatus or not _is_told():
		return
	filters = {
		"name": ("in", [*parcels.notes_of(doc), ""]),
		"docstatus": 1,
		"is_return": 0,
		"medusa_order_id": ("is", "set"),
	}
	names = frappe.get_all(NOTE, filters, pluck="name", order_by="name")
	outbox.add_many((FULFILLMENT, name) for name in names)


def keep_fulfillment_id(doc, method: str | None = None) -> None:
	"""Delivery Note and Sales Invoice, changed after they were submitted, or cancelled: keep the
	fulfillment's id, `medusa_fulfillment_id`, which may have been written after the form was opened.

	Source: docs/reference.md, "Document events".
	"""
	if doc.get("medusa_order_id"):
		doc.set(FIELD, frappe.db.get_value(doc.doctype, doc.name, FIELD, for_update=True))


def _is_told() -> bool:
	return settings.enabled() and not settings.current().medusa_ships
