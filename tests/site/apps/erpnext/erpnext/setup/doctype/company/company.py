import frappe
from frappe import _
from frappe.utils.nestedset import NestedSet


class Company(NestedSet):
	nsm_parent_field = "parent_company"

	def validate(self):
		self.abbr = (self.abbr or "".join(word[0] for word in self.company_name.split()).upper()).strip()
		if frappe.db.exists("Company", {"abbr": self.abbr, "name": ("!=", self.name)}):
			frappe.throw(_("Another company has the abbreviation {0}").format(self.abbr))

	def on_update(self):
		super().on_update()
		if not frappe.db.exists("Warehouse", {"company": self.name}):
			self.create_default_warehouses()
		frappe.db.set_value("Currency", self.default_currency, "enabled", 1)
		frappe.clear_cache()

	def create_default_warehouses(self):
		root = self.create_warehouse("All Warehouses", is_group=1)
		for name in ("Stores", "Work In Progress", "Finished Goods", "Goods In Transit"):
			self.create_warehouse(name, parent_warehouse=root)

	def create_warehouse(self, name: str, **values) -> str:
		doc = frappe.get_doc({"doctype": "Warehouse", "warehouse_name": name, "company": self.name, **values})
		return doc.insert(ignore_permissions=True).name
