"""Document events that queue the products of templates: those of variants, their Items and Website Items, and of Item
Attributes.

Source: docs/reference.md, "Templates".
"""

from collections.abc import Iterable

import frappe

from medusa_integration import settings, sold_variants
from medusa_integration.delivery import documents
from medusa_integration.delivery.box import outbox
from medusa_integration.prices import price_state
from medusa_integration.prices.prices_to_medusa import PRICE
from medusa_integration.products import deleted_products, sent_variants
from medusa_integration.products.product_payloads import DOCTYPE
from medusa_integration.products.products_to_medusa import PRODUCT
from medusa_integration.stock.stock_to_medusa import STOCK

ATTRIBUTE = "Item Attribute"
PART = 1000  # item codes in a query


def template_page(doc) -> str:
	"""The Website Item of the template whose product sells a variant's Website Item; "" for any other.

	:param doc: the Website Item
	"""
	if not doc.get("variant_of") or not settings.current().variants_are_options:
		return ""
	name = sold_variants.products_of([doc.item_code]).get(doc.item_code) or ""
	return "" if name == doc.name else name


def sellers_of(names: Iterable[str]) -> list[str]:
	"""The Website Items whose products sell what these would: of variants of a template the template's. Those that still
	have a product of their own are among them."""
	names = list(names)
	if not names or not settings.current().variants_are_options:
		return names
	filters = {"name": ("in", names), "variant_of": ("is", "set")}
	pages = frappe.get_all(DOCTYPE, filters, ["name", "item_code", "medusa_id"], order_by=None)
	product_of = sold_variants.products_of(page.item_code for page in pages) if pages else {}
	instead = {page.name: product_of[page.item_code] for page in pages}
	former = {page.name for page in pages if page.medusa_id}
	found = [
		seller for name in names for seller in ([name] if name in former else []) + [instead.get(name, name)]
	]
	return list(dict.fromkeys(found))


def queue_templates_of(codes: Iterable[str]) -> list[str]:
	"""Queue the products of templates that sell these Items. Does nothing while the integration is off, or variants are products
	of their own.

	:returns: the names of the templates' Website Items
	"""
	codes = list(codes)
	if not codes or not settings.enabled() or not settings.current().variants_are_options:
		return []
	variants = frappe.get_all(
		"Item", {"name": ("in", codes), "variant_of": ("is", "set")}, pluck="name", order_by=None
	)
	found = set()
	for part in frappe.utils.create_batch(variants, PART):
		found |= set(sold_variants.products_of(part).values())
	own = set(frappe.get_all(DOCTYPE, {"item_code": ("in", [*variants, ""])}, pluck="name", order_by=None))
	names = sorted(found - own)
	outbox.add_many((PRODUCT, name) for name in names)
	return names


def item_on_update(item, watched: Iterable[str]) -> None:
	"""Item, on_update: queue the product of its template where something changed that Medusa sees of a variant, and of the
	template that it belonged to.

	:param watched: fields of Item
	"""
	if not (item.variant_of or item.has_variants) or not settings.enabled():
		return
	if not settings.current().variants_are_options:
		return
	fields = (*watched, "image", "variant_of")
	if not any(item.has_value_changed(field) for field in fields) and not _attributes_changed(item):
		return
	before = item.get_doc_before_save()
	if item.has_variants:
		_queue_pages([item.name])
	names = queue_templates_of([item.name])
	if before and item.has_value_changed("variant_of"):
		_queue_pages([before.variant_of])
	if before and any(
		item.has_value_changed(field) for field in ("is_stock_item", "disabled", "end_of_life")
	):
		outbox.add_many((STOCK, name) for name in names)


def _attributes_changed(item) -> bool:
	before = item.get_doc_before_save()
	return before is None or _attributes(item) != _attributes(before)


def _attributes(item) -> list[tuple]:
	return [(row.attribute, row.attribute_value) for row in item.get("attributes") or ()]


def item_on_trash(item, method: str | None = None) -> None:
	"""Item, on_trash: queue the product of a variant's template, which loses the variant and the price lists that it leaves empty.
	Nothing else has the state of its prices then."""
	if item.variant_of and settings.enabled():
		state = price_state.read(price_state.key_of("Item", item.name), item.get("medusa_prices"))
		for name in _pages([item.variant_of]):
			deleted_products.queue_left(PRODUCT, name, [state])


