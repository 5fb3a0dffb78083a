"""ERPNext's Payment Requests, on the stand-in as on a real bench."""

from urllib.parse import parse_qs, urlsplit

import frappe
import pytest

from tests.support.factories import invoice, payment, sales_order
from tests.support.mailing import deaf_account
from tests.support.selling import company, payment_gateway_account

STATUSES = (
	"Initiated",
	"Requested",
)  # of a request whose URL is there: ERPNext 15's, and 16's, which asks at each submit

pytestmark = pytest.mark.skipif(
	"payments" not in frappe.get_installed_apps(), reason="Payment Gateways are of the app payments"
)


@pytest.fixture(autouse=True)
def mailbox():
	"""An Email Account, without which no request with a gateway can be submitted. What it sends has the document
	attached as HTML: not everywhere can a PDF be made."""
	deaf_account()
	frappe.db.set_single_value("Print Settings", "send_print_as_pdf", 0)
	yield
	frappe.db.rollback()
	frappe.db.set_single_value("Print Settings", "send_print_as_pdf", 1)
	frappe.db.commit()
	frappe.local.outgoing_email_account = {}


def ask(doc, **values):
	from erpnext.accounts.doctype.payment_request.payment_request import make_payment_request

	return make_payment_request(dt=doc.doctype, dn=doc.name, return_doc=1, **values)


def test_a_draft_of_what_is_open():
	bill = invoice(sales_order(("G-1", 2, 5)))
	request = ask(bill, recipient_id="clinic@example.com", mode_of_payment="Cash")
	assert (request.docstatus, request.status, request.payment_request_type) == (0, "Draft", "Inward")
	assert (request.party_type, request.party, request.company) == ("Customer", bill.customer, company())
	assert (request.grand_total, request.currency, request.mode_of_payment) == (10, bill.currency, "Cash")
	assert request.email_to == "clinic@example.com"
	assert not request.payment_gateway
	assert ask(bill).name == request.name  # a draft is taken up again


def test_without_a_gateway_there_is_no_url():
	request = ask(invoice(sales_order(("G-1", 2, 5))), submit_doc=1)
	assert (request.status, request.payment_url, request.outstanding_amount) == ("Requested", None, 10)


def test_the_url_of_the_gateway():
	account = payment_gateway_account()
	bill = invoice(sales_order(("G-1", 2, 5)))
	request = ask(bill, submit_doc=1, recipient_id="clinic@example.com")
	assert (request.payment_gateway_account, request.payment_gateway) == (account, "Stripe-Shop")
	assert request.status in STATUSES
	url = urlsplit(frappe.db.get_value("Payment Request", request.name, "payment_url"))
	assert url.path.endswith("stripe_checkout")
	said = {key: value for key, (value,) in parse_qs(url.query).items()}
	assert (said["amount"], said["currency"]) == ("10.0", bill.currency)
	assert (said["reference_doctype"], said["reference_docname"]) == ("Payment Request", request.name)
	assert (said["payer_name"], said["title"]) == (bill.customer_name, company())
	assert said["payer_email"] == "clinic@example.com"
	(mail,) = frappe.get_all("Email Queue", pluck="message")
	assert bill.name in mail


@pytest.mark.parametrize("values", [{"order_type": "Shopping Cart"}, {"mute_email": 1}])
def test_the_url_has_to_be_asked_for_where_nobody_is_mailed(values):
	"""That is every order of the type Shopping Cart."""
	payment_gateway_account()
	order = sales_order(("G-1", 2, 5), order_type=values.get("order_type", "Sales"))
	request = ask(order, submit_doc=1, **({} if "order_type" in values else values))
	assert request.status == "Requested"
	request.set_payment_request_url()
	request.reload()
	assert request.status in STATUSES
	assert "stripe_checkout" in request.payment_url


def test_a_shopping_cart_is_redirected_after_a_commit():
	payment_gateway_account()
	order = sales_order(("G-1", 2, 5))
	frappe.local.response = frappe._dict()
	ask(order, order_type="Shopping Cart", submit_doc=1)
	frappe.db.rollback()
	assert frappe.db.exists("Payment Request", {"reference_name": order.name, "docstatus": 1})
	assert frappe.local.response["type"] == "redirect"
	assert "stripe_checkout" in frappe.local.response["location"]


def test_nothing_is_asked_for_twice():
	bill = invoice(sales_order(("G-1", 2, 5)))
	ask(bill, submit_doc=1)
	with pytest.raises(frappe.ValidationError, match="already created"):
		ask(bill)


def test_a_request_of_a_part_leaves_the_rest():
	bill = invoice(sales_order(("G-1", 2, 5)))
	request = ask(bill)
	request.grand_total = 4
	request.save()
	request.submit()
	assert ask(bill).grand_total == 6


def test_what_was_paid_is_not_asked_for():
	bill = invoice(sales_order(("G-1", 2, 5)))
	payment(bill, 4)
	assert ask(bill).grand_total == 6
	payment(bill)
	with pytest.raises(frappe.ValidationError, match="Payment Entry is already created"):
		ask(bill)


def test_a_payment_settles_the_request():
	bill = invoice(sales_order(("G-1", 2, 5)))
	request = ask(bill, submit_doc=1)
	first = payment(bill, 4)
	request.reload()
	assert (request.status, request.outstanding_amount) == ("Partially Paid", 6)
	payment(bill)
	request.reload()
	assert (request.status, request.outstanding_amount) == ("Paid", 0)
	first.reload()
	first.cancel()
	request.reload()
	assert (request.status, request.outstanding_amount) == ("Partially Paid", 4)


def test_a_request_that_is_paid_books_the_payment():
	payment_gateway_account()
	bill = invoice(sales_order(("G-1", 2, 5)))
	request = ask(bill, submit_doc=1)
	entry = request.set_as_paid()
	assert (entry.docstatus, entry.paid_amount, entry.reference_no) == (1, 10, request.name)
	bill.reload()
	assert (bill.status, bill.outstanding_amount) == ("Paid", 0)


def test_an_advance_is_noted_on_the_order():
	order = sales_order(("G-1", 2, 5))
	payment(order, 4)
	order.reload()
	assert order.advance_paid == 4
	assert ask(order).grand_total == 6
