"""Two calls at the same moment, from processes of their own."""

import json

import frappe
import pytest

from tests.support import factories
from tests.support.orders import ORDER, call_as_shop, counts, coupon, fresh, order
from tests.support.workers import Worker, start

pytestmark = [pytest.mark.mariadb, pytest.mark.slow]


def at_once(*calls: tuple[str, dict]) -> list[tuple[int, object]]:
	"""(status code, message) of calls that begin together."""
	frappe.db.commit()
	workers = start(
		*(Worker(call_as_shop, name=name, arguments=json.dumps(arguments)) for name, arguments in calls)
	)
	return [tuple(worker.result()) for worker in workers]


def at_once_behind(doctype: str, name: str, *calls: tuple[str, dict]) -> list[tuple[int, object]]:
	"""The same for calls that lock a document first: they begin while it is locked here, and none is done before it isn't."""
	frappe.db.commit()
	frappe.db.get_value(doctype, name, "name", for_update=True)
	workers = start(
		*(Worker(call_as_shop, name=each, arguments=json.dumps(arguments)) for each, arguments in calls)
	)
	assert not any(worker.pipe.poll(1) for worker in workers)
	frappe.db.commit()
	return [tuple(worker.result()) for worker in workers]


@pytest.mark.parametrize("submit", [False, True])
def test_a_coupon_is_spent_once(shop, submit):
	code = coupon()
	ids = ["order_1", "order_2", "order_3"]
	for id in ids:
		order(id=id, submit=submit)
	done = at_once(*(("pay_now", {"order_id": id, "coupon_code": code}) for id in ids))
	assert sorted(status for status, _message in done) == [200, 409, 409]
	assert all("has been used" in message["error"] for status, message in done if status == 409)
	bills = frappe.get_all("Sales Invoice", {"medusa_order_id": ("in", ids)}, pluck="grand_total")
	assert bills == [17]


@pytest.mark.parametrize("submit", [False, True])
def test_an_order_is_paid_once(shop, submit):
	order(submit=submit)
	done = at_once(*[("pay_now", {"order_id": ORDER})] * 4)
	assert [status for status, _message in done] == [200] * 4
	assert all(message == done[0][1] for _status, message in done)
	assert counts("Sales Invoice", "Payment Request") == {"Sales Invoice": 1, "Payment Request": 1}


def test_two_coupons_for_one_order(shop):
	codes = [coupon("ONE"), coupon("TWO")]
	order()
	done = at_once(*(("pay_now", {"order_id": ORDER, "coupon_code": code}) for code in codes))
	assert sorted(status for status, _message in done) == [200, 409]
	assert frappe.db.count("Website Coupon Code", {"claimed": 1}) == 1


def test_returns_never_exceed_what_was_delivered(shop):
	doc = order(("G-1", 5, 5))
	factories.delivery(doc)
	items = [{"item_code": "G-1", "quantity": 2}]
	done = at_once(*[("update_returned_items", {"medusa_order_id": ORDER, "items": items})] * 4)
	assert sorted(status for status, _message in done) == [200, 200, 409, 409]
	assert all("G-1: 1 at most" in message["error"] for status, message in done if status == 409)
	assert sum(row.qty for row in fresh("Sales Order", doc.name).custom_returned_items) == 4


def test_one_return_announced_by_several(shop):
	doc = order(("G-1", 5, 5))
	factories.delivery(doc)
	arguments = {
		"medusa_order_id": ORDER,
		"items": [{"item_code": "G-1", "quantity": 2}],
		"return_id": "return_1",
	}
	done = at_once(*[("update_returned_items", arguments)] * 4)
	assert [status for status, _message in done] == [200] * 4
	assert len(fresh("Sales Order", doc.name).custom_returned_items) == 1


def place(quotation: str) -> str:
	from medusa_integration.quotations import ordering

	return ordering.place(frappe.get_doc("Quotation", quotation)).name


def test_a_quotation_is_ordered_once(shop):
	doc = factories.quotation(("G-1", 2, 5), medusa_order_id=ORDER)
	doc.submit()
	frappe.db.commit()
	workers = start(*(Worker(place, quotation=doc.name) for _ in range(3)))
	assert len({worker.result() for worker in workers}) == 1
	assert counts("Sales Order") == {"Sales Order": 1}
