"""The doctor's comparison of Item Prices with the rows of Medusa's price lists, and of the price lists themselves."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

import frappe
from frappe.utils import getdate

from medusa_integration import settings, sold_units
from medusa_integration.medusa.dialect import Dialect
from medusa_integration.medusa.matching import moment
from medusa_integration.medusa.price_operations import OVERRIDE, Slot
from medusa_integration.operations import foreign_price_lists
from medusa_integration.operations.differences import Findings
from medusa_integration.prices import in_shop, item_prices, price_state, prices_to_medusa, unpriced
from medusa_integration.prices.prices_to_medusa import Wanted

FOREIGN_LIST = "foreign price list"  # a note about one


class PriceComparison:
	"""Compares the prices that hold from today on."""

	def __init__(self, medusa: Dialect, findings: Findings) -> None:
		self.medusa = medusa
		self.findings = findings
		self.foreign: list[foreign_price_lists.Effect] = []
		self._strays: dict[str, dict[str, list[str]]] = {}  # {Website Item: {key: "list id/row id"}}
		self._checked: set[str] = set()  # ids of price lists

	def run(self, names: list[str], page: int) -> Iterator[int]:
		"""Compare, and yield after each step the number of its Website Items."""
		price_list, today = settings.current().price_list, getdate()
		self.medusa.ask_again()  # A currency may have been removed from the store since.
		rows = defaultdict(list)  # by variant
		for window, found in self.medusa.prices_in_pages(price_list):
			if not window[1] or window[1] >= today:
				for row in found:
					rows[row["variant_id"]].append((window, row))
		for part in frappe.utils.create_batch(names, page):
			found = list(prices_to_medusa.wanted(part, set(self.medusa.currencies)))
			for item, wanted in found:
				self._compare_item(item, wanted, rows.pop(item.medusa_variant_id, []), today)
			self._compare_base_prices(found)
			yield len(part)
		self.foreign = foreign_price_lists.effects(
			self.medusa, after_page=frappe.db.commit
		)  # as the other pages
		for effect in self.foreign:
			self.findings.note("unknown", FOREIGN_LIST, effect.list.title, effect.words())

	def _compare_base_prices(self, found: list[tuple[frappe._dict, dict]]) -> None:
		"""Compare the prices outside of price lists, which ERPNext's replace, and note the products without a price."""
		base = self.medusa.base_prices({item.medusa_variant_id: item.medusa_id for item, _wanted in found})
		without = unpriced.reasons({item.name: item for item, _wanted in found}.values())
		self._note_units([item for item, _wanted in found])
		own = frappe.db.get_value("Price List", settings.current().price_list, "currency") or ""
		for item, wanted in found:
			replaced = {own.lower(), *(place.currency for place in wanted)} if wanted else set()
			there = base.get(item.medusa_variant_id, {})
			for currency, amount in sorted(there.items()):
				if currency in replaced:
					self.findings.add("extra", f"base price {currency.upper()}", item.name, theirs=amount)
			rest = [
				f"{amount} {currency.upper()}"
				for currency, amount in sorted(there.items())
				if currency not in replaced
			]
			if rest:
				self.findings.note(
					"unknown", "own price", item.name, without.get(item.name, ""), ", ".join(rest)
				)
			elif item.name in without:
				self.findings.note("no price", "no price", item.name, without[item.name])

	def _note_units(self, items: list[frappe._dict]) -> None:
		"""Note the items that are sold in their stock unit because their sales unit has no conversion."""
		reasons = sold_units.unconverted(item.item_code for item in items)
		for item in items:
			if item.item_code in reasons:
				self.findings.note("no conversion", "no conversion", item.name, reasons[item.item_code])

	def _compare_item(self, item: frappe._dict, wanted: dict, found: list, today: date) -> None:
		"""Compare an item's prices. The start of a price that is in force isn't compared."""
		name = item.name
		ours = {_from(place, today): amount for place, amount in wanted.items()}
		theirs = defaultdict(list)
		for window, row in found:
			tier = row["min_quantity"], row["max_quantity"]
			place = Wanted(tuple(window[:2]), row["currency_code"], window.group, window.type, *tier)
			key = _from(place, today)
			theirs[key].append(row["amount"])
			if key in ours:
				self._compare_list(name, window, row)
		self.findings.compared["price"] += len(ours)
		before = len(self.findings.differences)
		for key in sorted({*ours, *theirs}, key=str):
			label = in_shop.named(item, f"price {_words(key)}")
			self._compare_amounts(name, label, ours.get(key), theirs.get(key, []))
		if len(self.findings.differences) > before:
			self._strays.setdefault(name, {})[item.key] = [
				f"{row['price_list_id']}/{row['id']}" for _window, row in found
			]

	def _compare_amounts(self, name: str, label: str, ours: float | None, theirs: list[float]) -> None:
		if not theirs:
			self.findings.add("missing", label, name, ours=ours)
		elif ours is None:
			self.findings.add("extra", label, name, theirs=theirs[0])
		else:
			self.findings.compare(label, name, ours, theirs[0])
		if len(theirs) > 1:
			self.findings.add("doubled", label, name, ours=ours, theirs=theirs)

	def _compare_list(self, name: str, window: Slot, row: dict) -> None:
		"""Compare a price list, once. The difference names the first Website Item in it, because sending that item's prices
		again restores the list."""
		id, there = row["price_list_id"], row["price_list"]
		if id in self._checked:
			return
		self._checked.add(id)
		for at, text in item_prices.moments(window.start, window.end).items():
			if moment(text) != moment(there[at]):
				self.findings.add("different", f"price list {at}", name, text, there[at], id=id)
		wanted = {"status": "active", "type": window.type, "restricted": False}
		if "own_title" in there:
			wanted["title"] = there["own_title"]
		for field, ours in wanted.items():
			self.findings.compare(f"price list {field}", name, ours, there[field], id=id)

	def mark_strays(self, names: list[str]) -> None:
		"""Add the price rows that only Medusa knows to the states of their Website Items, so that the next
		sending deletes the rows. The caller commits."""
		strays = {key: rows for name in names for key, rows in self._strays.get(name, {}).items()}
		states = price_state.locked(strays)
		price_state.write({key: self.medusa.with_strays(known, strays[key]) for key, known in states.items()})


def _from(place: Wanted, today: date) -> Wanted:
	"""A place without a start that has passed."""
	start, end = place.window
	return place._replace(window=(start if start and start > today else None, end))


def _words(place: Wanted) -> str:
	(start, end), currency = place.window, place.currency
	words = f"{currency.upper()} {start or '…'} – {end or '…'}" if start or end else currency.upper()
	if place.group:
		words += f" {place.group}"
	if place.type != OVERRIDE:
		words += f" ({place.type})"
	if place.first or place.last:
		words += f" × {place.first or 1}–{place.last or '…'}"
	return words
