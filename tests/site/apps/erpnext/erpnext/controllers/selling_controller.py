import frappe
from frappe import _, bold
from frappe.utils import flt

from erpnext.controllers.status_updater import StatusUpdater


class SellingController(StatusUpdater):
	"""Totals without ERPNext's distributions: a discount on the grand total together with taxes isn't done here."""

	def validate(self):
		self.set_missing_values()
		self.calculate_taxes_and_totals()
		self.validate_selling_price()
		self.set_status()

	def set_missing_values(self, for_validate=False):
		self.currency = self.currency or frappe.get_cached_value("Company", self.company, "default_currency")
		self.conversion_rate = self.conversion_rate or 1
		self.selling_price_list = self.selling_price_list or "Standard Selling"
		for row in self.items:
			item = frappe.get_cached_doc("Item", row.item_code)
			row.item_name = row.item_name or item.item_name
			row.item_group = item.item_group
			row.stock_uom = item.stock_uom
			row.uom = row.uom or item.stock_uom
			row.conversion_factor = row.conversion_factor or 1

	def calculate_taxes_and_totals(self):
		self.total_qty = sum(flt(row.qty) for row in self.items)
		for row in self.items:
			row.amount = flt(flt(row.rate) * flt(row.qty), row.precision("amount"))
		self.total = sum(row.amount for row in self.items)
		if self.additional_discount_percentage:
			self.discount_amount = self.total * self.additional_discount_percentage / 100
		share = 1 - flt(self.discount_amount) / self.total if self.total else 1
		for row in self.items:
			row.net_amount = flt(row.amount * share, row.precision("net_amount"))
			row.net_rate = row.net_amount / row.qty if row.qty else 0
			for field in ("rate", "amount", "net_rate", "net_amount"):
				row.set(f"base_{field}", flt(row.get(field)) * self.conversion_rate)
		self.net_total = sum(row.net_amount for row in self.items)
		for tax in self.taxes:
			if tax.charge_type == "On Net Total":
				tax.tax_amount = flt(self.net_total * flt(tax.rate) / 100, tax.precision("tax_amount"))
		self.total_taxes_and_charges = sum(flt(tax.tax_amount) for tax in self.taxes)
		self.grand_total = self.net_total + self.total_taxes_and_charges
		for field in ("total", "net_total", "grand_total"):
			self.set(f"base_{field}", self.get(field) * self.conversion_rate)

	def validate_selling_price(self):
		if self.get("is_return") or not frappe.db.get_single_value(
			"Selling Settings", "validate_selling_price"
		):
			return
		for row in self.items:
			if row.is_free_item:
				continue
			last = flt(frappe.get_cached_value("Item", row.item_code, "last_purchase_rate"))
			floor = last * (row.conversion_factor or 1)
			if flt(row.base_net_rate) < floor:
				frappe.throw(
					_("Row #{0}: Selling rate for item {1} is lower than its {2}.").format(
						row.idx, bold(row.item_name), bold("last purchase rate")
					),
					title=_("Invalid Selling Price"),
				)
