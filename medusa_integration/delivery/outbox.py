"""The outbox: what has to reach Medusa, written in the transaction that makes it necessary.

A row says "make Medusa agree with ERPNext about this record", no more: what is sent is read when it is sent, so
ten saves are one push, and a push can always be repeated. Its name is its key (`Product:WEB-ITM-0001`).

A worker claims rows by moving their `due` time to the end of its lease. When it dies, they simply come due again.

A call that nobody heard the end of (a time-out, a dead worker) may still be applied by Medusa after a newer one. So
what comes after it is not the last word: its row stays, and the record is sent once more when that call is over for
sure, which is when `unsure_until` has passed.
"""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha1

import frappe
from frappe.utils import now_datetime
from redis.exceptions import RedisError

from medusa_integration.delivery import held_ids, kept, writes
from medusa_integration.medusa.errors import MedusaError
from medusa_integration.outbound import item_status

DOCTYPE = "Medusa Outbox"
# From this attempt on a record is sent alone: what breaks Medusa must not hold up the others in its batch.
ALONE_FROM_ATTEMPT = 2
FIRST_PAUSE, LONGEST_PAUSE = 15, 3600  # seconds between attempts, doubled each time


@dataclass
class Result:
	"""What became of one claimed row: done, unless `parked` or `retry` has the reason why not.

	`reason` is the code of the error that it is parked for, as in MedusaError.reason, by which `retry_parked` finds it.
	`error` is what Medusa said about this record alone: the drain makes one of those of it, and settles only then.
	`counts` is off where the failure says nothing about this record, `unsure` is on where Medusa may still be applying
	the call. `writes` go to documents, as (doctype, name, values), and `then` to the outbox, as (kind, doctype, name),
	in the transaction that settles the row.
	"""

	row: frappe._dict
	parked: str = ""
	reason: str = ""
	retry: str = ""
	retry_after: float = 0
	counts: bool = True
	error: MedusaError | None = None
	unsure: bool = False
	writes: list[tuple[str, str, dict]] = field(default_factory=list)
	then: list[tuple[str, str, str]] = field(default_factory=list)


def key_of(kind: str, name: str) -> str:
	"""The name of the outbox row for a record: readable where it fits 140 characters."""
	key = f"{kind}:{name}"
	return key if len(key) <= 140 else f"{key[:99]}#{sha1(key.encode()).hexdigest()}"


def add(kind: str, doctype: str, name: str, medusa_ids: dict | None = None) -> None:
	"""Note, in the current transaction, that Medusa must hear of a record. A drain follows the commit.

	:param kind: one of drain.KINDS, as "Product"
	:param medusa_ids: of a record that is being deleted: what it is called in Medusa
	"""
	_upsert([(kind, doctype, name)], frappe.as_json(medusa_ids) if medusa_ids else None)
	drain_after_commit()


def add_many(intents: Iterable[tuple[str, str, str]]) -> None:
	"""The same for many records, as (kind, doctype, name), with one statement for every 500."""
	# always in the same order: two who add the same rows wait for each other and aren't each other's deadlock
	intents = sorted(set(intents), key=lambda intent: key_of(intent[0], intent[2]))
	for part in frappe.utils.create_batch(intents, 500):
		_upsert(part)
	if intents:
		drain_after_commit()


def ids_of(row: frappe._dict, valid: Callable[[dict], bool]) -> dict:
	"""A row's `medusa_ids`; {} where it has none.

	:param row: its `name` and `medusa_ids`
	:param valid: whether they have the shape that their kind gives them, apart from the list of `former` names
	"""

	def is_readable(ids: dict) -> bool:
		former = ids.get("former", [])
		return valid(ids) and isinstance(former, list) and all(isinstance(name, str) for name in former)

	return kept.read(DOCTYPE, row.name, "medusa_ids", row.medusa_ids, is_readable)


