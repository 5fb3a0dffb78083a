"""One Item that a product sells, and its prices in Medusa.

Source: docs/reference.md, "Prices".
"""

from dataclasses import dataclass

import frappe
from frappe import _

from medusa_integration import sold_units
from medusa_integration.delivery.kind import Intent, Outcome, Result, Row, Write
from medusa_integration.medusa.dialect import Dialect
from medusa_integration.medusa.errors import MedusaError, MedusaRejected
from medusa_integration.prices import customer_groups, in_shop, price_state
from medusa_integration.prices.item_prices import moments
from medusa_integration.prices.offers import Offer, Offers
from medusa_integration.prices.price_table import EVERYONE, Audience
from medusa_integration.sold_units import SoldUnit
from medusa_integration.stock.stock_to_medusa import STOCK


class PricedItem:
	"""One Item that a product sells: the prices that it should have in Medusa, and the result of sending them.

	:param item: of `in_shop`
	:param unit: that the shop sells from these prices on; None: as before
	"""

	def __init__(
		self,
		row: Row,
		item: frappe._dict,
		offers: Offers,
		shop: "ShopFacts",
		unit: SoldUnit | None,
	) -> None:
		self.row = row
		self.item = item
		self.name, self.key, self.code, self.unit = item.name, item.key, item.item_code, unit
		self.own = offers.own
		self.currency = shop.currency
		self.problems = list(offers.problems)
		self.wanted = [
			_as_sent(offer, shop.groups.get(offer.audience))
			for offer in offers.offers
			if offer.currency.upper() in shop.sold_in
		]
		for currency in sorted({offer.currency for offer in offers.offers}):
			if currency.upper() not in shop.sold_in:
				self._refuse(currency)
		if not shop.medusa.groups_come_first:
			self._note_dearer(offers)
		self.payload = self._payload(item, shop.medusa)

	def _refuse(self, currency: str) -> None:
		words = _("The shop doesn't sell in {0}: add the currency in Medusa's store settings, then retry.")
		self.problems.append(words.format(currency))

	def _note_dearer(self, offers: Offers) -> None:
		"""A customer group's prices that are higher than everybody's, which this Medusa never asks."""
		lowest: dict[tuple[str, Audience], float] = {}
		for offer in offers.offers:
			key = (offer.currency, offer.audience)
			lowest[key] = min(offer.amount, lowest.get(key, offer.amount))
		for (currency, audience), price in lowest.items():
			everyones = lowest.get((currency, EVERYONE))
			if everyones is not None and price > everyones:
				words = _(
					"This version of Medusa asks everybody's price, {0} {1}, from the customer group {2}, too: ERPNext's is {3}. Lower it, or leave the group out of Prices in the shop."
				)
				name = customer_groups.title_of(audience)
				self.problems.append(words.format(everyones, currency, name, price))

	def _payload(self, item: frappe._dict, medusa: Dialect) -> dict:
		"""As Dialect.write_prices takes it."""
		known = self._known(medusa)
		return {
			"external_id": item.key,
			"about": item.name,
			"title": item.title,
			"product_id": item.medusa_id,
			"variant_id": item.medusa_variant_id,
			"currency": self.currency.lower(),
			"known": {**known, "unsure": True} if known and self.row.again else known,
			"is_last_word": not self.row.unsure,
			"prices": self.wanted,
		}

	def _known(self, medusa: Dialect) -> dict:
		known = price_state.read(self.key, self.item.medusa_prices)
		if not known and (rows := self._rows_in_medusa()):
			# The state can't be read, or the predecessor sent the prices. Their rows are found by the Item Prices' ids; else they
			# would stay beside new ones.
			return medusa.with_strays({}, rows)
		if known and in_shop.is_variant(self.item) and known.get("variant") != self.item.medusa_variant_id:
			return {**known, "unsure": True}  # Medusa deleted the former variant's prices with it.
		return known

	def _rows_in_medusa(self) -> list[str]:
		"""As Dialect.with_strays takes them."""
		prices = [price for price in self.own if price.medusa_id and price.medusa_price_id]
		return [f"{price.medusa_id}/{price.medusa_price_id}" for price in prices]

	def result(self, written: dict | MedusaError | None, sold: str | None) -> Result:
		"""
		:param sold: the Item's field with the unit of these prices; None where that stays
		"""
		if isinstance(written, MedusaError):
			return Result.failed(self.row, written)
		result = self._settled(written)
		if sold:
			result.writes.append(Write("Item", self.code, {sold_units.FIELD: sold}))
			result.then.append(Intent(STOCK, self.name))
		return result

	def _settled(self, written: dict | None) -> Result:
		if not written:
			return Result.done(self.row)
		known = written["known"]
		if known and in_shop.is_variant(self.item):
			known = {**known, "variant": self.item.medusa_variant_id}
		doctype, name = price_state.place_of(self.key)
		writes = [Write(doctype, name, {price_state.FIELD: price_state.dumped(known)})]
		writes += self._ids(written["ids"])
		if self.problems:
			why = in_shop.named(self.item, " ".join(dict.fromkeys(self.problems)))
			return Result.parked(self.row, why, writes=writes)
		return Result.done(self.row, writes)

	def _ids(self, written: list[tuple[str, str]]) -> list[Write]:
		"""Writes of the Item Prices' ids in Medusa, where they have changed."""
		ids: dict[str, dict] = {}
		for price, (list_id, row_id) in zip(self.wanted, written, strict=True):
			if price["item_price"]:
				ids.setdefault(price["item_price"], {"medusa_id": list_id, "medusa_price_id": row_id})
		writes = []
		for price in self.own:
			now = ids.get(price.name, {"medusa_id": None, "medusa_price_id": None})
			before = {field: price[field] or None for field in now}
			if before != now:
				writes.append(Write("Item Price", price.name, now))
		return writes


