"""The interface between a kind of record and the engine: claimed rows, their results, and the methods of a kind."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, ClassVar, NamedTuple, Protocol, TypeVar

from medusa_integration.medusa.dialect import Dialect
from medusa_integration.medusa.errors import MedusaError

T = TypeVar("T")


@dataclass
class Row:
	"""A claimed row.

	:param name: its key in the table
	:param kind: the name of its Kind
	:param reference_name: the record that it is about, a document of `reference_doctype`
	:param attempts: that counted against the record
	:param revision: how often the record was queued; a row whose revision changed before it is settled stays
	:param former_names: under which the record may be known in Medusa
	:param kind_data: for a deleted record: the values that its kind stored to delete it in Medusa
	:param lease: the mark of the worker that holds the row, until `due`
	:param unsure_until: the time until which Medusa may apply an earlier call whose reply was lost
	:param again: the record has to be sent even if it hasn't changed since the last time
	:param unsure: Medusa may still apply an earlier call
	"""

	name: str
	kind: str
	reference_doctype: str
	reference_name: str
	attempts: int
	revision: int
	former_names: list[str]
	kind_data: dict
	lease: str
	due: datetime
	unsure_until: datetime | None
	again: bool = False
	unsure: bool = False


class Write(NamedTuple):
	"""Fields of a document, to be written in the transaction that settles a row."""

	doctype: str
	name: str
	values: dict


class Intent(NamedTuple):
	"""A record to be queued."""

	kind: Kind
	name: str


class Outcome(Enum):
	DONE = "done"
	PARKED = "parked"  # needs a person, or the next change
	RETRY = "retry"  # sent again after a pause
	WAITING = "waiting"  # for another record, which was queued and goes first
	FAILED = "failed"  # refused or failed alone in its batch; the drain turns it into another outcome


@dataclass
class Result:
	"""The result of one claimed row. Made by one of the constructors below.

	:param why: the message for the operator
	:param reason: the reason's code, where the app itself notices that the row can be sent again
	:param after: seconds that Medusa asked for, before the next attempt
	:param counts: whether the attempt counts against the record
	:param unsure: whether Medusa may still be applying the call
	:param writes: to documents, in the transaction that settles the row
	:param then: records to queue in that transaction
	"""

	row: Row
	outcome: Outcome
	why: str = ""
	reason: str = ""
	after: float = 0
	counts: bool = True
	unsure: bool = False
	error: MedusaError | None = None
	writes: list[Write] = field(default_factory=list)
	then: list[Intent] = field(default_factory=list)

	@classmethod
	def done(cls, row: Row, writes: Iterable[Write] = (), then: Iterable[Intent] = ()) -> Result:
		"""Medusa and ERPNext agree about the record."""
		return cls(row, Outcome.DONE, writes=list(writes), then=list(then))

	@classmethod
	def parked(cls, row: Row, why: str, reason: str = "", writes: Iterable[Write] = ()) -> Result:
		"""The record can't be sent as it is."""
		return cls(row, Outcome.PARKED, why, reason, writes=list(writes))

	@classmethod
	def retry(
		cls, row: Row, why: str, *, after: float = 0, counts: bool = True, unsure: bool = False
	) -> Result:
		"""The record is to be sent again later, for a reason that may pass."""
		return cls(row, Outcome.RETRY, why, after=after, counts=counts, unsure=unsure)

	@classmethod
	def waiting(cls, row: Row, why: str, then: Iterable[Intent] = (), writes: Iterable[Write] = ()) -> Result:
		"""The record needs other records in Medusa first, which are queued with this result."""
		return cls(row, Outcome.WAITING, why, counts=False, writes=list(writes), then=list(then))

	@classmethod
	def failed(cls, row: Row, error: MedusaError, writes: Iterable[Write] = ()) -> Result:
		"""Medusa refused or failed on this record alone, and accepted the rest of its batch."""
		return cls(row, Outcome.FAILED, error=error, writes=list(writes))


