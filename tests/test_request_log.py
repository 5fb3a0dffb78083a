"""The Medusa Request Log: every call, no secrets, whatever becomes of the transaction it was made in."""

import json

import frappe
import pytest
from frappe.utils import add_days, now_datetime
from frappe.utils.password import remove_encrypted_password

from medusa_integration import request_log
from medusa_integration.medusa.client import Call
from medusa_integration.medusa.errors import MedusaError, MedusaRejected
from medusa_integration.medusa_integration.doctype.medusa_request_log.medusa_request_log import (
	MedusaRequestLog,
)
from medusa_integration.session import open_shop
from tests.support.factories import configure, drain, item_group, item_price, website_item
from tests.support.hostile import HARMLESS, HOSTILE
from tests.support.processes import free_port
from tests.support.shop import call

DOCTYPE = "Medusa Request Log"
CHILD = "Medusa Request Log Voucher"


@pytest.fixture
def medusa(medusa):
	"""Nothing is signed in: that is a call, too."""
	remove_encrypted_password("Medusa Configuration", "Medusa Configuration", "access_token")
	frappe.db.commit()
	return medusa


def log_rows(**filters) -> list:
	"""What the log holds, oldest first, without ending the transaction."""
	return frappe.get_all(DOCTYPE, filters=filters, fields=["*"], order_by="creation, name")


def calls_about(name: str, **filters) -> list[str]:
	"""The URLs of the calls that a Website Item's page leads to."""
	parents = frappe.get_all(
		CHILD, {"voucher_type": "Website Item", "voucher_name": name}, pluck="parent", order_by="name"
	)
	rows = log_rows(name=("in", parents or [""]), **filters)
	return [row.url for row in rows]


def test_every_call_is_one_row(medusa):
	client = open_shop().client
	client.get("/admin/products", {"limit": 1, "fields": "id"})
	client.post("/admin/collections", {"title": "Gloves"})
	with pytest.raises(MedusaRejected) as raised:
		client.post("/admin/collections", {"title": "Gloves"})
	assert log_rows() == []
	frappe.db.commit()
	assert [
		(r.method, r.url.removeprefix(medusa.url), r.status_code, r.status, r.attempt) for r in log_rows()
	] == [
		(*call(medusa, "sign-in").split(), 200, "Success", 1),
		("GET", "/admin/products?limit=1&fields=id", 200, "Success", 1),
		("POST", "/admin/collections", 200, "Success", 1),
		("POST", "/admin/collections", raised.value.status_code, "Failure", 1),
	]
	created, refused = log_rows()[2:]
	assert json.loads(created.payload) == {"title": "Gloves"}
	assert json.loads(created.response)["collection"]["title"] == "Gloves"
	assert 0 < created.duration < 20_000
	assert "already exists" in refused.error
	assert json.loads(refused.response)["type"] == raised.value.type


def test_a_call_that_did_not_come_through(medusa):
	configure(medusa, url=f"http://127.0.0.1:{free_port()}")
	with pytest.raises(MedusaError):
		open_shop().store
	frappe.db.commit()
	(row,) = log_rows()
	assert (row.status, row.status_code, row.response) == ("Failure", 0, "")
	assert "can't be reached" in row.error


def test_a_call_that_we_could_not_even_make_is_a_failure(medusa):
	"""As of a value that JSON doesn't know: our own mistake, and no success."""
	client = open_shop().client
	with pytest.raises(Exception, match="JSON"):
		client.post("/admin/collections", {"title": {1, 2}})
	frappe.db.commit()
	row = log_rows()[-1]
	assert (row.url, row.status) == (f"{medusa.url}/admin/collections", "Failure")
	assert row.error


def test_the_second_attempt_says_so(medusa):
	client = open_shop().client
	client.get("/admin/products")
	client.token = client.token[:-5] + "xxxxx"
	client.get("/admin/products")
	frappe.db.commit()
	assert [(row.status_code, row.attempt) for row in log_rows(method="GET")] == [
		(200, 1),
		(401, 1),
		(200, 2),
	]


