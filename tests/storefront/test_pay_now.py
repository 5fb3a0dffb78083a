"""pay_now: the order is billed, and the payment is asked for."""

import frappe
import pytest

from tests.storefront.test_access import refused
from tests.support import factories
from tests.support.orders import (
	COUPON,
	CUSTOMER,
	ORDER,
	counts,
	coupon,
	fresh,
	is_claimed,
	order,
)
from tests.support.selling import payment_gateway_account
from tests.support.storefront import configure_storefront


def paid(response) -> dict:
	assert response.status_code == 200, response.text
	message = response.json["message"]
	assert message["success"] is True
	return message


def invoice_of(message: dict):
	return fresh("Sales Invoice", message["sales_invoice"])


def test_a_submitted_order_is_billed_and_the_payment_asked_for(shop):
	doc = order()
	message = paid(shop.call("pay_now", order_id=ORDER, customer_id=CUSTOMER))
	invoice = invoice_of(message)
	assert (invoice.docstatus, invoice.grand_total, invoice.outstanding_amount) == (1, 20, 20)
	assert (invoice.from_ecommerce, invoice.medusa_order_id) == (1, ORDER)
	request = frappe.get_doc("Payment Request", message["payment_request"])
	assert (request.docstatus, request.grand_total, request.reference_name) == (1, 20, invoice.name)
	assert message["payment_url"] is None
	assert "no Payment Gateway Account" in message["payment_problem"]
	assert fresh("Sales Order", doc.name).per_billed == 100


def test_a_draft_order_is_submitted(shop):
	doc = order(submit=False)
	paid(shop.call("pay_now", order_id=doc.name))
	assert fresh("Sales Order", doc.name).docstatus == 1


def test_the_gateway_gives_a_link(shop):
	payment_gateway_account()
	order()
	message = paid(shop.call("pay_now", order_id=ORDER))
	assert "stripe_checkout?" in message["payment_url"]
	assert message["payment_request"] in message["payment_url"]
	assert message["payment_problem"] is None
	request = frappe.get_doc("Payment Request", message["payment_request"])
	assert (request.docstatus, request.payment_url) == (1, message["payment_url"])
	assert frappe.get_all("Email Queue") == []


def test_the_configured_account_and_mode_of_payment_are_used(shop):
	name = payment_gateway_account(is_default=0)
	configure_storefront(payment_gateway_account=name, mode_of_payment="Cash")
	order()
	message = paid(shop.call("pay_now", order_id=ORDER))
	request = frappe.get_doc("Payment Request", message["payment_request"])
	assert (request.payment_gateway_account, request.mode_of_payment) == (name, "Cash")
	assert message["payment_url"]


def test_a_gateway_that_refuses_leaves_the_invoice_and_is_asked_again(shop, monkeypatch):
	payment_gateway_account()
	order()
	from payments.payment_gateways.doctype.stripe_settings.stripe_settings import StripeSettings

	with monkeypatch.context() as patch:
		patch.setattr(StripeSettings, "supported_currencies", ["XXX"])
		message = paid(shop.call("pay_now", order_id=ORDER))
	assert message["payment_url"] is None
	assert invoice_of(message).docstatus == 1
	assert frappe.db.get_value("Payment Request", message["payment_request"], "docstatus") == 1
	assert "does not support transactions in currency" in message["payment_problem"]
	again = paid(shop.call("pay_now", order_id=ORDER))
	assert again["payment_url"]
	assert again["payment_request"] == message["payment_request"]


def test_paying_twice_returns_the_first_result(shop):
	payment_gateway_account()
	order()
	first = paid(shop.call("pay_now", order_id=ORDER))
	before = counts()
	assert paid(shop.call("pay_now", order_id=ORDER)) == first
	assert counts() == before


def test_a_paid_invoice_is_told(shop):
	order()
	first = paid(shop.call("pay_now", order_id=ORDER))
	factories.payment(invoice_of(first))
	frappe.db.set_value("Payment Request", first["payment_request"], "status", "Paid")
	frappe.db.commit()
	again = paid(shop.call("pay_now", order_id=ORDER))
	assert again["payment_request"] == first["payment_request"]
	assert "is paid" in again["payment_problem"]


# --- coupons


def test_the_coupon_comes_off_the_draft_order(shop):
	doc, code = order(submit=False), coupon()
	message = paid(shop.call("pay_now", order_id=ORDER, coupon_code=code))
	doc = fresh("Sales Order", doc.name)
	assert (doc.docstatus, doc.grand_total, doc.discount_amount) == (1, 17, 3)
	assert invoice_of(message).grand_total == 17
	claimed = frappe.get_doc("Website Coupon Code", code)
	assert (claimed.claimed, claimed.claimed_by, claimed.claimed_order) == (1, doc.customer, doc.name)
	assert paid(shop.call("pay_now", order_id=ORDER, coupon_code=code)) == message
	assert paid(shop.call("pay_now", order_id=ORDER)) == message


