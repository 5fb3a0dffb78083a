"""The writes to ERPNext's documents after a template's product was sent: the ids of its variants, and the ids that they had
before.

Source: docs/reference.md, "Templates".
"""

import json
from collections.abc import Iterable
from hashlib import sha1
from typing import Any

import frappe
from frappe import _

from medusa_integration import sold_units, sold_variants
from medusa_integration.delivery.kind import Write
from medusa_integration.medusa import owners
from medusa_integration.products.product_payloads import DOCTYPE
from medusa_integration.products.shop_ids import FORMER
from medusa_integration.products.variant_payloads import SENT

UNORDERED = "unordered"  # key of SENT
UNSENT = ("id", "former", "left_to_shop", "cleared")  # keys of a variant that aren't part of its content
MOST = 40  # former ids of an Item
NO_STATE = {"medusa_prices": "", "medusa_stock": ""}


def with_former(kept: str | None, *ids: str | None) -> str:
	"""The field FORMER with more ids, the latest last."""
	return "\n".join(list(dict.fromkeys([*(kept or "").split(), *filter(None, ids)]))[-MOST:])


def base(what: dict) -> dict:
	"""The part of a payload's content that needs a look-up: all but the variants' own fields."""
	if "variants" not in what:
		return what
	shape = [{key: each[key] for key in ("item_code", "options", "rank")} for each in what["variants"]]
	return {**what, "variants": shape}


def state(payload: dict, written: dict, of_base: str) -> str:
	"""The field SENT of a template's Website Item after a sending.

	:param written: the dialect's reply
	:param of_base: the hash of `base`
	"""
	ids = written["variants"]
	sent = {
		each["item_code"]: [ids[each["item_code"]], fingerprint(each), *_filled(each)]
		for each in payload["variants"]
		if each["item_code"] in ids
	}
	return json.dumps(
		{"base": of_base, "sent": sent, **({UNORDERED: True} if written.get("unordered") else {})}
	)


def _filled(variant: dict) -> list[dict[str, str]]:
	"""`{identifier: fingerprint}` of those that ERPNext has filled, in a list; [] where there is none."""
	values = {key: owners.fingerprint(value) for key, value in variant["identifiers"].items() if value}
	return [values] if values else []


def without_deleted(item: frappe._dict, written: dict) -> dict[str, str]:
	"""The field SENT of a template without a variant to sell, whose variants of deleted Items were deleted in Medusa.

	:param written: the dialect's reply
	"""
	gone = set(item.deleted_variants or ()) - set(written.get("reserved") or ())
	if not gone:
		return {}
	kept = {code: each for code, each in item.sent_variants["sent"].items() if each[0] not in gone}
	return {SENT: json.dumps({**item.sent_variants, "sent": kept})}


def unordered() -> list[str]:
	"""The Website Items of templates that were sent with so many others that their options' values have no order yet."""
	return frappe.get_all(DOCTYPE, {SENT: ("like", f'%"{UNORDERED}"%')}, pluck="name", order_by="name")


def ids_of(website_items: Iterable[str]) -> dict[str, set[str]]:
	"""`{Website Item of a template: the ids of the variants that its product sells}`, in three queries."""
	sold = sold_variants.variants_of(website_items)
	codes = [code for each in sold.values() for code in each]
	known = {"name": ("in", [*codes, ""]), "medusa_variant_id": ("is", "set")}
	id_of = dict(frappe.get_all("Item", known, ["name", "medusa_variant_id"], as_list=True, order_by=None))
	return {name: {id_of[code] for code in each if code in id_of} for name, each in sold.items()}


def changed(payload: dict, sent: dict, of_base: str) -> list[str] | None:
	"""The item codes of the variants whose own fields have changed, where nothing else has; None where there is more to write.

	:param sent: as the field SENT has it
	"""
	known = sent.get("sent") or {}
	ids = {each["item_code"]: each["id"] for each in payload["variants"]}
	if (
		sent.get("base") != of_base
		or UNORDERED in sent
		or ids != {code: each[0] for code, each in known.items()}
		or any(each["cleared"] for each in payload["variants"])
	):
		return None
	return [
		each["item_code"] for each in payload["variants"] if fingerprint(each) != known[each["item_code"]][1]
	]


