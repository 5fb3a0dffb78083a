"""What the Error Log holds of a call that fails unexpectedly: no code, no token, no password."""

import json

import frappe
import pytest

from medusa_integration.storefront import account_mails, accounts
from tests.site import Client, run_jobs
from tests.support.storefront import PATH, Shop

SECRETS = {"otp": "918273", "password": "open-sesame-71", "token": "eyJzZWNyZXQiOiJ0b2tlbi03MSJ9"}


def logged() -> str:
	"""All that the Error Log holds, with what Frappe inserts there later."""
	from frappe.deferred_insert import save_to_db

	frappe.db.commit()
	save_to_db()
	frappe.db.commit()
	rows = frappe.get_all("Error Log", fields=["*"])
	return json.dumps(rows, default=str)


@pytest.fixture
def broken(shop, monkeypatch):
	"""Accounts that fail in the middle."""

	def fail(*args, **kwargs):
		raise ZeroDivisionError("the middle")

	for module, name in (
		(accounts.email_codes, "use_and_commit"),
		(accounts.shop_accounts, "exists"),
		(accounts, "_queue"),
	):
		monkeypatch.setattr(module, name, fail)
	monkeypatch.setattr(accounts, "_at_medusa", fail)


def test_no_secret_of_a_call_is_logged(broken):
	mail = "aisha@clinic.example"
	for name, arguments in (
		("sign_up", {"email": mail, "otp": SECRETS["otp"]}),
		("login", {"email": mail, "otp": SECRETS["otp"]}),
		("login", {"email": mail, "password": SECRETS["password"]}),
		("send_password_reset_email", {"email": mail, "token": SECRETS["token"]}),
	):
		codes = [Shop().call(name, **arguments).status_code]
		if name != "send_password_reset_email":
			codes += [
				Client().post(PATH + name, json=arguments).status_code,
				Client().post(PATH + name, data=arguments).status_code,
				Client().post(PATH + name, query_string=arguments).status_code,
			]
		assert set(codes) <= {500, 503}, (name, codes)
	found = logged()
	assert "the middle" in found
	assert [name for name, secret in SECRETS.items() if secret in found] == []


def test_no_secret_of_a_job_is_logged(shop, monkeypatch):
	"""Frappe shows the variables of a job that fails."""
	monkeypatch.setattr(account_mails.email_codes.secrets, "randbelow", lambda most: int(SECRETS["otp"]))

	def fail(*args, **kwargs):
		raise ZeroDivisionError("the middle")

	monkeypatch.setattr(account_mails, "_send_secretly", fail)
	monkeypatch.setattr(account_mails.shop_accounts, "exists", lambda email: email.startswith("known"))
	frappe.db.set_single_value("Medusa Configuration", "frontend_url", "https://shop.example.com")
	for job, arguments in (
		("mail_code", {"email": "new@clinic.example", "is_login": False, "ip": "127.0.0.1"}),
		(
			"mail_password_reset",
			{"email": "known@clinic.example", "token": frappe.utils.password.encrypt(SECRETS["token"])},
		),
	):
		frappe.enqueue(f"medusa_integration.api.{job}", queue="short", **arguments)
	assert run_jobs() >= 2
	found = logged()
	assert found.count("the middle") >= 2
	assert [name for name, secret in SECRETS.items() if secret in found] == []
