"""The changes that move Website Items between sales channels: of their own table, Item Groups, prices, and the configuration's rules.

Source: docs/reference.md, "Storefronts".
"""

import frappe
from frappe import _

from medusa_integration import generation, settings, sold_variants
from medusa_integration.delivery.box import outbox
from medusa_integration.pages import pages
from medusa_integration.products import channels, product_events
from medusa_integration.products.products_to_medusa import PRODUCT

PART = 500  # records that are queued in one transaction
JOB_ID = "medusa_queue_channels"
PRICE_FIELDS = ("price_list", "item_code", "customer", "selling", "valid_upto")


def check_listed(doc) -> None:
	"""Website Item, validate: refuse a sales channel in its table that no row of the configuration names, and name each once.
	Rows that were saved before stay.

	:raises frappe.ValidationError: for a new row with another channel
	"""
	rows = {}
	for row in doc.get("medusa_channels") or ():
		row.sales_channel = (row.sales_channel or "").strip()
		rows.setdefault(row.sales_channel, row)
	if len(rows) < len(doc.get("medusa_channels") or ()):
		doc.set("medusa_channels", list(rows.values()))
	before = channels.listed_in(doc.get_doc_before_save())
	unknown = sorted(set(rows) - before - channels.nameable()) if set(rows) - before else []
	if unknown:
		frappe.throw(
			_(
				"{0} isn't a storefront of the Medusa Configuration. Add it to the table Sales Channels there, with what it Sells, and then here."
			).format(frappe.bold(frappe.utils.escape_html(", ".join(unknown)))),
			title=_("Sales Channels"),
		)


def channels_change_listings(doc) -> None:
	"""Website Item, on_update: begin a new generation of the storefront's listings where its own table changed."""
	if channels.listed_in(doc) != channels.listed_in(doc.get_doc_before_save()):
		generation.moved()


def group_changes_channels(doc) -> None:
	"""Item Group, on_update: queue the products whose channels changed where the group moved and a rule names groups."""
	if doc.get_doc_before_save() and doc.has_value_changed("parent_item_group"):
		if settings.enabled() and any(row.item_group for row in channels.rules()):
			enqueue()


def item_price_changed(doc, *, is_gone: bool = False) -> None:
	"""Item Price, on_update and on_trash: queue the product of the item where a rule asks for a price in the list."""
	if not settings.enabled():
		return
	lists = {row.priced_in for row in channels.rules() if row.priced_in}
	before = doc.get_doc_before_save()
	versions = [each for each in (doc, before) if each and each.price_list in lists]
	if versions and (is_gone or not before or any(map(doc.has_value_changed, PRICE_FIELDS))):
		generation.moved()
		products = sold_variants.products_of({each.item_code for each in versions}).values()
		product_events.queue_matching({"name": ("in", [*products, ""])})


def enqueue() -> None:
	"""Start `queue_channels` in the background after the commit."""
	frappe.enqueue(
		"medusa_integration.api.queue_channels", queue="long", job_id=JOB_ID, enqueue_after_commit=True
	)


def queue_channels() -> int:
	"""Queue the products whose sales channels aren't those with which they were sent: after a change of the rules or of the tree
	of Item Groups, and daily, since prices end without an event. Commits in parts. Does nothing while the integration is off.

	:returns: the number of Website Items

	Source: docs/reference.md, "Scheduled tasks".
	"""
	if not settings.enabled():
		return 0
	count = 0
	for page in pages(channels.PAGE, {"medusa_id": ("is", "set")}, ["medusa_sales_channel"]):
		of_items = channels.of_items(item.name for item in page)
		moved = [
			item.name
			for item in page
			if not channels.is_settled(item.medusa_sales_channel, of_items[item.name])
		]
		for part in frappe.utils.create_batch(moved, PART):
			outbox.add_many((PRODUCT, name) for name in part)
			frappe.db.commit()
		count += len(moved)
	return count
