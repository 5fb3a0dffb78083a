"""The storefront's call about an order's status, deliveries and invoices.

Source: docs/reference.md, "Orders of the shop".
"""

from collections.abc import Iterable
from typing import Annotated

import frappe
from frappe.utils import flt
from pydantic import Field
from typing_extensions import TypedDict

from medusa_integration.storefront import customer_words, shop_orders
from medusa_integration.storefront.access import trusted
from medusa_integration.storefront.arguments import CustomerId, SalesOrderId
from medusa_integration.storefront.pdf_links import pdf_urls

NOTE, INVOICE = "Delivery Note", "Sales Invoice"
# The second is this app's field, where Delivery Notes and Medusa's parcels follow each other.
TRACKING, TRACKING_URL = "lr_no", "medusa_tracking_url"

Words = Annotated[str, Field(description="the status in the customer's words", examples=["On its way"])]
Day = Annotated[str, Field(description="its date", examples=["2026-03-14"])]


class Delivery(TypedDict):
	"""A submitted Delivery Note."""

	name: Annotated[str, Field(examples=["MAT-DN-2026-00001"])]
	status: Annotated[str, Field(description="ERPNext's", examples=["To Bill"])]
	status_text: Words
	date: Day
	transporter: Annotated[str | None, Field(examples=["Gulf Parcels"])]
	tracking_number: Annotated[str | None, Field(examples=["GP 4711"])]
	tracking_url: Annotated[str | None, Field(examples=["https://parcels.example.com/GP4711"])]


class Invoice(TypedDict):
	"""A submitted Sales Invoice, or a credit note."""

	name: Annotated[str, Field(examples=["ACC-SINV-2026-00001"])]
	status: Annotated[str, Field(description="ERPNext's", examples=["Unpaid"])]
	status_text: Annotated[
		str, Field(description="the status in the customer's words", examples=["To be paid"])
	]
	date: Day
	is_return: Annotated[bool, Field(description="whether it is a credit note", examples=[False])]
	currency: Annotated[str, Field(examples=["OMR"])]
	grand_total: Annotated[float, Field(examples=[25])]
	outstanding_amount: Annotated[float, Field(examples=[25])]
	pdf_url: Annotated[
		str,
		Field(
			description="opens its PDF without a login",
			examples=["https://erp.example.com/api/method/medusa_integration.api.open_pdf?…"],
		),
	]


class OrderDocuments(TypedDict):
	sales_order_id: str
	status: Annotated[
		str, Field(description="ERPNext's, of the Sales Order", examples=["To Deliver and Bill"])
	]
	status_text: Annotated[
		str, Field(description="the status in the customer's words", examples=["Being prepared"])
	]
	deliveries: list[Delivery]
	invoices: list[Invoice]


@trusted("POST")
def get_order_documents(
	medusa_order_id: SalesOrderId, customer_id: CustomerId | None = None
) -> OrderDocuments:
	"""An order's status in ERPNext, its deliveries with their tracking numbers, and its invoices with a link
	to their PDF. Drafts, cancelled documents and returned goods are left out. A guest's order leaves out
	documents that have rows of other orders, too: these may be other guests'.

	:param medusa_order_id: Medusa's id of the order
	:param customer_id: the customer who has to own the order
	:returns: both lists oldest first; a link is the same one for the rest of the day
	:raises NotFound: there is no such order
	"""
	order = shop_orders.find(medusa_order_id, customer_id)
	return {
		"sales_order_id": order.name,
		"status": order.status,
		"status_text": customer_words.of_order(order.status, flt(order.per_delivered)),
		"deliveries": _deliveries(order),
		"invoices": _invoices(order),
	}


def _deliveries(order) -> list[Delivery]:
	fields = [
		name for name in (TRACKING, TRACKING_URL, "transporter_name") if frappe.get_meta(NOTE).has_field(name)
	]
	return [
		{
			"name": row.name,
			"status": row.status,
			"status_text": customer_words.of_delivery(row.status),
			"date": str(row.posting_date),
			"transporter": _text(row.transporter_name),
			"tracking_number": _text(row.get(TRACKING)),
			"tracking_url": _text(row.get(TRACKING_URL)),
		}
		for row in _documents(NOTE, order, fields)
		if not row.is_return
	]


def _invoices(order) -> list[Invoice]:
	rows = _documents(INVOICE, order, ["currency", "grand_total", "outstanding_amount"])
	links = pdf_urls(INVOICE, [row.name for row in rows])
	return [
		{
			"name": row.name,
			"status": row.status,
			"status_text": customer_words.of_invoice(
				row.status, bool(row.is_return), flt(row.outstanding_amount)
			),
			"date": str(row.posting_date),
			"is_return": bool(row.is_return),
			"currency": row.currency,
			"grand_total": flt(row.grand_total),
			"outstanding_amount": flt(row.outstanding_amount),
			"pdf_url": links[row.name],
		}
		for row in rows
	]


def _documents(doctype: str, order, fields: Iterable[str]) -> list[frappe._dict]:
	"""The submitted documents of a Sales Order that its buyer may see, oldest first."""
	of_order = {shop_orders.ORDER_FIELD[doctype]: order.name, "parenttype": doctype, "docstatus": 1}
	names = frappe.get_all(f"{doctype} Item", of_order, pluck="parent", distinct=True, order_by=None)
	names = shop_orders.own_papers(order, doctype, names)
	if not names:
		return []
	return frappe.get_all(
		doctype,
		{"name": ("in", names), "docstatus": 1},
		["name", "status", "posting_date", "is_return", *fields],
		order_by="posting_date, creation",
	)


def _text(value: str | None) -> str | None:
	return (value or "").strip() or None
