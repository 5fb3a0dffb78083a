"""Medusa down, slow, wrong or half-answering: saves succeed, nothing is lost, nothing is doubled."""

import time

import frappe
import pytest
from frappe.utils import now_datetime, time_diff_in_seconds

from tests.factories import configure, drain, item_price, outbox, prices, products, website_item

CREATE = "POST /admin/products/batch"
PRICES = "POST /admin/price-lists"


def in_step(medusa, *docs):
	"""Medusa has exactly these, once, under the ids that ERPNext knows."""
	rows = medusa.admin("GET", "/admin/products", params={"limit": 500, "fields": "id,external_id"})[
		"products"
	]
	assert sorted(row["external_id"] for row in rows) == sorted(doc.name for doc in docs)
	for row in rows:
		assert frappe.db.get_value("Website Item", row["external_id"], "medusa_id") == row["id"]
	assert outbox() == []
	return True


def test_a_save_makes_no_call(proxy):
	website_item("G-1")
	item_price("G-1", 2)
	frappe.db.commit()
	assert proxy.calls == []


def test_medusa_down_costs_nothing_but_time(medusa, proxy):
	proxy.down()
	docs = [website_item(f"G-{n}") for n in range(3)]
	drain()
	rows = outbox()
	assert {row.status for row in rows} == {"Pending"}
	assert {row.attempts for row in rows} == {0}
	assert all("reached" in row.error for row in rows)
	proxy.up()
	drain()
	in_step(medusa, *docs)


def test_while_medusa_is_down_nobody_knocks(proxy, medusa):
	from frappe.utils.background_jobs import get_job

	from medusa_integration.sync import drain as module
	from medusa_integration.sync import outage

	proxy.down()
	for n in range(3):
		website_item(f"G-{n}")
	configure(medusa, url=proxy.url, batch_size=1)
	drain()
	assert outage.lasts()
	get_job(module.JOB_ID).delete()  # the one that the first commit started
	before = frappe.db.count("Medusa Request Log")
	website_item("G-9")
	frappe.db.commit()
	module.drain_due()
	assert not module.is_job_enqueued(module.JOB_ID)
	assert frappe.db.count("Medusa Request Log") == before


def test_a_wrong_password_parks_nothing(medusa):
	doc = website_item("G-1")
	configure(medusa, admin_password="wrong")
	drain()
	(row,) = [row for row in outbox() if row.kind == "Product"]
	assert (row.status, row.attempts) == ("Pending", 0)
	assert "Medusa Configuration" in row.error
	configure(medusa)
	drain()
	in_step(medusa, doc)


def test_a_token_refused_in_the_middle_is_fetched_anew(medusa, proxy):
	docs = [website_item(f"G-{n}") for n in range(5)]
	proxy.fail("status", match=CREATE, status=401, body='{"message":"Unauthorized"}')
	drain()
	in_step(medusa, *docs)
	assert proxy.calls.count("POST /auth/user/emailpass") == 2


@pytest.mark.parametrize(
	"fault",
	[
		("drop", {}),
		("cut", {}),
		("refuse", {}),
		("delay", {"seconds": 4}),
		("status", {"status": 500, "body": '{"type":"unknown_error","message":"boom"}'}),
		("status", {"status": 503, "body": "<html>"}),
	],
	ids=lambda fault: f"{fault[0]}{fault[1].get('status', '')}",
)
@pytest.mark.parametrize("match", ["POST /admin/collections", CREATE, PRICES])
def test_one_fault_loses_and_doubles_nothing(medusa, proxy, fault, match):
	configure(medusa, url=proxy.url, read_timeout=2)
	docs = [website_item(f"G-{n}") for n in range(3)]
	for doc in docs:
		item_price(doc.item_code, 2)
	kind, options = fault
	hit = proxy.fail(kind, match=match, **options)
	drain()
	assert hit.hits == 1
	if kind == "delay":
		time.sleep(3)  # what we gave up on is applied all the same
	drain()
	in_step(medusa, *docs)
	assert prices(medusa) == {doc.item_code: [("Standard Selling", "omr", 2)] for doc in docs}
	assert len(medusa.admin("GET", "/admin/collections")["collections"]) == 1
	assert len(medusa.admin("GET", "/admin/price-lists")["price_lists"]) == 1


def test_too_many_requests_are_waited_for(medusa, proxy):
	doc = website_item("G-1")
	proxy.fail("status", match=CREATE, status=429, headers={"Retry-After": "120"}, body="{}")
	drain()
	(row,) = frappe.get_all("Medusa Outbox", {"kind": "Product"}, ["status", "attempts", "due"])
	assert (row.status, row.attempts) == ("Pending", 0)
	assert 100 < time_diff_in_seconds(row.due, now_datetime()) < 140
	drain()
	in_step(medusa, doc)


def test_what_breaks_medusa_is_isolated_and_parked(medusa, proxy):
	configure(medusa, max_attempts=4)
	poison, fine = website_item("G-1"), website_item("G-2")
	import medusa_integration.sync.products as module

	real = module.payload  # takes NULs out, for which Medusa answers 500: here they stay in

	def poisoned(item, collection_id):
		product = real(item, collection_id)
		if item.name == poison.name:
			product["title"] += "\x00"
		return product

	module.payload = poisoned
	try:
		for _ in range(4):
			drain()
	finally:
		module.payload = real
	assert list(products(medusa)) == [fine.name]
	(row,) = outbox()
	assert (row.reference_name, row.status, row.attempts) == (poison.name, "Parked", 4)


def test_a_wrong_server_parks_nothing(medusa):
	doc = website_item("G-1")
	configure(medusa, url=f"{medusa.url}/elsewhere")
	drain()
	(row,) = [row for row in outbox() if row.kind == "Product"]
	assert row.status == "Pending"
	assert "Backend URL" in row.error
	configure(medusa)
	drain()
	in_step(medusa, doc)


def test_a_deletion_whose_reply_is_lost_is_a_deletion(medusa, proxy):
	doc = website_item("G-1")
	drain()
	doc.reload()
	doc.delete()
	proxy.fail("drop", match=CREATE)
	drain()
	drain()
	in_step(medusa)


def test_an_item_deleted_after_a_lost_reply_is_found_and_deleted(medusa, proxy):
	doc = website_item("G-1")
	proxy.fail("drop", match=CREATE)
	drain()
	assert products(medusa)
	doc.reload()
	assert not doc.medusa_id
	doc.delete()
	drain()
	in_step(medusa)