def forget(kind: str, name: str) -> None:
	"""Take back, in the current transaction, what was noted about a record."""
	key = key_of(kind, name)
	# a delete that finds nothing would lock the gap in which others insert
	if frappe.db.exists(DOCTYPE, key):
		frappe.db.delete(DOCTYPE, {"name": key})


def retry_parked(kind: str, reason: str, names: Iterable[str] | None = None) -> None:
	"""Queue again, in the current transaction, the rows of a kind that are parked for a reason.

	:param reason: a code, as in Result.reason
	:param names: of the records, where not all of them are meant
	"""
	rows = {"kind": kind, "status": "Parked", "reason": reason}
	if names is not None:
		rows["reference_name"] = ("in", list(names) or [""])
	retry(frappe.get_all(DOCTYPE, rows, pluck="name", order_by=None))


def retry(names: list[str]) -> int:
	"""Make rows due, in the current transaction, parked or waiting; those being sent are left alone.

	:returns: how many
	"""
	due = {"status": "Pending", "due": now_datetime(), "attempts": 0, "error": "", "reason": ""}
	items = item_status.of_rows(names)
	idle = _lock_idle(names)
	for part in frappe.utils.create_batch(idle, 5000):
		frappe.db.set_value(DOCTYPE, {"name": ("in", part)}, due, update_modified=False)
	item_status.refresh(items)
	if idle:
		drain_after_commit()
	return len(idle)


def discard(names: list[str]) -> int:
	"""Delete rows, in the current transaction, parked or waiting; those being sent are left alone.

	:returns: how many
	"""
	items = item_status.of_rows(names)
	idle = _lock_idle(names)
	for part in frappe.utils.create_batch(idle, 5000):
		frappe.db.delete(DOCTYPE, {"name": ("in", part)})
	item_status.refresh(items)
	return len(idle)


def _lock_idle(names: list[str]) -> list[str]:
	"""Lock those of the rows that nobody is sending, until the transaction ends."""
	row, idle = frappe.qb.DocType(DOCTYPE), []
	for part in frappe.utils.create_batch(sorted(names), 5000):
		query = frappe.qb.from_(row).select(row.name).where(row.name.isin(part) & (row.lease == ""))
		idle += query.for_update().run(pluck=True)
	return idle


def noted(kind: str, name: str) -> bool:
	"""Whether a record waits to be sent, or is being sent."""
	return bool(frappe.db.exists(DOCTYPE, key_of(kind, name)))


def rename(kind: str, doctype: str, old: str, new: str, medusa_ids: dict | None = None) -> None:
	"""Note, in the current transaction, that Medusa must hear of a renamed record. Where it is being sent under its old
	name just now, nobody takes it up before that is over: that call could be applied last."""
	fields = ("lease", "due", "unsure_until")
	before = frappe.db.get_value(DOCTYPE, key_of(kind, old), fields, as_dict=True)
	forget(kind, old)
	add(kind, doctype, new, medusa_ids)
	if before and (before.lease or before.unsure_until):
		keep = before if before.lease else {"unsure_until": before.unsure_until}
		frappe.db.set_value(DOCTYPE, key_of(kind, new), keep, update_modified=False)


def _upsert(intents: list[tuple[str, str, str]], medusa_ids: str | None = None) -> None:
	"""New rows, or new revisions of those that are there: a parked or waiting row becomes due; one that is being
	sent keeps its lease, and its sender will see that it changed meanwhile.

	In one statement, because an update that finds nothing locks the gap in which others insert: two saves at once
	would be each other's deadlock.
	"""
	now, user = now_datetime(), frappe.session.user
	row = "(%s, %s, %s, %s, %s, 0, 0, %s, %s, %s, 'Pending', %s, '', 0, 1, '', %s)"
	frappe.db.sql(
		f"""
		insert into `tabMedusa Outbox` (
			name, creation, modified, owner, modified_by, docstatus, idx, kind, reference_doctype, reference_name,
			status, due, lease, attempts, revision, error, medusa_ids
		) values {", ".join([row] * len(intents))}
		on duplicate key update
			due = case when lease = '' then values(due) else due end,
			attempts = case when lease = '' then 0 else attempts end,
			revision = revision + 1,
			status = 'Pending',
			modified = values(modified),
			medusa_ids = coalesce(values(medusa_ids), medusa_ids)
		""",
		[
			value
			for kind, doctype, name in intents
			for value in (key_of(kind, name), now, now, user, user, kind, doctype, name, now, medusa_ids)
		],
	)


