"""What has changed in Medusa is found by looking: once, whatever is lost on the way."""

import json
from datetime import datetime, timedelta, timezone

import frappe
import pytest
from frappe.utils import add_to_date, now_datetime
from frappe.utils.background_jobs import get_job, is_job_enqueued

from medusa_integration.delivery import outage
from medusa_integration.delivery.box import inbox
from medusa_integration.sync import polling, receiving
from tests.support import arriving, buying
from tests.support.factories import configure, drain
from tests.support.storefront import Shop, configure_storefront
from tests.support.workers import Worker, start

THEN = datetime(2026, 1, 1, tzinfo=timezone.utc)
ROUNDS = 6


@pytest.fixture
def shop(medusa):
	"""The server, with something to buy; orders are imported from now on."""
	buying.product(medusa, "POLL-1")
	configure(medusa, import_orders=1, import_since=None)
	return medusa


def place(medusa) -> str:
	return buying.place(medusa, [("POLL-1", 1)])


def queued() -> set[str]:
	frappe.db.rollback()
	return set(frappe.get_all(inbox.doctype, {"kind": "Order"}, pluck="reference_name"))


def empty() -> None:
	frappe.db.delete(inbox.doctype)
	frappe.db.commit()


def marker(name: str = "orders") -> datetime:
	text = frappe.db.get_single_value("Medusa Configuration", polling.MARKERS, cache=False)
	return datetime.fromisoformat(json.loads(text)[name])


def lists(monkeypatch, *pages: polling.Page, name: str = "orders") -> None:
	"""Have Medusa's list consist of these pages, all of it after the import began."""
	frappe.db.set_single_value("Medusa Configuration", "import_since", "2025-12-01 00:00:00")
	source = polling.Source(name, "Order", lambda medusa, since: iter(pages))
	monkeypatch.setattr(polling, "SOURCES", (source,))


# --- what is found


def test_a_new_order_is_found_once(shop):
	id = place(shop)
	polling.poll()
	assert queued() == {id}
	empty()
	assert polling.poll() == 0
	assert queued() == set()


@pytest.mark.parametrize("text", ["{", "[]", "7", '{"url": 5}', '{"url": "x", "orders": "yesterday"}'])
def test_unreadable_markers_begin_anew(shop, text):
	polling.poll()
	frappe.db.set_single_value("Medusa Configuration", polling.MARKERS, text)
	frappe.db.commit()
	id = place(shop)
	polling.poll()
	assert queued() == {id}
	assert marker()


@pytest.mark.slow
def test_what_happens_to_an_order_is_found(shop):
	id = place(shop)
	for happens in (
		lambda: buying.capture(shop, id),
		lambda: buying.refund(shop, id, 1),
		lambda: buying.fulfill(shop, id),
	):
		polling.poll()
		empty()
		assert polling.poll() == 0
		happens()
		polling.poll()
		assert queued() == {id}


def test_nothing_from_before_the_import_is_found(shop):
	place(shop)
	configure(shop, import_since=add_to_date(now_datetime(), minutes=10))
	assert polling.poll() == 0
	configure(shop, import_since=add_to_date(now_datetime(), minutes=-10))
	assert polling.poll() > 0


def test_another_server_is_read_from_the_beginning(shop, proxy):
	id = place(shop)
	configure(shop, import_orders=1, import_since=add_to_date(now_datetime(), minutes=-10))
	polling.poll()
	empty()
	configure(shop, url=proxy.url)
	polling.poll()
	assert queued() == {id}


# --- what is lost


@pytest.mark.slow
def test_the_marker_moves_with_the_rows_only(shop, monkeypatch):
	id = place(shop)

	def fails(*args) -> None:
		raise frappe.QueryDeadlockError

	with monkeypatch.context() as patched:
		patched.setattr(polling.Marker, "move", fails)
		with pytest.raises(frappe.QueryDeadlockError):
			polling.poll()
	frappe.db.rollback()
	assert queued() == set()
	polling.poll()
	assert queued() == {id}


def test_what_redis_forgets_is_read_once_more(shop):
	id = place(shop)
	polling.poll()
	empty()
	frappe.cache.delete_keys(polling.SEEN)
	polling.poll()
	assert queued() == {id}
	empty()
	assert polling.poll() == 0


