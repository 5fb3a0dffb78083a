"""Orders of Quotations, and what the shop's server asks about orders and coupons."""

import frappe
import pytest
from frappe.utils import add_days, getdate, today

from medusa_integration.orders.money import payment_requests
from medusa_integration.quotations import ordering
from tests.storefront.test_access import refused
from tests.support import factories
from tests.support.orders import CUSTOMER, ORDER, counts, coupon, is_claimed, order
from tests.support.storefront import configure_storefront


def submitted_quotation(**values):
	defaults = {
		"medusa_order_id": ORDER,
		"medusa_quotation_id": "quot_1",
		"valid_till": add_days(today(), 30),
	}
	doc = factories.quotation(("G-1", 2, 5), ("G-2", 1, 2.5), **{**defaults, **values})
	doc.submit()
	frappe.db.commit()
	return doc


# --- place


def test_an_order_is_placed(shop):
	configure_storefront(delivery_days=3)
	quotation = submitted_quotation()
	doc = ordering.place(quotation, is_courier_required=True, location_and_contact_no="Muscat, 123")
	assert (doc.docstatus, doc.grand_total) == (1, 12.5)
	assert (doc.from_ecommerce, doc.medusa_order_id) == (1, ORDER)
	assert {getdate(doc.delivery_date), *(getdate(row.delivery_date) for row in doc.items)} == {
		getdate(add_days(today(), 3))
	}
	assert (doc.custom_is_courier_required, doc.custom_location_and_contact_no) == (1, "Muscat, 123")
	assert {row.prevdoc_docname for row in doc.items} == {quotation.name}


def test_an_order_is_placed_once(shop):
	quotation = submitted_quotation()
	first = ordering.place(quotation)
	assert ordering.place(quotation).name == first.name
	first.reload()
	first.cancel()
	assert ordering.place(quotation).name != first.name


def test_a_draft_order_of_the_quotation_is_submitted(shop):
	from erpnext.selling.doctype.quotation.quotation import make_sales_order

	quotation = submitted_quotation()
	draft = make_sales_order(quotation.name)
	draft.delivery_date = today()
	draft.insert()
	placed = ordering.place(quotation)
	assert (placed.name, placed.docstatus) == (draft.name, 1)


def test_an_order_is_placed_and_paid_as_the_storefront_user(shop):
	for code in ("G-1", "G-2"):  # a shopping cart's items have a Website Item
		factories.website_item(code, item_values={"is_stock_item": 0})
	quotation = submitted_quotation(order_type="Shopping Cart")
	frappe.set_user("medusa-storefront@example.com")
	try:
		doc = ordering.place(quotation)
		link = payment_requests.request_payment(doc)
	finally:
		frappe.set_user("Administrator")
	status = frappe.db.get_value("Sales Order", doc.name, "status")
	assert status in ("To Deliver and Bill", "To Pay")  # ERPNext 16: a payment is requested
	assert frappe.db.get_value("Payment Request", link.name, ["docstatus", "grand_total"]) == (
		1,
		doc.rounded_total or doc.grand_total,
	)
	frappe.db.rollback()  # nothing was committed in the middle
	assert not frappe.db.exists("Sales Order", doc.name)
	assert not frappe.db.exists("Payment Request", link.name)


# --- get_sales_order_name


def test_the_order_of_an_id(shop):
	configure_storefront(cart_value=50, discount_amount=5)
	old = order()
	old.cancel()
	doc = order()
	message = shop.call("get_sales_order_name", "GET", medusa_order_id=ORDER).json["message"]
	assert message == {
		"sales_order_id": doc.name,
		"isReturnable": False,
		"returned_items": [],
		"cart_value": 50,
		"discount_amount": 5,
	}


def test_a_delivered_order_is_returnable(shop):
	factories.delivery(order())
	frappe.db.commit()
	assert shop.call("get_sales_order_name", medusa_order_id=ORDER).json["message"]["isReturnable"] is True


@pytest.mark.parametrize("name", ["get_sales_order_name", "get_returnable_items"])
@pytest.mark.parametrize("arguments", [{"medusa_order_id": "order_x"}, {"customer_id": "cus_other"}])
def test_other_orders_are_not_found(shop, name, arguments):
	order()
	assert "There is no order" in refused(shop.call(name, **{"medusa_order_id": ORDER, **arguments}), 404)


def test_an_order_with_no_standing_one_is_not_found(shop):
	order().cancel()
	frappe.db.commit()
	assert "cancelled" in refused(shop.call("get_sales_order_name", medusa_order_id=ORDER), 404)


def test_an_order_that_is_not_the_shops_is_not_found(shop):
	name = factories.sales_order().name
	frappe.db.commit()
	refused(shop.call("get_sales_order_name", medusa_order_id=name), 404)


# --- verify_coupon


def verified(shop, code: str = "TEN", **arguments) -> bool:
	response = shop.call("verify_coupon", **{"order_id": ORDER, "coupon_code": code, **arguments})
	assert response.status_code == 200, response.text
	return response.json["message"]


def test_a_coupon_is_verified_and_not_spent(shop):
	coupon()
	doc = order()
	assert verified(shop, customer_id=CUSTOMER) is True
	assert verified(shop, order_id=doc.name) is True
	assert not is_claimed()


@pytest.mark.parametrize(
	("rules", "values"),
	[
		({"allow_coupon_discounts": 0}, {}),
		({"cart_value": 20.01}, {}),
		({"coupon_expiry_date": today()}, {}),
		({}, {"expired": 1}),
		({}, {"claimed": 1}),
	],
)
def test_a_coupon_that_does_not_count(shop, rules, values):
	coupon(**values)
	configure_storefront(**rules)
	order()
	assert verified(shop) is False


def test_a_coupon_that_just_counts(shop):
	coupon()
	configure_storefront(cart_value=20, coupon_expiry_date=add_days(today(), 1), discount_amount=20)
	order()
	assert verified(shop) is True


def test_unknown_coupons_and_other_letters(shop):
	coupon()
	order()
	assert not any(verified(shop, code) for code in ("ten", "TEN1", "%", "TÉN"))


def test_the_orders_own_coupon_is_verified_and_no_other(shop):
	coupon()
	coupon("OTHER")
	order()
	order(id="order_2")
	assert shop.call("pay_now", order_id=ORDER, coupon_code="TEN").status_code == 200
	assert verified(shop) is True
	assert verified(shop, "OTHER") is False
	assert verified(shop, order_id="order_2") is False


def test_no_coupon_for_a_cancelled_order(shop):
	coupon()
	order().cancel()
	frappe.db.commit()
	assert verified(shop) is False


@pytest.mark.parametrize("arguments", [{"order_id": "order_x"}, {"customer_id": "cus_other"}])
def test_a_coupon_for_an_order_that_is_not_found(shop, arguments):
	coupon()
	order()
	arguments = {"order_id": ORDER, "coupon_code": "TEN", **arguments}
	assert "There is no order" in refused(shop.call("verify_coupon", **arguments), 404)


@pytest.mark.parametrize("name", ["get_sales_order_name", "verify_coupon", "get_returnable_items"])
def test_missing_arguments(shop, name):
	before = counts()
	assert "is missing" in refused(shop.call(name), 400)
	assert counts() == before
