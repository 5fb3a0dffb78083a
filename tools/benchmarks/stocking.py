"""How fast stock gets into Medusa, how fast the daily run is, and how much memory a long drain takes, on items that are
written straight into both databases.
"""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import frappe
import requests
from erpnext.stock.get_item_details import get_bin_details

from medusa_integration.delivery import documents
from medusa_integration.delivery.box import outbox
from medusa_integration.stock import quantities, stock_to_medusa
from medusa_integration.sync.kinds import STOCK
from medusa_integration.sync.sending import drain
from tests.medusa.server import DATABASE, Medusa
from tests.site import engine

ROOT = Path(__file__).parents[2]
PUSHED, ROUNDS = 1000, 8  # quantities of one round, through the app and raw; how many rounds
FLAGGED, SAMPLE = 5000, 250  # Website Items of the daily run; those of them that are asked for one by one
DRAINED = 10_000  # rows of the drain whose memory is measured
BATCH = 500
PREFIX = "BENCH-STOCK-"
MEDUSA_SQL = """
insert into inventory_item (id, sku, title) select 'iitem_' || code, code, code from ({codes}) as codes
	on conflict do nothing;
insert into inventory_level (id, inventory_item_id, location_id, stocked_quantity, raw_stocked_quantity,
		raw_reserved_quantity, raw_incoming_quantity)
	select 'ilev_' || code, 'iitem_' || code, '{location}', 0, nought, nought, nought
	from ({codes}) as codes, (select '{{"value": "0", "precision": 20}}'::jsonb as nought) as of_all
	on conflict do nothing;
"""
CODES_SQL = "select '{prefix}' || lpad(n::text, 6, '0') as code from generate_series(0, {last}) n"


