"""What the Desk's buttons and status lines get: words for every state of the connection, and only for those who may."""

import socket
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import frappe
import pytest
from frappe.utils import add_to_date, now_datetime
from frappe.utils.background_jobs import is_job_enqueued

from medusa_integration.delivery import box, claims, outage
from medusa_integration.delivery.box import outbox
from medusa_integration.desk import forms as desk
from medusa_integration.desk import sales_orders
from medusa_integration.outbound.products import PRODUCT
from medusa_integration.session import open_shop
from tests.site import Client
from tests.support.factories import configure, drain, item_group, sales_order, website_item
from tests.support.shop import call, make_order, refusal

PATH = "/api/method/medusa_integration.api."


# --- Test Connection


def tried() -> dict[str, dict]:
	"""What Test Connection says, by step."""
	reply = desk.test_connection()
	frappe.db.commit()
	return {line["step"]: line for line in reply["lines"]}


def statuses(lines: dict[str, dict]) -> dict[str, str]:
	return {step: line["status"] for step, line in lines.items()}


@pytest.mark.v2("test_medusa_v1.py has what v1 says")
def test_all_is_well(medusa):
	lines = tried()
	assert set(statuses(lines).values()) == {"ok"}
	assert medusa.url in lines["Address"]["message"]
	assert lines["Version"]["message"] == "Medusa v2."
	assert lines["Sign-in"]["message"] == f"Signed in as {medusa.email}."
	assert (
		lines["Currencies"]["message"]
		== "The shop sells in OMR, USD; the Price List Standard Selling is in OMR."
	)
	assert lines["Sales Channel"]["message"] == "Default Sales Channel, the shop's default."
	assert lines["Stock Location"]["message"] == "Muscat, the shop's default."
	assert "the shop's default" in lines["Shipping Profile"]["message"]
	assert frappe.db.get_single_value("Medusa Configuration", "detected_version") == "v2"


def test_a_secret_key_signs_in_too(medusa):
	configure(medusa, admin_email="", admin_password="", api_key=medusa.shop["secret_key"])
	assert tried()["Sign-in"]["message"] == "Signed in with the secret API key."


def test_chosen_ones_are_named(medusa):
	configure(medusa, sales_channel=medusa.shop["sales_channel_id"])
	assert tried()["Sales Channel"]["message"] == "Default Sales Channel, as chosen here."


def test_every_call_of_a_test_is_logged(medusa):
	tried()
	urls = frappe.get_all("Medusa Request Log", pluck="url", order_by="creation")
	assert [url for url in urls if "/admin/store" in url]


def failed_calls() -> list[str]:
	return frappe.get_all("Medusa Request Log", {"status": "Failure"}, pluck="url", order_by="creation")


def test_a_test_that_succeeds_logs_no_failure(medusa):
	"""The version is found by an empty sign-in, which Medusa is meant to refuse."""
	configure(medusa, api_version="Auto")
	assert tried()["Sign-in"]["status"] == "ok"
	assert failed_calls() == []
	probe = frappe.get_all("Medusa Request Log", ["status", "status_code"], order_by="creation", limit=1)[0]
	assert (probe.status, probe.status_code >= 400) == ("Success", True)


def test_the_first_use_of_an_address_logs_no_failure(medusa):
	configure(medusa, api_version="Auto")
	frappe.db.set_single_value("Medusa Configuration", "detected_version", "", update_modified=False)
	open_shop().ping()
	frappe.db.commit()
	assert failed_calls() == []


def test_what_is_no_medusa_is_a_failed_call(medusa):
	with other_server(404) as url:
		configure(medusa, url=url)
		tried()
		assert failed_calls()[0].startswith(url)


def test_a_wrong_password_is_a_failed_call_and_no_success(medusa):
	configure(medusa, admin_password="wrong-password")
	tried()
	assert failed_calls() == [f"{medusa.url}{call(medusa, 'sign-in').split()[1]}"]
	assert desk.get_overview()["last_success"] is None


def test_an_incomplete_configuration(medusa):
	configure(medusa, enable=0, admin_password="")
	lines = tried()
	assert list(lines) == ["Configuration"]
	assert lines["Configuration"]["status"] == "failed"
	assert "Fill in" not in str(frappe.local.message_log)  # it is in the reply


def test_switched_off_is_said(medusa):
	configure(medusa, enable=0)
	lines = tried()
	assert lines["Enable"]["status"] == "warning"
	assert lines["Currencies"]["status"] == "ok"


