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


class Kept(NamedTuple):
	"""
	:param state: the generation that the value belongs to
	:param made: when it was made, in Unix time
	:param is_large: whether it may be shown while it is made anew
	:param asked: when it was first shown after its generation; 0: it wasn't
	"""

	value: Any
	state: str
	made: float
	is_large: bool
	asked: float = 0


def value(wanted: NamedTuple, state: str, make: Callable[[], tuple[Any, bool]]) -> Any:
	"""The value of a listing.

	:param wanted: the listing and what is wanted of it, as the job gets it
	:param state: the generation that it belongs to
	:param make: makes it: the value, and whether its listing is large
	"""
	key, now = _key(wanted), time.time()
	kept = frappe.cache.get_value(key, expires=True)
	if kept and kept.state == state and now - kept.made < generation.KEPT:
		return kept.value
	if kept and _may_be_shown(kept, now) and _count_later(key, wanted):
		if not kept.asked:
			_keep(key, kept._replace(asked=now))
		frappe.flags[_OLD] = True
		return kept.value
	return renewed(wanted, state, make)


def renewed(wanted: NamedTuple, state: str, make: Callable[[], tuple[Any, bool]]) -> Any:
	"""The value, made anew and kept."""
	made, is_large = make()
	_keep(_key(wanted), Kept(made, state, time.time(), is_large))
	return made


def was_old() -> bool:
	"""Whether this request has been given a value of an earlier generation."""
	return bool(frappe.flags.get(_OLD))


def _may_be_shown(kept: Kept, now: float) -> bool:
	waited = now - kept.asked if kept.asked else 0
	return kept.is_large and now - kept.made < HOUR and waited < PATIENCE


def _count_later(key: str, wanted: NamedTuple) -> bool:
	"""Let one job make the value anew; returns whether there is one."""
	try:
		frappe.enqueue(JOB, queue="short", job_id=key.replace(":", "-"), deduplicate=True, wanted=wanted)
	except (RedisError, frappe.QueueOverloaded):
		frappe.clear_messages()
		return False
	return True


def _keep(key: str, kept: Kept) -> None:
	frappe.cache.set_value(key, kept, expires_in_sec=HOUR)


def _key(wanted: NamedTuple) -> str:
	return f"{generation.KEY}:listing:{hashlib.sha256(repr(wanted).encode()).hexdigest()}"
