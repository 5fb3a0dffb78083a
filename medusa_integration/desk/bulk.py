"""What the Desk's buttons for many records call. Everything here asks for the user's permission first."""

import frappe

from medusa_integration import session as shop
from medusa_integration.delivery import outbox
from medusa_integration.desk.arguments import document_names, list_filters, refuse_filters
from medusa_integration.operations import bulk, progress
from medusa_integration.outbound import products, shop_items, stock


@frappe.whitelist(methods=["POST"])
def sync_items(names: str | list | None = None, filters: str | list | None = None) -> dict:
	"""Send Website Items and their prices to Medusa, changed or not, as soon as a worker is free.

	:param names: of Website Items, as a list or its JSON; None for all that the user may see
	:param filters: of the list, without `names`: for those that it shows
	:returns: `{"queued", "left_out", "progress"}`: how many Website Items are to be sent, how many of the named ones
		aren't because they don't belong in the shop or the user can't see them, and what `get_sync_progress` returns
	:raises frappe.PermissionError: without write permission for Website Items
	:raises BadArgument: where `names` or `filters` are none
	:raises MedusaNotConfigured: while the integration is off
	"""
	frappe.has_permission(products.DOCTYPE, "write", throw=True)
	shop.must_be_enabled()
	if names is None:
		some = list_filters(filters, products.DOCTYPE)
		mine, wanted = _of_list(some)
		asked = len(mine) if some else len(wanted)
	else:
		some = document_names(names)
		mine, wanted = _of_list({"name": ("in", some)})
		asked = len(some)
	everything = names is None and not some
	return {
		"queued": bulk.resend(wanted),
		"left_out": asked - len(wanted),
		"progress": progress.watch(None if everything else wanted),
	}


@frappe.whitelist()
def count_items(filters: str | list | None = None) -> dict:
	"""For the question before `sync_items`.

	:param filters: of the list
	:returns: `{"shown", "belonging"}`: how many Website Items the list shows, and how many of them belong in the shop
	:raises frappe.PermissionError: without read permission for Website Items
	:raises BadArgument: where `filters` are none
	"""
	frappe.has_permission(products.DOCTYPE, "read", throw=True)
	shown, belonging = _of_list(list_filters(filters, products.DOCTYPE))
	return {"shown": len(shown), "belonging": len(belonging)}


def _of_list(filters: list | dict) -> tuple[list[str], list[str]]:
	"""The names of the Website Items that match and that the user may see, and of those that belong in the shop."""
	try:
		mine = frappe.get_list(
			products.DOCTYPE, filters=filters, pluck="name", order_by="name", limit_page_length=0
		)
	except (AttributeError, LookupError, NameError, TypeError, ValueError):
		refuse_filters()  # an operator that takes other values
	belonging = {item.name for item in shop_items.items()}
	return mine, [name for name in mine if name in belonging]


@frappe.whitelist()
def get_sync_progress() -> dict:
	"""How far the sending has come that the user asked for last.

	:returns: `{"title", "total", "left", "parked", "problem", "silence"}`: numbers of outbox rows, why nothing is sent just
		now, and the seconds for which a worker has been waiting for Medusa's answer; `{}` where nothing is on its way
	"""
	return progress.of_user()


@frappe.whitelist(methods=["POST"])
def hide_sync_progress() -> None:
	"""The user has closed the progress bar: show it no more."""
	progress.stop()


@frappe.whitelist(methods=["POST"])
def export_catalogue() -> dict:
	"""Queue all Website Items with their prices and collections; what Medusa has unchanged isn't sent again.

	:returns: `{"items", "progress"}`: how many Website Items, and as `get_sync_progress`
	:raises frappe.PermissionError: without write permission for the Medusa Outbox
	:raises MedusaNotConfigured: while the integration is off
	"""
	frappe.has_permission(outbox.DOCTYPE, "write", throw=True)
	shop.must_be_enabled()
	return {"items": shop_items.queue_catalogue(), "progress": progress.watch(None)}


@frappe.whitelist(methods=["POST"])
def sync_prices() -> dict:
	"""Queue the prices of everything that is in the shop, to be sent again, changed or not.

	:returns: as `export_catalogue`
	:raises frappe.PermissionError: without write permission for the Medusa Outbox
	:raises MedusaNotConfigured: while the integration is off
	"""
	frappe.has_permission(outbox.DOCTYPE, "write", throw=True)
	return {"items": bulk.export_all_medusa_price_list(), "progress": progress.watch(None)}


@frappe.whitelist()
def count_links() -> dict:
	"""How many documents have ids from Medusa, for the question before `reset_links`.

	:returns: `{DocType: number}`
	:raises frappe.PermissionError: without write permission for the Medusa Configuration
	"""
	frappe.has_permission(shop.CONFIGURATION, "write", throw=True)
	return bulk.count_links()


@frappe.whitelist(methods=["POST"])
def reset_links() -> dict:
	"""Forget all ids that came from Medusa, in ERPNext only. The next export finds what is in the shop by its
	external ids.

	:returns: `{DocType: number}`
	:raises frappe.PermissionError: without write permission for the Medusa Configuration
	"""
	frappe.has_permission(shop.CONFIGURATION, "write", throw=True)
	return bulk.clear_all_ids()


@frappe.whitelist(methods=["POST"])
def sync_stock() -> dict:
	"""Bring the stock flags up to date and queue the quantities that changed.

	:returns: `{"items", "progress"}`: how many Website Items were queued, and as `get_sync_progress`
	:raises frappe.PermissionError: without write permission for the Medusa Outbox
	:raises MedusaNotConfigured: while the integration is off
	"""
	frappe.has_permission(outbox.DOCTYPE, "write", throw=True)
	shop.must_be_enabled()
	return {"items": stock.update_webitem_stock(), "progress": progress.watch(None)}
