import frappe
from frappe.utils.nestedset import NestedSet


class Account(NestedSet):
	nsm_parent_field = "parent_account"

	def autoname(self):
		parts = [
			self.account_number,
			self.account_name,
			frappe.get_cached_value("Company", self.company, "abbr"),
		]
		self.name = " - ".join(part.strip() for part in parts if part)

	def validate(self):
		if self.parent_account:
			parent = frappe.get_cached_doc("Account", self.parent_account)
			self.root_type, self.report_type = parent.root_type, parent.report_type
		elif self.root_type:
			in_balance = self.root_type in ("Asset", "Liability", "Equity")
			self.report_type = "Balance Sheet" if in_balance else "Profit and Loss"
		if not self.account_currency:
			self.account_currency = frappe.get_cached_value("Company", self.company, "default_currency")
