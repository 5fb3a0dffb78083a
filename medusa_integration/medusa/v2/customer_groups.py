"""Medusa v2: customer groups and their members."""

from collections.abc import Iterable, Iterator
from typing import Any

from medusa_integration.medusa.errors import MedusaNotFound
from medusa_integration.medusa.v2.shop import Shop

PART = 100  # customers in a call
PAGE = 1000


class CustomerGroups(Shop):
	groups_come_first = True

	def group_members(self, id: str) -> set[str]:
		params: dict[str, Any] = {"groups[]": [id], "fields": "id", "limit": PAGE, "offset": 0}
		found: set[str] = set()
		while rows := self.client.get("/admin/customers", params)["customers"]:
			found.update(row["id"] for row in rows)
			params["offset"] += PAGE
			if len(rows) < PAGE:
				break
		return found

	def change_group_members(self, id: str, add: Iterable[str], remove: Iterable[str]) -> set[str]:
		unknown: set[str] = set()
		path = f"/admin/customer-groups/{id}/customers"
		for part in _parts(sorted(remove)):
			self.client.post(path, {"remove": part})
		for part in _parts(sorted(add)):
			try:
				self.client.post(path, {"add": part})
			except MedusaNotFound:
				unknown |= self._add_known(path, part)
		return unknown

	def _add_known(self, path: str, ids: list[str]) -> set[str]:
		"""Medusa adds none where it doesn't know one of them."""
		params = {"id[]": ids, "fields": "id", "limit": len(ids)}
		known = [row["id"] for row in self.client.get("/admin/customers", params)["customers"]]
		if known:
			self.client.post(path, {"add": known})
		return {*ids} - {*known}


def _parts(ids: list[str]) -> Iterator[list[str]]:
	for start in range(0, len(ids), PART):
		yield ids[start : start + PART]
