"""Queueing records: one row in a box, in the transaction that makes it necessary.

A row only says "make ERPNext and Medusa agree about this record". A drain reads the record when it sends it,
so ten saves are one sending, and a sending can always be repeated. The row's name is its key
(`Product:WEB-ITM-0001`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha1
from typing import Any

import frappe
from frappe.query_builder.functions import Count
from frappe.utils import create_batch, now_datetime

from medusa_integration import settings
from medusa_integration.delivery.kind import Intent, Kind
from medusa_integration.delivery.wake import DrainJob, drain_after_commit
from medusa_integration.isolation import latest_rows

KEY_LENGTH = 140
IN_ONE_STATEMENT = 500
COLUMNS = (
	"name", "creation", "modified", "owner", "modified_by", "docstatus", "idx", "kind", "reference_doctype",
	"reference_name", "status", "due", "lease", "attempts", "revision", "error", "reason", "former_names", "kind_data",
)  # fmt: skip


@dataclass(frozen=True)
class Box:
	"""A table of rows in one direction.

	:param doctype: of the rows
	:param job: the background job that drains it
	:param writes: whether its calls change Medusa: one whose reply was lost may be applied after a newer one
	"""

	doctype: str
	job: DrainJob
	writes: bool = True

	def key_of(self, kind: str, name: str) -> str:
		"""The name of a record's row: readable where it fits the column."""
		key = f"{kind}:{name}"
		return key if len(key) <= KEY_LENGTH else f"{key[:99]}#{sha1(key.encode()).hexdigest()}"

	def add(self, kind: Kind, name: str, kind_data: dict | None = None) -> None:
		"""Queue a record in the current transaction. A drain follows the commit.

		:param kind_data: of a record that is being deleted: the values that its kind needs to delete it
		"""
		self._upsert([Intent(kind, name)], kind_data)
		drain_after_commit(self.job)

	def add_many(self, intents: Iterable[Intent | tuple[Kind, str]], kind_data: dict | None = None) -> None:
		"""Queue many records, with one statement for every 500.

		:param kind_data: stored in each of the rows for its kind
		"""
		by_key = {self.key_of(kind.name, name): Intent(kind, name) for kind, name in intents}
		# Fixed order, so that concurrent inserts wait instead of deadlocking.
		ordered = [by_key[key] for key in sorted(by_key)]
		for part in create_batch(ordered, IN_ONE_STATEMENT):
			self._upsert(part, kind_data)
		if ordered:
			drain_after_commit(self.job)

	def forget(self, kind: Kind, name: str) -> None:
		"""Delete a record's row in the current transaction."""
		key = self.key_of(kind.name, name)
		# A delete without a match would lock the gap into which other transactions insert.
		if frappe.db.exists(self.doctype, key):
			with latest_rows():
				frappe.db.delete(self.doctype, {"name": key})

	def is_under_way(self, kind: Kind, name: str) -> bool:
		"""Whether a call about a record is being made, or its reply was lost. Locks the record's row."""
		key = self.key_of(kind.name, name)
		if not frappe.db.exists(self.doctype, key):
			return False  # A locking read without a match would lock the gap, as in `forget`.
		with latest_rows():
			row = frappe.db.get_value(self.doctype, key, ["lease", "unsure_until"], for_update=True)
		return bool(row and any(row))

	def is_queued(self, kind: Kind, name: str) -> bool:
		"""Whether a record waits to be sent, is being sent, or is parked."""
		return bool(frappe.db.exists(self.doctype, self.key_of(kind.name, name)))

	def standing(self, kind: Kind, name: str) -> tuple[str, str]:
		"""The status and the error of a record's row; both "" where there is none."""
		row = frappe.db.get_value(self.doctype, self.key_of(kind.name, name), ["status", "error"])
		return (row[0], row[1] or "") if row else ("", "")

	def rename(self, kind: Kind, old: str, new: str, *, keep_former_name: bool = False) -> None:
		"""Queue a renamed record in the current transaction. If a call under its old name is being made, the
		new row is due after that call: Medusa could apply that call last.

		:param keep_former_name: Medusa may know the record by its old name, and by earlier ones
		"""
		fields = ("lease", "due", "unsure_until", "former_names")
		before = frappe.db.get_value(self.doctype, self.key_of(kind.name, old), fields, as_dict=True)
		self.forget(kind, old)
		self.add(kind, new)
		key, values = self.key_of(kind.name, new), {}
		if keep_former_name:
			present = frappe.db.get_value(self.doctype, key, "former_names")
			names = [*former_names(present), *former_names(before and before.former_names), old]
			values["former_names"] = "\n".join(dict.fromkeys(names))
		if before and before.lease:
			# The drain that sends it renews only the lease of the old row.
			over = now_datetime() + timedelta(seconds=settings.current().batch_seconds)
			values |= {"lease": before.lease, "due": max(before.due, over)}
		if before and (before.lease or before.unsure_until):
			values["unsure_until"] = before.unsure_until
		if values:
			frappe.db.set_value(self.doctype, key, values, update_modified=False)

	def _upsert(self, intents: list[Intent], kind_data: dict | None = None) -> None:
		"""Insert rows, or raise the revision of existing ones. A parked or waiting row becomes due. A row
		that is being sent keeps its lease, and its drain sees the new revision.

		One statement, because an update without a match locks the gap into which other transactions insert,
		and two saves at once would deadlock. It depends on no earlier read of the transaction, so it takes
		rows as they are committed.
		"""
		now, user = now_datetime(), frappe.session.user
		kept = frappe.as_json(kind_data) if kind_data else None
		row = f"({', '.join(['%s'] * len(COLUMNS))})"
		statement = f"""
			insert into `tab{self.doctype}` ({", ".join(COLUMNS)}) values {", ".join([row] * len(intents))}
			on duplicate key update
				due = case when lease = '' then values(due) else due end,
				attempts = case when lease = '' then 0 else attempts end,
				revision = revision + 1,
				status = 'Pending',
				reason = '',
				modified = values(modified),
				kind_data = coalesce(values(kind_data), kind_data)
		"""
		values = [value for intent in intents for value in self._row(intent, now, user, kept)]
		with latest_rows():
			frappe.db.sql(statement, values)

	def _row(self, intent: Intent, now: datetime, user: str, kind_data: str | None) -> tuple:
		kind, name = intent
		key = self.key_of(kind.name, name)
		of_record = (kind.name, kind.doctype, name)
		return (
			key,
			now,
			now,
			user,
			user,
			0,
			0,
			*of_record,
			"Pending",
			now,
			"",
			0,
			1,
			"",
			"",
			None,
			kind_data,
		)

	# --- a person's decisions about rows

	def retry(self, names: Iterable[str]) -> int:
		"""Make parked or waiting rows due, and return their number. Rows that are being sent don't change."""
		names = self._lock_idle(names)
		values = {"status": "Pending", "due": now_datetime(), "attempts": 0, "error": "", "reason": ""}
		for part in create_batch(names, IN_ONE_STATEMENT):
			with latest_rows():
				frappe.db.set_value(self.doctype, {"name": ("in", part)}, values)
		if names:
			drain_after_commit(self.job)
		return len(names)

	def parked_for(self, reason: str, kind: Kind, names: Iterable[str] | None = None) -> list[str]:
		"""The rows of a kind that are parked for a reason code.

		:param names: only the rows about these records
		"""
		filters: dict[str, Any] = {"kind": kind.name, "status": "Parked", "reason": reason}
		filters |= {"reference_name": ("in", [*names, ""])} if names is not None else {}
		return frappe.get_all(self.doctype, filters, pluck="name", order_by="name")

	def discard(self, names: Iterable[str]) -> int:
		"""Delete parked or waiting rows, and return their number. Rows that are being sent stay."""
		names = self._lock_idle(names)
		for part in create_batch(names, IN_ONE_STATEMENT):
			with latest_rows():
				frappe.db.delete(self.doctype, {"name": ("in", part)})
		return len(names)

	def _lock_idle(self, names: Iterable[str]) -> list[str]:
		"""Lock the rows that aren't being sent, and return their names."""
		row = frappe.qb.DocType(self.doctype)
		found = []
		for part in create_batch(sorted(set(names)), IN_ONE_STATEMENT):
			idle = row.name.isin(part) & (row.lease == "")
			with latest_rows():
				found += frappe.qb.from_(row).select(row.name).where(idle).for_update().run(pluck=True)
		return found

	# --- status

	def rows_about(self, doctype: str, names: list[str]) -> dict[str, list[tuple[str, str]]]:
		"""`{record: [(kind, status)]}` of the rows about records of a DocType."""
		filters = {"reference_doctype": doctype, "reference_name": ("in", names or [""])}
		found: dict[str, list[tuple[str, str]]] = {}
		for row in frappe.get_all(self.doctype, filters, ["reference_name", "kind", "status"], order_by=None):
			found.setdefault(row.reference_name, []).append((row.kind, row.status))
		return found

	def records_of(self, rows: list[str], doctype: str) -> set[str]:
		"""The records of a DocType that rows are about."""
		found: set[str] = set()
		for part in create_batch(rows, IN_ONE_STATEMENT):
			filters = {"name": ("in", part), "reference_doctype": doctype}
			found |= set(frappe.get_all(self.doctype, filters, pluck="reference_name", order_by=None))
		return found

	def count(self, **filters: Any) -> int:
		"""The number of rows that match; takes filters as `frappe.db.count` does."""
		return frappe.db.count(self.doctype, filters)

	def count_by_kind(self, status: str) -> dict[str, int]:
		"""The number of rows with a status, by kind."""
		row = frappe.qb.DocType(self.doctype)
		query = frappe.qb.from_(row).select(row.kind, Count("*")).where(row.status == status)
		return dict(query.groupby(row.kind).run())

	def first_due(self) -> datetime | None:
		"""The `due` time of the row that has been due longest; None where none is due."""
		waiting = {"status": "Pending", "due": ("<=", now_datetime())}
		return frappe.db.get_value(self.doctype, waiting, "due", order_by="due asc")


def former_names(text: str | None) -> list[str]:
	"""The former names that a row stores, one on each line."""
	return (text or "").splitlines()


# The records to send to Medusa, and those to read from it.
outbox = Box("Medusa Outbox", DrainJob("medusa_integration.api.drain", "medusa_drain"))
inbox = Box(
	"Medusa Inbox", DrainJob("medusa_integration.api.drain_inbox", "medusa_drain_inbox"), writes=False
)
