"""Signing up and logging in with codes that are mailed, on a real Medusa and a real mail server."""

import importlib.util
from email import message_from_string
from html import unescape

import frappe
import pytest
from frappe.utils import add_days, now_datetime

from medusa_integration.api import expire_otps, follow_sign_up
from medusa_integration.customers import customers_from_medusa as arriving
from medusa_integration.customers import email_codes, proofs, shop_accounts
from medusa_integration.medusa.order import Customer
from medusa_integration.medusa_integration.doctype.email_otp.email_otp import EmailOTP
from medusa_integration.storefront import accounts
from medusa_integration.storefront.errors import Unavailable
from tests.storefront.test_access import refused
from tests.support import factories
from tests.support.accounts import (
	EMAIL,
	PERSON,
	Visitor,
	code_for,
	customers,
	forget_limits,
	me,
	signed_up,
	text_of,
	work,
)
from tests.support.cases import cases
from tests.support.parties import leads, prove
from tests.support.storefront import Shop, configure_storefront
from tests.support.workers import Worker, start

UNKNOWN = "Please kindly register first"
EXISTS = "Account with this mail already exists. Please login"
WRONG = "The code is wrong or has expired. Ask for a new one."
SENT = {"message": "OTP sent successfully", "isSuccess": 1}
OTP = "Email OTP"


@pytest.fixture
def visitor(medusa, mail_server):
	"""A browser at a shop that is up."""
	configure_storefront(frontend_url="https://shop.example")
	return Visitor()


@pytest.fixture
def faulty(proxy, mail_server):
	"""A browser at a shop whose Medusa is behind a proxy."""
	configure_storefront(frontend_url="https://shop.example")
	return Visitor()


def record(email: str = EMAIL):
	frappe.db.rollback()
	return frappe.get_doc(OTP, email)


def sign_up(who, code: str, email: str = EMAIL, **values):
	return who.call("sign_up", email=email, otp=code, **{**PERSON, **values})


# --- from the first code to the log-in


def test_a_visitor_signs_up_and_logs_in(medusa, visitor, mail_server):
	code = code_for(visitor, mail_server)
	response = sign_up(visitor, code)
	assert response.status_code == 200, response.text
	customer = response.json["message"]["customer"]
	assert list(response.json) == ["message"]
	assert [(row["id"], row["email"]) for row in customers(medusa)] == [(customer["id"], EMAIL)]
	work()
	(lead,) = leads()
	assert (lead.medusa_id, lead.email_id, lead.t_c_acceptance) == (customer["id"], EMAIL, 1)
	assert (lead.lead_name, lead.company_name) == ("Aisha Al Harthy", "Harbour Clinic")
	assert [row.recipient for row in frappe.get_all("Email Queue Recipient", fields="recipient")] == [EMAIL]
	code = code_for(visitor, mail_server, login=True)
	response = visitor.call("login", email=EMAIL, otp=code)
	assert response.status_code == 200, response.text
	assert me(medusa, response.json["message"])["id"] == customer["id"]
	assert (record().status, record().logged_in) == ("Verified", 1)


def test_who_has_signed_up_is_logged_in(medusa, visitor, mail_server):
	"""One code, one mail: the reply's token is the new customer's."""
	response = sign_up(visitor, code_for(visitor, mail_server))
	reply = response.json["message"]
	assert me(medusa, reply)["id"] == reply["customer"]["id"] == reply["customer_id"]


def test_who_has_just_signed_up_may_log_in_elsewhere_at_once(visitor, mail_server):
	"""The mail of the sign-up doesn't count towards the one a minute any more; the next mail does."""
	code = code_for(visitor, mail_server)
	assert visitor.call("send_otp", email="second@clinic.example").status_code == 429
	assert sign_up(visitor, code).status_code == 200
	assert visitor.call("send_otp", email=EMAIL, isLogin=1).json["message"] == SENT
	again = visitor.call("send_otp", email="second@clinic.example")
	assert again.status_code == 429
	assert 0 < int(again.headers["Retry-After"]) <= 60


