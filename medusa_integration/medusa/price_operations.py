"""The Dialect's operations on prices.

Source: docs/reference.md, "Prices".
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

from medusa_integration.medusa.errors import MedusaError
from medusa_integration.medusa.foreign_prices import ForeignList, ForeignPrice
from medusa_integration.medusa.price_keeper import PriceKeeper

Window = tuple[date | None, date | None]  # the first and the last day of validity
OVERRIDE, SALE = (
	"override",
	"sale",
)  # the types of price lists; a sale's price is shown beside the one that it lowers


class Slot(NamedTuple):
	"""The common facts of the prices of one of Medusa's price lists.

	:param start: the first day of validity, or None
	:param end: the last day
	:param group: the id of the customer group that they hold for; "" for everybody
	:param type: OVERRIDE or SALE
	"""

	start: date | None = None
	end: date | None = None
	group: str = ""
	type: str = OVERRIDE


def marked(base: str, slot: Slot) -> str:
	"""The description of the app's price list for a slot, by which the app recognises it: `base`, and the customer group and the
	type where it isn't for everybody, or is a sale.

	:param base: of an ERPNext price list
	"""
	text = f"{base} for {slot.group}" if slot.group else base
	return f"{text} (sale)" if slot.type == SALE else text


def slot_marked(base: str, description: str | None) -> Slot | None:
	"""The slot, without its days, of the app's price list with a description; None where it isn't one of ours for `base`."""
	found = re.fullmatch(re.escape(base) + r"(?: for (\S+))?( \(sale\))?", description or "")
	return Slot(group=found[1] or "", type=SALE if found[2] else OVERRIDE) if found else None


def slot_of(price: dict) -> Slot:
	"""The slot of a price of `PriceOperations.write_prices`."""
	return Slot(price["start"], price["end"], price.get("group") or "", price.get("type") or OVERRIDE)


def tier_of(price: dict) -> tuple[int | None, int | None]:
	"""The first and the last quantity of a price of `PriceOperations.write_prices`, or of one of Medusa's."""
	return price.get("min_quantity"), price.get("max_quantity")


class PriceOperations(ABC):
	@abstractmethod
	def write_prices(
		self, source: str, items: list[dict], keeper: PriceKeeper
	) -> Mapping[str, dict | MedusaError | None]:
		"""Write items' prices to the price lists in Medusa that belong to an ERPNext price list.

		:param source: the ERPNext price list
		:param items: `external_id`, `about` (the Website Item, for the log), `title`, `product_id`, `variant_id`, `known` (the state that the last call returned, {}
			if none; with `unsure` where all is to be written again), and all its `prices`: `start`, `end` (the first and
			last day, or None), `starts_at`, `ends_at` (the same in ISO 8601), `currency`, `amount` in major units; perhaps
			`group` and `group_title` (of the customer group that it is for), `type` (see Slot), `min_quantity` and
			`max_quantity` (the first and the last quantity);
			`is_last_word` is off where Medusa may still apply an earlier call after this one; `currency`, the price list's.
			Base prices of a variant in a currency in which ERPNext has a price, or had one, are deleted; the state's `own`
			has the others: `{currency in lower case: amount}`
		:returns: `{external_id: {"known", "ids": [(price list id, row id)] in the prices' order}}`; None for a record that
			was deleted or renamed meanwhile; v1 returns the MedusaError of a refused item
		:raises MedusaError: on v2 for all together
		"""

	@abstractmethod
	def forget_prices(self, source: str, known: list[dict], keeper: PriceKeeper) -> None:
		"""Delete the price lists that are empty now that items' products were deleted.

		:param known: the states that `write_prices` had returned for those items
		"""

	@abstractmethod
	def remove_ownerless_prices(self, source: str, keeper: PriceKeeper) -> None:
		"""Delete the price lists that a call created after their product had been deleted.

		:param source: the ERPNext price list
		"""

	@abstractmethod
	def prices_in_pages(self, source: str, page: int = 2000) -> Iterator[tuple[Slot, list[dict]]]:
		"""Every price of the price lists that belong to an ERPNext price list, some at a time: the list's slot, and
		`[{"id", "price_list_id", "variant_id", "currency_code", "amount", "min_quantity", "max_quantity", "price_list"}]`."""

	@abstractmethod
	def foreign_prices(
		self, source: str, page: int = 2000, *, in_force: bool = False
	) -> Iterator[tuple[ForeignList, list[ForeignPrice]]]:
		"""Every price of the price lists that don't belong to an ERPNext price list, some of a list at a time.

		:param source: the ERPNext price list
		:param in_force: leave out the lists that Medusa ignores today
		"""

	@abstractmethod
	def base_prices(self, variants: Mapping[str, str]) -> dict[str, dict[str, float]]:
		"""The prices that variants have outside of price lists: `{variant id: {currency in lower case: amount}}`.

		:param variants: `{variant id: product id}`
		"""

	@abstractmethod
	def with_strays(self, known: dict, strays: list[str]) -> dict:
		"""The state with which the next `write_prices` deletes rows that aren't in `known`.

		:param known: the state that `write_prices` returned for an item
		:param strays: "price list id/row id" of the rows that the item has in Medusa, known ones included
		"""
