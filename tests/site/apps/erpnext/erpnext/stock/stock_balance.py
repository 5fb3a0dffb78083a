import frappe
from frappe.utils import flt

from erpnext.stock.stock_ledger import get_bin


def get_reserved_qty(item_code: str, warehouse: str) -> float:
	"""What open Sales Orders still have to deliver of an item from a warehouse, in its stock unit."""
	item, order = frappe.qb.DocType("Sales Order Item"), frappe.qb.DocType("Sales Order")
	rows = (
		frappe.qb.from_(item)
		.inner_join(order)
		.on(order.name == item.parent)
		.select(item.qty, item.delivered_qty, item.conversion_factor)
		.where((item.item_code == item_code) & (item.warehouse == warehouse))
		.where((order.docstatus == 1) & order.status.notin(["On Hold", "Closed"]))
		.where(item.qty >= item.delivered_qty)
	).run()
	rows += _packed(item_code, warehouse)
	return sum((qty - flt(delivered)) * (factor or 1) for qty, delivered, factor in rows)


def _packed(item_code: str, warehouse: str) -> tuple:
	"""Parts of Product Bundles: as rows of the bundles, with the parts that one bundle has as conversion factor."""
	part, item = frappe.qb.DocType("Packed Item"), frappe.qb.DocType("Sales Order Item")
	order = frappe.qb.DocType("Sales Order")
	return (
		frappe.qb.from_(part)
		.inner_join(item)
		.on(item.name == part.parent_detail_docname)
		.inner_join(order)
		.on((order.name == part.parent) & (part.parenttype == "Sales Order"))
		.select(item.qty, item.delivered_qty, part.qty / item.qty)
		.where((part.item_code == item_code) & (part.warehouse == warehouse))
		.where((order.docstatus == 1) & order.status.notin(["On Hold", "Closed"]))
		.where(item.qty >= item.delivered_qty)
	).run()


def update_bin_qty(item_code: str, warehouse: str, qty_dict: dict | None = None) -> None:
	bin = get_bin(item_code, warehouse)
	bin.update(qty_dict or {})
	bin.set_projected_qty()
	bin.db_update()  # without its hooks, as ERPNext does
	bin.clear_cache()
