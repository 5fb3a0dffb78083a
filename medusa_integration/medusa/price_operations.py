"""The Dialect's operations on prices.

Source: docs/reference.md, "Prices".
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import date
from typing import Protocol

from medusa_integration.medusa.errors import MedusaError

Window = tuple[date | None, date | None]  # the first and the last day of validity


class PriceKeeper(Protocol):
	"""ERPNext's part in `Dialect.write_prices`: storing states, and a lock among workers."""

	def keep(self, known: dict[str, dict]) -> set[str]:
		"""Store the states `{external_id: known}` before the rows are sent. Returns the external ids whose
		record exists."""

	def exclusive(self) -> AbstractContextManager[None]:
		"""A context that one worker at a time may enter."""

	def mentions(self, text: str) -> bool:
		"""Whether the JSON of any stored state has a text in it, in which `?` stands for one character."""

	def queue_mentioning(self, lists: set[str]) -> None:
		"""Queue the records whose stored state names one of these price lists, which were deleted in Medusa."""


class PriceOperations(ABC):
	@abstractmethod
	def write_prices(
		self, source: str, items: list[dict], keeper: PriceKeeper
	) -> Mapping[str, dict | MedusaError | None]:
		"""Write items' prices to the price lists in Medusa that belong to an ERPNext price list.

		:param source: the ERPNext price list
		:param items: `external_id`, `title`, `product_id`, `variant_id`, `known` (the state that the last call returned, {}
			if none; with `unsure` where all is to be written again), and all its `prices`: `start`, `end` (the first and
			last day, or None), `starts_at`, `ends_at` (the same in ISO 8601), `currency`, `amount` in major units;
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
	def prices_in_pages(self, source: str, page: int = 2000) -> Iterator[tuple[Window, list[dict]]]:
		"""Every price of the price lists that belong to an ERPNext price list, some at a time: the list's window, and
		`[{"id", "price_list_id", "variant_id", "currency_code", "amount", "price_list"}]`."""

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
