"""The queries of our own code don't grow with a quotation's lines."""

import frappe

from medusa_integration import api
from medusa_integration.setup.storefront import USER
from tests.support.checks import queries
from tests.support.quotations import asked, buyer, product
from tools.benchmarks.quoting import own_queries

FEW, MANY = 3, 30


def test_making_one(shop):
	buyer()
	variants = [product(f"Q-{n}", 10) for n in range(MANY)]
	assert own_queries(variants[:FEW]) == own_queries(variants) < 40


def test_changing_one(shop):
	buyer()
	variants = [product(f"Q-{n}", 10) for n in range(2 * MANY)]
	assert _of_a_change(variants[:FEW], variants[FEW : 2 * FEW], 1) == _of_a_change(
		variants[:MANY], variants[MANY:], 2
	)


def _of_a_change(before: list[str], after: list[str], n: int) -> int:
	"""The queries of update_quotation_new beyond those of a save of the same changes."""
	frappe.set_user(USER)
	try:
		given = asked(*((variant, 1) for variant in before), n=n)
		name = api.create_quotation(**given)["quotationId"]

		def change(quantity: int) -> None:
			lines = [{"variant_id": variant, "quantity": quantity} for variant in (*before, *after)]
			api.update_quotation_new(quotation_id=name, items=lines)

		change(1)
		frappe.db.commit()
		whole = len(queries(lambda: change(2)))
		doc = frappe.get_doc("Quotation", name)
		for row in doc.items:
			row.qty = 3
		doc.flags.ignore_permissions = True
		frappe.db.commit()
		return whole - len(queries(doc.save))
	finally:
		frappe.set_user("Administrator")
