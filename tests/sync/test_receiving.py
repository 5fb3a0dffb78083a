"""Which orders are brought in, and what becomes of the rows of the others."""

import frappe
import pytest
from frappe.utils import add_to_date, now_datetime

from medusa_integration.delivery import claims, outage
from medusa_integration.delivery.blocked import Blocked
from medusa_integration.delivery.box import inbox
from medusa_integration.orders import orders_from_medusa
from medusa_integration.orders.orders_from_medusa import CHOSEN, INCOMING_ORDER
from medusa_integration.sync import receiving
from tests.support import buying
from tests.support.factories import configure, sales_order


@pytest.fixture
def shop(medusa):
	buying.product(medusa, "RCV-1")
	configure(medusa, import_orders=1, import_since=add_to_date(now_datetime(), hours=-1))
	return medusa


@pytest.fixture
def arrived(monkeypatch) -> list[str]:
	"""The orders that are brought in, which nothing is made of here."""
	found: list[str] = []
	monkeypatch.setattr(orders_from_medusa, "arrive", lambda order, hold: found.append(order.id) or [])
	return found


def receive(*ids: str, **kept) -> list:
	"""Queue orders and work them off; the rows that are left."""
	inbox.add_many(((INCOMING_ORDER, id) for id in ids), kept or None)
	frappe.db.commit()
	receiving.drain_inbox()
	frappe.db.rollback()
	fields = ["name", "status", "error", "about", "attempts", "lease", "unsure_until"]
	return frappe.get_all(inbox.doctype, fields=fields, order_by="name")


def place(medusa) -> str:
	return buying.place(medusa, [("RCV-1", 1)])


@pytest.mark.slow
def test_orders_are_brought_in(shop, arrived):
	ids = [place(shop), place(shop)]
	assert receive(*ids) == []
	assert sorted(arrived) == sorted(ids)


def test_an_order_from_before_the_import_is_left(shop, arrived):
	id = place(shop)
	configure(shop, import_since=add_to_date(now_datetime(), hours=1))
	assert receive(id) == []
	assert arrived == []
	assert receive(id, **{CHOSEN: True}) == []
	assert arrived == [id]
	sales_order(medusa_order_id=id)
	assert receive(id) == []
	assert arrived == [id, id]


def test_a_choice_outlives_later_events(shop, arrived):
	id = place(shop)
	configure(shop, import_since=add_to_date(now_datetime(), hours=1))
	inbox.add_many([(INCOMING_ORDER, id)], {CHOSEN: True})
	assert receive(id) == []
	assert arrived == [id]


@pytest.mark.v2("v1's draft orders aren't orders")
def test_a_draft_is_no_order_yet(shop, arrived):
	items = [{"title": "Glove", "quantity": 1, "unit_price": 5}]
	draft = {"email": "a@example.com", "region_id": shop.shop["region_id"], "items": items}
	id = shop.admin("POST", "/admin/draft-orders", json=draft)["draft_order"]["id"]
	assert receive(id, **{CHOSEN: True}) == []
	assert arrived == []


def test_an_order_that_medusa_took_back_is_none(shop, arrived):
	"""As it does while it completes a cart and fails."""
	assert receive("order_01JDB42N8C3R9T7W1Y5A8B6DEF") == []
	assert arrived == []


def test_a_sales_order_whose_order_medusa_has_not_is_parked(shop, arrived):
	id = "order_01JDB42N8C3R9T7W1Y5A8B6DEF"
	sales_order(medusa_order_id=id)
	(row,) = receive(id)
	assert row.status == "Parked"
	assert f"Medusa has no order {id}" in row.error


def test_what_keeps_an_order_out_is_said(shop, monkeypatch):
	id = place(shop)
	monkeypatch.setattr(orders_from_medusa, "arrive", lambda order, hold: ["No account for VAT5", "No item"])
	(row,) = receive(id)
	assert (row.status, row.error) == ("Parked", "No account for VAT5\nNo item")
	assert row.about == f"#{buying.read(shop, id)['display_id']}, {buying.BUYER}"


@pytest.mark.slow
def test_one_broken_order_does_not_stop_the_others(shop, monkeypatch):
	ids = [place(shop) for _number in range(3)]
	done = []

	def arrive(order, hold):
		if order.id == ids[1]:
			raise ZeroDivisionError
		done.append(order.id)
		return []

	monkeypatch.setattr(orders_from_medusa, "arrive", arrive)
	(row,) = receive(*ids)
	assert row.name == inbox.key_of("Order", ids[1])
	assert set(done) == {ids[0], ids[2]}
	assert row.status == "Pending" and row.attempts == 1


def test_a_refusal_is_rolled_back(shop, monkeypatch):
	def place_half(order):
		frappe.get_doc({"doctype": "Brand", "brand": "Half a job"}).insert()
		raise Blocked("Not so")

	monkeypatch.setattr(orders_from_medusa.sales_orders, "place", place_half)
	(row,) = receive(place(shop))
	assert (row.status, row.error) == ("Parked", "Not so")
	assert not frappe.db.exists("Brand", "Half a job")


def test_a_medusa_that_is_away_counts_against_nobody(shop, proxy, arrived):
	id = place(shop)
	configure(shop, url=proxy.url)
	proxy.down()
	(row,) = receive(id)
	assert (row.status, row.attempts, row.lease) == ("Pending", 0, "")
	assert outage.lasts()
	proxy.up()
	outage.end()
	assert receive(id) == []
	assert arrived == [id]


def test_what_a_dead_worker_had_is_read_once_more(shop, arrived):
	"""Reading changes nothing in Medusa, so nothing has to be waited for after it."""
	id = place(shop)
	inbox.add(INCOMING_ORDER, id)
	frappe.db.commit()
	(row,) = claims.claim(inbox, "Order", 1, 60)
	frappe.db.set_value(inbox.doctype, row.name, "due", add_to_date(now_datetime(), seconds=-1))
	frappe.db.commit()
	receiving.drain_inbox()
	frappe.db.rollback()
	assert frappe.get_all(inbox.doctype) == []
	assert arrived == [id]


def test_the_user_of_the_request_is_not_who_imports(shop, monkeypatch):
	users = []
	monkeypatch.setattr(
		orders_from_medusa, "arrive", lambda order, hold: users.append(frappe.session.user) or []
	)
	frappe.set_user("Guest")
	receive(place(shop))
	assert users == ["Administrator"]
	assert frappe.session.user == "Guest"
