"""The state of the integration: values for the Desk, and lines for the command line."""

import time

import frappe
from frappe import _
from frappe.utils import get_datetime, now_datetime, pretty_date, time_diff_in_seconds

from medusa_integration import settings
from medusa_integration.delivery import outage
from medusa_integration.delivery.box import Box, inbox, outbox
from medusa_integration.products import shop_items
from medusa_integration.sync import polling

LOG = "Medusa Request Log"
STALLED_AFTER = 180  # seconds


def overview() -> dict:
	"""The state of both directions: `enabled`; the numbers of outbox rows `pending` and `parked`, and of
	inbox rows `inbox_pending` and `inbox_parked`; `importing`, whether orders are imported; `last_look`,
	when the last complete poll began; `last_success`, when Medusa last accepted a call; the values of
	`reach`; `stalled`, the seconds for which rows have been due without a call to Medusa; and `unsigned`,
	whether the storefront's functions take unsigned calls."""
	return {
		"enabled": settings.enabled(),
		"unsigned": bool(settings.configuration().allow_unsigned),
		"pending": outbox.count(status="Pending"),
		"parked": outbox.count(status="Parked"),
		"inbox_pending": inbox.count(status="Pending"),
		"inbox_parked": inbox.count(status="Parked"),
		"importing": settings.current().imports_orders,
		"last_look": polling.last_look(),
		# The expected refusal of a version's probe is logged as a success, although Medusa accepted no call.
		"last_success": last_call(status="Success", status_code=("<", 400)),
		**reach(),
		"stalled": _stalled_seconds(),
	}


def last_call(**filters):
	"""The time of the last logged call that matches; None where there is none."""
	return frappe.db.get_value(LOG, filters, "creation", order_by="creation desc")


def reach() -> dict:
	"""`outage`, the seconds until the next try while Medusa is unreachable; `problem`, the reason why
	calls are impossible; `silence`, the seconds for which Medusa hasn't answered a call; 0 and "" where
	all is well."""
	seconds = max(0, round(outage.noted().get("until", 0) - time.time()))
	return {"outage": seconds, "problem": outage.message(), "silence": outage.silence()}


def outage_words() -> str:
	"""A sentence about the present outage; "" where Medusa answers, or no drain has tried lately."""
	minutes = int(outage.lasted() // 60)
	if not outage.lasted() or not settings.enabled():
		return ""
	for_long = _("for 1 minute") if minutes <= 1 else _("for {0} minutes").format(minutes)
	words = _("Medusa hasn't answered {0}. Changes are kept, and sent as soon as it answers.")
	if not outage.noted().get("silent"):
		words = _("Medusa has been out of reach {0}. Changes are kept, and sent as soon as it answers.")
	return words.format(for_long)


def sending_of(doc) -> dict:
	"""The state of a document's sending: `enabled`, the values of `reach`, and `rows`, the outbox rows
	about it, each with `kind`, `status`, `error`, `attempts`, `due` and `sent_once`: whether Medusa has it already, and it is sent
	once more in case an earlier call, whose reply was lost, arrives late."""
	fields = ["kind", "status", "error", "attempts", "due", "lease", "unsure_until"]
	about = {"reference_doctype": doc.doctype, "reference_name": doc.name}
	rows = frappe.get_all(outbox.doctype, about, fields, order_by="kind desc")
	for row in rows:
		until, lease = row.pop("unsure_until"), row.pop("lease")
		row.sent_once = bool(until) and not (lease or row.error) and row.due == until
	return {"enabled": settings.enabled(), **reach(), "rows": rows}


def _stalled_seconds() -> int:
	due = min(filter(None, (outbox.first_due(), _inbox_due())), default=None)
	if not due:
		return 0
	called = last_call() or due
	return max(0, int(time_diff_in_seconds(now_datetime(), max(get_datetime(due), get_datetime(called)))))


def _inbox_due():
	return inbox.first_due() if settings.current().imports_orders else None


def status() -> tuple[list[tuple[str, str]], bool]:
	"""Lines of (label, text), and whether all is well: switched on, Medusa reachable, no rows parked or
	stuck."""
	facts, config = overview(), settings.configuration()
	total = new = 0
	for page in shop_items.in_pages():
		total += len(page)
		new += sum(not item.medusa_id for item in page)
	seen = facts["last_success"]
	lines = [
		("Integration", "on" if facts["enabled"] else "switched off"),
		("Medusa", f"{config.url or 'no address'} {config.detected_version or ''}".strip()),
		("Website Items", f"{total} belong in the shop, {new} of them aren't there yet"),
		("Waiting", _by_kind(outbox, "Pending")),
		("Parked", _by_kind(outbox, "Parked")),
		("Import", _import_words(facts)),
		("To be imported", _by_kind(inbox, "Pending")),
		("Not imported", _by_kind(inbox, "Parked")),
		("Last call accepted", pretty_date(seen) if seen else "never"),
	]
	if facts["unsigned"]:
		lines.append(("Access", "anybody may call: Allow Unsigned Calls is on"))
	stalled = facts["stalled"] if facts["stalled"] > STALLED_AFTER and facts["enabled"] else 0
	if facts["outage"]:
		lines.append(("Out of reach", f"{facts['problem']}, next try within {facts['outage']} s"))
	elif facts["silence"]:
		lines.append(("Waiting", f"Medusa hasn't answered for {facts['silence']} s"))
	elif stalled:
		lines.append(("Stuck", f"no call for {stalled // 60} min: are the scheduler and a worker running?"))
	problems = (
		facts["parked"],
		facts["inbox_parked"],
		facts["outage"],
		facts["silence"],
		stalled,
		facts["unsigned"],
	)
	well = facts["enabled"] and not any(problems)
	return lines, bool(well)


def _import_words(facts: dict) -> str:
	if not facts["importing"]:
		return "switched off"
	seen = facts["last_look"]
	return f"on, looked for changes {pretty_date(seen)}" if seen else "on, not looked for changes yet"


def _by_kind(box: Box, status: str) -> str:
	found = box.count_by_kind(status)
	kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(found.items()))
	return f"{sum(found.values())}: {kinds}" if found else "nothing"
