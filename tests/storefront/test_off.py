"""The integration is switched off, in an emergency for instance."""

import frappe
import pytest

from medusa_integration import api
from medusa_integration.storefront.access import ENDPOINTS
from tests.site import Client, run_jobs
from tests.storefront.test_access import refused
from tests.support import factories
from tests.support.storefront import PATH, Shop, api_key, configure_storefront

READING = [name for name, each in ENDPOINTS.items() if each.is_public and "GET" in each.methods]


@pytest.fixture
def off(shop):
	configure_storefront(enable=0)


def answers() -> dict[str, set[int]]:
	"""`{function: codes}` of the shop's server, of a user with the role and, of public functions, of a stranger."""
	keyed, found = Client(Authorization=api_key()), {}
	for name, endpoint in ENDPOINTS.items():
		clients = [keyed, *([Client()] if endpoint.is_public else [])]
		calls = [client.post(PATH + name, json={}) for client in clients]
		found[name] = {each.status_code for each in [*calls, Shop().call(name)]}
	return found


def test_all_calls_are_refused(off):
	assert {name: codes for name, codes in answers().items() if codes != {503}} == {}
	words = refused(Shop().call("fetch_all_customers"), 503)
	assert "switched off" in words and "Enable" in words


def test_strangers_do_not_hear_of_it(off):
	refused(Client().post(PATH + "create_quotation", json={}), 401)


def test_a_setting_keeps_the_catalogue_open(off):
	configure_storefront(enable=0, catalogue_while_off=1)
	found = answers()
	assert len(READING) > 20
	assert {name for name, codes in found.items() if 503 not in codes} == set(READING)
	assert Client().get(PATH + "get_all_brands").status_code == 200


def test_no_job_that_waited_calls_or_mails(medusa, mail_server):
	from medusa_integration.storefront import account_mails

	configure_storefront()
	factories.customer("Clinic Off", medusa_id="cus_off")
	calls = frappe.db.count("Medusa Request Log")
	for job, arguments in (
		("mail_code", {"email": "off@example.com", "is_login": False, "ip": "127.0.0.1"}),
		("mail_password_reset", {"email": "off@example.com", "token": frappe.utils.password.encrypt("t")}),
		("follow_sign_up", {"data": {"id": "cus_x", "email": "off@example.com"}, "customer": None}),
	):
		assert job in dir(api)
		frappe.enqueue(f"medusa_integration.api.{job}", queue="short", **arguments)
	configure_storefront(enable=0)
	assert run_jobs() >= 3
	account_mails.mail_code(email="off@example.com", is_login=False, ip="127.0.0.1")
	assert mail_server.mails == []
	assert frappe.db.count("Medusa Request Log") == calls


def test_a_pdf_link_opens_nothing(shop):
	from medusa_integration.storefront.pdf_links import pdf_urls

	link = pdf_urls("Quotation", ["SAL-QTN-unknown"])["SAL-QTN-unknown"]
	path = link[link.index("/api/") :]
	assert Client().get(path).status_code == 404
	configure_storefront(enable=0)
	assert Client().get(path).status_code == 503
