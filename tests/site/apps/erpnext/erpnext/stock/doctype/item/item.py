import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cstr, flt, getdate, strip, strip_html
from frappe.utils.html_utils import clean_html


class Item(Document):
	def autoname(self):
		self.item_code = strip(self.item_code)
		self.name = self.item_code

	def after_insert(self):
		if self.standard_rate:
			self.add_price()

	def validate(self):
		self.item_name = self.item_name or self.item_code
		self.set_description()
		self.add_stock_uom()
		self.validate_barcode()
		self.validate_variants()

	def on_update(self):
		self.update_item_price()

	def on_trash(self):
		frappe.db.delete("Bin", {"item_code": self.name})
		frappe.db.delete("Item Price", {"item_code": self.name})

	def before_rename(self, old_name, new_name, merge=False):
		if self.item_name == old_name:
			frappe.db.set_value("Item", old_name, "item_name", new_name)
		if merge:
			frappe.db.delete("Bin", {"item_code": old_name})

	def after_rename(self, old_name, new_name, merge=False):
		frappe.db.set_value("Item", new_name, "item_code", new_name)

	def set_description(self):
		if not strip_html(cstr(self.description)).strip():
			self.description = self.item_name
		if frappe.db.get_single_value("Stock Settings", "clean_description_html"):
			self.description = clean_html(self.description)

	def add_stock_uom(self):
		"""The table of conversions always has the stock UOM, and starts anew when that changes."""
		if not self.is_new() and self.has_value_changed("stock_uom"):
			self.uoms = []
		if self.stock_uom not in [row.uom for row in self.uoms]:
			self.append("uoms", {"uom": self.stock_uom, "conversion_factor": 1})

	def validate_barcode(self):
		"""A type that the field doesn't offer is cleared: 15 and 16 offer different ones."""
		types = frappe.get_meta("Item Barcode").get_options("barcode_type").split("\n")
		for row in self.barcodes:
			other = {"barcode": row.barcode, "parent": ("!=", self.name)}
			if taken := frappe.db.get_value("Item Barcode", other, "parent"):
				frappe.throw(_("Barcode {0} already used in Item {1}").format(row.barcode, taken))
			row.barcode_type = row.barcode_type if row.barcode_type in types else ""

	def validate_variants(self):
		if self.has_variants or self.variant_of:
			self.variant_based_on = self.variant_based_on or "Item Attribute"
			if self.variant_based_on == "Item Attribute":
				self.validate_attributes()
		if self.is_new() or self.has_variants:
			return
		if frappe.db.exists("Item", {"variant_of": self.name}):
			frappe.throw(_("Item has variants."))

	def validate_attributes(self):
		if not self.attributes:
			frappe.throw(_("Attribute table is mandatory"))
		named = [row.attribute for row in self.attributes]
		if len(set(named)) < len(named):
			frappe.throw(_("Attribute selected multiple times in Attributes Table"))
		if not (self.is_new() and self.variant_of):
			return
		self.attributes = [row for row in self.attributes if cstr(row.attribute_value).strip()]
		for idx, row in enumerate(self.attributes, 1):
			row.idx, row.variant_of = idx, self.variant_of
			self.validate_attribute_value(row)
		mine = {row.attribute: row.attribute_value for row in self.attributes}
		for other in frappe.get_all(
			"Item", {"variant_of": self.variant_of, "name": ("!=", self.name)}, pluck="name"
		):
			theirs = frappe.get_all(
				"Item Variant Attribute", {"parent": other}, ["attribute", "attribute_value"], as_list=True
			)
			if dict(theirs) == mine:
				frappe.throw(_("Item variant {0} exists with same attributes").format(other))

	def validate_attribute_value(self, row):
		"""Numeric ones are those that the template's table says are. ERPNext reads both once in a request."""
		if not frappe.flags.attribute_values:
			frappe.flags.attribute_values, frappe.flags.numeric_values = {}, {}
			for each in frappe.get_all("Item Attribute Value", fields=["parent", "attribute_value"]):
				frappe.flags.attribute_values.setdefault(each.parent.lower(), []).append(each.attribute_value)
			of_template = {"numeric_values": 1, "parent": self.variant_of}
			fields = ["attribute", "from_range", "increment", "to_range"]
			for each in frappe.get_all("Item Variant Attribute", of_template, fields):
				frappe.flags.numeric_values[each.attribute.lower()] = each
		attribute, value = row.attribute.lower(), row.attribute_value
		if numeric := frappe.flags.numeric_values.get(attribute):
			rest = flt((flt(value) - numeric.from_range) % numeric.increment, 6)
			if rest not in (0, numeric.increment) or not numeric.from_range <= flt(value) <= numeric.to_range:
				frappe.throw(_("Value for Attribute {0} must be within the range").format(row.attribute))
		elif value not in frappe.flags.attribute_values.get(attribute, []):
			frappe.throw(_("{0} is not a valid Value").format(value))

	def add_price(self):
		"""The standard selling rate becomes an Item Price of the default price list."""
		price_list = frappe.db.get_single_value("Selling Settings", "selling_price_list") or frappe.db.exists(
			"Price List", "Standard Selling"
		)
		if price_list:
			frappe.get_doc(
				{
					"doctype": "Item Price",
					"price_list": price_list,
					"item_code": self.name,
					"uom": self.stock_uom,
					"brand": self.brand,
					"price_list_rate": self.standard_rate,
				}
			).insert()

	def update_item_price(self):
		"""Prices carry the item's name, description and brand; they follow without any hook of Item Price."""
		price = frappe.qb.DocType("Item Price")
		(
			frappe.qb.update(price)
			.set(price.item_name, self.item_name)
			.set(price.item_description, self.description)
			.set(price.brand, self.brand)
			.where(price.item_code == self.name)
		).run()


def validate_end_of_life(item_code, end_of_life=None, disabled=None):
	if end_of_life and getdate(end_of_life) <= getdate():
		frappe.throw(_("Item {0} has reached its end of life on {1}").format(item_code, end_of_life))
	if disabled:
		frappe.throw(_("Item {0} is disabled").format(item_code))
