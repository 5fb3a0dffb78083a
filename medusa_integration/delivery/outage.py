"""While Medusa is out of reach nobody knocks every second: one drain in a while, less and less often.

And how long a drain has been waiting for Medusa just now, for those who ask before its call has timed out.
"""

import time

import frappe
from frappe import _
from frappe.utils import cint

KEY, CALLING_KEY = "medusa_outage", "medusa_calling"
SILENT_AFTER = 10  # seconds: most batches take less
FIRST_PAUSE, LONGEST_PAUSE = 30, 300  # seconds


class OutOfReach(Exception):
	"""The drain can't go on: Medusa doesn't answer, doesn't let us in or asked for a pause.

	`retry_after` are the seconds that it asked us to wait, `silent` is on where a call timed out.
	"""

	def __init__(self, retry_after: float = 0, silent: bool = False) -> None:
		super().__init__()
		self.retry_after = retry_after
		self.silent = silent


def lasts() -> bool:
	"""Whether Medusa was out of reach a moment ago, so that trying again can wait."""
	return noted().get("until", 0) > time.time()


def noted() -> dict:
	"""What is known of the present outage: `since` and `until` (when it is tried again) in seconds since 1970, `count`
	of tries, whether it is `told`, whether Medusa is `silent`. {} where there is none."""
	return frappe.cache.get_value(KEY, expires=True) or {}


def begin(retry_after: float = 0, silent: bool = False) -> None:
	"""Note that Medusa is out of reach, for longer each time in a row, and at least `retry_after` seconds.

	:param silent: whether its last call timed out
	"""
	now, before = time.time(), noted()
	count = cint(before.get("count"))
	pause = max(retry_after, min(FIRST_PAUSE * 2**count, LONGEST_PAUSE))
	_note({"since": now, **before, "count": count + 1, "until": now + pause, "silent": silent})


def end() -> None:
	"""Note that Medusa answers."""
	frappe.cache.delete_value(KEY)


def lasted() -> float:
	"""For how many seconds Medusa has been out of reach; 0 where it isn't, or where nobody has tried of late."""
	outage, now = noted(), time.time()
	is_tried = outage.get("until", 0) > now - LONGEST_PAUSE
	return now - outage.get("since", now) if is_tried else 0


def words() -> str:
	"""What is wrong during an outage; "" where there is none."""
	if not lasts():
		return ""
	return _("Medusa doesn't answer") if noted().get("silent") else _("Medusa is out of reach")


def note_call(seconds: int) -> None:
	"""Note that a drain has sent a batch, of which it doesn't wait longer than so many seconds for an answer. Of several
	that wait the first one counts."""
	if not frappe.cache.get_value(CALLING_KEY, expires=True):
		frappe.cache.set_value(CALLING_KEY, time.time(), expires_in_sec=seconds)


def note_answer(seconds: int, others_wait: bool) -> None:
	"""Note that a batch was answered; where others were sent meanwhile, they are waited for from now on."""
	frappe.cache.delete_value(CALLING_KEY)
	if others_wait:
		note_call(seconds)


def silence() -> int:
	"""For how many seconds a drain has been waiting for Medusa; 0 where that is no longer than usual."""
	since = frappe.cache.get_value(CALLING_KEY, expires=True)
	seconds = int(time.time() - since) if since else 0
	return seconds if seconds >= SILENT_AFTER else 0


def tell_once() -> bool:
	"""Whether nobody was told of this outage yet; now somebody is."""
	outage = noted()
	if outage.get("told"):
		return False
	_note({**outage, "told": True})
	return True


def _note(outage: dict) -> None:
	frappe.cache.set_value(KEY, outage, expires_in_sec=3600)
