"""Whatever whitelisted functions are called with: never an error of the server, and nothing happens by mistake."""

import inspect
import sys

import frappe
import pytest

from medusa_integration import api
from medusa_integration.delivery.box import outbox
from medusa_integration.desk.arguments import BadArgument, Day, DocumentNames, Flag, checked
from medusa_integration.medusa_integration.dashboard_chart_source.medusa_orders_by_day import (
	medusa_orders_by_day,
)
from medusa_integration.medusa_integration.dashboard_chart_source.medusa_turnover_by_day import (
	medusa_turnover_by_day,
)
from medusa_integration.operations import linking
from medusa_integration.storefront.access import ENDPOINTS
from tests.support.cases import cases
from tests.support.factories import website_item

BAD_NAMES = [
	"", "G-1", '"G-1"', "5", "null", "NaN", '{"G-1": 1}', "[1]", "[null]", '[["x"]]', '[""]', "[1,", "[" * 100_000,
	"[" + "9" * 5000 + "]", 5, 1.5, True, {"G-1": 1}, [1], [None], [""], [" "], [["x"]], ["x\x00"], ["x\ny"],
	["\ud800"], ["x" * 141], ["x"] * 10_001,
]  # fmt: skip
HARMLESS_NAMES = [[], "[]", ["there-is-none"], ["there-is-none"] * 2, ["' or '1'='1"], ["%"]]
BAD_NAME = [
	"",
	" ",
	"x\x00",
	"x\ny",
	"\ud800",
	"x" * 141,
	"x" * 100_000,
	5,
	1.5,
	True,
	None,
	[],
	["x"],
	{"x": 1},
]
BAD_OPTIONAL = [value for value in BAD_NAME if value not in ("", None)]
UNKNOWN_NAME = ["there-is-none", "' or '1'='1", "%"]
BAD_FLAG = ["abc", "", " ", "2", "-1", "1.0", "yes", "None", "\x00", 2, -1, 1.5, None, [], [1], {"x": 1}]
BAD_FILTERS = [
	"no json", "5", '{"a": 1}', "[1]", "[1,", "[" * 100_000, 5, True, {"name": "x"}, [1], [None], [[]], [["name", "=", "x"]],
	[["Website Item", "name", "=", "x"]] * 101, [["User", "name", "=", "x"]], [["there-is-none", "name", "=", "x"]],
	[["Website Item", "no_field", "=", "x"]], [["Website Item", "name", "no-operator", "x"]],
	[["Website Item", "name`", "=", "x"]], [["Website Item", "name", "=", {"x": 1}]], [["Website Item", "name", "=", "x\x00"]],
	[["Website Item", "name", "in", [["x"]]]], [["Website Item", "name", "in", 5]], [["Website Item", "name", 5, "x"]],
	[["Website Item", "creation", "between", "x"]], [["Website Item", "creation", "between", ["x"]]],
	[["Website Item", "creation", "Timespan", "x"]], [["Website Item", "creation", "timespan", ["today"]]],
]  # fmt: skip
HARMLESS_FILTERS = [
	[["Website Item", "name", "=", "' or '1'='1"]], '[["Website Item", "name", "like", "%there-is-none%"]]',
	[["Website Item", "creation", "<", "1999-01-01"]], [["Website Item", "creation", "between", ["1999-01-01", "1999-01-02"]]],
	[["Website Item", "item_group", "descendants of", "there-is-none"]], [["Website Item", "name", "=", ""]],
	[["Website Item", "_user_tags", "like", "%there-is-none%"]], [["Website Item", "item_group", "in", ["there-is-none"]]],
	[["Website Item", "creation", "Timespan", "last year"]],
]  # fmt: skip
ANYTHING = ["abc", "[1,", "\x00", 5, None, [], [1], {"x": 1}]