def item_before_rename(item, method=None, old=None, new=None, merge: bool = False) -> None:
	"""Item, before_rename: where a variant is merged into another Item, queue the product of its template, which loses it."""
	if merge:
		item_on_trash(item)


def item_attribute_on_update(doc, method: str | None = None) -> None:
	"""Item Attribute, on_update: queue the products of the templates that have it, where its values or their order changed."""
	before = doc.get_doc_before_save()
	if before and (_values(doc) != _values(before) or doc.has_value_changed("numeric_values")):
		_queue_templates_with(doc.name)


def item_attribute_after_rename(doc, method=None, old=None, new=None, merge: bool = False) -> None:
	"""Item Attribute, after_rename: queue the products of the templates that have it: their options get the new name."""
	_queue_templates_with(doc.name)


def _values(doc) -> list[str]:
	return [row.attribute_value for row in doc.get("item_attribute_values") or ()]


def _queue_templates_with(attribute: str) -> None:
	if not settings.enabled() or not settings.current().variants_are_options:
		return
	row, item = frappe.qb.DocType("Item Variant Attribute"), frappe.qb.DocType("Item")
	query = (
		frappe.qb.from_(row)
		.join(item)
		.on((item.name == row.parent) & (item.has_variants == 1))
		.select(item.name)
	)
	_queue_pages(query.where(row.attribute == attribute).run(pluck=True))


def _queue_pages(codes: Iterable[str]) -> None:
	"""Queue the products of templates' Website Items that are published or in the shop."""
	for part in frappe.utils.create_batch(list(codes), PART):
		outbox.add_many((PRODUCT, name) for name in _pages(part))


def _pages(codes: list[str]) -> dict[str, str]:
	in_shop = {"published": 1, "medusa_id": ("is", "set")}
	pages = frappe.get_all(
		DOCTYPE, {"item_code": ("in", codes)}, or_filters=in_shop, pluck="name", order_by="name"
	)
	return sold_variants.templates_among(pages)


def ended_variants() -> list[str]:
	"""The Website Items of templates whose product has a variant that can't be sold any more."""
	if not settings.current().variants_are_options:
		return []
	item = frappe.qb.DocType("Item")
	is_variant = (item.variant_of != "") & (item.medusa_variant_id != "")
	query = (
		frappe.qb.from_(item).select(item.name).where(is_variant & sold_variants.can_be_sold(item).negate())
	)
	names: set[str] = set()
	for part in frappe.utils.create_batch(query.run(pluck=True), PART):
		names |= set(sold_variants.products_of(part).values())
	return sorted(sold_variants.templates_among(names))


def template_leaves(page) -> list[str]:
	"""Website Item of a template, on_trash: its variants lose the ids that they have in its product. Those with published
	Website Items of their own get products of their own.

	:returns: the states of the variants' prices, of which Medusa may keep price lists
	"""
	fields = ["name", "medusa_variant_id", sent_variants.FORMER, "medusa_prices", "medusa_id"]
	known = {"variant_of": page.item_code, "medusa_variant_id": ("is", "set"), "medusa_id": ("is", "not set")}
	rows = frappe.get_all("Item", known, fields, order_by="name")
	documents.write(
		"Item",
		{
			row.name: {
				"medusa_variant_id": None,
				"medusa_prices": "",
				"medusa_stock": "",
				sent_variants.FORMER: sent_variants.with_former(
					row[sent_variants.FORMER], row.medusa_variant_id
				),
			}
			for row in rows
		},
	)
	own = {"variant_of": page.item_code, "medusa_id": ("is", "not set")}
	names = frappe.get_all(DOCTYPE, own, pluck="name", order_by="name")
	documents.write_alike(DOCTYPE, names, {"medusa_variant_id": None})
	if settings.enabled():
		published = frappe.get_all(DOCTYPE, {**own, "published": 1}, pluck="name", order_by="name")
		outbox.add_many((kind, name) for name in published for kind in (PRODUCT, PRICE))
	return [row.medusa_prices for row in rows if row.medusa_prices]
