"""A Medusa that takes calls and doesn't answer them holds a worker for one time-out, and whoever looks is told."""

import socket
import time
from threading import Thread

import frappe
import pytest
from frappe.utils.background_jobs import get_job, is_job_enqueued

from medusa_integration import api, session
from medusa_integration.delivery import box, outage
from medusa_integration.medusa.client import MedusaClient
from medusa_integration.medusa.errors import MedusaTimeout
from medusa_integration.medusa.sign_in import Login
from medusa_integration.operations import connection
from medusa_integration.operations import status as report
from medusa_integration.products.products_to_medusa import ProductTask
from medusa_integration.sync import progress
from medusa_integration.sync.sending import drain as drain_what_is_due
from tests.support.checks import assert_in_step, external_ids
from tests.support.factories import configure, drain, item_price, outbox, website_item
from tests.support.shop import call

PING = "GET /admin/store"


@pytest.fixture
def frozen(medusa, proxy):
	"""Freezes Medusa, or the calls of its that begin like something; short of patience with it."""
	website_item("F-0")
	drain()  # signed in, and the collection is there
	configure(medusa, url=proxy.url, read_timeout=2, batch_size=1)
	session.open_shop().ping()  # signs in: a new configuration forgets the token
	frappe.db.commit()
	proxy.clear()

	def freeze(match: str = "", times: int = 10_000):
		return proxy.fail("blackhole", times=times, match=match)

	return freeze


def items(number: int) -> list[str]:
	"""Names of Website Items that wait to be sent, after the one that the shop has."""
	names = [website_item(f"F-{n}").name for n in range(1, number + 1)]
	for n in range(1, number + 1):
		item_price(f"F-{n}", n)
	frappe.db.commit()
	return names


def first(names: list[str]) -> list[str]:
	return [frappe.db.get_value("Website Item", {"item_code": "F-0"}), *names]


def states() -> set[tuple]:
	return {(row.status, row.attempts, row.lease) for row in outbox()}


@pytest.mark.slow
def test_the_first_time_out_ends_the_run(medusa, proxy, frozen):
	names = items(4)
	frozen()
	drain()
	assert len(proxy.calls) == 2
	assert proxy.calls[1].startswith(PING)
	assert states() == {("Pending", 0, "")}
	assert len([row for row in outbox() if "didn't answer in time" in row.error]) == 1
	assert outage.lasts()
	proxy.clear()
	drain()
	assert_in_step(medusa, first(names))
	assert not outage.lasts()


@pytest.mark.slow
def test_one_short_call_tells_whether_it_is_still_frozen(medusa, proxy, frozen):
	names = items(3)
	frozen()
	drain()
	before = len(proxy.calls)
	for _ in range(2):
		frappe.db.set_value(
			"Medusa Outbox", {"status": "Pending"}, "due", "2001-01-01", update_modified=False
		)
		frappe.db.commit()
		assert drain_what_is_due() == 0
	assert [called.startswith(PING) for called in proxy.calls[before:]] == [True, True]
	assert outage.noted()["count"] == 3
	proxy.clear()
	drain_what_is_due()
	assert not outage.lasts()
	drain()
	assert_in_step(medusa, first(names))


@pytest.mark.slow
def test_whoever_looks_is_told(medusa, proxy, frozen):
	(name,) = items(1)
	assert progress.watch(None)["problem"] == ""
	frozen()
	drain()
	overview, status = api.get_overview(), api.get_sync_status(name)
	assert overview["outage"] and status["outage"]
	assert overview["problem"] == status["problem"] == "Medusa doesn't answer"
	assert api.get_sync_progress()["problem"] == "Medusa doesn't answer"
	progress.stop()
	lines, well = report.status()
	assert not well
	assert "Medusa doesn't answer" in dict(lines)["Out of reach"]


def test_a_failed_connection_is_another_thing(medusa, proxy, frozen):
	items(1)
	proxy.down()
	drain()
	assert api.get_overview()["problem"] == "Medusa is out of reach"


def test_before_the_time_out_whoever_looks_is_told_too(medusa, proxy, frozen, monkeypatch):
	(name,) = items(1)
	send, seen = ProductTask.send, []

	def look():
		since = frappe.cache.get_value(outage.CALLING_KEY, expires=True)
		frappe.cache.set_value(outage.CALLING_KEY, since - 42, expires_in_sec=60)
		seen.extend((api.get_overview(), api.get_sync_status(name), api.get_sync_progress(), report.status()))

	def look_and_send(task, medusa, database):
		database.run(look)
		return send(task, medusa, database)

	monkeypatch.setattr(ProductTask, "send", look_and_send)
	progress.watch(None)
	drain()
	progress.stop()
	overview, status, bar, (lines, well) = seen
	assert {overview["silence"], status["silence"], bar["silence"]} <= {42, 43}
	assert "hasn't answered for 4" in str(lines)
	assert not well
	assert frappe.cache.get_value(outage.CALLING_KEY, expires=True) is None
	assert api.get_overview()["silence"] == 0


