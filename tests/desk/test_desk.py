"""What the Desk's buttons and status lines get, and only those who may."""

import frappe
import pytest
from frappe.utils import add_to_date, now_datetime
from frappe.utils.background_jobs import is_job_enqueued

from medusa_integration.delivery import box, claims, outage
from medusa_integration.delivery.box import outbox
from medusa_integration.desk import box_rows, sales_orders
from medusa_integration.desk import forms as desk
from medusa_integration.products.products_to_medusa import PRODUCT
from tests.site import Client
from tests.support.factories import configure, drain, item_group, sales_order, website_item
from tests.support.shop import make_order
from tests.support.users import PATH, park

# --- status


def test_the_overview_counts(medusa):
	website_item("G-1")
	website_item("G-2")
	drain()
	before = desk.get_overview()
	assert (before["pending"], before["parked"], before["outage"]) == (0, 0, 0)
	assert before["last_success"]
	doc = website_item("G-3")
	park(outbox.key_of("Product", doc.name), "No")
	outage.begin()
	after = desk.get_overview()
	assert (after["parked"], after["enabled"]) == (1, True)
	assert 25 < after["outage"] <= 30


def test_the_overview_notices_that_nobody_sends(medusa):
	doc = website_item("G-1")
	assert desk.get_overview()["stalled"] < 60
	an_hour_ago = add_to_date(now_datetime(), hours=-1)
	frappe.db.set_value(outbox.doctype, outbox.key_of("Product", doc.name), "due", an_hour_ago)
	frappe.db.delete("Medusa Request Log")
	assert 3590 < desk.get_overview()["stalled"] < 3700


def test_where_a_website_item_stands(medusa):
	doc = website_item("G-1")
	waiting = desk.get_sync_status(doc.name)
	assert [(row.kind, row.status) for row in waiting["rows"]] == [("Product", "Pending")]
	assert (waiting["enabled"], waiting["published"], waiting["synced_on"]) == (True, True, None)
	drain()
	sent = desk.get_sync_status(doc.name)
	assert sent["rows"] == []
	assert sent["synced_on"] and sent["medusa_id"]


def test_what_the_selection_leaves_out_is_told_from_what_is_in_the_shop(medusa):
	doc = website_item("G-1")
	drain()
	assert desk.get_sync_status(doc.name)["left_out"] is False
	select("Instruments")
	assert desk.get_sync_status(doc.name)["left_out"] is True
	drain()
	sent = desk.get_sync_status(doc.name)
	assert (sent["rows"], sent["left_out"], bool(sent["medusa_id"])) == ([], True, True)


def test_a_link_leads_into_medusas_admin(medusa):
	doc = website_item("G-1")
	assert desk.get_sync_status(doc.name)["link"] == ""
	drain()
	id = frappe.db.get_value("Website Item", doc.name, "medusa_id")
	pages = "a/products" if medusa.version == "v1" else "products"
	assert desk.get_sync_status(doc.name)["link"] == f"{medusa.url}/app/{pages}/{id}"
	configure(medusa, admin_url="https://admin.example.com/")
	assert desk.get_sync_status(doc.name)["link"] == f"https://admin.example.com/{pages}/{id}"


def test_a_shop_without_an_admin_has_no_link_into_it(medusa, monkeypatch):
	doc = website_item("G-1")
	drain()
	assert desk.get_sync_status(doc.name)["link"]
	monkeypatch.setitem(frappe.conf, "medusa_has_no_admin", 1)
	assert desk.get_sync_status(doc.name)["link"] == ""


@pytest.mark.parametrize("url", ["javascript:alert(1)", "admin.example.com", "ftp://admin.example.com"])
def test_an_admin_url_is_one(medusa, url):
	with pytest.raises(frappe.ValidationError):
		configure(medusa, admin_url=url)


def test_where_a_sales_order_stands(medusa):
	id = make_order(medusa)
	order = sales_order(medusa_order_id=id)
	waiting = sales_orders.get_order_status(order.name)
	assert [(row.kind, row.status) for row in waiting["rows"]] == [("Order", "Pending")]
	assert waiting["synced_on"] is None
	assert waiting["link"].endswith(f"orders/{id}")
	drain()
	sent = sales_orders.get_order_status(order.name)
	assert (sent["rows"], sent["enabled"]) == ([], True)
	assert sent["synced_on"]


# --- Sync of a list


@pytest.mark.usefixtures("unpublished_stay")
def test_a_list_is_synced_as_its_filters_show_it(medusa, manager):
	shown = website_item("G-1")
	website_item("G-2", published=0)
	website_item("I-1", group="Instruments")
	drain()
	filters = [["Website Item", "item_group", "=", "Gloves"]]
	count = manager.get(PATH + "count_items", query_string={"filters": frappe.as_json(filters)})
	assert count.json["message"] == {"shown": 2, "belonging": 1}
	reply = manager.post(PATH + "sync_items", json={"filters": filters}).json["message"]
	assert (reply["queued"], reply["left_out"]) == (1, 1)
	frappe.db.rollback()
	assert set(frappe.get_all(outbox.doctype, pluck="reference_name")) == {shown.name}


