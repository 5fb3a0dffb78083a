"""Queueing many records: for the Desk's buttons, the nightly schedule, the bench's console and `bench
medusa`.

Each statement queues hundreds of rows. No function here calls Medusa.

Source: docs/reference.md, "Bulk operations".
"""

from collections.abc import Iterator

import frappe
from frappe.utils import add_days, getdate, now_datetime
from pypika.terms import Criterion

from medusa_integration import settings, sold_variants
from medusa_integration.operations.queueing import queue, resend
from medusa_integration.pages import pages
from medusa_integration.prices import price_table
from medusa_integration.products import sent_variants, shop_items
from medusa_integration.sync.kinds import CATEGORY, COLLECTION, PRICE, PRODUCT

CHANGED_DAYS = 2  # so that one missed night doesn't matter
BATCHES = 4  # background jobs of the nightly export
JOB_TIMEOUT = 8 * 3600  # seconds

# --- products


def export_all_website_item() -> int:
	"""Queue the products that belong in the shop and aren't there yet. Prices are queued once the product was
	created.

	:returns: the number of Website Items
	:raises MedusaNotConfigured: while the integration is off
	"""
	settings.must_be_enabled()
	return queue(not_exported(), (PRODUCT,))


def update_all_website_item() -> int:
	"""Queue every Website Item in the shop with its prices and stock, to be sent even if unchanged.

	:returns: the number of Website Items
	:raises MedusaNotConfigured: while the integration is off
	"""
	settings.must_be_enabled()
	return resend(_names("Website Item", {"medusa_id": ("is", "set")}))


def export_items_and_images() -> int:
	"""The same as `export_all_website_item`, queued by parallel jobs in the `long` queue. A product's payload includes its
	pictures, as addresses.

	:returns: the number of Website Items
	:raises MedusaNotConfigured: while the integration is off
	"""
	settings.must_be_enabled()
	return export_items_and_images_custom()


