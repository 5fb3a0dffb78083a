"""Import products: the documents of one product, and its link.

Source: docs/reference.md, "Import products".
"""

import frappe
from frappe import _
from frappe.utils import cint

from medusa_integration import generation, medusa_texts, texts
from medusa_integration.delivery.box import outbox
from medusa_integration.medusa.shop_product import ShopVariant
from medusa_integration.operations.import_candidate import Candidate, ImportSettings
from medusa_integration.prices import price_state
from medusa_integration.prices.prices_to_medusa import WAITS
from medusa_integration.products import item_status
from medusa_integration.products.deleted_products import leaving_products
from medusa_integration.products.images import EXTENSIONS
from medusa_integration.products.products_to_medusa import PRODUCT
from medusa_integration.sync import id_clashes

PAGE = "Website Item"
LONGEST_DATA = 140  # characters of a field of the type Data
GRAM = "Gram"  # the unit in which shops keep Medusa's weights


def make(candidate: Candidate, chosen: ImportSettings) -> str:
	"""Make what a product lacks in ERPNext, with the user's permissions, and link it, in the current transaction. Queues
	nothing: the product is sent once its Website Item is saved or sent.

	:returns: the name of the Website Item
	:raises frappe.ValidationError, frappe.PermissionError: what ERPNext refuses
	"""
	if not candidate.has_item:
		item = new_item(candidate, candidate.variant, chosen)
		if chosen.pictures and candidate.pictures:
			item.image = candidate.pictures[0]
		# Also where Stock Settings name Items by a series: the item code is the variant's sku.
		item.insert(set_name=candidate.code)
	make_prices(candidate, chosen)
	page = make_page(candidate, candidate.variant.allow_backorder)
	if chosen.pictures:
		attach_pictures(page, candidate)
	_link(page.name, candidate)
	return page.name


def new_item(candidate: Candidate, variant: ShopVariant, chosen: ImportSettings):
	"""The Item of a candidate, or of one of its variants, not inserted yet."""
	product = candidate.product
	item = frappe.new_doc("Item")
	item.update(
		{
			"item_code": candidate.code,
			"item_name": candidate.title,
			"item_group": item_group(candidate, chosen),
			"stock_uom": chosen.stock_uom,
			"is_stock_item": int(variant.manage_inventory),
			"description": _html(product.description) or candidate.title,
			"brand": _record("Brand", "brand", candidate.brand),
			"country_of_origin": country(product.country or variant.country),
		}
	)
	if chosen.tax_template:
		item.append("taxes", {"item_tax_template": chosen.tax_template})
	_measure(item, candidate, variant)
	return item


def _measure(item, candidate: Candidate, variant: ShopVariant) -> None:
	"""Set an Item's weight and customs tariff number, where the site has such fields."""
	product = candidate.product
	weight = variant.weight or product.weight
	if weight and item.meta.has_field("weight_per_unit") and frappe.db.exists("UOM", GRAM):
		item.update({"weight_per_unit": float(weight), "weight_uom": GRAM})
	if item.meta.has_field("customs_tariff_number"):
		code = medusa_texts.clean(variant.hs_code or product.hs_code)
		item.customs_tariff_number = _record("Customs Tariff Number", "tariff_number", code)


def item_group(candidate: Candidate, chosen: ImportSettings) -> str:
	"""The candidate's Item Group, made where it is missing, and linked to the collection where it has none yet."""
	name, collection = candidate.group, candidate.product.collection_id
	if candidate.makes_group and not frappe.db.exists("Item Group", name):
		group = frappe.new_doc("Item Group")
		group.update(
			{"item_group_name": name, "parent_item_group": _parent(chosen.item_group), "is_group": 0}
		)
		group.insert()
	is_its_own = candidate.makes_group or name.casefold() == candidate.product.collection.strip().casefold()
	if collection and is_its_own and not frappe.db.get_value("Item Group", name, "medusa_id"):
		if not frappe.db.exists("Item Group", {"medusa_id": collection}):
			frappe.db.set_value("Item Group", name, "medusa_id", collection, update_modified=False)
	return name


def _parent(group: str) -> str:
	"""The group itself where it may have groups below it, else the one above."""
	is_group, above = frappe.db.get_value("Item Group", group, ["is_group", "parent_item_group"])
	return group if is_group or not above else above