@pytest.mark.parametrize("filters", ["no json", "5", '{"a": 1}', "[1]"])
def test_what_is_no_list_of_filters_is_refused(medusa, filters):
	from medusa_integration.desk import many_records

	for action in (many_records.count_items, lambda filters: many_records.sync_items(filters=filters)):
		with pytest.raises(frappe.ValidationError):
			action(filters=filters)


# --- Sync now


def test_sync_now_sends_an_unchanged_item(medusa, manager):
	doc = website_item("G-1")
	drain()
	reply = manager.post(PATH + "sync_now", json={"website_item": doc.name})
	assert reply.status_code == 200
	assert {row["kind"] for row in reply.json["message"]["rows"]} == {"Product", "Price", "Stock"}
	before = frappe.db.get_value("Website Item", doc.name, "medusa_synced_on")
	drain()
	assert frappe.db.get_value("Website Item", doc.name, "medusa_synced_on") > before


def test_sync_now_refuses_what_is_not_published(medusa, manager):
	doc = website_item("G-1", published=0)
	reply = manager.post(PATH + "sync_now", json={"website_item": doc.name})
	assert reply.status_code == 417
	assert f"Publish {doc.name} first" in reply.text


def test_sync_now_while_switched_off(medusa, manager):
	doc = website_item("G-1")
	configure(medusa, enable=0)
	reply = manager.post(PATH + "sync_now", json={"website_item": doc.name})
	assert reply.status_code == 417
	assert "Enable the integration" in reply.text


def test_sync_now_of_what_is_not_there(medusa, manager):
	assert manager.post(PATH + "sync_now", json={"website_item": "WEB-ITM-none"}).status_code == 404


# --- retry


def select(*groups: str) -> None:
	for group in groups:
		item_group(group)
	config = frappe.get_doc("Medusa Configuration")
	config.update({"item_groups": [{"item_group": group} for group in groups]})
	config.save()
	outbox.add_many((PRODUCT, name) for name in frappe.get_all("Website Item", pluck="name"))
	frappe.db.commit()


def test_retry_makes_a_parked_row_due(medusa, manager):
	doc = website_item("G-1")
	key = outbox.key_of("Product", doc.name)
	park(key, "No")
	reply = manager.post(PATH + "retry_rows", json={"names": [key]})
	assert reply.json["message"] == {"retried": 1}
	frappe.db.rollback()
	row = frappe.get_doc(outbox.doctype, key)
	assert (row.status, row.attempts, row.error) == ("Pending", 0, "")
	assert is_job_enqueued(box.outbox.job.id)


def test_retry_keeps_what_a_deleted_record_was_called(medusa):
	outbox.add(PRODUCT, "WEB-ITM-gone", kind_data={"id": "prod_1"})
	key = outbox.key_of("Product", "WEB-ITM-gone")
	park(key, "No")
	box_rows.retry_rows(frappe.as_json([key]))
	assert "prod_1" in frappe.db.get_value(outbox.doctype, key, "kind_data")


def test_retry_leaves_alone_what_is_being_sent(medusa):
	website_item("G-1")
	frappe.db.commit()
	row = claims.claim(outbox, "Product", 1, 60)[0]
	before = frappe.db.get_value(outbox.doctype, row.name, "due")
	assert box_rows.retry_rows([row.name]) == {"retried": 0}
	assert frappe.db.get_value(outbox.doctype, row.name, "due") == before


# --- who may


READS = [
	"get_order_status",
	"count_parked",
	"count_failed_today",
	"get_titles",
	"count_items",
	"get_sync_status",
	"get_overview",
	"get_linking",
	"get_product_import",
	"get_last_sync",
]
WRITES = [
	"sync_now", "test_connection", "get_choices", "retry_rows", "discard_rows", "link_existing_products",
	"import_products",
]  # fmt: skip
CALLS = [*READS, *WRITES]


def arguments(method: str) -> dict:
	if method in ("sync_now", "get_sync_status"):
		return {"website_item": website_item("G-1").name}
	if method == "get_order_status":
		return {"sales_order": sales_order(medusa_order_id="order_1").name}
	return {"names": ["x"]} if method.endswith(("_rows", "_titles")) else {}


@pytest.mark.parametrize("names", ["", "G-1", '"G-1"', "5", '{"G-1": 1}', "[1]", [None]])
def test_what_is_no_list_of_names_is_refused(medusa, names):
	from medusa_integration.desk import many_records

	website_item("G-1")
	before = frappe.get_all(outbox.doctype, fields=["*"], order_by="name")
	for action in (box_rows.retry_rows, box_rows.discard_rows, many_records.sync_items):
		with pytest.raises(frappe.ValidationError):
			action(names)
	assert frappe.get_all(outbox.doctype, fields=["*"], order_by="name") == before != []


@pytest.mark.parametrize("method", CALLS)
def test_guests_are_refused(medusa, method):
	assert Client().post(PATH + method, json=arguments(method)).status_code == 403


@pytest.mark.parametrize("method", CALLS)
def test_users_without_a_role_are_refused(medusa, clerk, method):
	assert clerk.post(PATH + method, json=arguments(method)).status_code == 403
	assert frappe.get_all("Medusa Request Log") == []


@pytest.mark.parametrize("method", WRITES)
def test_what_does_something_takes_no_get(medusa, manager, method):
	assert manager.get(PATH + method, query_string=arguments(method)).status_code == 403
