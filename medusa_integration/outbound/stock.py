"""Stock → the inventory levels of Medusa's variants, and `custom_in_stock` of the Website Items.

The quantity of a Website Item is that of its `website_warehouse` and the warehouses below it, in the stock UOM, as
its price is. A variant without a warehouse of its own has its template's, as in webshop. An item without any has no
quantity: it isn't in stock, and nothing is sent for it, unless Medusa was told a quantity before, which then becomes 0.
One that ERPNext keeps no stock of has no quantity either. Its variant doesn't manage inventory, so nothing is sent
for it, and what was sent before is forgotten: the level is looked up anew once ERPNext keeps stock of it.

What was sent is kept in `medusa_stock`, so that only a change is sent. An outbox row stands for a Website Item: the
quantity is read when it is sent, and is an absolute one, so sending it again does no harm.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from math import floor

import frappe
from frappe.utils import cint
from pypika import Criterion, Table

from medusa_integration import request_log
from medusa_integration import session as shop
from medusa_integration.catalogue.plain_text import clean
from medusa_integration.delivery import kept, outbox, writes
from medusa_integration.delivery.outbox import Result
from medusa_integration.medusa.client import without_login
from medusa_integration.medusa.errors import MedusaError, NoStockLocation
from medusa_integration.medusa.v2.dialect import MedusaV2

KIND = "Stock"
DOCTYPE = "Website Item"
BATCH_SIZE = 500
WATCHED_FIELDS = ("website_warehouse", "custom_threshold_qty", "variant_of")
READ_FIELDS = (
	"name", "item_code", "website_warehouse", "variant_of", "custom_threshold_qty", "custom_in_stock",
	"medusa_variant_id", "medusa_stock",
)  # fmt: skip


# --- ERPNext's side: which change matters


def stock_ledger_entry_on_submit(doc, method: str | None = None) -> None:
	"""Stock Ledger Entry, on_submit: every movement is one. The cancellation of a document submits entries of its
	own, which take the others back; an entry itself is never cancelled (ERPNext's stock_ledger.make_sl_entries)."""
	_note_items([doc.item_code])


def sales_order_on_change(doc, method: str | None = None) -> None:
	"""Sales Order, on_change: what it reserves may have changed, by its submission, cancellation, by Update Items, by
	being held, closed or reopened. What a delivery changes comes with its Stock Ledger Entries; the daily run finds
	the rest, such as a row that Update Items deleted."""
	if doc.docstatus > 0 and shop.enabled() and shop.settings().subtract_reserved:
		_note_items(row.item_code for row in (*doc.items, *(doc.get("packed_items") or ())))


def website_item_stock_validate(doc, method: str | None = None) -> None:
	"""Website Item, validate: note that its stock has to be read anew, and that of the variants that go by it. A new
	item's stock follows the creation of its product."""
	if doc.is_new() or not shop.enabled() or not any(doc.has_value_changed(f) for f in WATCHED_FIELDS):
		return
	names = [doc.name] if doc.get("medusa_id") or cint(doc.published) else []
	if cint(doc.has_variants) and doc.has_value_changed("website_warehouse"):
		names += _in_shop({"variant_of": doc.item_code})
	outbox.add_many((KIND, DOCTYPE, name) for name in names)


def _note_items(item_codes: Iterable[str]) -> None:
	"""Note, when the transaction is committed and as a part of it, that the stock of these items changed: in two
	statements however many items it moves."""
	if not shop.enabled():
		return
	if frappe.flags.medusa_stock_of is None:
		frappe.flags.medusa_stock_of = set()
		frappe.db.before_commit.add(_add_noted)
		frappe.db.after_rollback.add(_forget_noted)
	frappe.flags.medusa_stock_of.update(item_codes)


def _add_noted() -> None:
	codes = frappe.flags.pop("medusa_stock_of", None)
	if codes:
		names = _in_shop({"item_code": ("in", sorted(codes))})
		outbox.add_many((KIND, DOCTYPE, name) for name in names)


def _forget_noted() -> None:
	frappe.flags.pop("medusa_stock_of", None)


def _in_shop(filters: dict) -> list[str]:
	"""The Website Items that are published, or that the shop has as drafts."""
	return frappe.get_all(
		DOCTYPE,
		filters,
		or_filters={"published": 1, "medusa_id": ("is", "set")},
		pluck="name",
		order_by="name",
	)


def resend(name: str) -> None:
	"""Note that the stock of a Website Item is to be sent, changed or not."""
	known = frappe.db.get_value(DOCTYPE, name, "medusa_stock")
	frappe.db.set_value(DOCTYPE, name, "medusa_stock", unsettled(name, known), update_modified=False)
	outbox.add(KIND, DOCTYPE, name)


def retry_without_location() -> None:
	"""Queue again, in the current transaction, what is parked because the stock location wasn't settled."""
	outbox.retry_parked(KIND, NoStockLocation.reason)


def unsettled(name: str, medusa_stock: str | None) -> str:
	"""What a Website Item keeps of its stock, without what Medusa was told."""
	state = _state(name, medusa_stock)
	return json.dumps({**state, "sent": {}}) if state else ""


def update_webitem_stock() -> int:
	"""Daily (contract section 3): set `custom_in_stock` of all published Website Items, and note those whose quantity
	isn't what Medusa was told. Also finds what no document event tells, as a moved warehouse. Does nothing while
	the integration is off. The caller commits.

	Takes the same number of queries for any number of items, but for statements that would get too long.

	:returns: the number of Website Items that were noted
	"""
	if not shop.enabled():
		return 0
	changed, noted = {0: [], 1: []}, []
	for item in _read():
		in_stock = _in_stock(item)
		if in_stock != (item["custom_in_stock"] or 0):
			changed[in_stock].append(item["name"])
			noted.append(item["name"])  # it may have moved since it was read: who sends it looks again
		elif item["medusa_variant_id"] and _unsent(item):
			noted.append(item["name"])
	for in_stock, names in changed.items():
		writes.write_alike(DOCTYPE, names, {"custom_in_stock": in_stock})
	outbox.add_many((KIND, DOCTYPE, name) for name in noted)
	return len(noted)


# --- quantities


def _read(names: list[str] | None = None, *more_fields: str) -> Iterator[frappe._dict]:
	"""Website Items, all published ones where no names are given, with their `quantity`, None where they have none,
	`state`, what was sent before, and `sent`, what is to be sent now. In a constant number of queries, of which none lists
	all items. Nothing is kept of an item that was handed out: there may be many."""
	website_item, item = frappe.qb.DocType(DOCTYPE), frappe.qb.DocType("Item")
	wanted = website_item.published == 1 if names is None else website_item.name.isin(names)
	items = (
		frappe.qb.from_(website_item)
		.left_join(item)
		.on(item.name == website_item.item_code)
		.select(*(website_item[field] for field in (*READ_FIELDS, *more_fields)), item.is_stock_item)
		.where(wanted)
		.orderby(website_item.name)
		.run(as_dict=True)
	)
	_inherit_warehouses(items)
	warehouses = _warehouses({item["website_warehouse"] for item in items} - {None, ""})
	quantities = _quantities(website_item, wanted)
	target = _target()
	items.reverse()
	while items:
		yield _completed(items.pop(), warehouses, quantities, target)


def _completed(item: frappe._dict, warehouses: dict, quantities: dict, target: str) -> frappe._dict:
	"""With subscripts, here and where else all items pass: a frappe._dict's attributes take thirty times as long."""
	item["quantity"] = None
	if item["is_stock_item"] and item["website_warehouse"] in warehouses:
		below = warehouses[item["website_warehouse"]]
		units = [units for warehouse, units in quantities.get(item["item_code"], ()) if warehouse in below]
		item["quantity"] = round(sum(units), 6)  # many small movements don't add up to quite the same as one
	item["state"] = _state(item["name"], item["medusa_stock"])
	item["sent"] = {
		"quantity": _units(item),
		"variant": item["medusa_variant_id"],
		"sku": clean(item["item_code"]),
		"to": target,
	}
	return item


def _inherit_warehouses(items: list[frappe._dict]) -> None:
	"""Give variants without a warehouse that of their template's Website Item."""
	heirs = [item for item in items if item["variant_of"] and not item["website_warehouse"]]
	if not heirs:
		return
	templates = {"item_code": ("in", sorted({item["variant_of"] for item in heirs}))}
	fields = ["item_code", "website_warehouse"]
	of_template = dict(frappe.get_all(DOCTYPE, templates, fields, as_list=True, order_by=None))
	for item in heirs:
		item["website_warehouse"] = of_template.get(item["variant_of"])


def _warehouses(roots: set[str]) -> dict[str, set[str]]:
	"""`{warehouse: itself and all warehouses below it}`"""
	if not roots:
		return {}
	rows = frappe.get_all("Warehouse", fields=["name", "lft", "rgt"], order_by="lft", limit_page_length=0)
	return {
		root.name: {row.name for row in rows if root.lft <= row.lft and row.rgt <= root.rgt}
		for root in rows
		if root.name in roots
	}


def _quantities(website_item: Table, wanted: Criterion) -> dict[str, list[tuple[str, float]]]:
	"""`{item code: [(warehouse, quantity)]}` of the Website Items that are wanted."""
	bin = frappe.qb.DocType("Bin")
	query = frappe.qb.from_(website_item).join(bin).on(bin.item_code == website_item.item_code).where(wanted)
	quantity = bin.actual_qty - bin.reserved_qty if shop.settings().subtract_reserved else bin.actual_qty
	by_code = defaultdict(list)
	for code, warehouse, units in query.select(bin.item_code, bin.warehouse, quantity).run():
		by_code[code].append((warehouse, units or 0))
	return by_code


def _in_stock(item: frappe._dict) -> int:
	return int((item["quantity"] or 0) > (item["custom_threshold_qty"] or 0))


def _units(item: frappe._dict) -> int:
	"""What Medusa takes: whole units, and not less than none."""
	return max(0, floor(item["quantity"] or 0))


def wanted(names: list[str]) -> list[tuple[str, str, int]]:
	"""What Medusa should have of Website Items that have a variant and a quantity: (name, variant id, units)."""
	return [
		(item.name, item.medusa_variant_id, item.sent["quantity"])
		for item in _read(names or [""], "medusa_synced_on")
		if item.medusa_variant_id and item.medusa_synced_on and item.quantity is not None
	]


# --- Medusa's side: what is sent


def push(medusa: MedusaV2, rows: list[frappe._dict]) -> list[Result]:
	"""Make the quantities in Medusa agree with the stock of the Website Items that the rows name.

	:raises MedusaError: for all rows together
	"""
	names = [row.reference_name for row in rows]
	items = {item.name: item for item in _read(names, "medusa_id")}
	again = {row.reference_name for row in rows if row.again}
	unsent = [
		item
		for item in items.values()
		if item.medusa_variant_id
		and item.is_stock_item
		and (_unsent(item) or (item.state and item.name in again))
	]
	with request_log.about([(DOCTYPE, item.name) for item in unsent]):
		replies = medusa.set_stock([_level(item) for item in unsent]) if unsent else {}
	return [_result(row, items.get(row.reference_name), replies) for row in rows]


def _level(item: frappe._dict) -> dict:
	of_this_variant = item.state and item.state["sent"].get("variant") == item.medusa_variant_id
	return {
		"external_id": item.name,
		"product_id": item.medusa_id,
		"variant_id": item.medusa_variant_id,
		"sku": item.sent["sku"],
		"quantity": item.sent["quantity"],
		"known": item.state["known"] if of_this_variant else {},
	}


def _result(row: frappe._dict, item: frappe._dict | None, replies: dict) -> Result:
	"""Of a Website Item that is gone nothing is left to be done; its product's deletion takes the level along."""
	if not item:
		return Result(row)
	values = {}
	if _in_stock(item) != (item.custom_in_stock or 0):
		values["custom_in_stock"] = _in_stock(item)
	if item.state and not item.is_stock_item:
		values["medusa_stock"] = ""
	reply = replies.get(item.name)
	if reply is not None and not isinstance(reply, MedusaError):
		values["medusa_stock"] = json.dumps({"sent": item.sent, "known": reply})
	changes = [(DOCTYPE, item.name, values)] if values else []
	if isinstance(reply, MedusaError):
		return Result(row, error=reply, writes=changes)
	return Result(row, writes=changes)


def _unsent(item: frappe._dict) -> bool:
	"""Whether Medusa was told something else, or something of another variant or place, or nothing yet."""
	if item["quantity"] is None and not item["state"]:
		return False
	return item["state"].get("sent") != item["sent"]


def _target() -> str:
	config = shop.configuration()
	return f"{without_login(config.url or '')} {config.stock_location or ''}"


def _state(name: str, medusa_stock: str | None) -> dict:
	"""`{"sent": what Medusa was told, "known": what the dialect knows of the level}` of a Website Item, empty before the
	first time."""
	return kept.read(DOCTYPE, name, "medusa_stock", medusa_stock, _is_state)


def _is_state(state: dict) -> bool:
	sent, known = state.get("sent"), state.get("known")
	if not isinstance(sent, dict) or not isinstance(known, dict):
		return False
	return not known or {"item", "sku", "location"} <= known.keys()  # v1 keeps nothing
