"""Item Groups → Medusa's collections, and the route of an Item Group in the shop."""

import time

import frappe
from frappe import _
from frappe.utils import cint

from medusa_integration import request_log
from medusa_integration import session as shop
from medusa_integration.catalogue import routes
from medusa_integration.catalogue.plain_text import clean
from medusa_integration.delivery import outbox
from medusa_integration.delivery.outbox import Result
from medusa_integration.medusa.errors import MedusaError, MedusaRejected
from medusa_integration.medusa.handles import handle
from medusa_integration.medusa.v2.dialect import MedusaV2

KIND = "Collection"
DOCTYPE = "Item Group"
READ_FIELDS = ("name", "item_group_name", "parent_item_group", "is_group", "medusa_id")
BATCH_SIZE = 1  # Medusa has no batch call for collections
PAUSES = (0.05, 0.1, 0.2, 0.5, 1, 2)  # seconds to wait for another worker, and again


def item_group_on_update(doc, method: str | None = None) -> None:
	"""Item Group, on_update (contract section 2): a new or moved one gets its routes, and its collection follows."""
	if doc.has_value_changed("parent_item_group") or doc.has_value_changed("item_group_name"):
		routes.update_branch(doc.name)
	if not shop.enabled() or not _concerns_medusa(doc):
		return
	if any(doc.has_value_changed(field) for field in ("item_group_name", "parent_item_group", "is_group")):
		outbox.add(KIND, DOCTYPE, doc.name)


def item_group_after_rename(doc, method=None, old=None, new=None, merge=False) -> None:
	"""Item Group, after_rename (contract section 2): its branch gets new routes, and its collection follows, as do its
	children's, which name it. A merged one's products move to the other's collection."""
	routes.update_branch(doc.name)
	if not shop.enabled():
		return
	for child in frappe.get_all(DOCTYPE, {"parent_item_group": new}, ["name", "medusa_id"], order_by="name"):
		if _concerns_medusa(child):
			outbox.add(KIND, DOCTYPE, child.name)
	if _concerns_medusa(doc) or outbox.noted(KIND, old):
		outbox.rename(KIND, DOCTYPE, old, new, None if merge else _with_former(old))
	if merge:
		items = {"item_group": new, "medusa_id": ("is", "set")}
		names = frappe.get_all("Website Item", items, pluck="name", order_by="name")
		outbox.add_many(("Product", "Website Item", name) for name in names)


def _concerns_medusa(group) -> bool:
	"""Whether it has a collection, or one that is being made just now."""
	return bool(group.get("medusa_id")) or outbox.noted(KIND, group.name)


def _with_former(name: str) -> dict:
	key = outbox.key_of(KIND, name)
	medusa_ids = frappe.db.get_value(outbox.DOCTYPE, key, "medusa_ids")
	noted = _noted(frappe._dict(name=key, medusa_ids=medusa_ids))
	return {"former": [*noted.get("former", ()), name]}


def _noted(row: frappe._dict) -> dict:
	"""What an outbox row says of a collection besides its name: the `id` of one that has to go, and its `former` names."""
	return outbox.ids_of(row, lambda noted: isinstance(noted.get("id"), str | None))


def delete_medusa_collection(doc, method: str | None = None) -> None:
	"""Item Group, on_trash: note that an Item Group's collection has to go."""
	if shop.enabled() and _concerns_medusa(doc):
		outbox.add(KIND, DOCTYPE, doc.name, medusa_ids={"id": doc.medusa_id})


def push(medusa: MedusaV2, rows: list[frappe._dict]) -> list[Result]:
	"""Make Medusa's collections agree with the Item Groups that the rows name."""
	groups = _groups([row.reference_name for row in rows])
	results = []
	for row in rows:
		group = groups.get(row.reference_name)
		with request_log.about([(DOCTYPE, row.reference_name)]):
			if group:
				id = medusa.upsert_collection(_payload(group, row))
				results.append(Result(row, writes=[(DOCTYPE, group.name, {"medusa_id": id})]))
			else:
				_delete(medusa, row)
				results.append(Result(row))
	return results