def test_an_account_stays_if_medusa_stops_before_the_token(visitor, mail_server, monkeypatch):
	code = code_for(visitor, mail_server)
	at_medusa, calls = accounts._at_medusa, []

	def first_alone(call):
		calls.append(call)
		if len(calls) > 1:
			frappe.throw("down", Unavailable)
		return at_medusa(call)

	monkeypatch.setattr(accounts, "_at_medusa", first_alone)
	response = sign_up(visitor, code)
	assert response.status_code == 200, response.text
	reply = response.json["message"]
	assert reply["customer_id"] and "token" not in reply and "access_token" not in reply
	assert record().medusa_id == reply["customer_id"]


def test_capitals_are_the_same_address(medusa, visitor, mail_server):
	customer = signed_up(visitor, mail_server)
	forget_limits()
	assert refused(visitor.call("send_otp", email="Aisha@CLINIC.example"), 409) == EXISTS
	assert code_for(visitor, mail_server, login=True)
	assert customer["email"] == EMAIL


def test_who_has_no_account_is_told_at_login(visitor):
	assert refused(visitor.call("send_otp", email=EMAIL, isLogin=1), 404) == UNKNOWN
	work()
	assert not frappe.db.exists("Email OTP", EMAIL)


@pytest.mark.parametrize("doctype", ["Lead", "Customer", "Disabled", "Contact"])
def test_who_has_an_account_is_told_at_sign_up(visitor, doctype):
	if doctype == "Lead":
		factories.lead("Aisha", email_id="Aisha@clinic.example")
	else:
		doc = factories.customer("Harbour Clinic")
		values = {"email_id": EMAIL, "disabled": doctype == "Disabled"}
		if doctype == "Contact":
			contact = frappe.get_doc({"doctype": "Contact", "first_name": "Aisha", "email_id": EMAIL})
			contact.append("email_ids", {"email_id": EMAIL, "is_primary": 1})
			contact.insert(ignore_permissions=True)
			values = {"customer_primary_contact": contact.name, "email_id": None}
		frappe.db.set_value("Customer", doc.name, values)
	frappe.db.commit()
	assert refused(visitor.call("send_otp", email=EMAIL, isLogin="0"), 409) == EXISTS
	assert visitor.call("send_otp", email=EMAIL, isLogin="1").json["message"] == SENT


def test_who_is_not_the_shops_may_sign_up(visitor):
	factories.customer("Harbour Clinic", medusa_id=None, email_id=EMAIL)
	factories.lead("Aisha", email_id=EMAIL, medusa_id=None)
	frappe.db.commit()
	assert visitor.call("send_otp", email=EMAIL).json["message"] == SENT


def test_what_medusa_says_counts_too(medusa, visitor, mail_server):
	code = code_for(visitor, mail_server)
	from medusa_integration.medusa.account_operations import NewAccount
	from medusa_integration.session import open_shop

	open_shop().sign_up(NewAccount(EMAIL, "their own password", "A", "B"), {})
	assert refused(sign_up(visitor, code), 409) == EXISTS
	assert shop_accounts.kept_password(EMAIL) is None
	assert len(customers(medusa)) == 1


# --- codes


def test_a_code_counts_once(medusa, visitor, mail_server):
	code = code_for(visitor, mail_server)
	assert sign_up(visitor, code).status_code == 200
	assert refused(sign_up(visitor, code), 401) == WRONG
	assert refused(visitor.call("login", email=EMAIL, otp=code), 401) == WRONG


def test_the_last_code_counts(visitor, mail_server):
	first, last = code_for(visitor, mail_server), code_for(visitor, mail_server)
	if first != last:
		assert refused(sign_up(visitor, first), 401) == WRONG
	assert sign_up(visitor, last).status_code == 200


def test_a_code_has_five_tries(visitor, mail_server):
	code = code_for(visitor, mail_server)
	wrong = f"{(int(code) + 1) % 10**6:06}"
	for _try in range(5):
		assert refused(sign_up(visitor, wrong), 401) == WRONG
	assert refused(sign_up(visitor, code), 401) == WRONG
	assert record().tries == 5
	assert sign_up(visitor, code_for(visitor, mail_server)).status_code == 200


def test_a_code_is_for_its_address(visitor, mail_server):
	code = code_for(visitor, mail_server)
	code_for(visitor, mail_server, "other@clinic.example")
	assert refused(sign_up(visitor, code, "other@clinic.example"), 401) == WRONG
	assert refused(sign_up(visitor, code, "nobody@clinic.example"), 401) == WRONG