@dataclass
class ShopFacts:
	"""The common facts of the prices of one batch.

	:param currency: of the configuration's price list
	:param sold_in: the currencies in which the shop sells, upper case
	:param groups: our records of the customer groups
	"""

	medusa: Dialect
	currency: str
	sold_in: set[str]
	groups: dict[Audience, frappe._dict]


def _as_sent(offer: Offer, group: frappe._dict | None) -> dict:
	"""As Dialect.write_prices takes it."""
	start, end = offer.window.start, offer.window.end
	return {
		"item_price": offer.item_price,
		"start": start,
		"end": end,
		**moments(start, end),
		"currency": offer.currency,
		"amount": offer.amount,
		"group": group.medusa_id if group else "",
		"group_title": group.title if group else "",
		"type": offer.type,
		"min_quantity": offer.first,
		"max_quantity": offer.last,
	}


def summed_up(row: Row, results: list[tuple[PricedItem, Result]]) -> Result:
	"""The one result of a row from those of what its product sells. A problem of one variant doesn't keep the others back: the
	row is parked with the words of each."""
	if len(results) == 1:
		return results[0][1]
	writes = [write for _item, result in results for write in result.writes]
	then = list(dict.fromkeys(intent for _item, result in results for intent in result.then))
	lost = next((result.error for _item, result in results if _may_pass(result.error)), None)
	if lost:
		return Result.failed(row, lost, writes)
	failed = [
		in_shop.named(item.item, result.error.message) for item, result in results if result.error is not None
	]
	parked = [result.why for _item, result in results if result.outcome is Outcome.PARKED]
	if failed or parked:
		result = Result.parked(row, " ".join([*parked, *failed]), writes=writes)
	else:
		result = Result.done(row, writes)
	result.then += then
	return result


def _may_pass(error: MedusaError | None) -> bool:
	return error is not None and not isinstance(error, MedusaRejected)
