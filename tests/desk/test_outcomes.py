"""What has come of what was sent, imported or retried is told at the end, in the words of the records."""

from datetime import datetime
from zoneinfo import ZoneInfo

import frappe
import pytest
from frappe.utils import add_to_date, now_datetime

from medusa_integration import api, users
from medusa_integration.delivery import outage
from medusa_integration.delivery.box import inbox, outbox
from medusa_integration.orders.orders_from_medusa import INCOMING_ORDER
from medusa_integration.sync import outcomes, progress
from tests.support.factories import configure, drain, website_item
from tests.support.shop import make_product
from tests.support.users import PATH, park, signed_in


def outcome(names: list[str], box: str = "Medusa Outbox") -> dict:
	frappe.db.commit()
	return api.get_rows_outcome(box, names)


@pytest.fixture
def noticed(monkeypatch) -> list[dict]:
	"""The notices that Frappe's realtime would show."""
	notices = []
	monkeypatch.setattr(
		frappe,
		"publish_realtime",
		lambda event, message, **to: notices.append({**message, **to}) if event == "msgprint" else None,
	)
	return notices


# --- retry


def test_a_retried_row_that_is_parked_again_says_so_with_the_reason(medusa):
	make_product(medusa, "G-1", title="Made by hand")
	doc = website_item("G-1")
	drain()
	key = outbox.key_of("Product", doc.name)
	assert api.retry_rows([key]) == {"retried": 1}
	assert outcome([key]) == {"left": 1, "problem": "", "outcome": None}
	drain()
	told = outcome([key])
	assert (told["left"], told["outcome"]["indicator"]) == (0, "red")
	assert "1 item not accepted by Medusa: A product with this item code" in told["outcome"]["message"]
	assert "medusa-outbox?status=Parked" in told["outcome"]["message"]


def test_a_retried_row_that_is_sent_says_so(medusa):
	doc = website_item("G-1")
	key = outbox.key_of("Product", doc.name)
	park(key, "No")
	api.retry_rows([key])
	drain()
	assert outcome([key])["outcome"] == {"message": "1 item sent to Medusa.", "indicator": "green"}


def test_the_rows_of_one_item_are_one_item(medusa):
	names = [website_item(code).name for code in ("G-1", "G-2")]
	keys = [outbox.key_of(kind, name) for kind in ("Product", "Price", "Stock") for name in names]
	drain()
	assert outcome(keys)["outcome"]["message"] == "2 items sent to Medusa."


def test_retried_rows_during_an_outage_say_that_they_wait(medusa):
	doc = website_item("G-1")
	outage.begin()
	told = outcome([outbox.key_of("Product", doc.name)])
	assert told["outcome"]["indicator"] == "orange"
	assert told["outcome"]["message"] == "1 item waiting to be sent: Medusa is out of reach."


def test_an_order_that_is_parked_again_says_so(medusa):
	inbox.add(INCOMING_ORDER, "order_1")
	key = inbox.key_of("Order", "order_1")
	frappe.db.set_value(inbox.doctype, key, {"status": "Parked", "error": "No account for <b>VAT5</b>"})
	frappe.db.commit()
	told = outcome([key], "Medusa Inbox")["outcome"]
	assert told["message"].startswith("1 order not imported: No account for &lt;b&gt;VAT5")


def test_several_reasons_are_counted(medusa):
	for number in range(3):
		inbox.add(INCOMING_ORDER, f"order_{number}")
		values = {"status": "Parked", "error": f"Reason {number}"}
		frappe.db.set_value(inbox.doctype, inbox.key_of("Order", f"order_{number}"), values)
	frappe.db.commit()
	keys = [inbox.key_of("Order", f"order_{number}") for number in range(5)]
	message = outcome(keys, "Medusa Inbox")["outcome"]["message"]
	assert "2 orders imported from Medusa. 3 orders not imported: Reason" in message
	assert "2 more reasons are in the list." in message


def test_outcomes_are_for_those_who_read_the_rows(medusa):
	clerk = signed_in("medusa-nobody@example.com", "Sales User")
	args = {"box": "Medusa Outbox", "names": ["Product:G-1"]}
	assert clerk.post(PATH + "get_rows_outcome", json=args).status_code == 403


# --- bulk and import


def test_a_bulk_sync_tells_what_came_of_it(medusa, noticed):
	make_product(medusa, "G-3", title="Made by hand")
	names = [website_item(f"G-{number}").name for number in (1, 2, 3)]
	before = api.sync_items(names)["progress"]
	assert (before["description"], before["outcome"]) == ("3 items: 0 % sent", None)
	drain()
	(told,) = noticed
	assert told["user"] == "Administrator" and told["alert"] and told["indicator"] == "red"
	assert told["message"].startswith("2 items sent to Medusa. 1 item not accepted by Medusa: A product")
	after = api.get_sync_progress()
	assert after["told"] and after["outcome"]["message"] == told["message"]


