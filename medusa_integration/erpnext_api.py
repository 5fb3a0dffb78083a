"""Calls into ERPNext, apart from a document's life cycle (insert, save, submit, cancel).

Between versions ERPNext renames functions and methods, changes their arguments, checks more permissions and
drops columns. Each call inspects the function's signature or the DocType's meta, never the version. ERPNext
is imported when it is called.

Source: docs/reference.md, "Versions of ERPNext".
"""

import inspect
from collections.abc import Callable, Iterable, Mapping
from datetime import date

import frappe
from frappe import _

from medusa_integration.users import as_user

QUOTATION = "erpnext.selling.doctype.quotation.quotation"
SALES_ORDER = "erpnext.selling.doctype.sales_order.sales_order"
PACKED_ITEM = "erpnext.stock.doctype.packed_item.packed_item"
PAYMENT_ENTRY = "erpnext.accounts.doctype.payment_entry.payment_entry"
PAYMENT_REQUEST = "erpnext.accounts.doctype.payment_request.payment_request"
PARTY = "erpnext.accounts.party"
RETURNS = "erpnext.controllers.sales_and_purchase_return"
TOTALS = "erpnext.controllers.taxes_and_totals"
SETUP = "erpnext.setup.utils"
STOCK_BALANCE = "erpnext.stock.stock_balance"

# Fields that the app uses where ERPNext has them: 16 has no title in selling documents, and another source
# field in a Lead.
MAY_LACK = {
	"Lead": ("source", "utm_source"),
	"Quotation": ("title",),
	"Sales Taxes and Charges": ("item_wise_tax_detail",),
	"Sales Order": ("item_wise_tax_details",),
	"Sales Invoice": ("item_wise_tax_details",),
	"Delivery Note": ("item_wise_tax_details",),
}


class MissingInERPNext(frappe.ValidationError):
	"""This version of ERPNext lacks a function that the app calls."""


# --- documents that are made from others, not inserted


def sales_order_of(quotation: str):
	"""The new Sales Order of a submitted Quotation, whatever the user's permissions."""
	return _function(QUOTATION, "_make_sales_order")(quotation, ignore_permissions=True)


def sales_invoice_of(order: str):
	"""The new Sales Invoice for the unbilled part of a submitted Sales Order, whatever the user's
	permissions."""
	return _function(SALES_ORDER, "make_sales_invoice")(order, ignore_permissions=True)


def delivery_note_of(order: str):
	"""The new Delivery Note for the undelivered part of a submitted Sales Order."""
	return _function(SALES_ORDER, "make_delivery_note")(order)


def return_of(doctype: str, name: str):
	"""The new return of a submitted Delivery Note or Sales Invoice."""
	return _function(RETURNS, "make_return_doc")(doctype, name)


def fill_packing_list(doc) -> None:
	"""Make the rows of packed items anew from the document's rows."""
	_function(PACKED_ITEM, "make_packing_list")(doc)


# --- payments


def payment_entry_of(doc, *, payment_type: str, account: str, amount: float, day: date, party_amount=None):
	"""The new Payment Entry for a Sales Order or Sales Invoice.

	:param account: of the bank
	:param amount: on the bank's account; where it is missing, ERPNext looks for an exchange rate
	:param party_amount: to allocate; None: all that is open
	"""
	make = _function(PAYMENT_ENTRY, "get_payment_entry")
	return make(
		doc.doctype,
		doc.name,
		party_amount=party_amount,
		bank_account=account,
		bank_amount=amount,
		payment_type=payment_type,
		reference_date=day,
		**_accepted(make, ignore_permissions=True),
	)


def party_account(customer: str, company: str) -> str:
	"""The account receivable of a Customer: the Customer's own, its group's or the company's, but one in the
	currency of the Customer's books."""
	return _function(PARTY, "get_party_account")("Customer", customer, company)


def books_currency(customer: str, company: str) -> str | None:
	"""The currency of a Customer's entries in a company's ledger, which all have the same; None before the first
	one."""
	return _function(PARTY, "get_party_gle_currency")("Customer", customer, company)


def exchange_rate(currency: str, into: str, day: date, purpose: str | None = None) -> float:
	"""How much of the currency `into` one unit of a currency is worth on a day; 0 where ERPNext knows no rate.

	:param purpose: "for_selling" or "for_buying"; None: any
	"""
	return _function(SETUP, "get_exchange_rate")(currency, into, day, purpose)


def open_amount(doc) -> float:
	"""The open amount of a Sales Order or Sales Invoice, in its currency."""
	return _function(PAYMENT_REQUEST, "get_amount")(doc)


