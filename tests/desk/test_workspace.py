"""The operator's view: the Medusa workspace, the outbox in bulk, the daily mail, the notice of an outage."""

import json
import time

import frappe
import pytest
from frappe.desk.doctype.number_card.number_card import get_result
from frappe.utils import add_to_date, now_datetime

from medusa_integration.delivery import outage
from medusa_integration.desk import box_rows, number_cards
from medusa_integration.medusa_integration.dashboard_chart_source.medusa_calls_per_hour import (
	medusa_calls_per_hour as chart,
)
from medusa_integration.operations import notices
from medusa_integration.patches import set_alert_role
from tests.support.checks import queries
from tests.support.factories import configure, drain, outbox, website_item

CARDS = ["Medusa Pending", "Medusa Parked", "Medusa Failed Calls Today", "Medusa Products"]
RED = "var(--red-500)"


def park(*names: str, error: str = "No") -> None:
	frappe.db.set_value(
		"Medusa Outbox", {"reference_name": ("in", names)}, {"status": "Parked", "error": error}
	)
	frappe.db.commit()


def shown(card: str) -> int:
	doc = frappe.get_doc("Number Card", card)
	if doc.type == "Custom":
		return int(frappe.utils.strip_html(frappe.call(doc.method, filters=doc.filters_json)))
	return int(get_result(doc.as_json(), doc.filters_json))


def call(status: str = "Success", **values) -> None:
	at = values.pop("at", now_datetime())
	log = frappe.get_doc(
		{
			"doctype": "Medusa Request Log",
			"status": status,
			"method": "POST",
			"url": "/admin/products",
			**values,
		}
	).insert()
	frappe.db.set_value("Medusa Request Log", log.name, "creation", at, update_modified=False)


# --- the workspace


def test_the_workspace_shows_what_is_there():
	workspace = frappe.get_doc("Workspace", "Medusa")
	assert (workspace.public, workspace.module) == (1, "Medusa Integration")
	blocks = json.loads(workspace.content)
	for kind, rows in (
		("number_card", workspace.number_cards),
		("chart", workspace.charts),
		("shortcut", workspace.shortcuts),
		("card", [row for row in workspace.links if row.type == "Card Break"]),
	):
		named = {block["data"][f"{kind}_name"] for block in blocks if block["type"] == kind}
		assert named == {row.label for row in rows} != set()
	for row in workspace.number_cards:
		assert frappe.db.exists("Number Card", row.number_card_name)
	for row in workspace.charts:
		assert frappe.db.exists("Dashboard Chart", row.chart_name)
	for row in workspace.shortcuts:
		assert row.url if row.type == "URL" else frappe.db.exists(row.type, row.link_to)
		# Frappe 15 counts the documents of each shortcut, and a Single has no table.
		assert row.type != "DocType" or not frappe.get_meta(row.link_to).issingle


def test_frappe_16_has_an_icon_and_a_sidebar():
	if not frappe.db.exists("DocType", "Workspace Sidebar"):
		pytest.skip("Frappe 15 shows the workspace without")
	assert frappe.db.get_value("Desktop Icon", "Medusa", ["app", "link_to"]) == (
		"medusa_integration",
		"Medusa",
	)
	sidebar = frappe.get_doc("Workspace Sidebar", "Medusa")
	assert sidebar.app == "medusa_integration"
	for row in sidebar.items:
		assert frappe.db.exists(row.link_type, row.link_to)


def test_the_cards_count(medusa):
	items = [website_item(code) for code in ("G-1", "G-2", "G-3")]
	assert [shown(card) for card in CARDS] == [3, 0, 0, 0]
	park(items[0].name)
	assert [shown(card) for card in CARDS] == [2, 1, 0, 0]
	drain()
	call("Failure")
	call("Failure", at=add_to_date(now_datetime(), days=-1))
	assert [shown(card) for card in CARDS] == [0, 1, 1, 2]


def test_the_desk_drops_no_filter_of_the_cards():
	"""Frappe 16 drops the last filter where the first one has five elements."""
	kept = [
		*frappe.get_all("Number Card", {"name": ("in", CARDS)}, pluck="filters_json"),
		*(row.stats_filter for row in frappe.get_doc("Workspace", "Medusa").shortcuts if row.stats_filter),
	]
	assert kept
	for filters in map(json.loads, kept):
		assert not [each for each in filters if len(each) == 5], filters


