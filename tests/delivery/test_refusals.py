"""A call that Medusa refuses or fails on: the offender is parked with its reason, the others go through."""

import frappe
import pytest
from frappe.utils import get_datetime, now_datetime, time_diff_in_seconds

from medusa_integration import session
from medusa_integration.delivery import outage
from medusa_integration.medusa.handles import handle
from medusa_integration.products import product_payloads
from tests.delivery.helpers import (
	DOCTYPE,
	assert_waiting,
	drain_as_time_goes_by,
	items,
	rows,
	save,
	store_raw,
)
from tests.support.checks import assert_in_step, external_ids
from tests.support.factories import configure, drain, item, item_price, outbox, prices, products, website_item
from tests.support.shop import call, calls_for, make_product

# --- Medusa fails on a call


def test_a_500_is_tried_again(medusa, proxy):
	names = items(3)
	proxy.fail(
		"status",
		times=calls_for(medusa, 3),
		match=call(medusa, "product"),
		status=500,
		body='{"type":"unknown_error","message":"An unknown error occurred."}',
	)
	drain()
	assert {(row.status, row.attempts) for row in rows().values()} == {("Pending", 1)}
	assert all("An unknown error occurred." in row.error for row in rows().values())
	assert not outage.lasts()
	due = [
		get_datetime(value)
		for value in frappe.get_all("Medusa Outbox", {"kind": "Product"}, pluck="due", order_by="name")
	]
	assert all(5 < time_diff_in_seconds(value, now_datetime()) < 30 for value in due)
	drain()
	assert_in_step(medusa, names)


@pytest.mark.slow
def test_what_breaks_medusa_is_singled_out_and_parked(medusa, monkeypatch):
	"""A zero byte in the metadata: PostgreSQL refuses it, and Medusa answers 500 for the whole batch."""
	configure(medusa, max_attempts=3)
	names = items(6)
	poison = names[3]
	payload = product_payloads.payload

	def poisoned(item, *args):
		product = payload(item, *args)
		if item.name == poison:
			product["metadata"]["UOM"] = "a\x00b"
		return product

	monkeypatch.setattr(product_payloads, "payload", poisoned)
	drain_as_time_goes_by(3)
	assert external_ids(medusa).keys() == set(names) - {poison}
	(parked,) = rows().values()
	assert (parked.reference_name, parked.status, parked.attempts) == (poison, "Parked", 3)
	assert parked.error
	drain()
	assert rows()[poison].status == "Parked"
	monkeypatch.undo()
	save(poison, web_item_name="Mended")
	assert (rows()[poison].status, rows()[poison].attempts) == ("Pending", 0)
	drain()
	assert_in_step(medusa, names)


def test_a_document_that_we_are_not_ready_for_does_not_stop_the_others(medusa, monkeypatch):
	configure(medusa, max_attempts=3)
	names = items(4, price=False)
	payload = product_payloads.payload

	def buggy(item, *args):
		if item.name == names[1]:
			raise KeyError("who would have thought of that")
		return payload(item, *args)

	monkeypatch.setattr(product_payloads, "payload", buggy)
	drain_as_time_goes_by(3)
	assert external_ids(medusa).keys() == set(names) - {names[1]}
	(parked,) = rows().values()
	assert (parked.reference_name, parked.status) == (names[1], "Parked")
	log = parked.error.split()[-1]
	assert "who would have thought of that" in frappe.db.get_value("Error Log", log, "error")


def test_too_many_requests(medusa, proxy):
	names = items(3)
	proxy.fail(
		"status",
		times=calls_for(medusa, 3),
		match=call(medusa, "product"),
		status=429,
		headers={"Retry-After": "600"},
		body='{"message":"Slow down"}',
	)
	drain()
	assert_waiting("Slow down")
	due = [
		get_datetime(value)
		for value in frappe.get_all("Medusa Outbox", {"kind": "Product"}, pluck="due", order_by="name")
	]
	assert all(580 < time_diff_in_seconds(value, now_datetime()) < 610 for value in due)
	assert outage.lasts()
	assert 1 <= proxy.calls.count(call(medusa, "product")) <= calls_for(medusa, 3)
	drain()
	assert_in_step(medusa, names)


@pytest.mark.v2("v1 has no batches")
def test_a_body_that_is_too_large_goes_in_parts(medusa, proxy):
	"""Medusa takes 2 MB a call, and is sent no more."""
	names = items(6, price=False)
	for name in names:
		store_raw(name, web_long_description=f"<p>{'word ' * 120_000}</p>")  # 600 kB
	drain()
	assert_in_step(medusa, names)
	assert proxy.calls.count(call(medusa, "product")) == 2
	assert frappe.get_all("Medusa Request Log", {"status": "Failure"}) == []