def looked_up(product: dict) -> dict:
	"""The options and variants of a payload, without their ids: Medusa's are needed to write them. {} for a simple product."""
	if "variants" not in product:
		return {}
	return {"options": product["options"], "variants": [content(each) for each in product["variants"]]}


def fingerprint(variant: dict) -> str:
	return sha1(json.dumps(content(variant), sort_keys=True).encode()).hexdigest()[:16]


def content(variant: dict) -> dict:
	"""The values of a variant that are sent."""
	return {key: value for key, value in variant.items() if key not in UNSENT}


def doubled(item: frappe._dict) -> str:
	"""The message about variants that have the attributes of another one, and aren't sent; "" for none."""
	words = _(
		"Items {0} and {1} have the same attributes: Medusa takes one of them, and {0} isn't in the shop. Change the attributes of one, or disable it, and save."
	)
	return " ".join(words.format(code, other) for code, other in item.doubled or ())


def writes(item: frappe._dict, written: dict) -> list[Write]:
	"""The writes to the variants' Items and their own Website Items.

	:param item: the template's Website Item, as variant_payloads has changed it
	:param written: the dialect's reply
	"""
	ids, found = written["variants"], []
	for row in item.variants or ():
		found += _of_sold(row, ids.get(row.item_code))
	for row in left(item, written):
		found += _of_left(row)
	return found


def left(item: frappe._dict, written: dict) -> list[frappe._dict]:
	"""The Items whose variants a template's product has no more, and that aren't reserved by an order.

	:param item: the template's Website Item, as variant_payloads has changed it
	:param written: the dialect's reply
	"""
	ids = written.get("variants") or {}
	staying = set(ids.values()) | set(written.get("reserved") or ())
	rows = item.left_variants or () if ids or not item.is_template else ()
	return [row for row in rows if row.medusa_variant_id not in staying]


def left_of(items: dict[str, frappe._dict], sent: dict[str, Any]) -> list[frappe._dict]:
	"""The same of many products.

	:param items: the Website Items, by name
	:param sent: `{Website Item: the dialect's reply, or why there is none}`
	"""
	written = {name: reply for name, reply in sent.items() if isinstance(reply, dict) and name in items}
	return [row for name, reply in written.items() for row in left(items[name], reply)]


def new_ids(item: frappe._dict, written: dict) -> bool:
	"""Whether a variant has been made, or one that was known has gone."""
	return any(
		written["variants"].get(row.item_code) not in (None, row.medusa_variant_id) for row in item.variants
	)


def _of_sold(row: frappe._dict, id: str | None) -> list[Write]:
	if not id:
		return []
	found, page = [], row.own_page
	told = sold_units.announcing(row[sold_units.FIELD], row.stock_uom, row.sold_unit)
	values: dict = {sold_units.FIELD: told} if told else {}
	if row.medusa_variant_id != id or row.medusa_id:
		former = with_former(
			row[FORMER], row.medusa_id, row.medusa_variant_id if row.medusa_variant_id != id else None
		)
		values |= {"medusa_id": None, "medusa_variant_id": id, FORMER: former}
		values |= NO_STATE if row.medusa_variant_id != id else {}
	if values:
		found.append(Write("Item", row.name, values))
	if page and not page.medusa_id and page.medusa_variant_id != id:
		found.append(Write(DOCTYPE, page.name, {"medusa_variant_id": id}))
	return found


def _of_left(row: frappe._dict) -> list[Write]:
	former = with_former(row[FORMER], row.medusa_variant_id)
	found = [Write("Item", row.name, {"medusa_variant_id": None, FORMER: former, **NO_STATE})]
	page = row.own_page
	if page and not page.medusa_id and page.medusa_variant_id == row.medusa_variant_id:
		found.append(Write(DOCTYPE, page.name, {"medusa_variant_id": None}))
	return found


def unsent(item: frappe._dict) -> list[Write]:
	"""The writes where Medusa has the product as it is: units that are announced."""
	found = []
	for row in item.variants or ():
		if told := sold_units.announcing(row[sold_units.FIELD], row.stock_uom, row.sold_unit):
			found.append(Write("Item", row.name, {sold_units.FIELD: told}))
	return found
