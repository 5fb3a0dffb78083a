"""Workers that book the money of one order at once, or die over it: in processes of their own, on a database with row
locks."""

import time
from pathlib import Path

import frappe
import pytest

from medusa_integration.delivery import claims
from medusa_integration.orders.money import captures_from_medusa
from tests.orders.money.helpers import (
	arrive,
	bills,
	capture,
	configure,
	entries,
	notes,
	ordered,
	paid,
	sales_order,
)
from tests.support.workers import Worker, start

pytestmark = [pytest.mark.mariadb, pytest.mark.slow]
WAIT = 30  # seconds


def whole():
	return ordered(paid(capture("cap_1", 4), capture("cap_2", 6), refunds=[capture("ref_1", 3, 5)]))


def work_off(name: str) -> None:
	"""In another process: what an order that arrives does about its money."""
	claims.lock_rows_only()
	frappe.db.commit()  # as a claim does; it holds from the next transaction on
	arrive(whole(), frappe.get_doc("Sales Order", name))


def hang(name: str, mark: str) -> None:
	"""In another process: book, and don't get to the commit."""
	claims.lock_rows_only()
	frappe.db.commit()
	captures_from_medusa.book(whole(), frappe.get_doc("Sales Order", name))
	Path(mark).touch()
	time.sleep(300)


def found() -> tuple:
	frappe.db.rollback()
	return [entry.medusa_transaction_id for entry in entries()], len(bills()), len(notes())


def test_at_once_each_is_booked_once():
	configure(invoice_on_capture=1)
	doc = sales_order()
	for worker in start(*(Worker(work_off, name=doc.name) for _ in range(3))):
		worker.result()
	assert found() == (["cap_1", "cap_2", "ref_1"], 1, 1)


def test_a_worker_that_dies_leaves_nothing(tmp_path):
	configure()
	doc = sales_order()
	mark = tmp_path / "booked"
	(worker,) = start(Worker(hang, name=doc.name, mark=str(mark)))
	until = time.monotonic() + WAIT
	while not mark.exists() and time.monotonic() < until:
		time.sleep(0.05)
	assert mark.exists()
	worker.kill()
	assert found() == ([], 0, 0)
	for _ in range(2):
		arrive(whole(), frappe.get_doc("Sales Order", doc.name))
	assert found() == (["cap_1", "cap_2", "ref_1"], 0, 0)
