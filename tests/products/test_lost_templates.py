"""Medusa made the product of a template or variant, the reply was lost, and meanwhile there is nothing to sell."""

import frappe
import pytest

from medusa_integration.products.shop_items import queue_catalogue
from tests.delivery.helpers import drain_as_time_goes_by
from tests.support.factories import drain, outbox, website_item
from tests.support.options import become, shirts
from tests.support.shop import call, calls_for, product_rows

pytestmark = pytest.mark.slow


def _made_unheard(medusa, proxy, number: int = 1) -> None:
	proxy.fail("drop", times=calls_for(medusa, number), match=call(medusa, "product"))
	drain()
	assert len(product_rows(medusa)) == number
	assert outbox()


def _drained(medusa) -> list[dict]:
	drain_as_time_goes_by(3)
	assert outbox() == []
	return product_rows(medusa)


def test_a_template_that_is_unpublished_leaves_the_shop(medusa, proxy):
	page = shirts()
	_made_unheard(medusa, proxy)
	page.reload().update({"published": 0}).save()
	frappe.db.commit()
	assert _drained(medusa) == []
	page.reload().update({"published": 1}).save()
	frappe.db.commit()
	(product,) = _drained(medusa)
	assert product["id"] == page.reload().medusa_id


def test_a_template_whose_variants_are_all_disabled_leaves_the_shop(medusa, proxy):
	page = shirts()
	_made_unheard(medusa, proxy)
	for code in frappe.get_all("Item", {"variant_of": page.item_code}, pluck="name"):
		frappe.get_doc("Item", code).update({"disabled": 1}).save()
	frappe.db.commit()
	assert _drained(medusa) == []


def test_a_variants_own_product_leaves_once_its_template_sells_it(medusa, proxy):
	page = shirts()
	become("Products of their own")
	page.update({"published": 0}).save()
	website_item("SHIRT-S-RED", variant_of="SHIRT")
	frappe.db.commit()
	_made_unheard(medusa, proxy, number=2)
	page.reload().update({"published": 1}).save()
	become()
	queue_catalogue()
	frappe.db.commit()
	(product,) = _drained(medusa)
	assert product["id"] == page.reload().medusa_id
