"""One order worked off at the same moment: in processes of their own, on a database with row locks."""

import time

import frappe
import pytest

from medusa_integration.delivery import claims, locks
from medusa_integration.delivery.box import inbox
from medusa_integration.medusa.order import Customer, Order
from medusa_integration.orders.orders_from_medusa import INCOMING_ORDER
from medusa_integration.quotations import ordering
from tests.support import arriving, factories
from tests.support.arriving import VAT5, line, order, shipping
from tests.support.checks import until
from tests.support.workers import Worker, start

pytestmark = [pytest.mark.mariadb, pytest.mark.slow]


@pytest.fixture(autouse=True)
def configured():
	with arriving.precision(3):
		arriving.configure_orders()
		arriving.items("G-1")
		yield


def import_order(given: Order) -> str:
	"""In another process: what the inbox's worker does."""
	from medusa_integration.delivery.drain import DEADLOCKS
	from medusa_integration.orders.sales_orders import place

	claims.lock_rows_only()
	for _attempt in range(5):
		try:
			name = place(given).name
			frappe.db.commit()
			return name
		except DEADLOCKS:  # the inbox tries again later
			frappe.db.rollback()
	raise AssertionError("deadlocks only")


def hold_order(id: str) -> None:
	"""In another process: make the Sales Order of an order, until this process is killed."""
	from medusa_integration.orders.sales_orders import hold

	hold(id)
	time.sleep(300)


def decide(quotation: str, order_id: str) -> str:
	"""In another process: what the storefront's update_quotation does."""
	from medusa_integration.quotations import ordering
	from medusa_integration.storefront.replies import repeated

	def approve() -> str:
		doc = frappe.get_doc("Quotation", quotation, for_update=True)
		doc.db_set("medusa_order_id", order_id)
		name = ordering.place(doc).name
		frappe.db.commit()
		return name

	return repeated(approve)


def taken() -> int:
	"""In another process: how many rows of orders it can claim."""
	return len(claims.claim(inbox, INCOMING_ORDER.name, 20, 60))


def at_once(*workers: Worker) -> list[str]:
	frappe.db.commit()
	results = [worker.result() for worker in start(*workers)]
	frappe.db.rollback()
	return results


def test_one_order_twice_is_one_sales_order():
	for number in range(5):
		given = order(line("G-1", 10, 7, VAT5, off="0.01"), id=f"order_{number}", display_id=str(number))
		names = at_once(*(Worker(import_order, given=given) for _ in range(3)))
		assert len(set(names)) == 1
		assert frappe.get_all("Sales Order", {"medusa_order_id": given.id}, pluck="name") == names[:1]


def test_a_row_that_is_held_stays_ours_until_the_commit():
	inbox.add(INCOMING_ORDER, "order_1")
	frappe.db.commit()
	(row,) = claims.claim(inbox, INCOMING_ORDER.name, 20, 0)
	claims.hold(inbox, row)
	(others,) = [worker.result() for worker in start(Worker(taken))]
	assert others == 0  # although the lease is over
	frappe.db.commit()
	(others,) = [worker.result() for worker in start(Worker(taken))]
	assert others == 1
	with pytest.raises(frappe.QueryTimeoutError):
		claims.hold(inbox, row)


def test_different_orders_dont_wait_for_each_other_in_vain():
	given = [
		order(
			line("G-1", 10, 2),
			id=f"order_{n}",
			display_id=str(n),
			methods=[shipping(1)],
			email=f"{n}@example.com",
		)
		for n in range(3)
	]
	names = at_once(*(Worker(import_order, given=each) for each in given))
	assert len(set(names)) == 3


def test_a_decision_waits_for_the_import_of_its_order(monkeypatch):
	quotation = factories.quotation(("G-1", 2, 10))
	quotation.submit()
	quotation.db_set("medusa_order_id", "order_held")
	frappe.db.commit()
	(worker,) = start(Worker(hold_order, id="order_held"))
	try:
		name = locks.Exclusive("order order_held").name
		until(lambda: frappe.db.sql("select is_used_lock(%s)", (name,))[0][0])
		monkeypatch.setattr(locks, "WAIT", 1)
		with pytest.raises(frappe.QueryTimeoutError):
			ordering.place(quotation)
		frappe.db.rollback()
	finally:
		worker.kill()
	until(lambda: not frappe.db.sql("select is_used_lock(%s)", (name,))[0][0])
	assert ordering.place(quotation).medusa_order_id == "order_held"


def test_an_import_beside_the_customers_decision():
	for number in range(5):
		id = f"order_{number}"
		quotation = factories.quotation(("G-1", 2, 10))
		quotation.submit()
		medusa_id = frappe.db.get_value("Customer", quotation.party_name, "medusa_id")
		buyer = Customer(id=medusa_id, email="aisha@example.com", has_account=True)
		given = order(line("G-1", 10, 2), id=id, display_id=str(number), customer=buyer)
		names = at_once(
			Worker(import_order, given=given), Worker(decide, quotation=quotation.name, order_id=id)
		)
		assert len(set(names)) == 1, names
		assert frappe.get_all("Sales Order", {"medusa_order_id": id}, pluck="name") == names[:1]