def drain_after_commit() -> None:
	"""One drain for all that this transaction adds."""
	if frappe.flags.medusa_drain_follows:
		return
	frappe.flags.medusa_drain_follows = True
	frappe.db.after_commit.add(_start_drain)
	frappe.db.after_rollback.add(_forget_drain)


def _start_drain() -> None:
	from medusa_integration.delivery.drain import enqueue_drain

	frappe.flags.medusa_drain_follows = False
	try:
		enqueue_drain()
	except (RedisError, frappe.QueueOverloaded):
		pass  # the save is done: the drain of the next minute finds the row


def _forget_drain() -> None:
	frappe.flags.medusa_drain_follows = False


# --- the sender's side: each of these is a transaction of its own


CLAIMED_FIELDS = (
	"name", "kind", "reference_doctype", "reference_name", "attempts", "revision", "medusa_ids", "lease", "due",
	"unsure_until",
)  # fmt: skip


def lock_rows_only() -> None:
	"""Have this connection lock the rows that it finds and not, as MariaDB would, the gaps between them: there others
	insert, and there a claim moves its rows. A drain is alone on its connection, and reads what is committed."""
	if frappe.db.db_type == "mariadb":
		frappe.db.commit()
		frappe.db.sql("set session transaction isolation level read committed")


def kinds_due() -> set[str]:
	"""The kinds of which there are due rows."""
	row = frappe.qb.DocType(DOCTYPE)
	due = (row.status == "Pending") & (row.due <= now_datetime())
	return set(frappe.qb.from_(row).select(row.kind).distinct().where(due).run(pluck=True))


def claim(kind: str, limit: int, lease_seconds: int) -> list[frappe._dict]:
	"""Take up to `limit` due rows of a kind, oldest first, for `lease_seconds`. Rows that another worker is taking
	right now are passed over. Commits.

	:returns: the rows, `again` set on those that have to be sent even if nothing changed since the last time, and
		`unsure` where an earlier call may yet be applied
	"""
	row = frappe.qb.DocType(DOCTYPE)
	now = now_datetime()
	rows = (
		frappe.qb.from_(row)
		.select(*(row[field] for field in CLAIMED_FIELDS))
		.where((row.kind == kind) & (row.status == "Pending") & (row.due <= now))
		.orderby(row.due)
		.limit(limit)
		.for_update(skip_locked=True)
		.run(as_dict=True)
	)
	if rows and rows[0].attempts >= ALONE_FROM_ATTEMPT:
		rows = rows[:1]
	else:
		rows = [r for r in rows if r.attempts < ALONE_FROM_ATTEMPT]
	_take(rows, now, lease_seconds)
	return rows


def claim_one(kind: str, doctype: str, name: str, lease_seconds: int) -> frappe._dict | None:
	"""Take the row of one record, which is made where there is none; None where somebody else is sending it. Commits."""
	key = key_of(kind, name)
	if not frappe.db.exists(DOCTYPE, key):
		add(kind, doctype, name)
	now = now_datetime()
	row = frappe.db.get_value(DOCTYPE, key, CLAIMED_FIELDS, as_dict=True, for_update=True)
	if not row or (row.lease and row.due > now):
		frappe.db.commit()  # lets go of the row
		return None
	_take([row], now, lease_seconds)
	return row


