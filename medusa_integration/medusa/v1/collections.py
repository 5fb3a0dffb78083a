"""Medusa v1: collections.

Source: docs/reference.md, "Collections".
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import cache
from operator import itemgetter

from medusa_integration.medusa.errors import MedusaError, MedusaNotFound
from medusa_integration.medusa.handles import handle
from medusa_integration.medusa.matching import check_new_title, differs, folded, is_retitled, same_collection
from medusa_integration.medusa.v1.shop import Shop


class Collections(Shop):
	def upsert_collections(
		self, collections: list[dict], own_names: Iterable[str] = ()
	) -> dict[str, str | MedusaError]:
		"""As in Dialect. v1 stores no external id, so a collection is found by its handle."""

		@cache
		def rows() -> list[dict]:
			return list(self._pages("collections", 100, {}))

		def act(twin: Collections, collection: dict) -> str:
			return twin._write_collection(collection, rows)

		ids = self.each(act, collections, itemgetter("external_id"))
		return {each["external_id"]: id for each, id in zip(collections, ids, strict=True)}

	def _write_collection(self, collection: dict, rows: Callable[[], list[dict]]) -> str:
		body = {"title": collection["title"], "metadata": collection["metadata"]}
		found = self._find_collection(collection)
		if found and is_retitled(collection, found):
			check_new_title(collection, found, self._alike(collection, rows(), found["id"]))
		found = found or same_collection(collection, self._alike(collection, rows()))
		if not found:
			body["handle"] = self._free_handle(collection)
			return self.client.post("/admin/collections", body)["collection"]["id"]
		if any(differs(value, found.get(key)) for key, value in body.items()):
			self.client.post(f"/admin/collections/{found['id']}", body)
		return found["id"]

	def _alike(self, collection: dict, rows: list[dict], own: str = "") -> list[dict]:
		"""The collections of the same title or handle that the app didn't make: they lack our metadata.

		:param own: the id of the Item Group's collection
		"""
		wanted = {folded(collection["title"]), collection["handle"]}
		alike = [row for row in rows if wanted & {folded(row["title"]), folded(row["handle"])}]
		ours = {own, *collection.get("not_ids", ())}
		read = [self._collection(row["id"]) for row in alike if row["id"] not in ours]
		return [row for row in read if row and "parent_item_group" not in (row["metadata"] or {})]

	def _find_collection(self, collection: dict) -> dict | None:
		"""The collection by its id, else by the handle that is made of the group's name: another worker may have created it,
		or a call whose reply was lost."""
		found = self._collection(collection["id"]) if collection.get("id") else None
		if found:
			return found
		for found in self._collections_named([collection["external_id"], *collection.get("former_ids", ())]):
			# Where the group had a collection before, this handle may be that of another, renamed group.
			is_own = found["title"] == collection["title"] or not collection.get("id")
			if is_own and found["id"] not in collection.get("not_ids", ()):
				return found
		return None

	def _free_handle(self, collection: dict) -> str:
		"""The payload's handle, with an ending where a renamed group's collection still has it."""
		for taken in self._pages("collections", 100, {"handle": collection["handle"]}):
			if taken["id"] in collection.get("not_ids", ()):
				return f"{collection['handle']}-{taken['id'][-6:].lower()}"
		return collection["handle"]

	def _collections_named(self, names: Iterable[str]) -> Iterator[dict]:
		"""The app's collections with the handles of these names. One that the app didn't make lacks our metadata."""
		for name in names:
			for row in self._pages("collections", 100, {"handle": handle("", name)}):
				found = self._collection(row["id"])
				if found and "parent_item_group" in (found["metadata"] or {}):
					yield found

	def _collection(self, id: str) -> dict | None:
		"""The collection with its metadata, which lists don't have; None where it doesn't exist."""
		try:
			return self.client.get(f"/admin/collections/{id}")["collection"]
		except MedusaNotFound:
			return None

	def collections_named(self, external_ids: Iterable[str]) -> set[str]:
		return {row["id"] for row in self._collections_named(external_ids)}

	def collections_there(self, ids: Iterable[str]) -> set[str]:
		wanted = set(ids)
		return wanted & {row["id"] for row in self._pages("collections", 1000, {})} if wanted else set()

	def forget_collections(self) -> None:
		pass  # v1 is asked for collections each time

	def collections_in_pages(self, page: int = 200) -> Iterator[list[dict]]:
		yield from self._batches("collections", page, {})

	def delete_collection(self, id: str) -> None:
		rows = self._pages("products", 100, {"collection_id[]": [id]})
		if any(not row.get("item_code") for row in rows):
			return  # v1 has no mark of ours to clear.
		with suppress(MedusaNotFound):  # v1's reply for a deleted collection, as after a lost reply
			self.client.delete(f"/admin/collections/{id}")
