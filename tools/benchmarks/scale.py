"""How the work grows with the shop: an outbox of 100,000 waiting rows against one of 1,000, and the daily and nightly
runs for 50,000 items against 5,000.
"""

import statistics
import time

import frappe
from frappe.utils import add_days, now_datetime

from medusa_integration.delivery import claims, settling
from medusa_integration.delivery.box import outbox
from medusa_integration.delivery.kind import Result
from medusa_integration.operations import bulk
from medusa_integration.stock.stock_to_medusa import STOCK, update_webitem_stock
from medusa_integration.sync.sending import HOOKS
from tests.medusa.server import Medusa
from tools.benchmarks import stocking

FEW_ROWS, MANY_ROWS = 1_000, 100_000  # of the outbox
FEW_ITEMS, MANY_ITEMS = 5_000, 50_000
BATCH, BATCHES, ROUNDS = 100, 8, 5
PREFIX = "BENCH-ROW-"


def measure(medusa: Medusa) -> dict[str, float]:
	"""The figures of the benchmark; leaves the site as it was."""
	with stocking.items(medusa, MANY_ITEMS):
		runs = {"stock_flags_growth": update_webitem_stock, "prices_growth": _compare_prices}
		_add_prices()
		growth = {name: _growth(run) for name, run in runs.items()}
		few, many = _claim_seconds(FEW_ROWS), _claim_seconds(MANY_ROWS)
		frappe.db.delete("Item Price", {"name": ("like", f"{stocking.PREFIX}%")})
	return {"claim_100k_vs_1k": many / few, **growth}


# --- the outbox


def _claim_seconds(rows: int) -> float:
	"""The median time of claiming and settling a batch while so many rows wait."""
	frappe.db.delete(outbox.doctype)
	now = now_datetime()
	fields = [
		"name",
		"kind",
		"reference_doctype",
		"reference_name",
		"status",
		"due",
		"lease",
		"attempts",
		"revision",
	]
	values = (
		(f"{PREFIX}{n:06}", STOCK.name, STOCK.doctype, stocking.name_of(n), "Pending", now, "", 0, 1)
		for n in range(rows)
	)
	frappe.db.bulk_insert(outbox.doctype, fields, values)
	frappe.db.commit()
	took = [_claim_and_settle() for _ in range(BATCHES)]
	frappe.db.delete(outbox.doctype)
	frappe.db.commit()
	return statistics.median(took)


def _claim_and_settle() -> float:
	began = time.perf_counter()
	claimed = claims.claim(outbox, STOCK.name, BATCH, 60)
	settling.settle(outbox, [Result.done(row) for row in claimed], 8, 60, HOOKS)
	took = time.perf_counter() - began
	if len(claimed) != BATCH:
		raise RuntimeError(f"{len(claimed)} rows were claimed instead of {BATCH}")
	return took


# --- the daily and the nightly run


def _growth(run) -> float:
	"""The time an item takes among many items, against the time it takes among few; the runs side by side."""
	ratios = []
	for _ in range(ROUNDS):
		few, many = _seconds(run, FEW_ITEMS) / FEW_ITEMS, _seconds(run, MANY_ITEMS) / MANY_ITEMS
		ratios.append(many / few)
	return statistics.median(ratios)


def _seconds(run, items: int) -> float:
	"""How long a run takes for the first so many items, of which a twentieth has changed."""
	frappe.db.delete(outbox.doctype)
	in_shop = {"name": ("<", stocking.name_of(items)), "item_code": ("like", f"{stocking.PREFIX}%")}
	left_out = {"name": (">=", stocking.name_of(items)), "item_code": ("like", f"{stocking.PREFIX}%")}
	here = {"published": 1, "custom_in_stock": 1}
	frappe.db.set_value("Website Item", in_shop, here, update_modified=False)
	frappe.db.set_value("Website Item", left_out, "published", 0, update_modified=False)
	frappe.db.set_value("Website Item", left_out, "medusa_variant_id", None, update_modified=False)
	frappe.db.sql(
		"update `tabWebsite Item` set medusa_variant_id = name where name < %s and item_code like %s",
		(stocking.name_of(items), f"{stocking.PREFIX}%"),
	)
	changed = {"name": ("<", stocking.name_of(items // 20)), "item_code": ("like", f"{stocking.PREFIX}%")}
	frappe.db.set_value("Website Item", changed, "custom_in_stock", 0, update_modified=False)
	frappe.db.commit()
	began = time.perf_counter()
	run()
	frappe.db.commit()
	return time.perf_counter() - began


def _compare_prices() -> None:
	bulk.queue_missing_prices()
	bulk.sync_changed_prices()


def _add_prices() -> None:
	"""One Item Price for each item; a twentieth of them isn't in Medusa, and another twentieth was changed of late."""
	old, new = add_days(now_datetime(), -30), now_datetime()
	price_list = bulk.settings.current().price_list
	rows = []
	for n in range(MANY_ITEMS):
		name = stocking.name_of(n)
		id, modified = (None if n % 20 == 0 else name), (new if n % 20 == 1 else old)
		rows.append((name, name, price_list, 1, 5, "OMR", id, id, modified, old))
	fields = [
		"name", "item_code", "price_list", "selling", "price_list_rate", "currency", "medusa_id", "medusa_price_id",
		"modified", "creation",
	]  # fmt: skip
	frappe.db.bulk_insert("Item Price", fields, rows)
	frappe.db.commit()
