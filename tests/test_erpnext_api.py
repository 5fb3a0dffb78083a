"""The calls into ERPNext fit the ERPNext that is installed: the stand-in, and on a bench the real one."""

import ast
import inspect
from collections.abc import Callable
from pathlib import Path

import frappe
import pytest
from frappe.utils import getdate, today

from medusa_integration import erpnext_api
from medusa_integration.erpnext_api import MAY_LACK

APP = Path(erpnext_api.__file__).parent
OTHERS = ("erpnext", "webshop", "payments")


class Binder:
	"""A function of ERPNext's, or a method, that isn't run: what it is called with has to fit its signature."""

	def __init__(self, function: Callable, bound: set[str]) -> None:
		self.__signature__ = inspect.signature(function)
		self.function, self.bound = function, bound

	def __call__(self, *args, **kwargs):
		self.__signature__.bind(*args, **kwargs)
		self.bound.add(self.function.__name__)
		return frappe._dict()


@pytest.fixture
def bound(monkeypatch):
	"""The names of the functions and methods that were called, and fitted."""
	names: set[str] = set()
	found = erpnext_api._first
	monkeypatch.setattr(erpnext_api, "_first", lambda owner, *where: Binder(found(owner, *where), names))
	monkeypatch.setattr(frappe, "get_cached_value", lambda *_: 1)
	return names


def new(doctype: str):
	return frappe.new_doc(doctype)


class Request:
	"""A Payment Request that is stored by nobody."""

	doctype, payment_url = "Payment Request", None

	def __init__(self) -> None:
		self.flags = frappe._dict()
		self.done: list[str] = []
		self.set_payment_request_url = new("Payment Request").set_payment_request_url

	def is_new(self) -> bool:
		return True

	def insert(self) -> None:
		self.done.append("insert")

	def submit(self) -> None:
		assert self.set_payment_request_url() is None
		self.done.append("submit")


# What each function of the module calls of ERPNext's, and a call of it.
CALLS = {
	"sales_order_of": (lambda: erpnext_api.sales_order_of("Q-1"), {"_make_sales_order"}),
	"sales_invoice_of": (lambda: erpnext_api.sales_invoice_of("SO-1"), {"make_sales_invoice"}),
	"delivery_note_of": (lambda: erpnext_api.delivery_note_of("SO-1"), {"make_delivery_note"}),
	"return_of": (lambda: erpnext_api.return_of("Delivery Note", "DN-1"), {"make_return_doc"}),
	"fill_packing_list": (
		lambda: erpnext_api.fill_packing_list(new("Delivery Note")),
		{"make_packing_list"},
	),
	"payment_entry_of": (
		lambda: erpnext_api.payment_entry_of(
			new("Sales Order"), payment_type="Receive", account="Bank", amount=1.0, day=getdate()
		),
		{"get_payment_entry"},
	),
	"party_account": (lambda: erpnext_api.party_account("Clinic", "Company"), {"get_party_account"}),
	"books_currency": (lambda: erpnext_api.books_currency("Clinic", "Company"), {"get_party_gle_currency"}),
	"exchange_rate": (lambda: erpnext_api.exchange_rate("USD", "OMR", today()), {"get_exchange_rate"}),
	"open_amount": (lambda: erpnext_api.open_amount(new("Sales Order")), {"get_amount"}),
	"payment_request_of": (
		lambda: erpnext_api.payment_request_of(
			new("Sales Order"), recipient=None, gateway_account="", mode_of_payment=None
		),
		{"make_payment_request"},
	),
	"submit_request": (lambda: erpnext_api.submit_request(Request()), set()),
	"ask_gateway": (lambda: erpnext_api.ask_gateway(new("Payment Request")), {"set_payment_request_url"}),
	"set_rates": (
		lambda: erpnext_api.set_rates(new("Payment Entry"), new("Sales Order")),
		{"set_exchange_rate"},
	),
	"set_sums": (lambda: erpnext_api.set_sums(new("Payment Entry")), {"set_amounts"}),
	"join_to_lead": (lambda: erpnext_api.join_to_lead(new("Customer")), {"update_lead_status"}),
	"set_party_details": (
		lambda: erpnext_api.set_party_details(new("Quotation")),
		{"set_missing_lead_customer_details"},
	),
	"update_reserved": (
		lambda: erpnext_api.update_reserved(new("Sales Order"), [("G-1", "Stores")]),
		{"update_reserved_qty", "get_reserved_qty", "update_bin_qty"},
	),
	"store_breakup": (
		lambda: erpnext_api.store_breakup(new("Sales Order")),
		{"process_item_wise_tax_details"},
	),
}
ASKS_THE_META = {"field", "known", "keeps_breakup_in_table"}


def test_each_call_fits(bound):
	own = {
		name
		for name, each in vars(erpnext_api).items()
		if inspect.isfunction(each) and each.__module__ == erpnext_api.__name__ and not name.startswith("_")
	}
	assert own == CALLS.keys() | ASKS_THE_META
	for name, (call, wanted) in CALLS.items():
		if name == "store_breakup" and not erpnext_api.keeps_breakup_in_table("Sales Order"):
			continue  # It is called where there is such a table.
		bound.clear()
		call()
		assert wanted <= bound, name
	bound.clear()
	erpnext_api.join_to_lead(new("Customer"))
	assert len(bound) == 2


def test_each_field_can_be_read():
	for doctype, names in MAY_LACK.items():
		for name in filter(None, [erpnext_api.field(doctype, each) for each in names]):
			if name not in [table.fieldname for table in frappe.get_meta(doctype).get_table_fields()]:
				frappe.get_all(doctype, fields=[name], limit=1)
	assert erpnext_api.field("Lead", *MAY_LACK["Lead"])
	in_rows = erpnext_api.field("Sales Taxes and Charges", "item_wise_tax_detail")
	in_tables = [
		erpnext_api.keeps_breakup_in_table(each) for each in ("Sales Order", "Sales Invoice", "Delivery Note")
	]
	assert in_tables == [not in_rows] * 3
	assert erpnext_api.known("Quotation", {"customer_name": "Ann", "no_such_field": 1}) == {
		"customer_name": "Ann"
	}


def test_a_gateway_is_not_asked_by_a_submission():
	request = Request()
	erpnext_api.submit_request(request)
	assert request.done == ["insert", "submit"]
	assert request.flags == {"ignore_permissions": True, "mute_email": True}
	assert "set_payment_request_url" not in vars(request)


def test_a_function_that_is_gone_is_named():
	for module in ("erpnext.setup.utils", "erpnext.setup.kitchen"):
		with pytest.raises(erpnext_api.MissingInERPNext, match=rf"no make_tea in {module}. Update"):
			erpnext_api._function(module, "make_tea")


def test_no_other_module_calls_erpnext():
	"""ERPNext's classes, which the price floor extends, are a document's own life."""
	found = {
		str(path.relative_to(APP))
		for path in APP.rglob("*.py")
		for node in ast.walk(ast.parse(path.read_text()))
		if _names_another_app(node)
	}
	assert found == {"erpnext_api.py", "overrides/price_floor.py"}


def _names_another_app(node: ast.AST) -> bool:
	if isinstance(node, ast.Import):
		return any(each.name.split(".")[0] in OTHERS for each in node.names)
	if isinstance(node, ast.ImportFrom):
		return (node.module or "").split(".")[0] in OTHERS
	text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
	return text.split(".")[0] in OTHERS and text.count(".") > 1 and " " not in text
