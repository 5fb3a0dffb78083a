"""The payloads of products: reads Website Items in a constant number of queries.

Source: docs/reference.md, "Products".
"""

from collections import defaultdict

import frappe
from frappe.utils import cint

from medusa_integration import json_field, sold_units
from medusa_integration.medusa.handles import ending, handle
from medusa_integration.plain_text import as_typed, clean, plain_text
from medusa_integration.products import (
	brand_links,
	channels,
	field_owners,
	identifiers,
	images,
	product_categories,
	selection,
	variant_payloads,
)
from medusa_integration.sold_units import SoldUnit
from medusa_integration.stock import bundles

DOCTYPE = "Website Item"
# The fields of a Website Item that are in the payload. A change of another field isn't sent.
WATCHED_FIELDS = (
	"web_item_name", "item_code", "item_group", "brand", "stock_uom", "published", "on_backorder", "ranking",
	"short_description", "web_long_description", "website_image", "slideshow", "has_variants", "variant_of",
	"custom_parent_website_item",
)  # fmt: skip
READ_FIELDS = (
	"name", *WATCHED_FIELDS, "website_warehouse", "medusa_id", "medusa_variant_id", "medusa_hash", "medusa_handle",
	"medusa_stock", "medusa_synced_on", "medusa_prices", "medusa_sales_channel",
	"medusa_filled", "medusa_status", variant_payloads.SENT,
)  # fmt: skip


def read(names: list[str]) -> list[frappe._dict]:
	"""The Website Items with everything that their payloads need, in a constant number of queries.

	:returns: those that exist, by name
	"""
	items = frappe.get_all(
		DOCTYPE, filters={"name": ("in", names)}, fields=list(READ_FIELDS), order_by="name"
	)
	specifications = _specification_rows(names)
	codes = [item.item_code for item in items]
	item_rows = frappe.get_all(
		"Item",
		filters={"name": ("in", codes or [""])},
		fields=[
			"name", "country_of_origin", "is_stock_item", "medusa_id", "medusa_variant_id", "stock_uom",
			sold_units.FIELD, "medusa_former_ids",
		],
		order_by="name",
	)  # fmt: skip
	units = sold_units.wanted(codes)
	item_of = {row.name: row for row in item_rows}
	iso_codes = _iso_codes({row.country_of_origin for row in item_rows})
	pictures = images.of_website_items(items)
	sold_in = channels.of_items(item.name for item in items)
	for item in items:
		row = item_of.get(item.item_code) or frappe._dict(is_stock_item=1)
		item.origin_country = iso_codes.get(row.country_of_origin)
		item.is_stock_item = row.is_stock_item
		item.kept_in_item = {key: row.get(key) for key in ("medusa_id", "medusa_variant_id")}
		item.unit_in_stock = row.stock_uom or item.stock_uom
		item.sold_unit = units.get(item.item_code) or SoldUnit(item.unit_in_stock)
		item.told_units = row.get(sold_units.FIELD)
		item.former_ids = row.get("medusa_former_ids")
		item.website_specifications = specifications[item.name]
		item.images = pictures[item.name]
		item.channels = sold_in[item.name]
	identifiers.add_to(items)
	product_categories.add_to(items)
	bundles.keep_stock(items)
	variant_payloads.read(items, _iso_codes)
	for item in selection.refused(items):
		item.published = 0  # sent as a draft, like an unpublished item
	return items


def _specification_rows(names: list[str]) -> dict[str, list[frappe._dict]]:
	rows = frappe.get_all(
		"Item Website Specification",
		filters={"parenttype": DOCTYPE, "parent": ("in", names)},
		fields=["parent", "label", "description"],
		order_by="parent, idx",
	)
	by_parent = defaultdict(list)
	for row in rows:
		by_parent[row.parent].append(row)
	return by_parent


def _iso_codes(countries: set[str | None]) -> dict[str, str]:
	rows = frappe.get_all(
		"Country",
		filters={"name": ("in", [c for c in countries if c] or [""])},
		fields=["name", "code"],
		order_by="name",
	)
	return {row.name: row.code.upper() for row in rows if row.code}


def payloads(names: list[str]) -> dict[str, dict]:
	"""`{Website Item: payload}` of those that exist, with the ids of their Item Groups' collections."""
	items = read(names or [""])
	groups = frappe.get_all(
		"Item Group",
		filters={"name": ("in", [item.item_group or "" for item in items] or [""])},
		fields=["name", "medusa_id"],
		order_by="name",
	)
	collection_of = {group.name: group.medusa_id for group in groups}
	return {item.name: payload(item, collection_of.get(item.item_group)) for item in items}


