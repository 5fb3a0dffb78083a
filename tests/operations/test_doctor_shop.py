"""What prices and products need around them, changed in Medusa by hand: price lists, collections, sales channels."""

import frappe
import pytest

from medusa_integration.operations import bulk, linking, queueing
from medusa_integration.sync.kinds import COLLECTION
from tests.support.checks import assert_in_step
from tests.support.doctor import change, examined, found, product, repaired, three_items
from tests.support.factories import drain, item_group, item_price, website_item
from tests.support.shop import calls, make_product, price_lists, store_price
from tests.support.shop import collections as collections_there

pytestmark = [pytest.mark.slow, pytest.mark.nightly]


@pytest.fixture
def names(medusa) -> list[str]:
	return three_items()


def alter_list(medusa, sku: str, **values) -> None:
	"""Change the price list that has an sku's price."""
	(id,) = {each["id"] for each in price_lists(medusa) for row in each["rows"] if row["sku"] == sku}
	medusa.admin("POST", f"/admin/price-lists/{id}", values)


def group_of_customers(medusa) -> str:
	name = {"name": frappe.generate_hash()}
	return medusa.admin("POST", "/admin/customer-groups", name)["customer_group"]["id"]


def restriction(medusa) -> dict:
	group = group_of_customers(medusa)
	if medusa.version == "v1":
		return {"customer_groups": [{"id": group}]}
	return {"rules": {"customer.groups.id": [group]}}


LIST_CHANGES = {
	"status": {"status": "draft"},
	"type": {"type": "sale"},
	"starts_at": {"starts_at": "2999-01-01T00:00:00Z"},
	"restricted": {},
}


@pytest.mark.parametrize("what", LIST_CHANGES)
@pytest.mark.parametrize("way", ["doctor", "sync prices"])
def test_a_price_list_that_was_changed(medusa, names, what, way):
	alter_list(medusa, "DOC-1", **(LIST_CHANGES[what] or restriction(medusa)))
	if what in ("status", "starts_at", "restricted"):
		assert store_price(medusa, product(medusa, names[0])["id"]) is None
	if medusa.version == "v2" or what != "starts_at":  # there the days are the list's only name
		assert found() == [("different", f"price list {what}", names[0])]
	if way == "doctor":
		repaired(medusa, names)
	else:
		bulk.export_all_medusa_price_list()
		drain()
		assert found() == []
	assert store_price(medusa, product(medusa, names[0])["id"]) == 1


@pytest.mark.v2("on v1 a price list is called as its product, and changes with it")
def test_a_price_list_that_was_called_something_else(medusa, names):
	(before,) = price_lists(medusa)
	alter_list(medusa, "DOC-1", title="Summer")
	assert found() == [("different", "price list title", names[0])]
	repaired(medusa, names)
	(after,) = price_lists(medusa)
	assert (after["id"], after["title"]) == (before["id"], before["title"])


@pytest.mark.v2("v1 has a price list for each item")
def test_a_price_list_of_a_time_that_was_called_something_else(medusa, names):
	item_price("DOC-1", 5, valid_from="2998-01-01", valid_upto="2999-12-31")
	drain()
	before = {each["id"]: each["title"] for each in price_lists(medusa)}
	for id in before:
		medusa.admin("POST", f"/admin/price-lists/{id}", {"title": f"Called {id}"})
	assert {what for _verdict, what, _name in found()} == {"price list title"}
	examined().queue_repairs()
	drain()
	assert found() == []
	assert {each["id"]: each["title"] for each in price_lists(medusa)} == before


def test_a_price_list_with_another_description(medusa, names):
	"""It isn't ours any more: another one takes its place, and it goes once it is empty."""
	alter_list(medusa, "DOC-1", description="By hand")
	assert ("missing", "price OMR", names[0]) in found()
	repaired(medusa, names)
	assert "By hand" not in {each["description"] for each in price_lists(medusa)}


@pytest.mark.v2("v1 reads an item's price lists with each of its prices")
def test_what_is_known_of_a_price_list_saves_calls(medusa, names):
	"""Only what is sent again on request reads the price lists anew."""
	alter_list(medusa, "DOC-1", status="draft")
	before = calls(medusa, "price list")
	price = frappe.get_doc("Item Price", {"item_code": "DOC-1"})
	price.price_list_rate = 4
	price.save()
	drain()
	assert calls(medusa, "price list") == before + 1  # the price itself


# --- collections


