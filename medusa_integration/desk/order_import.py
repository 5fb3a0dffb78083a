"""The Desk's calls of Import orders. Each function checks the user's permission first.

Source: docs/reference.md, "Whitelisted calls".
"""

import frappe
from frappe import _

from medusa_integration.delivery.box import inbox
from medusa_integration.desk.arguments import BadArgument, Day, Flag, checked
from medusa_integration.operations import importing
from medusa_integration.operations.importing import Period


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
	importing.must_be_importing()
	return importing.start(Period(since, until), dry_run=dry_run)


@frappe.whitelist()
def get_order_import() -> dict:
	"""The progress and the outcome of the last `import_orders`, see "Import orders".

	:returns: `{"status": "Queued", "Running", "Done", "Failed" or "", "dry_run", "since", "until", "done",
		"total", "report", "error"}`
	:raises frappe.PermissionError: without read permission for the Medusa Inbox
	"""
	frappe.has_permission(inbox.doctype, "read", throw=True)
	return importing.JOB.state()
