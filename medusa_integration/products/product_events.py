"""Document events that queue products: those of Website Items, and of other documents whose fields a product has.

Source: docs/reference.md, "Document events".
"""

import frappe
from frappe.utils import cint, flt

from medusa_integration import settings, sold_units, sold_variants
from medusa_integration.delivery.box import outbox
from medusa_integration.prices import price_state
from medusa_integration.prices.prices_to_medusa import PRICE
from medusa_integration.products import (
	channels,
	deleted_products,
	for_sale,
	identifiers,
	item_status,
	product_categories,
	selection,
	variant_events,
)
from medusa_integration.products.product_payloads import DOCTYPE, WATCHED_FIELDS
from medusa_integration.products.products_to_medusa import PRODUCT
from medusa_integration.products.variant_payloads import SENT
from medusa_integration.stock import bundles
from medusa_integration.stock.stock_to_medusa import STOCK

PART = 1000  # item codes in a query
WATCHED_ITEM_FIELDS = ("country_of_origin", "stock_uom", "is_stock_item", "has_variants", *for_sale.FIELDS)


def website_item_validate(doc, method: str | None = None) -> None:
	"""Website Item, validate: queue its product. `export_website_item` queues an item that has no product
	yet, if it belongs in the shop; `update_website_item` queues an item that has one, if the save changes the
	payload. That of a variant which its template's product sells queues that product."""
	template = variant_events.template_page(doc)
	if template and not doc.get("medusa_id"):
		_queue_template(doc, template)
	elif doc.get("medusa_id"):
		update_website_item(doc)
	else:
		export_website_item(doc)


def export_website_item(doc) -> None:
	"""Queue a Website Item that belongs in the shop and has no product yet.

	:param doc: the Website Item that is being saved
	"""
	if _skipped(doc):
		return
	# A product that is being created just now has no id yet.
	if settings.enabled() and (belongs_in_shop(doc) or outbox.is_queued(PRODUCT, doc.name)):
		_queue(doc)
	elif settings.enabled() or doc.is_new():
		doc.medusa_status = item_status.NOT_IN_SHOP


def update_website_item(doc) -> None:
	"""Queue a Website Item that has a product, where its save changes the payload.

	:param doc: the Website Item that is being saved
	"""
	if not _skipped(doc) and settings.enabled() and _changed(doc):
		_queue(doc)


def _queue_template(doc, template: str) -> None:
	if not _skipped(doc) and settings.enabled() and (doc.is_new() or _changed(doc)):
		outbox.add(PRODUCT, template)
		doc.medusa_status = item_status.WAITING  # That of the template's product, once it is sent.
		if doc.is_new():  # The product has it already; a product that doesn't change isn't sent.
			doc.medusa_variant_id = frappe.db.get_value("Item", doc.item_code, "medusa_variant_id")


def _queue(doc) -> None:
	outbox.add(PRODUCT, doc.name)
	doc.medusa_status = item_status.WAITING  # Stored by the save that this event belongs to.


def _skipped(doc) -> bool:
	"""Whether other code has set `custom_skip_update_hook`. Clears it: it holds for one save."""
	skipped = bool(doc.get("custom_skip_update_hook"))
	doc.custom_skip_update_hook = 0
	return skipped


def belongs_in_shop(doc) -> bool:
	"""Whether a Website Item that is saved is selected by the settings and of an Item that can be sold, or has a product
	already. An unpublished item's product is a draft, unless such items stay in ERPNext. The product becomes a
	draft where the item is no longer all of these.

	Source: docs/reference.md, "Which items the shop sells".
	"""
	if doc.get("medusa_id"):
		return True
	if not cint(doc.published) and not settings.current().drafts_unpublished:
		return False
	return selection.admits(doc) and not for_sale.refusal(doc.item_code)


def _changed(doc) -> bool:
	before = doc.get_doc_before_save()
	if not before:
		return True
	if any(doc.has_value_changed(field) for field in WATCHED_FIELDS) or identifiers.page_changed(doc):
		return True
	if product_categories.changed(doc, before):
		return True
	if channels.listed_in(doc) != channels.listed_in(before):
		return True
	return _raw_specifications(doc) != _raw_specifications(before)


def _raw_specifications(doc) -> list[tuple]:
	return [(row.label, row.description) for row in doc.get("website_specifications") or ()]


