"""The doctor's comparison of Item Groups and collections. Handles aren't compared, because a collection keeps its handle
when its group is renamed."""

from collections.abc import Iterator

import frappe

from medusa_integration.medusa.dialect import Dialect
from medusa_integration.medusa.matching import differs
from medusa_integration.operations.differences import Findings
from medusa_integration.products import collections_to_medusa


class CollectionComparison:
	"""Compares the collections of the Item Groups that have one."""

	def __init__(self, medusa: Dialect, findings: Findings) -> None:
		self.medusa = medusa
		self.findings = findings
		self._metadata: dict[str, dict] = {}  # by collection, from the products' replies

	def note(self, page: list[dict]) -> None:
		"""Note the metadata of products' collections, which v1's list of collections lacks."""
		for product in page:
			if product.get("collection"):
				self._metadata[product["collection"]["id"]] = product["collection"]["metadata"] or {}

	def run(self, page: int) -> Iterator[int]:
		"""Compare, and yield for each page the number of its collections."""
		missing = collections_to_medusa.wanted()
		for rows in self.medusa.collections_in_pages(page):
			for row in rows:
				wanted = missing.pop(row["id"], None)
				if wanted:
					self._compare(wanted, row)
			frappe.db.commit()  # Writes the request log, whose calls would pile up in memory otherwise.
			yield len(rows)
		for wanted in missing.values():
			self.findings.add(
				"missing",
				"collection",
				wanted["external_id"],
				ours=wanted["title"],
				doctype="Item Group",
			)

	def _compare(self, wanted: dict, row: dict) -> None:
		self.findings.compared["collection"] += 1
		row.setdefault("metadata", self._metadata.get(row["id"], wanted["metadata"]))
		for field, ours in wanted.items():
			if field in row and differs(ours, row[field]):
				self.findings.add(
					"different",
					f"collection {field}",
					wanted["external_id"],
					ours,
					row[field],
					doctype="Item Group",
				)