@pytest.mark.slow
def test_one_body_that_is_too_large_is_parked_alone(medusa, proxy):
	"""Without a call for it, and with words that say what to do; the others go at once."""
	names = items(8, price=False)
	store_raw(names[2], web_long_description=f"<p>{'word ' * 500_000}</p>")
	drain()
	assert external_ids(medusa).keys() == set(names) - {names[2]}
	(parked,) = rows().values()
	assert (parked.reference_name, parked.status) == (names[2], "Parked")
	limit = "2 MB" if medusa.version == "v2" else "100 kB"
	assert "Too large for Medusa: the product takes 2.5 MB" in parked.error
	assert f"Medusa accepts {limit}. Shorten the description." in parked.error
	assert proxy.calls.count(call(medusa, "product")) == calls_for(medusa, 7)
	assert frappe.get_all("Medusa Request Log", {"status": "Failure"}) == []
	save(names[2], web_long_description="<p>Shorter</p>")
	drain()
	assert_in_step(medusa, names)


def test_a_body_that_just_fits_is_sent(medusa):
	(name,) = items(1, price=False)
	size = session.DIALECTS[medusa.version].max_body - 3500
	store_raw(name, web_long_description=f"<p>{'w' * size}</p>")
	drain()
	assert_in_step(medusa, [name])
	assert len(products(medusa)[name]["description"]) == size


# --- records that Medusa refuses


@pytest.mark.slow
@pytest.mark.parametrize(
	"clash", [pytest.param("handle", marks=pytest.mark.v2("on v1 a product is ours by its handle")), "sku"]
)
def test_a_clash_with_a_foreign_product_parks_one(medusa, clash):
	names = items(20, price=False)
	victim = frappe.get_doc(DOCTYPE, names[7])
	taken = handle(victim.web_item_name, victim.name)
	foreign = {"title": "Foreign", "handle": taken if clash == "handle" else "foreign"}
	foreign_id = make_product(medusa, "F" if clash == "handle" else "G-7", **foreign)["id"]
	drain()
	(parked,) = rows().values()
	assert (parked.reference_name, parked.status) == (victim.name, "Parked")
	assert "already exists" in parked.error
	assert (taken if clash == "handle" else "G-7") in parked.error
	assert external_ids(medusa).keys() == {*names, None} - {victim.name}
	assert medusa.admin("GET", f"/admin/products/{foreign_id}")["product"]["title"] == "Foreign"
	medusa.admin("DELETE", f"/admin/products/{foreign_id}")
	save(victim.name, ranking=5)
	drain()
	assert_in_step(medusa, names)


def test_a_foreign_collection_in_the_way_parks_its_group(medusa):
	foreign = medusa.admin("POST", "/admin/collections", {"title": "Their gloves", "handle": "gloves"})[
		"collection"
	]["id"]
	gloves = items(2, price=False)
	mask = website_item("M-1", group="Masks").name
	drain()
	assert external_ids(medusa).keys() == {mask}
	assert {name: row.status for name, row in rows().items()} == {name: "Parked" for name in gloves}
	assert all("Gloves" in row.error and "already exists" in row.error for row in rows().values())
	medusa.admin("DELETE", f"/admin/collections/{foreign}")
	for name in gloves:
		save(name, ranking=5)
	drain()
	assert_in_step(medusa, [*gloves, mask])


def test_an_item_group_that_is_missing(medusa):
	names = items(2, price=False)
	lost = website_item("M-1", group="Masks").name
	nowhere = website_item("M-2", group="Masks").name
	store_raw(nowhere, item_group="")
	frappe.db.delete("Item Group", {"name": "Masks"})
	drain()
	assert external_ids(medusa).keys() == set(names)
	assert {name: row.status for name, row in rows().items()} == {lost: "Parked", nowhere: "Parked"}
	assert "Masks" in rows()[lost].error
	assert "doesn't exist" in rows()[lost].error


@pytest.mark.slow
def test_a_currency_that_the_shop_does_not_have(medusa):
	(name,) = items(1)
	foreign = item_price("G-0", 20, valid_from="2001-01-01")
	frappe.db.set_value("Item Price", foreign.name, "currency", "AED")
	drain()
	(parked,) = rows("Price").values()
	assert (parked.reference_name, parked.status) == (name, "Parked")
	assert "AED" in parked.error
	assert prices(medusa) == {"G-0": [("Standard Selling", "omr", 1.5)]}
	frappe.get_doc("Item Price", foreign.name).delete()
	drain()
	assert_in_step(medusa, [name])


def test_a_price_of_an_item_that_is_not_in_the_shop(medusa, proxy, unpublished_stay):
	item("X-1")
	item_price("X-1", 5)
	website_item("X-2", published=0)
	item_price("X-2", 5)
	frappe.db.commit()
	assert outbox() == []
	drain()
	assert proxy.calls == []
