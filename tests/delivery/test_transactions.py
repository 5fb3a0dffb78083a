"""Rolled back saves leave no trace, and a drain whose own transaction fails goes on."""

import frappe
import pytest
from frappe.utils.background_jobs import get_job, is_job_enqueued

from medusa_integration.delivery import box
from tests.delivery.helpers import DOCTYPE, items, save
from tests.support.checks import assert_in_step
from tests.support.factories import drain, item_price, outbox, website_item

# --- no trace of what never happened


def test_a_save_that_rolls_back_leaves_no_trace(medusa, proxy):
	names = items(1)
	drain()
	proxy.clear()
	get_job(box.outbox.job.id).delete()
	with pytest.raises(ZeroDivisionError):
		_save_and_fail(names[0])
	frappe.db.rollback()
	assert outbox() == []
	assert not is_job_enqueued(box.outbox.job.id)
	drain()
	assert proxy.calls == []
	assert_in_step(medusa, names)


def _save_and_fail(name: str) -> None:
	website_item("G-9")
	item_price("G-9", 3)
	save(name, web_item_name="Never")
	frappe.get_doc("Item Price", {"item_code": "G-0"}).update({"price_list_rate": 99}).save()
	frappe.delete_doc(DOCTYPE, frappe.db.get_value(DOCTYPE, {"item_code": "G-9"}))
	1 / 0


def test_a_part_that_rolls_back_leaves_no_trace(medusa):
	names = items(1)
	frappe.db.savepoint("before_it")
	website_item("G-8")
	save(names[0], web_item_name="Never")
	frappe.db.rollback(save_point="before_it")
	drain()
	assert_in_step(medusa, names)


def test_a_refused_deletion_leaves_no_trace(medusa, monkeypatch):
	names = items(1)
	drain()
	frappe.db.commit()
	with pytest.raises(frappe.LinkExistsError):
		frappe.delete_doc("Item Group", "Gloves")
	frappe.db.rollback()
	assert outbox() == []
	drain()
	assert_in_step(medusa, names)


def test_after_a_rollback_the_next_save_starts_a_drain(medusa):
	website_item("G-1")
	frappe.db.rollback()
	assert not is_job_enqueued(box.outbox.job.id)
	website_item("G-2")
	frappe.db.commit()
	assert is_job_enqueued(box.outbox.job.id)


# --- the drain's own transactions


@pytest.mark.parametrize(
	"step", ["delivery.claims._take", "prices.prices_to_medusa.offers_of", "delivery.documents.write"]
)
def test_a_drain_that_is_a_deadlocks_victim_goes_on(medusa, monkeypatch, step):
	"""MariaDB chooses a victim; here it is always the drain, when it claims, when it reads, and when it settles."""
	step = f"medusa_integration.{step}"
	names = items(2)
	real, victims = frappe.get_attr(step), []

	def victim_once(*args):
		if not victims:
			victims.append(step)
			raise frappe.QueryDeadlockError(
				"Deadlock found when trying to get lock; try restarting transaction"
			)
		return real(*args)

	monkeypatch.setattr(step, victim_once)
	drain()
	assert victims and not frappe.get_all("Error Log", {"error": ("like", "%Deadlock%")})
	drain()
	assert_in_step(medusa, names)
