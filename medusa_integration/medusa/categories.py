"""Product categories: finding an Item Group's one among Medusa's, and their order below one parent.

Source: docs/reference.md, "Categories".
"""

from collections.abc import Iterable

from medusa_integration.medusa.errors import NotSendable
from medusa_integration.medusa.matching import folded

CATEGORIES_ALIKE = (
	"The shop has several categories with the name {0} in this place of the tree, with the handles {1}. Rename or delete all"
	" but the one that is this Item Group's, then Retry."
)


class CategoryIndex:
	"""All categories of the shop, as they were read and as they were written since."""

	def __init__(self, rows: Iterable[dict]) -> None:
		self.by_id: dict[str, dict] = {}
		self.of_name: dict[str, list[str]] = {}  # ids by external id
		for row in rows:
			self.put(row)

	def put(self, row: dict) -> None:
		"""Add a category, or its new values. Several threads may do so."""
		self.by_id[row["id"]] = row
		self.of_name.setdefault(row["external_id"] or "", []).append(row["id"])

	@property
	def rows(self) -> list[dict]:
		return list(self.by_id.values())

	def own(self, category: dict) -> dict | None:
		"""The category that an Item Group has: the one with the known id, else the one with its name as external id.

		:param category: the payload, with `id`, `external_id`, `former_ids` and `not_ids`
		"""
		found = self.by_id.get(category.get("id") or "")
		if found:
			return found
		names = (category["external_id"], *category.get("former_ids", ()))
		for id in (id for name in names for id in self.of_name.get(name, ())):
			row = self.by_id.get(id)
			if row and row["external_id"] in names and id not in category["not_ids"]:
				return row
		return None

	def known(self, name: str, id: object) -> dict | None:
		"""The category of an Item Group, by its id, else by its external id: another call may have made it just now."""
		if isinstance(id, str):
			return self.by_id.get(id)
		rows = (self.by_id.get(each) for each in self.of_name.get(name, ()))
		return next((row for row in rows if row and row["external_id"] == name), None)

	def same(self, category: dict, parent_id: str | None, own_names: set[str]) -> dict | None:
		"""The category that was in the shop before, and is an Item Group's by name and place.

		:param parent_id: of the place
		:param own_names: external ids that the app gives
		:raises NotSendable: where several are alike
		"""
		alike = [
			row
			for row in self.rows
			if row["parent_category_id"] == parent_id
			and row["external_id"] not in own_names
			and row["id"] not in category["not_ids"]
			and folded(row["name"]) == folded(category["name"])
		]
		exact = [row for row in alike if row["name"] == category["name"]]
		found = exact if len(exact) == 1 else alike
		if len(found) > 1:
			raise NotSendable(
				CATEGORIES_ALIKE, category["name"], ", ".join(sorted(row["handle"] for row in found))
			)
		return found[0] if found else None

	def free_handle(self, handle: str) -> str:
		"""A handle that no category has: they are unique in the whole tree."""
		taken = {row["handle"] for row in self.rows}
		number, free = 1, handle
		while free in taken:
			number += 1
			free = f"{handle}-{number}"
		return free

	def siblings(self, parent_id: str | None) -> list[str]:
		"""The ids of the categories below a parent, in their order."""
		rows = [row for row in self.rows if row["parent_category_id"] == parent_id]
		return [row["id"] for row in sorted(rows, key=lambda row: (row["rank"] or 0, row["id"]))]


def moves(there: list[str], wanted: list[str]) -> list[tuple[str, int]]:
	"""The fewest moves, (id, new rank), that bring our categories into their order. Those of the shop's own keep their places
	among the others.

	:param there: all ids below one parent, in their order
	:param wanted: ours among them, in the wanted order
	"""
	places = {id: number for number, id in enumerate(there)}
	ours = [id for id in wanted if id in places]
	staying = _longest_rise([places[id] for id in ours])
	order, found, before = list(there), [], ""
	for id in ours:
		if places[id] not in staying:
			order.remove(id)
			rank = (
				order.index(before) + 1 if before else min(order.index(each) for each in ours if each != id)
			)
			order.insert(rank, id)
			found.append((id, rank))
		before = id
	return found


def _longest_rise(numbers: list[int]) -> set[int]:
	"""The numbers of a longest rising part of a list."""
	if numbers == sorted(numbers):
		return set(numbers)
	longest: list[int] = []
	best: list[list[int]] = []  # the best part that ends with each number
	for at, number in enumerate(numbers):
		before: list[int] = []
		for i in range(at):
			if numbers[i] < number and len(best[i]) > len(before):
				before = best[i]
		best.append([*before, number])
		longest = best[-1] if len(best[-1]) > len(longest) else longest
	return set(longest)
