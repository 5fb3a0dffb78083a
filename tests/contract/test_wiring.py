"""The documented schedule and document events, compared with hooks.py. Storefronts and customisations of sites that ran the
predecessor count on them."""

import inspect

import frappe
import pytest

from medusa_integration import api, hooks
from medusa_integration.operations import bulk
from tests.support.factories import configure, website_item

# (function, cron expression or interval)
SCHEDULE = (
	("send_quotation_emails", "* * * * *"),
	("expire_otps", "* * * * *"),
	("fetch_clearance_items", "0 1 * * *"),
	("add_top_selling_items_to_collection", "0 1 * * *"),
	("export_items_and_images_custom", "0 1 * * *"),
	("sync_missing_prices_to_medusa", "0 1 * * *"),
	("update_webitem_stock", "daily_long"),
)
# (DocType, event, function)
EVENTS = (
	("Website Item", "validate", "website_item_validate"),
	("Website Item", "on_trash", "delete_medusa_item"),
	("Item Price", "validate", "create_medusa_price_list"),
	("Quotation", "on_update", "export_quotation_on_update"),
	("Sales Order", "before_insert", "validate_medusa_order_id"),
	("Sales Order", "on_submit", "export_sales_order_on_update"),
	("Sales Order", "on_update", "export_sales_order_on_update"),
	("Sales Order", "on_update_after_submit", "export_sales_order_on_update"),
	("Sales Order", "on_cancel", "export_sales_order_on_update"),
	("Sales Invoice", "before_insert", "set_ecommerce_details_from_sales_order"),
	("Sales Invoice", "on_submit", "export_sales_invoice_on_update"),
	("Sales Invoice", "on_update_after_submit", "export_sales_invoice_on_update"),
	("Sales Invoice", "on_cancel", "export_sales_invoice_on_update"),
	("Delivery Note", "before_insert", "export_delivery_note_on_update"),
	("Delivery Note", "on_submit", "export_delivery_note_on_update"),
	("Delivery Note", "on_cancel", "export_delivery_note_on_update"),
	("Payment Entry", "after_insert", "handle_payment_entry"),
	("Payment Entry", "on_update", "handle_payment_entry"),
	("Payment Entry", "on_submit", "handle_payment_entry"),
	("Payment Entry", "on_cancel", "handle_payment_entry"),
)
OVERRIDDEN = ("Sales Order", "Sales Invoice", "Delivery Note")
# Names that the bench's console and people's scripts call, with their parameters.
CONSOLE = {
	"export_all_website_item": [],
	"update_all_website_item": [],
	"export_all_item_groups": [],
	"export_items_and_images": [],
	"export_items_batch": ["batch_index", "batch_size"],
	"export_all_medusa_price_list": [],
	"clear_all_item_group_id": [],
	"clear_all_website_item_id": [],
	"clear_all_website_image_id": [],
	"clear_all_item_price_id": [],
	"create_medusa_variant": ["product_id", "backorder", "country_code"],
	"export_item_group": ["item_group"],
}


def path(name: str) -> str:
	return f"medusa_integration.api.{name}"


def wired(doctype: str, event: str) -> list[str]:
	paths = hooks.doc_events.get(doctype, {}).get(event, [])
	return [paths] if isinstance(paths, str) else paths


@pytest.mark.parametrize(("function", "when"), SCHEDULE)
def test_the_schedule(function, when):
	events = hooks.scheduler_events
	assert path(function) in (events["cron"][when] if " " in when else events[when])
	assert callable(getattr(api, function))


@pytest.mark.parametrize(("doctype", "event", "function"), EVENTS)
def test_the_document_events(doctype, event, function):
	assert path(function) in wired(doctype, event)
	assert callable(getattr(api, function))


@pytest.mark.parametrize("doctype", OVERRIDDEN)
def test_the_price_floor_is_lifted_by_a_class(doctype):
	classes = getattr(hooks, "extend_doctype_class", None) or hooks.override_doctype_class
	assert doctype in classes


@pytest.mark.parametrize("name", CONSOLE)
def test_the_names_of_the_console(name):
	parameters = list(inspect.signature(getattr(api, name)).parameters)
	assert parameters[: len(CONSOLE[name])] == CONSOLE[name]


def test_the_nightly_export_runs_in_four_long_jobs(medusa, monkeypatch):
	configure(medusa)
	for number in range(5):
		website_item(f"BATCH-{number}")
	jobs = []
	monkeypatch.setattr(frappe, "enqueue", lambda method, **values: jobs.append((method, values)))
	assert api.export_items_and_images_custom() == 5
	assert bulk.BATCHES == len(jobs) == 4
	for index, (method, values) in enumerate(jobs):
		assert method == path("export_items_batch")
		assert (values["queue"], values["timeout"]) == ("long", 28800)
		assert (values["batch_index"], values["batch_size"]) == (index, 2)
