"""Polling: queue the records that have changed in Medusa since the last poll.

Source: docs/reference.md, "Polling".
"""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import frappe
from frappe.utils import now_datetime
from frappe.utils.background_jobs import is_job_enqueued
from redis.exceptions import RedisError

from medusa_integration import json_field, session, settings
from medusa_integration.delivery import outage, wake
from medusa_integration.delivery.box import inbox
from medusa_integration.delivery.kind import Kind
from medusa_integration.delivery.locks import Exclusive
from medusa_integration.medusa.dialect import Dialect
from medusa_integration.medusa.errors import (
	MedusaError,
	MedusaSignInFailed,
	MedusaTimeout,
	MedusaUnavailable,
)
from medusa_integration.sync.kinds import inbox_kind

JOB, JOB_ID = "medusa_integration.api.poll_medusa", "medusa_poll"
JOB_IDS = (JOB_ID, f"{JOB_ID}_next")
# Medusa sets a record's time before others can read the record, so a later poll may find an earlier time.
OVERLAP = timedelta(minutes=5)
EARLY = 30  # seconds that the scheduler may be late or early
LOOKED_KEY = "medusa_looked_at"  # in Redis: when the last complete poll began
MARKERS = "seen_in_medusa"  # field of the configuration: {"url": of the server, list: the latest time in it}
SEEN = "medusa_seen"  # prefix of keys in Redis

Page = list[tuple[str, datetime]]  # ids of records and when they were changed


@dataclass(frozen=True)
class Source:
	"""A list of changed records in Medusa.

	:param name: of its marker
	:param kind: of the records whose ids it has
	:param changed: returns its pages since a time, oldest first
	"""

	name: str
	kind: str
	changed: Callable[[Dialect, datetime], Iterator[Page]]


SOURCES = (
	Source("customers", "Customer", lambda medusa, since: medusa.customers_changed(since)),
	Source("orders", "Order", lambda medusa, since: medusa.orders_changed(since)),
	# A capture changes the payment only, not its order.
	Source("payments", "Order", lambda medusa, since: medusa.payments_changed(since)),
)


def poll_due() -> None:
	"""Each minute: start a poll where the last complete one began at least *Check for New Orders every* ago, see
	"Polling". Does nothing while Medusa is unreachable."""
	orders = settings.current()
	if not orders.imports_orders or outage.lasts():
		return
	looked = frappe.cache.get_value(LOOKED_KEY) or 0
	if time.time() - looked > orders.poll_minutes * 60 - EARLY and not is_job_enqueued(JOB_ID):
		start_now()


def last_look() -> datetime | None:
	"""The time when the last complete poll began, in the system's time zone; None where it isn't known."""
	looked = frappe.cache.get_value(LOOKED_KEY)
	return settings.local_time(datetime.fromtimestamp(looked, timezone.utc)) if looked else None


def start() -> None:
	"""Start a poll after the current transaction, unless one is waiting to begin."""
	frappe.db.after_commit.add(start_now)


def start_now() -> None:
	"""Start a poll at once, unless one is waiting to begin."""
	try:
		wake.enqueue_once(JOB, *JOB_IDS)
	except (RedisError, frappe.QueueOverloaded):
		pass  # A later poll finds the changes.


def poll(seconds: int = wake.SHORT_RUN) -> int:
	"""The job that queues in the inbox the records that have changed in Medusa since the last poll. Does
	nothing while the integration or the import is off, or Medusa is unreachable. Commits page by page.

	:param seconds: after which the next poll continues
	:returns: the number of records that were queued
	"""
	if not settings.current().imports_orders or outage.lasts():
		return 0
	alone = Exclusive("medusa poll")
	try:
		alone.acquire()
	except frappe.QueryTimeoutError:
		return 0  # Another worker is polling.
	frappe.db.commit()  # A new snapshot, with the markers that another worker has written.
	try:
		return _look(session.open_shop(), time.monotonic() + seconds)
	finally:
		alone.release()


def _look(medusa: Dialect, until: float) -> int:
	began, queued = time.time(), 0
	try:
		for source in SOURCES:
			for number in _look_into(source, medusa):
				queued += number
				if time.monotonic() > until:
					return queued  # The next poll continues from the marker.
	except (MedusaUnavailable, MedusaSignInFailed) as error:
		frappe.db.rollback()
		outage.begin(error.retry_after, isinstance(error, MedusaTimeout))
		return queued
	finally:
		medusa.memory.save()
	outage.end()
	frappe.cache.set_value(LOOKED_KEY, began)
	return queued


