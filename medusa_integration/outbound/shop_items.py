"""The whole catalogue at once."""

import frappe

from medusa_integration import session as shop
from medusa_integration.catalogue import selection
from medusa_integration.delivery import outbox
from medusa_integration.outbound import prices, products, stock

JOB_ID = "medusa_queue_catalogue"


def enqueue() -> None:
	"""Start `queue_catalogue` in the background, once this transaction is committed."""
	frappe.enqueue(
		"medusa_integration.outbound.shop_items.queue_catalogue",
		queue="long",
		job_id=JOB_ID,
		enqueue_after_commit=True,
	)


def item_group_moved(doc, method: str | None = None) -> None:
	"""Item Group, on_update: one that moves may take its items into the shop or out of it."""
	before = doc.get_doc_before_save()
	if before and shop.enabled() and doc.has_value_changed("parent_item_group") and selection.chosen()[0]:
		enqueue()


def price_list_on_update(doc, method: str | None = None) -> None:
	"""Price List, on_update: ERPNext writes its currency and kind into its Item Prices without saving them, and the
	prices of a disabled one leave the shop."""
	changed = any(doc.has_value_changed(field) for field in ("enabled", "selling", "currency"))
	if changed and shop.enabled() and doc.name == shop.settings().price_list:
		enqueue()


def items() -> list[frappe._dict]:
	"""The Website Items that belong in the shop, with `name` and `medusa_id`: the published ones that the settings
	select, and those that it has already."""
	rows = frappe.get_all(
		products.DOCTYPE,
		or_filters={"published": 1, "medusa_id": ("is", "set")},
		fields=["name", "medusa_id", "item_group", "brand"],
		order_by="name",
	)
	refused = {item.name for item in selection.refused(rows) if not item.medusa_id}
	return [item for item in rows if item.name not in refused]


def queue_catalogue() -> int:
	"""Note that every Website Item that belongs in the shop has to be sent, with its prices and its stock; what is there
	already and unchanged costs no call. Returns the number of Website Items."""
	names = [item.name for item in items()]
	for part in frappe.utils.create_batch(names, 500):
		kinds = (products.KIND, prices.KIND)
		outbox.add_many((kind, products.DOCTYPE, name) for name in part for kind in kinds)
		frappe.db.commit()  # sending begins while the rest is being noted, and nobody's save waits for all of it
	stock.update_webitem_stock()
	return len(names)
