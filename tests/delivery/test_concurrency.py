"""Several workers at once, workers that are killed, and saves in between: on a real database with row locks."""

import time
from collections import Counter

import frappe
import pytest

from medusa_integration.delivery import settling
from medusa_integration.delivery.box import outbox as outbox_module
from medusa_integration.sync.sending import drain as drain_what_is_due
from tests.support.checks import assert_in_step, until
from tests.support.factories import configure, drain, outbox, prices, products, website_item
from tests.support.shop import call, calls_for, collection_rows
from tests.support.workers import Worker, delete_items, hold, make_items, note, save_titles, start

pytestmark = [pytest.mark.mariadb, pytest.mark.slow]


def drains(number: int = 1) -> tuple[Worker, ...]:
	"""Drains in processes of their own, begun at the same moment."""
	frappe.db.commit()
	return start(*(Worker(drain_what_is_due) for _ in range(number)))


def delay(medusa, proxy, seconds: float, records: int = 1, what: str = "product") -> None:
	"""Hold up the calls that so many records go in."""
	proxy.fail("delay", times=calls_for(medusa, records), match=call(medusa, what), seconds=seconds)


def sent(medusa, proxy, records: int = 1, what: str = "product") -> bool:
	"""Whether the calls that so many records go in are on their way."""
	return proxy.count(call(medusa, what)) >= calls_for(medusa, records)


def save(name: str, **values) -> None:
	doc = frappe.get_doc("Website Item", name)
	doc.update(values)
	doc.save()
	frappe.db.commit()


# --- a worker that is killed


def test_a_killed_drain_doubles_nothing(medusa, proxy):
	names = make_items("G", 4)  # as many as v1's calls go side by side
	delay(medusa, proxy, 1, records=4)  # applied when the worker is long dead
	(worker,) = drains()
	until(lambda: sent(medusa, proxy, records=4))
	worker.kill()
	until(lambda: len(products(medusa)) == 4)
	before = {name: product["id"] for name, product in products(medusa).items()}
	assert {row.status for row in outbox()} == {"Pending"}
	assert all(row.lease for row in outbox() if row.kind == "Product")
	drain()
	assert_in_step(medusa, names)
	assert {name: product["id"] for name, product in products(medusa).items()} == before


def test_a_lease_keeps_others_away_until_it_ends(medusa, proxy):
	names = make_items("G", 2)
	delay(medusa, proxy, 0.5, records=2)
	(worker,) = drains()
	until(lambda: sent(medusa, proxy, records=2))
	worker.kill()
	drain_what_is_due()
	assert proxy.count(call(medusa, "product")) == calls_for(medusa, 2)
	assert len([row for row in outbox() if row.kind == "Product"]) == 2
	drain()
	assert_in_step(medusa, names)


def test_a_killed_drain_of_prices_doubles_nothing(medusa, proxy):
	names = make_items("G", 4)
	delay(medusa, proxy, 1, records=4, what="price")
	(worker,) = drains()
	until(lambda: sent(medusa, proxy, records=4, what="price"))
	worker.kill()
	until(lambda: len(prices(medusa)) == 4)
	for n in range(3):
		frappe.get_doc("Item Price", {"item_code": f"G-{n}"}).update({"price_list_rate": 99}).save()
	drain()
	assert_in_step(medusa, names)
	assert sum(rows[0][2] == 99 for rows in prices(medusa).values()) == 3


def test_a_dead_workers_call_that_comes_through_late(medusa, proxy):
	"""It is applied between the next drain's look-up and its own call, which Medusa then refuses: the handles are
	taken. They are taken by us."""
	names = make_items("G", 3)
	delay(medusa, proxy, 1.5, records=3)
	(worker,) = drains()
	until(lambda: sent(medusa, proxy, records=3))
	worker.kill()
	delay(medusa, proxy, 2, records=3)
	drain()
	assert_in_step(medusa, names)


# --- several drains


def test_drains_at_once_share_the_work(medusa):
	configure(medusa, batch_size=10)
	names = make_items("G", 60)
	handled = [worker.result() for worker in drains(3)]
	drain()  # prices that came before their products
	assert_in_step(medusa, names)
	assert sum(handled) >= 120
	assert sum(count > 0 for count in handled) >= 2
	assert Counter(_sent("%/admin/products%")) == Counter(names)
	assert frappe.get_all("Error Log", pluck="method", order_by="creation") == []


def _sent(url: str) -> list[str]:
	"""The Website Items in the calls to a URL, one for each call that it was in."""
	calls = frappe.get_all(
		"Medusa Request Log", {"url": ("like", url), "method": "POST"}, pluck="name", order_by="name"
	)
	return frappe.get_all(
		"Medusa Request Log Voucher", {"parent": ("in", calls)}, pluck="voucher_name", order_by="name"
	)


def test_workers_that_need_the_same_new_things(medusa):
	"""A collection, a price list: whoever comes second takes the first one's."""
	configure(medusa, batch_size=5)
	names = make_items("G", 30)
	assert sum(worker.result() for worker in drains(3)) >= 60
	drain()
	assert_in_step(medusa, names)