def make_prices(candidate: Candidate, chosen: ImportSettings) -> None:
	"""Make the Item Prices in the shop's price list, of Items that have none there."""
	prices = candidate.prices(chosen.currency) if chosen.currency else {}
	there = {"item_code": ("in", [*prices, ""]), "price_list": chosen.price_list}
	priced = set(frappe.get_all("Item Price", there, pluck="item_code", order_by=None))
	items = {"name": ("in", [*prices, ""])}
	units = dict(frappe.get_all("Item", items, ["name", "stock_uom"], as_list=True, order_by=None))
	for code, rate in prices.items():
		if code not in priced:
			price = frappe.new_doc("Item Price")
			values = {"item_code": code, "price_list": chosen.price_list, "uom": units[code]}
			price.update({**values, "price_list_rate": float(rate)})
			price.insert()


def make_page(candidate: Candidate, on_backorder: bool):
	"""Insert the Website Item of a candidate's Item. Queues nothing."""
	product, metadata = candidate.product, candidate.product.metadata
	item = frappe.get_doc("Item", candidate.code)
	page = frappe.new_doc(PAGE)
	for field in (
		"item_code",
		"item_name",
		"item_group",
		"stock_uom",
		"brand",
		"has_variants",
		"variant_of",
		"description",
	):
		page.set(field, item.get(field))
	page.update(
		{
			"web_item_name": candidate.title,
			"published": int(product.is_published),
			"on_backorder": int(on_backorder),
			"web_long_description": _html(product.description),
			"short_description": texts.several_lines(_text(metadata.get("short_description"))),
			"ranking": cint(metadata.get("ranking")),
			"custom_skip_update_hook": 1,  # It is in the shop already: nothing is queued.
		}
	)
	for row in _specifications(metadata):
		page.append("website_specifications", row)
	page.insert()
	return page


def _specifications(metadata: dict) -> list[dict]:
	"""The specifications that an earlier ERPNext sent."""
	told = metadata.get("specifications")
	rows = [row for row in told if isinstance(row, dict)] if isinstance(told, list) else []
	return [
		{
			"label": medusa_texts.clean(_text(row.get("label"))),
			"description": _html(_text(row.get("description"))),
		}
		for row in rows
	]


def attach_pictures(page, candidate: Candidate) -> None:
	"""Attach the pictures by their addresses, and make the first one the *Website Image*, so that sending the item sends
	the same pictures. A File says that the picture is its own thumbnail: webshop would download it in a save."""
	urls = candidate.pictures
	small = [url if len(url) <= LONGEST_DATA else "" for url in urls]
	for number, url in enumerate(urls):
		name = url.split("?")[0].rsplit("/", 1)[-1][:100]
		if not name.lower().endswith(EXTENSIONS):
			name = f"picture-{number + 1}.jpg"
		file = frappe.new_doc("File")
		file.update(
			{
				"file_name": name,
				"file_url": url,
				"thumbnail_url": small[number],
				"attached_to_doctype": PAGE,
				"attached_to_name": page.name,
				"is_private": 0,
			}
		)
		file.insert()
	if urls:
		values = {"website_image": urls[0], "thumbnail": small[0]}
		frappe.db.set_value(PAGE, page.name, values, update_modified=False)


def _link(name: str, candidate: Candidate) -> None:
	ids = {"medusa_id": candidate.product.id, "medusa_variant_id": candidate.variant.id}
	if reason := id_clashes.clash(PAGE, name, ids):
		frappe.throw(reason, title=_("Linked already"))
	id_clashes.take("Item", [ids])
	frappe.db.set_value("Item", candidate.code, ids, update_modified=False)
	if prices := leaving_products(PRODUCT).get(candidate.product.id):
		ids["medusa_prices"] = price_state.dumped({**prices, "unsure": True})
	frappe.db.set_value(PAGE, name, {**ids, "medusa_hash": WAITS}, update_modified=False)
	outbox.forget(PRODUCT, name)  # The attached pictures have queued it, though the shop has them already.
	item_status.refresh([name])
	generation.moved()


def _html(text: str) -> str:
	"""Plain text as rich text of paragraphs and lines, of which the next sending makes the same plain text."""
	paragraphs = [part.strip("\n") for part in texts.escaped(text).split("\n\n")]
	return "".join(f"<p>{part.replace(chr(10), '<br>')}</p>" for part in paragraphs if part.strip())


def _text(value) -> str:
	return value if isinstance(value, str) else ""


def country(code: str) -> str | None:
	return frappe.db.get_value("Country", {"code": ("in", [code.lower(), code])}, "name") if code else None


def _record(doctype: str, field: str, name: str) -> str | None:
	"""The record with a name, made where it is missing and the user may; None without one."""
	if not name:
		return None
	found = frappe.db.exists(doctype, name)
	if found or not frappe.has_permission(doctype, "create"):
		return found
	return frappe.get_doc({"doctype": doctype, field: name}).insert().name