def test_a_batch_that_takes_no_longer_than_usual_is_not_told(medusa):
	outage.note_call(60)
	assert outage.silence() == 0
	frappe.cache.set_value(outage.CALLING_KEY, time.time() - 9, expires_in_sec=60)
	assert outage.silence() == 0
	outage.note_answer(60, others_wait=False)


@pytest.mark.slow
def test_test_connection_says_what_is_not_answered(medusa, proxy, frozen):
	frozen()
	(line,) = connection.check().lines
	assert (line.step, line.status) == ("Address", "failed")
	assert "didn't answer in time" in line.details
	proxy.clear()
	frozen(PING)
	line = connection.check().lines[-1]
	assert (line.step, line.status) == ("Sign-in", "failed")
	assert "doesn't answer it" in line.message


@pytest.mark.slow
def test_saves_start_no_drain_while_it_is_frozen(medusa, proxy, frozen):
	(name,) = items(1)
	frozen()
	drain()
	get_job(box.outbox.job.id) and get_job(box.outbox.job.id).delete()
	calls = len(proxy.calls)
	frappe.get_doc("Website Item", name).update({"web_item_name": "Other"}).save()
	frappe.db.commit()
	assert not is_job_enqueued(box.outbox.job.id)
	assert len(proxy.calls) == calls


# --- a call that is too much for a Medusa that is well otherwise


@pytest.mark.slow
def test_one_slow_call_does_not_stop_the_others(medusa, proxy, frozen):
	names = items(3)
	slow = frozen(call(medusa, "product"), times=1)
	drain()
	assert slow.hits == 1
	assert len(external_ids(medusa)) == 3
	(row,) = [row for row in outbox() if row.kind == "Product"]
	assert (row.status, row.attempts, row.lease) == ("Pending", 1, "")
	assert not outage.lasts()
	drain()
	assert_in_step(medusa, first(names))


@pytest.mark.slow
def test_two_slow_calls_in_a_row_end_the_run(medusa, proxy, frozen):
	names = items(4)
	slow = frozen(call(medusa, "product"))
	drain()
	assert slow.hits == 2
	assert sorted(row.attempts for row in outbox() if row.kind == "Product") == [0, 0, 1, 1]
	assert {row.lease for row in outbox()} == {""}
	assert outage.lasts()
	proxy.clear()
	drain()
	assert_in_step(medusa, first(names))


@pytest.mark.slow
@pytest.mark.v2("v1 has no batches")
def test_a_batch_that_is_too_much_is_sent_record_by_record(medusa, proxy, frozen):
	configure(medusa, url=proxy.url, read_timeout=2, batch_size=20)
	names = items(3)
	slow = frozen(call(medusa, "product"), times=2)
	drain()
	drain()
	assert slow.hits == 2
	assert {row.attempts for row in outbox() if row.kind == "Product"} == {2}
	proxy.clear()
	drain()
	assert proxy.count(call(medusa, "product")) == 3
	drain()
	assert_in_step(medusa, first(names))


@pytest.mark.v1
def test_parallel_calls_stop_at_a_time_out(medusa, proxy, frozen):
	configure(medusa, url=proxy.url, read_timeout=2, batch_size=20)
	names = items(12)
	slow = frozen(call(medusa, "product"))
	drain()
	assert slow.hits == 4
	proxy.clear()
	drain()
	drain()
	assert_in_step(medusa, first(names))


def test_a_reply_that_stops_in_its_middle_is_a_time_out():
	with socket.create_server(("127.0.0.1", 0)) as server:

		def answer_half() -> None:
			connection, _address = server.accept()
			with connection:
				connection.recv(65536)
				connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
				connection.recv(65536)  # until the client hangs up

		thread = Thread(target=answer_half)
		thread.start()
		client = MedusaClient(
			f"http://127.0.0.1:{server.getsockname()[1]}", Login(api_key="sk"), timeouts=(1, 0.2)
		)
		with pytest.raises(MedusaTimeout, match="didn't answer in time"):
			client.get("/admin/stores")
		client.session.close()
		thread.join()
