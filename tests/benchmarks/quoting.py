"""What create_quotation costs beyond the insert of its document: queries, which must not grow with the lines, and time,
against Frappe's own REST call that inserts the same Quotation."""

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager

import frappe
from frappe.database.database import Database

from tests.medusa.server import Medusa
from tests.site import Client
from tests.support.factories import customer
from tests.support.storefront import Shop, configure_storefront
from tests.support.users import signed_in

SIZES = (10, 100)  # lines
TIMED = 10  # lines of the quotations whose time is taken
PAIRS = 15
BUYER = "cus_bench"


def measure(medusa: Medusa) -> dict[str, float]:
	"""`quotation_queries_<lines>`: queries of a call without those of the insert; `quotation_vs_insert`: the median of the
	ratios between a call and Frappe's own call that inserts the same Quotation, right beside it."""
	configure_storefront(calls_per_minute=100_000)
	customer("Bench Clinic", medusa_id=BUYER)
	frappe.db.commit()
	shop, variants = Shop(), _variants()
	rest = signed_in("medusa-bench@example.com", "System Manager", "Sales User")
	_create(shop, variants, "warm")  # so that the items are in the cache
	figures = {}
	for lines in SIZES:
		with _counted() as calls:
			name = _create(shop, variants[:lines], f"count{lines}")
		copy = _copy(name)
		with _counted() as inserts:
			_insert(copy)
		figures[f"quotation_queries_{lines}"] = len(calls) - len(inserts)
	figures["quotation_vs_insert"] = statistics.median(_ratios(shop, rest, variants[:TIMED]))
	return figures


def _variants() -> list[str]:
	filters = {"medusa_variant_id": ("is", "set"), "published": 1}
	found = frappe.get_all(
		"Website Item", filters, pluck="medusa_variant_id", order_by="name", limit=max(SIZES)
	)
	assert len(found) == max(SIZES)
	return found


def _ratios(shop: Shop, rest: Client, variants: list[str]) -> Iterator[float]:
	"""Now the call first, now the insert."""
	last = _create(shop, variants, "pair")
	for number in range(PAIRS):
		document, took = frappe.as_json(_copy(last)), {}
		for call in (True, False) if number % 2 else (False, True):
			began = time.perf_counter()
			if call:
				last = _create(shop, variants, f"pair{number}")
			else:
				_post(rest, document)
			took[call] = time.perf_counter() - began
		yield took[True] / took[False]


def _create(shop: Shop, variants: list[str], id: str) -> str:
	response = shop.call(
		"create_quotation",
		customer_id=BUYER,
		draft_order_id=f"dorder_{id}",
		quotation_id=f"quot_{id}",
		items=[{"variant_id": variant, "quantity": 2} for variant in variants],
	)
	assert response.status_code == 200, response.text
	return response.json["message"]["quotationId"]


def _post(rest: Client, document: str) -> None:
	response = rest.post("/api/resource/Quotation", data=document, content_type="application/json")
	assert response.status_code == 200, response.text


def _copy(name: str):
	doc = frappe.copy_doc(frappe.get_doc("Quotation", name))
	doc.flags.ignore_permissions = True
	return doc


def _insert(doc) -> None:
	doc.insert()
	frappe.db.commit()


@contextmanager
def _counted() -> Iterator[list[str]]:
	"""The queries that are made, on every connection of this process."""
	queries, sql = [], Database.sql

	def counting(self, query, *args, **options):
		queries.append(str(query))
		return sql(self, query, *args, **options)

	Database.sql = counting
	try:
		yield queries
	finally:
		Database.sql = sql