def test_a_wrong_password_is_noticed_in_spite_of_a_good_token(medusa):
	tried()
	configure(medusa, admin_password="wrong-password")
	lines = tried()
	assert list(lines) == ["Address", "Version", "Sign-in"]
	assert lines["Sign-in"]["status"] == "failed"
	assert "refuses the e-mail and password" in lines["Sign-in"]["message"]
	assert refusal(medusa) in lines["Sign-in"]["details"]


def test_a_wrong_key(medusa):
	configure(medusa, api_key="sk_wrong")
	assert "refuses the secret API key" in tried()["Sign-in"]["message"]


def test_nobody_listens(medusa):
	url = f"http://127.0.0.1:{free_port()}"
	configure(medusa, url=url)
	lines = tried()
	assert statuses(lines) == {"Address": "failed"}
	assert f"doesn't answer at {url}" in lines["Address"]["message"]
	assert lines["Address"]["details"]


def test_somebody_takes_the_call_and_says_nothing(medusa):
	with socket.create_server(("127.0.0.1", 0)) as deaf:
		configure(medusa, url=f"http://127.0.0.1:{deaf.getsockname()[1]}", read_timeout=1)
		lines = tried()
	assert statuses(lines) == {"Address": "failed"}
	assert "in time" in lines["Address"]["details"]


@pytest.mark.parametrize("status", [200, 301, 401, 404, 501])
def test_another_web_server(medusa, status):
	with other_server(status) as url:
		configure(medusa, url=url)
		lines = tried()
	assert statuses(lines) == {"Address": "failed"}
	assert "not as Medusa does" in lines["Address"]["message"]


def test_a_gateway_without_its_server(medusa):
	with other_server(502) as url:
		configure(medusa, url=url)
		assert "doesn't answer" in tried()["Address"]["message"]


def test_a_v1_server_is_told_from_a_v2_one(medusa):
	with other_server(
		404, {"/admin/auth/token": (400, '{"type": "invalid_data", "message": "email"}')}
	) as url:
		configure(medusa, url=url, api_version="v2")
		lines = tried()
	assert statuses(lines) == {"Address": "ok", "Version": "failed"}
	assert "Medusa v1" in lines["Version"]["message"]


def test_a_currency_that_the_shop_lacks(medusa):
	values = {"currency": "EUR", "selling": 1, "enabled": 1}
	frappe.get_doc({"doctype": "Price List", "price_list_name": "In Euro", **values}).insert()
	configure(medusa, price_list="In Euro")
	line = tried()["Currencies"]
	assert line["status"] == "failed"
	assert line["message"].startswith(
		"The Price List In Euro is in EUR, but the shop sells in OMR, USD only."
	)


def test_an_unknown_sales_channel(medusa):
	steps = list(tried())
	configure(medusa, sales_channel="sc_gone")
	lines = tried()
	assert lines["Sales Channel"]["status"] == "failed"
	assert "sc_gone isn't in this shop" in lines["Sales Channel"]["message"]
	assert list(lines) == steps  # the others are looked at all the same


def test_medusa_fails_half_way(proxy):
	proxy.fail("status", match="GET /admin/sales-channels", status=500, body='{"message": "broken"}')
	lines = tried()
	assert list(lines)[-1] == "Sales Channel"
	assert (lines["Sales Channel"]["status"], lines["Sales Channel"]["details"]) == ("failed", "broken")


def test_a_good_test_ends_an_outage_and_sends_what_waits(medusa):
	website_item("G-1")
	outage.begin()
	frappe.db.commit()
	tried()
	assert not outage.lasts()
	assert is_job_enqueued(box.outbox.job_id)


def test_a_failed_test_leaves_an_outage_alone(medusa):
	outage.begin()
	configure(medusa, admin_password="wrong-password")
	outage.begin()
	tried()
	assert outage.lasts()


def test_no_secret_gets_out(medusa, manager):
	reply = manager.post(PATH + "test_connection")
	assert reply.json["message"]["status"] == "ok"
	frappe.db.rollback()
	shown = reply.text + manager.post(PATH + "get_choices").text
	for log in frappe.get_all("Medusa Request Log", "*"):
		shown += frappe.as_json(log)
	assert medusa.password not in shown
	assert "eyJ" not in shown  # how a token begins
	assert "********" in shown


# --- pick-lists


def test_pick_lists(medusa):
	reply = desk.get_choices()
	assert reply["problem"] == ""
	id = medusa.shop["sales_channel_id"]
	assert reply["choices"]["sales_channel"] == [
		{"value": id, "label": "Default Sales Channel", "description": id}
	]


@pytest.mark.v2("v1 has no stock locations, no shipping profiles")
def test_pick_lists_of_v2(medusa):
	choices = desk.get_choices()["choices"]
	assert [row["label"] for row in choices["stock_location"]] == ["Muscat"]
	assert set(choices) == {"sales_channel", "stock_location", "shipping_profile"}