def payment_request_of(doc, *, recipient: str | None, gateway_account, mode_of_payment: str | None):
	"""The Payment Request for the open amount of a Sales Order or Sales Invoice: an existing draft, or a new
	one.

	It is made as Administrator, because ERPNext checks the user's own permissions since 15.99. ERPNext isn't
	told that the order is a shopping cart's: ERPNext would then commit and redirect.

	:param gateway_account: a Payment Gateway Account, or filters for one
	"""
	with as_user("Administrator"):
		return _function(PAYMENT_REQUEST, "make_payment_request")(
			dt=doc.doctype,
			dn=doc.name,
			recipient_id=recipient,
			payment_gateway_account=gateway_account,
			mode_of_payment=mode_of_payment,
			mute_email=1,
			return_doc=1,
		)


def submit_request(request) -> None:
	"""Submit a Payment Request without an e-mail and without asking its gateway for a URL. ERPNext 16 asks
	during the submission: a gateway's refusal would undo the request and all earlier writes."""
	request.flags.ignore_permissions = request.flags.mute_email = True
	_method(request, "set_payment_request_url")
	request.set_payment_request_url = _ask_nothing
	try:
		if request.is_new():
			request.insert()
		request.submit()
	finally:
		vars(request).pop("set_payment_request_url", None)


def ask_gateway(request) -> None:
	"""Ask the gateway of a submitted Payment Request for a URL, and store it. Some gateways commit."""
	_method(request, "set_payment_request_url")()
	if request.payment_url:  # ERPNext 16 leaves it in memory.
		request.db_set("payment_url", request.payment_url)


def _ask_nothing() -> None:
	"""Do nothing. It is a named function, because a document may be pickled for a job."""


def set_rates(entry, source) -> None:
	"""Work out the exchange rates of a Payment Entry.

	:param source: the document that the entry is for
	"""
	_method(entry, "set_exchange_rate")(ref_doc=source)


def set_sums(entry) -> None:
	"""Work out the sums of a Payment Entry whose amounts and rates are set."""
	_method(entry, "set_amounts")()


# --- parties


def join_to_lead(customer) -> None:
	"""Convert a Customer's Lead, and link the Lead's Contacts and Addresses to the Customer. ERPNext does
	so for a Customer made from a Lead, but not where the Lead is set later."""
	_method(customer, "update_lead_status")()
	_method(customer, "link_address_and_contact", "link_lead_address_and_contact")()


def set_party_details(quotation) -> None:
	"""Fill in a Quotation's values from its Customer or Lead, such as the tax category."""
	_method(quotation, "set_missing_lead_customer_details")(for_validate=True)


# --- stock


def update_reserved(order, left: Iterable[tuple[str, str]] = ()) -> None:
	"""Bring the reserved quantities in line with the rows of a submitted Sales Order.

	:param left: (item, warehouse) of the order's former rows
	"""
	_method(order, "update_reserved_qty")()
	reserved = _function(STOCK_BALANCE, "get_reserved_qty")
	update = _function(STOCK_BALANCE, "update_bin_qty")
	for item, warehouse in sorted(left):
		if frappe.get_cached_value("Item", item, "is_stock_item"):
			update(item, warehouse, {"reserved_qty": reserved(item, warehouse)})


# --- fields


def field(doctype: str, *names: str) -> str | None:
	"""The first of several fields that the DocType has; None: it has none of them."""
	meta = frappe.get_meta(doctype)
	return next((name for name in names if meta.has_field(name)), None)


def known(doctype: str, values: Mapping) -> dict:
	"""The values whose fields the DocType has."""
	return {name: value for name, value in values.items() if field(doctype, name)}


def keeps_breakup_in_table(doctype: str) -> bool:
	"""Whether a document's breakup of taxes by item is a table, as in ERPNext 16, filled from memory as the document is saved."""
	return bool(field(doctype, "item_wise_tax_details"))


def store_breakup(doc) -> None:
	"""Write a document's breakup from memory to its table. ERPNext doesn't for changes of a submitted
	document."""
	_function(TOTALS, "process_item_wise_tax_details")(doc)


# --- asking ERPNext


def _function(module: str, *names: str) -> Callable:
	"""The first of several functions that a module of ERPNext has."""
	try:
		loaded = frappe.get_module(module)
	except ImportError:
		loaded = None
	return _first(loaded, module, names)


def _method(doc, *names: str) -> Callable:
	"""The first of several methods that a document has."""
	return _first(doc, doc.doctype, names)


def _first(owner, where: str, names: tuple[str, ...]) -> Callable:
	found = next((each for each in (getattr(owner, name, None) for name in names) if each), None)
	if not found:
		frappe.throw(
			_("This version of ERPNext has no {0} in {1}. Update the app Medusa Integration.").format(
				names[0], where
			),
			MissingInERPNext,
			title=_("Unknown version of ERPNext"),
		)
	return found


def _accepted(function: Callable, **arguments) -> dict:
	"""Those of the arguments that a function takes."""
	parameters = inspect.signature(function).parameters
	takes_all = any(each.kind is inspect.Parameter.VAR_KEYWORD for each in parameters.values())
	return {name: value for name, value in arguments.items() if takes_all or name in parameters}