def _take(rows: list[frappe._dict], now: datetime, lease_seconds: int) -> None:
	"""Lease locked rows, and commit. A lease that ran out was that of a worker that died or is stuck: its calls may be
	under way for as long again."""
	lease, until = frappe.generate_hash(length=16), now + timedelta(seconds=lease_seconds)
	if rows:
		frappe.db.set_value(
			DOCTYPE,
			{"name": ("in", [r.name for r in rows])},
			{"lease": lease, "due": until},
			update_modified=False,
		)
	frappe.db.commit()  # the claim holds whatever becomes of the work
	for r in rows:
		r.again = bool(r.lease or r.unsure_until)
		r.unsure_until = until if r.lease else r.unsure_until
		r.unsure = bool(r.unsure_until and r.unsure_until > now)
		r.lease = lease


def renew(rows: list[frappe._dict], lease_seconds: int) -> None:
	"""Keep claimed rows for another `lease_seconds`. Commits."""
	frappe.db.set_value(
		DOCTYPE,
		{"name": ("in", [r.name for r in rows]), "lease": rows[0].lease},
		"due",
		now_datetime() + timedelta(seconds=lease_seconds),
		update_modified=False,
	)
	frappe.db.commit()


def release(rows: list[frappe._dict]) -> None:
	"""Give back those of the claimed rows that weren't settled: they are due at once. Commits."""
	frappe.db.set_value(
		DOCTYPE,
		{"name": ("in", [r.name for r in rows]), "lease": rows[0].lease},
		{"lease": "", "due": now_datetime()},
		update_modified=False,
	)
	frappe.db.commit()


def settle(results: list[Result], max_attempts: int, lease_seconds: int) -> list[Result]:
	"""Write the outcome of claimed rows, and commit. A call that nobody heard the end of is over after another
	`lease_seconds`. Returns the results that couldn't be written yet because somebody else holds a document or row:
	waiting for them while we hold others could make their save the victim of a deadlock, so the caller comes back for
	them."""
	frappe.db.commit()  # a new snapshot: what others deleted meanwhile must not look locked
	needed = {r.row.name: _needed_rows(r) for r in results}
	wanted: dict[str, list[str]] = {}
	for doctype, name in (row for rows in needed.values() for row in rows):
		wanted.setdefault(doctype, []).append(name)
	free_rows, revisions = _lock_rows(wanted.pop(DOCTYPE), results[0].row.lease)
	free = {DOCTYPE: free_rows} | {doctype: _lock(doctype, names) for doctype, names in wanted.items()}
	settled, held = [], []
	for r in results:
		is_free = all(name in free[doctype] for doctype, name in needed[r.row.name])
		(settled if is_free else held).append(r)
	# what was taken over is the new holder's, its documents too
	ours = [r for r in settled if r.row.name in revisions]
	try:
		_write_documents(ours)
	except Exception as error:
		if not held_ids.is_clash(error):
			raise
		held_ids.make_way(ours)
		_write_documents(ours)
	_finish(ours, revisions, max_attempts, lease_seconds)
	_add_all([intent for r in ours for intent in r.then])
	item_status.refresh(r.row.reference_name for r in ours if r.row.reference_doctype == item_status.DOCTYPE)
	frappe.db.commit()  # what Medusa has is so, whatever fails next
	return held


def _needed_rows(result: Result) -> list[tuple[str, str]]:
	"""The rows that settling a result writes, as (doctype, name)."""
	following = [(DOCTYPE, key_of(kind, name)) for kind, _doctype, name in result.then]
	about = (result.row.reference_doctype, result.row.reference_name)
	return [
		(DOCTYPE, result.row.name),
		*([about] if about[0] == item_status.DOCTYPE else []),  # its status
		*following,
		*((doctype, name) for doctype, name, _values in result.writes),
	]


