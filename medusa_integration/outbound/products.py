"""Website Items → Medusa's products, each with its one variant."""

import json
from collections import defaultdict
from hashlib import sha1

import frappe
from frappe import _
from frappe.utils import cint, now_datetime

from medusa_integration import request_log
from medusa_integration import session as shop
from medusa_integration.catalogue import images, selection
from medusa_integration.catalogue.plain_text import as_typed, clean, plain_text
from medusa_integration.delivery import outbox
from medusa_integration.delivery.outbox import Result
from medusa_integration.medusa.errors import MedusaError
from medusa_integration.medusa.handles import ending, handle
from medusa_integration.medusa.v2.dialect import MedusaV2
from medusa_integration.outbound import collections, item_status, prices, stock

KIND = "Product"
DOCTYPE = "Website Item"

# What Medusa sees of a Website Item and of its Item: a change of anything else is none of its business.
WATCHED_FIELDS = (
	"web_item_name", "item_code", "item_group", "brand", "stock_uom", "published", "on_backorder", "ranking",
	"short_description", "web_long_description", "website_image", "slideshow", "has_variants", "variant_of",
	"custom_parent_website_item",
)  # fmt: skip
WATCHED_ITEM_FIELDS = ("country_of_origin", "stock_uom", "is_stock_item")
# Of a payload, what says where the product is, and not what it is.
UNSENT_KEYS = ("id", "variant_id", "former_ids", "handle", "own_handle", "former_handles", "endings")
READ_FIELDS = (
	"name", *WATCHED_FIELDS, "website_warehouse", "medusa_id", "medusa_variant_id", "medusa_hash", "medusa_handle",
	"medusa_stock", "medusa_synced_on",
)  # fmt: skip


# --- ERPNext's side: which change matters


def website_item_validate(doc, method: str | None = None) -> None:
	"""Website Item, validate (contract section 2): what is new to Medusa is exported, what it has is updated."""
	if doc.get("medusa_id"):
		update_website_item(doc)
	else:
		export_website_item(doc)


def export_website_item(doc) -> None:
	"""Note that a published Website Item has to be created in Medusa (contract section 2)."""
	# what is being sent just now belongs there as well, though we don't know its id yet
	if _skipped(doc):
		return
	if shop.enabled() and (belongs_in_shop(doc) or outbox.noted(KIND, doc.name)):
		_queue(doc)
	elif shop.enabled() or doc.is_new():
		doc.medusa_status = item_status.NOT_IN_SHOP


def update_website_item(doc) -> None:
	"""Note that a Website Item has to be updated in Medusa, where its save changes what Medusa sees (contract
	section 2)."""
	if not _skipped(doc) and shop.enabled() and _changed(doc):
		_queue(doc)


def _queue(doc) -> None:
	outbox.add(KIND, DOCTYPE, doc.name)
	doc.medusa_status = item_status.WAITING  # stored by the save that this is part of


def _skipped(doc) -> bool:
	"""`custom_skip_update_hook`, set by code that saves the document for reasons of its own, holds for one save."""
	skipped = bool(doc.get("custom_skip_update_hook"))
	doc.custom_skip_update_hook = 0
	return skipped


def belongs_in_shop(doc) -> bool:
	"""Published items that the settings select, and those that the shop has already: where they aren't both any more,
	they become drafts there."""
	return bool(doc.get("medusa_id") or (cint(doc.published) and selection.admits(doc)))


def _changed(doc) -> bool:
	before = doc.get_doc_before_save()
	if not before:
		return True
	if any(doc.has_value_changed(field) for field in WATCHED_FIELDS):
		return True
	return _raw_specifications(doc) != _raw_specifications(before)


def _raw_specifications(doc) -> list[tuple]:
	return [(row.label, row.description) for row in doc.get("website_specifications") or ()]


def item_on_update(item, method: str | None = None) -> None:
	"""Item, on_update: note what a changed Item changes for its Website Item."""
	if any(item.has_value_changed(field) for field in WATCHED_ITEM_FIELDS):
		names = note_those({"item_code": item.name})
		if item.has_value_changed("is_stock_item"):
			outbox.add_many((stock.KIND, DOCTYPE, name) for name in names)


