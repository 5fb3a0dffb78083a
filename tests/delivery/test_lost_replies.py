"""Medusa did it, and we weren't told: nothing is doubled."""

import frappe
import pytest

from tests.delivery.helpers import DOCTYPE, drain_as_time_goes_by, items, rows, save
from tests.support.checks import assert_in_step, until
from tests.support.factories import configure, drain, outbox, products, website_item
from tests.support.shop import call, calls_for

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("kind", ["drop", "cut"])
@pytest.mark.parametrize("what", ["product", "collection", "price list", "price"])
def test_a_lost_reply_doubles_nothing(medusa, proxy, kind, what):
	names = items(3)
	fault = proxy.fail(kind, match=call(medusa, what))
	drain()
	assert fault.hits == 1
	assert outbox()
	assert {row.status for row in outbox()} == {"Pending"}
	assert all(row.error for row in outbox() if row.attempts)
	drain_as_time_goes_by(2)
	assert_in_step(medusa, names)


def test_a_reply_that_comes_too_late_doubles_nothing(medusa, proxy):
	configure(medusa, url=proxy.url, read_timeout=1)
	names = items(3)
	proxy.fail("delay", times=calls_for(medusa, 3), match=call(medusa, "product"), seconds=1.5)
	drain()
	assert all("didn't answer in time" in row.error for row in rows().values())
	until(lambda: len(products(medusa)) == 3)
	configure(medusa)
	drain()
	assert_in_step(medusa, names)


@pytest.mark.parametrize("kind", ["drop", "cut"])
def test_a_lost_reply_to_changes(medusa, proxy, kind):
	names = items(3)
	drain()
	save(names[0], web_item_name="Changed")
	frappe.get_doc("Item Price", {"item_code": "G-1"}).update({"price_list_rate": 9}).save()
	website_item("G-9")
	frappe.get_doc("Item Price", {"item_code": "G-2"}).delete()
	for what in ("product", "price"):
		proxy.fail(kind, match=call(medusa, what))
	drain_as_time_goes_by(3)
	assert_in_step(medusa, [*names, frappe.db.get_value(DOCTYPE, {"item_code": "G-9"})])


def test_a_deletion_whose_reply_was_lost(medusa, proxy):
	names = items(3)
	drain()
	frappe.delete_doc(DOCTYPE, names[0])
	proxy.fail("drop", match=call(medusa, "deletion"))
	drain()
	assert rows()[names[0]].status == "Pending"
	drain()
	assert_in_step(medusa, names[1:])


def test_deleted_after_a_lost_reply(medusa, proxy):
	"""Nobody here knows the product's id; its external id finds it, or on v1 its handle."""
	names = items(3)
	proxy.fail("drop", times=calls_for(medusa, 3), match=call(medusa, "product"))
	drain()
	assert len(products(medusa)) == 3
	frappe.delete_doc(DOCTYPE, names[0])
	drain()
	assert_in_step(medusa, names[1:])


@pytest.mark.parametrize("kind", ["drop", "cut"])
def test_a_deletion_of_a_collection_whose_reply_was_lost(medusa, proxy, kind):
	names = items(2)
	doc = frappe.get_doc(DOCTYPE, website_item("G-9", group="Masks").name)
	drain()
	doc.delete()
	frappe.delete_doc("Item", "G-9")
	frappe.delete_doc("Item Group", "Masks")
	fault = proxy.fail(kind, match="DELETE /admin/collections/")
	drain()
	assert fault.hits == 1
	assert rows("Collection")["Masks"].status == "Pending"
	drain()
	assert_in_step(medusa, names)
