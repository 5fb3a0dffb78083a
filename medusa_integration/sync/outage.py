"""While Medusa is out of reach nobody knocks every second: one drain in a while, less and less often."""

import time

import frappe
from frappe.utils import cint

KEY = "medusa_outage"
FIRST_PAUSE, LONGEST_PAUSE = 30, 300  # seconds


class OutOfReach(Exception):
	"""The drain can't go on: Medusa doesn't answer, doesn't let us in or asked for a pause."""

	def __init__(self, retry_after: float = 0) -> None:
		super().__init__()
		self.retry_after = retry_after


def lasts() -> bool:
	"""Whether Medusa was out of reach a moment ago, so that trying again can wait."""
	return noted().get("until", 0) > time.time()


def noted() -> dict:
	"""What is known of the present outage: `since` and `until` (when it is tried again) in seconds since 1970, `count`
	of tries, whether it is `told`. {} where there is none."""
	return frappe.cache.get_value(KEY, expires=True) or {}


def begin(retry_after: float = 0) -> None:
	"""Note that Medusa is out of reach, for longer each time in a row, and at least `retry_after` seconds."""
	now, before = time.time(), noted()
	count = cint(before.get("count"))
	pause = max(retry_after, min(FIRST_PAUSE * 2**count, LONGEST_PAUSE))
	_note({"since": now, **before, "count": count + 1, "until": now + pause})


def end() -> None:
	"""Note that Medusa answers."""
	frappe.cache.delete_value(KEY)


def lasted() -> float:
	"""For how many seconds Medusa has been out of reach; 0 where it isn't, or where nobody has tried of late."""
	outage, now = noted(), time.time()
	is_tried = outage.get("until", 0) > now - LONGEST_PAUSE
	return now - outage.get("since", now) if is_tried else 0


def tell_once() -> bool:
	"""Whether nobody was told of this outage yet; now somebody is."""
	outage = noted()
	if outage.get("told"):
		return False
	_note({**outage, "told": True})
	return True


def _note(outage: dict) -> None:
	frappe.cache.set_value(KEY, outage, expires_in_sec=3600)