CHARTS = "medusa_integration.medusa_integration.dashboard_chart_source."
# (status codes) → what is to be answered so, by function and argument
CALLS = {
	("retry_rows", "names"): {(417,): [*BAD_NAMES, None], (200,): HARMLESS_NAMES},
	("discard_rows", "names"): {(417,): [*BAD_NAMES, None], (200,): HARMLESS_NAMES},
	("sync_items", "names"): {(417,): BAD_NAMES, (200,): HARMLESS_NAMES},
	("sync_items", "filters"): {(417,): BAD_FILTERS, (200,): HARMLESS_FILTERS},
	("count_items", "filters"): {(417,): BAD_FILTERS, (200,): [*HARMLESS_FILTERS, None, "", [], "[]"]},
	("get_titles", "names"): {(417,): [*BAD_NAMES, None], (200,): HARMLESS_NAMES},
	("get_rows_outcome", "box"): {(417,): [*BAD_NAME, *UNKNOWN_NAME, "User"]},
	("get_rows_outcome", "names"): {(417,): [*BAD_NAMES, None]},
	("get_order_status", "sales_order"): {(417,): BAD_NAME, (403, 404): UNKNOWN_NAME},
	("get_document_status", "doctype"): {(417,): [*BAD_NAME, *UNKNOWN_NAME, "User"]},
	("get_sync_status", "website_item"): {(417,): BAD_NAME, (404,): UNKNOWN_NAME},
	("get_product_page", "website_item"): {(417,): BAD_NAME, (404,): UNKNOWN_NAME},
	("get_price_status", "item_price"): {(417,): BAD_NAME, (403, 404): UNKNOWN_NAME},
	("preview_field_map", "website_item"): {(417,): BAD_NAME, (404,): UNKNOWN_NAME},
	("preview_variants_become", "value"): {(417,): [*BAD_NAME, *UNKNOWN_NAME]},
	("sync_now", "website_item"): {(417,): BAD_NAME, (404,): UNKNOWN_NAME},
	("export_sales_order", "self"): {(417,): BAD_NAME, (403, 404): UNKNOWN_NAME},
	("link_existing_products", "dry_run"): {(417,): BAD_FLAG},
	("medusa_integration.desk.customers.link_medusa_lead", "customer"): {(417,): [*BAD_NAME, *UNKNOWN_NAME]},
	("medusa_integration.desk.customers.link_medusa_lead", "lead"): {(417,): [*BAD_NAME, *UNKNOWN_NAME]},
	("get_same_email", "doctype"): {(417,): [*BAD_NAME, *UNKNOWN_NAME, "User"]},
	("join_same_email", "other_doctype"): {(417,): [*BAD_NAME, *UNKNOWN_NAME, "User"]},
	("get_customer_link", "customer"): {(417,): BAD_NAME, (403, 404): UNKNOWN_NAME},
	("unlink_deleted_account", "customer"): {(417,): BAD_NAME, (403, 404): UNKNOWN_NAME},
	("fetch_standard_price", "items"): {(403, 417): ANYTHING},  # the manager may not read Quotations
	("get_last_sync", "filters"): {(200,): ANYTHING},
	("get_access", "filters"): {(200,): ANYTHING},
	("count_parked", "filters"): {(200,): ANYTHING},
	("count_inbox_parked", "filters"): {(200,): ANYTHING},
	("retry_inbox_rows", "names"): {(417,): [*BAD_NAMES, None], (200,): HARMLESS_NAMES},
	("discard_inbox_rows", "names"): {(417,): [*BAD_NAMES, None], (200,): HARMLESS_NAMES},
	("get_inbox_links", "name"): {(417,): BAD_NAME, (200,): UNKNOWN_NAME},
	("read_sales_order", "sales_order"): {(417,): BAD_NAME, (403, 404): UNKNOWN_NAME},
	("import_orders", "since"): {(417,): ANYTHING},
	("import_orders", "until"): {(417,): ANYTHING},
	("import_orders", "dry_run"): {(417,): BAD_FLAG},
	("import_products", "dry_run"): {(417,): BAD_FLAG},
	("import_products", "products"): {(417,): BAD_NAMES},
	("import_products", "item_group"): {(417,): BAD_OPTIONAL, (404,): UNKNOWN_NAME},
	("import_products", "make_item_groups"): {(417,): BAD_FLAG},
	("import_products", "stock_uom"): {(417,): BAD_OPTIONAL, (404,): UNKNOWN_NAME},
	("import_products", "item_tax_template"): {(417,): BAD_OPTIONAL, (404,): UNKNOWN_NAME},
	("import_products", "prices"): {(417,): BAD_FLAG},
	("import_products", "pictures"): {(417,): BAD_FLAG},
	("count_failed_today", "filters"): {(200,): ANYTHING},
	("test_connection", "values"): {(200,): ["{}", {"url": "x"}], (417,): ["abc", "[1,", 5, [1], True]},
	("get_state", "filters"): {(200,): ANYTHING},
	("get_last_event", "filters"): {(200,): ANYTHING},
	# The manager may not read Sales Orders and Quotations.
	("count_orders_today", "filters"): {(403,): ANYTHING},
	("sum_turnover_this_month", "filters"): {(403,): ANYTHING},
	("count_undelivered", "filters"): {(403,): ANYTHING},
	("count_unpaid", "filters"): {(403,): ANYTHING},
	("count_open_quotations", "filters"): {(403,): ANYTHING},
	(f"{CHARTS}medusa_orders_by_day.medusa_orders_by_day.get", "filters"): {(403,): ANYTHING},
	(f"{CHARTS}medusa_turnover_by_day.medusa_turnover_by_day.get", "filters"): {(403,): ANYTHING},
}
# Tested with the storefront's description of its calls; a link field's query, whose arguments Frappe checks; PDF links, with
# their own tests.
ELSEWHERE = {*ENDPOINTS, "search_medusa_leads", "open_pdf"}
WITHOUT_REQUIRED = {
	"retry_rows", "discard_rows", "get_titles", "get_sync_status", "get_order_status", "sync_now", "export_sales_order",
	"retry_inbox_rows", "discard_inbox_rows", "get_inbox_links", "read_sales_order", "import_orders",
	"get_same_email", "join_same_email", "get_document_status", "get_rows_outcome",
	"get_product_page", "get_price_status",
}  # fmt: skip


