"""ERPNext's selling-price floor holds for everybody but the shop."""

import frappe
import pytest

from tests.support.factories import delivery, invoice, item, sales_order


@pytest.fixture(autouse=True)
def floor():
	"""An item that was bought at 10, and the check switched on."""
	before = frappe.db.get_single_value("Selling Settings", "validate_selling_price")
	frappe.db.set_single_value("Selling Settings", "validate_selling_price", 1)
	item("G-1", is_stock_item=0)
	_bought_at(10)
	yield
	frappe.db.rollback()
	frappe.db.set_single_value("Selling Settings", "validate_selling_price", before)
	frappe.db.commit()


def _bought_at(rate):
	frappe.db.set_value("Item", "G-1", "last_purchase_rate", rate)
	frappe.clear_document_cache("Item", "G-1")


def test_others_may_not_sell_below_it():
	with pytest.raises(frappe.ValidationError, match="lower than its"):
		sales_order(("G-1", 1, 9))
	sales_order(("G-1", 1, 10))


def test_the_shop_sells_at_the_price_that_it_was_told():
	doc = sales_order(("G-1", 1, 9), medusa_order_id="order_1")
	delivery(doc)
	invoice(doc)


@pytest.mark.parametrize("make", [delivery, invoice])
def test_bills_and_deliveries_of_others_are_checked(make):
	_bought_at(1)
	doc = sales_order(("G-1", 1, 9))
	_bought_at(10)
	with pytest.raises(frappe.ValidationError, match="lower than its"):
		make(doc)


def test_the_document_cache_takes_the_class():
	"""It pickles."""
	doc = sales_order(("G-1", 1, 9), medusa_order_id="order_1")
	frappe.db.commit()
	frappe.get_cached_doc("Sales Order", doc.name)
	frappe.local.document_cache = {}
	assert frappe.get_cached_doc("Sales Order", doc.name).name == doc.name


def test_on_frappe_15_it_is_laid_on_top_of_anothers_override(monkeypatch):
	from medusa_integration.overrides import price_floor

	ours = ["medusa_integration.overrides.price_floor.SalesOrder"]
	hooks = {"Sales Order": ["tests.overrides.test_price_floor.AnothersSalesOrder", *ours]}
	monkeypatch.setattr(frappe, "get_hooks", lambda *args, **kwargs: hooks)
	both = price_floor.SalesOrder
	assert issubclass(both, price_floor.EcommercePriceFloor) and issubclass(both, AnothersSalesOrder)
	assert both is price_floor.SalesOrder
	hooks["Sales Order"] = ours
	alone = price_floor.SalesOrder
	assert not issubclass(alone, AnothersSalesOrder)
	assert alone({"doctype": "Sales Order", "from_ecommerce": 1}).validate_selling_price() is None


class AnothersSalesOrder(frappe.get_attr("erpnext.selling.doctype.sales_order.sales_order.SalesOrder")):
	"""As an app that extends Sales Order has it."""
