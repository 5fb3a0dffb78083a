"""The preview of a change of *Variants become*: which products of the shop are merged or split.

Source: docs/variants.md
"""

import frappe

from medusa_integration import settings, sold_variants
from medusa_integration.products.variant_payloads import Attributes, without_doubled

PAGE = "Website Item"
PART = 500  # templates in a query
EXAMPLES = 20  # of each sort
OPTIONS = "Options of one product"


def preview(become: str) -> dict:
	"""Report what a change of the setting would do. Writes nothing, and makes no call to Medusa.

	:param become: the new value of *Variants become*
	:returns: the numbers `templates` (whose products change), `made` and `removed` (products), `variants` (Medusa's variants that
		are made, or removed), `left_out` (variants that the shop would sell no more), `apart` (templates whose Website Item isn't
		published, so that their variants stay products) and `doubled` (variants with the attributes of another one); and
		`examples` of each, `{kind: [text]}`
	"""
	to_options = become == OPTIONS
	report = _Report(to_options)
	for part in frappe.utils.create_batch(_pages(), PART):
		report.add(part)
	report.add_unpublished(_unpublished() if to_options else [])
	is_same = to_options == settings.current().variants_are_options
	return {"changes": not is_same, **report.numbers, "examples": report.examples}


class _Report:
	def __init__(self, to_options: bool) -> None:
		self.to_options = to_options
		kinds = ("templates", "made", "removed", "variants", "left_out", "apart", "doubled")
		self.numbers = dict.fromkeys(kinds, 0)
		self.examples: dict[str, list[str]] = {kind: [] for kind in kinds}

	def add(self, pages: list[frappe._dict]) -> None:
		sold = sold_variants.variants_of((page.name for page in pages), always=True)
		codes = [code for each in sold.values() for code in each]
		own = {
			row.item_code: row
			for row in frappe.get_all(
				PAGE,
				{"item_code": ("in", [*codes, ""])},
				["name", "item_code", "published", "medusa_id"],
				order_by="name",
			)
		}
		attributes = Attributes(codes)
		for page in pages:
			variants = sold.get(page.name) or []
			if not variants:
				continue
			self._count("templates", f"{page.web_item_name} ({len(variants)})")
			(self._merge if self.to_options else self._split)(page, variants, own, attributes)

	def _merge(self, page: frappe._dict, variants: list[str], own: dict, attributes: Attributes) -> None:
		rows = [frappe._dict(name=code, creation="") for code in variants]
		_kept, doubled = without_doubled(rows, attributes)
		for code, other in doubled:
			self._count("doubled", f"{code} = {other}")
		if not page.medusa_id:
			self._count("made", page.web_item_name)
		left_out = {code for code, _other in doubled}
		for code in variants:
			if code not in left_out:
				self._count("variants", code)
			if code in own and own[code].medusa_id:
				self._count("removed", code)

	def _split(self, page: frappe._dict, variants: list[str], own: dict, attributes: Attributes) -> None:
		for code in variants:
			self._count("variants", code)
			if code in own and own[code].published:
				if not own[code].medusa_id:
					self._count("made", code)
			else:
				self._count("left_out", code)

	def add_unpublished(self, templates: list[str]) -> None:
		for template in templates:
			self._count("apart", template)

	def _count(self, kind: str, example: str) -> None:
		self.numbers[kind] += 1
		if len(self.examples[kind]) < EXAMPLES:
			self.examples[kind].append(example)


def _pages() -> list[frappe._dict]:
	"""The published Website Items of templates."""
	page, item = frappe.qb.DocType(PAGE), frappe.qb.DocType("Item")
	query = frappe.qb.from_(page).join(item).on((item.name == page.item_code) & (item.has_variants == 1))
	query = query.select(page.name, page.web_item_name, page.medusa_id).where(page.published == 1)
	return query.orderby(page.name).run(as_dict=True)


def _unpublished() -> list[str]:
	"""The templates without a published Website Item of which a variant has one."""
	page, item, own = frappe.qb.DocType(PAGE), frappe.qb.DocType("Item"), frappe.qb.DocType(PAGE).as_("own")
	query = (
		frappe.qb.from_(page)
		.join(item)
		.on((item.name == page.item_code) & (item.variant_of != ""))
		.left_join(own)
		.on((own.item_code == item.variant_of) & (own.published == 1))
		.select(item.variant_of)
		.distinct()
	)
	return query.where((page.published == 1) & own.name.isnull()).orderby(item.variant_of).run(pluck=True)
