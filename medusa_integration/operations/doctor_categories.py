"""The doctor's comparison of Item Groups and product categories. Handles and the order below a parent aren't compared."""

from collections.abc import Iterator

import frappe

from medusa_integration.medusa.dialect import Dialect
from medusa_integration.operations.differences import Findings
from medusa_integration.products import categories_to_medusa

DOCTYPE = categories_to_medusa.DOCTYPE


class CategoryComparison:
	"""Compares the categories of the Item Groups that have one, where Item Groups are categories."""

	def __init__(self, medusa: Dialect, findings: Findings) -> None:
		self.medusa = medusa
		self.findings = findings

	def run(self) -> Iterator[int]:
		"""Compare, and yield for each page the number of its categories."""
		missing = categories_to_medusa.wanted()
		if not missing:
			return
		for rows in self.medusa.categories_in_pages():
			for row in rows:
				if wanted := missing.pop(row["id"], None):
					self._compare(wanted, row)
			frappe.db.commit()  # Writes the request log, whose calls would pile up in memory otherwise.
			yield len(rows)
		for wanted in missing.values():
			self._add("missing", "category", wanted, wanted["name"])

	def _compare(self, wanted: dict, row: dict) -> None:
		self.findings.compared["category"] += 1
		for field, ours in wanted.items():
			is_shops = field == "is_active" and ours is None
			if not is_shops and ours != row[field]:
				self._add("different", f"category {field}", wanted, ours, row[field])

	def _add(self, verdict: str, what: str, wanted: dict, ours: object, theirs: object = "") -> None:
		self.findings.add(verdict, what, wanted["external_id"], ours, theirs, doctype=DOCTYPE)
