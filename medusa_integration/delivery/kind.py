"""The interface between a kind of record and the engine."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar

from medusa_integration.delivery.rows import Intent, Result, Row
from medusa_integration.medusa.dialect import Dialect

if TYPE_CHECKING:
	from medusa_integration.delivery.box import Box

T = TypeVar("T")


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
	:param box: the box that is drained
	:param keep: renews the lease of claimed rows, where concluding a batch takes long. Commits
	:param hold: to call right before a commit: makes sure that this worker still has a claimed row; see
		`claims.hold`
	:param queued: records that rows of this drain have waited for, as (kind, name); the engine adds to it
	"""

	medusa: Dialect
	box: Box
	keep: Callable[[list[Row]], None]
	hold: Callable[[Row], None]
	queued: set[tuple[str, str]] = field(default_factory=set)

	def has_waited_for(self, intent: Intent) -> bool:
		"""Whether the record was queued in this drain for another record that needs it, and has had its
		turn."""
		return (intent.kind.name, intent.name) in self.queued

	def standing(self, intent: Intent) -> tuple[str, str]:
		"""The status and the error of the record's row; both "" where there is none."""
		return self.box.standing(intent.kind, intent.name)


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
	:cvar kept_field: the field of the record's document that keeps what was last sent, "" where there is none
	"""

	name: ClassVar[str]
	doctype: ClassVar[str]
	overlaps: ClassVar[bool] = False
	batch_size: ClassVar[int | None] = None
	ids: ClassVar[Mapping[str, tuple[str, ...]]] = {}
	shared_ids: ClassVar[Mapping[str, tuple[str, ...]]] = {}
	state: ClassVar[Mapping[str, tuple[str, ...]]] = {}
	kept_field: ClassVar[str] = ""

	def unsettled(self, name: str, kept: str | None) -> str:
		"""The value of `kept_field` that makes a document be sent again, even unchanged, under the same
		ids."""
		return ""

	@abstractmethod
	def prepare(self, run: Run, rows: list[Row]) -> Task:
		"""Read the rows' records in a constant number of queries, and build the task that sends them.

		:raises MedusaError: for all rows together
		"""

	def __repr__(self) -> str:
		return f"<{self.name}>"