# --- saves meanwhile


def test_saves_go_on_while_two_drains_work(medusa):
	configure(medusa, batch_size=10)
	names = make_items("G", 20)
	workers = drains(2)
	slowest = 0.0
	for n in range(100):
		started = time.monotonic()
		save(names[n % 20], web_item_name=f"Title {n}")
		slowest = max(slowest, time.monotonic() - started)
	for worker in workers:
		worker.result()
	drain()
	assert_in_step(medusa, names)
	assert {product["title"] for product in products(medusa).values()} == {
		f"Title {n}" for n in range(80, 100)
	}
	assert slowest < 5  # it waits for no call and no lease


def test_new_items_and_changed_ones_come_in_while_drains_work(medusa):
	configure(medusa, enable=0)
	names = make_items("G", 20)
	configure(medusa, batch_size=5)
	frappe.db.delete("Medusa Outbox")  # what switching it on has queued
	frappe.db.commit()
	savers = [Worker(save_titles, names=names[k::2], times=2) for k in range(2)]
	start(*savers, *(senders := [Worker(drain_what_is_due) for _ in range(2)]))
	names += make_items("H", 20)
	assert [worker.result() for worker in savers] == [20, 20]
	for worker in senders:
		worker.result()
	drain()
	assert_in_step(medusa, names)
	assert {product["title"] for product in products(medusa).values()} >= {"Saved 1"}


def test_transactions_that_add_to_an_empty_outbox(medusa):
	"""A look for a row that isn't there locks, on MariaDB, the gap into which the others insert."""
	configure(medusa, enable=0)
	names = make_items("G", 30)
	configure(medusa)
	workers = start(*(Worker(save_titles, names=names[k::3], times=2) for k in range(3)))
	assert [worker.result() for worker in workers] == [20] * 3
	assert len([row for row in outbox() if row.kind == "Product"]) == 30


def test_deletions_at_once(medusa):
	names = make_items("G", 30)
	drain()
	workers = start(*(Worker(delete_items, names=names[k::3]) for k in range(3)))
	assert [worker.result() for worker in workers] == [10] * 3
	drain()
	assert outbox() == []
	assert products(medusa) == {}


def test_one_record_noted_by_many_at_once(medusa):
	"""As of two prices of one item that two users change."""
	name = website_item("G-1").name
	frappe.db.commit()
	for worker in start(*(Worker(note, kind="Price", name=name, times=100) for _ in range(3))):
		worker.result()
	(row,) = [row for row in outbox() if row.kind == "Price"]
	assert row.revision == 300


# --- settling never harms a save


def test_a_locked_document_is_waited_for(medusa, proxy):
	names = make_items("G", 3)
	frappe.db.get_value("Website Item", names[1], "name", for_update=True)
	(worker,) = drains()
	until(lambda: sent(medusa, proxy))
	time.sleep(1)  # the drain comes back to it again and again
	frappe.db.commit()
	assert worker.result() >= 6
	drain()
	assert_in_step(medusa, names)


def test_a_save_in_the_middle_of_the_settling_is_never_the_victim(medusa, proxy):
	"""It holds the Website Item that the drain wants to write to, and wants the outbox row that the drain settles."""
	names = make_items("G", 3)
	doc = frappe.get_doc("Website Item", names[1], for_update=True)
	(worker,) = drains()
	until(lambda: sent(medusa, proxy))
	until(lambda: len(products(medusa)) == 3)
	time.sleep(0.3)
	doc.web_item_name = "Changed meanwhile"
	started = time.monotonic()
	doc.save()
	frappe.db.commit()
	assert time.monotonic() - started < 1
	worker.result()
	drain()
	assert_in_step(medusa, names)
	assert products(medusa)[names[1]]["title"] == "Changed meanwhile"


@pytest.mark.v2("v1 makes price lists without a lock")
def test_a_price_list_is_saved_while_medusa_makes_its_own(medusa, proxy):
	"""One worker at a time makes price lists; no save waits for what it says to Medusa meanwhile."""
	names = make_items("G", 1)
	delay(medusa, proxy, 2, what="price list")
	(worker,) = drains()
	until(lambda: proxy.count(call(medusa, "price list")))
	started = time.monotonic()
	frappe.get_doc("Price List", "Standard Selling").save()
	frappe.db.commit()
	assert time.monotonic() - started < 1
	worker.result()
	drain()
	assert_in_step(medusa, names)


def test_a_document_that_stays_locked_is_left_to_the_next_drain(medusa, monkeypatch):
	"""Its lease runs out; who takes it then finds in Medusa what was made."""
	monkeypatch.setattr("medusa_integration.delivery.drain.PAUSES", (0.05,))
	names = make_items("G", 3)
	frappe.db.sql("set session innodb_lock_wait_timeout = 3")
	(holder,) = start(Worker(hold, doctype="Website Item", name=names[1]))
	until(lambda: _is_locked("Website Item", names[1]))
	drain()
	(left,) = [row for row in outbox() if row.kind == "Product"]
	assert left.reference_name == names[1]
	assert left.lease
	assert len(products(medusa)) == 3
	holder.kill()
	until(lambda: not _is_locked("Website Item", names[1]))
	frappe.db.sql("set session innodb_lock_wait_timeout = default")
	drain()
	assert_in_step(medusa, names)


