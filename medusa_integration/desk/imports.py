"""The calls of *Import products* and *Import orders* on the Medusa Configuration. Each function checks the user's permission first.

Source: docs/reference.md, "Whitelisted calls".
"""

import frappe
from frappe import _

from medusa_integration import settings
from medusa_integration.delivery.box import inbox
from medusa_integration.desk.arguments import BadArgument, Day, DocumentNames, Flag, NameOrBlank, checked
from medusa_integration.operations import order_import, product_import
from medusa_integration.operations.order_import import Period


@frappe.whitelist(methods=["POST"])
@checked
def import_products(
	dry_run: Flag = True,
	products: DocumentNames | None = None,
	item_group: NameOrBlank = "",
	make_item_groups: Flag = True,
	stock_uom: NameOrBlank = "",
	item_tax_template: NameOrBlank = "",
	prices: Flag = True,
	pictures: Flag = True,
) -> dict:
	"""Read in the background the shop's products that ERPNext lacks, and import them unless it is a dry run.

	:param dry_run: 0 or 1, false or true
	:param products: Medusa's ids of the products to import, as a list or its JSON; None for all that can be
	:param item_group: of products whose collection has no Item Group; blank: that of the Stock Settings, else the
		topmost one
	:param make_item_groups: 0 or 1: whether a collection without an Item Group becomes one
	:param stock_uom: of the new Items; blank: that of the Stock Settings
	:param item_tax_template: of the new Items; blank: none
	:param prices: 0 or 1: whether base prices become Item Prices of the shop's price list
	:param pictures: 0 or 1: whether pictures are attached, as links
	:returns: as `get_product_import`
	:raises frappe.PermissionError: without write permission for the Medusa Configuration; and, unless it is a dry run,
		permission to create Items and Website Items, and Item Prices for `prices`
	:raises BadArgument: for other arguments
	:raises frappe.ValidationError: where a record doesn't exist, or there is no stock unit
	"""
	frappe.has_permission(settings.CONFIGURATION, "write", throw=True)
	for doctype in () if dry_run else ("Item", "Website Item", *(["Item Price"] if prices else [])):
		frappe.has_permission(doctype, "create", throw=True)
	return product_import.start(
		dry_run,
		products,
		item_group=item_group,
		make_item_groups=make_item_groups,
		stock_uom=stock_uom,
		tax_template=item_tax_template,
		prices=prices,
		pictures=pictures,
	)


@frappe.whitelist()
def get_product_import() -> dict:
	"""The progress and the outcome of the last `import_products`.

	:returns: `{"status": "Queued", "Running", "Done", "Failed" or "", "dry_run", "done", "total", "report",
		"error"}`
	:raises frappe.PermissionError: without write permission for the Medusa Configuration
	"""
	frappe.has_permission(settings.CONFIGURATION, "write", throw=True)
	return product_import.state()


@frappe.whitelist(methods=["POST"])
@checked
def import_orders(since: Day, until: Day, dry_run: Flag = True) -> dict:
	"""Read the orders placed in a period in the background, and queue those that aren't in ERPNext yet. A dry
	run queues none, and reports the orders that can't be imported, with the reasons.

	:param since: the first day, as 2026-11-28
	:param until: the last day, which is included
	:param dry_run: 0 or 1, false or true
	:returns: as `get_order_import`
	:raises frappe.PermissionError: without write permission for the Medusa Inbox
	:raises BadArgument: for other arguments, and where the last day is before the first
	:raises MedusaNotConfigured: while orders aren't imported
	"""
	frappe.has_permission(inbox.doctype, "write", throw=True)
	if until < since:
		frappe.throw(_("The last day is before the first."), BadArgument, title=_("No period"))
	order_import.must_be_importing()
	return order_import.start(Period(since, until), dry_run=dry_run)


@frappe.whitelist()
def get_order_import() -> dict:
	"""The progress and the outcome of the last `import_orders`, see "Import orders".

	:returns: `{"status": "Queued", "Running", "Done", "Failed" or "", "dry_run", "since", "until", "done",
		"total", "report", "error"}`
	:raises frappe.PermissionError: without read permission for the Medusa Inbox
	"""
	frappe.has_permission(inbox.doctype, "read", throw=True)
	return order_import.JOB.state()
