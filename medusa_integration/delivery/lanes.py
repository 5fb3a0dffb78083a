"""Threads that send batches while the database's thread prepares and settles others.

A lane is a thread with its own connection to Medusa. It uses no Frappe: it reads and writes the database by
`Lanes.run`, which the database's thread executes between two batches.
"""

from __future__ import annotations

import queue
import sys
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

import frappe

from medusa_integration.delivery.kind import Kind, Row, Task
from medusa_integration.medusa.client import Call, Deadline
from medusa_integration.medusa.dialect import Dialect
from medusa_integration.medusa.errors import MedusaUnavailable

SWITCH_INTERVAL = 0.0005  # seconds

T = TypeVar("T")


@dataclass
class Batch:
	"""Rows that are sent together.

	:param deadline: after it the batch writes nothing in Medusa, since another worker may have the rows
	"""

	kind: Kind
	rows: list[Row]
	task: Task
	deadline: Deadline


@dataclass
class SentBatch:
	"""A batch that a lane has sent: its reply or error, and the calls that were made."""

	batch: Batch
	reply: Any = None
	error: BaseException | None = None
	calls: list[Call] = field(default_factory=list)
	tokens: list[str] = field(default_factory=list)
	out_of_reach: bool = False


class Lanes:
	"""The lanes of one drain.

	:param medusa: the shop; each lane gets a twin of it
	:param number: of lanes
	:param keep: renews the leases of the rows that are under way. Called at least every `pause` seconds while the
		database's thread waits
	"""

	def __init__(self, medusa: Dialect, number: int, keep: Callable[[], None], pause: float) -> None:
		self._keep, self._pause = keep, pause
		self._idle: queue.SimpleQueue[Dialect] = queue.SimpleQueue()
		for _ in range(number):
			self._idle.put(medusa.twin())
		self._threads = ThreadPoolExecutor(number, thread_name_prefix="medusa-lane")
		self._events: queue.SimpleQueue[SentBatch | _Errand] = queue.SimpleQueue()
		self._ready: deque[Batch] = deque()
		self._sending = 0
		self.number = number
		# While the database's thread works, a lane that gets its reply waits this long for the interpreter.
		self._switch_interval = sys.getswitchinterval()
		sys.setswitchinterval(SWITCH_INTERVAL)

	@property
	def has_room(self) -> bool:
		"""Whether the lanes have room for a batch: one each, and one that is ready for the first free
		lane."""
		return self._sending + len(self._ready) <= self.number

	@property
	def is_busy(self) -> bool:
		"""Whether a batch is being sent."""
		return self._sending > 0

	def add(self, batch: Batch) -> None:
		"""Have a batch sent by the next free lane."""
		self._ready.append(batch)
		self.resume()

	def resume(self) -> None:
		"""Send the batches that are ready, as far as lanes are free."""
		while self._ready and self._sending < self.number:
			self._sending += 1
			self._threads.submit(self._send, self._ready.popleft())

	def withdraw(self) -> list[Batch]:
		"""Take back the batches that no lane has begun to send."""
		batches = list(self._ready)
		self._ready.clear()
		return batches

	def next(self) -> SentBatch:
		"""Wait for the next sent batch, and do the lanes' errands while waiting. If Medusa answered, ready
		batches are sent at once; else they wait for `resume`."""
		while True:
			self._keep()
			try:
				event = self._events.get(timeout=self._pause)
			except queue.Empty:
				continue
			if isinstance(event, _Errand):
				event.do()
				continue
			self._sending -= 1
			if not event.out_of_reach:
				self.resume()
			return event

	def run(self, work: Callable[[], T]) -> T:
		"""On a lane: run `work()` on the database's thread, and return or raise its result."""
		errand = _Errand(work)
		self._events.put(errand)
		return errand.result()

	def close(self) -> None:
		"""End the threads. No batch may be under way."""
		self._threads.shutdown()
		sys.setswitchinterval(self._switch_interval)

	def _send(self, batch: Batch) -> None:
		medusa = self._idle.get()
		sent = SentBatch(batch)
		client = medusa.client
		client.deadline, client.out_of_reach = batch.deadline, False
		client.observe, client.keep_token = sent.calls.append, sent.tokens.append
		try:
			sent.reply = batch.task.send(medusa, self)
		except BaseException as error:
			sent.error = error
		sent.out_of_reach = client.out_of_reach or isinstance(sent.error, MedusaUnavailable)
		self._idle.put(medusa)
		self._events.put(sent)


class _Errand:
	"""Work for the database's thread that a lane waits for."""

	def __init__(self, work: Callable[[], Any]) -> None:
		self._work = work
		self._future: Future = Future()

	def do(self) -> None:
		try:
			self._future.set_result(self._work())
		except BaseException as error:
			frappe.db.rollback()
			self._future.set_exception(error)

	def result(self) -> Any:
		return self._future.result()
