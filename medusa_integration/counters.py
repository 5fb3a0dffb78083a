"""Counts and marks that end by themselves: how often something was done, and what may be done only once.

They are in the queue's Redis. Frappe's cache isn't safe for them: `frappe.clear_cache` deletes its keys, and
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
# In one step: a key that ends in between mustn't be made anew, without an end.
_TAKE_BACK = "if tonumber(redis.call('get', KEYS[1]) or 0) > 0 then redis.call('decr', KEYS[1]) end"

Answer = TypeVar("Answer")


class OutOfReach(frappe.ValidationError):
	"""Redis doesn't answer, so nothing can be counted."""

	http_status_code = 503


def once(key: str, seconds: int) -> bool:
	"""Set a mark.

	:param seconds: after which it is forgotten
	:returns: whether it wasn't set
	:raises OutOfReach: Redis doesn't answer
	"""
	return bool(_asked(lambda redis: redis.set(_name(key), 1, ex=seconds, nx=True)))


def counted(key: str, seconds: int) -> int:
	"""Count one.

	:param seconds: from the first count on, after which all are forgotten
	:returns: how many there are by now
	:raises OutOfReach: Redis doesn't answer
	"""

	def call(redis: Redis) -> int:
		with redis.pipeline(transaction=True) as pipe:  # No counter is left without an end.
			pipe.set(_name(key), 0, ex=seconds, nx=True)
			pipe.incrby(_name(key), 1)
			return pipe.execute()[1]

	return _asked(call)


def take_back(key: str) -> None:
	"""Take one back that was counted, unless it is forgotten already.

	:raises OutOfReach: Redis doesn't answer
	"""
	_asked(lambda redis: redis.eval(_TAKE_BACK, 1, _name(key)))


def read(key: str) -> int:
	"""How many are counted.

	:raises OutOfReach: Redis doesn't answer
	"""
	return int(_asked(lambda redis: redis.get(_name(key))) or 0)


def forget(start: str = "") -> None:
	"""Delete the site's counts and marks whose keys begin with `start`.

	:raises OutOfReach: Redis doesn't answer
	"""

	def call(redis: Redis) -> None:
		keys = list(redis.scan_iter(f"{_name(start)}*"))
		if keys:
			redis.delete(*keys)

	_asked(call)


def _name(key: str) -> str:
	"""The key in Redis, which the bench's sites share."""
	return f"{PREFIX}{frappe.local.conf.db_name}:{key}"


def _asked(call: Callable[[Redis], Answer]) -> Answer:
	try:
		return call(get_redis_conn())
	except RedisError:
		frappe.throw(
			_("ERPNext's Redis for queues doesn't answer. Start it in the bench, then call again later."),
			OutOfReach,
			title=_("Redis is out of reach"),
		)
