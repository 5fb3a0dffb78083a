"""Item Groups → Medusa's product categories, with their tree, where the configuration's *Item Groups become* says so.

Source: docs/reference.md, "Categories".
"""

from collections.abc import Iterable
from typing import Any

import frappe
from frappe import _
from frappe.utils import cint

from medusa_integration import settings
from medusa_integration.delivery import reasons
from medusa_integration.delivery.box import outbox
from medusa_integration.delivery.kind import Database, Intent, Kind, Result, Row, Run, Task, Write
from medusa_integration.medusa.categories import CategoryIndex
from medusa_integration.medusa.dialect import Dialect
from medusa_integration.medusa.errors import MedusaError, NotSendable
from medusa_integration.medusa.handles import handle
from medusa_integration.plain_text import clean
from medusa_integration.products.group_tree import GroupTree

DOCTYPE = "Item Group"
ID = "medusa_category_id"
SHOWN = "show_in_website"  # of webshop
READ_FIELDS = ("name", "item_group_name", "parent_item_group", "lft", ID)


class CategoryKind(Kind):
	"""The kind of Medusa's product categories, about Item Groups."""

	name = "Category"
	doctype = DOCTYPE
	ids = {DOCTYPE: (ID,)}
	members: Kind | None = None  # the kind of the products in a category; set where that is made

	def prepare(self, run: Run, rows: list[Row]) -> "CategoryTask":
		return CategoryTask(rows, read_tree())


class CategoryTask(Task):
	"""Categories to create or update with all above them, and those of Item Groups that are gone."""

	def __init__(self, rows: list[Row], tree: GroupTree) -> None:
		super().__init__(vouchers=[(DOCTYPE, row.reference_name) for row in rows])
		self.tree = tree
		self.there: list[Row] = []
		self.gone: list[Row] = []
		self.staying: set[str] = set()  # ids of doomed categories that can't be deleted yet
		used = settings.current().groups_are_categories
		for row in rows:
			if row.reference_name not in tree.groups:
				self.gone.append(row)
			elif not used or tree.is_root(row.reference_name):
				self.settled.append(Result.done(row))
			elif problem := tree.problem(row.reference_name):
				self.settled.append(Result.parked(row, problem))
			else:
				self.there.append(row)
		self.former = {row.reference_name: row.former_names for row in self.there}

	@property
	def rows(self) -> list[Row]:
		return [*self.there, *self.gone]

	def send(self, medusa: Dialect, database: Database) -> dict[str, str | MedusaError]:
		if not medusa.has_categories:
			return {}
		doomed = [row.kind_data["id"] for row in self.gone if row.kind_data.get("id")]
		unheard = [row for row in self.gone if not row.kind_data.get("id")]
		names = {name for row in unheard for name in (row.reference_name, *row.former_names)}
		# After a merge the categories below a deleted one are moved first.
		written = self._write(medusa, set(doomed)) if self.there else {}
		if doomed or names:
			lost = names - self.tree.groups.keys()
			self.staying = medusa.delete_categories(doomed, lost, self.tree.groups)
		return written

	def _write(self, medusa: Dialect, doomed: set[str]) -> dict[str, str | MedusaError]:
		wanted = [row.reference_name for row in self.there]
		levels = [
			[payload(self.tree, name, self.former.get(name, []), doomed) for name in level]
			for level in self.tree.levels(wanted)
		]
		order = {
			parent: self.tree.below(parent) for parent in {self.tree.parent(name) or "" for name in wanted}
		}
		known = {name: group[ID] for name, group in self.tree.groups.items() if group[ID]}
		return medusa.upsert_categories(levels, self.tree.groups, order, known)

	def conclude(self, reply: dict[str, Any]) -> list[Result]:
		return [self._result(row, reply) for row in self.there] + [self._deleted(row) for row in self.gone]

	def _deleted(self, row: Row) -> Result:
		if row.kind_data.get("id") not in self.staying:
			return Result.done(row)
		return Result.retry(row, _("The categories below it are moved first."), counts=False)

	def _result(self, row: Row, reply: dict[str, Any]) -> Result:
		name = row.reference_name
		id = reply.get(name)
		if id is None:
			return Result.done(row)
		if isinstance(id, MedusaError):
			return Result.failed(row, id)
		writes, then = [], []
		for each in [name, *self.tree.above(name)]:
			new, before = reply.get(each), self.tree.groups[each][ID]
			if isinstance(new, str) and new != before:
				writes.append(Write(DOCTYPE, each, {ID: new}))
				if before and CATEGORY.members:
					# Its products still name the category that it had before.
					then += [Intent(CATEGORY.members, item) for item in items_in([each])]
		return Result.done(row, writes, then)


CATEGORY = CategoryKind()


def read_tree() -> GroupTree:
	"""All Item Groups, in one query."""
	fields = [*READ_FIELDS]
	if settings.current().hides_categories and frappe.get_meta(DOCTYPE).has_field(SHOWN):
		fields.append(SHOWN)
	return GroupTree(frappe.get_all(DOCTYPE, fields=fields, order_by="lft, name", limit_page_length=0))


def payload(tree: GroupTree, name: str, former: list[str], doomed: Iterable[str] = ()) -> dict:
	"""The payload of an Item Group's category.

	:param former: earlier names of the group
	:param doomed: ids of categories that are about to be deleted
	"""
	group = tree.groups[name]
	return {
		**content(group),
		"id": group[ID] or None,
		"parent": tree.parent(name),
		"former_ids": former,
		"not_ids": {*tree.ids, *doomed} - {group[ID]},
		"handle": handle("", name),
	}