def path(method: str) -> str:
	return f"/api/method/{method if '.' in method else f'medusa_integration.api.{method}'}"


def state() -> list:
	frappe.db.rollback()
	return [frappe.get_all(outbox.doctype, ["*"], order_by="name"), linking.state()]


@pytest.fixture
def one_item(medusa) -> None:
	website_item("G-1")
	frappe.db.commit()


@pytest.mark.slow
@cases("method, argument", CALLS)
def test_bad_arguments_are_refused_with_words(medusa, one_item, manager, method, argument):
	before = state()
	assert before[0]
	for expected, values in CALLS[method, argument].items():
		for value in values:
			reply = manager.post(path(method), json={argument: value})
			said = f"{str(value)[:60]!r}: {reply.status_code} {reply.text[:300]}"
			assert reply.status_code in expected, said
	assert state() == before


@cases("method", sorted(WITHOUT_REQUIRED))
def test_a_missing_argument_is_no_error_of_the_server(medusa, manager, method):
	assert manager.post(path(method)).status_code == 417


@pytest.mark.parametrize("value", ["abc", "2", ""])
def test_forms_are_checked_as_json_is(medusa, manager, value):
	reply = manager.post(path("link_existing_products"), data={"dry_run": value})
	assert reply.status_code == 417
	assert "dry_run has to be 0 or 1" in reply.text
	assert linking.state() == {"status": ""}


@checked
def given_back(flag: Flag = True) -> bool:
	return flag


@checked
def names_given_back(names: DocumentNames | None) -> list[str] | None:
	return names


@checked
def days_given_back(since: Day, until: Day) -> tuple:
	return since, until


def test_each_wrong_argument_is_named():
	with pytest.raises(BadArgument) as refused:
		days_given_back(until="2026-02-30")
	words = "{0} has to be a day, as 2026-11-28"
	assert str(refused.value) == f"{words.format('since')}; {words.format('until')}."


def test_null_is_no_default():
	assert given_back() is True
	assert names_given_back(None) is names_given_back() is None
	for call, null in ((given_back, None), (names_given_back, "null")):
		with pytest.raises(BadArgument):
			call(null)


def test_a_flag_is_what_it_says():
	for value in (1, True, "1", "true", "True"):
		assert given_back(value) is True
	for value in (0, False, "0", "false", "FALSE"):
		assert given_back(value) is False


def test_names_of_every_language_are_names():
	names = ["قفاز-1", "می\u200cخواهم", "Ä Ö", "a\u00a0b", "'; drop table x", "%"]
	assert names_given_back(names * 2) == names
	assert names_given_back(frappe.as_json(names)) == names


def test_every_function_with_arguments_is_tested():
	found = set()
	for function in frappe.whitelisted:
		module = function.__module__
		if module.startswith("medusa_integration.") and inspect.signature(function).parameters:
			public = getattr(api, function.__name__, None) is not None and "dashboard" not in module
			found.add(function.__name__ if public else f"{module}.{function.__name__}")
	charts = (medusa_orders_by_day, medusa_turnover_by_day)
	assert {chart.get.__module__ for chart in charts} <= sys.modules.keys()
	assert found - ELSEWHERE == {method for method, _argument in CALLS}
