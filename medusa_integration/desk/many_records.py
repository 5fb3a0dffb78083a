"""The calls of the Desk's buttons for many records. Each function checks the user's permission first.

Source: docs/reference.md, "Whitelisted calls".
"""

import frappe

from medusa_integration import settings
from medusa_integration.delivery.box import outbox
from medusa_integration.desk.arguments import (
	DocumentNames,
	ListFilters,
	checked,
	known_filters,
	refuse_filters,
)
from medusa_integration.operations import bulk, links, queueing
from medusa_integration.products import shop_items
from medusa_integration.stock import stock_to_medusa
from medusa_integration.storefront.access import shop_or_desk
from medusa_integration.sync import progress


@frappe.whitelist(methods=["POST"])
@checked
def sync_items(names: DocumentNames | None = None, filters: ListFilters | None = None) -> dict:
	"""Queue Website Items with their prices and stock, to be sent even if unchanged.

	:param names: of Website Items, as a list or its JSON; None for all that the user may see
	:param filters: of the list, instead of `names`: for the Website Items that it shows
	:returns: `{"queued", "left_out", "progress"}`: the number of Website Items that were queued; the number
		of the others, which don't belong in the shop or which the user can't see; and as `get_sync_progress`
	:raises frappe.PermissionError: without write permission for Website Items
	:raises BadArgument: for other `names` or `filters`
	:raises MedusaNotConfigured: while the integration is off
	"""
	frappe.has_permission("Website Item", "write", throw=True)
	settings.must_be_enabled()
	if names is None:
		some = known_filters(filters, "Website Item")
		mine, wanted = _of_list(some)
		asked = len(mine) if some else len(wanted)
	else:
		some = names
		mine, wanted = _of_list({"name": ("in", names)})
		asked = len(names)
	everything = names is None and not some
	return {
		"queued": queueing.resend(wanted),
		"left_out": asked - len(wanted),
		"progress": progress.watch(None if everything else wanted),
	}


@frappe.whitelist()
@checked
def count_items(filters: ListFilters | None = None) -> dict:
	"""Count Website Items, for the question before `sync_items`.

	:param filters: of the list
	:returns: `{"shown", "belonging"}`: how many Website Items the list shows, and how many of them belong in
		the shop
	:raises frappe.PermissionError: without read permission for Website Items
	:raises BadArgument: for other `filters`
	"""
	frappe.has_permission("Website Item", "read", throw=True)
	shown, belonging = _of_list(known_filters(filters, "Website Item"))
	return {"shown": len(shown), "belonging": len(belonging)}


def _of_list(filters: list | dict) -> tuple[list[str], list[str]]:
	"""The names of the Website Items that match and that the user may see, and of those that belong in the shop."""
	try:
		mine = frappe.get_list(
			"Website Item", filters=filters, pluck="name", order_by="name", limit_page_length=0
		)
	except (AttributeError, LookupError, NameError, TypeError, ValueError):
		refuse_filters()  # The operator takes other values.
	belonging = {item.name for item in shop_items.items()}
	return mine, [name for name in mine if name in belonging]


@frappe.whitelist()
def get_sync_progress() -> dict:
	"""The progress of the user's last sending or import.

	:returns: `{"box", "title", "total", "left", "parked", "problem", "silence", "description", "outcome", "told"}`: the
		DocType of the rows, their numbers, the reason why calls are impossible now, and the seconds for which a worker has
		been waiting for Medusa's answer; the progress in words; what came of it, `{"message", "indicator"}` in HTML once no
		row is left or calls are impossible, else None; whether that was sent to the user already; `{}` without a
		progress bar
	"""
	return progress.of_user()


@frappe.whitelist(methods=["POST"])
def hide_sync_progress() -> None:
	"""Take away the user's progress bar, which was closed. What comes of it is told nevertheless."""
	progress.hide()


@frappe.whitelist(methods=["POST"])
def export_catalogue() -> dict:
	"""Queue all Website Items that belong in the shop, with their collections, prices and stock. Records in
	sync aren't sent.

	:returns: `{"items", "progress"}`: the number of Website Items, and as `get_sync_progress`
	:raises frappe.PermissionError: without write permission for the Medusa Outbox
	:raises MedusaNotConfigured: while the integration is off
	"""
	frappe.has_permission(outbox.doctype, "write", throw=True)
	settings.must_be_enabled()
	return {"items": shop_items.queue_catalogue(), "progress": progress.watch(None)}


@frappe.whitelist(methods=["POST"])
def sync_prices() -> dict:
	"""Queue the prices of all Website Items in the shop, to be sent even if unchanged.

	:returns: as `export_catalogue`
	:raises frappe.PermissionError: without write permission for the Medusa Outbox
	:raises MedusaNotConfigured: while the integration is off
	"""
	frappe.has_permission(outbox.doctype, "write", throw=True)
	return {"items": bulk.export_all_medusa_price_list(), "progress": progress.watch(None)}


@frappe.whitelist()
def count_links() -> dict:
	"""Count the documents that have ids from Medusa, for the question before `reset_links`.

	:returns: `{DocType: number of documents with an id from Medusa}`
	:raises frappe.PermissionError: without write permission for the Medusa Configuration
	"""
	frappe.has_permission(settings.CONFIGURATION, "write", throw=True)
	return links.count_links()


@frappe.whitelist(methods=["POST"])
def reset_links() -> dict:
	"""Clear all ids that came from Medusa, in ERPNext only. The next export finds the shop's products and
	collections by their external ids.

	:returns: as `count_links` before the call
	:raises frappe.PermissionError: without write permission for the Medusa Configuration
	"""
	frappe.has_permission(settings.CONFIGURATION, "write", throw=True)
	return links.clear_all_ids()


@frappe.whitelist(methods=["POST"])
def sync_stock() -> dict:
	"""Update the stock flags, and queue the stock of Website Items whose quantity isn't in sync.

	:returns: `{"items", "progress"}`: the number of Website Items that were queued, and as
		`get_sync_progress`
	:raises frappe.PermissionError: without write permission for the Medusa Outbox
	:raises MedusaNotConfigured: while the integration is off
	"""
	frappe.has_permission(outbox.doctype, "write", throw=True)
	settings.must_be_enabled()
	return {"items": stock_to_medusa.update_webitem_stock(), "progress": progress.watch(None)}


@shop_or_desk("POST", write=settings.CONFIGURATION)
def sync_missing_prices_to_medusa() -> int:
	"""Queue the prices of Website Items in the shop that have an Item Price which Medusa lacks, page by page,
	2,000 items each. Does nothing while the integration is off. Called by the scheduler, the Desk and the
	storefront's server.

	:returns: the number of Website Items
	:raises frappe.PermissionError: without write permission for the Medusa Configuration; the shop's server needs none
	"""
	return bulk.queue_missing_prices()