def content(group: frappe._dict) -> dict:
	"""ERPNext's values of a category itself. `is_active` is None where all are active: the shop may hide one then."""
	return {
		"external_id": group.name,
		"name": clean(group.item_group_name) or group.name,
		"is_active": bool(cint(group[SHOWN])) if SHOWN in group else None,
	}


def items_in(groups: Iterable[str]) -> list[str]:
	"""The Website Items with a product whose own or further Item Groups are among these, in two queries."""
	names = list(groups)
	further = frappe.get_all(
		"Website Item Group",
		{"parenttype": "Website Item", "item_group": ("in", names or [""])},
		pluck="parent",
		order_by=None,
	)
	return frappe.get_all(
		"Website Item",
		{"medusa_id": ("is", "set")},
		or_filters={"item_group": ("in", names or [""]), "name": ("in", further or [""])},
		pluck="name",
		order_by="name",
	)


def queue_missing(groups: Iterable[str | None]) -> None:
	"""Queue the Item Groups that have no category yet, where Item Groups are categories."""
	if not settings.current().groups_are_categories:
		return
	filters = {"name": ("in", [group for group in groups if group] or [""]), ID: ("is", "not set")}
	names = frappe.get_all(
		DOCTYPE, {**filters, "parent_item_group": ("is", "set")}, pluck="name", order_by="lft"
	)
	outbox.add_many((CATEGORY, name) for name in names)


def queue_known() -> None:
	"""Queue the Item Groups that have a category."""
	names = frappe.get_all(DOCTYPE, {ID: ("is", "set")}, pluck="name", order_by="lft")
	outbox.add_many((CATEGORY, name) for name in names)


# --- document events


def item_group_on_update(doc) -> None:
	"""Item Group, on_update: queue its category where it has one and its name, its place or *Show in Website* changed."""
	if not settings.enabled() or not _concerns_medusa(doc):
		return
	watched = ["item_group_name", "parent_item_group"]
	watched += [SHOWN] if settings.current().hides_categories else []
	if any(doc.has_value_changed(field) for field in watched):
		outbox.add(CATEGORY, doc.name)


def item_group_after_rename(doc, method=None, old=None, new=None, merge=False) -> None:
	"""Item Group, after_rename: queue its category, and after a merge those of its children, which move below it, and the
	products that have it as a further group."""
	if not settings.enabled():
		return
	if _concerns_medusa(doc) or outbox.is_queued(CATEGORY, old):
		outbox.rename(CATEGORY, old, new, keep_former_name=not merge)
	if merge:
		children = frappe.get_all(DOCTYPE, {"parent_item_group": new}, ["name", ID], order_by="name")
		outbox.add_many((CATEGORY, child.name) for child in children if _concerns_medusa(child))
		if CATEGORY.members and settings.current().groups_are_categories:
			outbox.add_many((CATEGORY.members, name) for name in items_in([new]))


def delete_medusa_category(doc, method: str | None = None) -> None:
	"""Item Group, on_trash: queue the deletion of its category, also while the integration is off."""
	if _concerns_medusa(doc):
		outbox.add(CATEGORY, doc.name, kind_data={"id": doc.get(ID)})


def _concerns_medusa(group) -> bool:
	"""Whether an Item Group has a category, or is queued to get one."""
	return bool(group.get(ID)) or outbox.is_queued(CATEGORY, group.name)


# --- comparison and preview


def wanted() -> dict[str, dict]:
	"""`{category id: content that Medusa should have}` for the Item Groups that have a category; {} where they aren't
	categories."""
	if not settings.current().groups_are_categories:
		return {}
	tree = read_tree()
	found = {}
	for name, group in tree.groups.items():
		if group[ID] and not tree.problem(name):
			parent = tree.parent(name)
			found[group[ID]] = {
				**content(group),
				"parent_category_id": tree.groups[parent][ID] if parent else None,
			}
	return found


def preview(groups: Iterable[str], rows: list[dict]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
	"""Which categories of the shop are taken over when the products of these Item Groups are sent, as
	`collections_to_medusa.preview`.

	:param rows: the shop's categories
	"""
	tree, index = read_tree(), CategoryIndex(rows)
	names = set(tree.groups)
	met, unclear = [], []
	places: dict[str, str | None] = {}  # `{Item Group: its category's id, None for a new one}`
	usable = [name for name in groups if name in names and not tree.is_root(name) and not tree.problem(name)]
	for name in (name for level in tree.levels(usable) for name in level):
		parent = tree.parent(name)
		category = payload(tree, name, [])
		try:
			found = index.own(category)
			if not found and (not parent or places.get(parent)):
				found = index.same(category, places.get(parent) if parent else None, names)
				if found:
					met.append((name, found["external_id"] or ""))
			places[name] = found and found["id"]
		except NotSendable as error:
			unclear.append((name, reasons.message(error)))
	return met, unclear


def problems() -> list[str]:
	"""The reasons why Item Groups can't be categories, for Test Connection."""
	if not settings.current().groups_are_categories:
		return []
	tree = read_tree()
	return [
		_("Item Group {0}: {1}").format(name, words) for name in tree.groups if (words := tree.problem(name))
	]
