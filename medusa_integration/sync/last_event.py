"""The last event that Medusa told ERPNext of, through the webhook.

Redis has it at once; the database has it too, at most once a minute, so that it outlives the cache.

Source: docs/reference.md, "Webhook".
"""

import json
import time
from datetime import datetime, timezone
from typing import NamedTuple

import frappe

from medusa_integration import counters, settings

KEY = "medusa_last_event"  # in Redis; name of the row in the table of defaults
TABLE = "DefaultValue"  # its rows of users and of the site are others: Frappe would empty the cache with each of them
STORED_EVERY = 60  # seconds
KNOWN = 60  # seconds for which the last event of each record is known
TEST = "erpnext.test"  # of a call that this site makes itself: it isn't Medusa's


class LastEvent(NamedTuple):
	"""An event.

	:param at: when it came, as time.time()
	:param event: its name in Medusa
	:param id: of the record that it was about
	"""

	at: float
	event: str
	id: str

	@property
	def local(self) -> datetime:
		"""When it came, in the system's time zone."""
		return settings.local_time(datetime.fromtimestamp(self.at, timezone.utc)).replace(microsecond=0)


def note(event: str, id: str) -> None:
	"""Note an event that a trusted caller told."""
	if event == TEST:
		return
	last = LastEvent(time.time(), event, id)
	frappe.cache.set_value(KEY, last._asdict())
	frappe.cache.set_value(_key(id), last._asdict(), expires_in_sec=KNOWN)
	try:
		is_due = counters.once(f"{KEY}_stored", STORED_EVERY)
	except counters.CountersUnreachable:
		frappe.clear_last_message()
		return
	if is_due:
		_store(json.dumps(last._asdict()))


def last() -> LastEvent | None:
	"""The last event; None where none is known."""
	noted = frappe.cache.get_value(KEY, expires=True) or _stored()
	return LastEvent(**noted) if noted else None


def last_of(id: str) -> LastEvent | None:
	"""The last event of a record in the last minute; None where there was none."""
	noted = frappe.cache.get_value(_key(id), expires=True)
	return LastEvent(**noted) if noted else None


def _key(id: str) -> str:
	return f"{KEY}:{id}"


def _store(text: str) -> None:
	if frappe.db.exists(TABLE, KEY):
		frappe.db.set_value(TABLE, KEY, "defvalue", text, update_modified=False)
		return
	row = {"doctype": TABLE, "name": KEY, "parent": KEY, "defkey": KEY, "defvalue": text}
	frappe.get_doc(row).db_insert()


def _stored() -> dict | None:
	try:
		found = json.loads(frappe.db.get_value(TABLE, KEY, "defvalue") or "null")
		return (
			LastEvent(float(found["at"]), str(found["event"]), str(found["id"]))._asdict() if found else None
		)
	except (KeyError, TypeError, ValueError):
		return None
