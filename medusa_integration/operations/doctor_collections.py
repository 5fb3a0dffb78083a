"""Item Groups and Medusa's collections. Handles aren't compared: a collection keeps its own when its group is renamed."""

from collections.abc import Iterator

import frappe

from medusa_integration.medusa.matching import differs
from medusa_integration.medusa.v2.dialect import MedusaV2
from medusa_integration.operations.differences import Findings
from medusa_integration.outbound import collections


class CollectionComparison:
	"""Compares the collections of the Item Groups that have one."""

	def __init__(self, medusa: MedusaV2, findings: Findings) -> None:
		self.medusa = medusa
		self.findings = findings
		self._metadata: dict[str, dict] = {}  # by collection, as products told it

	def note(self, page: list[dict]) -> None:
		"""Keep the metadata of products' collections: v1 has it nowhere else but in a call for each of them."""
		for product in page:
			if product.get("collection"):
				self._metadata[product["collection"]["id"]] = product["collection"]["metadata"] or {}

	def run(self, page: int) -> Iterator[int]:
		"""Compare, and yield how many collections each page had."""
		missing = collections.wanted()
		for rows in self.medusa.collections_in_pages(page):
			for row in rows:
				wanted = missing.pop(row["id"], None)
				if wanted:
					self._compare(wanted, row)
			frappe.db.commit()  # writes the log of the page's call, which would pile up otherwise
			yield len(rows)
		for wanted in missing.values():
			self.findings.add(
				"missing",
				"collection",
				wanted["external_id"],
				ours=wanted["title"],
				doctype=collections.DOCTYPE,
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
					doctype=collections.DOCTYPE,
				)
