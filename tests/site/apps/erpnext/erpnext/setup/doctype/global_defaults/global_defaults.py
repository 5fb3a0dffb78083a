import frappe
from frappe.model.document import Document

DEFAULTS = {
	"company": "default_company",
	"currency": "default_currency",
	"country": "country",
	"hide_currency_symbol": "hide_currency_symbol",
}


class GlobalDefaults(Document):
	def on_update(self):
		for key, fieldname in DEFAULTS.items():
			frappe.db.set_default(key, self.get(fieldname) or "")
		frappe.db.set_value("Currency", self.default_currency, "enabled", 1)
		frappe.clear_cache()
