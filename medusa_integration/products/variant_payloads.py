"""The options and variants of products whose Website Item is a template's: reads the variants in a constant number of queries.

Source: docs/reference.md, "Templates".
"""

from collections import defaultdict
from collections.abc import Callable, Iterable

import frappe
from frappe.utils import cint, flt

from medusa_integration import json_field, sold_units, sold_variants
from medusa_integration.medusa.identifiers import OF_VARIANTS
from medusa_integration.medusa.owners import ERPNEXT, SHOP, WHERE_FILLED
from medusa_integration.plain_text import clean
from medusa_integration.products import field_owners, identifiers, images
from medusa_integration.sold_units import SoldUnit
from medusa_integration.stock import bundles

PAGE = "Website Item"
IsoCodes = Callable[[set[str | None]], dict[str, str]]
WITHOUT = "–"  # the value of a variant that lacks one that others have
# Of a template's Website Item: JSON, {"base": hash, "sent": {item code: [variant id, hash, {identifier: fingerprint}]}}
SENT = "medusa_variants"
OWNED = ("origin_country", *OF_VARIANTS)  # keys of a variant that have an owner
ITEM_FIELDS = (
	"name", "variant_of", "stock_uom", "is_stock_item", "country_of_origin", "image", "creation",
	"medusa_id", "medusa_variant_id", "medusa_former_ids", "medusa_prices", "medusa_stock", sold_units.FIELD,
)  # fmt: skip
PAGE_FIELDS = (
	"name", "item_code", "published", "on_backorder", "website_image", "slideshow", "medusa_id", "medusa_variant_id",
)  # fmt: skip


class Attributes:
	"""The Item Attributes of templates and their variants, read in three queries."""

	def __init__(self, items: Iterable[str]) -> None:
		rows = frappe.get_all(
			"Item Variant Attribute",
			{"parenttype": "Item", "parent": ("in", [*items, ""])},
			["parent", "attribute", "attribute_value"],
			order_by="parent, idx",
		)
		self.of: dict[str, dict[str, str]] = defaultdict(dict)
		for row in rows:
			self.of[row.parent][row.attribute] = row.attribute_value or ""
		names = {row.attribute for row in rows} or {""}
		numeric = {"name": ("in", list(names)), "numeric_values": 1}
		self.numeric = set(frappe.get_all("Item Attribute", numeric, pluck="name", order_by=None))
		self.places: dict[str, dict[str, int]] = defaultdict(dict)
		of_attributes = {"parenttype": "Item Attribute", "parent": ("in", list(names))}
		for row in frappe.get_all(
			"Item Attribute Value", of_attributes, ["parent", "attribute_value"], order_by="parent, idx"
		):
			self.places[row.parent].setdefault(row.attribute_value, len(self.places[row.parent]))

	def options(self, template: str, codes: Iterable[str]) -> list[dict]:
		"""`[{"title", "values"}]` of the attributes that the variants have values of: in the order of the template's table,
		then others; values in the order of the Item Attribute, numeric ones by size, and those that it lacks at the end."""
		codes = list(codes)
		names = dict.fromkeys([*self.of[template], *(name for code in codes for name in self.of[code])])
		found = []
		for name in names:
			used = dict.fromkeys(value for code in codes if (value := self.of[code].get(name)))
			if used:
				without = [WITHOUT] if any(not self.of[code].get(name) for code in codes) else []
				values = sorted(used, key=lambda value, name=name: self._place(name, value))
				found.append({"title": name, "values": [*values, *without]})
		return found

	def _place(self, attribute: str, value: str) -> tuple:
		if attribute in self.numeric:
			return (0, flt(value), value)
		return (0, place) if (place := self.places[attribute].get(value)) is not None else (1, value)

	def values(self, code: str, options: list[dict]) -> dict[str, str]:
		"""`{option: value}` of a variant."""
		return {option["title"]: self.of[code].get(option["title"]) or WITHOUT for option in options}


