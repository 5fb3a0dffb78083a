"""Item Groups as Medusa's product categories, with their tree and the products in them."""

import frappe
import pytest

from medusa_integration.api import retry_rows
from medusa_integration.medusa.categories import moves
from medusa_integration.products import categories_to_medusa
from tests.support.doctor import found
from tests.support.factories import configure, drain, item_group, item_price, outbox, website_item
from tests.support.shop import calls, collections, make_product, products

pytestmark = pytest.mark.v2("v1's product categories are behind a feature flag")
PATH = "/admin/product-categories"
FIELDS = "id,name,handle,external_id,parent_category_id,is_active,rank,metadata"


@pytest.fixture
def tree(medusa):
	"""A shop whose Item Groups are categories."""
	configure(medusa, item_groups_become="Categories")
	return medusa


def rows(medusa) -> dict[str, dict]:
	"""The categories by their names."""
	found = medusa.admin("GET", PATH, params={"fields": FIELDS, "limit": 1000})["product_categories"]
	return {row["name"]: row for row in found}


def path(medusa, name: str) -> list[str]:
	by_name = rows(medusa)
	by_id = {row["id"]: row for row in by_name.values()}
	row, names = by_name[name], []
	while row:
		names.append(row["name"])
		row = by_id.get(row["parent_category_id"])
	return names[::-1]


def children(medusa, parent: str | None) -> list[str]:
	"""The categories below one, in their order."""
	by_name = rows(medusa)
	id = by_name[parent]["id"] if parent else None
	here = [row for row in by_name.values() if row["parent_category_id"] == id]
	return [row["name"] for row in sorted(here, key=lambda row: row["rank"])]


def of_product(medusa, name: str) -> set[str]:
	"""The names of a product's categories."""
	id = products(medusa)[name]["id"]
	row = medusa.admin("GET", f"/admin/products/{id}", params={"fields": "id,categories.name"})["product"]
	return {each["name"] for each in row["categories"]}


def groups(*names: str) -> None:
	"""A branch of groups, from the top."""
	parent = "All Item Groups"
	for name in names:
		item_group(name, parent, is_group=1)
		parent = name


def move(name: str, parent: str) -> None:
	doc = frappe.get_doc("Item Group", name)
	doc.parent_item_group = parent
	doc.save()


def differences() -> list:
	return [each for each in found() if each[1] not in ("price", "no price")]


def test_a_products_groups_are_categories_with_all_above_them(tree):
	groups("Clinic", "Hands", "Gloves")
	groups("Clinic", "Safety")
	doc = website_item("G-1", website_item_groups=[{"item_group": "Safety"}])
	drain()
	assert outbox() == []
	assert path(tree, "Gloves") == ["Clinic", "Hands", "Gloves"]
	assert of_product(tree, doc.name) == {"Gloves", "Safety"}
	assert (collections(tree), products(tree)[doc.name]["collection_id"]) == ({}, None)
	row = rows(tree)["Gloves"]
	assert (row["external_id"], row["is_active"]) == ("Gloves", True)
	assert row["handle"] == "gloves"
	assert "All Item Groups" not in rows(tree)
	assert differences() == []


def test_both_a_collection_and_a_category(tree):
	configure(tree, item_groups_become="Both")
	doc = website_item("G-1")
	drain()
	assert set(collections(tree)) == {"Gloves"}
	assert of_product(tree, doc.name) == {"Gloves"}


def test_a_moved_and_renamed_branch_is_one_call_each(tree):
	groups("Clinic", "Hands", "Gloves")
	groups("Home")
	website_item("G-1")
	website_item("H-1", group="Home")
	drain()
	before = frappe.db.count("Medusa Request Log", {"url": ("like", "%product-categories/%")})
	move("Hands", "Home")
	drain()
	frappe.rename_doc("Item Group", "Hands", "Hand Care", force=True)
	drain()
	frappe.db.commit()
	written = frappe.db.count("Medusa Request Log", {"url": ("like", "%product-categories/%")}) - before
	assert path(tree, "Gloves") == ["Home", "Hand Care", "Gloves"]
	assert rows(tree)["Hand Care"]["external_id"] == "Hand Care"
	assert (written, outbox(), differences()) == (2, [], [])


def test_parent_and_child_change_places(tree):
	groups("Clinic", "Hands", "Gloves")
	website_item("G-1")
	drain()
	move("Gloves", "All Item Groups")
	move("Clinic", "Gloves")
	drain()
	assert path(tree, "Hands") == ["Gloves", "Clinic", "Hands"]
	assert (outbox(), differences()) == ([], [])


