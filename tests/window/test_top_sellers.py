"""The Product Collection: what sells most in the four categories."""

import frappe
import pytest

from medusa_integration import api
from tests.support import factories, landing
from tests.support.checks import queries
from tests.support.storefront import PATH, configure_storefront
from tests.support.users import signed_in

TABLES = ("dental_items", "medical_items", "infection_control_items", "medical_laboratory_ivd_items")


@pytest.fixture(autouse=True)
def collection():
	with landing.kept():
		factories.item_group("Dental T", is_group=1)
		factories.item_group("Drills T", "Dental T")
		factories.item_group("Medical T", is_group=1)
		configure_storefront(dental_group="Dental T", medical_group="Medical T")
		yield


def sell(code: str, quantity: float, group: str = "Drills T", *, submit: bool = True, **values) -> None:
	if not frappe.db.exists("Website Item", {"item_code": code}):
		factories.website_item(code, group=group, item_values={"is_stock_item": 0, "item_group": group})
	order = factories.sales_order((code, quantity, 5), **values)
	factories.invoice(order, submit=submit)


def counted(table: str = "dental_items") -> list[tuple]:
	frappe.db.commit()
	return [(row.item_code, row.sales_count) for row in frappe.get_doc("Product Collection").get(table)]


def run() -> None:
	api.add_top_selling_items_to_collection()


@pytest.mark.slow
def test_the_most_sold_of_a_category_and_below():
	sell("T-1", 2)
	sell("T-2", 3)
	sell("T-1", 2)
	sell("T-3", 1, "Dental T")
	sell("T-4", 9, "Medical T")
	sell("T-5", 99, submit=False)
	sell("T-6", 99, "Gloves")
	sell("T-7", 99)
	frappe.db.set_value("Website Item", {"item_code": "T-7"}, "published", 0)
	run()
	assert counted() == [("T-1", 4), ("T-2", 3), ("T-3", 1)]
	assert counted("medical_items") == [("T-4", 9)]
	row = frappe.get_doc("Product Collection").dental_items[0]
	assert row.item_name == "Item T-1"
	run()
	assert counted() == [("T-1", 4), ("T-2", 3), ("T-3", 1)]


def test_a_category_without_its_item_group_is_empty():
	run()
	configure_storefront(dental_group="", infection_control_group="")
	assert not frappe.db.exists("Item Group", "Infection Control")
	run()
	assert counted("infection_control_items") == []


def test_a_blank_setting_means_the_documented_item_group():
	configure_storefront(dental_group="")
	factories.item_group("Dental")
	sell("T-1", 2, "Dental")
	run()
	assert counted() == [("T-1", 2)]


@pytest.mark.slow
def test_twenty_at_most_and_constant_queries():
	def count() -> int:
		frappe.db.commit()
		return len(queries(run))

	sell("T-00", 1)
	first = count()
	for n in range(1, 22):
		sell(f"T-{n:02}", 1 + n)
	assert count() == first < 30
	assert counted() == [(f"T-{n:02}", 1 + n) for n in range(21, 1, -1)]


def test_who_may_call_it(clerk):
	path = f"{PATH}add_top_selling_items_to_collection"
	assert clerk.post(path).status_code == 403
	sell("T-1", 2)
	frappe.db.commit()
	editor = signed_in("medusa-editor@example.com", "Website Manager")
	assert editor.post(path).status_code == 200
	assert counted() == [("T-1", 2)]
	doc = frappe.get_doc("Product Collection")
	doc.save()  # A form that was opened after it.