def test_no_secret_is_stored(medusa):
	client = open_shop().client
	client.get("/admin/products")
	frappe.db.commit()
	text = frappe.as_json(log_rows())
	assert medusa.email in text
	assert "********" in text
	for secret in (medusa.password, client.token):
		assert secret not in text


def test_no_password_of_an_old_url_is_stored(medusa):
	"""Neither with a call that went through, nor with one that didn't."""
	for url in (medusa.url, f"http://127.0.0.1:{free_port()}"):
		old = url.replace("//", "//user:s3cret@")
		frappe.db.set_single_value("Medusa Configuration", "url", old, update_modified=False)
		try:
			open_shop().client.get("/admin/products")
		except MedusaError as error:
			assert "s3cret" not in str(error)
	frappe.db.commit()
	assert len(log_rows()) > 2
	assert "s3cret" not in frappe.as_json(log_rows())


@pytest.mark.v2("v1 has no calls for keys")
def test_no_secret_of_a_reply_is_stored(medusa):
	client = open_shop().client
	key = client.post("/admin/api-keys", {"title": "Test", "type": "secret"})["api_key"]
	client.post(f"/admin/api-keys/{key['id']}/revoke", {})
	client.delete(f"/admin/api-keys/{key['id']}")
	frappe.db.commit()
	text = frappe.as_json(log_rows())
	assert key["id"] in text
	assert key["token"] not in text


def test_no_secret_of_a_nested_or_oddly_named_field_is_stored():
	secrets = {
		"Password": "s3cret",
		"list": [{"x_Access_Token": "s3cret"}],
		"webhook_secret": {"a": ["s3cret"]},
	}
	text = request_log.body_for_log({**secrets, "title": "Secret Garden", "otp": "", "token": None})
	assert "s3cret" not in text
	assert json.loads(text)["title"] == "Secret Garden"
	assert (json.loads(text)["otp"], json.loads(text)["token"]) == ("", None)


def test_a_long_body_is_cut_with_a_note(medusa):
	client = open_shop().client
	with pytest.raises(MedusaError):
		client.post("/admin/collections", {"title": "é" * 90_000})
	frappe.db.commit()
	payload = log_rows()[-1].payload
	assert len(payload) < request_log.LONGEST_BODY + 100
	assert payload.endswith("characters in all")


def test_the_row_survives_a_rollback_and_the_change_does_not(medusa):
	group = item_group("Gloves")
	frappe.db.commit()
	frappe.db.set_value("Item Group", group.name, "custom_medusa_route", "changed")
	open_shop().client.get("/admin/products")
	frappe.db.rollback()
	assert [row.method for row in log_rows()] == ["POST", "GET"]
	assert frappe.db.get_value("Item Group", group.name, "custom_medusa_route") != "changed"


def test_an_open_transaction_stays_open(medusa):
	"""Neither the call nor its log row commits what the caller may yet take back."""
	group = item_group("Gloves")
	frappe.db.commit()
	frappe.db.set_value("Item Group", group.name, "custom_medusa_route", "changed")
	client = open_shop().client
	for _ in range(2):
		client.get("/admin/products")
		with pytest.raises(MedusaError):
			client.get("/admin/nothing-of-the-kind")
	frappe.db.savepoint("here")
	frappe.db.rollback(save_point="here")
	assert log_rows() == []
	frappe.db.rollback()
	assert frappe.db.get_value("Item Group", group.name, "custom_medusa_route") != "changed"
	assert len(log_rows()) == 5


def test_a_commit_brings_both(medusa):
	group = item_group("Gloves")
	frappe.db.commit()
	frappe.db.set_value("Item Group", group.name, "custom_medusa_route", "changed")
	open_shop().client.get("/admin/products")
	frappe.db.commit()
	frappe.db.rollback()
	assert frappe.db.get_value("Item Group", group.name, "custom_medusa_route") == "changed"
	assert len(log_rows()) == 2


