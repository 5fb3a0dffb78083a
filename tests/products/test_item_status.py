"""`medusa_status` of Website Items: what lists filter by says what Medusa has."""

import frappe
import pytest

from medusa_integration.delivery.box import outbox
from medusa_integration.desk import box_rows
from medusa_integration.medusa.errors import NoStockLocation
from medusa_integration.operations import links, queueing
from medusa_integration.patches import set_medusa_status
from medusa_integration.products import item_status
from medusa_integration.products.products_to_medusa import PRODUCT
from medusa_integration.sync import kinds
from tests.support import factories
from tests.support.checks import queries
from tests.support.factories import configure, drain, item_group, item_price
from tests.support.shop import make_product


def website_item(code: str, **values):
	"""A Website Item that can be bought."""
	doc = factories.website_item(code, **values)
	item_price(code, 5)
	return doc


def status(doc) -> str:
	frappe.db.commit()
	return frappe.db.get_value("Website Item", doc.name, "medusa_status") or ""


def save(doc, **values) -> None:
	doc.reload()
	doc.update(values)
	doc.save()


def park(kind: str, doc) -> None:
	"""As if Medusa had refused the record when it was sent last."""
	outbox.add(kinds.outbox_kind(kind), doc.name)
	frappe.db.set_value(outbox.doctype, f"{kind}:{doc.name}", {"status": "Parked", "error": "No"})
	set_medusa_status.execute()
	frappe.db.commit()


@pytest.mark.usefixtures("unpublished_stay")
def test_from_the_first_save_to_the_shop_and_out_of_it(medusa):
	doc = website_item("G-1", published=0)
	assert status(doc) == "Not in Shop"
	save(doc, published=1)
	assert status(doc) == "Waiting"
	drain()
	assert status(doc) == "In Shop"
	save(doc, web_item_name="Changed")
	assert status(doc) == "Waiting"
	drain()
	save(doc, published=0)
	drain()
	assert status(doc) == "Draft"


@pytest.mark.usefixtures("unpublished_stay")
def test_what_the_settings_leave_out_becomes_a_draft(medusa):
	doc, outside = website_item("G-1"), website_item("G-2", published=0)
	drain()
	item_group("Instruments")
	config = frappe.get_doc("Medusa Configuration")
	config.append("item_groups", {"item_group": "Instruments"})
	config.save()
	save(outside, published=1)
	queueing.resend([doc.name])
	assert status(doc) == "Waiting"
	drain()
	assert (status(doc), status(outside)) == ("Draft", "Not in Shop")


def test_what_medusa_refuses_is_parked_until_it_takes_it(medusa):
	product = make_product(medusa, "G-1")
	doc = website_item("G-1")
	drain()
	assert status(doc) == "Parked"
	medusa.admin("DELETE", f"/admin/products/{product['id']}")
	box_rows.retry_rows([f"Product:{doc.name}"])
	assert status(doc) == "Waiting"
	drain()
	assert status(doc) == "In Shop"


@pytest.mark.parametrize("kind", ["Price", "Stock"])
def test_parked_prices_and_stock_show_and_go(medusa, kind):
	doc = website_item("G-1")
	drain()
	park(kind, doc)
	assert status(doc) == "Parked"
	save(doc, web_item_name="Changed")
	drain_products()
	assert status(doc) == "Parked"  # the other row still is
	box_rows.discard_rows([f"{kind}:{doc.name}"])
	assert status(doc) == "In Shop"


def test_what_is_retried_by_its_reason_is_parked_no_more(medusa):
	doc = website_item("G-1")
	drain()
	park("Stock", doc)
	frappe.db.set_value(outbox.doctype, f"Stock:{doc.name}", "reason", NoStockLocation.reason)
	item_status.retry_without_location()
	assert status(doc) == "In Shop"


def test_a_price_that_is_sent_at_last_clears_the_status(medusa):
	doc = website_item("G-1")
	drain()
	park("Price", doc)
	item_price("G-1", 4, valid_from="2020-01-01")
	drain()
	assert status(doc) == "In Shop"


@pytest.mark.usefixtures("unpublished_stay")
def test_nobody_else_writes_it(medusa):
	doc = website_item("G-1")
	drain()
	save(doc, medusa_status="Parked")
	assert status(doc) == "In Shop"
	assert status(website_item("G-2", medusa_status="Parked")) == "Waiting"
	assert status(website_item("G-3", medusa_status="Parked", published=0)) == "Not in Shop"


def test_while_switched_off_it_stays(medusa):
	doc = website_item("G-1")
	drain()
	configure(medusa, enable=0)
	save(doc, web_item_name="Changed")
	assert status(doc) == "In Shop"
	assert status(website_item("G-2")) == "Not in Shop"


def test_reset_links_leaves_it_open(medusa):
	doc = website_item("G-1")
	drain()
	links.clear_all_ids()
	assert status(doc) == ""
	outbox.add(PRODUCT, doc.name)
	drain()
	assert status(doc) == "In Shop"


@pytest.mark.usefixtures("unpublished_stay")
def test_older_items_get_it(medusa):
	sent, waiting = website_item("G-1"), website_item("G-3", published=0)
	drain()
	frappe.db.set_value("Website Item", {}, "medusa_status", None)
	set_medusa_status.execute()
	assert (status(sent), status(waiting)) == ("In Shop", "Not in Shop")


def test_a_save_takes_no_query_more_for_it(medusa):
	doc = website_item("G-1")
	drain()
	doc.reload()
	doc.web_item_name = "Changed"
	written = [query for query in queries(doc.save) if "medusa_status" in query]
	reads = [query for query in written if query.lstrip().lower().startswith("select")]
	assert len(written) - len(reads) <= 1  # the document's own update


def drain_products() -> None:
	frappe.db.commit()
	parked = frappe.get_all(outbox.doctype, {"status": "Parked"}, pluck="name")
	drain()
	assert frappe.get_all(outbox.doctype, {"status": "Parked"}, pluck="name") == parked
