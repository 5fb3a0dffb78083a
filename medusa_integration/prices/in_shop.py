"""The Items that the products in the shop sell: a Website Item's own Item, or the variants of its template, each with its ids in Medusa
and its price state.

Source: docs/reference.md, "Prices".
"""

from collections.abc import Iterable

import frappe
from frappe import _

from medusa_integration import sold_variants
from medusa_integration.plain_text import as_typed
from medusa_integration.prices import price_state

DOCTYPE = "Website Item"
FIELDS = (
	"name", "web_item_name", "item_code", "medusa_id", "medusa_variant_id", "medusa_prices",
	"medusa_synced_on",
)  # fmt: skip


def in_shop(names: Iterable[str]) -> list[frappe._dict]:
	"""The Items that products of Website Items sell, where they have been sent, in a constant number of queries. Each has `name` (the
	Website Item), `key` (see price_state.key_of), `item_code`, `title`, `medusa_id`, `medusa_variant_id` and `medusa_prices`.
	A variant that is sold by its template's product isn't in the shop by its own Website Item.
	"""
	names = list(names)
	pages = frappe.get_all(DOCTYPE, {"name": ("in", names or [""])}, list(FIELDS), order_by="name")
	variants = sold_variants.variants_of(names)
	products = sold_variants.products_of(page.item_code for page in pages)
	facts = _facts_of(code for of_one in variants.values() for code in of_one)
	found = []
	for page in pages:
		if not page.medusa_synced_on or products.get(page.item_code, page.name) != page.name:
			continue
		if page.name in variants:
			found += [_variant(page, facts[code]) for code in variants[page.name] if code in facts]
		elif page.medusa_variant_id:
			page.update(key=page.name, title=as_typed(page.web_item_name) or page.item_code)
			found.append(page)
	return found


def _facts_of(codes: Iterable[str]) -> dict[str, frappe._dict]:
	filters = {"name": ("in", [*codes, ""]), "medusa_variant_id": ("is", "set")}
	fields = ["name", "item_name", "medusa_variant_id", "medusa_prices"]
	return {item.name: item for item in frappe.get_all("Item", filters, fields, order_by=None)}


def _variant(page: frappe._dict, item: frappe._dict) -> frappe._dict:
	return frappe._dict(
		page,
		key=price_state.key_of("Item", item.name),
		item_code=item.name,
		title=as_typed(item.item_name) or item.name,
		medusa_variant_id=item.medusa_variant_id,
		medusa_prices=item.medusa_prices,
	)


def pages_of(variant_ids: Iterable[str]) -> list[str]:
	"""The Website Items whose products sell these variants of Medusa's, sorted."""
	known = {"medusa_variant_id": ("in", [*set(variant_ids), ""])}
	codes = frappe.get_all("Item", known, pluck="name", order_by=None)
	names = frappe.get_all(DOCTYPE, known, pluck="name", order_by=None)
	return sorted({*names, *sold_variants.products_of(codes).values()})


def is_variant(item: frappe._dict) -> bool:
	"""Whether what is sold is a variant of a template's product."""
	return item.key != item.name


def named(item: frappe._dict, words: str) -> str:
	"""Words about what is sold, which name a variant of a template's product."""
	return _("{0}: {1}").format(item.item_code, words) if is_variant(item) else words


def states(
	pages: Iterable[frappe._dict], variants: dict[str, list[str]] | None = None
) -> dict[str, list[dict]]:
	"""`{Website Item: the states of what its product sells}`, without empty ones.

	:param pages: Website Items with `name` and `medusa_prices`
	:param variants: `sold_variants.variants_of` these, where the caller has it
	"""
	pages = list(pages)
	if variants is None:
		variants = sold_variants.variants_of(page.name for page in pages)
	codes = [code for of_one in variants.values() for code in of_one]
	fields = {"name": ("in", [*codes, ""]), "medusa_prices": ("is", "set")}
	kept = (
		dict(frappe.get_all("Item", fields, ["name", "medusa_prices"], as_list=True, order_by=None))
		if codes
		else {}
	)
	found = {}
	for page in pages:
		texts = {page.name: page.medusa_prices}
		if page.name in variants:
			texts = {price_state.key_of("Item", code): kept.get(code) for code in variants[page.name]}
		found[page.name] = [state for key, text in texts.items() if (state := price_state.read(key, text))]
	return found


def own_prices(page) -> dict[str, float]:
	"""`{currency: amount}` of the prices that a product has of its own in Medusa, as last seen; of a template's product those of one
	of its variants.

	:param page: a Website Item
	"""
	found: dict[str, float] = {}
	for state in states([page])[page.name]:
		found |= state.get("own") or {}
	return found
