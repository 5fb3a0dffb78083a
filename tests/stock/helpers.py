"""What the tests about stock look at."""

import frappe

from tests.support.factories import outbox
from tests.support.shop import quantities


def quantity(medusa, sku: str) -> int:
	return quantities(medusa)[sku]


def in_stock(doc) -> int:
	return frappe.db.get_value("Website Item", doc.name, "custom_in_stock")


def kinds() -> set[tuple[str, str]]:
	return {(row.kind, row.reference_name) for row in outbox()}
