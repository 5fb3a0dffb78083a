"""Item Groups → Medusa's collections, and the route of an Item Group in the shop."""

import frappe
from frappe import _
from frappe.utils import cint

from medusa_integration.medusa.errors import MedusaRejected
from medusa_integration.medusa.v2 import MedusaV2
from medusa_integration.sync import outbox, request_log, routes, shop
from medusa_integration.sync.handles import handle
from medusa_integration.sync.outbox import Result
from medusa_integration.sync.plain_text import clean

KIND = "Collection"
DOCTYPE = "Item Group"
BATCH_SIZE = 1  # Medusa has no batch call for collections


def item_group_on_update(doc, method: str | None = None) -> None:
	"""Item Group, on_update (contract section 2): a new or moved one gets its routes, and its collection follows."""
	if doc.has_value_changed("parent_item_group") or doc.has_value_changed("item_group_name"):
		routes.update_branch(doc.name)
	if not shop.enabled() or not doc.get("medusa_id"):
		return
	if any(doc.has_value_changed(field) for field in ("item_group_name", "parent_item_group", "is_group")):
		outbox.add(KIND, DOCTYPE, doc.name)


def item_group_after_rename(doc, method=None, old=None, new=None, merge=False) -> None:
	"""Item Group, after_rename (contract section 2): its branch gets new routes, and its collection follows, as do its
	children's, which name it. A merged one's products move to the other's collection."""
	routes.update_branch(doc.name)
	if not shop.enabled():
		return
	outbox.forget(KIND, old)
	changed = frappe.get_all(DOCTYPE, {"parent_item_group": new}, ["name", "medusa_id"], order_by="name")
	for group in [doc, *changed]:
		if group.get("medusa_id"):
			outbox.add(KIND, DOCTYPE, group.name)
	if merge:
		items = {"item_group": new, "medusa_id": ("is", "set")}
		names = frappe.get_all("Website Item", items, pluck="name", order_by="name")
		outbox.add_many(("Product", "Website Item", name) for name in names)


def delete_medusa_collection(doc, method: str | None = None) -> None:
	"""Item Group, on_trash: note that an Item Group's collection has to go."""
	if shop.enabled() and doc.get("medusa_id"):
		outbox.add(KIND, DOCTYPE, doc.name, medusa_ids={"id": doc.medusa_id})


def push(medusa: MedusaV2, rows: list[frappe._dict]) -> list[Result]:
	"""Make Medusa's collections agree with the Item Groups that the rows name."""
	groups = _groups([row.reference_name for row in rows])
	results = []
	for row in rows:
		group = groups.get(row.reference_name)
		with request_log.about([(DOCTYPE, row.reference_name)]):
			if group:
				id = medusa.upsert_collection(_payload(group))
				results.append(Result(row, writes=[(DOCTYPE, group.name, {"medusa_id": id})]))
			else:
				_delete(medusa, row)
				results.append(Result(row))
	return results


def ensure(medusa: MedusaV2, names: set[str]) -> tuple[dict[str, str], dict[str, str]]:
	"""The collections of Item Groups, made where they are missing, the ids written and committed.

	:returns: `({group: collection id}, {group: why it has none})`
	"""
	groups = _groups(names)
	stored = {name: group.medusa_id for name, group in groups.items() if group.medusa_id}
	with request_log.about([]):
		there = medusa.collections_there(stored.values())  # not those that somebody deleted in Medusa
	ids = {name: id for name, id in stored.items() if id in there}
	problems = {
		name: _("The Item Group {0} doesn't exist.").format(name or "–") for name in names - set(groups)
	}
	for name in sorted(set(groups) - set(ids)):
		try:
			with request_log.about([(DOCTYPE, name)]):
				ids[name] = medusa.upsert_collection(_payload(groups[name]))
		except MedusaRejected as error:
			problems[name] = _("Its Item Group {0} isn't accepted: {1}").format(name, error.message)
			continue
		frappe.db.set_value(DOCTYPE, name, "medusa_id", ids[name], update_modified=False)
		frappe.db.commit()  # Medusa has it: a failure further on must not make us forget
	return ids, problems


def _groups(names) -> dict[str, frappe._dict]:
	rows = frappe.get_all(
		DOCTYPE,
		filters={"name": ("in", list(names) or [""])},
		fields=["name", "item_group_name", "parent_item_group", "is_group", "medusa_id"],
		order_by="name",
	)
	return {row.name: row for row in rows}


def _payload(group: frappe._dict) -> dict:
	return {
		"id": group.medusa_id,
		"external_id": group.name,
		"title": clean(group.item_group_name) or group.name,
		"handle": handle("", group.name),
		"metadata": {"parent_item_group": clean(group.parent_item_group), "is_group": cint(group.is_group)},
	}


def _delete(medusa: MedusaV2, row: frappe._dict) -> None:
	ids = frappe.parse_json(row.medusa_ids or "{}")
	if ids.get("id"):
		medusa.delete_collection(ids["id"])
