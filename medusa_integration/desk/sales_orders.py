"""The calls of the Sales Order's form, and of the storefront's server about an order's status in Medusa.

Source: docs/reference.md, "Whitelisted calls".
"""

import frappe
from frappe import _

from medusa_integration import settings
from medusa_integration.delivery.box import inbox, outbox
from medusa_integration.desk.arguments import DocumentName, checked
from medusa_integration.operations import order_import, status
from medusa_integration.orders import status_to_medusa
from medusa_integration.orders.orders_from_medusa import INCOMING_ORDER
from medusa_integration.orders.status_to_medusa import ORDER_STATUS
from medusa_integration.stock import changed_bundles
from medusa_integration.storefront.access import is_trusted, shop_or_desk


@frappe.whitelist()
@checked
def get_order_status(sales_order: DocumentName) -> dict:
	"""The status of a shop's Sales Order.

	:param sales_order: its name
	:returns: `{"enabled", "synced_on", "link", "blocked", "other_parts", "cancels", "outage", "problem", "silence", "rows"}` as
		`get_sync_status`; `cancels`: whether Medusa cancels the order with the Sales Order; `synced_on` is None where the log has no accepted call about it any more;
		`blocked`: the reason why its changes in Medusa can't be imported, "" without one; `other_parts`: the Product Bundles
		that have other parts now than it was placed with, where Medusa ships, with the step to take, "" for none
	:raises frappe.PermissionError: without read permission for the Sales Order
	:raises frappe.DoesNotExistError: where there is none
	:raises BadArgument: for a value that can't be a name
	"""
	doc = frappe.get_doc("Sales Order", sales_order)
	doc.check_permission("read")
	return {
		"synced_on": _last_accepted_about(doc),
		"link": settings.admin_link("orders", doc.medusa_order_id),
		"blocked": _blocked(doc.medusa_order_id),
		"other_parts": changed_bundles.words(changed_bundles.of_order(doc.name)),
		"cancels": settings.enabled() and settings.current().cancel_in_medusa,
		**status.sending_of(doc),
	}


def _blocked(medusa_order_id: str | None) -> str:
	status, error = inbox.standing(INCOMING_ORDER, medusa_order_id) if medusa_order_id else ("", "")
	return error if status == "Parked" else ""


def _last_accepted_about(doc):
	log, voucher = frappe.qb.DocType(status.LOG), frappe.qb.DocType(f"{status.LOG} Voucher")
	found = (
		frappe.qb.from_(voucher)
		.join(log)
		.on(log.name == voucher.parent)
		.select(log.creation)
		.where((voucher.voucher_type == doc.doctype) & (voucher.voucher_name == doc.name))
		.where((log.status == "Success") & (log.status_code < 400) & (log.method != "GET"))
		.orderby(log.creation, order=frappe.qb.desc)
		.limit(1)
		.run(pluck=True)
	)
	return found[0] if found else None


@frappe.whitelist(methods=["POST"])
@checked
def read_sales_order(sales_order: DocumentName) -> dict:
	"""Queue the order in Medusa that a Sales Order came from. A drain makes ERPNext agree with the order.

	:param sales_order: its name
	:returns: `{"row": the name of the row in the Medusa Inbox}`
	:raises frappe.PermissionError: without write permission for the Sales Order
	:raises frappe.DoesNotExistError: where there is none
	:raises MedusaNotConfigured: while orders aren't imported
	:raises frappe.ValidationError: for an order that isn't the shop's
	:raises BadArgument: for a value that can't be a name
	"""
	doc = frappe.get_doc("Sales Order", sales_order)
	doc.check_permission("write")
	order_import.must_be_importing()
	if not doc.medusa_order_id:
		frappe.throw(_("{0} didn't come from the shop.").format(doc.name), title=_("Not a shop order"))
	inbox.add(INCOMING_ORDER, doc.medusa_order_id)
	return {"row": inbox.key_of(INCOMING_ORDER.name, doc.medusa_order_id)}


@shop_or_desk("POST", write="Sales Order", checked=checked)
def export_sales_order(self: DocumentName) -> str:
	"""Queue a Sales Order's status. Called by the Desk and by the storefront's server.

	:param self: the Sales Order's name
	:returns: a message for the user
	:raises frappe.PermissionError: without write permission for the Sales Order; the shop's server needs none
	:raises frappe.DoesNotExistError: where there is none
	:raises MedusaNotConfigured: while the integration is off
	:raises frappe.ValidationError: for an order that isn't the shop's
	"""
	doc = frappe.get_doc("Sales Order", self)
	if not is_trusted():
		doc.check_permission("write")
	settings.must_be_enabled()
	if not status_to_medusa.is_of_shop(doc):
		frappe.throw(_("{0} didn't come from the shop.").format(doc.name), title=_("Not a shop order"))
	outbox.add(ORDER_STATUS, doc.name)
	return _("The status of {0} is queued for Medusa.").format(doc.name)
