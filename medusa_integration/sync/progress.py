"""The progress of a user's sending or import, for a progress bar in the Desk."""

import time

import frappe
from frappe import _
from redis.exceptions import RedisError

from medusa_integration import settings
from medusa_integration.delivery import outage
from medusa_integration.delivery.box import Box, inbox, outbox

KEY = "medusa_progress"
WATCHED_FOR = 3600  # seconds


def watch(names: list[str] | None, box: Box = outbox) -> dict:
	"""Start a progress bar for the current user, which is updated after each batch.

	:param names: of the Website Items whose rows are counted; None for all rows
	:param box: of these rows
	:returns: as `of_user`
	"""
	user = frappe.session.user
	title = _("Importing from Medusa") if box is inbox else _("Sending to Medusa")
	until = time.time() + WATCHED_FOR
	this = {"user": user, "names": names, "box": box.doctype, "title": title, "until": until}
	this["total"] = _left(this)
	frappe.cache.hset(KEY, user, this)
	return of_user()


def of_user() -> dict:
	"""The current user's progress. Once no row is left, it is returned one last time.

	:returns: `{"box", "title", "total", "left", "parked", "problem", "silence"}`: the DocType of the rows,
		their numbers, the reason why calls are impossible now, and the seconds for which a worker has been
		waiting for Medusa's answer; `{}` without a progress bar
	"""
	this = next((each for each in _watched() if each["user"] == frappe.session.user), None)
	if not this:
		return {}
	left = _left(this)
	if not left:
		stop()
	numbers = {"total": this["total"], "left": left, "parked": _count(this, "Parked")}
	return {
		"box": this["box"],
		"title": this["title"],
		**numbers,
		"problem": _problem(),
		"silence": outage.silence(),
	}


def _problem() -> str:
	if not settings.enabled():
		return _("the integration is switched off")
	return outage.message()


def stop() -> None:
	"""End the current user's progress bar."""
	frappe.cache.hdel(KEY, frappe.session.user)


def publish() -> None:
	"""Send all users with a progress bar their numbers. A bar without rows left gets them once."""
	for this in _watched():
		if this["until"] < time.time():
			frappe.cache.hdel(KEY, this["user"])
		elif not this.get("done"):
			_tell(this)


def _tell(this: dict) -> None:
	left = _left(this)
	if not left:
		frappe.cache.hset(KEY, this["user"], {**this, "done": True})
	total = max(this["total"], left, 1)
	message = {
		"title": this["title"],
		"percent": 100 * (total - left) / total,
		"description": _words(this).format(total - left, total),
	}
	# Like frappe.publish_progress, which reaches only the job's own user.
	frappe.publish_realtime("progress", message, user=this["user"])


def _words(this: dict) -> str:
	return _("{0} of {1} imported") if this["box"] == inbox.doctype else _("{0} of {1} sent")


def _watched() -> list[dict]:
	try:
		return list(frappe.cache.hgetall(KEY).values())
	except RedisError:
		return []  # Sending goes on without progress bars.


def _left(this: dict) -> int:
	return _count(this, "Pending")


def _count(this: dict, status: str) -> int:
	filters = {"status": status}
	if this["names"] is not None:
		filters |= {"reference_doctype": "Website Item", "reference_name": ("in", this["names"])}
	return (inbox if this["box"] == inbox.doctype else outbox).count(**filters)
