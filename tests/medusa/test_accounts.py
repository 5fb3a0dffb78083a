"""Signing up and logging in through the dialects, on a real Medusa."""

import frappe
import jwt
import pytest
import requests

from medusa_integration.medusa.account_operations import NewAccount
from medusa_integration.medusa.errors import (
	AccountExists,
	MedusaRejected,
	MedusaUnavailable,
	NoPublishableKey,
	WrongPassword,
)
from medusa_integration.session import open_shop
from tests.support import factories

EMAIL, PASSWORD = "aisha@clinic.example", "a-password-that-was-made"
V2 = pytest.mark.v2("v1 has no publishable keys, and makes a customer with one call")


def account(**values) -> NewAccount:
	defaults = {"email": EMAIL, "password": PASSWORD, "first_name": "Aisha", "last_name": "Al Harthy"}
	return NewAccount(**{**defaults, **values})


def customers(medusa) -> list[dict]:
	rows = medusa.admin("GET", "/admin/customers", params={"limit": 50})["customers"]
	return [row for row in rows if row["has_account"]]


def test_who_signs_up_can_log_in(medusa):
	shop = open_shop()
	assert not shop.has_account(EMAIL)
	customer = shop.sign_up(account(phone="+968 91234567", company_name="Harbour Clinic"), {})["customer"]
	assert (customer["email"], customer["first_name"], customer["phone"]) == (EMAIL, "Aisha", "+968 91234567")
	assert "password_hash" not in customer
	assert [row["id"] for row in customers(medusa)] == [customer["id"]]
	assert shop.has_account(EMAIL)
	assert not shop.has_account("isha@clinic.example")
	reply = shop.log_in(EMAIL, PASSWORD, {})
	claims = jwt.decode(reply.get("token") or reply["access_token"], options={"verify_signature": False})
	assert customer["id"] in (claims.get("actor_id"), claims.get("customer_id"))


def test_a_wrong_password_is_told(medusa):
	shop = open_shop()
	shop.sign_up(account(), {})
	for email, password in ((EMAIL, "another"), ("nobody@clinic.example", PASSWORD)):
		with pytest.raises(WrongPassword):
			shop.log_in(email, password, {})


def test_who_has_an_account_is_not_made_again(medusa):
	shop = open_shop()
	shop.sign_up(account(), {})
	with pytest.raises(AccountExists):
		shop.sign_up(account(password="another"), {})
	assert len(customers(medusa)) == 1


def test_a_sign_up_whose_reply_was_lost_is_completed(medusa):
	shop = open_shop()
	first = shop.sign_up(account(), {})["customer"]
	again = open_shop().sign_up(account(), {})["customer"]
	assert (again["id"], again["email"]) == (first["id"], EMAIL)
	assert len(customers(medusa)) == 1


@V2
def test_a_half_done_sign_up_is_completed(medusa):
	credentials = {"email": EMAIL, "password": PASSWORD}
	requests.post(f"{medusa.url}/auth/customer/emailpass/register", json=credentials).raise_for_status()
	with pytest.raises(AccountExists):
		open_shop().sign_up(account(password="another"), {})
	assert open_shop().sign_up(account(), {})["customer"]["email"] == EMAIL
	assert len(customers(medusa)) == 1


@V2
def test_an_admins_identity_is_not_taken_over(medusa):
	"""Medusa has one identity for an e-mail, whoever's it is."""
	with pytest.raises(AccountExists):
		open_shop().sign_up(account(email=medusa.email), {})


def test_a_guest_of_the_same_email_signs_up(medusa):
	medusa.admin("POST", "/admin/customers", {"email": EMAIL, **extra(medusa)})
	if medusa.version == "v2":
		assert open_shop().sign_up(account(), {})["customer"]["has_account"]


def extra(medusa) -> dict:
	return {} if medusa.version == "v2" else {"first_name": "A", "last_name": "B", "password": "x" * 12}


@V2
def test_the_publishable_key_is_read_or_chosen(medusa):
	assert open_shop().publishable_key.startswith("pk_")
	factories.configure(medusa, publishable_key=medusa.shop["publishable_key"])
	assert open_shop().publishable_key == medusa.shop["publishable_key"]
	factories.configure(medusa, publishable_key="pk_wrong")
	with pytest.raises(MedusaRejected, match="ublishable"):
		open_shop().sign_up(account(), {})


@V2
def test_a_revoked_key_is_read_anew(medusa):
	key = medusa.admin("POST", "/admin/api-keys", {"title": "Old", "type": "publishable"})["api_key"]
	shop = open_shop()
	shop.memory.remember("publishable key", key["token"])
	medusa.admin("POST", f"/admin/api-keys/{key['id']}/revoke", {})
	medusa.admin("DELETE", f"/admin/api-keys/{key['id']}")
	assert shop.sign_up(account(), {})["customer"]["email"] == EMAIL


@V2
def test_without_a_publishable_key_it_is_said(medusa, monkeypatch):
	shop = open_shop()
	monkeypatch.setattr(shop.client, "get", lambda *args: {"api_keys": []})
	with pytest.raises(NoPublishableKey):
		shop.sign_up(account(), {})


def test_medusa_out_of_reach_is_told(proxy):
	proxy.down()
	for act in (lambda: open_shop().sign_up(account(), {}), lambda: open_shop().log_in(EMAIL, PASSWORD, {})):
		with pytest.raises(MedusaUnavailable):
			act()


def test_no_secret_is_logged(medusa):
	shop = open_shop()
	shop.sign_up(account(), {})
	token = shop.log_in(EMAIL, PASSWORD, {})
	with pytest.raises(WrongPassword):
		shop.log_in(EMAIL, "a-wrong-password", {})
	frappe.db.commit()
	rows = frappe.get_all("Medusa Request Log", fields=["payload", "response", "error", "url"])
	assert len(rows) > 2
	logged = str(rows)
	for secret in (PASSWORD, "a-wrong-password", token.get("token") or token["access_token"]):
		assert secret not in logged
	assert EMAIL in logged
