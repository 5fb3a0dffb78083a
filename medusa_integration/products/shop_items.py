"""The Website Items that belong in the shop, and queueing all of them.

Source: docs/reference.md, "Which items the shop sells".
"""

from collections.abc import Iterator

import frappe

from medusa_integration import settings, sold_variants
from medusa_integration.delivery.box import outbox
from medusa_integration.pages import pages
from medusa_integration.prices import price_events, price_table
from medusa_integration.prices.prices_to_medusa import PRICE
from medusa_integration.products import categories_to_medusa, selection
from medusa_integration.products.collections_to_medusa import COLLECTION
from medusa_integration.products.product_payloads import DOCTYPE
from medusa_integration.products.products_to_medusa import PRODUCT
from medusa_integration.stock.stock_to_medusa import update_webitem_stock

PART = 500  # records that are queued in one transaction
JOB_ID = "medusa_queue_catalogue"


def enqueue() -> None:
	"""Start `queue_catalogue` in the background after the commit."""
	frappe.enqueue(
		"medusa_integration.api.queue_catalogue",
		queue="long",
		job_id=JOB_ID,
		enqueue_after_commit=True,
	)


def item_group_moved(doc, method: str | None = None) -> None:
	"""Item Group, on_update: queue the catalogue where the group moved and *What the shop sells* names
	groups, because its items may belong in the shop now, or no longer.

	Source: docs/reference.md, "Document events".
	"""
	before = doc.get_doc_before_save()
	if before and settings.enabled() and doc.has_value_changed("parent_item_group") and selection.chosen()[0]:
		enqueue()


def price_list_on_update(doc, method: str | None = None) -> None:
	"""Price List, on_update: queue the catalogue where one of the shop's price lists was enabled or disabled, became
	or ceased to be one for selling, or got another currency. ERPNext writes these into the Item Prices
	without saving them.

	Source: docs/reference.md, "Document events".
	"""
	changed = any(doc.has_value_changed(field) for field in ("enabled", "selling", "currency"))
	if changed and settings.enabled() and doc.name in price_table.price_lists():
		enqueue()


def in_pages(fields: tuple[str, ...] = ()) -> Iterator[list[frappe._dict]]:
	"""The Website Items that belong in the shop, a page at a time: the published ones that the settings select, and those
	that have a product already. With `name`, `medusa_id`, `item_group`, `brand` and the named fields.

	:param fields: more fields of Website Item
	"""
	in_shop = {"published": 1, "medusa_id": ("is", "set")}
	own = ["medusa_id", "item_group", "brand", "item_code"]
	for page in pages(DOCTYPE, {}, [*own, *fields], in_shop):
		without = [item for item in page if not item.medusa_id]
		refused = {item.name for item in selection.refused(without)} | _sold_by_others(without)
		yield [item for item in page if item.name not in refused]


def _sold_by_others(items: list[frappe._dict]) -> set[str]:
	"""The Website Items of variants that their template's product sells, and of templates without a variant to sell."""
	names = [item.name for item in items]
	if not names or not settings.current().variants_are_options:
		return set()
	product_of = sold_variants.products_of(item.item_code for item in items)
	empty = {name for name, sold in sold_variants.variants_of(names).items() if not sold}
	return empty | {item.name for item in items if product_of.get(item.item_code, item.name) != item.name}


def items() -> list[frappe._dict]:
	"""All Website Items that belong in the shop."""
	return [item for page in in_pages() for item in page]


def queue_catalogue() -> int:
	"""Queue every Website Item that belongs in the shop, with its collection, prices and stock. Of records in sync only the
	products are looked for, a hundred in a call. Commits in parts, so that sending begins early and saves don't wait for all of it.

	:returns: the number of Website Items
	"""
	count = 0
	price_events.queue_groups()
	for page in in_pages():
		queue_missing_collections({item.item_group for item in page})
		for part in frappe.utils.create_batch(page, PART):
			outbox.add_many((kind, item.name) for item in part for kind in (PRODUCT, PRICE))
			frappe.db.commit()
		count += len(page)
	update_webitem_stock()
	return count


def queue_missing_collections(groups: set[str | None]) -> None:
	"""Queue the Item Groups that have no collection or category yet, so that they are looked up and made together, before the
	products that need them.

	:param groups: names of Item Groups; None and "" are ignored
	"""
	categories_to_medusa.queue_missing(groups)
	if not settings.current().groups_are_collections:
		return
	filters = {"name": ("in", [group for group in groups if group] or [""]), "medusa_id": ("is", "not set")}
	outbox.add_many(
		(COLLECTION, name) for name in frappe.get_all("Item Group", filters, pluck="name", order_by="name")
	)