def test_an_old_code_is_refused(visitor, mail_server):
	code = code_for(visitor, mail_server)
	frappe.db.set_value(OTP, EMAIL, "expiration_time", add_days(now_datetime(), -1))
	frappe.db.commit()
	assert refused(sign_up(visitor, code), 401) == WRONG
	expire_otps()
	frappe.db.commit()
	assert record().status == "Expired"
	assert refused(sign_up(visitor, code), 401) == WRONG


def test_only_old_codes_are_expired(visitor, mail_server):
	code = code_for(visitor, mail_server)
	expire_otps()
	assert record().status == "Pending"
	assert sign_up(visitor, code).status_code == 200


@pytest.mark.mariadb
def test_two_sign_ups_at_once_with_one_code(medusa, visitor, mail_server):
	code = code_for(visitor, mail_server)
	pair = start(*(Worker(call_sign_up, code=code) for _each in range(2)))
	assert sorted(worker.result() for worker in pair) == [200, 401]
	assert len(customers(medusa)) == 1


def call_sign_up(code: str) -> int:
	return sign_up(Visitor(), code).status_code


@pytest.mark.mariadb
def test_tries_at_once_are_counted(visitor, mail_server):
	code = code_for(visitor, mail_server)
	wrong = f"{(int(code) + 1) % 10**6:06}"
	for worker in start(*(Worker(call_sign_up, code=wrong) for _each in range(7))):
		assert worker.result() == 401
	assert record().tries == 5


def test_a_code_costs_its_guesser_time():
	"""The tests themselves use a cheaper hash."""
	spec = importlib.util.find_spec("medusa_integration.customers.email_codes")
	module = importlib.util.module_from_spec(spec)
	spec.loader.exec_module(module)
	assert module.COST["n"] * module.COST["r"] * module.COST["p"] >= 2**17


def test_the_codes_differ_and_have_six_digits():
	codes = {email_codes.issue(f"{number}@clinic.example") for number in range(8)}
	assert len(codes) > 6
	assert all(len(code) == 6 and code.isdigit() for code in codes)
	hashes = frappe.get_all(OTP, pluck="otp")
	assert len(set(hashes)) == len(hashes)
	assert not codes & set(hashes)


def test_unknown_addresses_cost_the_same(visitor, mail_server, monkeypatch):
	"""Hashes are what takes time: as many for an address without a code."""
	hashed = []
	real = email_codes._hashed
	monkeypatch.setattr(email_codes, "_hashed", lambda *args: hashed.append(args[0]) or real(*args))
	code_for(visitor, mail_server)
	hashed.clear()
	for email in (EMAIL, "nobody@clinic.example"):
		assert refused(visitor.call("login", email=email, otp="000000"), 401) == WRONG
	assert hashed == [EMAIL, "nobody@clinic.example"]


# --- logging in


def test_a_password_logs_in(medusa, visitor, mail_server):
	customer = signed_up(visitor, mail_server)
	password = shop_accounts.kept_password(EMAIL)
	response = visitor.call("login", email=EMAIL, password=password)
	assert response.status_code == 200, response.text
	assert me(medusa, response.json["message"])["id"] == customer["id"]
	words = refused(visitor.call("login", email=EMAIL, password="wrong"), 401)
	assert words == refused(visitor.call("login", email="nobody@clinic.example", password="wrong"), 401)


@pytest.mark.parametrize("arguments", [{}, {"password": "x", "otp": "123456"}, {"password": "", "otp": None}])
def test_a_log_in_needs_one_proof(visitor, arguments):
	refused(visitor.call("login", email=EMAIL, **arguments), 400)


def test_who_has_chosen_a_password_logs_in_with_that(medusa, visitor, mail_server):
	factories.lead("Aisha", email_id=EMAIL)
	frappe.db.commit()
	code = code_for(visitor, mail_server, login=True)
	assert "password of its own" in refused(visitor.call("login", email=EMAIL, otp=code), 409)


def test_a_kept_password_that_was_changed_in_medusa_is_told(medusa, visitor, mail_server):
	signed_up(visitor, mail_server)
	shop_accounts.keep_new_password_and_commit(EMAIL)
	code = code_for(visitor, mail_server, login=True)
	assert "password of its own" in refused(visitor.call("login", email=EMAIL, otp=code), 409)


