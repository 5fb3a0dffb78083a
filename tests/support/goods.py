"""Goods of the shop's orders: Sales Orders whose rows are lines of Medusa's, and what Medusa has for sale."""

import frappe

from tests.support import buying
from tests.support.factories import customer, sales_order


def for_sale(medusa, sku: str = "G-1", location: str = "") -> int:
	"""What Medusa sells of an item, by its own count: stocked less reserved, at the shop's location or another one."""
	place = location or medusa.shop["stock_location_id"]
	fields = "id,*location_levels"
	params = {"sku": sku, "fields": fields}
	(item,) = medusa.admin("GET", "/admin/inventory-items", params=params)["inventory_items"]
	(level,) = [each for each in item["location_levels"] if each["location_id"] == place]
	return level["stocked_quantity"] - level["reserved_quantity"]


def place(medusa, *rows: tuple[str, int]) -> str:
	"""The id of an order that a visitor places; rows are (item code, quantity)."""
	return buying.place(medusa, list(rows))


def imported(medusa, order_id: str, warehouse: str, *, split: bool = False, submit: bool = True, **values):
	"""The Sales Order of Medusa's order; what the import of orders makes, without its prices and taxes.

	:param split: each line in two rows, the first of one piece
	"""
	rows = []
	for line in sorted(buying.WAYS[medusa.version].lines(medusa, order_id), key=lambda line: line["sku"]):
		quantity = line["quantity"]
		for part in (1, quantity - 1) if split and quantity > 1 else (quantity,):
			rows.append((line["sku"], part, line["id"]))
	doc = frappe.get_doc(
		{
			"doctype": "Sales Order",
			"customer": customer().name,
			"order_type": "Shopping Cart",
			"delivery_date": frappe.utils.today(),
			"from_ecommerce": 1,
			"medusa_order_id": order_id,
			"items": [
				{"item_code": sku, "qty": quantity, "rate": 5, "warehouse": warehouse, "medusa_line_id": line}
				for sku, quantity, line in rows
			],
			**values,
		}
	)
	doc.insert(ignore_permissions=True)
	if submit:
		doc.submit()
	frappe.db.commit()
	return doc


def by_telephone(warehouse: str, quantity: int, code: str = "G-1"):
	"""A submitted Sales Order that has nothing to do with the shop."""
	doc = sales_order((code, quantity, 5), submit=False)
	for row in doc.items:
		row.warehouse = warehouse
	doc.save()
	doc.submit()
	frappe.db.commit()
	return doc


def delivered(order, quantity: float | None = None, submit: bool = True, **values):
	"""A Delivery Note of what is open of a Sales Order, or of so much of its first open row."""
	from erpnext.selling.doctype.sales_order.sales_order import make_delivery_note

	doc = make_delivery_note(order.name)
	if quantity is not None:
		doc.set("items", doc.items[:1])
		doc.items[0].qty = quantity
	doc.update(values)
	doc.insert(ignore_permissions=True)
	if submit:
		doc.submit()
	frappe.db.commit()
	return doc


def cancel(doc) -> None:
	doc.reload()
	doc.cancel()
	frappe.db.commit()


# --- fulfillments


def fulfillments(medusa, order_id: str) -> list[dict]:
	"""Medusa's fulfillments of an order, oldest first: id, reference, shipped, delivered, canceled, numbers, and parts as
	{sku: quantity}."""
	fields = "id,*fulfillments,*fulfillments.items,*fulfillments.labels"
	order = medusa.admin("GET", f"/admin/orders/{order_id}", params={"fields": fields})["order"]
	return [
		{
			"id": each["id"],
			"reference": (each["metadata"] or {}).get("reference"),
			"location": each["location_id"],
			"shipped": bool(each["shipped_at"]),
			"delivered": bool(each["delivered_at"]),
			"canceled": bool(each["canceled_at"]),
			"numbers": [label["tracking_number"] for label in each["labels"]],
			"parts": {item["sku"]: item["quantity"] for item in each["items"]},
		}
		for each in sorted(order["fulfillments"], key=lambda each: (each["created_at"], each["id"]))
	]


def followed(order_id: str, sales_order) -> list[str]:
	"""Read an order from Medusa and take its steps, as the inbox does; what keeps them from being done, in words."""
	from medusa_integration import session
	from medusa_integration.delivery.reading import message_of
	from medusa_integration.orders.steps import STEPS

	order = session.open_shop().read_orders([order_id])[order_id]
	problems = []
	for step in STEPS:
		frappe.db.commit()
		sales_order.reload()
		try:
			step(order, sales_order)
			frappe.db.commit()
		except frappe.ValidationError as error:
			frappe.db.rollback()
			problems.append(message_of(error))
	return problems
