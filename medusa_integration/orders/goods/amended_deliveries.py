"""Amended deliveries with unchanged goods: another driver or address doesn't move the goods again.

Source: docs/reference.md, "Deliveries".
"""

from collections import defaultdict
from dataclasses import dataclass

import frappe
from frappe.utils import flt


@dataclass(frozen=True)
class Amended:
	"""Names of documents: those with the same goods as the one that they amend (`same`), and those that a
	submitted one with the same goods has replaced (`replaced`)."""

	same: frozenset[str] = frozenset()
	replaced: frozenset[str] = frozenset()


def compare(doctype: str, docs: list[frappe._dict]) -> Amended:
	"""Compare the goods of amended documents, in three queries at most.

	:param docs: Delivery Notes or Sales Invoices with `name` and `amended_from`
	"""
	names = [doc.name for doc in docs]
	later = frappe.get_all(
		doctype,
		{"amended_from": ("in", [*names, ""]), "docstatus": 1},
		["name", "amended_from"],
		order_by=None,
	)
	pairs = [(doc.name, doc.amended_from) for doc in [*docs, *later] if doc.amended_from]
	if not pairs:
		return Amended()
	goods = _goods(doctype, {name for pair in pairs for name in pair})
	same = [(name, former) for name, former in pairs if goods[name] == goods[former]]
	successors = {doc.name for doc in later}
	return Amended(
		frozenset(name for name, _former in same),
		frozenset(former for name, former in same if name in successors),
	)


def _goods(doctype: str, names: set[str]) -> dict[str, dict]:
	fields = ["parent", "so_detail", "warehouse", "qty", "conversion_factor"]
	rows = frappe.get_all(
		f"{doctype} Item", {"parent": ("in", sorted(names)), "parenttype": doctype}, fields, order_by=None
	)
	goods: dict[str, dict] = defaultdict(lambda: defaultdict(float))
	for row in rows:
		goods[row.parent][row.so_detail, row.warehouse] += flt(row.qty) * (flt(row.conversion_factor) or 1)
	return goods
