"""The field `medusa_status` of Website Items, by which lists filter and sort.

It shows the product's status; rows of prices and quantities show only when parked, and that of a product's first prices.
"In Shop" is a product that can be bought: one without a price is "No Price", one that no sales channel sells "No Channel". Other documents (a price,
a delivery) queue records without writing it, because that would lock the Website Item in their transactions.
It is written by the Website Item's own save, in memory; by the transaction that settles its rows; and when
rows are retried or discarded.

Source: docs/reference.md, "Custom fields".
"""

from collections.abc import Iterable

import frappe
from frappe.utils import cint

from medusa_integration import settings, sold_variants
from medusa_integration.delivery import documents
from medusa_integration.delivery.box import outbox
from medusa_integration.delivery.kind import Kind
from medusa_integration.medusa.errors import NoStockLocation
from medusa_integration.pages import pages
from medusa_integration.prices import in_shop, unpriced
from medusa_integration.prices.prices_to_medusa import PRICE
from medusa_integration.products import channels, selection
from medusa_integration.products.products_to_medusa import PRODUCT
from medusa_integration.stock.stock_to_medusa import STOCK

DOCTYPE = "Website Item"
NOT_IN_SHOP, WAITING, IN_SHOP, NO_PRICE, NO_CHANNEL, DRAFT, PARKED = STATUSES = (
	"Not in Shop",
	"Waiting",
	"In Shop",
	"No Price",
	"No Channel",
	"Draft",
	"Parked",
)
PART = 5000  # records in one statement


def keep_status_out_of_versions(doc) -> None:
	"""Each save sets `medusa_status` to Waiting: that isn't a change of the user's, for the form's Activity. Frappe compares
	with the document before the save after this event."""
	if before := doc.get_doc_before_save():
		before.medusa_status = doc.medusa_status


def refresh(names: Iterable[str]) -> None:
	"""Write the status of Website Items where it has changed, in the current transaction. The number of queries for each
	5,000 of them is constant."""
	for part in frappe.utils.create_batch(sorted(set(names)), PART):
		_refresh(part)


def _refresh(names: list[str]) -> None:
	items, rows = _read([*names, *_pages_of_variants(names)])
	refused = {item.name for item in selection.refused(items.values())} if items else set()
	sold = sold_variants.variants_of(items)
	without = unpriced.reasons((item for item in items.values() if item.medusa_id), sold) if items else {}
	states = in_shop.states(items.values(), sold) if items else {}
	statuses = {}
	for name, item in items.items():
		item.has_own_price = any(known.get("own") for known in states[name])
		item.is_priced = name not in without
		item.prices_sent = bool(states[name] or item.medusa_prices)
		admitted = name not in refused and sold.get(name) != []
		statuses[name] = _status(item, rows.get(name, []), admitted=admitted)
	statuses |= _of_variants(items, statuses)
	values = {
		name: {"medusa_status": status}
		for name, status in statuses.items()
		if status != items[name].medusa_status
	}
	documents.write(DOCTYPE, values)


def _pages_of_variants(names: list[str]) -> list[str]:
	"""The Website Items of variants whose templates are among these: they show the status of their template's product."""
	templates = sold_variants.templates_among(names)
	filters = {"variant_of": ("in", [*templates.values(), ""]), "name": ("not in", names)}
	return frappe.get_all(DOCTYPE, filters, pluck="name", order_by=None) if templates else []


def _of_variants(items: dict[str, frappe._dict], statuses: dict[str, str]) -> dict[str, str]:
	"""`{Website Item of a variant that its template's product sells: its status}`"""
	pages = {item.item_code: item for item in items.values() if item.variant_of and not item.medusa_id}
	product_of = sold_variants.products_of(pages) if pages else {}
	seller = {page.name: product_of[code] for code, page in pages.items() if product_of[code] != page.name}
	missing = sorted({*seller.values()} - statuses.keys())
	stored = frappe.get_all(
		DOCTYPE, {"name": ("in", [*missing, ""])}, ["name", "medusa_status"], as_list=True, order_by=None
	)
	known = {**dict(stored), **statuses}
	return {
		name: known.get(template) or NOT_IN_SHOP if items[name].medusa_variant_id else NOT_IN_SHOP
		for name, template in seller.items()
	}


def refresh_all() -> None:
	"""Write the status of all Website Items: for those that are older than the field."""
	refresh(frappe.get_all(DOCTYPE, pluck="name", order_by=None))


def refresh_daily() -> None:
	"""Nightly: write the status of the products in the shop, because prices begin and end.

	Source: docs/reference.md, "Scheduled tasks".
	"""
	if settings.enabled():
		for page in pages(DOCTYPE, {"medusa_id": ("is", "set")}, []):
			refresh(item.name for item in page)
			frappe.db.commit()  # Saves must not wait for the rows of all pages.


def retry(names: list[str]) -> int:
	"""Make parked or waiting rows of the outbox due, and refresh the status of their Website Items. Rows that
	are being sent don't change.

	:returns: the number of rows
	"""
	items = _locked_of(names)
	retried = outbox.retry(names)
	refresh(items)
	return retried


def discard(names: list[str]) -> int:
	"""Delete parked or waiting rows of the outbox, and refresh the status of their Website Items. Rows that
	are being sent stay.

	:returns: the number of rows
	"""
	items = _locked_of(names)
	discarded = outbox.discard(names)
	refresh(items)
	return discarded


def retry_parked_for(reason: str, kind: Kind, names: Iterable[str] | None = None) -> int:
	"""Make the rows of a kind due that are parked with a reason code.

	:param names: only the rows about these records
	:returns: the number of rows
	"""
	return retry(outbox.parked_for(reason, kind, names))


def retry_without_location() -> None:
	"""Make the stock's rows due that are parked because there was no stock location."""
	retry_parked_for(NoStockLocation.reason, STOCK)


def _locked_of(rows: list[str]) -> set[str]:
	"""Lock the Website Items that rows are about, and return their names. A save too locks them before their rows, so the
	two can't deadlock."""
	items = sorted(outbox.records_of(rows, DOCTYPE))
	locked: set[str] = set()
	for part in frappe.utils.create_batch(items, PART):
		locked |= documents.lock(DOCTYPE, part)
	return locked


def _status(item: frappe._dict, rows: list[tuple[str, str]], *, admitted: bool) -> str:
	if any(status == PARKED for _kind, status in rows):
		return PARKED
	if any(kind == PRODUCT.name for kind, _status in rows):
		return WAITING
	if not item.medusa_id:
		return NOT_IN_SHOP
	if not (cint(item.published) and admitted):
		return DRAFT
	if channels.is_nowhere(item.medusa_sales_channel):
		return NO_CHANNEL
	if item.is_priced and not item.prices_sent and any(kind == PRICE.name for kind, _status in rows):
		return WAITING
	return IN_SHOP if item.is_priced or item.has_own_price else NO_PRICE


def _read(names: list[str]) -> tuple[dict[str, frappe._dict], dict[str, list[tuple[str, str]]]]:
	"""The Website Items, and (kind, status) of their rows in the outbox, both by the items' names."""
	fields = [
		"name", "item_code", "medusa_status", "medusa_id", "medusa_prices", "published", "item_group", "brand",
		"variant_of", "medusa_variant_id",
		"medusa_sales_channel",
	]  # fmt: skip
	items = frappe.get_all(DOCTYPE, {"name": ("in", names)}, fields, order_by=None)
	return {item.name: item for item in items}, outbox.rows_about(DOCTYPE, names)
