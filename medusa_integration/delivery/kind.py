"""What a kind of record declares, and what the engine asks of it."""

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
	"""The way back from a thread that sends to the one that holds the database connection."""

	def run(self, work: Callable[[], T]) -> T:
		"""What `work()` returns or raises, run on the database's thread between two batches."""


class Task(ABC):
	"""One batch on its way: made by `Kind.prepare` on the database's thread, sent on another, concluded on the first.

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
		"""Make the calls. Runs outside of the database's thread, so it may touch no Frappe and no database except by
		`database.run`.

		:returns: what `conclude` needs
		:raises MedusaError: for all rows together
		"""

	@abstractmethod
	def conclude(self, reply: Any) -> list[Result]:
		"""What became of each of `rows`. On the database's thread."""


@dataclass
class Run:
	"""What the batches of one drain share.

	:param medusa: for what `prepare` has to ask itself
	:param box: whose rows they are
	:param keep: keeps claimed rows for another lease, where concluding a batch takes long. Commits
	:param hold: right before a commit: makes sure that a claimed row is ours still; see `claims.hold`
	:param queued: what rows of this run have waited for, as (kind, name); the engine adds to it
	"""

	medusa: Dialect
	box: Box
	keep: Callable[[list[Row]], None]
	hold: Callable[[Row], None]
	queued: set[tuple[str, str]] = field(default_factory=set)

	def has_waited_for(self, intent: Intent) -> bool:
		"""Whether that record was queued on behalf of another one in this run, and had its turn."""
		return (intent.kind.name, intent.name) in self.queued

	def standing(self, intent: Intent) -> tuple[str, str]:
		"""The status of the record's row, and why it isn't sent; "" where there is none."""
		return self.box.standing(intent.kind, intent.name)


class Kind(ABC):
	"""One kind of record. Each is a class in a file of its own, used as a single instance.

	:cvar name: what the rows call it
	:cvar doctype: of the records
	:cvar overlaps: whether it may begin while the last batches of the kind before it are under way, so that no lane stands
		idle: a row that needs what isn't settled yet has to be queued again by that
	:cvar batch_size: most rows in one batch; None: the configuration's
	:cvar ids: `{doctype: fields}` that link documents to Medusa's records
	:cvar shared_ids: those of them that several documents may have alike
	:cvar state: `{doctype: fields}` in which is kept what was sent
	:cvar kept_field: of the record's document: what was last sent of it, "" where nothing is kept
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
		"""The value of `kept_field` of a document with which it is sent again, changed or not, under the same ids."""
		return ""

	@abstractmethod
	def prepare(self, run: Run, rows: list[Row]) -> Task:
		"""Read what the rows are about, in a constant number of queries, and build what is to be sent.

		:raises MedusaError: for all rows together
		"""

	def __repr__(self) -> str:
		return f"<{self.name}>"