def payload(item: frappe._dict, collection_id: str | None) -> dict:
	"""The payload of a Website Item, which both dialects take.

	:param item: as `read` returns it
	:param collection_id: of its Item Group; None where it has none
	"""
	values = {
		**identity(item.name, item.former, item.web_item_name, item.item_code),
		"id": item.medusa_id or None,
		"variant_id": (item.medusa_id and item.medusa_variant_id) or None,
		"own_handle": item.medusa_handle or "",
		"title": _title(item.web_item_name, item.item_code),
		"item_code": clean(item.item_code),
		"description": plain_text(item.web_long_description),
		"short_description": as_typed(item.short_description),
		"ranking": cint(item.ranking),
		"status": "published" if cint(item.published) else "draft",
		"brand_name": clean(item.brand),
		"origin_country": item.origin_country,
		"specifications": _specifications(item.website_specifications),
		"collection_id": collection_id,
		"metadata": {**_unit(item), **_relations(item), **item.mapped},
		"discountable": False,
		"allow_backorder": bool(cint(item.on_backorder)),
		"manage_inventory": bool(cint(item.is_stock_item)),
		"thumbnail": item.images[0] if item.images else None,
		"images": item.images,
		"channels": item.channels,
		"former_channels": channels.added(item.medusa_sales_channel),
		**variant_payloads.of_template(item),
		**identifiers.columns(item),
		"category_ids": item.category_ids,
	}
	owners = field_owners.of_fields()
	links = {key: owners[key] for key in (*field_owners.LINKS, "discountable")}
	sent = json_field.read(DOCTYPE, item.name, "medusa_filled", item.medusa_filled, _are_fingerprints)
	brand = brand_links.of_payload(values["brand_name"], owners["brand_name"], sent)
	return {
		**values,
		**identifiers.route_handle(item),
		**brand.keys,
		**product_categories.keys(owners["category_ids"], sent),
		"owners": links,
		"left_to_shop": field_owners.left_to_shop(values, owners),
		"filled": {**field_owners.filled(values, owners), **brand.filled, **product_categories.filled(item)},
		"cleared": field_owners.cleared(values, owners, sent),
		"sent_images": field_owners.sent_images(owners, sent),
	}


def _are_fingerprints(sent: dict) -> bool:
	images = sent.get("images", "")
	texts = [each for key, each in sent.items() if key != "images"]
	return all(
		isinstance(each, str) for each in [*texts, *(images if isinstance(images, list) else [images])]
	)


def _unit(item: frappe._dict) -> dict:
	"""The metadata of the unit that the shop sells, and of its size in stock units where that isn't 1. An item that was never
	sold in another unit has no key for the size; "" removes it from one that was."""
	unit, size = item.sold_unit
	if unit == item.unit_in_stock:
		unit = item.stock_uom  # as the Website Item writes it
		if not item.told_units:
			return {"UOM": clean(unit)}
	number = int(size) if size == int(size) else float(size)
	return {"UOM": clean(unit), "UOM Size": "" if number == 1 else number}


def _relations(item: frappe._dict) -> dict:
	"""The metadata by which a storefront groups products. A parent is named by its Website Item, its product's external id."""
	return {
		"has_variants": bool(cint(item.has_variants)),
		"variant_of": clean(item.variant_of),
		"parent_website_item": item.custom_parent_website_item or "",
	}


def _title(web_item_name: str | None, item_code: str) -> str:
	return as_typed(web_item_name) or item_code


def identity(name: str, former: list[str] | None, title: str | None, item_code: str) -> dict:
	"""The keys by which a product is found whose id isn't known here, as after a lost reply. v2 keeps the Website Item's name
	as external id; v1 has only the handle, which ends with that name, and the variant's sku.

	:param former: earlier names of the Website Item

	Source: docs/reference.md, "Names and handles".
	"""
	names, title = [name, *(former or ())], _title(title, item_code)
	return {
		"external_id": name,
		"former_ids": names[1:],
		"handle": handle(title, name),
		"former_handles": [handle(title, each) for each in names[1:]],
		"endings": [ending(each) for each in names],
		"sku": clean(item_code),
	}


def _specifications(rows) -> list[dict]:
	return [
		{"label": clean(plain_text(row.label)), "description": plain_text(row.description)}
		for row in rows or ()
	]
