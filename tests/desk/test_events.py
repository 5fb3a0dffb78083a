"""The last event from Medusa, and the test event: what it proves, and which missing part it names."""

import time
from collections.abc import Callable
from datetime import datetime

import frappe
import pytest
from frappe.utils import now_datetime

from medusa_integration import counters, session
from medusa_integration.desk import events as desk
from medusa_integration.medusa.event_operations import PluginAnswer
from medusa_integration.operations import event_test
from medusa_integration.sync import last_event
from tests.support import arriving, buying, factories
from tests.support.checks import queries
from tests.support.served import served
from tests.support.storefront import Shop, configure_storefront


@pytest.fixture(autouse=True)
def no_event():
	forget()
	yield
	forget()


def forget() -> None:
	frappe.cache.delete_keys(last_event.KEY)
	frappe.db.delete(last_event.TABLE, {"name": last_event.KEY})
	frappe.db.commit()
	counters.forget(last_event.KEY)


@pytest.fixture
def quick(monkeypatch) -> None:
	"""Nobody waits for an event that doesn't come."""
	monkeypatch.setattr(event_test, "WAITS", 0.5)


@pytest.fixture
def site(medusa, monkeypatch, quick):
	"""A site that is set up for events, at an address of its own."""
	configure_storefront(enable=1, import_orders=1)
	with served() as url:
		monkeypatch.setattr(event_test, "get_url", lambda: url)
		yield url


def lines(meanwhile: Callable[[], object] = lambda: None) -> dict[str, tuple[str, str]]:
	"""The lines of a test, as the Desk asks for them.

	:param meanwhile: what happens once the order is written
	"""
	frappe.db.commit()
	report = desk.send_test_event()
	meanwhile()
	while report["awaited"]:
		time.sleep(0.1)
		report = desk.get_test_event()
	return {line["step"]: (line["status"], line["message"]) for line in report["lines"]}


# --- the last event


def test_no_event_yet(medusa):
	assert desk.get_last_event_details() == {}
	assert desk.get_last_event() == "never"


def test_each_event_is_the_last_one(medusa):
	configure_storefront(enable=1, import_orders=1)
	shop = Shop()
	shop.call("medusa_webhook", event="order.placed", id="order_01A")
	before = now_datetime().replace(microsecond=0)
	shop.call("medusa_webhook", event="product.updated", id="prod_01B")
	found = desk.get_last_event_details()
	assert (found["event"], found["id"]) == ("product.updated", "prod_01B")
	last = last_event.last()
	assert isinstance(last.local, datetime) and last.local >= before.replace(
		tzinfo=None
	)  # of the site's time zone
	assert "product.updated" in desk.get_last_event()


def test_an_event_that_is_refused_for_its_signature_is_none(medusa):
	configure_storefront(enable=1, import_orders=1, signing_secret="0123456789-another-secret-abcdefghij")
	response = Shop().call("medusa_webhook", event="order.placed", id="order_01A")
	assert response.status_code == 401
	assert desk.get_last_event_details() == {}


def test_the_last_event_outlives_the_cache(medusa):
	configure_storefront(enable=1, import_orders=1)
	frappe.cache.set_value("medusa_kept_by_the_cache", 1)
	Shop().call("medusa_webhook", event="order.placed", id="order_01A")
	# Frappe's own way to store a global default empties the whole cache.
	assert frappe.cache.get_value("medusa_kept_by_the_cache", expires=True) == 1
	frappe.cache.delete_value(last_event.KEY)
	frappe.db.rollback()
	assert desk.get_last_event_details()["id"] == "order_01A"


def test_who_may_not_read_the_inbox_isnt_told(medusa):
	frappe.set_user("Guest")
	calls = (desk.get_last_event, desk.get_last_event_details, desk.send_test_event, desk.get_test_event)
	for call in calls:
		with pytest.raises(frappe.PermissionError):
			call()


# --- the test event


def test_settings_that_keep_every_event_out_are_named(medusa, quick):
	configure_storefront(enable=0)
	assert "Switch on Enable" in lines()["Settings"][1]
	configure_storefront(enable=1, import_orders=0)
	assert "Import Orders is switched off" in lines()["Settings"][1]
	configure_storefront(enable=1, import_orders=1, signing_secret="")
	assert "Make Signing Secret" in lines()["Settings"][1]


