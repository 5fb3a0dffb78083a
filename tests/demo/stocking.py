"""How fast stock gets into Medusa, and how fast the daily run is, on items that are written straight into both databases."""

import json
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager

import frappe
import requests
from erpnext.stock.get_item_details import get_bin_details

from medusa_integration.sync import outbox, shop, stock
from medusa_integration.sync.drain import drain
from tests.medusa.server import DATABASE, Medusa

PUSHED, ROUNDS = 1000, 8  # quantities of one round, through the app and raw; how many rounds
FLAGGED, SAMPLE = 5000, 250  # Website Items of the daily run; those of them that are asked for one by one
BATCH = 500
PREFIX = "BENCH-STOCK-"
ITEM_ID = "iitem_bench_{}"
MEDUSA_SQL = """
insert into inventory_item (id, sku, title) select 'iitem_bench_' || n, '{prefix}' || n, '{prefix}' || n
	from generate_series(0, {last}) n;
insert into inventory_level (id, inventory_item_id, location_id, stocked_quantity, raw_stocked_quantity,
		raw_reserved_quantity, raw_incoming_quantity)
	select 'ilev_bench_' || n, 'iitem_bench_' || n, '{location}', 0, nought, nought, nought
	from generate_series(0, {last}) n, (select '{{"value": "0", "precision": 20}}'::jsonb as nought) as of_all;
"""


def measure(medusa: Medusa) -> dict[str, float]:
	"""The figures of the benchmark; leaves both sides as they were, but for Medusa's inventory."""
	with items(medusa, FLAGGED):
		flags = [_flags_seconds() for _ in range(3)]
		each = _each_seconds()
		rounds = [_round(medusa, number) for number in range(1, ROUNDS + 1)]
	return {
		"stock_per_second": statistics.median(each["app"] for each in rounds),
		"stock_vs_raw": statistics.median(each["app"] / each["raw"] for each in rounds),
		"stock_flags_seconds": statistics.median(flags),
		"stock_flags_vs_each": each / statistics.median(flags),
	}


@contextmanager
def items(medusa: Medusa, count: int) -> Iterator[None]:
	"""Published Website Items with one unit each in a warehouse below theirs, which Medusa knows and was told 0 of."""
	location = medusa.shop["stock_location_id"]
	medusa.postgres.execute(MEDUSA_SQL.format(prefix=PREFIX, last=count - 1, location=location), DATABASE)
	company = frappe.db.get_single_value("Global Defaults", "default_company")
	parent = frappe.db.get_value("Warehouse", {"company": company, "is_group": 1}, order_by="lft")
	leaf = frappe.db.get_value("Warehouse", {"parent_warehouse": parent, "is_group": 0}, order_by="lft")
	codes = [f"{PREFIX}{n}" for n in range(count)]
	_insert("Item", {"item_code": "name", "stock_uom": "Nos", "is_stock_item": 1}, codes)
	_insert("Bin", {"item_code": "name", "warehouse": leaf, "actual_qty": 1, "stock_uom": "Nos"}, codes)
	values = {"item_code": "name", "published": 1, "website_warehouse": parent, "medusa_variant_id": "name"}
	_insert("Website Item", values, codes)
	for number, code in enumerate(codes):
		known = {"item": ITEM_ID.format(number), "sku": code, "location": location}
		state = {"sent": {"variant": code}, "known": known}
		frappe.db.set_value("Website Item", code, "medusa_stock", json.dumps(state), update_modified=False)
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
	columns = ["name", *values]
	rows = [[name, *(name if value == "name" else value for value in values.values())] for name in names]
	frappe.db.bulk_insert(doctype, columns, rows)


def _flags_seconds() -> float:
	"""The daily run where every flag changes and every item is noted: as much as it can ever have to do."""
	frappe.db.set_value("Website Item", {"name": ("is", "set")}, "custom_in_stock", 0, update_modified=False)
	frappe.db.delete("Medusa Outbox")
	frappe.db.commit()
	began = time.perf_counter()
	noted = stock.update_webitem_stock()
	frappe.db.commit()
	took = time.perf_counter() - began
	assert noted >= FLAGGED
	return took


def _each_seconds() -> float:
	"""What asking for each item's quantity by itself takes, for as many items; nothing is written."""
	rows = frappe.get_all("Website Item", {"name": ("like", f"{PREFIX}%")}, ["item_code", "website_warehouse"])
	began = time.perf_counter()
	for row in rows[:SAMPLE]:
		get_bin_details(row.item_code, row.website_warehouse, include_child_warehouses=True)
	return (time.perf_counter() - began) * FLAGGED / SAMPLE


def _round(medusa: Medusa, number: int) -> dict[str, float]:
	"""Quantities per second of both ways, each changing all of them."""
	ways = {"app": _app, "raw": _raw}
	order = list(ways) if number % 2 else list(reversed(ways))
	return {way: PUSHED / ways[way](medusa, number) for way in order}


def _app(medusa: Medusa, number: int) -> float:
	names = [f"{PREFIX}{n}" for n in range(PUSHED)]
	frappe.db.set_value("Bin", {"name": ("in", names)}, "actual_qty", 10 * number)
	frappe.db.delete("Medusa Outbox")
	outbox.add_many((stock.KIND, stock.DOCTYPE, name) for name in names)
	frappe.db.commit()
	began = time.perf_counter()
	drain()
	took = time.perf_counter() - began
	left = frappe.get_all("Medusa Outbox", fields=["name", "error"], limit=3, order_by="name")
	if left:
		raise RuntimeError(f"The stock wasn't sent: {left}")
	return took


def _raw(medusa: Medusa, number: int) -> float:
	http = requests.Session()
	login = {"email": medusa.email, "password": medusa.password}
	token = http.post(f"{medusa.url}/auth/user/emailpass", json=login, timeout=60).json()["token"]
	http.headers["Authorization"] = f"Bearer {token}"
	rows = [
		{
			"inventory_item_id": ITEM_ID.format(n),
			"location_id": medusa.shop["stock_location_id"],
			"stocked_quantity": 10 * number + 5,
		}
		for n in range(PUSHED)
	]
	began = time.perf_counter()
	for start in range(0, PUSHED, BATCH):
		reply = http.post(
			f"{medusa.url}/admin/inventory-items/location-levels/batch",
			json={"create": [], "update": rows[start : start + BATCH]},
			timeout=120,
		)
		reply.raise_for_status()
		reply.json()
	return time.perf_counter() - began
