"""Settling: write the outcome of claimed rows, and fields of their documents, in one transaction."""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import frappe
from frappe.utils import now_datetime

from medusa_integration import texts
from medusa_integration.delivery import documents
from medusa_integration.delivery.box import Box
from medusa_integration.delivery.kind import Intent, Outcome, Result

FIRST_PAUSE, LONGEST_PAUSE = 15, 3600  # seconds between attempts, doubled each time
LONGEST_ERROR = 1000  # characters


@dataclass(frozen=True)
class Hooks:
	"""Callbacks that the records' side adds to settling.

	:param make_way: resolves results whose writes clash with a unique index; returns those to write instead
	:param shown_on: a DocType whose documents show their rows' status; locked with the rows; "" for none
	:param refresh: updates that status on documents of `shown_on`, by their names
	"""

	make_way: Callable[[list[Result]], list[Result]] = lambda results: results
	shown_on: str = ""
	refresh: Callable[[Iterable[str]], None] = lambda names: None


def settle(
	box: Box, results: list[Result], max_attempts: int, unsure_seconds: int, hooks: Hooks
) -> list[Result]:
	"""Write the outcome of rows of one claim, and commit.

	:param unsure_seconds: for which Medusa may still be applying a call that timed out
	:returns: the results that couldn't be written yet because another transaction holds a document or row.
		The caller tries them again: waiting here with other rows locked could make a user's save the victim
		of a deadlock.
	"""
	frappe.db.commit()  # a new snapshot: rows deleted since the last one must not look locked
	needed = {result.row.name: _needed(box, result, hooks.shown_on) for result in results}
	wanted: dict[str, list[str]] = {}
	for doctype, name in (row for rows in needed.values() for row in rows):
		wanted.setdefault(doctype, []).append(name)
	free_rows, revisions = _lock_rows(box, wanted.pop(box.doctype), results[0].row.lease)
	free = {box.doctype: free_rows} | {doctype: _lock(doctype, names) for doctype, names in wanted.items()}
	settled: list[Result] = []
	held: list[Result] = []
	for result in results:
		is_free = all(name in free[doctype] for doctype, name in needed[result.row.name])
		(settled if is_free else held).append(result)
	# Skip rows whose lease another worker has taken, and the documents that they are about.
	ours = [result for result in settled if result.row.name in revisions]
	try:
		_write_documents(ours)
	except Exception as error:
		if not frappe.db.is_unique_key_violation(error):
			raise
		ours = hooks.make_way(ours)
		_write_documents(ours)
	_finish(box, ours, revisions, max_attempts, unsure_seconds)
	_queue(box, [intent for result in ours for intent in result.then])
	hooks.refresh(result.row.reference_name for result in ours if _is_shown(result, hooks.shown_on))
	frappe.db.commit()  # Medusa has applied the calls, even if a later step fails
	return held


def _needed(box: Box, result: Result, shown_on: str) -> list[tuple[str, str]]:
	"""The rows that settling a result writes, as (doctype, name)."""
	row = result.row
	following = [(box.doctype, box.key_of(kind.name, name)) for kind, name in result.then]
	return [
		(box.doctype, row.name),
		*([(shown_on, row.reference_name)] if _is_shown(result, shown_on) else []),
		*following,
		*((doctype, name) for doctype, name, _values in result.writes),
	]


def _is_shown(result: Result, shown_on: str) -> bool:
	"""Whether a document's status has to be refreshed. It already shows that a row waits."""
	return result.row.reference_doctype == shown_on and result.outcome is not Outcome.WAITING


def _lock(doctype: str, names: list[str]) -> set[str]:
	"""Lock the documents that no other transaction holds. Deleted documents count as free."""
	table = frappe.qb.DocType(doctype)
	mine = (
		frappe.qb.from_(table).select(table.name).where(table.name.isin(names)).for_update(skip_locked=True)
	)
	return _free(doctype, names, mine.run(pluck=True))


def _lock_rows(box: Box, names: list[str], lease: str) -> tuple[set[str], dict[str, int]]:
	"""Do the same for rows of the box. Also returns the present revisions of rows that still have our
	lease."""
	row = frappe.qb.DocType(box.doctype)
	mine = frappe.qb.from_(row).select(row.name, row.lease, row.revision).where(row.name.isin(names))
	locked = mine.for_update(skip_locked=True).run()
	revisions = {name: revision for name, holder, revision in locked if holder == lease}
	return _free(box.doctype, names, [name for name, _holder, _revision in locked]), revisions


def _free(doctype: str, names: list[str], locked: list[str]) -> set[str]:
	others = set(names).difference(locked)
	if others:
		others = set(frappe.get_all(doctype, {"name": ("in", list(others))}, pluck="name", order_by=None))
	return set(names) - others


def _write_documents(results: list[Result]) -> None:
	values: dict[str, dict] = {}
	for doctype, name, fields in (write for result in results for write in result.writes):
		values.setdefault(doctype, {}).setdefault(name, {}).update(fields)
	for doctype, by_name in values.items():
		documents.write(doctype, by_name)


def _finish(
	box: Box, results: list[Result], revisions: dict[str, int], max_attempts: int, unsure_seconds: int
) -> None:
	"""Delete the rows that are done. Write on the others when they are due or why they are parked."""
	done = []
	for result in results:
		row = result.row
		if result.unsure and box.writes:
			row.unsure_until = now_datetime() + timedelta(seconds=unsure_seconds)
		revision = revisions[row.name]
		if revision != row.revision or result.outcome is not Outcome.DONE:
			_put_off(box, result, revision, max_attempts)
		elif row.unsure:
			_update(box, result, due=row.unsure_until, attempts=0)
		else:
			done.append(row.name)
	if done:
		frappe.db.delete(box.doctype, {"name": ("in", done)})


def _put_off(box: Box, result: Result, revision: int, max_attempts: int) -> None:
	"""A row that changed while it was being sent is due at once."""
	attempts = result.row.attempts + result.counts
	if revision != result.row.revision:
		_update(box, result, due=now_datetime(), attempts=0)
	elif result.outcome is Outcome.PARKED:
		_update(box, result, status="Parked", reason=result.reason)
	elif result.outcome is Outcome.WAITING:
		_update(box, result, due=now_datetime())
	elif attempts >= max_attempts:
		_update(box, result, status="Parked", attempts=attempts)
	else:
		_update(box, result, due=_next_try(attempts, result.after), attempts=attempts)


def _update(box: Box, result: Result, **values: Any) -> None:
	values["error"] = texts.several_lines(result.why)[:LONGEST_ERROR]
	values.setdefault("reason", "")
	values["unsure_until"] = result.row.unsure_until
	frappe.db.set_value(box.doctype, result.row.name, {**values, "lease": ""})


def _next_try(attempts: int, after: float) -> datetime:
	"""The time of the next attempt. The pause doubles; jitter spreads workers that failed together."""
	pause = min(FIRST_PAUSE * 2 ** max(attempts - 1, 0), LONGEST_PAUSE)
	return now_datetime() + timedelta(seconds=max(after, pause * random.uniform(0.75, 1.25)))


def _queue(box: Box, intents: list[Intent]) -> None:
	"""Queue records that aren't due already. Existing rows are locked, so no worker can be claiming them."""
	keys = [box.key_of(kind.name, name) for kind, name in intents]
	waiting = {"name": ("in", keys or [""]), "status": "Pending", "lease": "", "due": ("<=", now_datetime())}
	there = set(frappe.get_all(box.doctype, waiting, pluck="name", order_by=None)) if keys else set()
	box.add_many(intent for intent in intents if box.key_of(intent.kind.name, intent.name) not in there)
