"""Several workers at once, workers that are killed, and saves in between: on a real database with row locks."""

import time
from collections import Counter

import frappe
import pytest

from medusa_integration.sync import outbox as outbox_module
from tests.factories import configure, drain, item_group, item_price, outbox, prices, products, website_item
from tests.workers import Worker, at_once, make_items

pytestmark = pytest.mark.mariadb

DRAIN = "medusa_integration.sync.drain.drain"
BATCH = "POST /admin/products/batch"


def until(condition, seconds: float = 20):
	"""Wait for something, and return it."""
	deadline = time.monotonic() + seconds
	while not (found := condition()):
		assert time.monotonic() < deadline, "it never came to pass"
		time.sleep(0.02)
	return found


def by_external_id(medusa) -> Counter:
	"""How many products Medusa has for each external id: `products` would show one of them."""
	rows = medusa.admin("GET", "/admin/products", params={"limit": 2000, "fields": "id,external_id"})[
		"products"
	]
	return Counter(row["external_id"] for row in rows)


def assert_in_step(medusa, names: list[str]) -> None:
	"""Each Website Item has one product, knows its ids, and nothing is left to do."""
	assert outbox() == []
	assert by_external_id(medusa) == Counter(names)
	there = products(medusa)
	for row in frappe.get_all(
		"Website Item",
		{"name": ("in", names)},
		["name", "web_item_name", "medusa_id", "medusa_variant_id"],
		order_by="name",
	):
		product = there[row.name]
		assert (row.medusa_id, row.medusa_variant_id) == (product["id"], product["variants"][0]["id"])
		assert product["title"] == row.web_item_name


# --- a worker that is killed


def test_a_killed_drain_doubles_nothing(medusa, proxy):
	names = make_items("G", 30)
	proxy.fail("delay", match=BATCH, seconds=1)  # applied when the worker is long dead
	worker = at_once(Worker(DRAIN))[0]
	until(lambda: BATCH in proxy.calls)
	worker.kill()
	until(lambda: len(products(medusa)) == 30)
	before = {name: product["id"] for name, product in products(medusa).items()}
	assert {row.status for row in outbox()} == {"Pending"}
	assert all(row.lease for row in outbox() if row.kind == "Product")
	drain()
	assert_in_step(medusa, names)
	assert {name: product["id"] for name, product in products(medusa).items()} == before
	assert all(len(rows) == 1 for rows in prices(medusa).values())
	assert len(prices(medusa)) == 30


def test_a_lease_keeps_others_away_until_it_ends(medusa, proxy):
	make_items("G", 2)
	proxy.fail("delay", match=BATCH, seconds=0.5)
	worker = at_once(Worker(DRAIN))[0]
	until(lambda: BATCH in proxy.calls)
	worker.kill()
	from medusa_integration.sync.drain import drain as drain_now

	frappe.db.commit()
	proxy.clear()
	assert drain_now() == 2  # the prices: their products aren't in the shop yet
	assert BATCH not in proxy.calls


def test_a_killed_drain_of_prices_doubles_nothing(medusa, proxy):
	names = make_items("G", 20)
	proxy.fail("delay", match="POST /admin/price-lists/", seconds=1)
	worker = at_once(Worker(DRAIN))[0]
	until(lambda: any(call.endswith("/prices/batch") for call in proxy.calls))
	worker.kill()
	until(lambda: len(prices(medusa)) == 20)
	for name in names[:5]:
		frappe.get_doc(
			"Item Price", {"item_code": frappe.db.get_value("Website Item", name, "item_code")}
		).update({"price_list_rate": 99}).save()
	drain()
	assert_in_step(medusa, names)
	assert sorted(len(rows) for rows in prices(medusa).values()) == [1] * 20
	assert sum(rows[0][2] == 99 for rows in prices(medusa).values()) == 5


