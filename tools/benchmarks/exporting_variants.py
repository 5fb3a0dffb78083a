"""How fast templates get into Medusa, each a product with ten variants: through the app, and posted raw in batches of 100.

The rounds go both ways, each time in another order. Prices and stock, which follow the products, aren't part of it.
"""

import time
from collections.abc import Callable
from statistics import median

import frappe
import requests

from medusa_integration import session
from medusa_integration.delivery.box import outbox
from medusa_integration.delivery.drain import drain
from medusa_integration.sync.kinds import COLLECTION, PRODUCT
from medusa_integration.sync.progress import publish
from medusa_integration.sync.sending import HOOKS
from tests.medusa.server import Medusa
from tools.benchmarks.exporting import BATCH, BATCH_PATH, EXPORTED, _drain, _product_bodies, _recorded

TEMPLATES, VARIANTS, ROUNDS = EXPORTED, 10, 4
SECONDS = 600  # of an export at most
SIZES = ("XS", "S", "M", "L", "XL")
COLOURS = ("Red", "Blue")
KEPT = {
	"Website Item": ("medusa_id", "medusa_variant_id", "medusa_hash", "medusa_handle", "medusa_variants"),
	"Item": ("medusa_id", "medusa_variant_id", "medusa_former_ids"),
	"Item Group": ("medusa_id",),
}


def measure(medusa: Medusa) -> dict[str, float]:
	"""Medians of products a second, of the rounds' ratios, the calls of an export in relation to as many simple products, and
	the calls of a save of a variant.

	Empties the shop: call it last.
	"""
	frappe.db.set_single_value("Medusa Configuration", "variants_become", "Options of one product")
	group = frappe.get_all(
		"Item Group", {"medusa_id": ("is", "set")}, pluck="name", order_by="name", limit=1
	)[0]
	names = _make(group)
	with _recorded() as calls:
		rates = [_app(medusa, group, names)]
	query, bodies = _product_bodies(calls, set(names))
	posts = [call for call in calls if call.method == "POST" and BATCH_PATH in call.url]
	rounds = []
	for number in range(ROUNDS):
		ways = {"app": lambda: _app(medusa, group, names), "raw": lambda: _raw(medusa, group, query, bodies)}
		order = list(ways) if number % 2 else list(reversed(ways))
		rounds.append({way: ways[way]() for way in order})
	_app(medusa, group, names)
	return {
		"export_variants_per_second": median([*rates, *(each["app"] for each in rounds)]) * VARIANTS,
		"export_variants_vs_raw": median(each["app"] / each["raw"] for each in rounds),
		"export_variants_calls": len(posts) / (TEMPLATES / BATCH),
		"variant_save_calls": _calls_of_a_save(),
	}


def _make(group: str) -> list[str]:
	"""Templates of two attributes with their variants, without document events. Returns their Website Items."""
	for name, values in (("Bench Size", SIZES), ("Bench Colour", COLOURS)):
		if not frappe.db.exists("Item Attribute", name):
			rows = [{"attribute_value": value, "abbr": value} for value in values]
			doc = {"doctype": "Item Attribute", "attribute_name": name, "item_attribute_values": rows}
			frappe.get_doc(doc).insert()
	templates = [f"BENCH-{number:04}" for number in range(TEMPLATES)]
	variants = [(code, size, colour) for code in templates for size in SIZES for colour in COLOURS]
	_insert("Item", [_item(code, group, has_variants=1) for code in templates])
	_insert("Item", [_item(f"{c}-{s}-{o}", group, variant_of=c) for c, s, o in variants])
	rows = [(code, "Bench Size", "") for code in templates] + [
		(code, "Bench Colour", "") for code in templates
	]
	rows += [(f"{c}-{s}-{o}", "Bench Size", s) for c, s, o in variants]
	rows += [(f"{c}-{s}-{o}", "Bench Colour", o) for c, s, o in variants]
	_insert(
		"Item Variant Attribute",
		[
			{
				"name": f"{code} {attribute}",
				"parent": code,
				"parenttype": "Item",
				"parentfield": "attributes",
				"idx": 1 if attribute == "Bench Size" else 2,
				"attribute": attribute,
				"attribute_value": value,
			}
			for code, attribute, value in rows
		],
	)
	pages = [
		{
			"name": f"PAGE-{code}",
			"web_item_name": f"Shirt {code}",
			"item_code": code,
			"item_group": group,
			"stock_uom": "Nos",
			"has_variants": 1,
			"published": 1,
			"web_long_description": "A shirt for the benchmark.",
		}
		for code in templates
	]
	_insert("Website Item", pages)
	frappe.db.commit()
	return [page["name"] for page in pages]


