"""A template whose last variant goes, by deletion or otherwise: the shop doesn't sell it, and its status says so."""

import frappe
import pytest

from medusa_integration.api import get_sync_status
from tests.products.test_options_moves import reserve
from tests.support.doctor import found
from tests.support.factories import drain, item_price, outbox, variant
from tests.support.options import shirts, shop_product
from tests.support.shop import price_lists

ONE = {"SHIRT-S-RED": {"Size": "S", "Colour": "Red"}}


@pytest.fixture
def page(medusa):
	made = shirts(ONE)
	item_price("SHIRT-S-RED", 5)
	drain()
	drain()
	assert outbox() == []
	assert status(made) == "In Shop"
	return made


def status(page) -> str:
	frappe.db.commit()
	return frappe.db.get_value("Website Item", page.name, "medusa_status")


def delete() -> None:
	for name in frappe.get_all("Item Price", {"item_code": "SHIRT-S-RED"}, pluck="name"):
		frappe.delete_doc("Item Price", name)
	frappe.delete_doc("Item", "SHIRT-S-RED")


def disable() -> None:
	doc = frappe.get_doc("Item", "SHIRT-S-RED")
	doc.disabled = 1
	doc.save()


def merge() -> None:
	from tests.support.factories import item

	item("OTHER")
	frappe.rename_doc("Item", "SHIRT-S-RED", "OTHER", merge=True, force=True)


def drained() -> None:
	drain()
	drain()
	assert outbox() == []


def lists(medusa) -> list[list[str]]:
	return [[row["sku"] for row in each["rows"]] for each in price_lists(medusa)]


@pytest.mark.parametrize("leave", [delete, merge, disable])
def test_the_last_variant_goes_and_another_one_comes(medusa, page, leave):
	leave()
	drained()
	assert status(page) == "Draft"
	assert "no variant that can be sold" in get_sync_status(page.name)["variants"]
	product = shop_product(medusa, page.name)
	left = ["SHIRT-S-RED"] if leave is disable else []  # It may come back.
	assert (product["status"], [each["sku"] for each in product["variants"]]) == ("draft", left)
	assert lists(medusa) == ([left] if left else [])
	assert found() == []
	variant("SHIRT", "SHIRT-M-RED", {"Size": "M", "Colour": "Red"})
	item_price("SHIRT-M-RED", 7)
	drained()
	assert status(page) == "In Shop"
	product = shop_product(medusa, page.name)
	assert (product["status"], [each["sku"] for each in product["variants"]]) == (
		"published",
		["SHIRT-M-RED"],
	)
	assert lists(medusa) == [["SHIRT-M-RED"]]
	assert found() == []


def test_a_draft_loses_its_disabled_variant_by_deletion(medusa, page):
	disable()
	drained()
	delete()
	drained()
	assert (status(page), lists(medusa)) == ("Draft", [])
	assert shop_product(medusa, page.name)["variants"] == []
	drained()
	assert found() == []


def test_a_last_variant_without_a_price_goes_too(medusa):
	made = shirts(ONE)
	drained()
	frappe.delete_doc("Item", "SHIRT-S-RED")
	drained()
	assert status(made) == "Draft"
	assert shop_product(medusa, made.name)["variants"] == []


@pytest.mark.v2("v1 deletes variants that an order reserves")
def test_a_last_variant_that_an_order_reserves_is_deleted_later(medusa, page):
	reservation = reserve(medusa, "SHIRT-S-RED", 2)
	delete()
	drain()
	assert [each["sku"] for each in shop_product(medusa, page.name)["variants"]] == ["SHIRT-S-RED"]
	(row,) = [row for row in outbox() if row.kind == "Product"]
	assert row.status == "Pending" and "reserves" in row.error
	medusa.admin("DELETE", f"/admin/reservations/{reservation}")
	drained()
	assert shop_product(medusa, page.name)["variants"] == []
	assert (status(page), lists(medusa)) == ("Draft", [])
