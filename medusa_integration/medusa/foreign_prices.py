"""Price lists in Medusa that the app didn't make: those of other tools and of people."""

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import NamedTuple


@dataclass(frozen=True)
class ForeignList:
	"""A price list that the app didn't make.

	:param type: "override" or "sale"
	:param is_draft: whether Medusa ignores it
	:param starts_at: the beginning of its validity; None: no limit
	:param ends_at: the end
	:param restricted: whether it holds for some customers or regions only
	"""

	id: str
	title: str
	type: str
	is_draft: bool
	starts_at: datetime | None
	ends_at: datetime | None
	restricted: bool

	@property
	def is_upcoming(self) -> bool:
		return bool(self.starts_at and self.starts_at > datetime.now(timezone.utc))

	@property
	def is_over(self) -> bool:
		return bool(self.ends_at and self.ends_at < datetime.now(timezone.utc))

	@property
	def is_in_force(self) -> bool:
		"""Whether the shop asks its prices now."""
		return not (self.is_draft or self.is_upcoming or self.is_over)


class ForeignPrice(NamedTuple):
	"""A price in such a list.

	:param currency: in lower case
	:param amount: in major units
	:param pieces: from which on it holds
	:param restricted: whether the price itself holds for some customers or regions only
	"""

	variant_id: str
	currency: str
	amount: float
	pieces: int
	restricted: bool