def test_a_shop_without_orders_has_nothing_to_write(site):
	found = lines()
	assert found["This site"][0] == "ok"
	assert found["Event"][0] == "warning" and "no order yet" in found["Event"][1]
	assert desk.get_last_event_details() == {}  # the call of this site itself is no event of Medusa's


def test_an_event_that_comes_back_proves_the_way(medusa, site, monkeypatch):
	buying.product(medusa, "G-1")
	id = buying.place(medusa, [("G-1", 1)])
	before = buying.read(medusa, id)

	def told() -> None:
		"""What the plugin does when Medusa emits the event."""
		Shop().call("medusa_webhook", event="order.updated", id=id)
		Shop().call("medusa_webhook", event="order.updated", id="order_01OTHER")

	status, words = lines(told)["Event"]
	assert status == "ok" and "order.updated of it came" in words
	after = buying.read(medusa, id)
	same = ("total", "status", "metadata", "email", "items")
	assert {key: before.get(key) for key in same} == {key: after.get(key) for key in same}


def test_no_call_waits_for_the_event(medusa, site, monkeypatch):
	buying.product(medusa, "G-1")
	id = buying.place(medusa, [("G-1", 1)])
	monkeypatch.setattr(event_test, "WAITS", 3600)
	sent = desk.send_test_event()  # A call that waits would wait for an hour.
	assert sent["awaited"] and "Event" not in {line["step"] for line in sent["lines"]}
	monkeypatch.setattr(event_test, "open_briefly", lambda: pytest.fail("Medusa is asked"))
	assert queries(desk.get_test_event) == []
	assert desk.get_test_event() == sent
	Shop().call("medusa_webhook", event="order.updated", id=id)
	came = desk.get_test_event()
	assert not came["awaited"] and came["lines"][-1]["status"] == "ok"
	assert "send another one" in desk.get_test_event()["lines"][0]["message"]


def test_without_a_plugin_the_missing_part_is_named(medusa, site):
	buying.product(medusa, "G-1")
	buying.place(medusa, [("G-1", 1)])
	found = lines()
	assert found["Event"][0] == "failed" and "no event of it came" in found["Event"][1]
	words = found["Plugin"][1]
	assert (
		"has no plugin medusa-plugin-erpnext" if medusa.version == "v2" else "has no plugin for ERPNext"
	) in words


def test_a_plugin_that_cant_call_erpnext_says_why(medusa, site, monkeypatch):
	buying.product(medusa, "G-1")
	buying.place(medusa, [("G-1", 1)])
	for answer, words in (
		(PluginAnswer(True, "ERPNext answered 401"), "erpUrl and signingSecret"),
		(PluginAnswer(True), "Look for medusa-plugin-erpnext in Medusa's log"),
	):
		monkeypatch.setattr(type(session.open_shop()), "ask_plugin", lambda *_args, answer=answer: answer)
		assert words in lines()["Plugin"][1]


def test_an_address_that_doesnt_answer_is_named(medusa, quick, monkeypatch):
	configure_storefront(enable=1, import_orders=1)
	monkeypatch.setattr(event_test, "get_url", lambda: "http://127.0.0.1:1")
	status, words = lines()["This site"]
	assert status == "warning" and "doesn't answer this server" in words


def test_a_medusa_out_of_reach_is_named(medusa, site):
	factories.configure(medusa, url="http://127.0.0.1:1")
	configure_storefront(enable=1, import_orders=1)
	assert "Test Connection" in lines()["Medusa"][1]


def test_an_event_wakes_no_order_of_the_books(medusa, site):
	"""The order that the test writes is read again, and nothing of it changes."""
	with arriving.precision(3):
		arriving.configure_orders(server=False)
		configure_storefront(enable=1, import_orders=1)
		made = buying.product(medusa, "G-1")
		factories.item("G-1", is_stock_item=0, medusa_variant_id=made["variant_id"])
		id = buying.place(medusa, [("G-1", 1)])
		read = session.open_shop().read_orders([id])[id]
		from medusa_integration.orders.orders_from_medusa import arrive

		arrive(read)
		frappe.db.commit()
		before = frappe.get_all("Sales Order", ["name", "modified", "grand_total"])
		lines()
		arrive(session.open_shop().read_orders([id])[id])
		frappe.db.commit()
		assert frappe.get_all("Sales Order", ["name", "modified", "grand_total"]) == before