def ensure(medusa: MedusaV2, names: set[str]) -> tuple[dict[str, str], dict[str, dict]]:
	"""The collections of Item Groups, made where they are missing, the ids written and committed.

	:returns: `({group: collection id}, {group: what becomes of the rows that need it, as Result takes it})`
	"""
	groups = _groups(names)
	stored = {name: group.medusa_id for name, group in groups.items() if group.medusa_id}
	with request_log.about([]):
		there = medusa.collections_there(stored.values())  # not those that somebody deleted in Medusa
	ids = {name: id for name, id in stored.items() if id in there}
	problems = {}
	for name in sorted(set(groups) - set(ids)):
		result = _make(medusa, name)
		if result and result.writes:
			ids[name] = result.writes[0][2]["medusa_id"]
		elif result and result.parked:
			words = _("Its Item Group {0} isn't accepted: {1}").format(name, result.parked)
			problems[name] = {"parked": words}
		else:
			problems[name] = {"retry": _("Its Item Group {0} is being sent.").format(name), "counts": False}
	for name in names - set(groups):
		problems[name] = {"parked": _("The Item Group {0} doesn't exist.").format(name or "–")}
	return ids, problems


def _make(medusa: MedusaV2, name: str) -> Result | None:
	"""Make a group's collection by way of its outbox row, so that only one worker does; None where another one does for
	longer than we wait."""
	lease_seconds = shop.settings().lease_seconds
	for pause in PAUSES:
		row = outbox.claim_one(KIND, DOCTYPE, name, lease_seconds)
		if row:
			break
		time.sleep(pause)
	else:
		return None
	try:
		(result,) = push(medusa, [row])
	except MedusaRejected as error:
		result = Result(row, parked=error.message)
	except MedusaError as error:
		_settle(Result(row, retry=error.message, counts=False, unsure=True))
		raise
	_settle(result)
	return result


def _settle(result: Result) -> None:
	settings = shop.settings()
	for pause in PAUSES:
		if not outbox.settle([result], settings.max_attempts, settings.lease_seconds):
			return
		time.sleep(pause)  # somebody is saving the Item Group


def _groups(names) -> dict[str, frappe._dict]:
	rows = frappe.get_all(
		DOCTYPE,
		filters={"name": ("in", list(names) or [""])},
		fields=list(READ_FIELDS),
		order_by="name",
	)
	return {row.name: row for row in rows}


def wanted() -> dict[str, dict]:
	"""`{collection id: what Medusa should have of it}` for the Item Groups that have a collection."""
	groups = frappe.get_all(DOCTYPE, {"medusa_id": ("is", "set")}, list(READ_FIELDS), order_by="name")
	return {group.medusa_id: _content(group) for group in groups}


def _content(group: frappe._dict) -> dict:
	return {
		"external_id": group.name,
		"title": clean(group.item_group_name) or group.name,
		"metadata": {"parent_item_group": clean(group.parent_item_group), "is_group": cint(group.is_group)},
	}


def _payload(group: frappe._dict, row: frappe._dict) -> dict:
	others = {"medusa_id": ("is", "set"), "name": ("!=", group.name)}
	return {
		**_content(group),
		"id": group.medusa_id,
		"former_ids": _noted(row).get("former", []),
		# a renamed group's may still be called as this one is now
		"not_ids": []
		if group.medusa_id
		else frappe.get_all(DOCTYPE, others, pluck="medusa_id", order_by=None),
		"handle": handle("", group.name),
	}


def _delete(medusa: MedusaV2, row: frappe._dict) -> None:
	ids = _noted(row)
	if ids.get("id"):
		medusa.delete_collection(ids["id"])
	else:
		# one may have been made without our knowing its id
		names = [row.reference_name, *ids.get("former", ())]
		for id in medusa.collections_named(names) - set(
			frappe.get_all(DOCTYPE, pluck="medusa_id", order_by=None)
		):
			medusa.delete_collection(id)
