import frappe
from frappe import _
from frappe.utils.nestedset import NestedSet

from erpnext.accounts.doctype.account.chart import create_charts


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
		if not frappe.db.exists("Account", {"company": self.name}):
			self.create_default_accounts()
		if not frappe.db.exists("Cost Center", {"company": self.name}):
			self.create_default_cost_center()
		frappe.db.set_value("Currency", self.default_currency, "enabled", 1)
		frappe.clear_cache()

	def create_default_accounts(self):
		create_charts(self.name)
		for field, filters in (
			("default_receivable_account", {"account_type": "Receivable"}),
			("default_payable_account", {"account_type": "Payable"}),
			("default_cash_account", {"account_type": "Cash"}),
			("default_income_account", {"account_name": "Sales"}),
			("round_off_account", {"account_type": "Round Off"}),
		):
			self.db_set(
				field, frappe.db.get_value("Account", {**filters, "company": self.name, "is_group": 0})
			)
		if frappe.db.exists("Mode of Payment", "Cash"):
			cash = frappe.get_doc("Mode of Payment", "Cash")
			if self.name not in [row.company for row in cash.accounts]:
				cash.append("accounts", {"company": self.name, "default_account": self.default_cash_account})
				cash.save(ignore_permissions=True)

	def create_default_cost_center(self):
		parent = self.create_cost_center(self.name, is_group=1)
		self.db_set("cost_center", self.create_cost_center("Main", parent_cost_center=parent))

	def create_cost_center(self, name: str, **values) -> str:
		values = {"cost_center_name": name, "company": self.name, **values}
		return frappe.get_doc({"doctype": "Cost Center", **values}).insert(ignore_permissions=True).name

	def create_default_warehouses(self):
		root = self.create_warehouse("All Warehouses", is_group=1)
		for name in ("Stores", "Work In Progress", "Finished Goods", "Goods In Transit"):
			self.create_warehouse(name, parent_warehouse=root)

	def create_warehouse(self, name: str, **values) -> str:
		doc = frappe.get_doc({"doctype": "Warehouse", "warehouse_name": name, "company": self.name, **values})
		return doc.insert(ignore_permissions=True).name
