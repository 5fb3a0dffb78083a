"""Two users who change things, two drains and the scheduler, while the network, Medusa and the drains fail."""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO

import frappe
from frappe.utils.background_jobs import get_queues
from PIL import Image, ImageOps

from medusa_integration import session
from medusa_integration.operations import doctor
from tests.medusa.server import Medusa
from tests.support import factories
from tests.support.workers import Worker, start
from tools.chaos import bundles, changes, compare, places, processes, tiers, variants
from tools.chaos.faults import LONGEST_DELAY, RandomFaults
from tools.chaos.person import Person

USERS = ("A", "B")
ITEMS, GROUPS = 30, 6  # there before it begins
# while it lasts, Medusa is slow for our patience; afterwards there is time
STUCK = 90  # seconds without anything done, before Medusa is restarted
HURRIED = {"connect_timeout": 1, "read_timeout": 2, "batch_size": 20, "max_attempts": 1000}
PATIENT = {"connect_timeout": 2, "read_timeout": 20, "batch_size": 100, "max_attempts": 1000}


@dataclass
class Outcome:
	"""What was done, what failed meanwhile, and what is wrong in the end."""

	made: Counter
	refused: Counter
	again: Counter
	faults: Counter
	kills: Counter
	errors: Counter  # in the Error Log
	findings: list[compare.Finding]
	seconds: float
	kinds: tuple[str, ...] = compare.KINDS  # of findings
	there: Counter = field(
		default_factory=Counter
	)  # what was compared, in so far as it isn't among what was made

	def figures(self, prefix: str = "chaos") -> dict[str, float]:
		"""As in chaos.json."""
		figures = {
			**dict.fromkeys(self.kinds, 0),
			**Counter(each.kind for each in self.findings),
			"changes": self.made.total(),
			"kills": self.kills.total(),
			"faults": self.faults.total(),
			"seconds": round(self.seconds, 1),
		}
		return {f"{prefix}_{name}": value for name, value in figures.items()}


