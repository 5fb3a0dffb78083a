"""What the integration adds to the time that saving a Website Item takes: nothing of Medusa should be in it."""

import statistics
import time

import frappe
from frappe.utils.background_jobs import get_job

from medusa_integration import settings
from medusa_integration.delivery import box
from medusa_integration.sync.sending import drain
from tests.medusa.server import Medusa

SAVES = 80  # of each sort, with Medusa up and again with Medusa stopped


def measure(medusa: Medusa) -> dict[str, float]:
	"""Medians in milliseconds, and of what is added the median of the differences between two saves of one item
	right after each other. Medusa is stopped for half of them."""
	items = frappe.get_all(
		"Website Item",
		filters={"medusa_id": ("is", "set")},
		pluck="name",
		limit=SAVES,
		order_by="creation desc",
	)
	up = _pairs(items)
	medusa.kill()
	drain()  # as a worker would, and find out
	down = _pairs(items)
	medusa.restart()
	return {
		"save_ms_off": statistics.median(off for off, _on in up + down),
		"save_ms_on": statistics.median(on for _off, on in up),
		"save_ms_down": statistics.median(on for _off, on in down),
		"save_added_ms": statistics.median(on - off for off, on in up),
		"save_added_ms_down": statistics.median(on - off for off, on in down),
	}


def _pairs(items: list[str]) -> list[tuple[float, float]]:
	"""Milliseconds to save each item, with the integration off and on; now one first, now the other."""
	pairs = []
	for number, item in enumerate(items):
		order = (False, True) if number % 2 else (True, False)
		took = {enabled: _save(item, enabled) for enabled in order}
		pairs.append((took[False], took[True]))
	return pairs


def _save(item: str, enabled: bool) -> float:
	_switch(enabled)
	doc = frappe.get_doc("Website Item", item)
	doc.web_item_name = f"{doc.web_item_name} {'on' if enabled else 'off'}"[-140:]
	began = time.perf_counter()
	doc.save()
	frappe.db.commit()
	took = time.perf_counter() - began
	_take_back()
	return took * 1000


def _switch(enabled: bool) -> None:
	frappe.db.set_single_value(settings.CONFIGURATION, "enable", int(enabled))
	frappe.db.commit()
	settings.enabled()  # the first look after a change reads the configuration anew


def _take_back() -> None:
	"""So that each save is the first one since the last drain: it adds its row, and starts a job."""
	frappe.db.delete("Medusa Outbox")
	frappe.db.commit()
	if job := get_job(box.outbox.job.id):
		job.delete()
