"""Back-off between drains while Medusa is unreachable.

Also the time that a drain has been waiting for Medusa, known before its call has timed out.
"""

import time

import frappe
from frappe import _
from frappe.utils import cint

KEY, CALLING_KEY = "medusa_outage", "medusa_calling"
SILENT_AFTER = 10  # seconds: most batches take less
FIRST_PAUSE, LONGEST_PAUSE = 30, 300  # seconds


class MedusaOutage(Exception):
	"""The drain can't go on: Medusa doesn't answer, doesn't let us in or asked for a pause.

	`retry_after` is the pause that Medusa asked for, in seconds; `silent` is true where a call timed out.
	"""

	def __init__(self, retry_after: float = 0, silent: bool = False) -> None:
		super().__init__()
		self.retry_after = retry_after
		self.silent = silent


def lasts() -> bool:
	"""Whether Medusa was unreachable at the last try, and the pause after it isn't over."""
	return noted().get("until", 0) > time.time()


def noted() -> dict:
	"""The present outage; {} where there is none. `since` and `until` (the time of the next try) are in
	seconds since 1970. `count` is the number of tries, `told` whether the outage was reported, `silent`
	whether a call timed out."""
	return frappe.cache.get_value(KEY, expires=True) or {}


def begin(retry_after: float = 0, silent: bool = False) -> None:
	"""Note that Medusa is unreachable. The pause grows each time in a row, and is at least `retry_after`
	seconds.

	:param silent: whether the last call timed out
	"""
	now, before = time.time(), noted()
	count = cint(before.get("count"))
	pause = max(retry_after, min(FIRST_PAUSE * 2**count, LONGEST_PAUSE))
	_note({"since": now, **before, "count": count + 1, "until": now + pause, "silent": silent})


def end() -> None:
	"""Note that Medusa answers."""
	frappe.cache.delete_value(KEY)


def lasted() -> float:
	"""The seconds for which Medusa has been unreachable; 0 where it isn't, or no drain has tried lately."""
	outage, now = noted(), time.time()
	is_tried = outage.get("until", 0) > now - LONGEST_PAUSE
	return now - outage.get("since", now) if is_tried else 0


def message() -> str:
	"""The message of the present outage; "" where there is none."""
	if not lasts():
		return ""
	return _("Medusa doesn't answer") if noted().get("silent") else _("Medusa is out of reach")


def note_call(seconds: int) -> None:
	"""Note that a drain has sent a batch, and waits for the reply at most `seconds`. Of several waiting
	batches the first counts."""
	if not frappe.cache.get_value(CALLING_KEY, expires=True):
		frappe.cache.set_value(CALLING_KEY, time.time(), expires_in_sec=seconds)


def note_answer(seconds: int, others_wait: bool) -> None:
	"""Note that Medusa answered a batch. If others are under way, the wait for them counts from now on."""
	frappe.cache.delete_value(CALLING_KEY)
	if others_wait:
		note_call(seconds)


def silence() -> int:
	"""The seconds that a drain has been waiting for Medusa; 0 where that is no longer than usual."""
	since = frappe.cache.get_value(CALLING_KEY, expires=True)
	seconds = int(time.time() - since) if since else 0
	return seconds if seconds >= SILENT_AFTER else 0


def tell_once() -> bool:
	"""Mark the outage as reported. Returns whether it wasn't before."""
	outage = noted()
	if outage.get("told"):
		return False
	_note({**outage, "told": True})
	return True


def _note(outage: dict) -> None:
	frappe.cache.set_value(KEY, outage, expires_in_sec=3600)
