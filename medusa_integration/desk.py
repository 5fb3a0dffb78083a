"""What the buttons and status lines of the Desk call. Everything here asks for the user's permission first."""

import frappe
from frappe import _

from medusa_integration.sync import outbox, products, shop


@frappe.whitelist()
def get_sync_status(website_item: str) -> dict:
	"""Where a Website Item stands.

	:returns: `{"enabled", "medusa_id", "synced_on", "rows": [{"kind", "status", "error", "attempts", "due"}]}`, the
		rows being what waits in the outbox
	:raises frappe.PermissionError: without read permission for it
	:raises frappe.DoesNotExistError: where there is none
	"""
	doc = frappe.get_doc(products.DOCTYPE, website_item)
	doc.check_permission("read")
	rows = frappe.get_all(
		outbox.DOCTYPE,
		filters={"reference_doctype": products.DOCTYPE, "reference_name": website_item},
		fields=["kind", "status", "error", "attempts", "due"],
		order_by="kind desc",
	)
	return {
		"enabled": shop.enabled(),
		"medusa_id": doc.medusa_id,
		"synced_on": doc.medusa_synced_on,
		"rows": rows,
	}


@frappe.whitelist(methods=["POST"])
def sync_now(website_item: str) -> dict:
	"""Send a Website Item and its prices to Medusa, changed or not, as soon as a worker is free.

	:returns: as `get_sync_status`
	:raises frappe.PermissionError: without write permission for it
	:raises frappe.ValidationError: while the integration is off, or for what doesn't belong in the shop
	"""
	doc = frappe.get_doc(products.DOCTYPE, website_item)
	doc.check_permission("write")
	if not shop.enabled():
		frappe.throw(
			_("Enable the integration in the Medusa Configuration first."),
			shop.MedusaNotConfigured,
			title=_("Medusa is switched off"),
		)
	if not products.belongs_in_shop(doc):
		frappe.throw(
			_("Publish {0} first: only published items go to the shop.").format(doc.name),
			title=_("Not published"),
		)
	products.resend(doc.name)
	return get_sync_status(website_item)
