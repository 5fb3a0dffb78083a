"""*See in the Shop* of a Website Item's form."""

import frappe
import pytest

from medusa_integration.desk.forms import get_sync_status
from medusa_integration.desk.product_page import get_product_page
from tests.support.factories import configure, drain, website_item

PAGE = "https://shop.example.com/products/"


def in_shop(code: str = "G-1"):
	doc = website_item(code)
	drain()
	return doc.reload()


def handle_of(medusa, doc) -> str:
	return medusa.admin("GET", f"/admin/products/{doc.medusa_id}")["product"]["handle"]


def test_the_page_has_the_handle_that_the_product_has_in_medusa(medusa):
	doc = in_shop()
	assert get_sync_status(doc.name)["has_page"] is False
	configure(medusa, product_page=f" {PAGE}{{handle}}?from=erp ")
	assert get_sync_status(doc.name)["has_page"] is True
	assert get_product_page(doc.name) == f"{PAGE}{handle_of(medusa, doc)}?from=erp"
	medusa.admin("POST", f"/admin/products/{doc.medusa_id}", {"handle": "chosen-in-the-shop"})
	assert get_product_page(doc.name) == f"{PAGE}chosen-in-the-shop?from=erp"


def test_an_address_by_the_id_asks_medusa_nothing(medusa):
	doc = in_shop()
	configure(medusa, product_page=f"{PAGE}#/product/{{id}}", url="http://127.0.0.1:9")
	assert get_product_page(doc.name) == f"{PAGE}#/product/{doc.medusa_id}"


def test_what_isnt_in_the_shop_has_no_page(medusa):
	configure(medusa, product_page=f"{PAGE}{{handle}}")
	doc = website_item("G-2")
	assert get_sync_status(doc.name)["has_page"] is False
	with pytest.raises(frappe.ValidationError, match="no page in the shop"):
		get_product_page(doc.name)
	drain()
	doc.reload().update({"published": 0}).save()
	drain()
	assert get_sync_status(doc.name)["has_page"] is False


def test_a_medusa_that_doesnt_answer_is_told(medusa):
	doc = in_shop()
	configure(medusa, product_page=f"{PAGE}{{handle}}", url="http://127.0.0.1:9", api_version=medusa.version)
	with pytest.raises(frappe.ValidationError, match="handle"):
		get_product_page(doc.name)


@pytest.mark.parametrize("page", ["javascript:{id}", PAGE, "shop.example.com/{handle}", "https:///{id}"])
def test_a_product_page_is_an_address_with_a_place_for_the_product(medusa, page):
	with pytest.raises(frappe.ValidationError):
		configure(medusa, product_page=page)