def read(items: list[frappe._dict], iso_codes: IsoCodes) -> None:
	"""Give the Website Items of templates `sold` (the item codes of what they sell), `variants` (these, without doubled ones, with
	everything that their payloads need), `left_variants` (the Items that have the id of a variant and aren't sold), and
	`deleted_variants` (the ids of variants without an Item of the template). In a constant number of queries.

	:param items: with `name`, `item_code`, `origin_country`, `on_backorder`, `website_warehouse`, `images`; changed
	:param iso_codes: returns `{country: ISO code}`
	"""
	template_of = sold_variants.templates_among(item.name for item in items)
	_read_formers([item for item in items if not item.medusa_id and item.name not in template_of])
	concerned = [item for item in items if item.name in template_of or item[SENT]]
	if not concerned:
		return
	sold = sold_variants.variants_of(template_of)
	rows = _rows({code for each in sold.values() for code in each}, [item.item_code for item in concerned])
	_complete(rows, {item.item_code: item for item in concerned}, iso_codes)
	attributes = Attributes([*template_of.values(), *(row.name for row in rows)])
	rows_of: dict[str, list[frappe._dict]] = defaultdict(list)
	for row in rows:
		rows_of[row.variant_of].append(row)
	for item in concerned:
		item.sent_variants = json_field.read(PAGE, item.name, SENT, item[SENT], _is_sent)
		item.is_template = item.name in template_of
		item.sold = sold.get(item.name, [])
		codes, mine = set(item.sold), rows_of[item.item_code]
		_choose(item, [row for row in mine if row.name in codes], attributes)
		is_sold = {row.name for row in item.variants}
		item.left_variants = [
			row for row in mine if row.medusa_variant_id and row.name not in is_sold and not has_product(row)
		]
		there = {row.medusa_variant_id for row in mine}
		item.deleted_variants = [id for id in _known(item) if id not in there]


def _rows(codes: set[str], templates: list[str]) -> list[frappe._dict]:
	"""The Items that are sold, and the other variants of templates that have the id of a variant."""
	known = {"variant_of": ("in", templates), "medusa_variant_id": ("is", "set")}
	rows = frappe.get_all("Item", {"name": ("in", [*codes, ""])}, list(ITEM_FIELDS), order_by="name")
	others = frappe.get_all("Item", known, list(ITEM_FIELDS), order_by="name")
	return rows + [row for row in others if row.name not in codes]


def _choose(item: frappe._dict, rows: list[frappe._dict], attributes: Attributes) -> None:
	"""Give a template's Website Item its variants and options."""
	item.variants, item.doubled = without_doubled(rows, attributes)
	item.options = attributes.options(item.item_code, [row.name for row in item.variants])
	for row in item.variants:
		row.chosen = attributes.values(row.name, item.options)
	item.variants.sort(key=lambda row: _rank(row, item.options))
	item.images = list(dict.fromkeys([*item.images, *(url for row in item.variants for url in row.images)]))


def _read_formers(items: list[frappe._dict]) -> None:
	"""Give the Website Items of variants that get products of their own `former_variant`: theirs in the template's product."""
	variants = {item.item_code: item for item in items if item.variant_of or item.medusa_variant_id}
	if not variants:
		return
	item, page = frappe.qb.DocType("Item"), frappe.qb.DocType(PAGE)
	query = (
		frappe.qb.from_(item)
		.join(page)
		.on(page.item_code == item.variant_of)
		.select(item.name, item.medusa_variant_id.as_("variant_id"), page.medusa_id.as_("product_id"))
		.where(item.name.isin(list(variants)) & (item.medusa_variant_id != "") & (page.medusa_id != ""))
	)
	for row in query.run(as_dict=True):
		variants[row.name].former_variant = {"product_id": row.product_id, "variant_id": row.variant_id}


def _complete(rows: list[frappe._dict], templates: dict[str, frappe._dict], iso_codes: IsoCodes) -> None:
	"""Give variants what their own Website Items, countries and units say; else what the template's Website Item says."""
	codes = [row.name for row in rows]
	pages = frappe.get_all(PAGE, {"item_code": ("in", [*codes, ""])}, list(PAGE_FIELDS), order_by="name")
	pictures, own_page = images.of_website_items(pages), {page.item_code: page for page in pages}
	units = sold_units.wanted([*codes, *templates])
	countries = iso_codes({row.country_of_origin for row in rows})
	columns = identifiers.of_variants(codes, units)
	for row in rows:
		template, page = templates[row.variant_of], own_page.get(row.name)
		row.own_page = page
		row.item_code = row.name
		row.identifiers = columns.get(row.name, {})
		row.on_backorder = page.on_backorder if page else template.on_backorder
		row.website_warehouse = template.website_warehouse
		row.origin_country = countries.get(row.country_of_origin) or template.origin_country
		row.sold_unit = units.get(row.name) or SoldUnit(row.stock_uom)
		own = pictures[page.name] if page else []
		row.images = own or [url for url in [images.address(row.image)] if url]
	bundles.keep_stock(rows)


def without_doubled(
	rows: list[frappe._dict], attributes: Attributes
) -> tuple[list[frappe._dict], list[tuple[str, str]]]:
	"""The variants without those whose attributes another one has, and these pairs: (left out, the other one). The one that the
	shop has stays, else the older one."""
	of_values: dict[tuple, frappe._dict] = {}
	doubled = []
	for row in sorted(rows, key=lambda row: (not row.medusa_variant_id, row.creation, row.name)):
		key = tuple(sorted((name, value) for name, value in attributes.of[row.name].items() if value))
		if key in of_values:
			doubled.append((row.name, of_values[key].name))
		else:
			of_values[key] = row
	return list(of_values.values()), doubled


