import frappe
from frappe import _
from frappe.utils.nestedset import NestedSet, get_descendants_of

QUANTITIES = ("actual_qty", "reserved_qty", "ordered_qty", "indented_qty", "projected_qty", "planned_qty")


class Warehouse(NestedSet):
	nsm_parent_field = "parent_warehouse"

	def autoname(self):
		suffix = " - " + frappe.get_cached_value("Company", self.company, "abbr")
		self.name = self.warehouse_name.removesuffix(suffix) + suffix

	def on_trash(self):
		for row in frappe.get_all("Bin", filters={"warehouse": self.name}, fields=["item_code", *QUANTITIES]):
			if any(row[quantity] for quantity in QUANTITIES):
				frappe.throw(
					_("Warehouse {0} can not be deleted as quantity exists for Item {1}").format(
						self.name, row.item_code
					)
				)
		if frappe.db.exists("Warehouse", {"parent_warehouse": self.name}):
			frappe.throw(_("A warehouse with warehouses below it can not be deleted."))
		frappe.db.delete("Bin", {"warehouse": self.name})
		super().on_trash(allow_root_deletion=True)


def get_child_warehouses(warehouse: str) -> list[str]:
	"""All warehouses below this one, and itself."""
	return [*get_descendants_of("Warehouse", warehouse, ignore_permissions=True, order_by="lft"), warehouse]
