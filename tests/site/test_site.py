"""The embedded site behaves as one of a real bench, where the other tests count on it."""

import threading

import frappe
import pytest
from frappe.utils.background_jobs import get_job

from tests.site import Client, run_jobs


@pytest.fixture(autouse=True)
def notes():
	run_jobs()  # what other tests have left
	yield
	frappe.set_user("Administrator")
	frappe.db.rollback()
	frappe.db.delete("Note")
	frappe.db.commit()


def make_note(title: str) -> None:
	frappe.get_doc({"doctype": "Note", "title": title}).insert()


def fail() -> None:
	make_note("written before the failure")
	raise ValueError("on purpose")


def titles() -> list[str]:
	return frappe.get_all("Note", pluck="title", order_by="title")


def titles_elsewhere() -> list[str]:
	"""What another connection sees."""
	site, sites_path, found = frappe.local.site, frappe.local.sites_path, []

	def look() -> None:
		frappe.init(site, sites_path=sites_path)
		frappe.connect()
		found.extend(titles())
		frappe.destroy()

	thread = threading.Thread(target=look)
	thread.start()
	thread.join()
	return found


def test_the_apps_are_installed():
	assert {"frappe", "erpnext", "webshop", "medusa_integration"} <= set(frappe.get_installed_apps())


def test_commits_and_rollbacks_are_real():
	make_note("first")
	assert titles_elsewhere() == []
	frappe.db.commit()
	assert titles_elsewhere() == ["first"]
	make_note("second")
	frappe.db.rollback()
	assert titles() == ["first"]


def test_after_commit_runs_after_a_commit_only():
	ran = []
	frappe.db.after_commit.add(lambda: ran.append("rolled back"))
	frappe.db.rollback()
	frappe.db.after_commit.add(lambda: ran.append("committed"))
	assert ran == []
	frappe.db.commit()
	assert ran == ["committed"]


def test_a_job_waits_for_the_commit_and_for_a_worker():
	frappe.enqueue(make_note, title="by a job", job_id="note", enqueue_after_commit=True)
	assert get_job("note") is None
	frappe.db.commit()
	assert get_job("note").get_status() == "queued"
	assert titles() == []
	assert run_jobs() == 1
	assert titles() == ["by a job"]
	assert frappe.session.user == "Administrator"


def test_a_failed_job_leaves_an_error_log_only():
	frappe.enqueue(fail)
	assert run_jobs() == 1
	assert titles() == []
	assert "on purpose" in frappe.get_last_doc("Error Log").error


def test_requests_leave_the_caller_alone():
	make_note("before the request")
	frappe.flags.of_the_caller = 1
	client = Client()
	assert client.get("/api/method/frappe.auth.get_logged_user").status_code == 403
	assert client.get("/api/method/ping").json == {"message": "pong"}
	assert frappe.session.user == "Administrator"
	assert frappe.flags.pop("of_the_caller") == 1
	assert titles() == ["before the request"]


def test_what_a_request_writes_is_seen_after_it(user):
	user.post("/api/resource/Note", json={"title": "by a request", "public": 1})
	name = frappe.db.get_value("Note", {"title": "by a request"})
	assert frappe.get_cached_doc("Note", name).owner == "reader@example.com"
	assert user.put(f"/api/resource/Note/{name}", json={"content": "more"}).status_code == 200
	assert frappe.get_cached_doc("Note", name).content == "more"
	assert user.delete(f"/api/resource/Note/{name}").status_code == 202
	assert titles() == []


def test_permissions_hold_in_requests(user):
	assert user.get("/api/resource/Note").status_code == 200
	assert user.get("/api/resource/Error Log").status_code == 403


@pytest.fixture
def user() -> Client:
	"""A user of the Desk without further roles."""
	doc = frappe.get_doc({"doctype": "User", "email": "reader@example.com", "first_name": "Reader"})
	doc.update(
		{
			"send_welcome_email": 0,
			"api_key": frappe.generate_hash(length=15),
			"api_secret": "secret-of-a-test",
		}
	)
	doc.append("roles", {"role": "Desk User"})
	doc.insert()
	return Client(Authorization=f"token {doc.api_key}:secret-of-a-test")