def _rank(row: frappe._dict, options: list[dict]) -> tuple:
	return (*(option["values"].index(row.chosen[option["title"]]) for option in options), row.name)


def has_product(row: frappe._dict) -> bool:
	"""Whether the variant that an Item names is that of a product of its own."""
	page = row.own_page
	return bool(page and page.medusa_id and page.medusa_variant_id == row.medusa_variant_id)


def _known(item: frappe._dict) -> list[str]:
	"""The ids of the variants that were sent."""
	return [id for id, *_rest in (item.sent_variants or {}).get("sent", {}).values()]


def of_template(item: frappe._dict) -> dict:
	"""The keys of the payload of a template's Website Item: `options`, `variants`, `known_variants` (ids of those that the app
	made), `formers` (variants that have a SKU of these until they are sent). A product that was a template's has
	`was_template`. One without a variant to sell is a draft that keeps its variants, but for `deleted_variants`.

	:param item: as `read` has changed it
	"""
	known = _known(item)
	if not item.is_template:
		values = {"was_template": True, "known_variants": known} if item[SENT] else {}
		return {**values, **({"formers": [item.former_variant]} if item.former_variant else {})}
	owners = field_owners.of_fields()
	variants = [
		{**_variant(row, rank), **_of_owners(item, row, owners)} for rank, row in enumerate(item.variants)
	]
	formers = [each["former"] for each in variants if each["former"]]
	values = {"options": item.options, "variants": variants, "known_variants": known, "formers": formers}
	return values if variants else {**values, "status": "draft", "deleted_variants": item.deleted_variants}


def _variant(row: frappe._dict, rank: int) -> dict:
	"""`former`: the variant's product of its own, which has its SKU until the template's product takes it."""
	code, page = clean(row.name), row.own_page
	former = page if has_product(row) else None
	return {
		"item_code": code,
		"id": None if former else (row.medusa_variant_id or None),
		"former": {"product_id": former.medusa_id, "variant_id": former.medusa_variant_id}
		if former
		else None,
		"sku": code,
		"title": " / ".join(row.chosen.values()) or code,
		"options": row.chosen,
		"rank": rank,
		"manage_inventory": bool(cint(row.is_stock_item)),
		"allow_backorder": bool(cint(row.on_backorder)),
		"origin_country": row.origin_country,
		"metadata": {"item_code": code, **unit(row), "image": row.images[0] if row.images else ""},
	}


def _of_owners(item: frappe._dict, row: frappe._dict, owners: dict[str, str]) -> dict:
	"""The keys of a variant by the owners of its fields: `identifiers`, blank ones where ERPNext alone owns them;
	`left_to_shop`: keys that an update leaves as they are; and `cleared`: `{key: fingerprint of the value sent}` of those that
	ERPNext had filled and has cleared.

	:param owners: as of field_owners.of_fields
	"""
	values = {**row.identifiers, "origin_country": row.origin_country}
	blank = {key for key in OWNED if not values.get(key)}
	sent = (item.sent_variants or {}).get("sent", {}).get(clean(row.name), ())
	filled = sent[2] if len(sent) > 2 else {}
	return {
		"identifiers": {**{key: None for key in OF_VARIANTS if owners[key] == ERPNEXT}, **row.identifiers},
		"left_to_shop": [
			key for key in OWNED if owners[key] == SHOP or (key in blank and owners[key] == WHERE_FILLED)
		],
		"cleared": {
			key: value for key, value in filled.items() if key in blank and owners.get(key) == WHERE_FILLED
		},
	}


def unit(row: frappe._dict) -> dict:
	"""The metadata of a variant's unit, and of its size in stock units; "" removes the size."""
	uom, size = row.sold_unit
	number = int(size) if size == int(size) else float(size)
	if number == 1 and not row[sold_units.FIELD]:
		return {"UOM": clean(uom)}
	return {"UOM": clean(uom), "UOM Size": "" if number == 1 else number}


def _is_sent(state: dict) -> bool:
	sent = state.get("sent", {})
	return (
		isinstance(state.get("base", ""), str)
		and isinstance(sent, dict)
		and all(
			isinstance(each, list)
			and len(each) in (2, 3)
			and all(isinstance(text, str) for text in each[:2])
			and all(isinstance(filled, dict) for filled in each[2:])
			for each in sent.values()
		)
	)
