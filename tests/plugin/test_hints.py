"""What the plugin tells ERPNext of what happens in Medusa."""

import re

import frappe
import pytest

from medusa_integration import signature
from tests.plugin.conftest import TIMEOUT
from tests.support import buying
from tests.support.checks import until
from tests.support.storefront import PATH, SECRET

LOG = re.compile(r"ERPNext wasn't told of (\S+) (\S+), and finds it later: ([^\"]*)")


def log(shop) -> str:
	return shop.log.read_text(errors="replace")


def heard(receiver, event: str, **values) -> dict:
	"""The hint of an event with these values, once it has come."""

	def found() -> dict | None:
		return next(
			(hint for hint in receiver.hints() if hint == {**hint, "event": event, **values}),
			None,
		)

	return until(found, seconds=60)


def placed(shop, receiver, **values) -> str:
	order = buying.place(shop, [("G-1", 3)], **values)
	heard(receiver, "order.placed", id=order)
	return order


def test_a_placed_order_is_told_with_a_signature(shop, receiver):
	order = placed(shop, receiver)
	(call,) = [call for call in receiver.calls if call.values == {"event": "order.placed", "id": order}]
	assert (call.method, call.target) == ("POST", PATH + "medusa_webhook")
	request = call.as_request()
	signature.verify(request, SECRET)
	with pytest.raises(signature.BadSignature):
		signature.verify(request, SECRET)  # once
	with pytest.raises(signature.BadSignature):
		signature.verify(call.as_request(), "another")


def test_the_life_of_an_order_is_told(shop, receiver):
	order = placed(shop, receiver)
	buying.capture(shop, order)
	payment = heard(receiver, "payment.captured", order_id=order)
	assert payment["id"].startswith("pay_")
	parcel = buying.fulfill(shop, order, {"G-1": 2})
	heard(receiver, "order.fulfillment_created", id=parcel, order_id=order)
	buying.ship(shop, order, parcel, "GP 4711")
	heard(receiver, "shipment.created", id=parcel, order_id=order)
	buying.deliver(shop, order, parcel)
	heard(receiver, "delivery.created", id=parcel, order_id=order)
	other = buying.fulfill(shop, order)
	buying.cancel_fulfillment(shop, order, other)
	heard(receiver, "order.fulfillment_canceled", id=other, order_id=order)
	returned = buying.request_return(shop, order, {"G-1": 1})
	heard(receiver, "order.return_requested", id=returned, order_id=order)
	buying.receive_return(shop, order, returned)
	heard(receiver, "order.return_received", id=returned, order_id=order)
	buying.refund(shop, order, 1)
	heard(receiver, "payment.refunded", id=payment["id"], order_id=order)


def test_edits_cancellations_and_changed_details_are_told(shop, receiver):
	order = placed(shop, receiver)
	buying.edit(shop, order, {"G-1": 4})
	heard(receiver, "order-edit.confirmed", id=order, order_id=order)
	shop.admin("POST", f"/admin/orders/{order}", {"email": "other@example.com"})
	heard(receiver, "order.updated", id=order)
	buying.cancel(shop, order)
	heard(receiver, "order.canceled", id=order)
	done = placed(shop, receiver)
	shop.admin("POST", f"/admin/orders/{done}/complete")
	heard(receiver, "order.completed", id=done)


def test_customers_are_told(shop, receiver):
	buyer = buying.sign_up(shop)
	heard(receiver, "customer.created", id=buyer.id)
	shop.admin("POST", f"/admin/customers/{buyer.id}", {"first_name": "Amal"})
	heard(receiver, "customer.updated", id=buyer.id)
	shop.admin("DELETE", f"/admin/customers/{buyer.id}")
	heard(receiver, "customer.deleted", id=buyer.id)


def failures(shop, order: str) -> list[str]:
	"""The words of Medusa's log."""
	return [words for event, id, words in LOG.findall(log(shop)) if (event, id) == ("order.placed", order)]


def failure_of(shop, order: str) -> str:
	return until(lambda: failures(shop, order), seconds=60)[0]


@pytest.mark.parametrize(
	("code", "answer", "words"),
	[
		(
			401,
			{"message": {"error": "The signature isn't that of this request."}},
			"401: The signature isn't",
		),
		(503, {"message": {"error": "Enable the integration."}}, "503: Enable the integration."),
		(500, {"exception": "Traceback"}, "500: no words"),
		(200, ["something else"], "isn't ERPNext"),
		(302, {}, "302"),
	],
)
def test_a_refusal_is_logged_and_the_order_stands(shop, receiver, code, answer, words):
	receiver.answers["medusa_webhook"] = (code, answer)
	order = buying.place(shop, [("G-1", 1)])
	assert words in failure_of(shop, order)
	assert buying.read(shop, order)["id"] == order
	assert all(call.name == "medusa_webhook" for call in receiver.calls)  # no redirection is followed


def test_while_nobody_listens_orders_are_placed_all_the_same(shop, receiver):
	receiver.down()
	order = buying.place(shop, [("G-1", 1)])
	assert f"can't be reached at {receiver.url}: ECONNREFUSED" in failure_of(shop, order)
	receiver.up()
	placed(shop, receiver)


def test_medusa_does_not_wait_for_an_answer(shop, receiver):
	receiver.delay = TIMEOUT / 1000 + 5
	order = buying.place(shop, [("G-1", 1)])
	assert not failures(shop, order)  # the call to ERPNext is still under way
	assert f"didn't answer within {TIMEOUT} ms" in failure_of(shop, order)


def test_the_secret_is_never_in_the_log(shop, receiver):
	receiver.answers["medusa_webhook"] = (401, {"message": {"error": "Signature refused"}})
	failure_of(shop, buying.place(shop, [("G-1", 1)]))
	receiver.down()
	failure_of(shop, buying.place(shop, [("G-1", 1)]))
	said = log(shop)
	assert "wasn't told" in said
	assert SECRET not in said
	assert "v1=" not in said
	assert not frappe.db.exists("Medusa Inbox", {"reference_name": ("like", "order_%")})
