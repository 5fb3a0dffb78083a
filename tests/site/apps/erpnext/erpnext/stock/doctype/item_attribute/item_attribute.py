import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt


class ItemAttribute(Document):
	def validate(self):
		frappe.flags.attribute_values = None
		self.validate_numeric()
		self.validate_duplication()

	def on_update(self):
		self.validate_existing_items()

	def validate_numeric(self):
		if not self.numeric_values:
			self.from_range = self.to_range = self.increment = 0
			return
		self.item_attribute_values = []
		if flt(self.from_range) >= flt(self.to_range):
			frappe.throw(_("From Range has to be less than To Range"))
		if not self.increment:
			frappe.throw(_("Increment cannot be 0"))

	def validate_duplication(self):
		for field, label in (("attribute_value", _("Attribute value")), ("abbr", _("Abbreviation"))):
			texts = [row.get(field).lower() for row in self.item_attribute_values]
			if len(set(texts)) < len(texts):
				frappe.throw(_("{0} must appear only once").format(label))

	def validate_existing_items(self):
		values = {row.attribute_value for row in self.item_attribute_values}
		rows = frappe.get_all(
			"Item Variant Attribute",
			{"attribute": self.name, "variant_of": ("is", "set"), "attribute_value": ("is", "set")},
			["parent", "attribute_value"],
		)
		for row in rows:
			if not self.numeric_values and row.attribute_value not in values:
				frappe.throw(
					_("The value {0} is already assigned to an existing Item {1}.").format(*row.values())
				)
