import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import get_link_to_form

# What may differ between two prices of one item in one price list.
DISTINGUISHING_FIELDS = (
	"uom",
	"valid_from",
	"valid_upto",
	"customer",
	"supplier",
	"batch_no",
	"packing_unit",
)


class ItemPriceDuplicateItem(frappe.ValidationError):
	pass


class ItemPrice(Document):
	def validate(self):
		self.set_item_details()
		self.validate_uom()
		self.validate_from_to_dates("valid_from", "valid_upto")
		self.set_price_list_details()
		self.check_duplicates()
		if frappe.get_cached_value("Item", self.item_code, "has_variants"):
			frappe.throw(_("Item Price cannot be created for the template item {0}").format(self.item_code))

	def before_save(self):
		if self.selling:
			self.reference = self.customer
		if self.buying:
			self.reference = self.supplier
		if self.selling and not self.buying:
			self.supplier = None
		if self.buying and not self.selling:
			self.customer = None

	def set_item_details(self):
		details = frappe.db.get_value("Item", self.item_code, ["item_name", "description"])
		if not details:
			frappe.throw(_("Item {0} not found.").format(self.item_code))
		self.item_name, self.item_description = details

	def validate_uom(self):
		"""Newer ERPNexts take only the item's own UOMs; what holds here then holds on all of them."""
		if not frappe.db.exists(
			"UOM Conversion Detail", {"parenttype": "Item", "parent": self.item_code, "uom": self.uom}
		):
			frappe.throw(_("UOM {0} not found in Item {1}").format(self.uom, self.item_code))

	def set_price_list_details(self):
		details = frappe.db.get_value(
			"Price List", {"name": self.price_list, "enabled": 1}, ["buying", "selling", "currency"]
		)
		if not details:
			link = get_link_to_form("Price List", self.price_list)
			frappe.throw(_("The price list {0} does not exist or is disabled").format(link))
		self.buying, self.selling, self.currency = details

	def check_duplicates(self):
		others = frappe.get_all(
			"Item Price",
			filters={"item_code": self.item_code, "price_list": self.price_list, "name": ("!=", self.name)},
			fields=DISTINGUISHING_FIELDS,
		)
		mine = [self.distinguishing_value(field, self.get(field)) for field in DISTINGUISHING_FIELDS]
		for other in others:
			if mine == [self.distinguishing_value(field, other[field]) for field in DISTINGUISHING_FIELDS]:
				frappe.throw(_("The item has this price already"), ItemPriceDuplicateItem)

	@staticmethod
	def distinguishing_value(field: str, value) -> str:
		"""Comparable whether it comes from a form, a document or the database; nothing and 0 are the same."""
		return str(frappe.utils.cint(value) if field == "packing_unit" else value or "")
