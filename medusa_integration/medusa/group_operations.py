"""The Dialect's operations on customer groups.

Source: docs/reference.md, "Prices".
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import ClassVar

from medusa_integration.medusa.client import MedusaClient
from medusa_integration.medusa.errors import MedusaNotFound


class GroupOperations(ABC):
	"""
	:cvar groups_come_first: whether the members of a group are asked its price where it is higher than everybody's, too
	"""

	client: MedusaClient
	groups_come_first: ClassVar[bool]

	def write_customer_group(self, id: str, name: str) -> str:
		"""Make sure of a customer group.

		:param id: of the group; "" where it isn't known. Of one that was deleted in Medusa, and of an unknown one, the group
			with the name is taken over; where there is none it is made
		:returns: its id
		:raises MedusaError: as where the name is another group's
		"""
		if id:
			try:
				self.client.post(f"/admin/customer-groups/{id}", {"name": name})
				return id
			except MedusaNotFound:
				pass
		params = {"name[]": [name], "fields": "id,name", "limit": 2}
		for row in self.client.get("/admin/customer-groups", params)["customer_groups"]:
			if row["name"] == name:
				return row["id"]
		return self.client.post("/admin/customer-groups", {"name": name})["customer_group"]["id"]

	@abstractmethod
	def group_members(self, id: str) -> set[str]:
		"""The ids of the customers in a group."""

	@abstractmethod
	def change_group_members(self, id: str, add: Iterable[str], remove: Iterable[str]) -> set[str]:
		"""Put customers into a group, and take others out, a hundred in a call.

		:returns: the ids in `add` that Medusa doesn't know
		"""