def test_the_order_of_the_tree_is_the_order_of_the_categories(tree):
	groups("Clinic", "C")
	for name in ("A", "B", "D"):
		groups("Clinic", name)
	for name in ("A", "B", "C", "D"):
		website_item(name, group=name)
	drain()
	assert children(tree, "Clinic") == ["C", "A", "B", "D"]
	move("C", "All Item Groups")
	move("C", "Clinic")  # the last one now
	drain()
	assert children(tree, "Clinic") == ["A", "B", "D", "C"]


@pytest.mark.parametrize(
	("there", "wanted"),
	[
		("abcd", "abcd"),
		("abcd", "dabc"),
		("axbcy", "cba"),
		("xyab", "ba"),
		("dcba", "abcd"),
		("ab", ""),
		("a", "a"),
	],
)
def test_moves_are_few_and_leave_the_shops_own_in_their_places(there, wanted):
	order = list(there)
	found = moves(order, list(wanted))
	for id, rank in found:
		order.remove(id)
		order.insert(rank, id)
	assert [id for id in order if id in wanted] == list(wanted)
	assert len(found) < max(len(wanted), 1)


def test_deleted_and_merged_groups_leave_the_shop(tree):
	groups("Clinic", "Hands")
	groups("Clinic", "Arms")
	for name, parent in (("Mittens", "Hands"), ("Gloves", "Hands"), ("Sleeves", "Arms")):
		item_group(name, parent)
	sleeve = website_item("S-1", group="Sleeves")
	one = website_item("G-1", group="Mittens")
	other = website_item("G-2", website_item_groups=[{"item_group": "Mittens"}])
	drain()
	frappe.rename_doc("Item Group", "Mittens", "Gloves", merge=True, force=True)
	drain()
	frappe.rename_doc("Item Group", "Arms", "Hands", merge=True, force=True)
	drain()
	assert set(rows(tree)) == {"Clinic", "Hands", "Gloves", "Sleeves"}
	assert path(tree, "Sleeves") == ["Clinic", "Hands", "Sleeves"]
	assert of_product(tree, one.name) == of_product(tree, other.name) == {"Gloves"}
	for name in (one.name, other.name, sleeve.name):
		frappe.delete_doc("Website Item", name)
	for code in ("G-1", "G-2", "S-1"):
		frappe.delete_doc("Item", code)
	for name in ("Gloves", "Sleeves", "Hands", "Clinic"):
		frappe.delete_doc("Item Group", name)
	drain()
	drain()
	assert (rows(tree), outbox()) == ({}, [])


def test_categories_of_the_shop_are_taken_over_by_name_and_place_and_others_stay(tree):
	post = lambda **values: tree.admin("POST", PATH, values)["product_category"]["id"]  # noqa: E731
	clinic = post(name="clinic", handle="clinic", description="Of the shop")
	gloves = post(name="Gloves", handle="gloves", parent_category_id=clinic)
	sale = post(name="Sale", handle="sale")
	elsewhere = post(name="Gloves", handle="gloves-of-sale", parent_category_id=sale)
	groups("Clinic", "Gloves")
	doc = website_item("G-1")
	drain()
	by_id = {
		row["id"]: row
		for row in tree.admin("GET", PATH, params={"fields": f"{FIELDS},description"})["product_categories"]
	}
	assert len(by_id) == 4
	assert (by_id[gloves]["external_id"], by_id[gloves]["handle"]) == ("Gloves", "gloves")
	assert by_id[clinic]["description"] == "Of the shop"
	assert by_id[elsewhere]["external_id"] is None
	id = products(tree)[doc.name]["id"]
	tree.admin("POST", f"{PATH}/{sale}/products", {"add": [id]})
	doc.reload()
	doc.item_group = "Clinic"
	frappe.db.set_value("Item", "G-1", "item_group", "Clinic")
	doc.save()
	drain()
	assert of_product(tree, doc.name) == {"clinic", "Sale"} or of_product(tree, doc.name) == {
		"Clinic",
		"Sale",
	}


def test_two_categories_of_a_name_in_one_place_park_with_a_step(tree):
	for handle in ("gloves-1", "gloves-2"):
		tree.admin("POST", PATH, {"name": "Gloves", "handle": handle})
	website_item("G-1")
	drain()
	parked = {row.kind: row.error for row in outbox()}
	assert "several categories with the name Gloves in this place of the tree" in parked["Category"]
	assert "Its Item Group Gloves isn't accepted as a category" in parked["Product"]


def test_a_category_with_products_of_the_shop_stays_when_its_group_goes(tree):
	doc = website_item("G-1", group="Masks")
	drain()
	masks = rows(tree)["Masks"]["id"]
	own = make_product(tree, "X-1")
	tree.admin("POST", f"{PATH}/{masks}/products", {"add": [own["id"]]})
	frappe.delete_doc("Website Item", doc.name)
	frappe.delete_doc("Item", "G-1")
	frappe.delete_doc("Item Group", "Masks")
	drain()
	assert rows(tree)["Masks"]["external_id"] is None