def _add_all(intents: list[tuple[str, str, str]]) -> None:
	"""Add what isn't waiting already. We hold the rows that are there, so nobody can be taking them."""
	keys = [key_of(kind, name) for kind, _doctype, name in intents]
	waiting = {"name": ("in", keys or [""]), "status": "Pending", "lease": "", "due": ("<=", now_datetime())}
	there = set(frappe.get_all(DOCTYPE, waiting, pluck="name", order_by=None)) if keys else set()
	add_many(intent for intent in intents if key_of(intent[0], intent[2]) not in there)


def _lock(doctype: str, names: list[str]) -> set[str]:
	"""Lock the documents that nobody else holds. Those that are gone count as free."""
	table = frappe.qb.DocType(doctype)
	mine = (
		frappe.qb.from_(table).select(table.name).where(table.name.isin(names)).for_update(skip_locked=True)
	)
	return _free(doctype, names, mine.run(pluck=True))


def _lock_rows(names: list[str], lease: str) -> tuple[set[str], dict[str, int]]:
	"""The same for rows of the outbox, and the present revisions of those that are still ours."""
	row = frappe.qb.DocType(DOCTYPE)
	mine = frappe.qb.from_(row).select(row.name, row.lease, row.revision).where(row.name.isin(names))
	locked = mine.for_update(skip_locked=True).run()
	revisions = {name: revision for name, holder, revision in locked if holder == lease}
	return _free(DOCTYPE, names, [name for name, _holder, _revision in locked]), revisions


def _free(doctype: str, names: list[str], locked: list[str]) -> set[str]:
	others = set(names).difference(locked)
	if others:
		others = set(frappe.get_all(doctype, {"name": ("in", list(others))}, pluck="name", order_by=None))
	return set(names) - others


def _write_documents(results: list[Result]) -> None:
	values: dict[str, dict] = {}
	for doctype, name, fields in (write for r in results for write in r.writes):
		values.setdefault(doctype, {}).setdefault(name, {}).update(fields)
	for doctype, by_name in values.items():
		writes.write(doctype, by_name)


def _finish(results: list[Result], revisions: dict[str, int], max_attempts: int, lease_seconds: int) -> None:
	"""Delete the rows that are done, and write on the others when or why not."""
	done = []
	for r in results:
		if r.unsure:
			r.row.unsure_until = now_datetime() + timedelta(seconds=lease_seconds)
		revision = revisions[r.row.name]
		if revision != r.row.revision or r.parked or r.retry:
			_put_off(r, revision, max_attempts)
		elif r.row.unsure:
			_update(r, due=r.row.unsure_until, attempts=0)
		else:
			done.append(r.row.name)
	if done:
		frappe.db.delete(DOCTYPE, {"name": ("in", done)})


def _put_off(result: Result, revision: int, max_attempts: int) -> None:
	"""A row that changed while it was being sent is due at once."""
	reason = result.parked or result.retry
	attempts = result.row.attempts + result.counts
	if revision != result.row.revision:
		_update(result, due=now_datetime(), attempts=0, error=reason)
	elif result.parked:
		_update(result, status="Parked", error=reason, reason=result.reason)
	elif attempts >= max_attempts:
		_update(result, status="Parked", attempts=attempts, error=reason)
	else:
		_update(result, due=_next_try(attempts, result.retry_after), attempts=attempts, error=reason)


def _update(result: Result, **values) -> None:
	values["error"] = (values.get("error") or "")[:1000]
	values.setdefault("reason", "")
	values["unsure_until"] = result.row.unsure_until
	frappe.db.set_value(DOCTYPE, result.row.name, {**values, "lease": ""})


def _next_try(attempts: int, retry_after: float) -> datetime:
	"""Doubled each time, with jitter, so that workers that failed together don't come back together."""
	pause = min(FIRST_PAUSE * 2 ** max(attempts - 1, 0), LONGEST_PAUSE)
	return now_datetime() + timedelta(seconds=max(retry_after, pause * random.uniform(0.75, 1.25)))
