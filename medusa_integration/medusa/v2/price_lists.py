"""Medusa v2: titles, descriptions and rules of the app's price lists, by which it recognises them."""

import re
from datetime import date

from medusa_integration.medusa.price_operations import SALE, Slot, marked, slot_marked

GROUP_RULE = "customer.groups.id"  # the only attribute of customer groups that Medusa ever matches
EVERYBODY = Slot()


def title(source: str, slot: Slot, group_title: str = "") -> str:
	"""A price list's title: the name of ERPNext's list, that of the customer group where it is for one, and the first and the
	last day where there is one."""
	named = source + (f" · {group_title}" if slot.group else "") + (" (sale)" if slot.type == SALE else "")
	return f"{named}, {slot.start or '…'} – {slot.end or '…'}" if slot.start or slot.end else named


def description(source: str, slot: Slot = EVERYBODY) -> str:
	"""The description by which the app recognises its price lists."""
	return marked(f"ERPNext price list {source}", slot)


def owned_slot(row: dict, source: str) -> Slot | None:
	"""The slot, without its days, of a Medusa price list; None where it isn't one of ours for `source`."""
	return slot_marked(description(source), row["description"])


def days_of(row: dict, source: str, slot: Slot) -> tuple[date | None, date | None] | None:
	"""The days in the title of a price list of ours; None where the title was changed. The name of the customer group may have
	changed."""
	group = " · .+?" if slot.group else ""
	sale = r" \(sale\)" if slot.type == SALE else ""
	named = re.fullmatch(re.escape(source) + group + sale + r"(?:, (\S+) – (\S+))?", row["title"])
	if not named:
		return None
	try:
		start, end = (None if each in (None, "…") else date.fromisoformat(each) for each in named.groups())
	except ValueError:
		return None
	return start, end


def rules_for(slot: Slot) -> dict[str, list[str]]:
	return {GROUP_RULE: [slot.group]} if slot.group else {}


def rules_of(row: dict) -> dict[str, list[str]]:
	"""The rules of a price list of Medusa's."""
	found = row.get("rules") or {}
	values = {key: value if isinstance(value, list) else [value] for key, value in found.items()}
	return values if values or not row["rules_count"] else {"": []}