def measure(medusa: Medusa) -> dict[str, float]:
	"""The figures of the benchmark; leaves the site as it was, and Medusa with their inventory items."""
	with items(medusa, DRAINED):
		drain_mb = _drain_mb()
		frappe.db.set_value("Website Item", {"name": (">=", name_of(FLAGGED))}, "published", 0)
		all_changed = statistics.median(_flags_seconds(FLAGGED) for _ in range(3))
		vs_each = statistics.median(_each_seconds() / _flags_seconds(FLAGGED // 20) for _ in range(ROUNDS))
		rounds = [_round(medusa, number) for number in range(1, ROUNDS + 1)]
	return {
		"stock_per_second": statistics.median(each["app"] for each in rounds),
		"raw_stock_per_second": statistics.median(each["raw"] for each in rounds),
		"stock_vs_raw": statistics.median(each["app"] / each["raw"] for each in rounds),
		"stock_flags_seconds": all_changed,
		"stock_flags_vs_each": vs_each,
		"drain_mb": drain_mb,
	}


def name_of(number: int) -> str:
	return f"{PREFIX}{number:06}"


@contextmanager
def items(medusa: Medusa, count: int) -> Iterator[None]:
	"""Published Website Items with one unit each in a warehouse below theirs, their levels known and never sent."""
	location = medusa.shop["stock_location_id"]
	codes_sql = CODES_SQL.format(prefix=PREFIX, last=count - 1)
	medusa.postgres.execute(MEDUSA_SQL.format(codes=codes_sql, location=location), DATABASE)
	company = frappe.db.get_single_value("Global Defaults", "default_company")
	parent = frappe.db.get_value("Warehouse", {"company": company, "is_group": 1}, order_by="lft")
	leaf = frappe.db.get_value("Warehouse", {"parent_warehouse": parent, "is_group": 0}, order_by="lft")
	codes = [name_of(number) for number in range(count)]
	_insert("Item", {"item_code": "name", "stock_uom": "Nos", "is_stock_item": 1}, codes)
	_insert("Bin", {"item_code": "name", "warehouse": leaf, "actual_qty": 1, "stock_uom": "Nos"}, codes)
	values = {"item_code": "name", "published": 1, "website_warehouse": parent, "medusa_variant_id": "name"}
	values["medusa_synced_on"] = frappe.utils.now()
	_insert("Website Item", values, codes)
	known = {code: {"item": f"iitem_{code}", "sku": code, "location": location} for code in codes}
	_keep_states({code: {"sent": {"variant": code}, "known": known[code]} for code in codes})
	frappe.db.commit()
	try:
		yield
	finally:
		for doctype in ("Item", "Bin", "Website Item", "Medusa Outbox"):
			field = "reference_name" if doctype == "Medusa Outbox" else "name"
			frappe.db.delete(doctype, {field: ("like", f"{PREFIX}%")})
		frappe.db.commit()


def _insert(doctype: str, values: dict, names: list[str]) -> None:
	"""Rows that differ by their names; what has the value "name" gets it, too."""
	rows = [[name, *(name if value == "name" else value for value in values.values())] for name in names]
	frappe.db.bulk_insert(doctype, ["name", *values], rows)


def _keep_states(states: dict[str, dict]) -> None:
	kept = {name: {"medusa_stock": json.dumps(state)} for name, state in states.items()}
	documents.write("Website Item", kept)


def _told(page: list) -> Iterator[tuple[str, dict]]:
	"""What each item would keep if Medusa had been told what it has."""
	target = stock_to_medusa._target()
	for item in page:
		known = stock_to_medusa._state(item.keeper, item.medusa_stock)["known"]
		yield item.name, {"sent": stock_to_medusa._wanted(item, target), "known": known}


# --- the daily run


def _flags_seconds(changed: int) -> float:
	"""A daily run for which so many flags have changed, the other items being as Medusa was told. All of them is as much
	as it can ever have to do."""
	frappe.db.delete("Medusa Outbox")
	_keep_states({name: state for page in quantities.of_published() for name, state in _told(page)})
	flags = {"published": 1, "name": (">=", name_of(0))}
	frappe.db.set_value("Website Item", flags, "custom_in_stock", 1, update_modified=False)
	flags["name"] = ("<", name_of(changed))
	frappe.db.set_value("Website Item", flags, "custom_in_stock", 0, update_modified=False)
	frappe.db.commit()
	began = time.perf_counter()
	noted = stock_to_medusa.update_webitem_stock()
	frappe.db.commit()
	took = time.perf_counter() - began
	if noted != changed:
		raise RuntimeError(f"{noted} of {changed} changed items were noted")
	return took


def _each_seconds() -> float:
	"""What asking for each item's quantity by itself takes, for as many items; nothing is written."""
	names = {"name": ("like", f"{PREFIX}%")}
	rows = frappe.get_all("Website Item", names, ["item_code", "website_warehouse"], order_by="name")
	began = time.perf_counter()
	for row in rows[:SAMPLE]:
		get_bin_details(row.item_code, row.website_warehouse, include_child_warehouses=True)
	return (time.perf_counter() - began) * FLAGGED / SAMPLE


# --- the push


def _round(medusa: Medusa, number: int) -> dict[str, float]:
	"""Quantities per second of both ways, each changing all of them."""
	ways = {"app": _app, "raw": _raw}
	order = list(ways) if number % 2 else list(reversed(ways))
	return {way: PUSHED / ways[way](medusa, number) for way in order}


def _app(medusa: Medusa, number: int) -> float:
	"""Seconds."""
	names = [name_of(n) for n in range(PUSHED)]
	frappe.db.set_value("Bin", {"name": ("in", names)}, "actual_qty", 10 * number)
	frappe.db.delete("Medusa Outbox")
	outbox.add_many((STOCK, name) for name in names)
	frappe.db.commit()
	began = time.perf_counter()
	drain()
	took = time.perf_counter() - began
	if left := frappe.get_all("Medusa Outbox", fields=["name", "error"], limit=3, order_by="name"):
		raise RuntimeError(f"The stock wasn't sent: {left}")
	return took


def _raw(medusa: Medusa, number: int) -> float:
	"""Seconds, without those of the sign-in."""
	http = requests.Session()
	login = {"email": medusa.email, "password": medusa.password}
	token = http.post(f"{medusa.url}/auth/user/emailpass", json=login, timeout=60).json()["token"]
	http.headers["Authorization"] = f"Bearer {token}"
	location = medusa.shop["stock_location_id"]
	rows = [
		{
			"inventory_item_id": f"iitem_{name_of(n)}",
			"location_id": location,
			"stocked_quantity": 10 * number + 5,
		}
		for n in range(PUSHED)
	]
	url = f"{medusa.url}/admin/inventory-items/location-levels/batch"
	began = time.perf_counter()
	for start in range(0, PUSHED, BATCH):
		reply = http.post(url, json={"create": [], "update": rows[start : start + BATCH]}, timeout=120)
		reply.raise_for_status()
		reply.json()
	return time.perf_counter() - began


# --- memory


def _drain_mb() -> float:
	"""By how many MB a process of its own grows, at most, while it drains `DRAINED` rows."""
	frappe.db.delete("Medusa Outbox")
	outbox.add_many((STOCK, name_of(n)) for n in range(DRAINED))
	frappe.db.commit()
	command = [
		sys.executable,
		"-m",
		"tools.benchmarks.drain_memory",
		engine.current.db,
		str(engine.current.root),
	]
	done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
	frappe.db.rollback()
	if left := frappe.db.count("Medusa Outbox"):
		raise RuntimeError(f"{left} rows weren't drained: {done.stdout}\n{done.stderr}")
	return float(done.stdout.splitlines()[-1])