# --- when Medusa fails


def test_while_medusa_is_down_the_code_stays_valid(medusa, proxy, faulty, mail_server):
	code = code_for(faulty, mail_server)
	proxy.down()
	assert "Try again later" in refused(sign_up(faulty, code), 503)
	proxy.up()
	assert sign_up(faulty, code).status_code == 200
	assert len(customers(medusa)) == 1
	code = code_for(faulty, mail_server, login=True)
	proxy.down()
	refused(faulty.call("login", email=EMAIL, otp=code), 503)
	refused(faulty.call("login", email=EMAIL, password="anything"), 503)
	proxy.up()
	assert faulty.call("login", email=EMAIL, otp=code).status_code == 200


@pytest.mark.parametrize("kind", ["drop", "cut"])
@pytest.mark.parametrize(
	"call", ["POST /auth/customer/emailpass/register", "POST /store/customers", "POST /store/signup"]
)
def test_a_lost_reply_makes_no_second_customer(medusa, proxy, faulty, mail_server, kind, call):
	code = code_for(faulty, mail_server)
	fault = proxy.fail(kind, match=call)
	response = sign_up(faulty, code)
	assert response.status_code == (503 if fault.hits else 200), response.text
	if fault.hits:
		assert sign_up(faulty, code).status_code == 200
	work()
	(customer,) = customers(medusa)
	assert [lead.medusa_id for lead in leads()] == [customer["id"]]
	code = code_for(faulty, mail_server, login=True)
	assert me(medusa, faulty.call("login", email=EMAIL, otp=code).json["message"])["id"] == customer["id"]


# --- the Lead or the Customer


def test_the_job_may_be_repeated(medusa, visitor, mail_server):
	customer = signed_up(visitor, mail_server)
	follow_sign_up({"id": customer["id"], "email": EMAIL, "t_c_acceptance": True})
	assert [lead.medusa_id for lead in leads()] == [customer["id"]]


@pytest.mark.parametrize("sign_ups", ["Leads", "Customers"])
def test_medusas_event_may_come_first(medusa, visitor, mail_server, sign_ups):
	configure_storefront(new_customers=sign_ups)
	code = code_for(visitor, mail_server)
	customer = sign_up(visitor, code).json["message"]["customer"]
	arriving.arrive(Customer(id=customer["id"], email=EMAIL, first_name="Aisha", has_account=True))
	work()
	found = leads() if sign_ups == "Leads" else shops_customers()
	assert [(each.medusa_id, each.t_c_acceptance) for each in found] == [(customer["id"], 1)]
	assert len(leads()) + len(shops_customers()) == 1
	arriving.arrive(Customer(id=customer["id"], email=EMAIL, first_name="Aisha", has_account=True))
	assert len(leads()) + len(shops_customers()) == 1


def shops_customers() -> list:
	frappe.db.commit()
	return frappe.get_all(
		"Customer", {"medusa_id": ("is", "set")}, ["name", "customer_name", "medusa_id", "t_c_acceptance"]
	)


def test_sign_ups_may_become_customers(medusa, visitor, mail_server):
	configure_storefront(new_customers="Customers")
	customer = signed_up(visitor, mail_server)
	(found,) = shops_customers()
	assert (found.medusa_id, found.t_c_acceptance) == (customer["id"], 1)
	assert found.customer_name == "Harbour Clinic"
	assert leads() == []
	follow_sign_up({"id": customer["id"], "email": EMAIL})
	assert len(shops_customers()) == 1


def test_an_existing_customer_is_linked(medusa, visitor, mail_server):
	factories.customer("Harbour Clinic", medusa_id=None, email_id=EMAIL)
	frappe.db.commit()
	customer = signed_up(Shop(), mail_server, erp_customer_id="Harbour Clinic")
	(found,) = shops_customers()
	assert (found.name, found.medusa_id, found.t_c_acceptance) == ("Harbour Clinic", customer["id"], 1)
	assert leads() == []