def test_a_cycle_of_groups_is_refused_with_its_path(tree):
	groups("Clinic", "Hands")
	website_item("G-1", group="Hands")
	frappe.db.set_value("Item Group", "Clinic", "parent_item_group", "Hands")
	drain()
	parked = {row.kind: row.error for row in outbox()}
	assert "form a cycle: Hands → Clinic → Hands" in parked["Category"]
	assert rows(tree) == {}


def test_a_category_that_was_deleted_in_medusa_is_made_again(tree):
	doc = website_item("G-1")
	drain()
	tree.admin("DELETE", f"{PATH}/{rows(tree)['Gloves']['id']}")
	assert [(each[0], each[1]) for each in differences() if each[2] == "Gloves"] == [("missing", "category")]
	doc.reload()
	doc.on_backorder = 1  # a change that is looked up
	doc.save()
	drain()
	assert (outbox(), of_product(tree, doc.name), differences()) == ([], {"Gloves"}, [])


def test_switching_back_takes_the_products_out_of_our_categories(tree):
	doc = website_item("G-1")
	drain()
	configure(tree, item_groups_become="Collections")
	frappe.call("medusa_integration.api.export_catalogue")
	drain()
	assert of_product(tree, doc.name) == set()
	assert products(tree)[doc.name]["collection"]["title"] == "Gloves"


def test_categories_follow_show_in_website_where_that_is_chosen(tree):
	configure(tree, item_groups_become="Categories", active_categories="Those with Show in Website")
	item_group("Gloves", show_in_website=0)
	item_group("Masks", show_in_website=1)
	website_item("G-1")
	website_item("M-1", group="Masks")
	drain()
	assert {name: row["is_active"] for name, row in rows(tree).items()} == {"Gloves": False, "Masks": True}
	doc = frappe.get_doc("Item Group", "Gloves")
	doc.show_in_website = 1
	doc.save()
	drain()
	assert rows(tree)["Gloves"]["is_active"] is True


def test_a_save_of_a_product_is_one_call_and_further_groups_follow(tree):
	item_group("Safety")
	doc = website_item("G-1")
	item_price("G-1", 1)
	drain()
	frappe.db.delete("Medusa Request Log")
	doc.reload()
	doc.web_item_name = "Other"
	doc.save()
	drain()
	assert frappe.db.count("Medusa Request Log") == calls(tree, "product") == 1
	doc.reload()
	doc.append("website_item_groups", {"item_group": "Safety"})
	doc.save()
	drain()
	assert of_product(tree, doc.name) == {"Gloves", "Safety"}


@pytest.mark.slow
def test_three_hundred_groups_in_three_levels(tree):
	for top in range(5):
		groups(f"Top {top}")
		for number in range(60):
			item_group(f"Group {top}-{number}", f"Top {top}")
			website_item(f"I-{top}-{number}", group=f"Group {top}-{number}")
	frappe.call("medusa_integration.api.export_catalogue")
	drain()
	assert (len(rows(tree)), outbox()) == (305, [])
	assert children(tree, "Top 3") == [f"Group 3-{number}" for number in range(60)]
	frappe.call("medusa_integration.api.export_all_item_groups")  # makes those of groups without products too
	drain()
	frappe.db.delete("Medusa Request Log")
	frappe.call("medusa_integration.api.export_all_item_groups")
	drain()
	frappe.db.commit()
	methods = frappe.get_all("Medusa Request Log", {"url": ("like", "%categories%")}, pluck="method")
	assert set(methods) == {"GET"}
	assert len(methods) <= 4
	assert categories_to_medusa.problems() == []


def test_a_group_below_one_that_is_not_accepted_waits_for_it(tree):
	"""The parked row names the step; after it the row goes."""
	twins = [tree.admin("POST", PATH, {"name": "Hands", "handle": f"hands-{n}"}) for n in (1, 2)]
	groups("Hands", "Gloves")
	website_item("G-1", group="Gloves")
	drain()
	(said,) = [row.error for row in outbox() if row.kind == "Category"]
	assert said.startswith(
		"The category of the Item Group above it, Hands, isn't accepted: The shop has several"
	)
	assert "with the name Hands in this place of the tree" in said
	tree.admin("DELETE", f"{PATH}/{twins[0]['product_category']['id']}")
	retry_rows([row.name for row in outbox()])
	drain()
	assert outbox() == []
	assert path(tree, "Gloves") == ["Hands", "Gloves"]
