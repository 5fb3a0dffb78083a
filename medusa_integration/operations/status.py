"""How the integration stands, in lines for the command line."""

from collections import Counter

import frappe
from frappe.utils import pretty_date

from medusa_integration import session as shop
from medusa_integration.delivery import outbox
from medusa_integration.desk import forms as desk
from medusa_integration.outbound import shop_items

STALLED_AFTER = 180  # seconds


def status() -> tuple[list[tuple[str, str]], bool]:
	"""Lines of (what, how), and whether all is well: switched on, in reach, nothing parked, nothing stuck."""
	overview, config, items = desk.get_overview(), shop.configuration(), shop_items.items()
	new = sum(not item.medusa_id for item in items)
	seen = overview["last_success"]
	lines = [
		("Integration", "on" if overview["enabled"] else "switched off"),
		("Medusa", f"{config.url or 'no address'} {config.detected_version or ''}".strip()),
		("Website Items", f"{len(items)} belong in the shop, {new} of them aren't there yet"),
		("Waiting", _by_kind("Pending")),
		("Parked", _by_kind("Parked")),
		("Last call accepted", pretty_date(seen) if seen else "never"),
	]
	stalled = overview["stalled"] if overview["stalled"] > STALLED_AFTER and overview["enabled"] else 0
	if overview["outage"]:
		lines.append(("Out of reach", f"{overview['problem']}, next try within {overview['outage']} s"))
	elif overview["silence"]:
		lines.append(("Waiting", f"Medusa hasn't answered for {overview['silence']} s"))
	elif stalled:
		lines.append(
			("Stuck", f"nothing sent for {stalled // 60} min: are the scheduler and a worker running?")
		)
	well = overview["enabled"] and not any(
		(overview["parked"], overview["outage"], overview["silence"], stalled)
	)
	return lines, bool(well)


def _by_kind(status: str) -> str:
	row = frappe.qb.DocType(outbox.DOCTYPE)
	found = Counter(frappe.qb.from_(row).select(row.kind).where(row.status == status).run(pluck=True))
	kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(found.items()))
	return f"{found.total()}: {kinds}" if found else "nothing"