def test_a_closed_bar_doesnt_lose_the_outcome(medusa, noticed):
	api.sync_items([website_item("G-1").name])
	api.hide_sync_progress()
	drain()
	assert [told["message"] for told in noticed] == ["1 item sent to Medusa."]


def test_what_was_parked_before_isnt_counted(medusa):
	doc = website_item("G-1")
	park(outbox.key_of("Product", doc.name), "Long ago")
	frappe.db.set_value(outbox.doctype, outbox.key_of("Product", doc.name), "modified", "2026-01-01")
	website_item("G-2")
	progress.watch(None)
	drain()
	told = progress.of_user()["outcome"]
	assert told["indicator"] == "green" and "not accepted" not in told["message"]


def test_imported_orders_are_counted_as_orders(medusa):
	configure(medusa, import_orders=1)
	inbox.add_many((INCOMING_ORDER, f"order_{number}") for number in (1, 2))
	told = progress.watch(["order_1", "order_2", "order_3"], inbox)
	assert told["description"] == "1 of 3 orders imported"
	frappe.db.delete(inbox.doctype, {"reference_name": "order_1"})
	values = {"status": "Parked", "error": "No account"}
	frappe.db.set_value(inbox.doctype, inbox.key_of("Order", "order_2"), values)
	told = progress.of_user()["outcome"]["message"]
	assert told.startswith("2 orders imported from Medusa. 1 order not imported: No account")


@pytest.mark.parametrize(
	("counts", "words"),
	[
		({"Website Item": 1}, "1 item"),
		({"Website Item": 2, "Sales Order": 1}, "2 items, 1 order"),
		({"Lead": 1, "Contact": 1}, "2 records"),
		({}, "0 records"),
	],
)
def test_singular_and_plural(counts, words):
	assert outcomes.in_words(counts) == words


# --- an outage


def test_the_lists_say_an_outage(medusa, manager):
	assert manager.get(PATH + "get_outage").json["message"] == {"words": ""}
	outage.begin()
	words = manager.get(PATH + "get_outage").json["message"]["words"]
	assert words == (
		"Medusa has been out of reach for 1 minute. Changes are kept, and sent as soon as it answers."
	)
	outage._note({**outage.noted(), "since": outage.noted()["since"] - 300, "silent": True})
	assert api.get_outage()["words"].startswith("Medusa hasn't answered for 5 minutes.")
	outage.end()
	assert api.get_outage()["words"] == ""


def test_an_outage_is_for_those_who_read_the_rows(medusa):
	clerk = signed_in("medusa-nobody@example.com", "Sales User")
	assert clerk.get(PATH + "get_outage").status_code == 403


def test_what_medusa_has_already_isnt_called_waiting(medusa):
	"""A row that is sent once more after an outage, in case an earlier call arrives late."""
	doc = website_item("G-1")
	(row,) = api.get_sync_status(doc.name)["rows"]
	assert row.sent_once is False
	later = add_to_date(now_datetime(), minutes=4)
	key = outbox.key_of("Product", doc.name)
	frappe.db.set_value(outbox.doctype, key, {"due": later, "unsure_until": later, "error": ""})
	(row,) = api.get_sync_status(doc.name)["rows"]
	assert row.sent_once is True


# --- times, and the form's Activity


def test_a_time_is_shown_in_the_users_time_zone_and_format(medusa):
	user = "medusa-abroad@example.com"
	signed_in(user, "Medusa Manager")
	frappe.db.set_value("User", user, "time_zone", "Asia/Tokyo")
	frappe.clear_document_cache("User", user)
	zone = ZoneInfo(frappe.utils.get_system_timezone())
	at = datetime(2026, 11, 29, 15, 20, 58)
	there = at.replace(tzinfo=zone).astimezone(ZoneInfo("Asia/Tokyo")).replace(tzinfo=None)
	assert users.time_shown_to(at, user) == frappe.utils.format_datetime(there)
	assert users.time_shown_to(at.replace(tzinfo=zone), user) == users.time_shown_to(at, user)


def test_the_status_is_no_change_in_the_forms_activity(medusa):
	doc = website_item("G-1")
	drain()
	doc.reload()
	assert doc.medusa_status != "Waiting"
	frappe.db.delete("Version")
	doc.web_item_name = "Another name"
	doc.save(ignore_version=False)  # As outside of tests.
	assert doc.medusa_status == "Waiting"
	changes = frappe.get_all("Version", {"ref_doctype": "Website Item", "docname": doc.name}, pluck="data")
	assert "web_item_name" in str(changes) and "medusa_status" not in str(changes)
