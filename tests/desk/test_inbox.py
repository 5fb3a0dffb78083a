"""The inbox in the Desk: what its buttons, cards and mails do and say, and who may."""

import frappe
import pytest
from frappe.utils.background_jobs import is_job_enqueued

from medusa_integration.delivery.box import inbox
from medusa_integration.desk import box_rows, forms, sales_orders
from medusa_integration.operations import notices, order_import, status
from medusa_integration.orders.orders_from_medusa import INCOMING_ORDER
from tests.site import Client
from tests.support.factories import configure, sales_order
from tests.support.users import PATH, signed_in

SHOP_ORDER = "order_01JDB42N8C3R9T7W1Y5A8B6DEF"
READS = ["get_inbox_links", "get_order_import", "count_inbox_parked"]
WRITES = ["retry_inbox_rows", "discard_inbox_rows", "import_orders", "read_sales_order"]
DAYS = {"since": "2026-01-01", "until": "2026-01-31"}


def queued(*ids: str) -> list[str]:
	"""The names of rows about orders, which wait."""
	inbox.add_many((INCOMING_ORDER, id) for id in ids)
	frappe.db.commit()
	return [inbox.key_of("Order", id) for id in ids]


def parked(id: str = SHOP_ORDER, error: str = "No account for the tax VAT5") -> str:
	(name,) = queued(id)
	values = {"status": "Parked", "error": error, "about": "#7, aisha@example.com", "attempts": 3}
	frappe.db.set_value(inbox.doctype, name, values)
	frappe.db.commit()
	return name


def row(name: str):
	frappe.db.rollback()
	return frappe.get_doc(inbox.doctype, name)


# --- rows


def test_retry_makes_a_parked_row_due(medusa, manager):
	name = parked()
	reply = manager.post(PATH + "retry_inbox_rows", json={"names": [name]})
	assert reply.json["message"] == {"retried": 1}
	found = row(name)
	assert (found.status, found.attempts, found.error) == ("Pending", 0, "")
	assert is_job_enqueued(inbox.job.id)


def test_rows_are_discarded_but_not_what_is_being_read(medusa, manager):
	one, other = queued("order_1", "order_2")
	frappe.db.set_value(inbox.doctype, other, "lease", "somebody")
	frappe.db.commit()
	reply = manager.post(PATH + "discard_inbox_rows", json={"names": [one, other, "Order:gone"]})
	assert reply.json["message"] == {"discarded": 1}
	frappe.db.rollback()
	assert frappe.get_all(inbox.doctype, pluck="name") == [other]
	assert manager.post(PATH + "retry_inbox_rows", json={"names": [other]}).json["message"] == {"retried": 0}


def test_a_row_leads_to_both_sides(medusa):
	name = parked()
	found = box_rows.get_inbox_links(name)
	assert found == {"link": f"{medusa.url}/app/{_orders_page(medusa)}/{SHOP_ORDER}", "documents": []}
	order = sales_order(medusa_order_id=SHOP_ORDER)
	assert box_rows.get_inbox_links(name)["documents"] == [["Sales Order", order.name]]
	assert box_rows.get_inbox_links("Order:gone") == {"link": "", "documents": []}


def _orders_page(medusa) -> str:
	return "a/orders" if medusa.version == "v1" else "orders"


def test_documents_that_a_user_may_not_read_are_left_out(medusa):
	name = parked()
	sales_order(medusa_order_id=SHOP_ORDER)
	frappe.db.commit()
	operator = signed_in("medusa-operator@example.com", "Medusa Manager")
	found = operator.get(PATH + "get_inbox_links", query_string={"name": name}).json["message"]
	assert found["documents"] == []


def test_rows_are_not_edited(medusa, manager):
	name = parked()
	reply = manager.put(f"/api/resource/Medusa Inbox/{name}", json={"status": "Pending"})
	assert reply.status_code == 403
	assert row(name).status == "Parked"


# --- a Sales Order that is to be read again


def test_a_sales_orders_order_is_read_again(medusa):
	configure(medusa, import_orders=1)
	order = sales_order(medusa_order_id=SHOP_ORDER)
	frappe.db.delete(inbox.doctype)
	assert sales_orders.read_sales_order(order.name) == {"row": f"Order:{SHOP_ORDER}"}
	frappe.db.commit()
	assert row(f"Order:{SHOP_ORDER}").status == "Pending"


