import frappe
from frappe.model.document import Document
from frappe.utils import flt


class Bin(Document):
	def before_save(self):
		if self.is_new() or not self.stock_uom:
			self.stock_uom = frappe.get_cached_value("Item", self.item_code, "stock_uom")
		self.set_projected_qty()

	def set_projected_qty(self):
		coming = flt(self.actual_qty) + flt(self.ordered_qty) + flt(self.indented_qty) + flt(self.planned_qty)
		reserved = (
			flt(self.reserved_qty)
			+ flt(self.reserved_qty_for_production)
			+ flt(self.reserved_qty_for_sub_contract)
			+ flt(self.reserved_qty_for_production_plan)
		)
		self.projected_qty = coming - reserved


def on_doctype_update():
	frappe.db.add_unique("Bin", ["item_code", "warehouse"], constraint_name="unique_item_warehouse")