@pytest.mark.parametrize(
	("customer", "code"),
	[("Harbour Clinic", 409), ("Linked Clinic", 409), ("Nobody", 404), ("harbour clinic", 404), ("%", 404)],
)
def test_another_customer_is_not_taken_over(medusa, visitor, mail_server, customer, code):
	factories.customer("Harbour Clinic", medusa_id=None, email_id="other@clinic.example")
	factories.customer("Linked Clinic", medusa_id="cus_other")
	frappe.db.commit()
	otp = code_for(Shop(), mail_server)
	refused(sign_up(Shop(), otp, erp_customer_id=customer), code)
	assert customers(medusa) == []
	assert sign_up(Shop(), otp).status_code == 200


def test_a_stranger_names_no_customer(medusa, visitor, mail_server):
	factories.customer("Harbour Clinic", medusa_id=None, email_id=EMAIL)
	frappe.db.commit()
	code = code_for(visitor, mail_server)
	refused(sign_up(visitor, code, erp_customer_id="Harbour Clinic"), 403)
	assert customers(medusa) == []


# --- passwords that are forgotten


def test_a_password_reset_is_mailed(visitor, mail_server):
	factories.lead("Aisha", email_id=EMAIL)
	frappe.db.commit()
	token = "eyJ0.a+b/c=&x=1"
	response = Shop().call("send_password_reset_email", email=EMAIL, token=token)
	assert response.json["message"]["isSuccess"] == 1, response.text
	work()
	(mail,) = mail_server.mails
	assert "https://shop.example/confirm_password?token=eyJ0.a%2Bb%2Fc%3D%26x%3D1" in text_of(mail)
	assert frappe.db.count("Email Queue") == 0


def test_a_password_reset_tells_nothing_about_accounts(medusa, visitor, mail_server):
	known = signed_up(visitor, mail_server)
	before = len(mail_server.mails)
	replies = [
		Shop().call("send_password_reset_email", email=email, token="token")
		for email in (known["email"], "nobody@clinic.example")
	]
	assert replies[0].json == replies[1].json
	assert (replies[0].status_code, replies[1].status_code) == (200, 200)
	work()
	assert [mail["To"] for mail in mail_server.mails[before:]] == [EMAIL]


def test_a_stranger_resets_no_password(visitor):
	refused(visitor.call("send_password_reset_email", email=EMAIL, token="token"), 401)
	configure_storefront(frontend_url="")
	refused(Shop().call("send_password_reset_email", email=EMAIL, token="token"), 503)


# --- secrets


def test_no_secret_is_stored(medusa, visitor, mail_server):
	code = code_for(visitor, mail_server)
	sign_up(visitor, code)
	login_code = code_for(visitor, mail_server, login=True)
	token = visitor.call("login", email=EMAIL, otp=login_code).json["message"]
	password = shop_accounts.kept_password(EMAIL)
	frappe.db.rollback()
	stored = stored_texts()
	for secret in (code, login_code, password, token.get("token") or token["access_token"]):
		found = [where for where, text in stored.items() if secret in text]
		assert found == [], secret
	assert any(EMAIL in text for text in stored.values())


def stored_texts() -> dict[str, str]:
	"""All that the site's tables and its job queue hold of a sign-up."""
	doctypes = [
		OTP,
		"Medusa Request Log",
		"Error Log",
		"Email Queue",
		"Lead",
		"Contact",
		"Version",
		"Comment",
	]
	tables = [*(f"tab{doctype}" for doctype in doctypes), "__Auth"]
	texts = {table: str(frappe.db.sql(f"select * from `{table}`")) for table in tables}
	texts["tabEmail Queue"] = str(frappe.get_all("Email Queue", ["message", "error"]))
	from frappe.utils.background_jobs import get_redis_conn

	conn = get_redis_conn()
	for key in conn.scan_iter("rq:job:*"):
		if conn.type(key) == b"hash":
			texts[str(key)] = str(conn.hgetall(key))
	return texts


@pytest.mark.parametrize("arguments", [{"otp": "864213"}, {"password": "a very secret word"}])
def test_no_secret_is_in_the_error_log(visitor, monkeypatch, arguments):
	def fail(*args):
		raise RuntimeError("unexpected")

	monkeypatch.setattr("medusa_integration.storefront.visitor.network", fail)
	refused(visitor.call("login", email=EMAIL, **arguments), 500)
	from frappe.deferred_insert import save_to_db

	save_to_db()
	logged = str(frappe.get_all("Error Log", ["method", "error"]))
	assert "unexpected" in logged
	assert not any(secret in logged for secret in arguments.values())