def test_each_transaction_logs_its_own_calls_once(medusa):
	client = open_shop().client
	for end in (frappe.db.commit, frappe.db.rollback, frappe.db.commit):
		client.get("/admin/products")
		end()
	frappe.db.commit()
	assert len(log_rows(method="GET")) == 3


def test_what_a_database_cannot_store_does_not_stop_the_caller():
	"""A reply may hold anything: half an emoji, a zero byte."""
	request_log.record(Call("GET", "http://127.0.0.1/x", None, 1, 200, '{"a": "\\ud83d b \\u0000 c"}', 5))
	request_log.record(Call("GET", "http://127.0.0.1/y", "\ud83d", 1, 200, "\x00 \ud83d", 5, "\ud83d"))
	frappe.db.commit()
	assert [row.url[-1] for row in log_rows()] == ["x", "y"]


@pytest.mark.v2("v1 has no batches")
def test_a_batch_is_found_from_each_item_in_it(medusa):
	items = [website_item(f"G-{n}") for n in range(3)]
	item_price("G-1", 1.5)
	drain()
	for item in items:
		urls = calls_about(item.name, method="POST")
		assert sum("/admin/products/batch" in url for url in urls) == 1
		assert sum("/prices/batch" in url for url in urls) == 1
	(batch,) = log_rows(url=("like", "%/admin/products/batch%"))
	assert (batch.voucher_type, batch.voucher_name) == ("Website Item", None)
	doc = frappe.get_doc(DOCTYPE, batch.name)
	assert sorted(row.voucher_name for row in doc.vouchers) == sorted(item.name for item in items)


def test_a_call_about_one_record_names_it(medusa):
	item = website_item("G-1")
	drain()
	(product,) = log_rows(method="POST", url=("like", "%/admin/products%"))
	assert (product.voucher_type, product.voucher_name) == ("Website Item", item.name)
	(collection,) = log_rows(method="POST", url=("like", "%/admin/collections"))
	assert (collection.voucher_type, collection.voucher_name) == ("Item Group", "Gloves")


def test_the_log_cannot_be_changed(medusa):
	open_shop().client.get("/admin/products")
	frappe.db.commit()
	doc = frappe.get_doc(DOCTYPE, log_rows()[0].name)
	doc.status = "Failure"
	with pytest.raises(frappe.PermissionError):
		doc.save(ignore_permissions=True)


def test_old_rows_are_cleared_with_their_records(medusa):
	website_item("G-1")
	drain()
	old, new = log_rows(method="POST", url=("like", "%/admin/%"))[:2]
	for doctype, filters in ((DOCTYPE, old.name), (CHILD, {"parent": old.name})):
		frappe.db.set_value(
			doctype, filters, "creation", add_days(now_datetime(), -31), update_modified=False
		)
	MedusaRequestLog.clear_old_logs(days=30)
	assert not frappe.db.exists(DOCTYPE, old.name)
	assert not frappe.db.exists(CHILD, {"parent": old.name})
	assert frappe.db.exists(DOCTYPE, new.name)
	assert frappe.db.exists(CHILD, {"parent": new.name})


def test_log_settings_know_the_log():
	settings = frappe.get_doc("Log Settings")
	settings.validate()
	assert {row.ref_doctype: row.days for row in settings.logs_to_clear}[DOCTYPE] == 30


def test_what_medusa_says_is_text():
	"""The error and the URL may repeat what a customer wrote; the bodies are code, which Frappe escapes."""
	request_log.record(
		Call("POST", f"https://shop.example/{HOSTILE}", {}, 1, status_code=400, error=f"Not {HOSTILE}")
	)
	request_log.flush()
	(row,) = log_rows()
	assert row.error == f"Not {HARMLESS}"
	assert not {"<", ">"} & set(row.url)
