"""Which items go to the shop: item groups with all below them, brands; and what happens to those that no longer fit."""

import frappe
import pytest

from medusa_integration.desk import forms as desk
from medusa_integration.products import selection, shop_items
from tests.site import run_jobs
from tests.support.checks import queries
from tests.support.factories import configure, drain, item_group, outbox, products, website_item


@pytest.fixture
def shelves():
	"""Two branches: Protection has Gloves below it, Instruments has nothing."""
	item_group("Shop Protection", is_group=1)
	item_group("Shop Gloves", parent="Shop Protection")
	item_group("Shop Instruments", is_group=1)
	for brand in ("Shop Brand A", "Shop Brand B"):
		if not frappe.db.exists("Brand", brand):
			frappe.get_doc({"doctype": "Brand", "brand": brand}).insert()


def choose(medusa, groups=(), brands=()) -> None:
	configure(
		medusa,
		item_groups=[{"item_group": name} for name in groups],
		brands=[{"brand": name} for name in brands],
	)


def item(code: str, group: str, brand: str | None = None, **values):
	return website_item(code, group=group, item_values={"brand": brand}, brand=brand, **values)


def names_of(rows) -> list[str]:
	return sorted({row.reference_name for row in rows})


@pytest.mark.slow
def test_without_filters_all_published_items_go(medusa, shelves):
	choose(medusa)
	items = [item("F-1", "Shop Gloves"), item("F-2", "Shop Instruments", "Shop Brand A")]
	assert names_of(outbox()) == sorted(i.name for i in items)


def test_a_group_includes_what_is_below_it(medusa, shelves):
	choose(medusa, groups=["Shop Protection"])
	inside = [item("F-1", "Shop Gloves"), item("F-2", "Shop Protection")]
	item("F-3", "Shop Instruments")
	assert names_of(outbox()) == sorted(i.name for i in inside)
	drain()
	assert {p["status"] for p in products(medusa).values()} == {"published"}
	assert set(products(medusa)) == {i.name for i in inside}


def test_brands_are_a_second_condition(medusa, shelves):
	choose(medusa, groups=["Shop Protection"], brands=["Shop Brand A"])
	fits = item("F-1", "Shop Gloves", "Shop Brand A")
	item("F-2", "Shop Gloves", "Shop Brand B")
	item("F-3", "Shop Gloves")
	item("F-4", "Shop Instruments", "Shop Brand A")
	assert names_of(outbox()) == [fits.name]


def test_one_and_many_are_judged_alike(medusa, shelves):
	choose(medusa, groups=["Shop Gloves"], brands=["Shop Brand A"])
	rows = [
		frappe._dict(name=f"{group} {brand}", item_group=group, brand=brand)
		for group in ("Shop Gloves", "Shop Protection", "Shop Instruments", "Nowhere", None)
		for brand in ("Shop Brand A", "Shop Brand B", "", None)
	]
	refused = {row.name for row in selection.refused(rows)}
	assert refused == {row.name for row in rows if not selection.admits(row)}
	assert {row.name for row in rows} - refused == {"Shop Gloves Shop Brand A"}


def test_what_no_longer_fits_becomes_a_draft_and_comes_back(medusa, shelves):
	glove, forceps = item("F-1", "Shop Gloves"), item("F-2", "Shop Instruments")
	drain()
	choose(medusa, groups=["Shop Protection"])
	run_jobs()
	drain()
	there = products(medusa)
	assert (there[glove.name]["status"], there[forceps.name]["status"]) == ("published", "draft")
	choose(medusa)
	run_jobs()
	drain()
	assert products(medusa)[forceps.name]["status"] == "published"
	assert outbox() == []


def test_an_item_that_moves_out_of_its_group_becomes_a_draft(medusa, shelves):
	choose(medusa, groups=["Shop Protection"])
	glove = item("F-1", "Shop Gloves")
	drain()
	doc = frappe.get_doc("Item", "F-1")
	doc.item_group = "Shop Instruments"
	doc.save()
	drain()
	assert products(medusa)[glove.name]["status"] == "draft"


def test_a_group_that_moves_takes_its_items_along(medusa, shelves):
	choose(medusa, groups=["Shop Protection"])
	run_jobs()
	glove = item("F-1", "Shop Gloves")
	drain()
	group = frappe.get_doc("Item Group", "Shop Gloves")
	group.parent_item_group = "Shop Instruments"
	group.save()
	frappe.db.commit()
	run_jobs()
	drain()
	assert products(medusa)[glove.name]["status"] == "draft"


def test_the_bounds_of_a_tree_that_grew_are_not_stale(medusa, shelves):
	choose(medusa, groups=["Shop Protection"])
	other = item("F-1", "Shop Instruments")
	frappe.get_cached_doc("Item Group", "Shop Instruments")
	for number in range(3):
		item_group(f"Shop Gloves {number}", parent="Shop Protection")
	assert not selection.admits(other)
	assert selection.admits(item("F-2", "Shop Gloves 2"))


def test_a_renamed_group_stays_chosen(medusa, shelves):
	choose(medusa, groups=["Shop Protection"])
	frappe.rename_doc("Item Group", "Shop Protection", "Shop Safety", force=True)
	frappe.db.commit()
	glove = item("F-1", "Shop Gloves")
	assert selection.chosen()[0] == {"Shop Safety"}
	assert names_of(outbox()) == [glove.name]


def test_the_catalogue_takes_what_fits_and_what_the_shop_has(medusa, shelves):
	choose(medusa)
	inside, sold = item("F-1", "Shop Gloves"), item("F-2", "Shop Instruments")
	drain()
	item("F-3", "Shop Instruments")
	frappe.db.delete("Medusa Outbox")
	choose(medusa, groups=["Shop Protection"])
	assert shop_items.queue_catalogue() == 2
	assert names_of(outbox()) == sorted([inside.name, sold.name])


def test_saving_the_configuration_again_queues_nothing(medusa, shelves):
	choose(medusa, groups=["Shop Protection"], brands=["Shop Brand A"])
	run_jobs()
	frappe.get_doc("Medusa Configuration").save()
	frappe.db.commit()
	assert run_jobs() == 0
	choose(medusa, groups=["Shop Protection"])
	assert run_jobs() > 0


def test_sync_now_names_the_reason(medusa, shelves):
	choose(medusa, groups=["Shop Protection"])
	other = item("F-1", "Shop Instruments")
	with pytest.raises(frappe.ValidationError, match="What the shop sells"):
		desk.sync_now(other.name)


def test_a_save_without_filters_asks_nothing_more(medusa, shelves):
	doc = item("F-1", "Shop Gloves")
	choose(medusa)
	selection.admits(doc)
	assert queries(lambda: selection.admits(doc)) == []