def export_items_and_images_custom() -> int:
	"""Nightly: queue the Website Items that belong in the shop and aren't there yet, by four jobs in the
	`long` queue, as `export_items_and_images`. Does nothing while the integration is off.

	:returns: the number of Website Items

	Source: docs/reference.md, "Scheduled tasks".
	"""
	names = not_exported() if settings.enabled() else []
	batch_size = -(-len(names) // BATCHES)
	for index in range(BATCHES if names else 0):
		frappe.enqueue(
			"medusa_integration.api.export_items_batch",
			queue="long",
			timeout=JOB_TIMEOUT,
			batch_index=index,
			batch_size=batch_size,
			names=names,
		)
	return len(names)


def export_items_batch(batch_index: int, batch_size: int, names: list[str] | None = None) -> int:
	"""Queue the products of one batch that belong in the shop and aren't there yet.

	:param batch_index: from 0
	:param batch_size: number of names in a batch
	:param names: the whole list, as it was when the export began: batches of a list that shrinks meanwhile
		would skip items. None for all Website Items, oldest first, whether or not they are in Medusa
	:returns: the number of Website Items that were queued
	:raises MedusaNotConfigured: while the integration is off
	"""
	settings.must_be_enabled()
	if names is None:
		names = frappe.get_all("Website Item", pluck="name", order_by="creation, name")
	batch = names[batch_index * batch_size : (batch_index + 1) * batch_size]
	wanted = set(not_exported())
	return queue([name for name in batch if name in wanted], (PRODUCT,))


def not_exported() -> list[str]:
	"""The names of the Website Items that belong in the shop and aren't there yet, or whose product has no variant."""
	found = []
	for page in shop_items.in_pages(("medusa_variant_id",)):
		bare = {item.name for item in page if not (item.medusa_id and item.medusa_variant_id)}
		of_templates = {
			"name": ("in", [*bare, ""]),
			"medusa_id": ("is", "set"),
			sent_variants.SENT: ("is", "set"),
		}
		bare -= set(frappe.get_all("Website Item", of_templates, pluck="name", order_by=None))
		found += [item.name for item in page if item.name in bare]
	return found


# --- item groups


def export_all_item_groups() -> int:
	"""Queue the collection and the category of every Item Group, as far as they are used.

	:returns: the number of Item Groups
	:raises MedusaNotConfigured: while the integration is off
	"""
	settings.must_be_enabled()
	config = settings.current()
	kinds = [COLLECTION] if config.groups_are_collections else []
	kinds += [CATEGORY] if config.groups_are_categories else []
	return queue(_names("Item Group", {}), tuple(kinds))


# --- prices


def export_all_medusa_price_list() -> int:
	"""Queue the prices of every Website Item in the shop, to be sent even if unchanged.

	:returns: the number of Website Items
	:raises MedusaNotConfigured: while the integration is off
	"""
	settings.must_be_enabled()
	return resend(with_variant(), (PRICE,))


def with_variant() -> list[str]:
	"""The names of the Website Items that can have prices in Medusa."""
	return [name for page in _priced_pages() for name in page]


def queue_missing_prices() -> int:
	"""Queue the prices of Website Items in the shop that have an Item Price which Medusa lacks. Does nothing while the
	integration is off.

	:returns: the number of Website Items
	"""
	return sum(queue(page, (PRICE,)) for page in missing_prices()) if settings.enabled() else 0


def missing_prices() -> Iterator[list[str]]:
	"""The names, in pages, of the Website Items in the shop that have an Item Price without customer and batch which Medusa
	lacks and which hasn't ended."""
	price = frappe.qb.DocType("Item Price")
	wanted = (price.selling == 1) & (price.valid_upto.isnull() | (price.valid_upto >= getdate()))
	for field in ("customer", "batch_no", "medusa_price_id"):
		wanted &= price[field].isnull() | (price[field] == "")
	return _with_prices(wanted)


def sync_changed_prices() -> int:
	"""Queue the prices of Website Items in the shop whose Item Prices were written in the last two days, page
	by page, 2,000 items each. ERPNext writes some without a document event, for instance from a sales
	document's rates. Prices that are in sync cost no call. Does nothing while the integration is off.

	:returns: the number of Website Items

	Source: docs/reference.md, "Scheduled tasks".
	"""
	if not settings.enabled():
		return 0
	of_late = frappe.qb.DocType("Item Price").modified >= add_days(now_datetime(), -CHANGED_DAYS)
	return sum(queue(page, (PRICE,)) for page in _with_prices(of_late))


def _with_prices(wanted: Criterion) -> Iterator[list[str]]:
	"""The names, in pages, of the Website Items in the shop that sell Items with matching Item Prices in the shop's price lists.
	Takes a constant number of queries a page, and no list holds all items."""
	price = frappe.qb.DocType("Item Price")
	in_lists = price.price_list.isin(list(price_table.price_lists()))
	for page in _priced_pages():
		codes = [code for of_one in page.values() for code in of_one]
		query = frappe.qb.from_(price).select(price.item_code).distinct()
		found = set(query.where(price.item_code.isin(codes) & in_lists & wanted).run(pluck=True))
		if names := [name for name, of_one in page.items() if not found.isdisjoint(of_one)]:
			yield names


def _priced_pages() -> Iterator[dict[str, list[str]]]:
	"""`{Website Item: the item codes that its product sells, and its own}` of those that can have prices in Medusa, in pages."""
	for page in pages("Website Item", {"medusa_id": ("is", "set")}, ["item_code", "medusa_variant_id"]):
		variants = sold_variants.variants_of(item.name for item in page)
		yield {
			item.name: [item.item_code, *variants.get(item.name, ())]
			for item in page
			if item.medusa_variant_id or variants.get(item.name)
		}


def _names(doctype: str, filters: dict) -> list[str]:
	return frappe.get_all(doctype, filters=filters, pluck="name", order_by="name")
