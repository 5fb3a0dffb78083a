"""ERPNext's part in writing prices, as the dialects need it."""

from contextlib import AbstractContextManager
from typing import Protocol


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
