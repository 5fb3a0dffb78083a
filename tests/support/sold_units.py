"""Items that the shop sells in their sales unit."""

import frappe

from tests.site import run_jobs
from tests.support.factories import drain, website_item


def sell_in(unit: str) -> None:
	"""Choose *Unit in the Shop*, as somebody does in the form, and send what follows: Stock UOM or Sales UOM."""
	config = frappe.get_doc("Medusa Configuration")
	config.unit_in_shop = unit
	config.save()
	frappe.db.commit()
	run_jobs()
	drain()


def boxed(code: str, size: float = 12, unit: str = "Box", *, item_values: dict | None = None, **values):
	"""A Website Item whose Item has a sales unit of a size."""
	stock_uom = (item_values or {}).get("stock_uom", "Nos")
	make_unit(unit)
	make_unit(stock_uom)
	units = [{"uom": stock_uom, "conversion_factor": 1}, {"uom": unit, "conversion_factor": size}]
	item_values = {"uoms": units, "sales_uom": unit, **(item_values or {})}
	return website_item(code, item_values=item_values, **values)


def make_unit(name: str) -> None:
	if not frappe.db.exists("UOM", name):
		frappe.get_doc({"doctype": "UOM", "uom_name": name}).insert(ignore_permissions=True)


def resize(code: str, size: float, unit: str = "Box") -> None:
	"""Change, add or (0) remove the conversion of an Item's unit, as somebody does in its form."""
	doc = frappe.get_doc("Item", code)
	row = next((row for row in doc.uoms if row.uom == unit), None)
	if not size:
		doc.remove(row)
	elif row:
		row.conversion_factor = size
	else:
		make_unit(unit)
		doc.append("uoms", {"uom": unit, "conversion_factor": size})
	doc.save(ignore_permissions=True)


def units_told(code: str) -> list[tuple[str, float]]:
	"""The units of an Item that the shop was told, the oldest first."""
	told = frappe.parse_json(frappe.db.get_value("Item", code, "medusa_sold_units") or "{}")
	return [(unit, size) for _since, unit, size in told.get("units", [])]
