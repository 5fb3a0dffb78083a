"""Counts, and marks for actions that are allowed once. They expire by themselves.

Both are in the queue's Redis. Frappe's cache isn't safe for them: `frappe.clear_cache` deletes its keys, and
a full cache evicts them.

Source: docs/reference.md, "Access".
"""

from collections.abc import Callable
from typing import TypeVar

import frappe
from frappe import _
from frappe.utils.background_jobs import get_redis_conn
from redis import Redis
from redis.exceptions import RedisError

# A user of Redis that `bench create-rq-users` makes may use the keys `rq:[^q]*`.
PREFIX = "rq:medusa:"
# In one step: a key that expires in between mustn't be made anew, without an expiry.
_TAKE_BACK = "if tonumber(redis.call('get', KEYS[1]) or 0) > 0 then redis.call('decr', KEYS[1]) end"

Answer = TypeVar("Answer")


class CountersUnreachable(frappe.ValidationError):
	"""Redis doesn't answer, so counts and marks are unavailable."""

	http_status_code = 503


def once(key: str, seconds: int) -> bool:
	"""Set a mark.

	:param seconds: until the mark expires
	:returns: whether the mark is new
	:raises CountersUnreachable: Redis doesn't answer
	"""
	return bool(_asked(lambda redis: redis.set(_name(key), 1, ex=seconds, nx=True)))


def counted(key: str, seconds: int) -> int:
	"""Add one to a count.

	:param seconds: from the first call until the count expires
	:returns: the count, this call included
	:raises CountersUnreachable: Redis doesn't answer
	"""

	def call(redis: Redis) -> int:
		with redis.pipeline(transaction=True) as pipe:  # No count is left without an expiry.
			pipe.set(_name(key), 0, ex=seconds, nx=True)
			pipe.incrby(_name(key), 1)
			return pipe.execute()[1]

	return _asked(call)


def take_back(key: str) -> None:
	"""Subtract one from a count, unless the count has expired.

	:raises CountersUnreachable: Redis doesn't answer
	"""
	_asked(lambda redis: redis.eval(_TAKE_BACK, 1, _name(key)))


def read(key: str) -> int:
	"""The present count.

	:raises CountersUnreachable: Redis doesn't answer
	"""
	return int(_asked(lambda redis: redis.get(_name(key))) or 0)


def clear(key: str) -> None:
	"""End a count.

	:raises CountersUnreachable: Redis doesn't answer
	"""
	_asked(lambda redis: redis.delete(_name(key)))


def seconds_left(key: str) -> int:
	"""The seconds until a count or mark expires; 0 where there is none.

	:raises CountersUnreachable: Redis doesn't answer
	"""
	return max(_asked(lambda redis: redis.ttl(_name(key))), 0)


def forget(start: str = "") -> None:
	"""Delete the site's counts and marks whose keys begin with `start`.

	:raises CountersUnreachable: Redis doesn't answer
	"""

	def call(redis: Redis) -> None:
		keys = list(redis.scan_iter(f"{_name(start)}*"))
		if keys:
			redis.delete(*keys)

	_asked(call)


def _name(key: str) -> str:
	"""The key with the site's database: all sites share one Redis."""
	return f"{PREFIX}{frappe.local.conf.db_name}:{key}"


def _asked(call: Callable[[Redis], Answer]) -> Answer:
	try:
		return call(get_redis_conn())
	except RedisError:
		frappe.throw(
			_("ERPNext's Redis for queues doesn't answer. Start it in the bench, then call again later."),
			CountersUnreachable,
			title=_("Redis is out of reach"),
		)
