"""Leases are short, and a worker renews them while it works: a dead worker's rows are due within a minute."""

import time
from datetime import timedelta

import frappe
import pytest
from frappe.utils import now_datetime

from medusa_integration import settings
from medusa_integration.delivery import claims
from medusa_integration.delivery.box import inbox
from medusa_integration.delivery.box import outbox as box
from medusa_integration.delivery.leases import Leases
from medusa_integration.orders.orders_from_medusa import INCOMING_ORDER
from medusa_integration.products.products_to_medusa import PRODUCT
from medusa_integration.sync.sending import drain as drain_what_is_due
from tests.support.checks import assert_in_step, until
from tests.support.factories import configure, drain, outbox, products
from tests.support.shop import call
from tests.support.workers import Worker, make_items, start

SECONDS, LONGEST = 30, 300


def claimed(*names: str) -> tuple[Leases, list]:
	box.add_many((PRODUCT, name) for name in names)
	leases = Leases(box, SECONDS, LONGEST)
	rows = leases.claim(PRODUCT.name, 10)
	assert [row.reference_name for row in rows] == list(names)
	return leases, rows


def nearly_over() -> None:
	soon = now_datetime() + timedelta(seconds=1)
	frappe.db.set_value(box.doctype, {"lease": ("!=", "")}, "due", soon, update_modified=False)
	frappe.db.commit()


def left(name: str) -> float:
	"""The seconds that the lease of a record's row has left."""
	frappe.db.commit()
	due = frappe.db.get_value(box.doctype, box.key_of(PRODUCT.name, name), "due")
	return (due - now_datetime()).total_seconds()


def test_a_lease_is_shorter_than_a_minute(medusa):
	configure(medusa, connect_timeout=5, read_timeout=60)
	assert settings.current().lease_seconds <= 60
	assert settings.current().batch_seconds == 325


def test_leases_are_renewed_and_with_them_the_deadline(monkeypatch):
	leases, rows = claimed("L-1", "L-2")
	deadline = leases.deadline_of(rows)
	nearly_over()
	leases.renew_due()
	assert left("L-1") < 2  # It isn't time yet.
	began = time.time()
	monkeypatch.setattr(leases, "_next", 0)
	leases.renew_due()
	assert left("L-1") > SECONDS - 5 and left("L-2") > SECONDS - 5
	assert began + SECONDS <= deadline.at <= time.time() + SECONDS
	nearly_over()
	leases.drop(rows[:1])  # settled
	leases.extend(rows)
	assert left("L-1") < 2 and left("L-2") > SECONDS - 5


def test_a_batch_that_takes_too_long_is_not_renewed_for_ever(monkeypatch):
	leases, _rows = claimed("L-1")
	later = time.time() + LONGEST + 1
	monkeypatch.setattr("medusa_integration.delivery.leases.time.time", lambda: later)
	nearly_over()
	leases.renew_due()
	assert left("L-1") < 2


def test_a_batch_of_which_another_worker_has_a_row_writes_no_more(monkeypatch):
	leases, rows = claimed("L-1", "L-2")
	deadline = leases.deadline_of(rows)
	frappe.db.set_value(box.doctype, rows[0].name, "lease", "another")
	nearly_over()
	leases.extend(rows)
	assert deadline.at == 0
	leases.extend(rows)
	assert leases.deadline_of(rows).at == 0


def test_a_row_that_is_deleted_or_renamed_does_not_end_its_batch():
	leases, rows = claimed("L-1", "L-2", "L-3")
	box.rename(PRODUCT, "L-1", "L-9")
	box.forget(PRODUCT, "L-2")
	nearly_over()
	box.rename(PRODUCT, "L-9", "L-8")
	leases.extend(rows)
	assert leases.deadline_of(rows).at > time.time() + SECONDS - 5
	assert left("L-3") > SECONDS - 5
	assert left("L-8") > SECONDS  # Longer than any call about it under its old names.


def test_a_commit_renews_the_row_that_is_worked_off():
	inbox.add(INCOMING_ORDER, "order_leases")
	leases = Leases(inbox, SECONDS, LONGEST)
	(row,) = leases.claim(INCOMING_ORDER.name, 1)
	frappe.db.set_value(inbox.doctype, row.name, "due", now_datetime(), update_modified=False)
	frappe.db.commit()
	leases.hold(row)
	frappe.db.commit()
	assert claims.claim(inbox, INCOMING_ORDER.name, 1, SECONDS) == []


# --- in processes of their own


def save(name: str, title: str) -> None:
	doc = frappe.get_doc("Website Item", name)
	doc.web_item_name = title
	doc.save()
	frappe.db.commit()


def drain_with(lease: float) -> int:
	settings.LEASE = lease
	return drain_what_is_due()


@pytest.mark.slow
@pytest.mark.mariadb
def test_a_call_that_takes_longer_than_a_lease_keeps_its_rows(medusa, proxy, monkeypatch):
	names = make_items("G", 1)
	monkeypatch.setattr(settings, "LEASE", 1)
	proxy.fail("delay", match=call(medusa, "product"), seconds=4)
	frappe.db.commit()
	(worker,) = start(Worker(drain_with, lease=1))
	until(lambda: proxy.count(call(medusa, "product")))
	time.sleep(2)
	drain_what_is_due()
	assert proxy.count(call(medusa, "product")) == 1
	worker.result()
	assert outbox() == []
	assert_in_step(medusa, names)


@pytest.mark.slow
@pytest.mark.mariadb
def test_what_a_dead_worker_had_claimed_is_sent_when_its_short_lease_is_over(medusa, proxy, monkeypatch):
	(name,) = make_items("G", 1)
	drain()
	monkeypatch.setattr(settings, "LEASE", 2)
	save(name, "Older")
	proxy.fail("delay", match=call(medusa, "product"), seconds=1)
	before = proxy.count(call(medusa, "product"))
	(worker,) = start(Worker(drain_with, lease=2))
	until(lambda: proxy.count(call(medusa, "product")) > before)
	worker.kill()
	save(name, "Newer")
	until(lambda: drain_what_is_due() and products(medusa)[name]["title"] == "Newer")
	drain()
	assert_in_step(medusa, [name])
