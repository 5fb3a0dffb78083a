"""How often something may be done in a time, counted in Redis.

Source: docs/reference.md, "Accounts".
"""

from typing import NamedTuple

import frappe
from frappe import _


class Limit(NamedTuple):
	"""At most so many in so many seconds, from the first one on."""

	name: str
	most: int
	seconds: int

	def key(self, who: str) -> bytes:
		return frappe.cache.make_key(f"medusa_limit:{self.name}:{who}")


def count(who: str, *limits: Limit) -> None:
	"""Count one, towards each limit in turn up to the one that refuses it.

	:param who: does it, or to whom it is done
	:raises frappe.RateLimitExceededError: beyond a limit
	"""
	for limit in limits:
		if _counted(limit, who) > limit.most:
			refuse()


def check(who: str, *limits: Limit) -> None:
	"""Refuse who has reached a limit, without counting.

	:raises frappe.RateLimitExceededError: beyond a limit
	"""
	if any(int(frappe.cache.get(limit.key(who)) or 0) >= limit.most for limit in limits):
		refuse()


def refuse() -> None:
	"""
	:raises frappe.RateLimitExceededError: always
	"""
	frappe.throw(
		_("Too many requests. Try again later."), frappe.RateLimitExceededError, title=_("Too many requests")
	)


def _counted(limit: Limit, who: str) -> int:
	"""How many there are by now. In one step, so that no counter is left without an end."""
	with frappe.cache.pipeline(transaction=True) as pipe:
		pipe.set(limit.key(who), 0, ex=limit.seconds, nx=True)
		pipe.incrby(limit.key(who), 1)
		return pipe.execute()[1]