def test_two_of_a_name_can_be_told_apart():
	labels = [row["label"] for row in desk._choices({"sc_1": "Shop", "sc_2": "Shop", "sc_3": "Fair"})]
	assert labels == ["Shop (sc_1)", "Shop (sc_2)", "Fair"]


def test_pick_lists_while_medusa_is_down(medusa):
	configure(medusa, url=f"http://127.0.0.1:{free_port()}")
	reply = desk.get_choices()
	assert reply["choices"] == {}
	assert reply["problem"]


def test_pick_lists_of_an_incomplete_configuration(medusa):
	configure(medusa, enable=0, url="")
	assert desk.get_choices()["choices"] == {}
	assert "Fill in" not in str(frappe.local.message_log)  # it is in the reply


def test_nobody_is_asked_during_an_outage(proxy):
	outage.begin()
	assert desk.get_choices()["choices"] == {}
	assert proxy.calls == []


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
	from medusa_integration.desk import bulk as desk_bulk

	for action in (desk_bulk.count_items, lambda filters: desk_bulk.sync_items(filters=filters)):
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


def park(key: str, error: str) -> None:
	frappe.db.set_value(outbox.doctype, key, {"status": "Parked", "error": error, "attempts": 3})
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
	assert is_job_enqueued(box.outbox.job_id)


def test_retry_keeps_what_a_deleted_record_was_called(medusa):
	outbox.add(PRODUCT, "WEB-ITM-gone", medusa_ids={"id": "prod_1"})
	key = outbox.key_of("Product", "WEB-ITM-gone")
	park(key, "No")
	desk.retry_rows(frappe.as_json([key]))
	assert "prod_1" in frappe.db.get_value(outbox.doctype, key, "medusa_ids")


def test_retry_leaves_alone_what_is_being_sent(medusa):
	website_item("G-1")
	frappe.db.commit()
	row = claims.claim(outbox, "Product", 1, 60)[0]
	before = frappe.db.get_value(outbox.doctype, row.name, "due")
	assert desk.retry_rows([row.name]) == {"retried": 0}
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
	"get_last_sync",
]
WRITES = [
	"sync_now", "test_connection", "get_choices", "retry_rows", "discard_rows", "link_existing_products",
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
	from medusa_integration.desk import bulk as desk_bulk

	website_item("G-1")
	before = frappe.get_all(outbox.doctype, fields=["*"], order_by="name")
	for action in (desk.retry_rows, desk.discard_rows, desk_bulk.sync_items):
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


# --- helpers


@pytest.fixture
def manager() -> Client:
	"""A user who runs the integration and the catalogue."""
	return _signed_in("medusa-manager@example.com", "System Manager", "Item Manager", "Website Manager")


@pytest.fixture
def clerk() -> Client:
	"""A user of the Desk who has nothing to do with either."""
	return _signed_in("medusa-clerk@example.com", "Desk User")


def _signed_in(email: str, *roles: str) -> Client:
	user = frappe.get_doc({"doctype": "User", "email": email, "first_name": "Test", "send_welcome_email": 0})
	user.append("roles", {"role": roles[0]})
	for role in roles[1:]:
		user.append("roles", {"role": role})
	user.api_key, user.api_secret = frappe.generate_hash(length=15), "secret-of-a-test"
	user.insert(ignore_permissions=True)
	frappe.db.commit()
	return Client(Authorization=f"token {user.api_key}:secret-of-a-test")


def free_port() -> int:
	with socket.socket() as probe:
		probe.bind(("127.0.0.1", 0))
		return probe.getsockname()[1]


@contextmanager
def other_server(status: int, replies: dict[str, tuple[int, str]] | None = None):
	"""A web server that isn't Medusa: answers everything with a page, but for the paths in `replies`."""

	class Handler(BaseHTTPRequestHandler):
		def do_POST(self):
			self.rfile.read(int(self.headers.get("Content-Length", 0)))
			code, body = (replies or {}).get(self.path, (status, "<html><body>Hello</body></html>"))
			self.send_response(code)
			if code == 301:
				self.send_header("Location", "https://example.com/")
			self.send_header("Content-Type", "application/json" if body[0] == "{" else "text/html")
			self.send_header("Content-Length", str(len(body)))
			self.end_headers()
			self.wfile.write(body.encode())

		do_GET = do_POST

		def log_message(self, *_):
			pass

	server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
	threading.Thread(target=server.serve_forever, daemon=True).start()
	try:
		yield f"http://127.0.0.1:{server.server_port}"
	finally:
		server.shutdown()
		server.server_close()