def _is_locked(doctype: str, name: str) -> bool:
	free = settling._lock(doctype, [name])
	frappe.db.rollback()
	return name not in free


# --- what changes while it is being sent


def test_a_change_during_the_push_is_sent_next(medusa, proxy):
	(name,) = make_items("G", 1)
	delay(medusa, proxy, 0.7)
	(worker,) = drains()
	until(lambda: sent(medusa, proxy))
	save(name, web_item_name="Newer")
	worker.result()
	drain()
	assert_in_step(medusa, [name])
	assert products(medusa)[name]["title"] == "Newer"
	assert proxy.count(call(medusa, "product")) == 2


def test_a_deletion_during_the_push(medusa, proxy):
	(name,) = make_items("G", 1)
	delay(medusa, proxy, 0.7)
	(worker,) = drains()
	until(lambda: sent(medusa, proxy))
	frappe.delete_doc("Website Item", name)
	frappe.db.commit()
	worker.result()
	drain()
	assert outbox() == []
	assert products(medusa) == {}


def test_a_worker_that_was_overtaken_does_not_settle_for_its_heir(medusa, proxy):
	"""Its lease ran out while it was held up: what it brings home late takes nothing off the outbox."""
	names = make_items("G", 3)
	delay(medusa, proxy, 1.5, records=3)
	(late,) = drains()
	until(lambda: sent(medusa, proxy, records=3))
	drain()
	save(names[0], web_item_name="Newest")
	late.result()
	drain()
	assert_in_step(medusa, names)
	assert products(medusa)[names[0]]["title"] == "Newest"


def _change_while_it_is_created(medusa, proxy, change) -> None:
	"""`change` is committed when Medusa has the call that creates the product, and we don't have its reply."""
	delay(medusa, proxy, 0.7)
	(worker,) = drains()
	until(lambda: sent(medusa, proxy))
	change()
	frappe.db.commit()
	worker.result()
	drain()


def test_unpublished_while_it_is_created(medusa, proxy):
	(name,) = make_items("G", 1)
	_change_while_it_is_created(medusa, proxy, lambda: save(name, published=0))
	assert_in_step(medusa, [name])
	assert products(medusa)[name]["status"] == "draft"


def test_its_item_is_renamed_while_it_is_created(medusa, proxy):
	(name,) = make_items("G", 1)
	_change_while_it_is_created(medusa, proxy, lambda: frappe.rename_doc("Item", "G-0", "H-0"))
	assert_in_step(medusa, [name])
	product = products(medusa)[name]
	assert product["variants"][0]["sku"] == "H-0"
	assert frappe.db.get_value("Item", "H-0", "medusa_id") == product["id"]


def test_renamed_while_it_is_created(medusa, proxy):
	(name,) = make_items("G", 1)
	_change_while_it_is_created(
		medusa, proxy, lambda: frappe.rename_doc("Website Item", name, "WEB-NEW", force=True)
	)
	assert_in_step(medusa, ["WEB-NEW"])


def test_a_group_that_is_renamed_while_its_collection_is_made(medusa, proxy):
	(name,) = make_items("G", 1)
	proxy.fail("delay", match="POST /admin/collections", seconds=0.7)
	(worker,) = drains()
	until(lambda: "POST /admin/collections" in proxy.calls)
	frappe.rename_doc("Item Group", "Gloves", "Mittens", force=True)
	frappe.db.commit()
	worker.result()
	drain()
	drain()  # the product waited for the collection
	assert_in_step(medusa, [name])
	(collection,) = collection_rows(medusa)
	assert collection["external_id"] == "Mittens"
	assert products(medusa)[name]["collection"]["id"] == collection["id"]


def test_a_call_that_is_applied_after_the_next_one(medusa, proxy):
	"""It timed out for us; Medusa takes it up when it has the newer one already."""
	(name,) = make_items("G", 1)
	drain()
	configure(medusa, url=proxy.url, connect_timeout=1, read_timeout=1)
	delay(medusa, proxy, 3)
	save(name, web_item_name="Older")
	drain_what_is_due()
	save(name, web_item_name="Newer")
	drain_what_is_due()
	assert outbox()  # it is not the last word
	until(lambda: products(medusa)[name]["title"] == "Older")
	drain()
	assert_in_step(medusa, [name])
	assert products(medusa)[name]["title"] == "Newer"


def test_a_new_item_with_the_sku_of_a_product_that_is_not_deleted_yet(medusa, proxy):
	(name,) = make_items("G", 1)
	drain()
	frappe.delete_doc("Website Item", name)
	frappe.db.commit()
	frappe.db.set_value("Medusa Outbox", outbox_module.key_of("Product", name), "due", "2100-01-01")
	new = website_item("G-0").name
	frappe.db.commit()
	drain_what_is_due()
	assert {row.status for row in outbox()} == {"Pending"}
	drain()
	drain()
	assert_in_step(medusa, [new])