def _look_into(source: Source, medusa: Dialect) -> Iterator[int]:
	"""Queue the records of one list that weren't seen yet. A list that Medusa refuses is logged and skipped.

	:returns: the number of records that were queued, page by page
	"""
	marker, kind = Marker.of(source), inbox_kind(source.kind)
	if not kind:
		return
	try:
		for page in source.changed(medusa, marker.at - OVERLAP):
			yield _queue(kind, marker, page)
	except (MedusaUnavailable, MedusaSignInFailed):
		raise
	except MedusaError as error:
		frappe.db.rollback()
		frappe.log_error(title=f"Medusa: changed {source.name} can't be listed", message=error.message)
	else:
		marker.keep()  # of an empty list too: the next poll begins there
	frappe.db.commit()


def _queue(kind: Kind, marker: "Marker", page: Page) -> int:
	"""Queue the records of a page that weren't seen yet. The marker moves in the same transaction.
	Commits."""
	new = [id for id, at in page if id and not marker.has_seen(id, at)]
	inbox.add_many((kind, id) for id in new)
	marker.move(page)
	frappe.db.commit()  # Drains work off these rows from now on, and a later page may fail.
	marker.remember()
	return len(set(new))


def forget() -> None:
	"""Delete the markers: the next poll begins at *Import Orders Placed after*."""
	frappe.db.set_single_value(settings.CONFIGURATION, MARKERS, "", update_modified=False)
	frappe.cache.delete_keys(SEEN)
	frappe.cache.delete_value(LOOKED_KEY)


class Marker:
	"""The position up to which a list was read: the latest time in it, by Medusa's clock, stored in the
	configuration. Redis has the changes of the last minutes; changes that are lost there are read once more.

	:param name: of the list
	:param at: the latest time that was seen
	:param seen: the changes that the next poll finds again, because of the overlap
	"""

	def __init__(self, name: str, at: datetime, seen: set[tuple[str, datetime]]) -> None:
		self.name = name
		self.at = at
		self.seen = seen

	@classmethod
	def of(cls, source: Source) -> "Marker":
		"""A list's marker. Without a stored one, or for another server, it is where the import begins."""
		at = _markers().get(source.name)
		if at:
			seen = frappe.cache.get_value(_key(source.name)) or set()
			return cls(source.name, datetime.fromisoformat(at), seen)
		since = settings.medusa_time(settings.current().import_since or now_datetime())
		return cls(source.name, since + OVERLAP, set())

	def has_seen(self, id: str, at: datetime) -> bool:
		"""Whether this change was queued before."""
		return (id, at) in self.seen

	def move(self, page: Page) -> None:
		"""Move to the latest time of a page, in the current transaction."""
		self.at = max([self.at, *(at for _id, at in page)])
		self.seen.update(page)
		self.keep()

	def keep(self) -> None:
		"""Store the marker in the current transaction, where it has moved."""
		before = _markers()
		after = {**before, "url": settings.configuration().url, self.name: self.at.isoformat()}
		if after != before:
			text = json.dumps(after)
			frappe.db.set_single_value(settings.CONFIGURATION, MARKERS, text, update_modified=False)

	def remember(self) -> None:
		"""Store the changes that the next poll finds again in Redis. Call it after the commit."""
		self.seen = {(id, at) for id, at in self.seen if at >= self.at - OVERLAP}
		frappe.cache.set_value(_key(self.name), self.seen)


def _markers() -> dict[str, str]:
	"""The markers of the present server's lists."""
	text = frappe.db.get_single_value(settings.CONFIGURATION, MARKERS, cache=False)
	name = settings.CONFIGURATION
	markers = json_field.read(name, name, MARKERS, text, _are_markers)
	return markers if markers.get("url") == settings.configuration().url else {}


def _are_markers(stored: dict) -> bool:
	try:
		times = [datetime.fromisoformat(value) for key, value in stored.items() if key != "url"]
	except (TypeError, ValueError):
		return False
	return isinstance(stored.get("url"), str) and all(at.tzinfo for at in times)


def _key(name: str) -> str:
	return f"{SEEN}_{name}"
