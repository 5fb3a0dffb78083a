"""While Medusa can't be reached, or doesn't let us in, everything waits and nothing is blamed."""

import frappe
import pytest
from frappe.utils.background_jobs import get_job, is_job_enqueued
from frappe.utils.password import set_encrypted_password

from medusa_integration.delivery import box, outage
from tests.delivery.helpers import (
	DOCTYPE,
	assert_waiting,
	drain_as_time_goes_by,
	items,
	log_count,
	rows,
	save,
)
from tests.medusa.test_client import token
from tests.support.checks import assert_in_step
from tests.support.factories import configure, drain, item_group, outbox
from tests.support.shop import call, refusal

# --- Medusa can't be reached


def test_while_medusa_is_down_everything_waits(medusa, proxy):
	proxy.down()
	names = items(3)
	drain()
	assert_waiting("can't be reached")
	assert len(rows()) == 3
	drain_as_time_goes_by(3)
	assert_waiting("can't be reached")
	proxy.up()
	drain()
	assert_in_step(medusa, names)


@pytest.mark.slow
def test_while_medusa_hangs_everything_waits(medusa, proxy):
	configure(medusa, read_timeout=1)
	names = items(2)
	medusa.pause()
	try:
		drain()
	finally:
		medusa.resume()
	assert_waiting("didn't answer in time")
	configure(medusa)
	drain()
	assert_in_step(medusa, names)


@pytest.mark.slow
def test_a_drain_stops_when_medusa_is_out_of_reach(medusa, proxy):
	"""Instead of failing ten thousand rows one by one."""
	configure(medusa, url=proxy.url, batch_size=1)
	names = items(8, price=False)
	proxy.fail("refuse", times=1000)
	drain()
	assert len(proxy.calls) <= 10
	assert outage.lasts()
	assert len([row for row in rows().values() if row.error]) <= 3
	untouched = [row for row in rows().values() if not row.error]
	assert {(row.status, row.attempts, row.lease) for row in untouched} == {("Pending", 0, "")}
	proxy.clear()
	drain()
	assert_in_step(medusa, names)


def test_nobody_knocks_at_each_save_while_medusa_is_down(medusa, proxy):
	"""One row is enough to know that it is."""
	proxy.down()
	(name,) = items(1, price=False)
	drain()
	get_job(box.outbox.job.id).delete()  # that drain was it
	assert outage.lasts()
	for n in range(3):
		save(name, web_item_name=f"Title {n}")
		frappe.db.commit()
	assert not is_job_enqueued(box.outbox.job.id)
	proxy.up()
	drain()
	assert not outage.lasts()
	assert_in_step(medusa, [name])


@pytest.mark.parametrize("up", [True, False], ids=["up", "down"])
def test_a_save_makes_no_call(medusa, proxy, up):
	if not up:
		proxy.down()
	(name,) = items(1)
	item_group("Masks")
	frappe.db.commit()
	save(name, web_item_name="Other")
	frappe.get_doc("Item Price", {"item_code": "G-0"}).update({"price_list_rate": 9}).save()
	frappe.get_doc("Item", "G-0").update({"country_of_origin": "India"}).save()
	frappe.db.commit()
	frappe.delete_doc(DOCTYPE, name)
	frappe.db.commit()
	assert proxy.calls == []
	assert log_count() == 0


def test_a_server_that_is_not_medusa(medusa, proxy):
	names = items(3)
	for status, body in (
		(200, "<html>It works!</html>"),
		(404, "<html>Not here</html>"),
		(405, ""),
		(301, ""),
	):
		proxy.clear()
		proxy.fail("status", times=1000, status=status, body=body, headers={"Content-Type": "text/html"})
		drain()
		assert {row.status for row in rows().values()} == {"Pending"}
		assert {row.attempts for row in rows().values()} == {0}
		assert any("Backend URL" in row.error or "sign-in" in row.error for row in outbox())
	proxy.clear()
	drain()
	assert_in_step(medusa, names)


# --- Medusa doesn't let us in


@pytest.mark.slow
def test_a_wrong_password_holds_everything_up_and_parks_nothing(medusa):
	configure(medusa, admin_password="wrong")
	names = items(3)
	drain()
	assert_waiting("Medusa Configuration")
	assert any(refusal(medusa) in row.error for row in outbox())
	assert outage.lasts()
	drain_as_time_goes_by(3)
	assert_waiting("Medusa Configuration")
	configure(medusa)
	assert not outage.lasts()
	drain()
	assert_in_step(medusa, names)


@pytest.mark.slow
def test_a_token_that_medusa_no_longer_knows(medusa):
	names = items(2)
	drain()
	set_encrypted_password("Medusa Configuration", "Medusa Configuration", token(3600), "access_token")
	save(names[0], web_item_name="Changed")
	drain()
	assert_in_step(medusa, names)
	# for the next drain, too
	save(names[0], web_item_name="Changed again")
	before = frappe.db.count("Medusa Request Log", {"status_code": 401})
	drain()
	assert before == 1
	assert frappe.db.count("Medusa Request Log", {"status_code": 401}) == 1
	assert_in_step(medusa, names)


@pytest.mark.parametrize("what", ["product", "price list", "collection"])
def test_a_401_in_the_middle_costs_one_sign_in(medusa, proxy, what):
	names = items(3)
	proxy.fail("status", match=call(medusa, what), status=401, body='{"message":"Unauthorized"}')
	drain()
	assert_in_step(medusa, names)
	assert proxy.calls.count(call(medusa, "sign-in")) == 1


def test_a_401_when_something_is_looked_up_costs_one_sign_in(medusa, proxy):
	names = items(3)
	drain()
	proxy.fail("status", match="GET /admin/products", status=401, body='{"message":"Unauthorized"}')
	save(names[0], on_backorder=1)  # which isn't written without a look
	drain()
	assert_in_step(medusa, names)
	assert proxy.calls.count(call(medusa, "sign-in")) == 1