def _item(code: str, group: str, **values) -> dict:
	row = {
		"name": code,
		"item_code": code,
		"item_name": code,
		"item_group": group,
		"stock_uom": "Nos",
		"is_stock_item": 1,
		"is_sales_item": 1,
		"variant_based_on": "Item Attribute",
		"variant_of": None,
		"has_variants": 0,
	}
	return {**row, **values}


def _insert(doctype: str, rows: list[dict]) -> None:
	now = frappe.utils.now()
	rows = [
		{**row, "creation": now, "modified": now}
		for row in rows
		if not frappe.db.exists(doctype, row["name"])
	]
	if rows:
		frappe.db.bulk_insert(doctype, list(rows[0]), [tuple(row.values()) for row in rows])


def _start_afresh(medusa: Medusa, group: str) -> None:
	"""Empty the shop but for one collection, and forget what ERPNext keeps of it. Rows of orders go: Medusa has none any more."""
	medusa.wipe()
	frappe.db.delete(outbox.doctype)
	for doctype, fields in KEPT.items():
		frappe.db.set_value(doctype, {"name": ("is", "set")}, dict.fromkeys(fields), update_modified=False)
	outbox.add(COLLECTION, group)
	frappe.db.commit()
	_drain()


def _app(medusa: Medusa, group: str, names: list[str]) -> float:
	"""Templates a second through the app."""
	_start_afresh(medusa, group)
	outbox.add_many((PRODUCT, name) for name in names)
	frappe.db.commit()
	rate = _rate(lambda: drain(outbox, [PRODUCT], session.open_shop, SECONDS, publish, HOOKS))
	_drain()
	return rate


def _raw(medusa: Medusa, group: str, query: str, bodies: list[dict]) -> float:
	_start_afresh(medusa, group)
	http = _http(medusa)
	collection = frappe.db.get_value("Item Group", group, "medusa_id")
	bodies = [{**body, "collection_id": collection} for body in bodies]

	def post() -> None:
		for start in range(0, len(bodies), BATCH):
			body = {"create": bodies[start : start + BATCH], "update": []}
			http.post(f"{medusa.url}{BATCH_PATH}?{query}", json=body, timeout=300).raise_for_status()

	return _rate(post)


def _rate(run: Callable[[], None]) -> float:
	began = time.perf_counter()
	run()
	return TEMPLATES / (time.perf_counter() - began)


def _http(medusa: Medusa) -> requests.Session:
	http = requests.Session()
	login = {"email": medusa.email, "password": medusa.password}
	reply = http.post(f"{medusa.url}/auth/user/emailpass", json=login, timeout=60)
	http.headers["Authorization"] = f"Bearer {reply.json()['token']}"
	return http


def _calls_of_a_save() -> int:
	"""The calls that follow the save of a variant's Item, once the first one has told Medusa the order of the option values."""
	code = f"BENCH-0000-{SIZES[0]}-{COLOURS[0]}"
	_save(code)
	with _recorded() as calls:
		_save(code)
	return sum("/auth/" not in call.url for call in calls)


def _save(code: str) -> None:
	doc = frappe.get_doc("Item", code)
	doc.country_of_origin = "Germany" if doc.country_of_origin != "Germany" else "Oman"
	doc.save()
	frappe.db.commit()
	_drain()
