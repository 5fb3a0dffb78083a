import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, now


class PriceList(Document):
	def validate(self):
		if not (cint(self.buying) or cint(self.selling)):
			frappe.throw(_("Price List must be applicable for Buying or Selling"))

	def on_update(self):
		if cint(self.selling) and not frappe.db.get_single_value("Selling Settings", "selling_price_list"):
			frappe.set_value("Selling Settings", "Selling Settings", "selling_price_list", self.name)
		self.update_item_price()

	def on_trash(self):
		settings = frappe.get_doc("Selling Settings")
		if settings.selling_price_list == self.name:
			settings.selling_price_list = None
			settings.save(ignore_permissions=True)

	def update_item_price(self):
		"""Its prices follow its currency and kind, without any hook of Item Price."""
		price = frappe.qb.DocType("Item Price")
		(
			frappe.qb.update(price)
			.set(price.currency, self.currency)
			.set(price.buying, cint(self.buying))
			.set(price.selling, cint(self.selling))
			.set(price.modified, now())
			.where(price.price_list == self.name)
		).run()