def test_the_coupon_comes_off_the_invoice_of_a_submitted_order(shop):
	doc, code = order(), coupon()
	message = paid(shop.call("pay_now", order_id=ORDER, coupon_code=code))
	assert fresh("Sales Order", doc.name).grand_total == 20
	invoice = invoice_of(message)
	assert (invoice.grand_total, invoice.outstanding_amount) == (17, 17)
	assert frappe.db.get_value("Payment Request", message["payment_request"], "grand_total") == 17


@pytest.mark.parametrize("submit", [False, True])
@pytest.mark.parametrize("earlier", [{}, {"discount_amount": 0.37}, {"additional_discount_percentage": 7}])
@pytest.mark.parametrize("on", ["Grand Total", "Net Total"])
def test_totals_are_exact(shop, submit, earlier, on):
	code = coupon()
	configure_storefront(discount_amount=3.33)
	doc = order(
		("G-1", 3, 3.33),
		("G-2", 7, 1.19),
		submit=submit,
		taxes=[factories.tax(rate=5), factories.tax(amount=2.55)],
		apply_discount_on=on,
		**earlier,
	)
	total = doc.grand_total
	message = paid(shop.call("pay_now", order_id=ORDER, coupon_code=code))
	invoice = invoice_of(message)
	precision = invoice.precision("grand_total")
	assert invoice.grand_total == round(total - 3.33, precision)
	assert (invoice.rounded_total or invoice.grand_total) == invoice.outstanding_amount
	assert fresh("Sales Order", doc.name).grand_total == (total if submit else invoice.grand_total)


def test_a_coupon_may_pay_the_whole(shop):
	code = coupon()
	configure_storefront(discount_amount=20)
	order()
	message = paid(shop.call("pay_now", order_id=ORDER, coupon_code=code))
	assert invoice_of(message).grand_total == 0
	assert message["payment_request"] is None
	assert "Nothing is left to pay" in message["payment_problem"]


def refuse(shop, doc, words: str, code: int = 409, **arguments) -> None:
	"""The call is refused in these words, and nothing is changed."""
	before, order_before = counts(), fresh("Sales Order", doc.name).as_dict()
	coupons = frappe.get_all("Website Coupon Code", fields=["*"], order_by="name")
	arguments = {"order_id": ORDER, **arguments}
	assert words in refused(shop.call("pay_now", **arguments), code)
	assert counts() == before
	assert fresh("Sales Order", doc.name).as_dict() == order_before
	assert frappe.get_all("Website Coupon Code", fields=["*"], order_by="name") == coupons


@pytest.mark.parametrize("submit", [False, True])
@pytest.mark.parametrize(
	("rules", "values", "words"),
	[
		({"allow_coupon_discounts": 0}, {}, "aren't accepted at present"),
		({"cart_value": 21}, {}, "has to reach"),
		({"coupon_expiry_date": "2020-01-01"}, {}, "accepted before"),
		({"coupon_expiry_date": frappe.utils.today()}, {}, "accepted before"),
		({"discount_amount": 20.01}, {}, "larger than the order"),
		({"discount_amount": 0}, {}, "no Discount Amount"),
		({}, {"expired": 1}, "has expired"),
		({}, {"claimed": 1}, "has been used"),
	],
)
def test_a_coupon_that_does_not_count_is_refused(shop, submit, rules, values, words):
	code = coupon(**values)
	configure_storefront(**rules)
	refuse(shop, order(submit=submit), words, coupon_code=code)


def test_an_unknown_coupon_is_refused(shop):
	coupon("TEN")
	doc = order()
	for code in ("NONE", "ten", "TEN%", "' or 1=1 --"):
		refuse(shop, doc, f"no coupon {code}", coupon_code=code)


def test_a_coupon_of_another_order_is_refused(shop):
	code = coupon()
	order(id="order_0")
	paid(shop.call("pay_now", order_id="order_0", coupon_code=code))
	refuse(shop, order(), "has been used", coupon_code=code)


def test_another_coupon_for_a_paid_order_is_refused(shop):
	doc, code, other = order(), coupon(), coupon("OTHER")
	paid(shop.call("pay_now", order_id=ORDER, coupon_code=code))
	refuse(shop, doc, f"has used the coupon {code} already", coupon_code=other)


def test_a_coupon_after_the_payment_is_refused(shop):
	doc, code = order(), coupon()
	paid(shop.call("pay_now", order_id=ORDER))
	refuse(shop, doc, "billed already, without the coupon", coupon_code=code)


def cancel(message: dict) -> None:
	"""What a payment has made."""
	invoice = invoice_of(message)
	frappe.get_doc("Payment Request", message["payment_request"]).cancel()
	invoice.cancel()
	frappe.db.commit()


