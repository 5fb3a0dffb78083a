"""Replies in the caller's language, mails in the customer's, and what jobs write in the site's."""

import frappe
import frappe.translate
import pytest
from frappe.gettext import translate

from medusa_integration import languages
from tests.support import factories
from tests.support.accounts import EMAIL, Visitor, forget_limits, signed_up, text_of, work
from tests.support.storefront import Shop, configure_storefront
from tools.translations import catalogs

APP = "medusa_integration"
GERMAN = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.8"}
NOT_SIGNED = "Signieren Sie die Anfrage oder senden Sie den API-Schlüssel eines Benutzers mit der Rolle Medusa Storefront."


@pytest.fixture(autouse=True)
def compiled(shop, monkeypatch, tmp_path):
	"""The .po files as `bench build` compiles them."""
	monkeypatch.setattr(translate, "get_locale_dir", lambda: tmp_path)
	for path in catalogs.languages():
		translate.write_binary(APP, catalogs.read(path), path.stem)
	frappe.translate.clear_cache()
	yield
	frappe.translate.clear_cache()


@pytest.fixture
def german_site():
	before = frappe.get_system_settings("language")
	_set_language("de")
	yield
	_set_language(before)


def _set_language(code: str) -> None:
	frappe.db.set_single_value("System Settings", "language", code)
	frappe.db.set_default("lang", code)  # as the System Settings do when they are saved
	frappe.clear_document_cache("System Settings", "System Settings")
	frappe.local.system_settings = None
	frappe.db.commit()


def refusal(caller, name: str = "get_order_documents", **arguments) -> str:
	return caller.call(name, **arguments).json["message"]["error"]


def mail_to(visitor, server, email: str = EMAIL):
	"""The mail with a code to log in or sign up."""
	forget_limits()
	response = visitor.call("send_otp", email=email, isLogin=True)
	assert response.status_code == 200, response.text
	work()
	return server.mails[-1]


def account(email: str = EMAIL, **values) -> None:
	factories.customer("Clinic", email_id=email, medusa_id="cus_Clinic", **values)
	frappe.db.commit()


def subject(mail) -> str:
	from email.header import decode_header, make_header

	return str(make_header(decode_header(mail["Subject"])))


def test_a_refusal_is_in_the_callers_language():
	assert refusal(Visitor(**GERMAN)) == NOT_SIGNED
	assert refusal(Visitor()).startswith("Sign the request")
	assert refusal(Visitor(**{"Accept-Language": "xx"})).startswith("Sign the request")


def test_a_signed_call_is_answered_in_the_language_that_the_shops_server_passes_on():
	assert refusal(Shop(**GERMAN), "get_order_documents", order_id="order_9") != refusal(
		Shop(), "get_order_documents", order_id="order_9"
	)


def test_a_reply_is_in_the_sites_language_where_the_caller_names_none(german_site):
	assert refusal(Visitor()) == NOT_SIGNED


def test_a_code_is_mailed_in_the_visitors_language(mail_server):
	account()
	mail = mail_to(Visitor(**GERMAN), mail_server)
	assert subject(mail) == "Ihr Code zur Anmeldung"
	assert "Ihr Code lautet" in text_of(mail)
	assert subject(mail_to(Visitor(), mail_server)) == "Your code to log in"


def test_a_sign_up_notes_the_visitors_language(medusa, mail_server):
	configure_storefront(frontend_url="https://shop.example")
	signed_up(Visitor(**GERMAN), mail_server)
	frappe.db.rollback()
	assert frappe.get_all("Lead", {"email_id": EMAIL}, pluck="language") == ["de"]
	assert subject(mail_to(Visitor(), mail_server)) == "Ihr Code zur Anmeldung"


def test_the_customers_own_language_comes_first(mail_server):
	account(language="de")
	assert subject(mail_to(Visitor(), mail_server)) == "Ihr Code zur Anmeldung"


def test_a_job_writes_in_the_sites_language(german_site):
	frappe.local.lang = "en"
	try:
		for method, kwargs, language in (
			("frappe.utils.x", {}, "en"),
			("frappe.x.run_scheduled_job", {"job_type": "frappe.email.flush"}, "en"),
			("frappe.x.run_scheduled_job", {"job_type": "medusa_integration.api.mail_parked"}, "de"),
			("medusa_integration.api.drain", {}, "de"),
		):
			frappe.local.lang = "en"
			frappe.call(
				frappe.get_hooks("before_job")[-1], method=method, kwargs=kwargs, transaction_type="job"
			)
			assert frappe.local.lang == language, method
	finally:
		frappe.local.lang = "en"


def test_the_companys_people_read_the_sites_language():
	frappe.local.lang = "de"
	try:
		with languages.in_sites_language():
			assert frappe._("Your code is") == "Your code is"
		assert frappe._("Your code is") == "Ihr Code lautet"
	finally:
		frappe.local.lang = "en"


def test_a_form_is_german():
	frappe.local.lang = "de"
	try:
		for text in (
			"Backend URL",
			"Not in the shop (unpublished)",
			"Where Medusa is",
			"Medusa Orders by Day",
		):
			assert frappe._(text) != text
	finally:
		frappe.local.lang = "en"


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("de", "ltr"), ("en", "ltr")])
def test_a_mail_has_its_language_and_direction(mail_server, language, direction):
	account(language=language)
	html = html_of(mail_to(Visitor(), mail_server))
	assert f'<div lang="{language}" dir="{direction}">' in html
	assert ('dir="rtl"' in html) is (direction == "rtl")


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("en", "ltr")])
def test_a_table_in_a_mail_begins_where_the_language_does(language, direction):
	boxes = [
		{
			"words": "x",
			"reasons": [{"kind": "Product", "count": 2, "error": "SKU"}],
			"more": 0,
			"link": "/",
			"link_words": "y",
		}
	]
	frappe.local.lang = language
	try:
		html = frappe.render_template(
			"templates/emails/medusa_parked.html", {"boxes": boxes, **languages.html_attributes()}
		)
	finally:
		frappe.local.lang = "en"
	start, end = ("right", "left") if direction == "rtl" else ("left", "right")
	assert html.count(f'<th align="{start}">') == 2
	assert html.count(f'align="{end}"') == 2


def test_a_quotations_mail_is_marked_too():
	frappe.local.lang = "ar"
	try:
		assert languages.marked("<p>x</p>") == '<div lang="ar" dir="rtl"><p>x</p></div>'
	finally:
		frappe.local.lang = "en"


def html_of(mail) -> str:
	part = next(each for each in mail.walk() if each.get_content_type() == "text/html")
	return part.get_payload(decode=True).decode()


def test_a_quotations_date_keeps_its_order():
	"""Arabic letters before it would turn 2026-12-24 around."""
	values = {"doc": frappe._dict(name="Q"), "total": "1", "valid_till": "2026-12-24", "link": "/"}
	html = frappe.render_template("templates/emails/quotation_ready.html", values)
	assert '<span dir="ltr">2026-12-24</span>' in html
