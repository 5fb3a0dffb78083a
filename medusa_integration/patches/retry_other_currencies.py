"""Retry the parked orders that ERPNext refused for their currency: one customer may buy in several from now on."""

import frappe

from medusa_integration.delivery.box import inbox


def execute() -> None:
	parked = {"kind": "Order", "status": "Parked", "error": ("like", "%currency%")}
	inbox.retry(frappe.get_all(inbox.doctype, parked, pluck="name", order_by="name"))
