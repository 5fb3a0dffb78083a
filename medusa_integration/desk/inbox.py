"""The Desk's calls about what comes from Medusa: rows of the inbox, Import orders, and a Sales Order that is to be read
again. Each function checks the user's permission first.

Source: docs/reference.md, "Whitelisted calls".
"""

import frappe
from frappe import _

from medusa_integration import settings
from medusa_integration.delivery.box import inbox
from medusa_integration.desk.arguments import BadArgument, day, document_name, document_names, flag
from medusa_integration.operations import importing
from medusa_integration.operations.importing import Period
from medusa_integration.orders.orders_from_medusa import INCOMING_ORDER

PAGES = {"Order": "orders", "Customer": "customers"}  # of Medusa's admin, by kind
# The fields that have the id of a kind's record: (DocType, field).
BECOMES = {
	"Order": (("Sales Order", "medusa_order_id"),),
	"Customer": (("Customer", "medusa_id"), ("Lead", "medusa_id")),
}

# --- rows of the inbox


@frappe.whitelist(methods=["POST"])
def retry_inbox_rows(names: str | list | None = None) -> dict:
	"""Make parked or waiting rows of the inbox due. Rows that are being worked off don't change.

	:param names: of Medusa Inbox, as a list or its JSON; missing ones are ignored, as they were worked off
		meanwhile
	:returns: `{"retried": number of rows}`
	:raises frappe.PermissionError: without write permission for the Medusa Inbox
	:raises BadArgument: for other `names`
	"""
	frappe.has_permission(inbox.doctype, "write", throw=True)
	return {"retried": inbox.retry(document_names(names))}


@frappe.whitelist(methods=["POST"])
def discard_inbox_rows(names: str | list | None = None) -> dict:
	"""Delete parked or waiting rows of the inbox. Their records aren't read until they change in Medusa
	again. Rows that are being worked off stay.

	:param names: of Medusa Inbox, as a list or its JSON; missing ones are ignored, as they were worked off
		meanwhile
	:returns: `{"discarded": number of rows}`
	:raises frappe.PermissionError: without delete permission for the Medusa Inbox
	:raises BadArgument: for other `names`
	"""
	frappe.has_permission(inbox.doctype, "delete", throw=True)
	return {"discarded": inbox.discard(document_names(names))}


@frappe.whitelist()
def get_inbox_links(name: str = "") -> dict:
	"""The record in Medusa and the documents in ERPNext that a row of the inbox is about.

	:param name: of Medusa Inbox
	:returns: `{"link", "documents": [[DocType, name]]}`: the address of the record in Medusa's admin, ""
		without one; the documents made of the record, as far as the user may read them
	:raises frappe.PermissionError: without read permission for the Medusa Inbox
	:raises BadArgument: for a value that can't be a name
	"""
	frappe.has_permission(inbox.doctype, "read", throw=True)
	fields = ["kind", "reference_name"]
	row = frappe.db.get_value(inbox.doctype, document_name(name, "name"), fields, as_dict=True)
	if not row:  # The row was worked off meanwhile.
		return {"link": "", "documents": []}
	documents = []
	for doctype, field in BECOMES.get(row.kind, ()):
		if frappe.has_permission(doctype, "read"):
			found = frappe.get_list(doctype, filters={field: row.reference_name}, pluck="name", limit=5)
			documents += [[doctype, each] for each in found]
	return {"link": settings.admin_link(PAGES.get(row.kind, ""), row.reference_name), "documents": documents}


@frappe.whitelist(methods=["POST"])
def read_sales_order(sales_order: str = "") -> dict:
	"""Queue the order in Medusa that a Sales Order came from. A drain makes ERPNext agree with the order.

	:param sales_order: its name
	:returns: `{"row": the name of the row in the Medusa Inbox}`
	:raises frappe.PermissionError: without write permission for the Sales Order
	:raises frappe.DoesNotExistError: where there is none
	:raises MedusaNotConfigured: while orders aren't imported
	:raises frappe.ValidationError: for an order that isn't the shop's
	:raises BadArgument: for a value that can't be a name
	"""
	doc = frappe.get_doc("Sales Order", document_name(sales_order, "sales_order"))
	doc.check_permission("write")
	importing.must_be_importing()
	if not doc.medusa_order_id:
		frappe.throw(_("{0} didn't come from the shop.").format(doc.name), title=_("Not a shop order"))
	inbox.add(INCOMING_ORDER, doc.medusa_order_id)
	return {"row": inbox.key_of(INCOMING_ORDER.name, doc.medusa_order_id)}


# --- Import orders


@frappe.whitelist(methods=["POST"])
def import_orders(since: str = "", until: str = "", dry_run: int | str = 1) -> dict:
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
	period = Period(day(since, "since"), day(until, "until"))
	if period.until < period.since:
		frappe.throw(_("The last day is before the first."), BadArgument, title=_("No period"))
	importing.must_be_importing()
	return importing.start(period, dry_run=flag(dry_run, "dry_run"))


@frappe.whitelist()
def get_order_import() -> dict:
	"""The progress and the outcome of the last `import_orders`, see "Import orders".

	:returns: `{"status": "Queued", "Running", "Done", "Failed" or "", "dry_run", "since", "until", "done",
		"total", "report", "error"}`
	:raises frappe.PermissionError: without read permission for the Medusa Inbox
	"""
	frappe.has_permission(inbox.doctype, "read", throw=True)
	return importing.JOB.state()
