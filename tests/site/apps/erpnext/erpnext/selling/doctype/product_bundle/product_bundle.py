import frappe
from frappe import _
from frappe.model.document import Document


class ProductBundle(Document):
	def autoname(self):
		self.name = self.new_item_code

	def validate(self):
		if frappe.db.get_value("Item", self.new_item_code, "is_stock_item"):
			frappe.throw(_("Parent Item {0} must not be a Stock Item").format(self.new_item_code))
		for row in self.items:
			if frappe.db.exists("Product Bundle", {"name": row.item_code, "disabled": 0}):
				frappe.throw(_("Row #{0}: Child Item should not be a Product Bundle.").format(row.idx))
			if row.qty <= 0:
				frappe.throw(_("Row #{0}: Quantity cannot be a non-positive number.").format(row.idx))
			unit = frappe.db.get_value("Item", row.item_code, "stock_uom")
			if row.qty % 1 and unit and frappe.get_cached_value("UOM", unit, "must_be_whole_number"):
				frappe.throw(
					_(
						"Row {0}: Quantity ({1}) cannot be a fraction. To allow this, disable '{2}' in UOM {3}."
					).format(row.idx, row.qty, _("Must be Whole Number"), unit)
				)