def test_a_mail_that_cannot_be_sent_leaves_no_copy(visitor, mail_server):
	email = "broken@clinic.example"  # which the server refuses
	assert visitor.call("send_otp", email=email).json["message"] == SENT
	work()
	frappe.db.rollback()
	assert frappe.db.count("Email Queue") == 0
	(error,) = frappe.get_all("Error Log", {"method": ("like", "Storefront%")}, ["method", "error"])
	assert error.method == "Storefront: no mail to broken@clinic.example"
	assert "no such user" in error.error
	assert "letter-spacing" not in error.error


def test_the_kept_password_outlives_the_log_clearing(visitor, mail_server):
	signed_up(visitor, mail_server)
	code_for(visitor, mail_server, "other@clinic.example")
	old = add_days(now_datetime(), -40)
	frappe.db.sql("update `tabEmail OTP` set modified = %s", old)
	EmailOTP.clear_old_logs(30)
	frappe.db.commit()
	assert frappe.get_all(OTP, pluck="name") == [EMAIL]
	assert shop_accounts.kept_password(EMAIL)


def test_a_proven_address_outlives_the_log_clearing(shop):
	prove(EMAIL, "cus_1")
	prove("other@clinic.example", "")
	frappe.db.sql("update `tabEmail OTP` set modified = %s", add_days(now_datetime(), -400))
	EmailOTP.clear_old_logs(30)
	assert frappe.get_all(OTP, pluck="name") == [EMAIL]
	assert proofs.is_proven("Aisha@CLINIC.example", "cus_1")
	assert not proofs.is_proven(EMAIL, "cus_2")
	assert not proofs.is_proven("other@clinic.example", "")


@pytest.mark.parametrize("sign_ups", ["Leads", "Customers"])
def test_a_right_code_links_who_was_known(medusa, visitor, mail_server, sign_ups):
	"""At the sign-up, also where Medusa's own event is worked off first."""
	configure_storefront(new_customers=sign_ups)
	if sign_ups == "Leads":
		known = factories.lead("Known", email_id=EMAIL, medusa_id=None)
	else:
		known = factories.customer("Known", email_id=EMAIL, medusa_id=None)
	frappe.db.commit()
	code = code_for(visitor, mail_server)
	customer = sign_up(visitor, code).json["message"]["customer"]
	assert proofs.proven_id(EMAIL) == customer["id"]
	arriving.arrive(Customer(id=customer["id"], email=EMAIL, first_name="Aisha", has_account=True))
	work()
	frappe.db.rollback()
	assert frappe.db.get_value(known.doctype, known.name, ["medusa_id", "t_c_acceptance"]) == (
		customer["id"],
		1,
	)
	assert len(leads()) + len(shops_customers()) == 1


def test_a_log_in_with_a_code_proves_the_address(medusa, visitor, mail_server):
	customer = signed_up(visitor, mail_server)
	frappe.db.set_value(OTP, EMAIL, "medusa_id", None)  # the sign-up's reply was lost
	frappe.db.commit()
	assert visitor.call("login", email=EMAIL, password=shop_accounts.kept_password(EMAIL)).status_code == 200
	assert record().medusa_id is None
	code = code_for(visitor, mail_server, login=True)
	assert visitor.call("login", email=EMAIL, otp=code).status_code == 200
	assert record().medusa_id == customer["id"]


def test_a_code_proves_nothing_for_an_account_that_it_does_not_open(medusa, visitor, mail_server):
	"""Somebody has signed up in Medusa with the address, and a password of its own."""
	factories.lead("Eve", email_id=EMAIL, medusa_id="cus_thief")
	frappe.db.commit()
	code = code_for(visitor, mail_server, login=True)
	refused(visitor.call("login", email=EMAIL, otp=code), 409)
	assert not proofs.is_proven(EMAIL, "cus_thief")
	assert not record().medusa_id


def test_the_desk_shows_no_secret(visitor, mail_server, manager, clerk):
	signed_up(visitor, mail_server)
	path = f"/api/resource/Email OTP/{EMAIL}"
	shown = manager.get(path)
	assert shown.status_code == 200, shown.text
	assert shown.json["data"]["status"] == "Verified"
	assert not shown.json["data"].get("otp")
	assert set(shown.json["data"]["password"]) == {"*"}
	assert clerk.get(path).status_code == 403
	assert manager.put(path, json={"status": "Pending"}).status_code == 403
	assert manager.delete(path).status_code == 403