def collection(medusa, name: str = "Gloves") -> dict:
	return collections_there(medusa)[name]


def test_a_deleted_collection(medusa, names):
	item_group("Empty")
	queueing.queue(["Empty"], (COLLECTION,))
	drain()
	for name in ("Gloves", "Empty"):
		medusa.admin("DELETE", f"/admin/collections/{collection(medusa, name)['id']}")
	missing = [("missing", "collection", "Empty"), ("missing", "collection", "Gloves")]
	assert [each for each in found() if each[0] == "missing"] == missing
	repaired(medusa, names)
	assert product(medusa, names[0])["collection_id"] == collection(medusa)["id"]
	assert collection(medusa, "Empty")["id"] == frappe.db.get_value("Item Group", "Empty", "medusa_id")


@pytest.mark.parametrize(
	("values", "field"),
	[
		({"title": "Mittens"}, "title"),
		({"external_id": None}, "external_id"),
		({"metadata": {"parent_item_group": "Elsewhere"}}, "metadata"),
	],
)
def test_a_changed_collection(medusa, names, values, field):
	if field == "external_id" and medusa.version == "v1":
		pytest.skip("v1 has no external ids")
	before = collection(medusa)["id"]
	medusa.admin("POST", f"/admin/collections/{before}", values)
	assert found() == [("different", f"collection {field}", "Gloves")]
	repaired(medusa, names)
	assert collection(medusa)["id"] == before


def test_collections_in_pages(medusa, names, monkeypatch):
	monkeypatch.setattr("medusa_integration.operations.doctor.PAGE", 1)
	website_item("DOC-4", group="Masks")
	drain()
	assert found() == []


# --- where a product is found


def test_a_lost_sales_channel(medusa, names):
	change(medusa, names[0], sales_channels=[])
	assert found() == [("different", "sales_channel", names[0])]
	repaired(medusa, names)
	(channel,) = product(medusa, names[0])["sales_channels"]
	assert channel["id"] == medusa.shop["sales_channel_id"]


@pytest.mark.v2("v1 gives every product the default one")
def test_a_lost_shipping_profile(medusa, names):
	change(medusa, names[0], shipping_profile_id=None)
	assert found() == [("different", "shipping_profile", names[0])]
	repaired(medusa, names)


def test_a_changed_handle(medusa, names):
	before = product(medusa, names[0])["handle"]
	change(medusa, names[0], handle="by-hand")
	comparison = examined()
	(difference,) = comparison.differences
	assert (difference.what, difference.ours, difference.theirs) == ("handle", before, "by-hand")
	assert "the address of 1 products" in comparison.warnings()[0]
	repaired(medusa, names)
	assert product(medusa, names[0])["handle"] == before


def test_an_update_leaves_a_changed_handle(medusa, names):
	change(medusa, names[0], handle="by-hand")
	doc = frappe.get_doc("Website Item", names[0])
	doc.web_item_name = "Another name"
	doc.save()
	drain()
	assert product(medusa, names[0])["handle"] == "by-hand"
	assert found() == [("different", "handle", names[0])]  # the name changed since: what it was is restored
	repaired(medusa, names)


def test_a_linked_product_keeps_its_handle(medusa, names):
	doc = website_item("DOC-L")
	frappe.db.delete("Medusa Outbox")
	make_product(medusa, "DOC-L", handle="the-shops-own")
	linking.link()
	bulk.update_all_website_item()
	drain()
	assert found() == []
	bulk.update_all_website_item()
	drain()
	assert product(medusa, doc.name)["handle"] == "the-shops-own"
	medusa.admin("POST", f"/admin/products/{product(medusa, doc.name)['id']}", {"handle": "another"})
	assert found() == []


def variant_path(medusa, name: str) -> str:
	there = product(medusa, name)
	return f"/admin/products/{there['id']}/variants/{there['variants'][0]['id']}"


def test_a_variants_title_and_country(medusa, names):
	medusa.admin("POST", variant_path(medusa, names[0]), {"title": "By hand", "origin_country": "DE"})
	assert found() == [
		("different", "origin_country", names[0]),
		("different", "variant title", names[0]),
	]
	repaired(medusa, names)


def test_inventory_that_is_no_longer_managed(medusa, names):
	medusa.admin("POST", variant_path(medusa, names[0]), {"manage_inventory": False})
	assert found() == [("different", "manage_inventory", names[0])]
	repaired(medusa, names)
	assert_in_step(medusa, names)
