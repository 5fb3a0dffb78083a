import frappe
from frappe.custom.doctype.property_setter.property_setter import make_property_setter
from frappe.model.document import Document
from frappe.utils import cint

DEFAULTS = {
	"company": "default_company",
	"currency": "default_currency",
	"country": "country",
	"hide_currency_symbol": "hide_currency_symbol",
	"disable_rounded_total": "disable_rounded_total",
}


class GlobalDefaults(Document):
	def on_update(self):
		for key, fieldname in DEFAULTS.items():
			frappe.db.set_default(key, self.get(fieldname) or "")
		frappe.db.set_value("Currency", self.default_currency, "enabled", 1)
		if self.has_value_changed("disable_rounded_total"):
			self.toggle_rounded_total()
		frappe.clear_cache()

	def toggle_rounded_total(self):
		for doctype in ("Quotation", "Sales Order", "Sales Invoice", "Delivery Note"):
			make_property_setter(
				doctype, "disable_rounded_total", "default", str(cint(self.disable_rounded_total)), "Text"
			)
