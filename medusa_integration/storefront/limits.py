"""Limits on how often an action may be done in a time, see counters.py.

Source: docs/reference.md, "Accounts".
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple, NoReturn

import frappe
from frappe import _

from medusa_integration import counters

RETRY_AFTER = "medusa_retry_after"  # frappe.flags: seconds, for the reply's header
SOON = 60  # seconds


class Limit(NamedTuple):
	"""At most `most` actions in `seconds`, from the first one on."""

	name: str
	most: int
	seconds: int

	def key(self, who: str) -> str:
		"""The key of the counter of one visitor or one address."""
		return f"limit:{self.name}:{who}"


def count(who: str, *limits: Limit) -> None:
	"""Count an action towards each limit in turn, up to the limit that refuses it.

	:param who: the visitor who acts, or the address that the action is for
	:raises frappe.RateLimitExceededError: beyond a limit
	:raises counters.CountersUnreachable: the action can't be counted
	"""
	for limit in limits:
		if counters.counted(limit.key(who), limit.seconds) > limit.most:
			refuse(counters.seconds_left(limit.key(who)))


def has_reached(who: str, limit: Limit) -> bool:
	"""Whether a limit is used up; counts no action.

	:raises counters.CountersUnreachable: the counter can't be read
	"""
	return counters.read(limit.key(who)) >= limit.most


@contextmanager
def trying(*counts: tuple[str, Limit], wrong: type[Exception]) -> Iterator[None]:
	"""Count a try before it is made, so that concurrent tries don't exceed the limits. Only wrong tries stay
	counted.

	:param counts: of each counter the visitor or address, and the limit
	:param wrong: raised inside by a wrong try
	:raises frappe.RateLimitExceededError: beyond a limit; the try isn't made
	:raises counters.CountersUnreachable: the try can't be counted
	"""
	made, is_wrong = [], False
	try:
		for who, limit in counts:
			made.append(limit.key(who))
			count(who, limit)
		yield
	except wrong:
		is_wrong = True
		raise
	finally:
		for key in made if not is_wrong else ():
			counters.take_back(key)


def refuse(seconds: int = SOON) -> NoReturn:
	"""
	:param seconds: after which the same call may pass; the reply's `Retry-After`
	:raises frappe.RateLimitExceededError: always
	"""
	frappe.flags[RETRY_AFTER] = max(seconds, 1)
	frappe.throw(
		_("Too many requests. Try again later."), frappe.RateLimitExceededError, title=_("Too many requests")
	)
