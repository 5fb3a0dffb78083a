"""Large and deep trees of Item Groups, and cycles, as Medusa's product categories."""

import time

import frappe
import pytest

from medusa_integration.products import categories_to_medusa
from tests.products.test_categories import PATH, children, move, path, rows, tree  # noqa: F401  (a fixture)
from tests.support.factories import drain, item_group, outbox, website_item

pytestmark = pytest.mark.v2("v1's product categories are behind a feature flag")

TOPS, MIDDLES, LEAVES = 20, 10, 9
ALL = TOPS * (1 + MIDDLES * (1 + LEAVES))


def export() -> None:
	frappe.call("medusa_integration.api.export_all_item_groups")
	drain()
	assert outbox() == []


def all_rows(medusa) -> dict[str, dict]:
	"""All categories by their names."""
	params = {"fields": "id,name,external_id,parent_category_id", "limit": 10_000}
	found = medusa.admin("GET", PATH, params=params)["product_categories"]
	return {row["name"]: row for row in found}


def calls_of(act) -> tuple[int, int, float]:
	"""Run something. Returns how often Medusa's categories were read and written, and the seconds."""
	frappe.db.delete("Medusa Request Log")
	frappe.db.commit()
	start = time.perf_counter()
	act()
	seconds = time.perf_counter() - start
	frappe.db.commit()
	methods = frappe.get_all("Medusa Request Log", {"url": ("like", "%product-categories%")}, pluck="method")
	reads = methods.count("GET")
	return reads, len(methods) - reads, round(seconds, 1)


@pytest.mark.slow
@pytest.mark.nightly
def test_two_thousand_groups_in_three_levels(tree, record_property):  # noqa: F811
	for top in range(TOPS):
		item_group(f"T{top}", is_group=1)
		for middle in range(MIDDLES):
			item_group(f"T{top}-{middle}", f"T{top}", is_group=1)
			for leaf in range(LEAVES):
				item_group(f"T{top}-{middle}-{leaf}", f"T{top}-{middle}")
	frappe.db.commit()
	assert ALL == 2_200
	others = frappe.db.count("Item Group", {"parent_item_group": ("is", "set")}) - ALL

	def renamed_branch() -> None:
		frappe.rename_doc("Item Group", "T3", "Third", force=True)
		drain()

	def moved_branch() -> None:
		move("T5-2", "T6")
		drain()

	measured = {
		"first export": calls_of(export),
		"same export again": calls_of(export),
		"a branch of 101 groups renamed": calls_of(renamed_branch),
		"a branch of 10 groups moved": calls_of(moved_branch),
	}
	record_property("categories: reads, writes, seconds", measured)
	print(measured)
	there = all_rows(tree)
	assert len(there) == ALL + others
	reads, writes, _seconds = measured["first export"]
	assert writes == ALL + others  # Medusa has no batch call for categories.
	batches = -(-(ALL + others) // 100)
	assert reads <= 4 * batches
	assert measured["same export again"][1] == 0
	assert measured["a branch of 101 groups renamed"][1] == 1
	assert measured["a branch of 10 groups moved"][1] <= 2  # its parent, and its place there
	ids = {name: row["id"] for name, row in there.items()}
	assert there["T5-2"]["parent_category_id"] == ids["T6"]
	assert there["Third"]["external_id"] == "Third" and there["T3-1"]["parent_category_id"] == ids["Third"]
	assert categories_to_medusa.problems() == []


@pytest.mark.slow
def test_a_very_deep_tree(tree):  # noqa: F811
	names = [f"Deep {number}" for number in range(60)]
	parent = "All Item Groups"
	for number, name in enumerate(names):
		item_group(name, parent, is_group=1, route=f"deep-{number}")  # ERPNext's own has 140 signs at most.
		parent = name
	doc = website_item("G-1", group=names[-1])
	drain()
	assert outbox() == []
	assert path(tree, names[-1]) == names
	move(names[30], "All Item Groups")
	drain()
	assert outbox() == []
	assert path(tree, names[-1]) == names[30:]
	assert doc.reload().medusa_id


@pytest.mark.parametrize("ring", [["A", "B", "C"], ["A"]])
def test_groups_below_a_cycle_are_refused_and_others_go(tree, ring):  # noqa: F811
	parent = "All Item Groups"
	for name in (*ring, "Below"):
		item_group(name, parent, is_group=1)
		parent = name
	frappe.db.set_value("Item Group", ring[0], "parent_item_group", ring[-1])
	frappe.db.commit()
	website_item("G-1", group="Below")
	website_item("G-2", group="Fine")
	drain()
	parked = {(row.kind, row.reference_name): row.error for row in outbox()}
	assert "form a cycle: Below → " in parked["Category", "Below"]
	assert "Choose another parent in one of them" in parked["Category", "Below"]
	assert list(rows(tree)) == ["Fine"]
	assert all(name in " ".join(categories_to_medusa.problems()) for name in (*ring, "Below"))
	assert children(tree, None) == ["Fine"]