def test_a_card_is_red_above_0_only(medusa):
	counts = (box_rows.count_parked, number_cards.count_failed_today)
	assert not any(RED in count(filters="{}") for count in counts)
	park(website_item("G-1").name)
	call("Failure", at=add_to_date(now_datetime(), days=-1))
	assert [RED in count() for count in counts] == [True, False]
	call("Failure")
	assert all(RED in count() for count in counts)


def test_a_draft_in_medusa_is_no_product_in_the_shop(medusa):
	website_item("G-1")
	doc = website_item("G-2")
	drain()
	assert shown("Medusa Products") == 2
	doc.reload()
	doc.published = 0
	doc.save()
	drain()
	assert shown("Medusa Products") == 1


# --- titles


def test_rows_are_told_their_records_titles_in_few_queries(medusa):
	items = [website_item(code, web_item_name=f"Name of {code}") for code in ("G-1", "G-2", "G-3")]
	rows = {row.reference_name: row.name for row in outbox() if row.kind == "Product"}
	keys = list(rows.values())
	assert box_rows.get_titles(json.dumps(keys)) == {rows[item.name]: item.web_item_name for item in items}
	one = queries(lambda: box_rows.get_titles(keys[:1]))
	assert len(queries(lambda: box_rows.get_titles(keys))) == len(one)


def test_a_deleted_record_keeps_its_title(medusa):
	doc = website_item("G-1", web_item_name="Gone")
	drain()
	frappe.delete_doc("Website Item", doc.name)
	(row,) = outbox()
	assert box_rows.get_titles([row.name]) == {row.name: "Gone"}


def test_the_last_sync_is_the_last_accepted_write(medusa):
	assert number_cards.get_last_sync() == "never"
	call(method="GET")
	call(url="/auth/user/emailpass")
	call("Failure")
	assert number_cards.get_last_sync() == "never"
	call(at=add_to_date(now_datetime(), hours=-2))
	assert "2 hours" in number_cards.get_last_sync(filters="[]")


def test_the_chart_counts_by_the_hour(medusa):
	now = now_datetime()
	frappe.db.delete("Medusa Request Log")
	for hours, status in ((0, "Success"), (0, "Failure"), (3, "Success"), (3, "Success"), (30, "Success")):
		call(status, at=add_to_date(now, hours=-hours))
	shows = chart.get()
	accepted, failed = (dataset["values"] for dataset in shows["datasets"])
	assert len(shows["labels"]) == len(accepted) == len(failed) == 24
	assert shows["labels"][-1] == f"{now:%H}:00"
	assert (accepted[-1], accepted[-4], sum(accepted)) == (1, 2, 3)
	assert (failed[-1], sum(failed)) == (1, 1)


def test_the_chart_is_for_those_who_may_read_the_log(medusa):
	frappe.set_user("Guest")
	with pytest.raises(frappe.PermissionError):
		chart.get()
	with pytest.raises(frappe.PermissionError):
		number_cards.get_last_sync()


# --- the outbox


def test_many_rows_are_discarded_but_not_what_is_being_sent(medusa):
	items = [website_item(code) for code in ("G-1", "G-2", "G-3")]
	park(items[0].name)
	rows = {row.reference_name: row.name for row in outbox()}
	frappe.db.set_value("Medusa Outbox", rows[items[1].name], "lease", "somebody")
	assert box_rows.discard_rows(json.dumps([rows[items[0].name], rows[items[1].name]])) == {"discarded": 1}
	assert sorted(row.reference_name for row in outbox()) == [items[1].name, items[2].name]


# --- the mail


@pytest.fixture
def operator():
	user = frappe.get_doc(
		{
			"doctype": "User",
			"email": "medusa-operator@example.com",
			"first_name": "Operator",
			"send_welcome_email": 0,
			"roles": [{"role": "Item Manager"}],
		}
	).insert()
	return user.name


@pytest.fixture
def mail_account():
	if not frappe.db.exists("Email Account", {"enable_outgoing": 1, "default_outgoing": 1}):
		frappe.get_doc(
			{
				"doctype": "Email Account",
				"email_account_name": "Medusa Test",
				"email_id": "erp@example.com",
				"enable_outgoing": 1,
				"default_outgoing": 1,
				"smtp_server": "localhost",
				"no_smtp_authentication": 1,
			}
		).insert()
	frappe.local.outgoing_email_account = {}
	yield
	frappe.local.outgoing_email_account = {}


def mails() -> list[dict]:
	names = frappe.get_all("Email Queue", pluck="name", order_by="creation")
	return [frappe.get_doc("Email Queue", name) for name in names]


