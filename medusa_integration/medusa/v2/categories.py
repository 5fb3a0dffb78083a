"""Medusa v2: product categories. They have no batch call: all are read once in a drain, and only differences are written, level
by level."""

from collections.abc import Iterable, Iterator
from threading import RLock
from typing import Any

from medusa_integration.medusa import categories, owners
from medusa_integration.medusa.categories import CategoryIndex
from medusa_integration.medusa.errors import MedusaError, MedusaNotFound, MedusaRejected, NotSendable
from medusa_integration.medusa.v2 import foreign_products
from medusa_integration.medusa.v2.shop import Shop

FIELDS = "id,name,handle,external_id,parent_category_id,is_active,rank"
PATH = "/admin/product-categories"
KEY = "categories"
PARENT_REFUSED = "The category of the Item Group above it, {0}, isn't accepted: {1}"


class Categories(Shop):
	has_categories = True

	def upsert_categories(
		self,
		levels: list[list[dict]],
		own_names: Iterable[str],
		order: dict[str, list[str]],
		known: dict[str, str],
	) -> dict[str, str | MedusaError]:
		own = set(own_names)
		ids: dict[str, str | MedusaError] = {}
		with self.known.setdefault("categories' turn", RLock()):
			try:
				for level in levels:
					ids |= self._write_level(level, ids, own)
				self._arrange(order, {**known, **ids})
			except MedusaError:
				self.known.pop(KEY, None)
				raise
			if any(isinstance(id, MedusaError) for id in ids.values()):
				self.known.pop(KEY, None)  # It may be out of date.
		return ids

	def _write_level(
		self, level: list[dict], ids: dict[str, str | MedusaError], own: set[str]
	) -> dict[str, str | MedusaError]:
		"""Write the categories of one level: those below one parent one after the other, since Medusa counts their ranks."""
		index = self._categories()
		by_parent: dict[str | None, list[dict]] = {}
		for category in level:
			by_parent.setdefault(category["parent"], []).append(category)

		def act(twin: Categories, rows: list[dict]) -> dict[str, str | MedusaError]:
			return {row["external_id"]: twin._attempt(row, ids, own, index) for row in rows}

		written = self.each(act, list(by_parent.values()), about=lambda rows: rows[0]["external_id"])
		found: dict[str, str | MedusaError] = {}
		for result in written:
			if isinstance(result, MedusaError):
				raise result
			found |= result
		return found

	def _attempt(
		self, category: dict, ids: dict[str, str | MedusaError], own: set[str], index: CategoryIndex
	) -> str | MedusaError:
		parent = ids.get(category["parent"]) if category["parent"] else None
		if isinstance(parent, MedusaError):
			return NotSendable(PARENT_REFUSED, category["parent"], parent.message)
		try:
			return self._write_category(category, parent, own, index)
		except MedusaRejected as error:
			return error

	def _write_category(self, category: dict, parent: str | None, own: set[str], index: CategoryIndex) -> str:
		found = index.own(category) or index.same(category, parent, own)
		wanted = {key: category[key] for key in ("name", "external_id")} | {"parent_category_id": parent}
		if category["is_active"] is not None:
			wanted["is_active"] = category["is_active"]
		if not found:
			handle = index.free_handle(category["handle"])
			body = {"is_active": True, **wanted, "handle": handle}
			row = self.client.post(PATH, body, {"fields": FIELDS})["product_category"]
			index.put(row)
			return row["id"]
		body = {key: value for key, value in wanted.items() if found[key] != value}
		if body:
			row = self.client.post(f"{PATH}/{found['id']}", body, {"fields": FIELDS})["product_category"]
			index.put({**row, **body})
		return found["id"]

	def _arrange(self, order: dict[str, list[str]], ids: dict[str, str | MedusaError]) -> None:
		"""Bring the categories below each parent into their order."""
		index = self._categories()
		for wanted in order.values():
			rows = [row for name in wanted if (row := index.known(name, ids.get(name)))]
			parents = {row["parent_category_id"] for row in rows}
			for parent in parents:
				here = [row["id"] for row in rows if row["parent_category_id"] == parent]
				moves = categories.moves(index.siblings(parent), here)
				for id, rank in moves:
					self.client.post(f"{PATH}/{id}", {"rank": rank}, {"fields": "id"})
				if moves:
					self.known.pop(KEY, None)  # Medusa has shifted the ranks of the others.
					index = self._categories()

	def delete_categories(
		self, ids: Iterable[str], external_ids: Iterable[str], own_names: Iterable[str]
	) -> set[str]:
		own, names = set(own_names), set(external_ids)
		with self.known.setdefault("categories' turn", RLock()):
			self.known.pop(KEY, None)
			index = self._categories()
			doomed = {id for id in ids if id in index.by_id}
			doomed |= {row["id"] for row in index.rows if row["external_id"] in names}
			while doomed:
				parents = {row["parent_category_id"] for row in index.rows}
				moving = {row["parent_category_id"] for row in index.rows if row["external_id"] in own}
				leaves = doomed - parents
				for id in sorted(leaves or doomed - moving):
					self._delete_category(id, has_children=not leaves)
					index.by_id.pop(id)
					doomed.remove(id)
				if doomed and doomed <= moving:
					break
		return doomed

	def _delete_category(self, id: str, has_children: bool) -> None:
		"""Delete a category. One with categories or products that the app didn't make stays, and is the shop's own then."""
		try:
			if has_children or foreign_products.are_in(self.client, "category_id", id):
				self.client.post(f"{PATH}/{id}", {"external_id": None}, {"fields": "id"})
			else:
				self.client.delete(f"{PATH}/{id}")
		except MedusaNotFound:
			pass

	def categories_there(self, ids: Iterable[str]) -> set[str]:
		wanted = set(ids)
		return wanted & self._categories().by_id.keys() if wanted else set()

	def categories_in_pages(self, page: int = 1000) -> Iterator[list[dict]]:
		params: dict[str, Any] = {"fields": FIELDS, "order": "id", "limit": page, "offset": 0}
		while rows := self.client.get(PATH, params)["product_categories"]:
			yield rows
			params["offset"] += page

	def _categories(self) -> CategoryIndex:
		if KEY not in self.known:
			self.known[KEY] = CategoryIndex(row for page in self.categories_in_pages() for row in page)
		return self.known[KEY]


def category_columns(product: dict, found: dict | None) -> dict:
	"""The categories of a product's body, where they change.

	:param found: the product as Medusa has it; None for a new one
	"""
	wanted = product.get("category_ids") or []
	if not found:
		return {"categories": [{"id": id} for id in wanted]} if wanted else {}
	there = {each["id"] for each in found.get("categories") or () if each}
	former = set(product.get("former_categories") or ())
	target = owners.categories(product.get("categories_owner", ""), there, wanted, former)
	return {} if target is None else {"categories": [{"id": id} for id in sorted(target)]}
