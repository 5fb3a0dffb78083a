"""The data that the engine and the kinds exchange: the claimed rows, and the result of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from medusa_integration.medusa.errors import MedusaError

if TYPE_CHECKING:
	from medusa_integration.delivery.kind import Kind


@dataclass
class Row:
	"""A claimed row.

	:param name: its key in the table
	:param kind: the name of its Kind
	:param reference_name: the record that it is about, a document of `reference_doctype`
	:param attempts: that counted against the record
	:param revision: how often the record was queued; a row whose revision changed before it is settled stays
	:param former_names: under which the record may be known in Medusa
	:param medusa_ids: for a deleted record: the values that its kind stored to delete it in Medusa
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
	medusa_ids: dict
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