def test_cancelling_the_order_frees_the_coupon(shop):
	doc, code = order(), coupon()
	message = paid(shop.call("pay_now", order_id=ORDER, coupon_code=code))
	assert is_claimed()
	cancel(message)
	assert is_claimed()  # by the order, which stands
	fresh_order = frappe.get_doc("Sales Order", doc.name)
	fresh_order.cancel()
	frappe.db.commit()
	assert not is_claimed()
	order(id="order_2")
	paid(shop.call("pay_now", order_id="order_2", coupon_code=code))


@pytest.mark.parametrize("submit", [False, True])
def test_a_cancelled_invoice_is_made_anew_with_its_discount(shop, submit):
	order(submit=submit)
	code = coupon()
	first = paid(shop.call("pay_now", order_id=ORDER, coupon_code=code))
	cancel(first)
	again = paid(shop.call("pay_now", order_id=ORDER))
	assert again["sales_invoice"] != first["sales_invoice"]
	assert invoice_of(again).grand_total == 17


# --- parts and advances


def test_only_what_is_open_is_billed(shop):
	doc = order(("G-1", 4, 5), ("G-2", 2, 1.25), taxes=[factories.tax(amount=2)], discount_amount=1.5)
	part = factories.invoice(doc, submit=False)
	part.items[0].qty = 1
	part.items = part.items[:1]
	part.save()
	part.submit()
	frappe.db.commit()
	invoice = invoice_of(paid(shop.call("pay_now", order_id=ORDER)))
	assert round(invoice.grand_total + part.grand_total - doc.grand_total, 2) == 0
	assert {row.item_code: row.qty for row in invoice.items} == {"G-1": 3, "G-2": 2}


def test_what_was_asked_for_the_order_is_withdrawn(shop):
	from medusa_integration.orders.money import payment_requests

	payment_gateway_account()
	doc = order()
	link = payment_requests.request_payment(doc)
	assert payment_requests.request_payment(doc) == link
	assert link.url
	frappe.db.commit()
	message = paid(shop.call("pay_now", order_id=ORDER))
	assert message["payment_request"] != link.name
	assert fresh("Payment Request", link.name).status == "Cancelled"


def test_a_payment_under_way_is_not_asked_for_again(shop):
	from medusa_integration.orders.money import payment_requests

	doc = order()
	link = payment_requests.request_payment(doc)
	frappe.get_doc(
		{
			"doctype": "Integration Request",
			"reference_doctype": "Payment Request",
			"reference_docname": link.name,
			"status": "Authorized",
		}
	).insert(ignore_permissions=True)
	frappe.db.commit()
	refuse(shop, doc, "is on its way", code=417)


# --- orders that can't be paid


def test_a_cancelled_order_is_refused(shop):
	doc = order()
	doc.cancel()
	frappe.db.commit()
	refuse(shop, doc, "is cancelled")


@pytest.mark.parametrize("status", ["Closed", "On Hold"])
def test_a_closed_order_is_refused(shop, status):
	doc = order()
	doc.update_status(status)
	frappe.db.commit()
	refuse(shop, doc, status.lower())


@pytest.mark.parametrize("arguments", [{"order_id": "order_x"}, {"customer_id": "cus_other"}])
def test_an_unknown_order_and_another_customers_are_not_found(shop, arguments):
	refuse(shop, order(), "There is no order", code=404, **arguments)


def test_an_order_that_is_not_the_shops_is_not_found(shop):
	doc = factories.sales_order()
	frappe.db.commit()
	refuse(shop, doc, "There is no order", code=404, order_id=doc.name)


@pytest.mark.parametrize(
	("arguments", "words"),
	[
		({"order_id": None}, "order_id is missing"),
		({"order_id": ["x"]}, "order_id: Input should be a valid string"),
		({"order_id": " "}, "order_id: String should have at least 1 character"),
		({"coupon_code": "x" * 141}, "coupon_code: String should have at most 140"),
		({"coupon_code": {"like": "%"}}, "coupon_code: Input should be a valid string"),
		({"customer_id": 5}, "customer_id: Input should be a valid string"),
	],
)
def test_bad_arguments(shop, arguments, words):
	refuse(shop, order(), words, code=400, **arguments)


def test_a_failure_in_the_middle_leaves_nothing(shop, monkeypatch):
	"""As a company whose invoices an app refuses."""
	doc, code = order(submit=False), coupon()
	from medusa_integration.orders.money import payment_requests

	monkeypatch.setattr(payment_requests, "request_payment", lambda doc: frappe.throw("no payment today"))
	refuse(shop, doc, "no payment today", code=417, coupon_code=code)


assert COUPON["discount_amount"] == 3  # what the totals above are about
