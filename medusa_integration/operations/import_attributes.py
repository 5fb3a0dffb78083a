"""Import products: the Item Attributes that options of the shop's products become.

ERPNext compares the values of an Item Attribute, and their abbreviations, without case, and refuses two that are equal.

Source: docs/reference.md, "Import products".
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import frappe
from frappe import _
from frappe.utils import cint, flt

from medusa_integration import medusa_texts
from medusa_integration.medusa.matching import folded
from medusa_integration.medusa.shop_product import ShopOption
from medusa_integration.operations.import_candidate import ANY_LENGTH, LONGEST_NAME, PlannedAttribute
from medusa_integration.operations.import_known import is_reserved
from medusa_integration.products.shared_products import some

DOCTYPE = "Item Attribute"
ABBREVIATION = 12  # characters


@dataclass
class _Attribute:
	"""An Item Attribute that is there, or is made by this import.

	:param values: `{in lower case: as written}`
	"""

	name: str
	is_there: bool
	numbers: tuple[float, float, float] | None = None
	is_disabled: bool = False
	values: dict[str, str] = field(default_factory=dict)
	there: set[str] = field(default_factory=set)


class Attributes:
	"""The Item Attributes, and those that products of one import share."""

	def __init__(self) -> None:
		fields = ["name", "numeric_values", "from_range", "to_range", "increment"]
		if frappe.get_meta(DOCTYPE).has_field("disabled"):
			fields.append("disabled")
		self.of_title: dict[str, _Attribute] = {}
		rows = frappe.get_all(DOCTYPE, fields=fields, order_by="name", limit_page_length=0)
		for row in rows:
			numbers = (flt(row.from_range), flt(row.to_range), flt(row.increment))
			numeric = numbers if cint(row.numeric_values) else None
			self.of_title[folded(row.name)] = _Attribute(row.name, True, numeric, bool(row.disabled))
		of_attributes = {"parenttype": DOCTYPE}
		for row in frappe.get_all(
			"Item Attribute Value",
			of_attributes,
			["parent", "attribute_value"],
			order_by="parent, idx",
			limit_page_length=0,
		):
			attribute = self.of_title.get(folded(row.parent))
			if attribute:
				attribute.values.setdefault(row.attribute_value.lower(), row.attribute_value)
				attribute.there.add(row.attribute_value)

	def problem(self, options: Iterable[ShopOption]) -> str:
		"""The reason why options of a product can't become Item Attributes; "" where they can."""
		titles: set[str] = set()
		for option in options:
			name = medusa_texts.clean(option.title, ANY_LENGTH)
			if not name or is_reserved(name, DOCTYPE):
				return _(
					"ERPNext allows no Item Attribute with the name of its option {0}. Rename it in Medusa's admin first."
				).format(name or "–")
			if folded(name) in titles:
				return _("It has two options with the name {0}. Rename one in Medusa's admin first.").format(
					name
				)
			titles.add(folded(name))
			long = [each for each in (name, *map(_value, option.values)) if len(each) > LONGEST_NAME]
			if long:
				words = _(
					"Its option {0} has a text of {1} characters, and ERPNext takes {2} at most. Shorten it in Medusa's admin first."
				)
				return words.format(name[:LONGEST_NAME], len(long[0]), LONGEST_NAME)
			known = self.of_title.get(folded(name))
			if known and (reason := _unfit(known, option)):
				return reason
		return ""

	def take(self, option: ShopOption) -> tuple[PlannedAttribute, dict[str, str]]:
		"""The Item Attribute that an option becomes, and `{value in the shop: value in ERPNext}`. Later products use the same names."""
		name = medusa_texts.clean(option.title, ANY_LENGTH)
		attribute = self.of_title.setdefault(folded(name), _Attribute(name, False))
		if attribute.numbers:
			of_shop = {value: _value(value) for value in option.values}
		else:
			of_shop = {
				value: attribute.values.setdefault(_value(value).lower(), _value(value))
				for value in option.values
			}
		values = list(dict.fromkeys(of_shop.values()))
		new = [] if attribute.numbers else [value for value in values if value not in attribute.there]
		return PlannedAttribute(
			attribute.name, values, attribute.numbers, not attribute.is_there, new
		), of_shop


def _value(text: str) -> str:
	return medusa_texts.clean(text, ANY_LENGTH)


def _unfit(attribute: _Attribute, option: ShopOption) -> str:
	"""The reason why an option's values don't fit an Item Attribute."""
	if attribute.is_disabled:
		return _("The Item Attribute {0} is disabled. Enable it first.").format(attribute.name)
	wrong = [value for value in option.values if attribute.numbers and not _is_step(value, attribute.numbers)]
	if not wrong:
		return ""
	words = _(
		"The Item Attribute {0} takes numbers from {1} to {2} in steps of {3}, and not {4}. Rename the option or these values in Medusa's admin first, or change the Item Attribute."
	)
	return words.format(attribute.name, *(f"{number:g}" for number in attribute.numbers or ()), some(wrong))


def _is_step(value: str, numbers: tuple[float, float, float]) -> bool:
	"""Whether a text is a number that a numeric Item Attribute takes."""
	first, last, step = numbers
	try:
		number = float(_value(value))
	except ValueError:
		return False
	if not step or not first <= number <= last:
		return False
	steps = (number - first) / step
	return abs(steps - round(steps)) < 1e-6


def extend(planned: PlannedAttribute) -> None:
	"""Make an Item Attribute, or give it the values that it lacks, with the user's permissions."""
	if planned.numbers:
		return
	if frappe.db.exists(DOCTYPE, planned.name):
		doc = frappe.get_doc(DOCTYPE, planned.name, for_update=True)
	else:
		doc = frappe.new_doc(DOCTYPE)
		doc.attribute_name = planned.name
	known = {row.attribute_value.lower() for row in doc.item_attribute_values}
	missing = [value for value in planned.values if value.lower() not in known]
	abbreviations = {(row.abbr or "").lower() for row in doc.item_attribute_values}
	for value in missing:
		abbreviation = _abbreviation(value, abbreviations)
		abbreviations.add(abbreviation.lower())
		doc.append("item_attribute_values", {"attribute_value": value, "abbr": abbreviation})
	if missing or doc.is_new():
		doc.save()


def _abbreviation(value: str, taken: set[str]) -> str:
	"""A short form of a value that no other value of the Item Attribute has."""
	short = value[:ABBREVIATION].strip()
	number = 1
	while short.lower() in taken:
		number += 1
		short = f"{value[: ABBREVIATION - 4].strip()}{number}"
	return short
