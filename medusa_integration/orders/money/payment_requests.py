"""Payment Requests for the shop's orders and invoices.

Source: docs/reference.md, "Payment".
"""

from typing import NamedTuple

import frappe
from frappe import _
from frappe.utils import strip_html

from medusa_integration import erpnext_api, settings
from medusa_integration.tolerated import tolerated

DOCTYPE = "Payment Request"
UNPAID = ("Draft", "Requested", "Initiated")
NO_ACCOUNT = {"name": ""}  # ERPNext takes its default account where it is given none


class PaymentLink(NamedTuple):
	"""A Payment Request, and the URL at which the customer pays; `problem` says why there is no URL."""

	name: str | None
	url: str | None = None
	problem: str | None = None


def request_payment(doc) -> PaymentLink:
	"""Make a Payment Request for the open amount of a submitted Sales Order or Sales Invoice, or return the
	present one. No mail is sent.

	Call it last: some gateways commit when they are asked for a URL.
	"""
	request = _standing(doc)
	account, problem = _gateway_account()
	if not request:
		if not _is_open(doc):
			return PaymentLink(None, problem=_("Nothing is left to pay of {0}.").format(doc.name))
		request = _made(doc, account)
	if request.status == "Paid":
		return PaymentLink(request.name, problem=_("{0} is paid.").format(doc.name))
	if request.payment_url:
		return PaymentLink(request.name, request.payment_url)
	if not request.payment_gateway_account:
		return PaymentLink(request.name, problem=problem or _no_account())
	return _with_url(request)


def withdraw(doc) -> None:
	"""Cancel the unpaid Payment Requests of a Sales Order, because an invoice takes the order's place.

	:raises frappe.ValidationError: while the gateway has authorized a payment that isn't booked yet
	"""
	of_doc = {"reference_doctype": doc.doctype, "reference_name": doc.name, "docstatus": 1}
	names = frappe.get_all(DOCTYPE, {**of_doc, "status": ("in", UNPAID)}, pluck="name")
	if not names:
		return
	if frappe.db.exists(
		"Integration Request",
		{
			"reference_doctype": DOCTYPE,
			"reference_docname": ("in", names),
			"status": ("in", ("Authorized", "Completed")),
		},
	):
		frappe.throw(_("A payment of {0} is on its way.").format(doc.name), title=_("Payment under way"))
	for name in names:
		request = frappe.get_doc(DOCTYPE, name)
		request.flags.ignore_permissions = True
		request.cancel()


def _standing(doc):
	filters = {
		"reference_doctype": doc.doctype,
		"reference_name": doc.name,
		"docstatus": 1,
		"status": ("not in", ("Cancelled", "Failed")),
	}
	names = frappe.get_all(DOCTYPE, filters, pluck="name", order_by="creation desc", limit=1)
	return frappe.get_doc(DOCTYPE, names[0]) if names else None


def _is_open(doc) -> bool:
	return bool(erpnext_api.open_amount(doc))


def _made(doc, account: str | None):
	"""Make and submit ERPNext's own Payment Request, without asking its gateway yet."""
	email = doc.get("contact_email") or frappe.db.get_value("Customer", doc.customer, "email_id")
	request = erpnext_api.payment_request_of(
		doc,
		recipient=email,
		gateway_account=account or NO_ACCOUNT,
		mode_of_payment=settings.current().mode_of_payment,
	)
	erpnext_api.submit_request(request)
	return request


def _gateway_account() -> tuple[str | None, str | None]:
	"""The account whose gateway gives a URL, or the problem."""
	account = settings.current().payment_gateway_account or frappe.db.get_value(
		"Payment Gateway Account", {"is_default": 1}
	)
	if not account:
		return None, _no_account()
	if frappe.db.get_value("Payment Gateway Account", account, "payment_channel") == "Phone":
		return None, _("{0} asks for payments by phone: there is no link.").format(account)
	return account, None


def _no_account() -> str:
	return _("There is no Payment Gateway Account: choose one in the Medusa Configuration.")


def _with_url(request) -> PaymentLink:
	"""Ask the gateway for the URL. If it fails, its changes are undone, the request stays, and the next call
	asks again."""
	with tolerated("Storefront: no payment link", of=(DOCTYPE, request.name)) as outcome:
		erpnext_api.ask_gateway(request)
	if outcome.error:
		problem = strip_html(str(outcome.error)).strip() or _("The payment gateway gave no link.")
		return PaymentLink(request.name, problem=problem)
	url = request.payment_url
	return PaymentLink(request.name, url, None if url else _("The payment gateway gave no link."))