def test_one_mail_says_what_is_parked_and_why(medusa, operator, mail_account):
	configure(medusa, alert_role="Item Manager")
	items = [website_item(code) for code in ("G-1", "G-2", "G-3")]
	park(items[0].name, items[1].name, error="Handle <taken>")
	park(items[2].name, error="No such thing")
	notices.mail_parked()
	(mail,) = mails()
	assert operator in [row.recipient for row in mail.recipients]
	text = mail.message.replace("=\n", "").replace("=\r\n", "")
	assert "Handle &lt;taken&gt;" in text
	assert "No such thing" in text
	assert "/medusa-outbox?status" in text
	assert "3 records" in text
	reasons = [(row.kind, row.error, row["count"]) for row in notices.parked_reasons()]
	assert reasons == [("Product", "Handle <taken>", 2), ("Product", "No such thing", 1)]


def test_the_scheduler_brings_both():
	methods = {f"medusa_integration.api.{name}": name for name in ("mail_parked", "tell_of_outage")}
	jobs = frappe.get_all("Scheduled Job Type", {"method": ("in", list(methods))}, ["method", "frequency"])
	assert {methods[job.method]: job.frequency for job in jobs} == {
		"mail_parked": "Daily",
		"tell_of_outage": "Cron",
	}


@pytest.mark.parametrize("values", [{"alert_role": ""}, {"alert_role": "Item Manager", "enable": 0}])
def test_no_mail_without_a_role_or_while_switched_off(medusa, operator, mail_account, values):
	park(website_item("G-1").name)
	configure(medusa, **values)
	notices.mail_parked()
	assert mails() == []


def test_no_mail_where_nothing_is_parked(medusa, operator, mail_account):
	configure(medusa, alert_role="Item Manager")
	website_item("G-1")
	notices.mail_parked()
	assert mails() == []


def test_a_site_that_sends_no_mails_is_no_error_for_the_scheduler(medusa, operator):
	if frappe.db.exists("Email Account", {"enable_outgoing": 1, "default_outgoing": 1}):
		pytest.skip("this site sends mails")
	configure(medusa, alert_role="Item Manager")
	park(website_item("G-1").name)
	notices.mail_parked()
	assert mails() == []


@pytest.mark.slow
def test_an_older_configuration_gets_the_default_role(medusa):
	frappe.db.delete("Singles", {"doctype": "Medusa Configuration", "field": "alert_role"})
	set_alert_role.execute()
	assert frappe.db.get_single_value("Medusa Configuration", "alert_role", cache=False) == "System Manager"
	frappe.db.set_single_value("Medusa Configuration", "alert_role", "")
	set_alert_role.execute()
	assert not frappe.db.get_single_value("Medusa Configuration", "alert_role", cache=False)


# --- the notice


def out_of_reach(minutes: float) -> None:
	"""An outage that began so long ago, and was noticed again just now."""
	outage.begin()
	outage._note({**outage.noted(), "since": time.time() - minutes * 60})
	outage.begin()


def notified() -> list[str]:
	return sorted(
		frappe.get_all("Notification Log", {"document_type": "Medusa Configuration"}, pluck="for_user")
	)


def test_a_long_outage_is_told_once(medusa, operator):
	configure(medusa, alert_role="Item Manager", outage_minutes=10)
	out_of_reach(9)
	notices.tell_of_outage()
	assert notified() == []
	out_of_reach(11)
	for _again in range(2):
		notices.tell_of_outage()
		outage.begin()  # the next try fails, too
	assert operator in notified()
	assert len(notified()) == len(set(notified()))
	outage.end()
	out_of_reach(11)
	notices.tell_of_outage()
	assert notified().count(operator) == 2


def test_an_outage_that_nobody_has_met_of_late_is_not_told(medusa, operator):
	configure(medusa, alert_role="Item Manager")
	out_of_reach(40)
	outage._note({**outage.noted(), "until": time.time() - 20 * 60})  # nothing was due since
	notices.tell_of_outage()
	assert notified() == []


def test_no_notice_without_a_role(medusa):
	configure(medusa, alert_role="")
	out_of_reach(60)
	notices.tell_of_outage()
	assert notified() == []


def test_a_real_outage_is_noted_from_its_first_failure(medusa, proxy):
	proxy.down()
	website_item("G-1")
	drain()
	began = outage.noted()["since"]
	assert 0 < time.time() - began < 60
	frappe.db.set_value("Medusa Outbox", {"status": "Pending"}, "due", now_datetime())
	from medusa_integration.sync.sending import drain as again

	again()
	assert (outage.noted()["since"], outage.noted()["count"]) == (began, 2)
	assert outage.lasted() > 0
	proxy.up()
	drain()
	assert outage.lasted() == 0
