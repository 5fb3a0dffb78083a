"""The price lists of variants that leave the shop go with them: of one variant, and of a template's product."""

import frappe
import pytest

from tests.support.factories import drain, item_price, outbox
from tests.support.options import shirts
from tests.support.shop import price_lists

CODES = ("SHIRT-S-RED", "SHIRT-M-RED", "SHIRT-L-BLUE")
STATE = ("medusa_variant_id", "medusa_prices", "medusa_stock")


def _drain() -> None:
	for _turn in range(4):
		frappe.db.set_value("Medusa Outbox", {"status": "Pending"}, "due", "2020-01-01")
		frappe.db.commit()
		drain()
	assert outbox() == []


def _amounts(medusa) -> list[float]:
	return sorted(row["amount"] for each in price_lists(medusa) for row in each["rows"])


def _lists(medusa) -> int:
	return len(price_lists(medusa))


@pytest.fixture
def page(medusa):
	"""A template in the shop, each of whose variants has a price of a span of days of its own."""
	doc = shirts()
	for number, code in enumerate(CODES, 1):
		item_price(code, number, valid_upto=f"2099-01-0{number}")
	_drain()
	assert _amounts(medusa) == [1, 2, 3]
	assert _lists(medusa) == 3
	return doc


@pytest.mark.parametrize("is_linked", [False, True])
def test_a_deleted_template_leaves_no_price_lists(medusa, page, is_linked):
	if is_linked:  # never sent since
		frappe.db.set_value("Website Item", page.name, "medusa_variants", "")
	frappe.delete_doc("Website Item", page.name)
	_drain()
	assert price_lists(medusa) == []
	for code in CODES:
		assert not any(frappe.db.get_value("Item", code, STATE))


def test_a_disabled_variant_leaves_no_price_list(medusa, page):
	doc = frappe.get_doc("Item", "SHIRT-M-RED")
	doc.disabled = 1
	doc.save()
	_drain()
	assert _amounts(medusa) == [1, 3]
	assert _lists(medusa) == 2
	assert not any(frappe.db.get_value("Item", "SHIRT-M-RED", STATE))
	doc.reload()
	doc.disabled = 0
	doc.save()
	_drain()
	assert _amounts(medusa) == [1, 2, 3]


def test_deleted_variants_leave_no_price_lists(medusa, page):
	for code in CODES[:2]:
		frappe.delete_doc("Item Price", frappe.db.get_value("Item Price", {"item_code": code}))
		frappe.delete_doc("Item", code)
	_drain()
	assert _amounts(medusa) == [3]
	assert _lists(medusa) == 1


def test_a_variant_deleted_just_before_its_template(medusa, page):
	frappe.delete_doc("Item Price", frappe.db.get_value("Item Price", {"item_code": "SHIRT-M-RED"}))
	frappe.delete_doc("Item", "SHIRT-M-RED")
	frappe.delete_doc("Website Item", page.name)
	_drain()
	assert price_lists(medusa) == []
