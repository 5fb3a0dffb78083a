"""The doctor: compares ERPNext and Medusa page by page, and finds records that are missing in Medusa, extra, doubled or
different.

The comparison only reads. Repairs are queued: differing records are sent again, and products of deleted Website Items
are deleted.

Source: docs/command-line.md, "The doctor".
"""

from collections import Counter
from collections.abc import Iterator

import frappe

from medusa_integration.delivery.box import outbox
from medusa_integration.medusa.dialect import Dialect
from medusa_integration.operations import foreign_price_lists, queueing
from medusa_integration.operations.differences import Difference, Findings
from medusa_integration.operations.doctor_categories import CategoryComparison
from medusa_integration.operations.doctor_collections import CollectionComparison
from medusa_integration.operations.doctor_prices import FOREIGN_LIST, PriceComparison
from medusa_integration.operations.doctor_products import ProductComparison
from medusa_integration.products import collections_to_medusa, shop_items
from medusa_integration.stock import compared_stock, locations
from medusa_integration.sync.kinds import CATEGORY, COLLECTION, PRODUCT

PAGE = 200
ELSEWHERE = "stock elsewhere"
LEFT_OVER = "reserved for no order"
# Three calls that were tried with a real Medusa; its admin has no button for it. Between the first and the last of them another repair
# would take the quantity off twice, so that the doctor makes none itself.
LEFT_OVER_STEP = (
	"{quantity} at {place}: Medusa counts them as reserved and has no reservation for them, so that the product and its level"
	" can't be deleted. With Medusa's API: POST /admin/reservations"
	' {{"inventory_item_id": "{item}", "location_id": "{location}", "quantity": -{quantity}}}, then POST /admin/reservations/ID'
	' {{"location_id": another location where the item has a quantity}}, then DELETE /admin/reservations/ID.'
)


