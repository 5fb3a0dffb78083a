"""Fields of many documents that are written in one statement."""

import frappe

from medusa_integration.delivery import documents
from tests.support.factories import item


def test_each_document_gets_its_own_values():
	codes = [f"W-{number}" for number in range(documents.PART + 2)]
	for code in codes:
		item(code)
	frappe.db.set_value("Item", {"name": ("in", codes)}, {"medusa_id": None, "medusa_former_ids": "old"})
	alike = {"medusa_former_ids": ""}
	values = {code: {**alike, "medusa_variant_id": f"variant_{code}"} for code in codes}
	values["W-0"] = {"medusa_id": "prod_0", "medusa_variant_id": None}
	documents.write("Item", values)
	fields = ["name", "medusa_id", "medusa_variant_id", "medusa_former_ids"]
	found = {row.name: row for row in frappe.get_all("Item", {"name": ("in", codes)}, fields)}
	first = found.pop("W-0")
	assert (first.medusa_id, first.medusa_variant_id, first.medusa_former_ids) == ("prod_0", None, "old")
	assert {row.medusa_id for row in found.values()} == {None}
	assert {row.medusa_former_ids for row in found.values()} == {""}
	assert all(row.medusa_variant_id == f"variant_{code}" for code, row in found.items())