class Database(Protocol):
	"""Access to the database's thread from a thread that sends."""

	def run(self, work: Callable[[], T]) -> T:
		"""Run `work()` on the database's thread between two batches, and return or raise its result."""


class Task(ABC):
	"""One batch: made by `Kind.prepare` on the database's thread, sent on another, concluded on the first.

	:param settled: results of rows that need no call
	:param vouchers: the documents that the calls are about, as (doctype, name), for the request log
	"""

	def __init__(self, settled: Iterable[Result] = (), vouchers: Iterable[tuple[str, str]] = ()) -> None:
		self.settled = list(settled)
		self.vouchers = list(vouchers)

	@property
	@abstractmethod
	def rows(self) -> list[Row]:
		"""The rows that are sent."""

	@abstractmethod
	def send(self, medusa: Dialect, database: Database) -> Any:
		"""Make the calls. Runs outside of the database's thread, so it may use Frappe and the database only
		by `database.run`.

		:returns: the reply that `conclude` takes
		:raises MedusaError: for all rows together
		"""

	@abstractmethod
	def conclude(self, reply: Any) -> list[Result]:
		"""The result of each of `rows`. Runs on the database's thread."""


@dataclass
class Run:
	"""The state that the batches of one drain share.

	:param medusa: for calls that `prepare` itself makes
	:param standing_of: the status and the error of a record's row in the box that is drained; see `Box.standing`
	:param keep: renews the lease of claimed rows, where concluding a batch takes long. Commits
	:param hold: to call right before a commit: makes sure that this worker still has a claimed row; see
		`claims.hold`
	:param queued: records that rows of this drain have waited for, as (kind, name); the engine adds to it
	"""

	medusa: Dialect
	standing_of: Callable[[Kind, str], tuple[str, str]]
	keep: Callable[[list[Row]], None]
	hold: Callable[[Row], None]
	queued: set[tuple[str, str]] = field(default_factory=set)

	def has_waited_for(self, intent: Intent) -> bool:
		"""Whether the record was queued in this drain for another record that needs it, and has had its
		turn."""
		return (intent.kind.name, intent.name) in self.queued

	def standing(self, intent: Intent) -> tuple[str, str]:
		"""The status and the error of the record's row; both "" where there is none."""
		return self.standing_of(intent.kind, intent.name)


class Kind(ABC):
	"""One kind of record. Each is a class in a file of its own, used as a single instance.

	:cvar name: the value of `kind` in its rows
	:cvar doctype: of the records
	:cvar overlaps: whether it may begin while the last batches of the previous kind are under way, so that no
		lane is idle. A row that needs an unsettled record has to be queued again when that record is settled
	:cvar batch_size: most rows in one batch; None: the configuration's
	:cvar ids: `{doctype: fields}` that link documents to Medusa's records
	:cvar shared_ids: those of `ids` that several documents may share
	:cvar state: `{doctype: fields}` that keep what was sent
	:cvar state_field: the field of the record's document that keeps what was last sent, "" where there is none
	"""

	name: ClassVar[str]
	doctype: ClassVar[str]
	overlaps: ClassVar[bool] = False
	batch_size: ClassVar[int | None] = None
	ids: ClassVar[Mapping[str, tuple[str, ...]]] = {}
	shared_ids: ClassVar[Mapping[str, tuple[str, ...]]] = {}
	state: ClassVar[Mapping[str, tuple[str, ...]]] = {}
	state_field: ClassVar[str] = ""

	def unsettled(self, name: str, kept: str | None) -> str:
		"""The value of `state_field` that makes a document be sent again, even unchanged, under the same
		ids."""
		return ""

	@abstractmethod
	def prepare(self, run: Run, rows: list[Row]) -> Task:
		"""Read the rows' records in a constant number of queries, and build the task that sends them.

		:raises MedusaError: for all rows together
		"""

	def __repr__(self) -> str:
		return f"<{self.name}>"
