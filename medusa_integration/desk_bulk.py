"""What the Desk's buttons for many records call. Everything here asks for the user's permission first."""

import frappe
from frappe import _

from medusa_integration.desk import list_of
from medusa_integration.sync import bulk, catalogue, outbox, products, progress, shop, stock


@frappe.whitelist(methods=["POST"])
def sync_items(names: str | list | None = None, filters: str | list | None = None) -> dict:
	"""Send Website Items and their prices to Medusa, changed or not, as soon as a worker is free.

	:param names: of Website Items, as a list or its JSON; None for all that the user may see
	:param filters: of the list, without `names`: for those that it shows
	:returns: `{"queued", "left_out", "progress"}`: how many Website Items are to be sent, how many of the named ones
		aren't because they don't belong in the shop, and what `get_sync_progress` returns
	:raises frappe.PermissionError: without write permission for Website Items
	:raises frappe.ValidationError: where `names` or `filters` are none
	:raises MedusaNotConfigured: while the integration is off
	"""
	frappe.has_permission(products.DOCTYPE, "write", throw=True)
	shop.must_be_enabled()
	some = {"name": ("in", list_of(names))} if names is not None else _parsed(filters)
	mine, wanted = _of_list(some)
	queued = bulk.resend(wanted)
	return {
		"queued": queued,
		"left_out": len(mine) - len(wanted) if some else 0,
		"progress": progress.watch(wanted if some else None),
	}


@frappe.whitelist()
def count_items(filters: str | list | None = None) -> dict:
	"""For the question before `sync_items`.

	:param filters: of the list
	:returns: `{"shown", "belonging"}`: how many Website Items the list shows, and how many of them belong in the shop
	:raises frappe.PermissionError: without read permission for Website Items
	:raises frappe.ValidationError: where `filters` are none
	"""
	frappe.has_permission(products.DOCTYPE, "read", throw=True)
	shown, belonging = _of_list(_parsed(filters))
	return {"shown": len(shown), "belonging": len(belonging)}


def _parsed(filters: str | list | None) -> list:
	try:
		parsed = frappe.parse_json(filters or [])
	except ValueError:
		parsed = None
	if not isinstance(parsed, list) or not all(isinstance(each, list) for each in parsed):
		frappe.throw(_("filters has to be a list of a list's filters."), title=_("Not a list"))
	return parsed


def _of_list(filters: list | dict) -> tuple[list[str], list[str]]:
	"""The names of the Website Items that match and that the user may see, and of those that belong in the shop."""
	mine = frappe.get_list(
		products.DOCTYPE, filters=filters, pluck="name", order_by="name", limit_page_length=0
	)
	belonging = {item.name for item in catalogue.items()}
	return mine, [name for name in mine if name in belonging]


@frappe.whitelist()
def get_sync_progress() -> dict:
	"""How far the sending has come that the user asked for last.

	:returns: `{"title", "total", "left", "parked", "problem"}`: numbers of outbox rows, and why nothing is sent just
		now; `{}` where nothing is on its way
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
	return {"items": catalogue.queue_catalogue(), "progress": progress.watch(None)}


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
