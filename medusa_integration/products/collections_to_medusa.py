"""Item Groups → Medusa's collections.

Source: docs/reference.md, "Collections".
"""

from collections.abc import Iterable
from typing import Any

import frappe
from frappe.utils import cint

from medusa_integration import settings
from medusa_integration.delivery import reasons
from medusa_integration.delivery.box import outbox
from medusa_integration.delivery.kind import Database, Intent, Kind, Result, Row, Run, Task, Write
from medusa_integration.medusa.dialect import Dialect
from medusa_integration.medusa.errors import MedusaError, NotSendable
from medusa_integration.medusa.handles import handle
from medusa_integration.medusa.matching import same_collection
from medusa_integration.plain_text import clean
from medusa_integration.products import routes

DOCTYPE = "Item Group"
READ_FIELDS = ("name", "item_group_name", "parent_item_group", "is_group", "medusa_id")


class CollectionKind(Kind):
	"""The kind of Medusa's collections, about Item Groups."""

	name = "Collection"
	doctype = DOCTYPE
	ids = {DOCTYPE: ("medusa_id",)}
	members: Kind | None = None  # the kind of the products in a collection; set where that is made

	def prepare(self, run: Run, rows: list[Row]) -> "CollectionTask":
		groups = _groups([row.reference_name for row in rows])
		there = [row for row in rows if row.reference_name in groups]
		gone = [row for row in rows if row.reference_name not in groups]
		known = _known_ids()
		payloads = {row.name: _payload(groups[row.reference_name], row, known) for row in there}
		return CollectionTask(there, gone, payloads, set(known.values()))


class CollectionTask(Task):
	"""Collections to create or update, and those of Item Groups that are gone."""

	def __init__(
		self, there: list[Row], gone: list[Row], payloads: dict[str, dict], known_ids: set[str]
	) -> None:
		super().__init__(vouchers=[(DOCTYPE, row.reference_name) for row in (*there, *gone)])
		self.there, self.gone, self.payloads, self.known_ids = there, gone, payloads, known_ids
		self.names = frappe.get_all(DOCTYPE, pluck="name", order_by=None)

	@property
	def rows(self) -> list[Row]:
		return [*self.there, *self.gone]

	def send(self, medusa: Dialect, database: Database) -> dict[str, str | MedusaError]:
		doomed = [row.kind_data["id"] for row in self.gone if row.kind_data.get("id")]
		# A create whose reply was lost leaves a collection whose id isn't known here.
		names = [
			name
			for row in self.gone
			if not row.kind_data.get("id")
			for name in (row.reference_name, *row.former_names)
		]
		if names:
			doomed += medusa.collections_named(names) - self.known_ids
		for id in doomed:
			medusa.delete_collection(id)
		if not self.payloads:
			return {}
		return medusa.upsert_collections(list(self.payloads.values()), self.names)

	def conclude(self, reply: dict[str, Any]) -> list[Result]:
		return [self._result(row, reply[row.reference_name]) for row in self.there] + [
			Result.done(row) for row in self.gone
		]

	def _result(self, row: Row, id: str | MedusaError) -> Result:
		if isinstance(id, MedusaError):
			return Result.failed(row, id)
		then = []
		if self.payloads[row.name]["id"] not in (None, id) and COLLECTION.members:
			# Its products still name the collection that it had before.
			then = [Intent(COLLECTION.members, name) for name in _items_of(row.reference_name)]
		return Result.done(row, [Write(DOCTYPE, row.reference_name, {"medusa_id": id})], then)


COLLECTION = CollectionKind()


def _items_of(group: str) -> list[str]:
	"""The Website Items of an Item Group that have a product."""
	filters = {"item_group": group, "medusa_id": ("is", "set")}
	return frappe.get_all("Website Item", filters, pluck="name", order_by="name")


# --- document events


