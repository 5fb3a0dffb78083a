"""Medusa v1: customer groups and their members."""

from collections.abc import Iterable
from typing import Any

from medusa_integration.medusa.errors import MedusaRejected
from medusa_integration.medusa.v1.shop import Shop

PART = 100  # customers in a call


class CustomerGroups(Shop):
	groups_come_first = False

	def group_members(self, id: str) -> set[str]:
		params: dict[str, Any] = {"limit": PART, "offset": 0}
		found: set[str] = set()
		while rows := self.client.get(f"/admin/customer-groups/{id}/customers", params)["customers"]:
			found.update(row["id"] for row in rows)
			params["offset"] += PART
		return found

	def change_group_members(self, id: str, add: Iterable[str], remove: Iterable[str]) -> set[str]:
		path = f"/admin/customer-groups/{id}/customers/batch"
		adding, removing = sorted(add), sorted(remove)
		for start in range(0, len(removing), PART):
			body = {"customer_ids": [{"id": each} for each in removing[start : start + PART]]}
			self.client.request("DELETE", path, body)
		unknown: set[str] = set()
		for start in range(0, len(adding), PART):
			unknown |= self._add(path, adding[start : start + PART])
		return unknown

	def _add(self, path: str, ids: list[str]) -> set[str]:
		"""v1 adds none where it doesn't know one of them: then each goes alone."""
		try:
			self.client.post(path, {"customer_ids": [{"id": each} for each in ids]})
		except MedusaRejected:
			return {*ids} if len(ids) == 1 else set().union(*(self._add(path, [each]) for each in ids))
		return set()