def run(
	medusa: Medusa, number: int, seed: int, restarts: bool, tell: Callable = lambda text: None
) -> Outcome:
	"""Make `number` changes amid faults, let things calm down, and compare.

	:param medusa: with an empty catalogue
	:param restarts: whether Medusa is restarted once, and once killed: that takes some 7 s each
	:param tell: called with a word on how far it is, ever so often
	"""
	began = time.monotonic()
	with RandomFaults(medusa.url, seed) as proxy, places.configured(medusa) as values:
		values |= {"url": proxy.url, "variants_become": "Options of one product"}
		values |= {} if medusa.version == "v1" else tiers.values()
		factories.configure(medusa, **values, **HURRIED)
		_prepare(medusa)
		shares = zip((number // 2, number - number // 2), USERS, strict=True)
		common = {"seed": seed, "version": medusa.version}
		users = [Worker(changes.make_changes, number=share, mark=mark, **common) for share, mark in shares]
		chaos = Chaos(medusa, proxy, seed, restarts, users, person=Person(medusa, seed))
		results = chaos.last_until_made(number, tell)
		tell("calm")
		time.sleep(LONGEST_DELAY + 1)  # until the last call that nobody waits for has come through
		factories.configure(medusa, **values, **PATIENT)
		_mend()
		_send_the_rest()
		tell("the doctor")
		_repair()
		findings = compare.compare(medusa)
	return Outcome(
		**{key: sum((result[key] for result in results), Counter()) for key in ("made", "refused", "again")},
		faults=proxy.met,
		kills=chaos.kills,
		errors=Counter(frappe.get_all("Error Log", pluck="method", order_by="name")),
		findings=findings,
		seconds=time.monotonic() - began,
	)


def _prepare(medusa: Medusa) -> None:
	frappe.cache.delete_value(changes.PROGRESS)
	for name in changes.PARENTS[:2]:
		factories.item_group(name, is_group=1)
	groups = [factories.item_group(f"G-{n}").name for n in range(GROUPS)]
	for n in range(3):
		file = BytesIO()
		# not of one colour: Frappe takes a PNG of few bytes for text
		ImageOps.colorize(Image.radial_gradient("L"), "white", ("red", "green", "blue")[n]).save(file, "PNG")
		values = {"file_name": f"chaos {n}.png", "content": file.getvalue(), "is_private": 0}
		frappe.get_doc({"doctype": "File", **values}).insert()
	shelf = places.prepare()
	for n in range(ITEMS):
		factories.website_item(f"C-{n}", group=groups[n % GROUPS], website_warehouse=shelf)
		factories.item_price(f"C-{n}", 1 + n)
	variants.prepare(shelf, groups)
	if medusa.version != "v1":
		bundles.prepare(shelf, groups)
		tiers.prepare(medusa)
	frappe.db.commit()


def _mend() -> None:
	"""Frappe checks a link when a document is saved: where what it names is renamed or deleted in that very moment, it
	leads nowhere. That is no business of ours, so it is put right as a user would who sees it."""
	groups = {"item_group": ("not in", frappe.get_all("Item Group", pluck="name", order_by="name"))}
	codes = {"item_code": ("not in", frappe.get_all("Item", pluck="name", order_by="name"))}
	for doctype in ("Item Price", "Website Item"):
		for name in frappe.get_all(doctype, codes, pluck="name", order_by="name"):
			frappe.delete_doc(doctype, name)
	for name in frappe.get_all("Item", groups, pluck="name", order_by="name"):
		frappe.get_doc("Item", name).update({"item_group": changes.PARENTS[0]}).save()
	for name in frappe.get_all("Website Item", groups, pluck="name", order_by="name"):
		frappe.get_doc("Website Item", name).save()  # takes the group from its Item
	bundles.mend()
	tiers.mend()
	frappe.db.commit()


def _repair() -> None:
	"""As an operator does: `bench medusa doctor --repair`, twice where the first leaves something."""
	for _time in range(2):
		comparison = doctor.ShopComparison(session.open_shop())
		for _number in comparison.run():
			pass
		if not comparison.differences:
			return
		comparison.queue_repairs()
		comparison.queue_deletions()
		_send_the_rest()


def _send_the_rest() -> None:
	"""Until nothing is left, or nothing moves."""
	moved = time.monotonic()
	left = None
	while left != 0 and time.monotonic() - moved < 10:
		factories.drain()
		before, left = left, len(factories.outbox())
		if left != before:
			moved = time.monotonic()


class Chaos:
	"""The processes, and what becomes of them.

	:param users: who do what is counted, until they are done
	:param others: who go on until the users are done
	:param jobs: `{queue: ids of its jobs}`, worked off by one process a queue
	:param schedule: what the scheduler's process calls
	:param progress: returns how much the users have done
	:param person: who deletes records in Medusa's admin
	"""

	def __init__(
		self,
		medusa: Medusa,
		proxy: RandomFaults,
		seed: int,
		restarts: bool,
		users: list[Worker],
		others: list[Worker] = (),
		jobs: dict[str, tuple[str, ...]] = processes.JOBS,
		schedule: Callable = processes.schedule,
		progress: Callable[[], int] = changes.progress,
		person: "Person | None" = None,
	) -> None:
		self.person = person
		self.users, self.others, self.jobs = users, others, jobs
		self.schedule, self.progress = schedule, progress
		self.medusa = medusa
		self.proxy = proxy
		self.random = random.Random(f"chaos {seed}")
		self.seed = seed
		self.kills: Counter[str] = Counter()
		# at which part of the changes
		self.restarts = [(0.4, medusa.restart), (0.7, self._kill_medusa)] if restarts else []
		self.later: list[tuple[float, Callable]] = []
		self.moved = (0, time.monotonic())  # how much was done, and when that was first so

	def last_until_made(self, number: int, tell: Callable) -> list[dict]:
		"""Let things happen until the users are done, and end the processes. Returns what the users say."""
		self.drains = {queue: Worker(processes.work, queue=queue) for queue in self.jobs}
		self.scheduler = Worker(self.schedule)
		self.proxy.failing = True
		start(*self.users, *self.others, *self.drains.values(), self.scheduler)
		while not all(user.pipe.poll() for user in self.users):
			time.sleep(self.random.uniform(0.2, 1))
			made = self.progress()
			tell(f"{made} done, {self.proxy.met.total()} faults, {self.kills.total()} kills")
			self._go_on(made / number)
			self._restart_stuck(made)
		self._calm_down()
		return [user.result() for user in self.users]

	def _go_on(self, part: float) -> None:
		self._do_what_is_due()
		for process in (*self.drains.values(), *self.others, self.scheduler):
			if process.pipe.poll():
				process.result()  # it should go on: this raises what ended it
		if self.restarts and part >= self.restarts[0][0]:
			self._undo_all()  # it takes a while
			self.restarts.pop(0)[1]()
			return
		happenings = {self._kill_drain: 4, self._freeze_drain: 2, self._freeze_medusa: 1, self._close_port: 1}
		(happens,) = self.random.choices([None, *happenings], [12, *happenings.values()])
		if happens:
			happens()
		if self.person and self.random.random() < 0.3:
			self.proxy.met[self.person.delete()] += 1

	def _restart_stuck(self, made: int) -> None:
		"""As an operator does: calls that wait for each other's locks keep them until Medusa is restarted."""
		now = time.monotonic()
		if made != self.moved[0]:
			self.moved = (made, now)
		elif now - self.moved[1] > STUCK:
			self._undo_all()
			self.medusa.restart()
			self.proxy.met["stuck Medusa"] += 1
			self.moved = (made, time.monotonic())

	def _do_what_is_due(self) -> None:
		due = [each for each in self.later if each[0] <= time.monotonic()]
		self.later = [each for each in self.later if each not in due]
		for _time, action in due:
			action()

	def _in(self, seconds: float, action: Callable) -> None:
		self.later.append((time.monotonic() + seconds, action))

	def _undo_all(self) -> None:
		for _time, action in self.later:
			action()
		self.later = []

	def _calm_down(self) -> None:
		self._undo_all()
		for process in (*self.others, self.scheduler):
			process.kill()
		for queue, drain in self.drains.items():
			drain.kill()
			self.kills["drain"] += 1
			processes.bury(self.jobs[queue])
		for queue in get_queues():
			queue.empty()  # nobody is left to work it off
		self.proxy.failing = False

	# --- what happens

	def _kill_drain(self) -> None:
		queue = self.random.choice(list(self.drains))
		self.drains[queue].kill()
		self.kills["drain"] += 1
		processes.bury(self.jobs[queue])
		self.drains[queue] = Worker(processes.work, queue=queue)
		start(self.drains[queue])

	def _freeze_drain(self) -> None:
		"""For longer than its lease: others take its rows."""
		process = self.random.choice(list(self.drains.values())).process
		os.kill(process.pid, signal.SIGSTOP)
		self.proxy.met["frozen drain"] += 1
		frozen = processes.LEASE[self.medusa.version] + 2  # seconds: past its lease
		self._in(frozen, lambda: process.is_alive() and os.kill(process.pid, signal.SIGCONT))

	def _freeze_medusa(self) -> None:
		self.medusa.pause()
		self.proxy.met["frozen Medusa"] += 1
		self._in(self.random.uniform(0.5, 4), self.medusa.resume)

	def _close_port(self) -> None:
		self.proxy.down()
		self.proxy.met["closed port"] += 1
		self._in(self.random.uniform(0.2, 1.5), self.proxy.up)

	def _kill_medusa(self) -> None:
		self.medusa.kill()
		self.kills["Medusa"] += 1
		self.medusa.restart()
