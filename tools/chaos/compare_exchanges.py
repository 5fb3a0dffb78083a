"""Medusa's exchanges and claims against ERPNext: the new lines of each are one Sales Order of its own."""

from collections import defaultdict
from collections.abc import Iterator

import frappe

from tools.chaos.compare import DOUBLED, MISSING, STALE, Finding

FIELD = "medusa_exchange_id"


def add_to(orders: list[dict], medusa) -> None:
	"""Set `exchanges` in each order: `{exchange or claim: its new lines}`, of those that were confirmed and stand."""
	found: dict[str, dict[str, set[str]]] = defaultdict(dict)
	for kind in ("exchanges", "claims"):
		params = {"limit": 1000, "fields": "id,order_id,canceled_at,*additional_items"}
		for row in medusa.admin("GET", f"/admin/{kind}", params=params)[kind]:
			if not row["canceled_at"]:
				lines = {item["item_id"] for item in row["additional_items"] or () if item}
				found[row["order_id"]][row["id"]] = lines
	for order in orders:
		there = {line["id"] for line in order["items"]}
		order["exchanges"] = {id: lines & there for id, lines in found[order["id"]].items() if lines & there}


def compare(order: dict, standing: list) -> Iterator[Finding]:
	"""Whether each exchange has its Sales Order.

	:param standing: the order's Sales Orders that aren't cancelled
	"""
	where = order["id"]
	for id in order["exchanges"]:
		names = [row.name for row in standing if row[FIELD] == id]
		if len(names) != 1:
			yield Finding(MISSING if not names else DOUBLED, f"{where} {id}", "a Sales Order", names)
	for row in standing:
		if row[FIELD] and row[FIELD] not in order["exchanges"]:
			yield Finding(STALE, f"{where} {row.name}", "no exchange", row[FIELD])


def compare_lines(order: dict, standing: list) -> Iterator[Finding]:
	"""Whether each Sales Order has just its lines: those that were ordered first, or those of its exchange."""
	exchange_of = {line: id for id, lines in order["exchanges"].items() for line in lines}
	wanted: dict[str, dict[str, float]] = defaultdict(dict)
	for line in order["items"]:
		if line["detail"]["quantity"]:
			wanted[exchange_of.get(line["id"], "")][line["id"]] = float(line["detail"]["quantity"])
	found: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
	of = {row.name: row[FIELD] or "" for row in standing}
	rows = frappe.get_all(
		"Sales Order Item", {"parent": ("in", [*of, ""])}, ["parent", "medusa_line_id", "qty"], order_by=None
	)
	for row in rows:
		found[of[row.parent]][row.medusa_line_id] += row.qty
	found = {id: dict(lines) for id, lines in found.items()}
	if dict(wanted) != found:
		yield Finding(STALE, f"{order['id']} lines", dict(wanted), found)


def is_unreserved(order: dict, line: dict) -> bool:
	"""Whether Medusa doesn't reserve a line: that of an exchange without a shipping method."""
	ids = [id for id, lines in order["exchanges"].items() if line["id"] in lines]
	details = [each.get("detail") or {} for each in order["shipping_methods"]]
	shipped = {each.get("exchange_id") or each.get("claim_id") for each in details}
	return bool(ids) and not shipped.intersection(ids)
