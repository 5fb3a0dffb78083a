"""Test Connection and the pick-lists: words for every state of the connection."""

import socket
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import frappe
import pytest
from frappe.utils.background_jobs import is_job_enqueued

from medusa_integration.delivery import box, outage
from medusa_integration.desk import forms as desk
from medusa_integration.session import open_shop
from medusa_integration.setup import roles
from tests.support import buying
from tests.support.factories import configure, website_item
from tests.support.processes import free_port
from tests.support.shop import call, refusal
from tests.support.users import PATH, signed_in

# --- Test Connection


def tried() -> dict[str, dict]:
	"""What Test Connection says, by step."""
	reply = desk.test_connection()
	frappe.db.commit()
	return {line["step"]: line for line in reply["lines"]}


def statuses(lines: dict[str, dict]) -> dict[str, str]:
	return {step: line["status"] for step, line in lines.items()}


@pytest.mark.v2("test_v1.py has what v1 says")
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
	assert is_job_enqueued(box.outbox.job.id)


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
	in_tables = {"shipping_option", "payment_provider"}
	assert set(choices) == {"sales_channel", "stock_location", "shipping_profile", *in_tables}


def test_pick_lists_of_the_tables(medusa):
	market = buying.oman(medusa)
	choices = desk.get_choices()["choices"]
	assert set(market.shipping.values()) <= {row["value"] for row in choices["shipping_option"]}
	assert choices["payment_provider"]
	assert all(row["value"] and row["label"] for row in choices["payment_provider"])


def test_whether_orders_can_be_read(medusa, manager):
	configure(medusa, import_orders=1)
	lines = manager.post(PATH + "test_connection").json["message"]["lines"]
	(orders,) = [line for line in lines if line["step"] == "Orders"]
	assert orders["status"] == "ok" and "are imported" in orders["message"]
	configure(medusa, import_orders=0)
	lines = manager.post(PATH + "test_connection").json["message"]["lines"]
	assert not [line for line in lines if line["step"] == "Orders"]


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


# --- what isn't Medusa


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
	threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
	try:
		yield f"http://127.0.0.1:{server.server_port}"
	finally:
		server.shutdown()
		server.server_close()


# --- what is on the screen


def on_screen(**values) -> dict[str, dict]:
	"""What Test Connection says of values that aren't saved, by step."""
	doc = frappe.get_doc("Medusa Configuration").as_dict()
	reply = desk.test_connection(frappe.as_json({**doc, **values}))
	return {line["step"]: line for line in reply["lines"]}


def test_what_is_on_the_screen_is_tested_and_said_not_to_be_saved(medusa):
	configure(medusa, enable=0, url=f"http://127.0.0.1:{free_port()}", api_version="Auto")
	lines = on_screen(url=f"  {medusa.url}/ ")
	assert next(iter(lines)) == "Not saved"
	assert medusa.url in lines["Address"]["message"]
	assert lines["Sign-in"]["status"] == "ok"
	assert frappe.db.get_single_value("Medusa Configuration", "url") != medusa.url
	assert not frappe.db.get_single_value("Medusa Configuration", "detected_version")


@pytest.mark.parametrize("url", ["shop", "127.0.0.1:9000", "http://me:secret@127.0.0.1", ""])
def test_no_other_address_than_the_one_shown_is_tested(medusa, url):
	lines = on_screen(url=url)
	assert not [line for line in lines.values() if line["status"] == "ok"]
	assert frappe.get_all("Medusa Request Log") == []
	assert "me:secret" not in str(lines) + str(frappe.local.message_log)


def test_a_typed_password_is_tested_and_not_kept(medusa):
	configure(medusa)
	token = open_shop().client.token
	lines = on_screen(admin_password="wrong-password")
	assert lines["Sign-in"]["status"] == "failed"
	frappe.db.commit()
	assert open_shop().client.token == token
	assert on_screen()["Sign-in"]["status"] == "ok"
	assert "wrong-password" not in frappe.as_json(frappe.get_all("Medusa Request Log", "*"))


def test_a_test_of_unsaved_values_leaves_an_outage_alone(medusa):
	outage.begin()
	frappe.db.commit()
	on_screen()
	assert outage.lasts()
	outage.end()


def test_only_a_system_manager_tests_what_is_not_saved(medusa):
	manager = signed_in("tests@example.com", "Desk User", roles.MANAGER)
	shown = frappe.as_json({"url": medusa.url})
	assert manager.post(PATH + "test_connection", json={"values": shown}).status_code == 403
	assert manager.post(PATH + "test_connection").status_code == 200


@pytest.mark.parametrize("values", ["[]", "5", '"x"', '{"tax_accounts": 5}', '{"tax_accounts": ["x"]}', "{"])
def test_values_that_are_no_form_are_refused(medusa, values):
	with pytest.raises(frappe.ValidationError):
		desk.test_connection(values)
