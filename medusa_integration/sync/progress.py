"""The progress of a user's sending or import, for a progress bar in the Desk."""

import time

import frappe
from frappe import _
from frappe.query_builder.functions import Count
from frappe.utils import now_datetime
from redis.exceptions import RedisError

from medusa_integration.delivery import outage
from medusa_integration.delivery.box import Box, inbox, outbox
from medusa_integration.sync import outcomes

KEY = "medusa_progress"
WATCHED_FOR = 3600  # seconds
MOST_REASONS = 20


def watch(names: list[str] | None, box: Box = outbox, since=None) -> dict:
	"""Start a progress bar for the current user, which is updated after each batch.

	:param names: of the records whose rows are counted: Website Items, or orders of the inbox; None for all rows
	:param box: of these rows
	:param since: when they were queued: rows that were parked before don't count; None for now
	:returns: as `of_user`
	"""
	user = frappe.session.user
	title = _("Importing from Medusa") if box is inbox else _("Sending to Medusa")
	until = time.time() + WATCHED_FOR
	this = {"user": user, "names": names, "box": box.doctype, "title": title, "until": until}
	this["since"] = str(since or now_datetime())
	this["total"] = _left(this)
	this["records"] = _records(this, "Pending")
	if box is inbox and names is not None:  # A drain may have worked off some by now.
		this["records"] = {"Sales Order": len(names)}
		this["total"] = len(names)
	frappe.cache.hset(KEY, user, this)
	return of_user()


def of_user() -> dict:
	"""The current user's progress. Once no row is left, it is returned one last time.

	:returns: `{"box", "title", "total", "left", "parked", "problem", "silence", "description", "outcome", "told"}`: the
		DocType of the rows, their numbers, the reason why calls are impossible now, the seconds for which a worker has been
		waiting for Medusa's answer; the progress in words; what came of it, `{"message", "indicator"}` once no row is left or
		calls are impossible, else None; and whether that was sent to the user already. `{}` without a progress bar
	"""
	this = next((each for each in _watched() if each["user"] == frappe.session.user), None)
	if not this:
		return {}
	left = _left(this)
	if not left:
		stop()
	problem = outcomes.problem_now()
	return {
		"box": this["box"],
		"title": this["title"],
		"total": this["total"],
		"left": left,
		"parked": _count(this, "Parked"),
		"problem": problem,
		"silence": outage.silence(),
		"description": _description(this, left),
		"outcome": _outcome(this, problem) if problem or not left else None,
		"told": bool(this.get("done")),
	}


def stop() -> None:
	"""End the current user's progress."""
	frappe.cache.hdel(KEY, frappe.session.user)


def hide() -> None:
	"""Take away the current user's progress bar. What came of it is told nevertheless."""
	for this in _watched():
		if this["user"] == frappe.session.user:
			frappe.cache.hset(KEY, this["user"], {**this, "hidden": True})


def publish() -> None:
	"""Send all users with a progress bar their numbers, and once no row is left what came of it."""
	for this in _watched():
		if this["until"] < time.time():
			frappe.cache.hdel(KEY, this["user"])
		elif not this.get("done"):
			_tell(this)


def _tell(this: dict) -> None:
	left, user = _left(this), this["user"]
	if not this.get("hidden"):
		total = max(this["total"], left, 1)
		message = {
			"title": this["title"],
			"percent": 100 * (total - left) / total,
			"description": _description(this, left),
		}
		# Like frappe.publish_progress, which reaches only the job's own user.
		frappe.publish_realtime("progress", message, user=user)
	if not left:
		frappe.cache.hset(KEY, user, {**this, "done": True})
		frappe.publish_realtime("msgprint", {**_outcome(this, ""), "alert": True}, user=user)


def _description(this: dict, left: int) -> str:
	total = max(this["total"], left)
	records = outcomes.in_words(this["records"])
	if sum(this["records"].values()) == total:  # A row a record.
		words = _("{0} of {1} imported") if this["box"] == inbox.doctype else _("{0} of {1} sent")
		description = words.format(total - left, records)
	else:
		words = _("{0}: {1} % imported") if this["box"] == inbox.doctype else _("{0}: {1} % sent")
		description = words.format(records, 100 * (total - left) // max(total, 1))
	silence = outage.silence()
	return _("{0}; Medusa hasn't answered for {1} s").format(description, silence) if silence else description


def _outcome(this: dict, problem: str) -> dict:
	refused, waiting = _records(this, "Parked"), _records(this, "Pending")
	known = this["records"].items()
	done = {each: max(0, count - refused.get(each, 0) - waiting.get(each, 0)) for each, count in known}
	box = _box(this)
	return outcomes.outcome(box, done, refused, _reasons(this) if refused else [], waiting, problem)


def _reasons(this: dict) -> list[str]:
	"""Why rows are parked, the most frequent first."""
	row = frappe.qb.DocType(this["box"])
	query = frappe.qb.from_(row).select(row.error).where(_wanted(this, row, "Parked"))
	query = query.groupby(row.error).orderby(Count("*"), order=frappe.qb.desc).limit(MOST_REASONS)
	return query.run(pluck=True)


def _watched() -> list[dict]:
	try:
		return list(frappe.cache.hgetall(KEY).values())
	except RedisError:
		return []  # Sending goes on without progress bars.


def _left(this: dict) -> int:
	return _count(this, "Pending")


def _count(this: dict, status: str) -> int:
	row = frappe.qb.DocType(this["box"])
	query = frappe.qb.from_(row).select(Count("*")).where(_wanted(this, row, status))
	return query.run(pluck=True)[0]


def _records(this: dict, status: str) -> outcomes.Counts:
	"""The numbers of the records that rows are about, by DocType."""
	row = frappe.qb.DocType(this["box"])
	number = Count(row.reference_name).distinct()
	query = frappe.qb.from_(row).select(row.reference_doctype, number).where(_wanted(this, row, status))
	return dict(query.groupby(row.reference_doctype).run())


def _wanted(this: dict, row, status: str):
	wanted = row.status == status
	if this["names"] is not None:
		doctype = "Sales Order" if this["box"] == inbox.doctype else "Website Item"
		wanted &= (row.reference_doctype == doctype) & row.reference_name.isin(this["names"] or [""])
	elif status == "Parked":
		wanted &= row.modified >= this["since"]
	return wanted


def _box(this: dict) -> Box:
	return inbox if this["box"] == inbox.doctype else outbox
