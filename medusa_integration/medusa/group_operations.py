"""The Dialect's operations on customer groups.

Source: docs/reference.md, "Prices".
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import ClassVar


class GroupOperations(ABC):
	"""
	:cvar groups_come_first: whether the members of a group are asked its price where it is higher than everybody's, too
	"""

	groups_come_first: ClassVar[bool]

	@abstractmethod
	def write_customer_group(self, id: str, name: str) -> str:
		"""Make sure of a customer group.

		:param id: of the group; "" where it isn't known. Of one that was deleted in Medusa, and of an unknown one, the group
			with the name is taken over; where there is none it is made
		:returns: its id
		:raises MedusaError: as where the name is another group's
		"""

	@abstractmethod
	def group_members(self, id: str) -> set[str]:
		"""The ids of the customers in a group."""

	@abstractmethod
	def change_group_members(self, id: str, add: Iterable[str], remove: Iterable[str]) -> set[str]:
		"""Put customers into a group, and take others out, a hundred in a call.

		:returns: the ids in `add` that Medusa doesn't know
		"""
