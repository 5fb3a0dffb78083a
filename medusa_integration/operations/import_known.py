"""Import products: the item codes that products of the shop get, and the Items and Website Items that ERPNext has.

Source: docs/reference.md, "Import products".
"""

from collections import Counter

import frappe
from frappe import _

from medusa_integration import medusa_texts
from medusa_integration.medusa.matching import folded
from medusa_integration.operations.import_candidate import ANY_LENGTH, LONGEST_NAME, Candidate


def item_code(candidate: Candidate, repeated: Counter) -> str:
	"""Set the item code of a candidate with one variant, and return the reason why it can have none."""
	sku = candidate.variant.sku.strip()
	told = sku or candidate.product.handle
	candidate.code = medusa_texts.clean(told, ANY_LENGTH)
	if not candidate.code:
		return _("It has neither sku nor handle. Give it an sku in Medusa's admin first.")
	return sku_problem(sku, told, repeated)


def sku_problem(sku: str, told: str, repeated: Counter) -> str:
	"""The reason why a text can't become an item code; "" where it can.

	:param sku: of the variant; "" where it has none
	:param told: the SKU, or what stands for it
	:param repeated: how often the shop has each SKU, by folded
	"""
	code = medusa_texts.clean(told, ANY_LENGTH)
	if {"<", ">"}.intersection(told) or is_reserved(code, "Item"):
		return _(
			"ERPNext allows no item code with < or >, or that begins with New Item. Change the sku in Medusa's admin first."
		)
	if len(code) > LONGEST_NAME:
		words = _(
			"Its sku has {0} characters, and an item code {1} at most. Change it in Medusa's admin first."
		)
		return words.format(len(code), LONGEST_NAME)
	if sku and repeated[folded(sku)] > 1:
		words = _(
			"{0} variants in Medusa have this sku, apart from case and spaces. Change the others first."
		)
		return words.format(repeated[folded(sku)])
	return ""


def is_reserved(name: str, doctype: str) -> bool:
	"""Whether Frappe refuses a name: those of unsaved documents, and that of the DocType."""
	return name == doctype or name.startswith(f"New {doctype}")


class Known:
	"""The Items and Website Items that candidates may belong to."""

	def __init__(self, candidates: list[Candidate]) -> None:
		ids = {candidate.product.id for candidate in candidates}
		self.codes: dict[str, str] = {folded(name): name for name in read_column("Item", "name")}
		owned = read_rows("Item", {"medusa_id": ("is", "set")}, ["name", "medusa_id"])
		self.of_id = {row.medusa_id: row.name for row in owned if row.medusa_id in ids}
		pages = read_rows("Website Item", {}, ["name", "item_code", "medusa_id"])
		self.page_of = {page.item_code: page for page in pages}
		self.pages = {page.name: page for page in pages}
		fields = ["name", "disabled", "has_variants", "variant_of", "variant_based_on"]
		special = {"disabled": 1, "has_variants": 1, "variant_of": ("is", "set")}
		self.special = {row.name: row for row in read_rows("Item", {}, fields, special)}

	def names_page(self, candidate: Candidate) -> str:
		"""The reason why a product whose external id is that of a Website Item isn't imported."""
		named = self.pages.get(candidate.product.external_id)
		if not named or named.medusa_id:
			return ""
		words = _("It carries the id of the Website Item {0}: choose Link existing products.")
		return words.format(named.name)

	def problem(self, candidate: Candidate) -> str:
		"""Set the Item of a candidate, and return the reason why it can't be imported."""
		if reason := self.names_page(candidate):
			return reason
		item = self.of_id.get(candidate.product.id) or self.codes.get(folded(candidate.code))
		if not item:
			return ""
		candidate.code, candidate.has_item = item, True
		page = self.page_of.get(item)
		if page and page.medusa_id:
			words = _("The Item {0} belongs to another product in Medusa already.")
		elif page:
			words = _("The Item {0} has a Website Item: choose Link existing products.")
		elif (row := self.special.get(item)) and (row.disabled or row.has_variants):
			words = _("The Item {0} is disabled, or a template of variants.")
		else:
			return ""
		return words.format(item)


def read_column(doctype: str, fieldname: str) -> set[str]:
	values = {fieldname: ("is", "set")}
	return set(frappe.get_all(doctype, values, pluck=fieldname, order_by=None, limit_page_length=0))


def read_rows(
	doctype: str, filters: dict, fields: list[str], or_filters: dict | None = None, as_list: bool = False
):
	return frappe.get_all(doctype, filters, fields, or_filters=or_filters, as_list=as_list, order_by="name")