def delete_medusa_item(doc, method: str | None = None) -> None:
	"""Website Item, on_trash (contract section 2): note that a product has to go. What was never sent and isn't being sent needs nothing."""
	for kind in (prices.KIND, stock.KIND):
		outbox.forget(kind, doc.name)
	known = doc.get("medusa_id") or outbox.noted(KIND, doc.name)
	if shop.enabled() and known:
		noted = _noted_of(doc.name)
		last = {
			"id": doc.get("medusa_id"),
			"title": doc.web_item_name,
			"item_code": doc.item_code,
			"prices": prices.state(doc.name, doc.get("medusa_prices")),
		}
		outbox.add(KIND, DOCTYPE, doc.name, medusa_ids=noted | last)
	if doc.get("medusa_id") and doc.medusa_id == frappe.db.get_value("Item", doc.item_code, "medusa_id"):
		# the Item stays: nothing may find it by the ids of what is gone
		nothing = {"medusa_id": None, "medusa_variant_id": None}
		frappe.db.set_value("Item", doc.item_code, nothing, update_modified=False)


def website_item_after_rename(doc, method=None, old=None, new=None, merge=False) -> None:
	"""Website Item, after_rename: it keeps its product, which is called after the new name from now on."""
	noted = _noted_of(old)
	if shop.enabled() and (belongs_in_shop(doc) or outbox.noted(KIND, old)):
		former = {"former": [*noted.get("former", ()), old]}
		outbox.rename(KIND, DOCTYPE, old, new, medusa_ids=_noted_of(new) | former)
		for kind in (prices.KIND, stock.KIND):
			outbox.rename(kind, DOCTYPE, old, new)
	for kind in (KIND, prices.KIND, stock.KIND):
		outbox.forget(kind, old)
	note_those({"custom_parent_website_item": new})


def item_after_rename(doc, method=None, old=None, new=None, merge=False) -> None:
	"""Item, after_rename: the item code is the variant's sku, and a merged Item brings its prices along."""
	note_those({"variant_of": new})
	names = note_those({"item_code": new})
	outbox.add_many((kind, DOCTYPE, name) for name in names for kind in (prices.KIND, stock.KIND))


def brand_after_rename(doc, method=None, old=None, new=None, merge=False) -> None:
	"""Brand, after_rename: Frappe writes the new name into the Website Items without saving them."""
	note_those({"brand": new})


def note_those(filters: dict) -> list[str]:
	"""Note that the Website Items that match and belong in the shop have to be sent. Returns their names."""
	if not shop.enabled():
		return []
	items = frappe.get_all(
		DOCTYPE,
		filters,
		["name", "medusa_id", "item_group", "brand"],
		or_filters={"published": 1, "medusa_id": ("is", "set")},
		order_by="name",
	)
	refused = {item.name for item in selection.refused(items) if not item.medusa_id}
	names = [item.name for item in items if item.name not in refused]
	outbox.add_many((KIND, DOCTYPE, name) for name in names)
	return names


def resend(name: str) -> None:
	"""Note that a Website Item, its prices and its stock are to be sent, changed or not."""
	unsent = {"medusa_hash": "", "medusa_status": item_status.WAITING}
	frappe.db.set_value(DOCTYPE, name, unsent, update_modified=False)
	outbox.add(KIND, DOCTYPE, name)
	prices.resend(name)
	stock.resend(name)


# --- Medusa's side: what is sent


def push(medusa: MedusaV2, rows: list[frappe._dict]) -> list[Result]:
	"""Make Medusa's products agree with the Website Items that the rows name; on v2 in one call for all of them.

	:raises MedusaError: for all rows together: v2 takes the whole batch or none of it
	"""
	items = {item.name: item for item in _read([row.reference_name for row in rows])}
	with request_log.about([(DOCTYPE, row.reference_name) for row in rows]):
		collection_ids, problems = collections.ensure(
			medusa, {item.item_group or "" for item in items.values()}
		)
		_delete(medusa, rows, items)
		results, to_send = [], {}
		for row in rows:
			item = items.get(row.reference_name)
			if not item or item.name in to_send:
				results.append(Result(row))
				continue
			item.former = _noted(row).get("former", [])
			if item.item_group not in collection_ids:
				results.append(_without_collection(row, item, problems[item.item_group or ""]))
				continue
			product = payload(item, collection_ids[item.item_group])
			digest = _digest(product, medusa)
			if item.medusa_hash:
				product["own_handle"] = ""  # restored only where the record is sent again on request
			if item.medusa_id and item.medusa_hash == digest and not row.again:
				results.append(Result(row))
			else:
				to_send[row.reference_name] = (row, item, product, digest)
		return results + _send(medusa, to_send)