def test_a_dead_workers_call_that_comes_through_late(medusa, proxy):
	"""It is applied between the next drain's look-up and its own call, which Medusa then refuses: the handles are
	taken. They are taken by us."""
	names = make_items("G", 3)
	proxy.fail("delay", match=BATCH, seconds=2)
	worker = at_once(Worker(DRAIN))[0]
	until(lambda: BATCH in proxy.calls)
	worker.kill()
	proxy.fail("delay", match=BATCH, seconds=3)
	drain()
	assert_in_step(medusa, names)


# --- several drains


def test_drains_at_once_share_the_work(medusa, proxy):
	names = [website_item(f"G-{n}").name for n in range(300)]
	for name in names:
		item_price(frappe.db.get_value("Website Item", name, "item_code"), 2.5)
	frappe.db.commit()
	workers = at_once(*(Worker(DRAIN) for _ in range(3)))
	handled = [worker.result() for worker in workers]
	if outbox():
		drain()  # prices that were done before their products were
	assert_in_step(medusa, names)
	assert sum(handled) >= 600
	assert proxy.calls.count(BATCH) == 3
	assert sum(count > 0 for count in handled) >= 2
	assert {len(rows) for rows in prices(medusa).values()} == {1}
	assert len(prices(medusa)) == 300
	assert frappe.db.count("Error Log") == 0


def test_workers_that_need_the_same_new_things(medusa):
	"""A collection, a price list: whoever comes second takes the first one's."""
	configure(medusa, batch_size=5)
	names = make_items("G", 30, group="Gloves")
	results = [worker.result() for worker in at_once(*(Worker(DRAIN) for _ in range(3)))]
	assert sum(results) >= 60
	drain()
	assert_in_step(medusa, names)
	collections = medusa.admin("GET", "/admin/collections")["collections"]
	assert [row["external_id"] for row in collections] == ["Gloves"]
	lists = medusa.admin("GET", "/admin/price-lists")["price_lists"]
	assert [row["title"] for row in lists] == ["Standard Selling"]


# --- saves meanwhile


def test_saves_go_on_while_two_drains_work(medusa):
	configure(medusa, batch_size=10)
	names = [website_item(f"G-{n}").name for n in range(20)]
	frappe.db.commit()
	slowest, deadline = 0.0, time.monotonic() + 60
	workers = at_once(Worker(DRAIN), Worker(DRAIN))
	for n in range(100):
		assert time.monotonic() < deadline
		doc = frappe.get_doc("Website Item", names[n % 20])
		doc.web_item_name = f"Title {n}"
		started = time.monotonic()
		doc.save()
		frappe.db.commit()
		slowest = max(slowest, time.monotonic() - started)
	for worker in workers:
		worker.result()
	drain()
	assert_in_step(medusa, names)
	assert {product["title"] for product in products(medusa).values()} == {
		f"Title {n}" for n in range(80, 100)
	}
	assert slowest < 2


def test_new_items_come_in_from_all_sides_while_drains_work(medusa):
	makers = [Worker("tests.workers.make_items", prefix=prefix, number=40) for prefix in ("A", "B")]
	item_group("Gloves")
	frappe.db.commit()
	at_once(*makers, *(drains := [Worker(DRAIN), Worker(DRAIN)]))
	names = make_items("C", 40)
	for maker in makers:
		names += maker.result()
	for worker in drains:
		worker.result()
	drain()
	assert_in_step(medusa, names)
	assert len(prices(medusa)) == 120


def test_two_transactions_that_add_to_an_empty_outbox(medusa):
	"""Both look for a row that isn't there, then insert one each: a deadlock, where the looking locks the gap."""
	configure(medusa, enable=0)
	names = [website_item(f"G-{n}").name for n in range(60)]
	configure(medusa)
	savers = [
		Worker("tests.workers.save_titles", names=names[k::3], times=3, who=f"Saver {k}") for k in range(3)
	]
	at_once(*savers)
	assert [saver.result() for saver in savers] == [60, 60, 60]
	assert len([row for row in outbox() if row.kind == "Product"]) == 60


