"""The menu."""

import frappe
import pytest

from medusa_integration import api
from tests.site import Client
from tests.support import factories
from tests.support.checks import queries
from tests.support.storefront import PATH

pytestmark = pytest.mark.usefixtures("shop")

ROOT = "Menu of a Test"


@pytest.fixture
def tree():
	"""Dental (Chairs, Drills (Bits)), Lab, Medical (Beds); one with a picture."""
	factories.item_group(ROOT, is_group=1)
	for name, parent, values in (
		("Lab M", ROOT, {}),
		("Dental M", ROOT, {"is_group": 1, "image": "/files/dental teeth.png"}),
		("Chairs M", "Dental M", {}),
		("Drills M", "Dental M", {"is_group": 1, "image": "/private/files/x.png"}),
		("Bits M", "Drills M", {}),
		("Medical M", ROOT, {"is_group": 1}),
		("أسرّة", "Medical M", {}),
	):
		factories.item_group(name, parent, **values)
	frappe.db.commit()


def menu(parent: str = ROOT, **arguments):
	return Client().post(f"{PATH}get_menu", json={"parent": parent, **arguments})


def names(entry: dict) -> list:
	return [(each["title"], each["childCount"], names(each)) for each in entry["children"]]


def test_one_level(tree):
	entry = menu().json["message"]
	assert list(entry) == ["title", "handle", "url", "thumbnail", "childCount", "children"]
	assert (entry["title"], entry["handle"], entry["childCount"]) == (ROOT, "menu-of-a-test", 3)
	assert names(entry) == [("Dental M", 2, []), ("Medical M", 1, []), ("Lab M", 0, [])]
	assert {(each["url"], each["thumbnail"]) for each in (entry, *entry["children"])} == {("", None)}


def test_the_whole_tree(tree):
	entry = menu(mobile_view=1).json["message"]
	assert names(entry) == [
		("Dental M", 2, [("Drills M", 1, [("Bits M", 0, [])]), ("Chairs M", 0, [])]),
		("Medical M", 1, [("أسرّة", 0, [])]),
		("Lab M", 0, []),
	]
	dental = entry["children"][0]
	assert dental["url"] == "menu-of-a-test/dental-m"
	assert dental["thumbnail"] == frappe.utils.get_url("/files/dental%20teeth.png")
	assert dental["children"][0]["url"] == "menu-of-a-test/dental-m/drills-m"
	assert dental["children"][0]["thumbnail"] is None  # nobody may open a private file


def test_a_leaf_and_a_query(tree):
	reply = Client().get(f"{PATH}get_menu", query_string={"parent": "Lab M", "mobile_view": "1"})
	assert reply.json["message"]["children"] == []


@pytest.mark.parametrize("parent", ["No such group", "%", "_", "x' or 1=1", "مجموعة", "👍"])
def test_an_unknown_group(parent):
	assert menu(parent).status_code == 404


@pytest.mark.parametrize(
	"arguments",
	[
		{"parent": None},
		{"parent": ""},
		{"parent": ["Dental"]},
		{"parent": {"like": "%"}},
		{"parent": "x" * 10_000},
		{"mobile_view": 2},
		{"mobile_view": -1},
		{"mobile_view": 10**9},
		{"mobile_view": "abc"},
		{"mobile_view": [1]},
	],
)
def test_what_is_wrong_is_refused(tree, arguments):
	assert menu(**{"parent": ROOT, **arguments}).status_code == 400


def test_three_queries_for_two_thousand_groups(tree):
	small = [_count(mobile_view) for mobile_view in (0, 1)]
	_plant(2_000)
	assert [_count(mobile_view) for mobile_view in (0, 1)] == small
	assert max(small) <= 3
	whole = api.get_menu(ROOT, 1)
	assert _size(whole) == 2_000 + 8


def _count(mobile_view: int) -> int:
	frappe.db.commit()
	return len(queries(lambda: api.get_menu(ROOT, mobile_view)))


def _size(entry: dict) -> int:
	return 1 + sum(_size(each) for each in entry["children"])


def _plant(groups: int) -> None:
	"""Groups below Lab M, four levels deep, written straight into the table with their bounds."""
	lab = frappe.db.get_value("Item Group", "Lab M", ["lft", "rgt"], as_dict=True)
	group = frappe.qb.DocType("Item Group")
	width = 2 * groups
	frappe.qb.update(group).set(group.rgt, group.rgt + width).where(group.rgt >= lab.rgt).run()
	frappe.qb.update(group).set(group.lft, group.lft + width).where(group.lft > lab.rgt).run()
	rows, left = [], lab.rgt
	for n in range(groups // 4):
		parent = "Lab M"
		for depth in range(4):
			name = f"Group {n}.{depth}"
			rows.append((name, name, parent, left + depth, left + 7 - depth))
			parent = name
		left += 8
	frappe.db.bulk_insert("Item Group", ["name", "item_group_name", "parent_item_group", "lft", "rgt"], rows)
	frappe.db.commit()
