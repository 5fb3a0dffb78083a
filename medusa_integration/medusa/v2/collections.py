"""Medusa v2: collections. They have no batch call: they are looked up together, and written a few at once."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from operator import itemgetter
from typing import Any

from medusa_integration.medusa.errors import MedusaError, MedusaNotFound
from medusa_integration.medusa.matching import check_new_title, differs, is_retitled, same_collection
from medusa_integration.medusa.v2 import foreign_products
from medusa_integration.medusa.v2.shop import Shop

COLLECTION_FIELDS = "id,title,handle,external_id,metadata"
WRITTEN = ("title", "external_id", "metadata")


class Collections(Shop):
	def upsert_collections(
		self, collections: list[dict], own_names: Iterable[str] = ()
	) -> dict[str, str | MedusaError]:
		found = self._found_collections(collections)
		new = [each for each in collections if each["external_id"] not in found]
		handles = {row["handle"]: row["id"] for row in self._handles(new)}
		retitled = {
			name
			for each in collections
			if (row := found.get(name := each["external_id"])) and is_retitled(each, row)
		}
		others = self._others(set(own_names), collections, found) if new or retitled else []

		def act(twin: Collections, collection: dict) -> str:
			name = collection["external_id"]
			if name in retitled:
				check_new_title(collection, found[name], others)
			row = found.get(name) or same_collection(collection, others)
			return twin._write_collection(collection, row, handles)

		ids = self.each(act, collections, about=itemgetter("external_id"))
		return {each["external_id"]: id for each, id in zip(collections, ids, strict=True)}

	def _others(self, own_names: set[str], collections: list[dict], found: dict[str, dict]) -> list[dict]:
		"""The collections that the app didn't make.

		:param found: those of these Item Groups
		"""
		ours = {*own_names, *(name for each in collections for name in _names(each))}
		taken = {id for each in collections for id in each.get("not_ids", ())}
		taken |= {row["id"] for row in found.values()}
		rows = [row for page in self.collections_in_pages() for row in page]
		return [row for row in rows if row["external_id"] not in ours and row["id"] not in taken]

	def _write_collection(self, collection: dict, found: dict | None, handles: dict[str, str]) -> str:
		body = {key: collection[key] for key in WRITTEN}
		if not found:
			body["handle"] = _free_handle(collection, handles)
			return self.client.post("/admin/collections", body)["collection"]["id"]
		if any(differs(value, found.get(key)) for key, value in body.items()):
			self.client.post(f"/admin/collections/{found['id']}", body)
		return found["id"]

	def _found_collections(self, collections: list[dict]) -> dict[str, dict]:
		"""`{external_id: collection}` by id, else by our external ids: another worker may have created it, or
		a call whose reply was lost."""
		ids = [each["id"] for each in collections if each.get("id")]
		by_id = {row["id"]: row for row in self._rows("collections", "id", ids, COLLECTION_FIELDS)}
		unknown = [each for each in collections if each.get("id") not in by_id]
		names = [name for each in unknown for name in _names(each)]
		by_name: dict[str, list[dict]] = {}
		for named in self._rows("collections", "external_id", names, COLLECTION_FIELDS):
			by_name.setdefault(named["external_id"], []).append(named)
		found = {}
		for each in collections:
			candidates = [by_id.get(each.get("id"))]
			candidates += [row for name in _names(each) for row in by_name.get(name, ())]
			row = next((row for row in candidates if row and row["id"] not in each.get("not_ids", ())), None)
			if row:
				found[each["external_id"]] = row
		return found

	def _handles(self, collections: list[dict]) -> Iterator[dict]:
		handles = [each["handle"] for each in collections if each.get("not_ids")]
		return self._rows("collections", "handle", handles, "id,handle")

	def collections_named(self, external_ids: Iterable[str]) -> set[str]:
		return {row["id"] for row in self._rows("collections", "external_id", external_ids, "id,external_id")}

	def collections_there(self, ids: Iterable[str]) -> set[str]:
		"""As in Dialect. Collections that were found before in this drain aren't asked for again."""
		wanted, there = set(ids), self.known.setdefault("collections", set())
		there |= {row["id"] for row in self._rows("collections", "id", wanted - there, "id")}
		return wanted & there

	def forget_collections(self) -> None:
		self.known.pop("collections", None)

	def collections_in_pages(self, page: int = 200) -> Iterator[list[dict]]:
		params: dict[str, Any] = {"fields": COLLECTION_FIELDS, "order": "id", "limit": page, "offset": 0}
		while collections := self.client.get("/admin/collections", params)["collections"]:
			yield collections
			params["offset"] += page

	def delete_collection(self, id: str) -> None:
		if not foreign_products.are_in(self.client, "collection_id", id):
			self.client.delete(f"/admin/collections/{id}")
			return
		with suppress(MedusaNotFound):
			self.client.post(f"/admin/collections/{id}", {"external_id": None})


def _names(collection: dict) -> list[str]:
	return [collection["external_id"], *collection.get("former_ids", ())]


def _free_handle(collection: dict, taken: dict[str, str]) -> str:
	"""The payload's handle, with an ending where a renamed group's collection still has it."""
	handle = collection["handle"]
	holder = taken.get(handle)
	if holder and holder in collection.get("not_ids", ()):
		return f"{handle}-{holder[-6:].lower()}"
	return handle