def test_saving_the_same_item_prices_at_once(medusa):
	"""Two prices of one item: one row of the outbox, noted from two transactions."""
	item = website_item("G-1")
	for currency in ("Standard Selling",):
		item_price("G-1", 1, price_list=currency)
	frappe.db.commit()
	frappe.db.delete("Medusa Outbox", {"kind": "Price"})
	frappe.db.commit()
	adders = [
		Worker("tests.workers.add_again_and_again", kind="Price", name=item.name, times=100) for _ in range(3)
	]
	at_once(*adders)
	for adder in adders:
		adder.result()
	(row,) = [row for row in outbox() if row.kind == "Price"]
	assert row.revision == 300


# --- settling never harms a save


def test_a_locked_document_is_waited_for(medusa, proxy):
	names = make_items("G", 3)
	worker = Worker(DRAIN).ready()
	frappe.db.get_value("Website Item", names[1], "name", for_update=True)
	worker.go()
	until(lambda: BATCH in proxy.calls)
	time.sleep(1)  # the drain comes back to it again and again
	frappe.db.commit()
	assert worker.result() >= 6
	drain()
	assert_in_step(medusa, names)


def test_a_save_in_the_middle_of_the_settling_is_never_the_victim(medusa, proxy):
	"""It holds the Website Item that the drain wants to write to, and wants the outbox row that the drain settles."""
	names = make_items("G", 3)
	worker = Worker(DRAIN).ready()
	doc = frappe.get_doc("Website Item", names[1], for_update=True)
	worker.go()
	until(lambda: BATCH in proxy.calls)
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


def test_a_document_that_stays_locked_is_left_to_the_next_drain(medusa, proxy, monkeypatch):
	"""Its lease runs out; who takes it then finds in Medusa what was made."""
	monkeypatch.setattr("medusa_integration.sync.drain.SETTLE_PAUSES", (0.05,))
	names = make_items("G", 3)
	holder = Worker("tests.workers.hold", doctype="Website Item", name=names[1], seconds=4)
	at_once(holder)
	until(lambda: _is_locked("Website Item", names[1]))
	drain()
	left = [row for row in outbox() if row.kind == "Product"]
	assert [row.reference_name for row in left] == [names[1]]
	assert left[0].lease
	assert len(products(medusa)) == 3
	holder.result()
	drain()
	assert_in_step(medusa, names)


def _is_locked(doctype: str, name: str) -> bool:
	free = outbox_module._lock(doctype, [name])
	frappe.db.rollback()
	return name not in free


def test_a_change_during_the_push_is_sent_next(medusa, proxy):
	(name,) = make_items("G", 1)
	proxy.fail("delay", match=BATCH, seconds=0.7)
	worker = at_once(Worker(DRAIN))[0]
	until(lambda: BATCH in proxy.calls)
	doc = frappe.get_doc("Website Item", name)
	doc.web_item_name = "Newer"
	doc.save()
	frappe.db.commit()
	worker.result()
	drain()
	assert_in_step(medusa, [name])
	assert products(medusa)[name]["title"] == "Newer"
	assert proxy.calls.count(BATCH) == 2


def test_a_deletion_during_the_push(medusa, proxy):
	(name,) = make_items("G", 1)
	proxy.fail("delay", match=BATCH, seconds=0.7)
	worker = at_once(Worker(DRAIN))[0]
	until(lambda: BATCH in proxy.calls)
	frappe.delete_doc("Website Item", name)
	frappe.db.commit()
	worker.result()
	drain()
	assert outbox() == []
	assert products(medusa) == {}


def test_a_worker_whose_lease_ran_out_does_not_settle_for_its_heir(medusa, proxy):
	"""A drain that was held up is overtaken: what it brings home late changes nothing."""
	names = make_items("G", 3)
	proxy.fail("delay", match=BATCH, seconds=1.5)
	late = at_once(Worker(DRAIN))[0]
	until(lambda: BATCH in proxy.calls)
	drain()
	doc = frappe.get_doc("Website Item", names[0])
	doc.web_item_name = "Newest"
	doc.save()
	frappe.db.commit()
	late.result()
	drain()
	assert_in_step(medusa, names)
	assert products(medusa)[names[0]]["title"] == "Newest"
