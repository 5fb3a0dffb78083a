"""Item Groups become collections, and every Item Group has its route."""

import frappe
import pytest

from medusa_integration.api import update_all_item_groups
from medusa_integration.products import routes
from tests.support.checks import queries
from tests.support.factories import drain, item_group, outbox, website_item
from tests.support.shop import collections, products


def route(name):
	return frappe.db.get_value("Item Group", name, "custom_medusa_route")


def test_the_collection_carries_its_place_in_the_tree(medusa):
	item_group("Shop", is_group=1)
	item_group("Gloves & Co", "Shop")
	website_item("G-1", group="Gloves & Co")
	drain()
	row = collections(medusa)["Gloves & Co"]
	assert row["title"] == "Gloves & Co"
	assert row["metadata"] == {"parent_item_group": "Shop", "is_group": 0}


def test_a_moved_group_moves_its_collection(medusa):
	item_group("Shop", is_group=1)
	group = item_group("Gloves")
	website_item("G-1")
	drain()
	group.reload()
	group.parent_item_group = "Shop"
	group.save()
	drain()
	assert outbox() == []
	assert collections(medusa)["Gloves"]["metadata"]["parent_item_group"] == "Shop"


def test_a_group_that_is_not_in_the_shop_is_not_sent(medusa):
	item_group("Gloves").save()
	assert outbox() == []


def test_two_groups_alike_in_ascii_are_two_collections(medusa):
	website_item("G-1", group="قفازات")
	website_item("G-2", group="كمامات")
	drain()
	assert {"قفازات", "كمامات"} <= set(collections(medusa))
	assert len({p["collection_id"] for p in products(medusa).values()}) == 2


def test_a_lost_collection_is_found_by_its_external_id(medusa):
	item_group("Gloves")
	website_item("G-1")
	drain()
	frappe.db.set_value("Item Group", "Gloves", "medusa_id", None)
	website_item("G-2")
	drain()
	assert len(collections(medusa)) == 1
	assert frappe.db.get_value("Item Group", "Gloves", "medusa_id") == collections(medusa)["Gloves"]["id"]


def test_a_collection_deleted_in_medusa_is_made_again(medusa):
	website_item("G-1")
	drain()
	medusa.admin("DELETE", f"/admin/collections/{collections(medusa)['Gloves']['id']}")
	doc = website_item("G-2")
	drain()
	assert outbox() == []
	assert products(medusa)[doc.name]["collection_id"] == collections(medusa)["Gloves"]["id"]


def test_routes_follow_the_tree(medusa):
	item_group("Shop", is_group=1)
	item_group("Dental", "Shop", is_group=1)
	item_group("Dental Equipment", "Dental")
	assert route("Dental Equipment") == "shop/dental/dental-equipment"
	frappe.rename_doc("Item Group", "Dental", "Teeth & Gums", force=True)
	assert route("Dental Equipment") == "shop/teeth-gums/dental-equipment"
	group = frappe.get_doc("Item Group", "Dental Equipment")
	group.parent_item_group = "Shop"
	group.save()
	assert route("Dental Equipment") == "shop/dental-equipment"


def test_routes_cost_the_same_for_a_large_branch(medusa):
	def reads(name):
		said = queries(lambda: routes.update_branch(name))
		return sum(query.lstrip().lower().startswith("select") for query in said)

	item_group("Shop", is_group=1)
	for n in range(10):
		item_group(f"Leaf {n}", "Shop")
	assert reads("Shop") == reads("Leaf 1")


@pytest.mark.slow
def test_renaming_a_group_reaches_its_children(medusa):
	item_group("Shop", is_group=1)
	item_group("Gloves", parent="Shop")
	item_group("Masks", parent="Shop")
	website_item("G-1", group="Gloves")
	drain()
	frappe.rename_doc("Item Group", "Shop", "Store", force=True)
	drain()
	assert collections(medusa)["Gloves"]["metadata"]["parent_item_group"] == "Store"


@pytest.mark.slow
def test_merged_groups_share_a_collection(medusa):
	item_group("Gloves")
	item_group("Mittens")
	doc = website_item("G-1", group="Mittens")
	website_item("G-2", group="Gloves")
	drain()
	frappe.rename_doc("Item Group", "Mittens", "Gloves", merge=True, force=True)
	drain()
	assert outbox() == []
	assert collections(medusa).keys() == {"Gloves"}
	assert products(medusa)[doc.name]["collection"]["title"] == "Gloves"


def test_a_desk_user_can_have_all_routes_set(medusa):
	item_group("Gloves")
	frappe.db.set_value("Item Group", "Gloves", "custom_medusa_route", "wrong")
	frappe.is_whitelisted(update_all_item_groups)  # raises where it isn't
	assert update_all_item_groups()["status"] == "success"
	assert route("Gloves") == "gloves"


def test_routes_are_set_for_nobody_without_the_permission(medusa):
	frappe.set_user("Guest")
	with pytest.raises(frappe.PermissionError):
		update_all_item_groups()


def test_routes_that_cannot_be_set_are_told(medusa, monkeypatch):
	def fail(name):
		raise KeyError("broken")

	monkeypatch.setattr(routes, "update_branch", fail)
	reply = update_all_item_groups()
	assert reply["status"] == "error"
	assert "broken" in frappe.db.get_value("Error Log", reply["message"].split()[-1], "error")
