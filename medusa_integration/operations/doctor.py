"""ERPNext and Medusa side by side, page by page: what is missing there, too much, doubled or different.

Reads only. What differs is put right by sending it again through the outbox, and what belongs to Website Items that
are gone by deleting it.
"""

from collections import Counter
from collections.abc import Iterator

import frappe

from medusa_integration.delivery import outbox
from medusa_integration.medusa.v2.dialect import MedusaV2
from medusa_integration.operations import bulk
from medusa_integration.operations.differences import Difference, Findings
from medusa_integration.operations.doctor_collections import CollectionComparison
from medusa_integration.operations.doctor_prices import PriceComparison
from medusa_integration.operations.doctor_products import ProductComparison
from medusa_integration.outbound import collections, products, shop_items, stock

PAGE = 200


class ShopComparison:
	"""One comparison of the whole shop. `differences` fills while `run` goes on."""

	def __init__(self, medusa: MedusaV2) -> None:
		self.medusa = medusa
		self.findings = Findings()
		self.products = ProductComparison(medusa, self.findings)
		self.collections = CollectionComparison(medusa, self.findings)
		self.prices = PriceComparison(medusa, self.findings)

	@property
	def differences(self) -> list[Difference]:
		return self.findings.differences

	def length(self) -> int:
		"""About how much `run` yields in all."""
		return 3 * len(shop_items.items()) + len(collections.wanted())

	def run(self) -> Iterator[int]:
		"""Compare, and yield how many records each step was about.

		:raises MedusaError: where Medusa can't be asked
		"""
		for page in self.medusa.products_in_pages(PAGE):
			self.products.compare(page)
			self.collections.note(page)
			frappe.db.commit()  # writes the log of the page's call, which would pile up otherwise
			yield len(page)
		self.products.finish()
		names = sorted(self.products.ids)
		yield from self.collections.run(PAGE)
		yield from self.prices.run(names, PAGE)
		yield from self._compare_stock(names)

	def _compare_stock(self, names: list[str]) -> Iterator[int]:
		for part in frappe.utils.create_batch(names, PAGE):
			wanted = stock.wanted(part)
			found = self.medusa.stock_levels([variant for _name, variant, _units in wanted]) if wanted else {}
			for name, variant, units in wanted:
				if variant in found:
					self.findings.compare("stock", name, units, found[variant])
				else:
					self.findings.add("missing", "stock", name, ours=units)
			self.findings.compared["stock"] += len(wanted)
			frappe.db.commit()  # as above
			yield len(part)

	def summary(self) -> str:
		"""In one line: what was compared, and what was found."""
		found = Counter(each.verdict for each in self.differences)
		words = [f"{count} {verdict}" for verdict, count in sorted(found.items())] or ["all agrees"]
		waiting = frappe.db.count(outbox.DOCTYPE)
		compared = self.findings.compared
		return (
			f"{compared['product']} products, {compared['price']} prices, {compared['stock']} quantities: "
			f"{', '.join(words)}." + (f" {waiting} rows of the outbox aren't sent yet." if waiting else "")
		)

	# --- putting it right

	def warnings(self) -> list[str]:
		"""What somebody should know before the repairs are queued."""
		handles = sum(each.what == "handle" for each in self.differences)
		if not handles:
			return []
		return [
			f"Repairing changes the address of {handles} products in the shop back to the one they were created with."
		]

	def extras(self) -> list[Difference]:
		"""Products in Medusa that we made for Website Items which are gone."""
		return [each for each in self.differences if (each.verdict, each.what) == ("extra", "product")]

	def to_resend(self) -> list[str]:
		"""The Website Items of which something is missing or different."""
		return sorted(self._names(products.DOCTYPE) - {each.name for each in self.extras()})

	def groups_to_resend(self) -> list[str]:
		"""The Item Groups whose collection is missing or different."""
		return sorted(self._names(collections.DOCTYPE))

	def queue_repairs(self) -> int:
		"""Queue what is missing or different to be sent again. Returns the number of records."""
		names = self.to_resend()
		for part in frappe.utils.create_batch(names, bulk.PART):
			self.prices.mark_strays(part)
			frappe.db.commit()  # the drain must not wait for the rows that are locked here
		groups = self.groups_to_resend()
		queued = bulk.queue(groups, (collections.KIND,), collections.DOCTYPE) + bulk.resend(names)
		return queued + bulk.queue(self.without_collection(), (products.KIND,))

	def without_collection(self) -> list[str]:
		"""The other Website Items, of deleted collections: in Medusa their products still name these."""
		groups = [
			each.name for each in self.differences if (each.verdict, each.what) == ("missing", "collection")
		]
		filters = {"item_group": ("in", groups or [""]), "medusa_id": ("is", "set")}
		return sorted(
			{*frappe.get_all(products.DOCTYPE, filters, pluck="name", order_by=None)} - {*self.to_resend()}
		)

	def _names(self, doctype: str) -> set[str]:
		return {each.name for each in self.differences if each.doctype == doctype}

	def queue_deletions(self) -> int:
		"""Note that the products of Website Items that are gone have to be deleted. Returns their number."""
		for each in self.extras():
			outbox.add(products.KIND, products.DOCTYPE, each.name, medusa_ids={"id": each.id})
		frappe.db.commit()  # as all of the outbox's notes from outside of a save
		return len(self.extras())
