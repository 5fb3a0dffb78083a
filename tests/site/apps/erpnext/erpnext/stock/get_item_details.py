import frappe
from frappe.query_builder.functions import Coalesce, Sum

from erpnext.stock.doctype.warehouse.warehouse import get_child_warehouses


@frappe.whitelist()
def get_bin_details(
	item_code: str, warehouse: str, company: str | None = None, include_child_warehouses: bool = False
) -> dict:
	"""The item's quantities in a warehouse: projected_qty, actual_qty and reserved_qty.

	:param company: adds company_total_stock, the actual quantity in all of its warehouses
	:param include_child_warehouses: adds up the warehouse and all below it
	"""
	details = frappe._dict(projected_qty=0, actual_qty=0, reserved_qty=0)
	if warehouse:
		bin = frappe.qb.DocType("Bin")
		warehouses = get_child_warehouses(warehouse) if include_child_warehouses else [warehouse]
		query = frappe.qb.from_(bin).where((bin.item_code == item_code) & bin.warehouse.isin(warehouses))
		for fieldname in details:
			query = query.select(Coalesce(Sum(bin[fieldname]), 0).as_(fieldname))
		details = query.run(as_dict=True)[0]
	if company:
		details["company_total_stock"] = get_company_total_stock(item_code, company)
	return details


def get_company_total_stock(item_code: str, company: str) -> float | None:
	bin = frappe.qb.DocType("Bin")
	warehouse = frappe.qb.DocType("Warehouse")
	return (
		frappe.qb.from_(bin)
		.inner_join(warehouse)
		.on(bin.warehouse == warehouse.name)
		.select(Sum(bin.actual_qty))
		.where((warehouse.company == company) & (bin.item_code == item_code))
	).run()[0][0]