def test_a_change_that_is_seen_late_is_found(shop, monkeypatch):
	"""Medusa gives a record its time before others can see it."""
	lists(monkeypatch, [("order_1", THEN)])
	polling.poll()
	empty()
	lists(monkeypatch, [("order_2", THEN - timedelta(minutes=1)), ("order_1", THEN)])
	polling.poll()
	assert queued() == {"order_2"}


def test_two_payments_of_one_order_are_seen_once(shop, monkeypatch):
	page = [("order_1", THEN), ("order_1", THEN + timedelta(seconds=1)), ("", THEN)]
	lists(monkeypatch, page, name="payments")
	assert polling.poll() == 1
	empty()
	assert polling.poll() == 0


def test_a_medusa_that_is_away_is_tried_again_later(shop, proxy):
	configure(shop, url=proxy.url)
	id = place(shop)
	proxy.down()
	assert polling.poll() == 0
	assert outage.lasts()
	assert polling.last_look() is None
	proxy.up()
	assert polling.poll() == 0  # not at once
	outage.end()
	polling.poll()
	assert queued() == {id}
	assert polling.last_look()


# --- many


def test_long_lists_are_read_page_by_page(shop, monkeypatch):
	pages = [
		[(f"order_{page}x{n}", THEN + timedelta(seconds=1000 * page + n)) for n in range(1000)]
		for page in range(4)
	]
	lists(monkeypatch, *pages)
	assert polling.poll(seconds=0) == 1000  # and the next look goes on
	assert polling.last_look() is None
	assert marker() == pages[0][-1][1]
	lists(monkeypatch, *pages[1:])
	assert polling.poll() == 3000
	assert len(queued()) == 4000
	assert len(frappe.cache.get_value(f"{polling.SEEN}_orders")) == 301


@pytest.mark.mariadb
def test_two_looks_at_once_queue_an_order_once(shop):
	id = place(shop)
	found = [worker.result() for worker in start(Worker(polling.poll), Worker(polling.poll))]
	assert queued() == {id}
	assert min(found) == 0


# --- when it is looked


def test_it_is_looked_as_often_as_the_settings_say(shop):
	configure(shop, poll_minutes=5)
	polling.poll_due()
	assert is_job_enqueued(polling.JOB_ID)
	get_job(polling.JOB_ID).delete()
	polling.poll()
	assert polling.last_look()
	polling.poll_due()
	assert not is_job_enqueued(polling.JOB_ID)
	looked = frappe.cache.get_value(polling.LOOKED_KEY)
	frappe.cache.set_value(polling.LOOKED_KEY, looked - 5 * 60)
	polling.poll_due()
	assert is_job_enqueued(polling.JOB_ID)


@pytest.mark.parametrize("values", [{"enable": 0}, {"import_orders": 0}])
def test_while_it_is_off_nobody_looks(shop, values):
	id = place(shop)
	configure(shop, **values)
	polling.poll_due()
	assert not is_job_enqueued(polling.JOB_ID)
	assert polling.poll() == 0
	inbox.add(polling.inbox_kind("Order"), id)
	frappe.db.commit()
	assert receiving.drain_inbox() == 0
	assert queued() == {id}


def test_a_hint_about_a_payment_has_it_looked_for(shop):
	id = place(shop)
	polling.poll()
	empty()
	buying.capture(shop, id)
	configure_storefront()
	response = Shop().call("medusa_webhook", event="payment.captured", id="pay_1")
	assert response.status_code == 202
	polling.poll()
	assert queued() == {id}


# --- what we write ourselves


@pytest.mark.slow
def test_it_gets_quiet(shop):
	"""Our own writes come back in a look; what changes nothing writes nothing."""
	with arriving.precision(3):
		arriving.configure_orders()
		arriving.items("POLL-1")
		configure(shop, import_since=None)
		drain()
		id = place(shop)
		done = []
		for _round in range(ROUNDS):
			done.append((polling.poll(), drain_inbox(), drain()))
		assert frappe.get_all(inbox.doctype, ["*"]) == []
		assert done[0][1] >= 1  # the order, and the customer where Medusa lists it
		assert done[-1] == (0, 0, 0), done
		assert frappe.db.exists("Sales Order", {"medusa_order_id": id, "docstatus": 1})


def test_a_save_of_the_form_leaves_the_marker(shop):
	doc = frappe.get_doc("Medusa Configuration")
	polling.poll()
	before = marker()
	doc.import_since = add_to_date(now_datetime(), minutes=20)
	doc.save()
	frappe.db.commit()
	assert marker() == before


def drain_inbox() -> int:
	frappe.db.commit()
	return receiving.drain_inbox()