# --- what visitors send


@cases(
	"email",
	[
		None, "", " ", "nobody", "a@b", "a@b.c, d@e.example", "Aisha <a@clinic.example>", "a\x00@clinic.example",
		"a\n@clinic.example", "a@clinic.example\r\nBcc: b@clinic.example", "x" * 10_000 + "@clinic.example",
		"a" * 130 + "@clinic.example", '"><script>alert(1)</script>@clinic.example', "ａ@clinic.example",
		"aısha@clinic.example", "عائشة@clinic.example", "%@clinic", {"like": "%"}, ["a@clinic.example"], 5, True,
	],
)  # fmt: skip
@cases("name", ["send_otp", "sign_up", "login"])
def test_what_is_no_address_is_refused(shop, name, email):
	refused(Visitor().call(name, email=email, otp="123456"), 400)
	assert frappe.db.count(OTP) == 0


@cases(
	"otp", [None, "", "12345", "1234567", "abcdef", "12345٦", "-12345", 1.5, -1, True, [1], {"a": 1}, "1" * 10_000]
)  # fmt: skip
def test_what_is_no_code_is_refused(shop, otp):
	refused(Visitor().call("sign_up", email=EMAIL, otp=otp), 400)
	refused(Visitor().call("login", email=EMAIL, otp=otp), 400)


def test_a_code_may_be_a_number(visitor, mail_server, monkeypatch):
	monkeypatch.setattr("secrets.randbelow", lambda most: 42)
	assert code_for(visitor, mail_server) == "000042"
	assert sign_up(visitor, 42).status_code == 200


@pytest.mark.parametrize(
	"values",
	[
		{"first_name": "a\x07"},
		{"last_name": "x" * 10_000},
		{"mobile": "call me"},
		{"organization_name": ["x"]},
		{"t_c_acceptance": "maybe"},
		{"erp_customer_id": {"a": 1}},
	],
)
def test_a_wrong_argument_leaves_the_code(visitor, mail_server, values):
	code = code_for(visitor, mail_server)
	refused(sign_up(visitor, code, **values), 400)
	assert sign_up(visitor, code).status_code == 200


def test_odd_names_are_text(medusa, visitor, mail_server):
	odd = {
		"first_name": '"><script>alert(1)</script>',
		"last_name": "O'Neil 🦷",
		"organization_name": "50% & _\\",
	}
	customer = signed_up(visitor, mail_server, **odd)
	harmless = '"›‹script›alert(1)‹/script›'
	assert (customer["first_name"], customer["last_name"]) == (harmless, odd["last_name"])
	(lead,) = leads()
	assert lead.medusa_id == customer["id"]
	(message,) = frappe.get_all("Email Queue", pluck="message")
	html = text_of(message_from_string(message))
	assert "‹script›" in html
	assert "<script>" not in unescape(html)


def test_a_name_alone_is_not_needed(medusa, visitor, mail_server):
	code = code_for(visitor, mail_server)
	assert visitor.call("sign_up", email=EMAIL, otp=code).status_code == 200
	work()
	assert [lead.email_id for lead in leads()] == [EMAIL]


# --- Origin and Referer


@pytest.mark.v1("its extension keeps the headers that it got")
def test_the_visitors_page_is_passed_on(medusa, mail_server):
	configure_storefront(frontend_url="https://shop.example")
	visitor = Visitor(Origin="https://shop.example", Referer="https://shop.example/sign-up?x=1")
	id = signed_up(visitor, mail_server)["id"]
	kept = medusa.admin("GET", f"/admin/customers/{id}")["customer"]["metadata"]
	assert (kept["origin"], kept["referer"]) == ("https://shop.example", "https://shop.example/sign-up?x=1")
	assert (kept["organization_name"], kept["t_c_acceptance"]) == ("Harbour Clinic", True)


def test_odd_headers_do_not_stop_a_sign_up(medusa, visitor, mail_server):
	odd = Visitor(Origin="null", Referer="ünlesbar \t")
	assert signed_up(odd, mail_server)["email"] == EMAIL