def test_a_sales_order_says_what_is_not_followed(medusa):
	order = sales_order(medusa_order_id=SHOP_ORDER)
	frappe.db.commit()
	assert sales_orders.get_order_status(order.name)["blocked"] == ""
	parked(error="No account for the tax VAT5")
	assert sales_orders.get_order_status(order.name)["blocked"] == "No account for the tax VAT5"


def test_others_are_not(medusa):
	configure(medusa, import_orders=1)
	with pytest.raises(frappe.ValidationError, match="didn't come from the shop"):
		sales_orders.read_sales_order(sales_order().name)
	configure(medusa, import_orders=0)
	with pytest.raises(frappe.ValidationError, match="Import Orders"):
		sales_orders.read_sales_order(sales_order(medusa_order_id=SHOP_ORDER).name)
	assert frappe.get_all(inbox.doctype) == []


# --- how it stands


def test_the_state_counts_the_inbox(medusa):
	configure(medusa, import_orders=1)
	queued("order_1", "order_2")
	parked()
	found = forms.get_overview()
	assert (found["inbox_pending"], found["inbox_parked"], found["importing"]) == (2, 1, True)
	assert (found["pending"], found["parked"], found["last_look"]) == (0, 0, None)
	lines, well = status.status()
	assert dict(lines)["To be imported"] == "2: 2 Order"
	assert dict(lines)["Not imported"] == "1: 1 Order"
	assert not well
	configure(medusa, import_orders=0)
	assert forms.get_overview()["importing"] is False


def test_the_card_is_red_above_0_only(medusa):
	assert "red" not in box_rows.count_inbox_parked(filters="{}")
	parked()
	card = box_rows.count_inbox_parked()
	assert "red" in card and ">1<" in card and "/medusa-inbox?status=Parked" in card


def test_the_daily_mail_tells_of_both_boxes(medusa):
	parked(error="No account for the tax <VAT5>")
	parked("order_2", error="No account for the tax <VAT5>")
	(reason,) = notices.parked_reasons(inbox)
	assert (reason.kind, reason["count"]) == ("Order", 2)
	assert notices.parked_reasons() == []
	text = frappe.render_template(
		"templates/emails/medusa_parked.html", {"boxes": [notices._parked_in(inbox)]}
	)
	assert "No account for the tax &lt;VAT5&gt;" in text
	assert "2 records of Medusa wait in the inbox" in text
	assert "/medusa-inbox?status=Parked" in text


# --- switching it on


def test_the_import_begins_when_it_is_switched_on(medusa):
	configure(medusa, import_orders=0, import_since=None)
	assert not frappe.get_doc("Medusa Configuration").import_since
	configure(medusa, import_orders=1)
	since = frappe.get_doc("Medusa Configuration").import_since
	assert since
	configure(medusa, import_orders=1)
	assert frappe.get_doc("Medusa Configuration").import_since == since


# --- who may


def arguments(method: str) -> dict:
	if method == "import_orders":
		return DAYS
	if method == "read_sales_order":
		return {"sales_order": sales_order(medusa_order_id=SHOP_ORDER).name}
	return {"name": "x"} if method == "get_inbox_links" else {"names": ["x"]}


@pytest.mark.parametrize("method", [*READS, *WRITES])
def test_guests_and_users_without_a_role_are_refused(medusa, clerk, method):
	asked = arguments(method)
	frappe.db.commit()
	before = frappe.get_all(inbox.doctype, ["*"])
	for client in (Client(), clerk):
		assert client.post(PATH + method, json=asked).status_code == 403
	frappe.db.rollback()
	assert frappe.get_all(inbox.doctype, ["*"]) == before
	assert order_import.JOB.state() == {"status": ""}


@pytest.mark.parametrize("method", WRITES)
def test_what_does_something_takes_no_get(medusa, manager, method):
	assert manager.get(PATH + method, query_string=arguments(method)).status_code == 403


@pytest.mark.parametrize(
	("days", "words"),
	[
		({}, "since has to be a day"),
		({"since": "2026-01-01"}, "until has to be a day"),
		({"since": "yesterday", "until": "2026-01-01"}, "since has to be a day"),
		({"since": "2026-02-30", "until": "2026-03-01"}, "since has to be a day"),
		({"since": "2026-01-02", "until": "2026-01-01"}, "before the first"),
		(DAYS, "Import Orders"),
	],
)
def test_an_import_needs_a_period_and_the_switch(medusa, manager, days, words):
	configure(medusa, import_orders=0)
	reply = manager.post(PATH + "import_orders", json=days)
	assert reply.status_code == 417
	assert words in reply.text