def item_on_update(item, method: str | None = None) -> None:
	"""Item, on_update: queue its Website Items' products, or its template's, where barcodes, weight, customs tariff number, a field of
	the field map, the country of origin, the stock unit, *Maintain Stock*, *Has Variants*, *Disabled*, *End of Life* or *Allow Sales*
	changed, their prices where *Has Variants* changed, and product and stock, also of the Product Bundles that contain it, where
	*Maintain Stock*, *Disabled* or *End of Life* changed. Where the shop sells in sales units, queue the products, also of its
	variants, whose unit or its size changed."""
	_queue_sold_in_another_unit(item)
	is_measured = identifiers.item_changed(item)
	variant_events.item_on_update(item, WATCHED_ITEM_FIELDS)
	if is_measured and item.variant_of:
		variant_events.queue_templates_of([item.name])
	if is_measured or any(item.has_value_changed(field) for field in WATCHED_ITEM_FIELDS):
		names = queue_matching({"item_code": item.name})
		if item.has_value_changed("has_variants"):  # ERPNext sells no template.
			outbox.add_many((PRICE, name) for name in names)
		if any(item.has_value_changed(field) for field in bundles.FIELDS):
			names += queue_matching({"item_code": ("in", sorted(bundles.containing([item.name])) or [""])})
			outbox.add_many((STOCK, name) for name in names)


def _queue_sold_in_another_unit(item) -> None:
	"""Queue the products of an Item and its variants whose unit, or its size, isn't the one that the shop was told. Prices and
	stock follow the products."""
	if not settings.enabled() or not settings.current().sells_in_sales_unit:
		return
	if item.has_value_changed("sales_uom") or _conversions(item) != _conversions(item.get_doc_before_save()):
		variants = frappe.get_all("Item", {"variant_of": item.name}, pluck="name", order_by=None)
		for part in frappe.utils.create_batch([item.name, *variants], PART):
			if codes := sold_units.untold(part):
				queue_matching({"item_code": ("in", sorted(codes))})
				variant_events.queue_templates_of(codes)


def _conversions(item) -> set[tuple[str, float]]:
	return {(row.uom, flt(row.conversion_factor)) for row in (item.get("uoms") or ())} if item else set()


def queue_ended_items() -> int:
	"""Queue the products of published Website Items whose Item can't be sold any more and which aren't drafts yet, and of the
	Product Bundles on backorder that can't be delivered: an Item reaches its End of Life without an event. Does nothing while
	the integration is off.

	:returns: the number of Website Items

	Source: docs/reference.md, "Scheduled tasks".
	"""
	if not settings.enabled():
		return 0
	names = [item.name for item in for_sale.ended() if item.medusa_status != item_status.DRAFT]
	names += _undeliverable_on_backorder()
	names += variant_events.ended_variants()
	outbox.add_many((PRODUCT, name) for name in names)
	item_status.refresh(names)
	frappe.db.commit()
	return len(names)


def _undeliverable_on_backorder() -> list[str]:
	"""The Website Items that may be sold without stock and whose Product Bundle can't be delivered."""
	filters = {"on_backorder": 1, "published": 1, "medusa_id": ("is", "set")}
	of_code = dict(frappe.get_all(DOCTYPE, filters, ["item_code", "name"], as_list=True, order_by=None))
	return [of_code[code] for code in sorted(bundles.problems(list(of_code)))] if of_code else []


def product_bundle_changed(doc, method: str | None = None) -> None:
	"""Product Bundle, on_update and on_trash: queue product and stock of its parent's Website Item, and of the bundles that
	contain it. The variant of a bundle with stock parts manages inventory."""
	codes = {doc.new_item_code, *bundles.containing([doc.new_item_code])}
	names = queue_matching({"item_code": ("in", sorted(codes))}) + variant_events.queue_templates_of(codes)
	outbox.add_many((STOCK, name) for name in names)


def delete_medusa_item(doc, method: str | None = None) -> None:
	"""Website Item, on_trash: queue the deletion of its product, with the product's ids in the row, unless it
	was never sent and isn't being sent. Its prices are queued once more where a call with them is under way
	or unsure. While the integration is off the rows wait until it is switched on: nothing else has the ids then."""
	is_template = bool(doc.get(SENT) or sold_variants.templates_among([doc.name]))
	prices = variant_events.template_leaves(doc) if is_template else []
	outbox.forget(STOCK, doc.name)
	if outbox.is_under_way(PRICE, doc.name):
		outbox.add(PRICE, doc.name)  # The call under way may be applied after the deletion.
	else:
		outbox.forget(PRICE, doc.name)
	if doc.get("medusa_id") or outbox.is_queued(PRODUCT, doc.name):
		last = {
			"id": doc.get("medusa_id"),
			"variant_id": doc.get("medusa_variant_id"),
			"title": doc.web_item_name,
			"item_code": doc.item_code,
			"prices": price_state.read(doc.name, doc.get("medusa_prices")),
			"of_variants": [
				*(price_state.read(doc.name, kept) for kept in prices),
				*deleted_products.states_left(PRODUCT, doc.name),
			],
		}
		outbox.add(PRODUCT, doc.name, kind_data=last)
	if doc.get("medusa_id") and doc.medusa_id == frappe.db.get_value("Item", doc.item_code, "medusa_id"):
		# The Item stays, and must not keep the ids of a deleted product.
		nothing = {"medusa_id": None, "medusa_variant_id": None}
		frappe.db.set_value("Item", doc.item_code, nothing, update_modified=False)
	if (template := variant_events.template_page(doc)) and settings.enabled():
		outbox.add(
			PRODUCT, template
		)  # A variant that was unpublished is for sale without a Website Item of its own.


