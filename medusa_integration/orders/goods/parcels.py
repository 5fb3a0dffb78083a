"""Tracking and arrival of the goods of a Delivery Note, or of a Sales Invoice that updates the stock.

Source: docs/reference.md, "Deliveries".
"""

from collections import defaultdict

import frappe

NOTE = "Delivery Note"
Tracking = list[tuple[str, str]]


def tracking(notes: list[frappe._dict]) -> dict[str, Tracking]:
	"""`{Delivery Note: [(number, URL)]}`: the note's own Transport Receipt No, then those of its Shipments.

	:param notes: with `name`, `lr_no` and `medusa_tracking_url`
	"""
	found: dict[str, Tracking] = defaultdict(list)
	for note in notes:
		number, url = (note.get("lr_no") or "").strip(), (note.get("medusa_tracking_url") or "").strip()
		if number or url:
			found[note.name].append((number, url))
	for name, shipments in _shipments([note.name for note in notes]).items():
		for each in shipments:
			number, url = (each.awb_number or "").strip(), (each.tracking_url or "").strip()
			if (number or url) and number not in {known for known, _url in found[name] if known}:
				found[name].append((number, url))
	return found


def arrived(names: list[str]) -> set[str]:
	"""The Delivery Notes that have arrived: a submitted Shipment of theirs is Delivered, or a submitted Delivery Trip has
	visited one of their stops."""
	delivered = {
		name
		for name, shipments in _shipments(names).items()
		if any(each.tracking_status == "Delivered" for each in shipments)
	}
	return delivered | _visited(names)


def notes_of(doc) -> set[str]:
	"""The Delivery Notes of a Shipment or of a Delivery Trip."""
	rows = doc.get("shipment_delivery_note") or doc.get("delivery_stops") or ()
	return {row.delivery_note for row in rows} - {None, ""}


def _shipments(names: list[str]) -> dict[str, list[frappe._dict]]:
	found = defaultdict(list)
	if not frappe.db.exists("DocType", "Shipment"):
		return found
	row, shipment = frappe.qb.DocType("Shipment Delivery Note"), frappe.qb.DocType("Shipment")
	fields = ("awb_number", "tracking_url", "tracking_status")
	query = (
		frappe.qb.from_(row)
		.join(shipment)
		.on(shipment.name == row.parent)
		.select(row.delivery_note, *(shipment[field] for field in fields))
		.where(row.delivery_note.isin(names or [""]) & (shipment.docstatus == 1))
		.orderby(shipment.creation)
	)
	for each in query.run(as_dict=True):
		found[each.delivery_note].append(each)
	return found


def _visited(names: list[str]) -> set[str]:
	if not frappe.db.exists("DocType", "Delivery Stop"):
		return set()
	filters = {"delivery_note": ("in", names or [""]), "visited": 1, "docstatus": 1}
	return set(frappe.get_all("Delivery Stop", filters, pluck="delivery_note", order_by=None))