def item_group_on_update(doc, method: str | None = None) -> None:
	"""Item Group, on_update: set the routes of a new, renamed or moved one and of the groups below it, and
	queue its collection where it has one.

	Source: docs/reference.md, "Document events".
	"""
	if doc.has_value_changed("parent_item_group") or doc.has_value_changed("item_group_name"):
		routes.update_branch(doc.name)
	if not settings.enabled() or not _concerns_medusa(doc):
		return
	if any(doc.has_value_changed(field) for field in ("item_group_name", "parent_item_group", "is_group")):
		outbox.add(COLLECTION, doc.name)


def item_group_after_rename(doc, method=None, old=None, new=None, merge=False) -> None:
	"""Item Group, after_rename: set the routes of its branch, and queue its collection and those of its children, whose
	metadata name it.

	Source: docs/reference.md, "Document events".
	"""
	routes.update_branch(doc.name)
	if not settings.enabled():
		return
	for child in frappe.get_all(DOCTYPE, {"parent_item_group": new}, ["name", "medusa_id"], order_by="name"):
		if _concerns_medusa(child):
			outbox.add(COLLECTION, child.name)
	if _concerns_medusa(doc) or outbox.is_queued(COLLECTION, old):
		outbox.rename(COLLECTION, old, new, keep_former_name=not merge)


def delete_medusa_collection(doc, method: str | None = None) -> None:
	"""Item Group, on_trash: queue the deletion of its collection, also while the integration is off.

	Source: docs/reference.md, "Document events".
	"""
	if _concerns_medusa(doc):
		outbox.add(COLLECTION, doc.name, kind_data={"id": doc.medusa_id})


def _concerns_medusa(group) -> bool:
	"""Whether an Item Group has a collection, or is queued to get one."""
	return bool(group.get("medusa_id")) or outbox.is_queued(COLLECTION, group.name)


# --- payloads


def wanted() -> dict[str, dict]:
	"""`{collection id: content that Medusa should have}` for the Item Groups that have a collection."""
	groups = frappe.get_all(DOCTYPE, {"medusa_id": ("is", "set")}, list(READ_FIELDS), order_by="name")
	return {group.medusa_id: _content(group) for group in groups}


def preview(groups: Iterable[str], rows: list[dict]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
	"""Which collections of the shop are taken over when the products of these Item Groups are sent.

	:param rows: the shop's collections
	:returns: (Item Group, external id that is replaced, "" for none) of those with such a collection; (Item Group, reason)
		where it isn't clear
	"""
	filters = {"name": ("in", [*groups, ""]), "medusa_id": ("is", "not set")}
	missing = frappe.get_all(DOCTYPE, filters, list(READ_FIELDS), order_by="name")
	names = set(frappe.get_all(DOCTYPE, pluck="name", order_by=None))
	ids = set(_known_ids().values())
	others = [row for row in rows if row["id"] not in ids and row.get("external_id") not in names]
	met, unclear = [], []
	for group in missing:
		try:
			found = same_collection({**_content(group), "handle": handle("", group.name)}, others)
			if found:
				met.append((group.name, found.get("external_id") or ""))
		except NotSendable as error:
			unclear.append((group.name, reasons.message(error)))
	return met, unclear


def _groups(names: list[str]) -> dict[str, frappe._dict]:
	rows = frappe.get_all(DOCTYPE, {"name": ("in", names or [""])}, list(READ_FIELDS), order_by="name")
	return {row.name: row for row in rows}


def _known_ids() -> dict[str, str]:
	"""`{Item Group: id of its collection}`"""
	fields = ["name", "medusa_id"]
	return dict(frappe.get_all(DOCTYPE, {"medusa_id": ("is", "set")}, fields, as_list=True, order_by="name"))


def _content(group: frappe._dict) -> dict:
	return {
		"external_id": group.name,
		"title": clean(group.item_group_name) or group.name,
		"metadata": {"parent_item_group": clean(group.parent_item_group), "is_group": cint(group.is_group)},
	}


def _payload(group: frappe._dict, row: Row, known: dict[str, str]) -> dict:
	others = [id for name, id in known.items() if name != group.name]
	return {
		**_content(group),
		"id": group.medusa_id or None,
		"former_ids": row.former_names,
		# The collection of a renamed group may still have the name that this group has now.
		"not_ids": others,
		"handle": handle("", group.name),
	}