def _without_collection(row: frappe._dict, item: frappe._dict, problem: dict) -> Result:
	if frappe.db.get_value(DOCTYPE, item.name, "item_group") != item.item_group:
		return Result(row, retry=_("Its Item Group changed meanwhile."), counts=False)  # by a rename
	return Result(row, **problem)


def _send(medusa: MedusaV2, to_send: dict) -> list[Result]:
	if not to_send:
		return []
	ids = medusa.upsert_products([product for _row, _item, product, _digest in to_send.values()])
	now = now_datetime()
	results = []
	for name, (row, item, product, digest) in to_send.items():
		if isinstance(ids[name], MedusaError):
			results.append(Result(row, error=ids[name]))
			continue
		here = {"medusa_id": ids[name]["id"], "medusa_variant_id": ids[name]["variant_id"]}
		sent = {**here, **_kept_handle(item, product, ids[name]), "medusa_hash": digest}
		writes = [(DOCTYPE, name, {**sent, "medusa_synced_on": now})]
		then = []
		if item.kept_in_item != here:
			writes.append(("Item", item.item_code, here))
		is_new = item.medusa_variant_id != here["medusa_variant_id"] or not item.medusa_synced_on
		if is_new:
			then.append((prices.KIND, DOCTYPE, name))
		untold = item.is_stock_item and not item.medusa_stock  # as after ERPNext began to keep stock of it
		if (item.website_warehouse or item.variant_of) and (is_new or untold):
			then.append((stock.KIND, DOCTYPE, name))
		results.append(Result(row, writes=writes, then=then))
	return results


def _kept_handle(item: frappe._dict, product: dict, written: dict) -> dict:
	"""Keep the handle that the app gave a product, to restore it. A linked product has another ending."""
	if item.medusa_handle and item.medusa_id == written["id"]:
		return {}
	is_ours = any(f"-{written['handle']}".endswith(f"-{ending}") for ending in product["endings"])
	return {"medusa_handle": written["handle"] if is_ours else ""}


def _delete(medusa: MedusaV2, rows: list[frappe._dict], items: dict[str, frappe._dict]) -> None:
	"""Delete the products of Website Items that are gone, also where another one got the name since."""
	ids, lost, prices_known = [], [], []
	for row in rows:
		noted, item = _noted(row), items.get(row.reference_name)
		if noted.get("id") and not (item and item.medusa_id == noted["id"]):
			ids.append(noted["id"])
			prices_known.append(noted.get("prices"))
		elif not item:
			# a create may have been applied without our knowing its id
			title, code = noted.get("title"), noted.get("item_code") or ""
			lost.append(_identity(row.reference_name, noted.get("former"), title, code))
	medusa.delete_products(ids, lost)
	prices.forget(medusa, [known for known in prices_known if known])


def _noted_of(name: str) -> dict:
	"""The same as `_noted` of a Website Item's row, if it has one."""
	key = outbox.key_of(KIND, name)
	medusa_ids = frappe.db.get_value(outbox.DOCTYPE, key, "medusa_ids")
	return _noted(frappe._dict(name=key, medusa_ids=medusa_ids))


def _noted(row: frappe._dict) -> dict:
	"""What an outbox row says besides its name: of a product that has to go its `id`, `title` and `item_code`, what
	is known of its `prices`, and the `former` names under which a product may be in Medusa."""
	return outbox.ids_of(row, _are_ids)


def _are_ids(noted: dict) -> bool:
	texts = [noted.get(key) for key in ("id", "title", "item_code")]
	known = noted.get("prices") or {}
	return (
		all(text is None or isinstance(text, str) for text in texts)
		and isinstance(known, dict)
		and prices.is_state(known)
	)


def _read(names: list[str]) -> list[frappe._dict]:
	"""The Website Items with all that their payload needs, in a constant number of queries."""
	items = frappe.get_all(
		DOCTYPE, filters={"name": ("in", names)}, fields=list(READ_FIELDS), order_by="name"
	)
	specifications = _specification_rows(names)
	codes = [item.item_code for item in items]
	item_rows = frappe.get_all(
		"Item",
		filters={"name": ("in", codes or [""])},
		fields=["name", "country_of_origin", "is_stock_item", "medusa_id", "medusa_variant_id"],
		order_by="name",
	)
	item_of = {row.name: row for row in item_rows}
	iso_codes = _iso_codes({row.country_of_origin for row in item_rows})
	pictures = images.of_website_items(items)
	for item in items:
		row = item_of.get(item.item_code) or frappe._dict(is_stock_item=1)
		item.origin_country = iso_codes.get(row.country_of_origin)
		item.is_stock_item = row.is_stock_item
		item.kept_in_item = {key: row.get(key) for key in ("medusa_id", "medusa_variant_id")}
		item.website_specifications = specifications[item.name]
		item.images = pictures[item.name]
	for item in selection.refused(items):
		item.published = 0  # a draft, as if it were unpublished
	return items


