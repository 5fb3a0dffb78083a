"""Linking: the ids of templates' products and of their variants, written to ERPNext.

Source: docs/link-existing-shop.md
"""

import frappe

from medusa_integration import generation
from medusa_integration.delivery import documents
from medusa_integration.isolation import latest_rows
from medusa_integration.medusa.errors import MedusaSkuTaken
from medusa_integration.prices import price_state
from medusa_integration.prices.prices_to_medusa import WAITS
from medusa_integration.products import item_status
from medusa_integration.products.existing_templates import TemplateMatch
from medusa_integration.products.products_to_medusa import PRODUCT
from medusa_integration.sync import id_clashes

PAGE = "Website Item"
# What was sent to the product that a Website Item had before.
OF_FORMER_PRODUCT = (
	"medusa_hash", "medusa_synced_on", "medusa_stock", "medusa_filled", "medusa_sales_channel",
)  # fmt: skip
OF_FORMER_VARIANT = ("medusa_prices", "medusa_stock")


def write_ids(matches: list[TemplateMatch]) -> dict[str, str]:
	"""Write Medusa's ids to templates, their variants, and the Website Items of both, without document events, so that no rows
	are queued. Each template is a transaction of its own, which locks the template, then its variants, as a save does.

	:returns: `{product id: reason}` of the refused ones
	"""
	refused = {}
	for match in matches:
		try:
			pages = write(match)
		except Exception as error:
			if not id_clashes.is_clash(error):
				raise
			frappe.db.rollback()
			if reason := make_way(match):
				frappe.db.rollback()
				refused[match.product["id"]] = reason
				continue
			pages = write(match)
		item_status.retry_parked_for(MedusaSkuTaken.reason, PRODUCT, [match.item.name])
		item_status.refresh([match.item.name, *pages])
		frappe.db.commit()  # Medusa has the external id: a later failure must not undo its counterpart.
	return refused


def write(match: TemplateMatch) -> list[str]:
	"""Write the ids of a template and its variants, and return the names of the variants' own Website Items."""
	item, template = match.item, match.item.item_code
	documents.lock("Item", [template])
	variants, pages = _records(template)
	documents.write(PAGE, {page.name: _of_own_page(page, match) for page in pages.values()})
	documents.write("Item", {row.name: _of_variant(row, pages.get(row.name), match) for row in variants})
	ids = {"medusa_id": match.product["id"], "medusa_variant_id": None}
	documents.write("Item", {template: ids})
	sent = dict.fromkeys(OF_FORMER_PRODUCT) if item.medusa_id else {}
	documents.write(PAGE, {item.name: {**ids, **sent, "medusa_hash": WAITS}})
	generation.moved()
	return [page.name for page in pages.values()]


def _records(template: str) -> tuple[list[frappe._dict], dict[str, frappe._dict]]:
	"""A template's variants, locked, and their own Website Items by item code."""
	item = frappe.qb.DocType("Item")
	query = (
		frappe.qb.from_(item)
		.select(item.name, item.medusa_id, item.medusa_variant_id, item.medusa_prices, item.medusa_stock)
		.where(item.variant_of == template)
		.orderby(item.name)
		.for_update()
	)
	with latest_rows():
		variants = query.run(as_dict=True)
		fields = ["name", "item_code", "medusa_id", "medusa_variant_id", "medusa_prices"]
		codes = [row.name for row in variants]
		pages = frappe.get_all(PAGE, {"item_code": ("in", [*codes, ""])}, fields, order_by="name")
	return variants, {page.item_code: page for page in pages}


def _of_variant(row: frappe._dict, page: frappe._dict | None, match: TemplateMatch) -> dict:
	"""The values written to a variant's Item. State of a variant that the Item had before is cleared."""
	id = match.variants.get(row.name)
	if page and page.medusa_id and page.medusa_id != match.product["id"] and not id:
		return {
			"medusa_variant_id": row.medusa_variant_id
		}  # a product of its own, until the template is sent
	if not id and row.medusa_variant_id in {each["id"] for each in match.product["variants"]}:
		id = row.medusa_variant_id  # ERPNext doesn't sell it any more: sending the template deletes it
	values = {"medusa_id": None, "medusa_variant_id": id}
	if page and page.medusa_id == match.product["id"] and page.medusa_variant_id == id:
		known = price_state.read(page.name, page.medusa_prices)
		prices = price_state.dumped({**known, "unsure": True}) if known else None
		return {**values, **dict.fromkeys(OF_FORMER_VARIANT), "medusa_prices": prices}
	is_same = row.medusa_variant_id == id
	kept = {field: row[field] if is_same else None for field in OF_FORMER_VARIANT}
	return {**values, **kept}


def _of_own_page(page: frappe._dict, match: TemplateMatch) -> dict:
	"""The values written to a variant's own Website Item: the id of the variant, unless it has a product of its own."""
	if page.medusa_id and page.medusa_id != match.product["id"]:
		return {"medusa_variant_id": page.medusa_variant_id}
	was_product = {**dict.fromkeys(OF_FORMER_PRODUCT), "medusa_prices": None} if page.medusa_id else {}
	id = match.variants.get(page.item_code)
	return {"medusa_id": None, "medusa_variant_id": id, **was_product}


def make_way(match: TemplateMatch) -> str:
	"""Clear the ids of a product and its variants on the Items that have them, and on the variants' own Website Items.

	:returns: the reason why the product can't be linked, since another Website Item has one of the ids; "" for none
	"""
	documents.lock("Item", [match.item.item_code])
	_variants, pages = _records(match.item.item_code)
	ids = {"medusa_id": match.product["id"]}
	variants = [{"medusa_variant_id": id} for id in match.variants.values()]
	ours = [page.name for page in pages.values() if page.medusa_id in (None, "", match.product["id"])]
	documents.write_alike(PAGE, ours, {"medusa_id": None, "medusa_variant_id": None})
	reasons = [id_clashes.clash(PAGE, match.item.name, each) for each in (ids, *variants)]
	id_clashes.take("Item", [ids, *variants])
	return " ".join(dict.fromkeys(filter(None, reasons)))
