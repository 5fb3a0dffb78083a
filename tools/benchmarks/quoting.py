"""What create_quotation adds to the insert of a Quotation: queries of its own, and time."""

import statistics
import time
from collections.abc import Callable

import frappe

from medusa_integration import api
from medusa_integration.setup.storefront import USER
from tests.support.checks import queries
from tests.support.quotations import BUYER, asked, buyer, product
from tests.support.storefront import Shop, configure_storefront

SIZES = (10, 100)  # lines
PAIRS = 15
WARM = 3


def measure() -> dict[str, float]:
	"""The queries of our own for 10 and for 100 lines, and the ratio of the times for 100 lines: the median of pairs, a call
	over HTTP and an insert of the same Quotation right after each other. The Quotations are deleted."""
	configure_storefront()
	buyer()
	variants = [product(f"QUOTED-{n}", 10 + n) for n in range(max(SIZES))]
	figures = {f"quotation_queries_{size}": own_queries(variants[:size]) for size in SIZES}
	shop = Shop()
	pairs = [_pair(shop, variants, number) for number in range(WARM + PAIRS)][WARM:]
	_clean_up()
	return {
		**figures,
		"quotation_ms": statistics.median(called for called, _inserted in pairs) * 1000,
		"quotation_insert_ms": statistics.median(inserted for _called, inserted in pairs) * 1000,
		"quotation_vs_insert": statistics.median(called / inserted for called, inserted in pairs),
	}


def own_queries(variants: list[str]) -> int:
	"""The queries of create_quotation beyond those that an insert of the same Quotation makes."""
	frappe.set_user(USER)
	try:
		doc = frappe.get_doc("Quotation", _make(variants, f"first_{len(variants)}"))
		_make(variants, f"warm_{len(variants)}")
		_bare(doc).insert()
		bare = _bare(doc)
		frappe.db.commit()
		whole = len(queries(lambda: _make(variants, f"counted_{len(variants)}")))
		frappe.db.commit()
		return whole - len(queries(bare.insert))
	finally:
		frappe.set_user("Administrator")
		frappe.db.rollback()


def _make(variants: list[str], n: str) -> str:
	return api.create_quotation(**asked(*((variant, 2) for variant in variants), n=n))["quotationId"]


def _bare(doc):
	"""The same Quotation, not inserted yet; its permissions aren't checked."""
	bare = frappe.copy_doc(doc)
	for field in ("from_ecommerce", "medusa_draft_order_id", "workflow_state"):
		bare.set(field, doc.get(field))
	bare.flags.ignore_permissions = True
	return bare


def _pair(shop: Shop, variants: list[str], number: int) -> tuple[float, float]:
	"""Seconds of a call and of an insert; now one first, now the other."""
	arguments = asked(*((variant, 2) for variant in variants), n=f"timed_{number}")
	frappe.db.commit()
	newest = frappe.get_all(
		"Quotation", {"from_ecommerce": 1}, pluck="name", order_by="creation desc", limit=1
	)
	bare = _bare(frappe.get_doc("Quotation", newest[0])) if newest else None

	def call() -> None:
		response = shop.call("create_quotation", **arguments)
		assert response.status_code == 200, response.text

	def insert() -> None:
		if bare:
			bare.insert()
		frappe.db.commit()

	order = (call, insert) if number % 2 else (insert, call)
	took = {work: _seconds(work) for work in order}
	return took[call], took[insert]


def _seconds(work: Callable[[], None]) -> float:
	began = time.perf_counter()
	work()
	return time.perf_counter() - began


def _clean_up() -> None:
	"""Leave the catalogue as it was."""
	names = frappe.get_all(
		"Quotation", {"party_name": frappe.db.get_value("Customer", {"medusa_id": BUYER})}, pluck="name"
	)
	codes = frappe.get_all("Item", {"name": ("like", "QUOTED-%")}, pluck="name")
	for doctype, filters in (
		("Quotation Item", {"parent": ("in", names)}),
		("Quotation", {"name": ("in", names)}),
		("Item Price", {"item_code": ("in", codes)}),
		("Website Item", {"item_code": ("in", codes)}),
		("Item", {"name": ("in", codes)}),
		("Customer", {"medusa_id": BUYER}),
		("Medusa Outbox", {"reference_doctype": "Website Item", "status": "Pending"}),
	):
		frappe.db.delete(doctype, filters)
	frappe.db.commit()
