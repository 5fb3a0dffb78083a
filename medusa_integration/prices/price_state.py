"""The state of a Website Item's prices in Medusa, which its field `medusa_prices` keeps, and the store that writes it.

Source: docs/reference.md, "Prices".
"""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import frappe

from medusa_integration import json_field
from medusa_integration.delivery import documents
from medusa_integration.delivery.kind import Database
from medusa_integration.delivery.locks import Exclusive
from medusa_integration.medusa.dialect import Dialect
from medusa_integration.medusa.v1 import prices as v1_prices
from medusa_integration.medusa.v2 import price_rows as v2_prices

DOCTYPE = "Website Item"
FIELD = "medusa_prices"
LOCK = "medusa price lists"


def read(name: str, medusa_prices: str | None) -> dict:
	"""The state that the dialect keeps of a Website Item's prices; {} where there is none or it can't be read.

	:param name: of the Website Item
	:param medusa_prices: the field's value
	"""
	return json_field.read(DOCTYPE, name, FIELD, medusa_prices, is_price_state)


def is_price_state(known: dict) -> bool:
	"""Whether both dialects can use a state; each ignores the other's keys."""
	return v2_prices.is_state(known) and v1_prices.is_state(known)


def dumped(known: dict) -> str:
	"""The field's value for a state."""
	return json.dumps(known) if known else ""


class PriceStore:
	"""The PriceKeeper of the dialects (see medusa/price_keeper.py). Used on a lane.

	:param database: access to the database's thread
	:param medusa: the shop that the lane calls
	:param queue: queues the prices of Website Items
	"""

	# One lane at a time: the lanes of a process share the database connection, and so its named locks.
	_turn = threading.Lock()

	def __init__(
		self, database: Database, medusa: Dialect, queue: Callable[[list[str]], None] = lambda names: None
	) -> None:
		self.database = database
		self.queue = queue
		self.check_deadline = medusa.client.check_deadline

	def keep(self, known: dict[str, dict]) -> set[str]:
		"""Commit the ids of Website Items' price rows before the rows are sent. Otherwise a crash while
		sending would lose the ids, and sending again would double the rows.

		:param known: `{Website Item: state}`
		:returns: the Website Items that exist. One that was renamed or deleted since it was read can't store
			its state; if it needs to be sent, it is queued under another name.
		"""
		with self._turn:
			return self.database.run(lambda: self._keep(known))

	def _keep(self, known: dict[str, dict]) -> set[str]:
		lock = _acquired()
		try:
			there = documents.lock(DOCTYPE, list(known))
			# Waiting for the lock may have taken longer than the lease: another worker may have made other ids.
			self.check_deadline()
			documents.write(DOCTYPE, {name: {FIELD: dumped(known[name])} for name in there})
			frappe.db.commit()
		finally:
			lock.release()
		return there

	@contextmanager
	def exclusive(self) -> Iterator[None]:
		"""A context in which one worker at a time, of all hosts, creates or deletes price lists.

		:raises frappe.QueryTimeoutError: where another worker holds the lock for too long
		"""
		with self._turn:
			lock = self.database.run(_acquired)
			try:
				yield
			finally:
				self.database.run(lock.release)

	def mentions(self, text: str) -> bool:
		"""Whether the JSON of any Website Item's state has a text in it, in which `?` stands for one character."""
		return self.database.run(
			lambda: bool(frappe.db.exists(DOCTYPE, {FIELD: ("like", f"%{text.replace('?', '_')}%")}))
		)

	def queue_mentioning(self, lists: set[str]) -> None:
		"""Queue the prices of the Website Items that have rows in price lists which were deleted in Medusa."""
		self.database.run(lambda: self._queue_mentioning(lists))

	def _queue_mentioning(self, lists: set[str]) -> None:
		mentioned = [[FIELD, "like", f'%"{id}/___": [%'] for id in sorted(lists)]
		self.queue(frappe.get_all(DOCTYPE, or_filters=mentioned, pluck="name", order_by="name"))
		frappe.db.commit()  # The lane goes on with its calls; a drain may take the rows.


def _acquired() -> Exclusive:
	frappe.db.commit()  # a new snapshot
	lock = Exclusive(LOCK)
	lock.acquire()
	return lock