def _specification_rows(names: list[str]) -> dict[str, list[frappe._dict]]:
	rows = frappe.get_all(
		"Item Website Specification",
		filters={"parenttype": DOCTYPE, "parent": ("in", names)},
		fields=["parent", "label", "description"],
		order_by="parent, idx",
	)
	by_parent = defaultdict(list)
	for row in rows:
		by_parent[row.parent].append(row)
	return by_parent


def _iso_codes(countries: set[str | None]) -> dict[str, str]:
	rows = frappe.get_all(
		"Country",
		filters={"name": ("in", [c for c in countries if c] or [""])},
		fields=["name", "code"],
		order_by="name",
	)
	return {row.name: row.code.upper() for row in rows if row.code}


def payloads(names: list[str]) -> dict[str, dict]:
	"""`{Website Item: what Medusa should have of it}` for those that are there, with the collections that are known."""
	items = _read(names or [""])
	groups = frappe.get_all(
		collections.DOCTYPE,
		filters={"name": ("in", [item.item_group or "" for item in items] or [""])},
		fields=["name", "medusa_id"],
		order_by="name",
	)
	collection_of = {group.name: group.medusa_id for group in groups}
	return {item.name: payload(item, collection_of.get(item.item_group)) for item in items}


def payload(item: frappe._dict, collection_id: str | None) -> dict:
	"""A Website Item, as read by `_read`, in the terms of contract section 4, with what both dialects need."""
	return {
		**_identity(item.name, item.former, item.web_item_name, item.item_code),
		"id": item.medusa_id or None,
		"variant_id": item.medusa_variant_id or None,
		"own_handle": item.medusa_handle or "",
		"title": _title(item.web_item_name, item.item_code),
		"item_code": clean(item.item_code),
		"description": plain_text(item.web_long_description),
		"short_description": as_typed(item.short_description),
		"ranking": cint(item.ranking),
		"status": "published" if cint(item.published) else "draft",
		"brand_name": clean(item.brand),
		"origin_country": item.origin_country,
		"specifications": _specifications(item.website_specifications),
		"collection_id": collection_id,
		"metadata": {"UOM": clean(item.stock_uom), **_relations(item)},
		"discountable": False,
		"allow_backorder": bool(cint(item.on_backorder)),
		"manage_inventory": bool(cint(item.is_stock_item)),
		"thumbnail": item.images[0] if item.images else None,
		"images": item.images,
	}


def _relations(item: frappe._dict) -> dict:
	"""By what a storefront groups products: a parent's name is its product's external id."""
	return {
		"has_variants": bool(cint(item.has_variants)),
		"variant_of": clean(item.variant_of),
		"parent_website_item": item.custom_parent_website_item or "",
	}


def _title(web_item_name: str | None, item_code: str) -> str:
	return as_typed(web_item_name) or item_code


def _identity(name: str, former: list[str] | None, title: str | None, item_code: str) -> dict:
	"""By what a product is found that may be in Medusa without our knowing its id: v2 keeps our name for it, v1 only
	its handle, whose end is our name, and its variant's sku."""
	names, title = [name, *(former or ())], _title(title, item_code)
	return {
		"external_id": name,
		"former_ids": names[1:],
		"handle": handle(title, name),
		"former_handles": [handle(title, each) for each in names[1:]],
		"endings": [ending(each) for each in names],
		"sku": clean(item_code),
	}


def _specifications(rows) -> list[dict]:
	return [
		{"label": clean(plain_text(row.label)), "description": plain_text(row.description)}
		for row in rows or ()
	]


def _digest(product: dict, medusa: MedusaV2) -> str:
	"""What was sent, and to which shop: as long as it is the same, nothing has to be sent."""
	what = {key: value for key, value in product.items() if key not in UNSENT_KEYS}
	where = [medusa.client.url, medusa.version, medusa.sales_channel, medusa.shipping_profile]
	return sha1(json.dumps([where, what], sort_keys=True).encode()).hexdigest()
