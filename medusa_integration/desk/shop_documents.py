"""The status of the shop's Quotations, Delivery Notes, Sales Invoices and Payment Entries, and the effect of each one's next button in Medusa.

Source: docs/reference.md, "Whitelisted calls".
"""

from typing import Literal, NamedTuple

import frappe
from frappe import _
from frappe.utils import cint

from medusa_integration import settings
from medusa_integration.desk.arguments import DocumentName, checked
from medusa_integration.operations import status
from medusa_integration.quotations import quotation_states

ShopDocType = Literal["Quotation", "Delivery Note", "Sales Invoice", "Payment Entry"]


class Standing(NamedTuple):
	"""A sentence or two about a document, and the colour of its line."""

	color: str
	words: str


@frappe.whitelist()
@checked
def get_document_status(doctype: ShopDocType, name: DocumentName) -> dict:
	"""The status of a document of the shop's, and what its next button does in Medusa.

	:param doctype: Quotation, Delivery Note, Sales Invoice or Payment Entry
	:param name: the document's name
	:returns: `{"words", "color", "link", "outage", "problem", "silence", "enabled", "rows"}`: a sentence, the colour of its
		line, and the rest as `get_order_status`; `{}` for a document that isn't the shop's
	:raises frappe.PermissionError: without read permission for the document
	:raises frappe.DoesNotExistError: where there is none
	:raises BadArgument: for a value that can't be a name
	"""
	doc = frappe.get_doc(doctype, name)
	doc.check_permission("read")
	order_id = _order_of(doc)
	if not order_id and not cint(doc.get("from_ecommerce")):
		return {}
	color, words = STANDINGS[doctype](doc)
	link = settings.admin_link("orders", order_id)
	return {"words": words, "color": color, "link": link, **status.sending_of(doc)}


def _order_of(doc) -> str | None:
	"""The id of the order in Medusa that a document is about."""
	if doc.doctype != "Payment Entry":
		return doc.get("medusa_order_id")
	if doc.get("medusa_order_id"):
		return doc.medusa_order_id
	for doctype in ("Sales Order", "Sales Invoice"):
		names = [row.reference_name for row in doc.references if row.reference_doctype == doctype]
		of_shop = {"name": ("in", names), "medusa_order_id": ("is", "set")}
		if id := names and frappe.db.get_value(doctype, of_shop, "medusa_order_id"):
			return id
	return None


def _of_quotation(doc) -> Standing:
	state = quotation_states.state_of(doc)
	if doc.docstatus == 2:
		return Standing("gray", _("From the shop. It was rejected or cancelled."))
	if doc.docstatus == 1 and state != quotation_states.READY:
		return Standing("green", _("From the shop. The customer can order it now."))
	if state == quotation_states.READY:
		return Standing(
			"blue", _("From the shop. The customer sees the prices, and approves or rejects them there.")
		)
	if quotation_states.has_workflow():
		return Standing(
			"orange",
			_(
				"From the shop. The customer waits for prices: fill them in, and bring it to {0} by Actions."
			).format(_(quotation_states.READY)),
		)
	return Standing(
		"orange", _("From the shop. The customer waits for prices: fill them in, and press Send for Review.")
	)


def _of_delivery_note(doc) -> Standing:
	medusa_ships = settings.current().medusa_ships
	if cint(doc.is_return):
		if doc.docstatus:
			return Standing("green", _("A return of the shop's order."))
		return Standing(
			"blue", _("A return of the shop's order. Submitting it receives the goods in Medusa.")
		)
	if medusa_ships:
		if doc.get("medusa_fulfillment_id"):
			return Standing("green", _("Of the shop's order. It was made for a fulfillment of Medusa's."))
		return Standing(
			"orange",
			_("Of the shop's order. Medusa isn't told of it: the configuration says that Medusa ships."),
		)
	if doc.docstatus == 0:
		return Standing("blue", _("Of the shop's order. Submitting it makes the fulfillment in Medusa."))
	if doc.docstatus == 2:
		return Standing("gray", _("Of the shop's order. Its fulfillment is cancelled in Medusa too."))
	return Standing(
		"green",
		_("Of the shop's order. A tracking number that is filled in tells Medusa that it was shipped."),
	)


def _of_sales_invoice(doc) -> Standing:
	if cint(doc.is_return):
		return Standing(
			"green", _("A credit note of the shop's order. Money is given back in Medusa, not by it.")
		)
	if cint(doc.update_stock) and not settings.current().medusa_ships and doc.docstatus == 0:
		return Standing(
			"blue",
			_("Of the shop's order. Submitting it takes out the stock, and makes the fulfillment in Medusa."),
		)
	return Standing("green", _("Of the shop's order. Medusa isn't told of invoices."))


def _of_payment_entry(doc) -> Standing:
	if doc.get("medusa_transaction_id"):
		return Standing("green", _("For the shop's order. It books what Medusa has captured or refunded."))
	if doc.payment_type == "Pay":
		return Standing(
			"orange", _("For the shop's order. It gives no money back in Medusa: refund it there.")
		)
	if not settings.current().capture_in_medusa:
		return Standing("orange", _("For the shop's order. It captures nothing in Medusa."))
	if doc.docstatus == 0:
		return Standing(
			"blue", _("For the shop's order. Submitting it captures the authorised payment in Medusa.")
		)
	return Standing("green", _("For the shop's order. The payment is captured in Medusa."))


STANDINGS = {
	"Quotation": _of_quotation,
	"Delivery Note": _of_delivery_note,
	"Sales Invoice": _of_sales_invoice,
	"Payment Entry": _of_payment_entry,
}
