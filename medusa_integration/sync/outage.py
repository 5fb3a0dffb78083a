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
	outage = frappe.cache.get_value(KEY, expires=True) or {}
	return outage.get("until", 0) > time.time()


def begin(retry_after: float = 0) -> None:
	"""Note that Medusa is out of reach, for longer each time in a row, and at least `retry_after` seconds."""
	count = cint((frappe.cache.get_value(KEY, expires=True) or {}).get("count"))
	pause = max(retry_after, min(FIRST_PAUSE * 2**count, LONGEST_PAUSE))
	frappe.cache.set_value(KEY, {"count": count + 1, "until": time.time() + pause}, expires_in_sec=3600)


def end() -> None:
	"""Note that Medusa answers."""
	frappe.cache.delete_value(KEY)
