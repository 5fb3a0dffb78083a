import frappe
from frappe.utils.nestedset import NestedSet


class ItemGroup(NestedSet):
	nsm_parent_field = "parent_item_group"

	def validate(self):
		if not self.parent_item_group and not frappe.flags.in_test:
			if frappe.db.exists("Item Group", "All Item Groups"):
				self.parent_item_group = "All Item Groups"

	def on_update(self):
		super().on_update()
		self.validate_one_root()

	def on_trash(self):
		super().on_trash(allow_root_deletion=True)
