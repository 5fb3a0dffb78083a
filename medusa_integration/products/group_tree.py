"""The tree of Item Groups by their parents, as it is read for Medusa's categories. The root isn't part of it.

Source: docs/reference.md, "Categories".
"""

from collections.abc import Iterable
from functools import cached_property

import frappe
from frappe import _


class GroupTree:
	"""All Item Groups.

	:param rows: with `name`, `parent_item_group` and `medusa_category_id`, in the order of the tree
	"""

	def __init__(self, rows: list[frappe._dict]) -> None:
		self.groups = {row.name: row for row in rows}

	@cached_property
	def ids(self) -> set[str]:
		"""The ids of all categories that Item Groups have."""
		return {row.medusa_category_id for row in self.groups.values() if row.medusa_category_id}

	@cached_property
	def children(self) -> dict[str, list[str]]:
		found: dict[str, list[str]] = {}
		for name in self.groups:
			if not self.is_root(name):
				found.setdefault(self.parent(name) or "", []).append(name)
		return found

	def is_root(self, name: str) -> bool:
		return not self.groups[name].parent_item_group

	def parent(self, name: str) -> str | None:
		"""The group above one; None below the root."""
		parent = self.groups[name].parent_item_group
		return parent if parent in self.groups and not self.is_root(parent) else None

	def above(self, name: str) -> list[str]:
		"""The groups above one, from below; of a cycle each once."""
		found: list[str] = []
		parent = self.parent(name)
		while parent and parent not in found:
			found.append(parent)
			parent = self.parent(parent)
		return found

	def below(self, parent: str) -> list[str]:
		"""The groups right below one, "" for the root, in the order of the tree."""
		return self.children.get(parent, [])

	def problem(self, name: str) -> str:
		"""The reason why a group can't be a category; "" where it can."""
		path = [name, *self.above(name)]
		if name in path[1:] or self.parent(path[-1]):
			return _(
				"Its Parent Item Groups form a cycle: {0}. Choose another parent in one of them, and save."
			).format(" → ".join([*path, self.parent(path[-1]) or ""]))
		top = self.groups[path[-1]].parent_item_group
		if top and top not in self.groups:
			return _("The Parent Item Group {0} doesn't exist. Choose another one in {1}, and save.").format(
				top, path[-1]
			)
		return ""

	def levels(self, names: Iterable[str]) -> list[list[str]]:
		"""These groups and all above them, from the top down, a list a level, each in the order of the tree."""
		depth: dict[str, int] = {}
		for name in names:
			path = [name, *self.above(name)]
			depth.update({each: len(path) - 1 - number for number, each in enumerate(path)})
		found: list[list[str]] = [[] for _level in range(max(depth.values(), default=-1) + 1)]
		for name in self.groups:
			if name in depth:
				found[depth[name]].append(name)
		return found
