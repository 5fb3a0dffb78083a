"""How far the sending of what a user asked for has come, for a progress bar in the Desk."""

import time

import frappe
from frappe import _
from redis.exceptions import RedisError

from medusa_integration import session as shop
from medusa_integration.delivery import outage, outbox

KEY = "medusa_progress"
WATCHED_FOR = 3600  # seconds


def watch(names: list[str] | None) -> dict:
	"""From now on, after each batch that is sent, tell the present user how much is left.

	:param names: of the Website Items to count; None for whatever is in the outbox
	:returns: as `of_user`
	"""
	user = frappe.session.user
	this = {"user": user, "names": names, "title": _("Sending to Medusa"), "until": time.time() + WATCHED_FOR}
	this["total"] = _left(this)
	frappe.cache.hset(KEY, user, this)
	return of_user()


def of_user() -> dict:
	"""What the present user watches: `{"title", "total", "left", "parked", "problem", "silence"}`, numbers of outbox rows,
	why nothing is sent just now, and for how many seconds a worker has been waiting for Medusa's answer; `{}` for nothing.
	What is all sent is told once."""
	this = next((each for each in _watched() if each["user"] == frappe.session.user), None)
	if not this:
		return {}
	left = _left(this)
	if not left:
		stop()
	numbers = {"total": this["total"], "left": left, "parked": _count(this, "Parked")}
	return {"title": this["title"], **numbers, "problem": _problem(), "silence": outage.silence()}


def _problem() -> str:
	if not shop.enabled():
		return _("the integration is switched off")
	return outage.words()


def stop() -> None:
	"""Tell the present user no more."""
	frappe.cache.hdel(KEY, frappe.session.user)


def publish() -> None:
	"""Tell everybody who watches; of what is all sent, once."""
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
		"description": _("{0} of {1} sent").format(total - left, total),
	}
	# what frappe.publish_progress does, to a user who isn't the job's
	frappe.publish_realtime("progress", message, user=this["user"])


def _watched() -> list[dict]:
	try:
		return list(frappe.cache.hgetall(KEY).values())
	except RedisError:
		return []  # what is sent is sent, seen or not


def _left(this: dict) -> int:
	return _count(this, "Pending")


def _count(this: dict, status: str) -> int:
	filters = {"status": status}
	if this["names"] is not None:
		filters |= {"reference_doctype": "Website Item", "reference_name": ("in", this["names"])}
	return frappe.db.count(outbox.DOCTYPE, filters)
