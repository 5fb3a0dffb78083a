"""Orders placed by two buyers, an operator in Medusa and a clerk in ERPNext, while polls, hints and workers fail and are
killed; then ERPNext's documents against Medusa's orders."""

import time
from collections import Counter
from collections.abc import Callable, Sequence

import frappe

from medusa_integration.api import read_open_orders
from medusa_integration.orders import cancellations_to_medusa
from tests.medusa.server import Medusa
from tests.support import arriving, factories
from tests.support.served import served
from tests.support.workers import Worker
from tools.chaos import clerk, compare_orders, kinds, orders_v1, processes, shop, shopping
from tools.chaos.faults import LONGEST_DELAY, RandomFaults
from tools.chaos.run import HURRIED, PATIENT, Chaos, Outcome


def run(
	medusa: Medusa,
	number: int,
	seed: int,
	restarts: bool,
	tell: Callable = lambda text: None,
	without: Sequence[str] = (),
) -> Outcome:
	"""Have `number` orders placed and worked on amid faults, let things calm down, and compare. As run.run.

	:param without: of kinds.KINDS, those that don't happen
	"""
	began, without = time.monotonic(), kinds.left_out(medusa.version, without)
	with RandomFaults(medusa.url, seed) as proxy, served() as hints, arriving.precision(3):
		shop.configure(medusa, without, url=proxy.url, **PATIENT)
		shop.prepare(medusa, without)
		frappe.cache.delete_value(shopping.PROGRESS)
		for key in (shop.FATES_KEY, orders_v1.MARKS_KEY):
			frappe.cache.delete_value(key)
		calls = {"url": medusa.url, "version": medusa.version, "shop": medusa.shop}
		shares = zip((number // 2, number - number // 2), ("A", "B"), strict=True)
		common = {"shop": calls, "seed": seed, "hints": hints, "without": without}
		buyers = [Worker(shopping.buy, number=share, mark=mark, **common) for share, mark in shares]
		results, kills = [], Counter()
		# In the second act the goods of the first one are there, as a shop's are when they are exchanged.
		for act, people in enumerate((buyers, [])):
			shop.configure(medusa, without, url=proxy.url, **HURRIED)
			chaos = Chaos(
				medusa,
				proxy,
				seed + act,
				restarts and not act,
				users=[*people, Worker(shopping.operate, number=number, act=act, **common)],
				others=[Worker(clerk.work, seed=seed + act, without=without)],
				jobs=processes.JOBS_OF_BOTH,
				schedule=processes.schedule_both,
				progress=shopping.progress,
			)
			results += chaos.last_until_made(number, tell)
			kills += chaos.kills
			tell("calm")
			time.sleep(LONGEST_DELAY + 1)
			shop.configure(medusa, without, url=proxy.url, **PATIENT)
			cancellations_to_medusa.AMENDING = 0
			medusa.restart()  # Its locks may be stuck: see the reference, "Medusa v2: orders coming in".
			_bring_the_rest()
		read_open_orders()  # as once a day
		_bring_the_rest()
	return Outcome(
		**{key: sum((result[key] for result in results), Counter()) for key in ("made", "refused", "again")},
		faults=proxy.met,
		kills=kills,
		errors=Counter(frappe.get_all("Error Log", pluck="method", order_by="name")),
		findings=compare_orders.compare(medusa),
		seconds=time.monotonic() - began,
		kinds=compare_orders.KINDS,
		there=compare_orders.there(),
	)


def _bring_the_rest() -> None:
	"""Poll and drain until nothing is left, or nothing moves."""
	moved, left = time.monotonic(), None
	while left != 0 and time.monotonic() - moved < 20:
		processes.poll_now()
		factories.drain_inbox()
		factories.drain()
		before = left
		left = len(factories.outbox()) + frappe.db.count("Medusa Inbox")
		if left != before:
			moved = time.monotonic()