def website_item_after_rename(doc, method=None, old=None, new=None, merge=False) -> None:
	"""Website Item, after_rename: queue product, prices and stock under the new name. The product stays the
	same."""
	if settings.enabled() and (belongs_in_shop(doc) or outbox.is_queued(PRODUCT, old)):
		outbox.rename(PRODUCT, old, new, keep_former_name=True)
		for kind in (PRICE, STOCK):
			outbox.rename(kind, old, new)
	for kind in (PRODUCT, PRICE, STOCK):
		outbox.forget(kind, old)
	queue_matching({"custom_parent_website_item": new})


def item_group_merged(doc, method=None, old=None, new=None, merge=False) -> None:
	"""Item Group, after_rename: after a merge queue the products of the group, which get its collection."""
	if merge and settings.enabled():
		items = {"item_group": new, "medusa_id": ("is", "set")}
		names = frappe.get_all(DOCTYPE, items, pluck="name", order_by="name")
		outbox.add_many((PRODUCT, name) for name in names)


def item_after_rename(doc, method=None, old=None, new=None, merge=False) -> None:
	"""Item, after_rename: queue product, prices and stock. The item code is the variant's sku, and a merge
	moves the prices of the merged Item to the other one."""
	queue_matching({"variant_of": new})
	names = queue_matching({"item_code": new}) + variant_events.queue_templates_of([new])
	outbox.add_many((kind, name) for name in names for kind in (PRICE, STOCK))


def brand_after_rename(doc, method=None, old=None, new=None, merge=False) -> None:
	"""Brand, after_rename: queue its Website Items, into which Frappe writes the new name without saving
	them."""
	queue_matching({"brand": new})


def uom_after_rename(doc, method=None, old=None, new=None, merge=False) -> None:
	"""UOM, after_rename: queue the Website Items with that stock unit, into which Frappe writes the new name
	without saving them, and those that the shop sells in it."""
	sold_units.rename(old, new)
	queue_matching({"stock_uom": new})
	if settings.enabled() and settings.current().sells_in_sales_unit:
		codes = frappe.get_all("Item", {"sales_uom": new}, pluck="name", order_by="name")
		for part in frappe.utils.create_batch(codes, PART):
			queue_matching({"item_code": ("in", part)})


def country_on_update(doc, method: str | None = None) -> None:
	"""Country, on_update: queue the products that come from it, where its code changed."""
	if doc.get_doc_before_save() and doc.has_value_changed("code"):
		_queue_from(doc.name)


def country_after_rename(doc, method=None, old=None, new=None, merge=False) -> None:
	"""Country, after_rename: after a merge queue the products that come from it, whose code may be another."""
	if merge:
		_queue_from(new)


def _queue_from(country: str) -> None:
	codes = frappe.get_all("Item", {"country_of_origin": country}, pluck="name") if settings.enabled() else []
	for part in frappe.utils.create_batch(codes, PART):
		queue_matching({"item_code": ("in", part)})


def queue_matching(filters: dict) -> list[str]:
	"""Queue the products of the Website Items that match and belong in the shop. Does nothing while the integration is off.

	:param filters: of Website Items, as frappe.get_all takes them
	:returns: the names of the queued ones
	"""
	if not settings.enabled():
		return []
	items = frappe.get_all(
		DOCTYPE,
		filters,
		["name", "medusa_id", "item_group", "brand"],
		or_filters={"published": 1, "medusa_id": ("is", "set")},
		order_by="name",
	)
	refused = {item.name for item in selection.refused(items) if not item.medusa_id}
	names = variant_events.sellers_of(item.name for item in items if item.name not in refused)
	outbox.add_many((PRODUCT, name) for name in names)
	return names