class ShopComparison:
	"""One comparison of the whole shop. `differences` grows while `run` goes on."""

	def __init__(self, medusa: Dialect) -> None:
		self.medusa = medusa
		self.findings = Findings()
		self.products = ProductComparison(medusa, self.findings)
		self.collections = CollectionComparison(medusa, self.findings)
		self.categories = CategoryComparison(medusa, self.findings)
		self.prices = PriceComparison(medusa, self.findings)
		self.unlinked: list[str] = []  # stock locations of ours that the shop doesn't sell from

	@property
	def differences(self) -> list[Difference]:
		return self.findings.differences

	@property
	def notes(self) -> list[Difference]:
		"""Products without a price, those that the shop sells at a price of its own, those whose sales unit has no conversion, and
		the price lists that the app didn't make and whose prices replace ERPNext's, and quantities that Medusa has reserved for no order.
		No sending changes them."""
		return self.findings.notes

	def length(self) -> int:
		"""The approximate sum of what `run` yields, for a progress bar."""
		return 3 * len(shop_items.items()) + len(collections_to_medusa.wanted())

	def run(self) -> Iterator[int]:
		"""Compare, and yield after each step the number of its records.

		:raises MedusaError: where Medusa can't be asked
		"""
		for page in self.medusa.products_in_pages(PAGE):
			self.products.compare(page)
			self.collections.note(page)
			frappe.db.commit()  # Writes the request log, whose calls would pile up in memory otherwise.
			yield len(page)
		self.products.finish()
		names = sorted(self.products.ids)
		yield from self.collections.run(PAGE)
		yield from self.categories.run()
		yield from self.prices.run(names, PAGE)
		yield from self._compare_stock(names)

	def _compare_stock(self, names: list[str]) -> Iterator[int]:
		self.unlinked = self.medusa.unlinked_locations(locations.current().all)
		for part in frappe.utils.create_batch(names, PAGE):
			wanted = compared_stock.wanted(part)
			variants = [each.variant for each in wanted]
			found = compared_stock.in_medusa(self.medusa, variants) if wanted else {}
			for each in wanted:
				what = "stock" if each.label == each.name else f"stock of {each.label}"
				if each.variant in found:
					self.findings.compare(what, each.name, each.units, found[each.variant])
				else:
					self.findings.add("missing", what, each.name, ours=each.units)
			self._compare_kits(part)
			self._compare_elsewhere({each.variant: each.name for each in wanted})
			self.findings.compared["stock"] += len(wanted)
			frappe.db.commit()  # Writes the request log, as above.
			yield len(part)
		for rest in self.medusa.left_over_reservations():
			words = LEFT_OVER_STEP.format(**rest._asdict())
			self.findings.note("left over", LEFT_OVER, rest.sku or rest.item, words)
		frappe.db.commit()

	def _compare_kits(self, names: list[str]) -> None:
		"""Add the Product Bundles that consist of other parts in Medusa."""
		wanted = compared_stock.kits_wanted(names)
		found = self.medusa.kit_parts(variant for _name, variant, _parts in wanted) if wanted else {}
		for name, variant, parts in wanted:
			theirs = found.get(variant, {})
			self.findings.compare("stock of its parts", name, _listed(parts), _listed(theirs))
		lone = compared_stock.parts_wanted(names) if wanted else []
		there = (
			compared_stock.parts_in_medusa(self.medusa, {sku for _name, sku, _units in lone}) if lone else {}
		)
		for name, sku, units in lone:
			self.findings.compare(f"stock of {sku}", name, units, there.get(sku))
		self.findings.compared["stock"] += len(wanted) + len(lone)

	def _compare_elsewhere(self, names: dict[str, str]) -> None:
		"""Add what the shop sells of variants from stock locations that aren't ours. The app writes no levels there.

		:param names: `{variant: Website Item}`
		"""
		found = compared_stock.elsewhere(self.medusa, names) if names else {}
		for variant, places in found.items():
			theirs = ", ".join(f"{units} at {place}" for place, units in sorted(places.items()))
			self.findings.add("extra", ELSEWHERE, names[variant], theirs=theirs)

	def summary(self) -> str:
		"""One line with the numbers of compared records and of differences."""
		found = Counter(each.verdict for each in self.differences)
		words = [f"{count} {verdict}" for verdict, count in sorted(found.items())] or ["all agrees"]
		noted = Counter(note.what for note in self.notes)
		lists = noted.pop(FOREIGN_LIST, 0)
		words += [f"{count} with {what}" for what, count in sorted(noted.items())]
		words += [f"{lists} price lists that the app didn't make"] if lists else []
		waiting = outbox.count()
		compared = self.findings.compared
		return (
			f"{compared['product']} products, {compared['price']} prices, {compared['stock']} quantities: "
			f"{', '.join(words)}." + (f" {waiting} rows of the outbox aren't sent yet." if waiting else "")
		)

	# --- repairs

	def warnings(self) -> list[str]:
		"""Warnings for the operator before repairs are queued."""
		found = Counter(each.what for each in self.differences)
		warnings = []
		if handles := found["handle"]:
			warnings.append(
				f"Repairing changes the address of {handles} products in the shop back to the one they were created with."
			)
		if others := found[ELSEWHERE]:
			warnings.append(
				f"The shop also sells {others} products from stock locations that get no stock from here. Set these"
				" levels to 0 in Medusa, take the location out of the sales channel, or name its warehouse in the"
				" Medusa Configuration's table Stock Locations. Repairing leaves them as they are."
			)
		if any(effect.is_for_all for effect in self.prices.foreign):
			warnings.append(foreign_price_lists.advice())
		if self.unlinked:
			warnings.append(
				f"The shop sells nothing from {', '.join(self.unlinked)}: not linked to our sales channel. In Medusa's admin,"
				" open Settings → Locations & Shipping → the location → Sales Channels, and add the channel."
			)
		return warnings

	def extras(self) -> list[Difference]:
		"""Products in Medusa that the app made for Website Items which were deleted."""
		return [each for each in self.differences if (each.verdict, each.what) == ("extra", "product")]

	def to_resend(self) -> list[str]:
		"""The Website Items with a missing or different record."""
		apart = {each.name for each in self.extras()}
		return sorted(self._names("Website Item", but=ELSEWHERE) - apart)

	def groups_to_resend(self) -> list[str]:
		"""The Item Groups whose collection or category is missing or different."""
		return sorted(self._names("Item Group"))

	def _groups_of(self, what: str) -> list[str]:
		"""The Item Groups whose records of one sort are missing or different."""
		found = {
			each.name
			for each in self.differences
			if each.doctype == "Item Group" and each.what.startswith(what)
		}
		return sorted(found)

	def queue_repairs(self) -> int:
		"""Queue the missing and different records, to be sent even if unchanged. Returns their number."""
		names = self.to_resend()
		for part in frappe.utils.create_batch(names, queueing.PART):
			self.prices.mark_strays(part)
			frappe.db.commit()  # A drain must not wait for the rows that are locked here.
		queued = queueing.queue(self._groups_of("collection"), (COLLECTION,)) + queueing.resend(names)
		queued += queueing.queue(self._groups_of("category"), (CATEGORY,))
		return queued + queueing.queue(self.without_collection(), (PRODUCT,))

	def without_collection(self) -> list[str]:
		"""The Website Items, apart from those to resend, whose products name a collection that was deleted
		in Medusa."""
		groups = [
			each.name for each in self.differences if (each.verdict, each.what) == ("missing", "collection")
		]
		filters = {"item_group": ("in", groups or [""]), "medusa_id": ("is", "set")}
		return sorted(
			{*frappe.get_all("Website Item", filters, pluck="name", order_by=None)} - {*self.to_resend()}
		)

	def _names(self, doctype: str, but: str = "") -> set[str]:
		return {each.name for each in self.differences if each.doctype == doctype and each.what != but}

	def queue_deletions(self) -> int:
		"""Queue the deletion of the products of deleted Website Items. Those with variants of the shop's own stay, without ours.
		Returns their number."""
		for each in self.extras():
			last = {"id": each.id, "item_code": self.products.extra_codes[each.id]}
			outbox.add(PRODUCT, each.name, kind_data=last)
		frappe.db.commit()  # No save commits these rows.
		return len(self.extras())


def _listed(parts: dict[str, int]) -> str:
	return ", ".join(f"{number:g} × {sku}" for sku, number in sorted(parts.items()))
