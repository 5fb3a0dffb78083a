"""The state of prices in Medusa, which the field `medusa_prices` keeps, and the store that writes it: of a Website Item, or of an
Item that is sold as a variant of its template's product.

Source: docs/reference.md, "Prices".
"""

import json
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import frappe

from medusa_integration import json_field
from medusa_integration.delivery import documents
from medusa_integration.delivery.kind import Database
from medusa_integration.delivery.locks import Exclusive
from medusa_integration.isolation import latest_rows
from medusa_integration.medusa.dialect import Dialect
from medusa_integration.medusa.v1 import prices as v1_prices
from medusa_integration.medusa.v2 import price_rows as v2_prices
from medusa_integration.sold_variants import products_of

DOCTYPE = "Website Item"
VARIANT = "Item"
FIELD = "medusa_prices"
LOCK = "medusa price lists"
_OF_ITEM = "Item\t"


def key_of(doctype: str, name: str) -> str:
	"""The key of a document that keeps a state: a Website Item's is its name."""
	return name if doctype == DOCTYPE else f"{_OF_ITEM}{name}"


def place_of(key: str) -> tuple[str, str]:
	"""The DocType and the name of the document with a key."""
	return (VARIANT, key.removeprefix(_OF_ITEM)) if key.startswith(_OF_ITEM) else (DOCTYPE, key)


def read(key: str, medusa_prices: str | None) -> dict:
	"""The state that the dialect keeps of an item's prices; {} where there is none or it can't be read.

	:param key: of the document, see `key_of`
	:param medusa_prices: the field's value
	"""
	doctype, name = place_of(key)
	return json_field.read(doctype, name, FIELD, medusa_prices, is_price_state)


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
		"""Commit the ids of items' price rows before the rows are sent. Otherwise a crash while
		sending would lose the ids, and sending again would double the rows.

		:param known: `{key: state}`, see `key_of`
		:returns: the keys of the documents that exist. One that was renamed or deleted since it was read can't store
			its state; if it needs to be sent, it is queued under another name.
		"""
		with self._turn:
			return self.database.run(lambda: self._keep(known))

	def _keep(self, known: dict[str, dict]) -> set[str]:
		lock = _acquired()
		try:
			there = existing(known, lock=True)
			# Waiting for the lock may have taken longer than the lease: another worker may have made other ids.
			self.check_deadline()
			write({key: known[key] for key in there})
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
		pattern = {FIELD: ("like", f"%{text.replace('?', '_')}%")}
		return self.database.run(
			lambda: any(frappe.db.exists(doctype, pattern) for doctype in (DOCTYPE, VARIANT))
		)

	def queue_mentioning(self, lists: set[str]) -> None:
		"""Queue the prices of the Website Items that have rows in price lists which were deleted in Medusa."""
		self.database.run(lambda: self._queue_mentioning(lists))

	def _queue_mentioning(self, lists: set[str]) -> None:
		mentioned = [[FIELD, "like", f'%"{id}/___{end}%'] for id in sorted(lists) for end in ('": [', " ")]
		names = frappe.get_all(DOCTYPE, or_filters=mentioned, pluck="name", order_by="name")
		variants = frappe.get_all(VARIANT, or_filters=mentioned, pluck="name", order_by="name")
		self.queue(sorted({*names, *products_of(variants).values()}))
		frappe.db.commit()  # The lane goes on with its calls; a drain may take the rows.


def existing(keys: Iterable[str], *, lock: bool = False) -> set[str]:
	"""The keys of the documents that exist, which are locked until the transaction ends where that is asked for."""
	found: set[str] = set()
	for doctype, names in _by_doctype(keys).items():
		if lock:
			there = documents.lock(doctype, sorted(names))
		else:
			there = set(frappe.get_all(doctype, {"name": ("in", names)}, pluck="name", order_by=None))
		found |= {key_of(doctype, name) for name in there}
	return found


def locked(keys: Iterable[str]) -> dict[str, dict]:
	"""`{key: state}` of documents, which are locked until the transaction ends."""
	found = {}
	for doctype, names in _by_doctype(keys).items():
		table = frappe.qb.DocType(doctype)
		query = (
			frappe.qb.from_(table).select(table.name, table[FIELD]).where(table.name.isin(names)).for_update()
		)
		with latest_rows():
			rows = query.run()
		for name, text in rows:
			key = key_of(doctype, name)
			found[key] = read(key, text)
	return found


def write(states: dict[str, dict]) -> None:
	"""Write the fields of documents: `{key: state}`."""
	for doctype, names in _by_doctype(states).items():
		documents.write(doctype, {name: {FIELD: dumped(states[key_of(doctype, name)])} for name in names})


def _by_doctype(keys: Iterable[str]) -> dict[str, list[str]]:
	found: dict[str, list[str]] = defaultdict(list)
	for key in keys:
		doctype, name = place_of(key)
		found[doctype].append(name)
	return found


def _acquired() -> Exclusive:
	frappe.db.commit()  # a new snapshot
	lock = Exclusive(LOCK)
	lock.acquire()
	return lock
