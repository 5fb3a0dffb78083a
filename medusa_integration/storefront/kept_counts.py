"""Values of large listings that are shown while one background job counts them anew: no visitor waits for
the count of a large catalogue.

A value is exact until its generation ends. After that a small listing's is made in the request, and a large
one's is shown as it was kept, while a job makes it anew. A value that no job renews within `PATIENCE` is made
in the request again, and none is shown more than an `HOUR` after it was made.

Source: docs/reference.md, "Pages of the catalogue".
"""

import hashlib
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import frappe
from redis.exceptions import RedisError

from medusa_integration import generation

LARGE = 2_000  # products: fewer are counted in some 30 ms
PATIENCE, HOUR = 60, 60 * 60  # seconds
REPLY = 5  # seconds for which a reply with an old value is cached
JOB = "medusa_integration.api.count_listing"
_OLD = "medusa_old_listing"
_ASKED = ":asked"  # the key of the time when the job was queued


class Kept(NamedTuple):
	"""
	:param state: the generation that the value belongs to
	:param made: when it was made, in Unix time
	:param is_large: whether it may be shown while it is made anew
	"""

	value: Any
	state: str
	made: float
	is_large: bool


def value(wanted: NamedTuple, state: str, make: Callable[[], tuple[Any, bool]], life: int = HOUR) -> Any:
	"""The value of a listing.

	:param wanted: the listing and what is wanted of it, as the job gets it
	:param state: the generation that it belongs to
	:param make: makes it: the value, and whether its listing is large
	:param life: seconds for which it is kept: fewer for values of which there may be very many
	"""
	key, now = _key(wanted), time.time()
	kept = frappe.cache.get_value(key, expires=True)
	if kept and kept.state == state and now - kept.made < generation.KEPT:
		return kept.value
	if kept and kept.is_large and now - kept.made < HOUR and _is_being_counted(key, wanted, now):
		frappe.flags[_OLD] = True
		return kept.value
	return renewed(wanted, state, make, life)


def renewed(wanted: NamedTuple, state: str, make: Callable[[], tuple[Any, bool]], life: int = HOUR) -> Any:
	"""The value, made anew and kept."""
	made, is_large = make()
	key = _key(wanted)
	frappe.cache.set_value(key, Kept(made, state, time.time(), is_large), expires_in_sec=life)
	frappe.cache.delete_value(key + _ASKED)
	return made


def was_old() -> bool:
	"""Whether this request has been given a value of an earlier generation."""
	return bool(frappe.flags.get(_OLD))


def _is_being_counted(key: str, wanted: NamedTuple, now: float) -> bool:
	"""Whether a job makes the value anew. The first visitor queues it; it is given up after `PATIENCE`."""
	asked = frappe.cache.get_value(key + _ASKED, expires=True)
	if asked:
		return now - asked < PATIENCE
	frappe.cache.set_value(key + _ASKED, now, expires_in_sec=2 * PATIENCE)
	try:
		frappe.enqueue(JOB, queue="short", job_id=key.replace(":", "-"), deduplicate=True, wanted=wanted)
	except (RedisError, frappe.QueueOverloaded):
		frappe.clear_messages()
		return False
	return True


def _key(wanted: NamedTuple) -> str:
	return f"{generation.KEY}:listing:{hashlib.sha256(repr(wanted).encode()).hexdigest()}"
