"""The changes that make the options and variants of a product those of a payload: both dialects find them here, and each makes
its own calls.

Our variants carry the item code in their metadata; the shop's own don't.
"""

from collections.abc import Iterable
from typing import Any

from medusa_integration.medusa.matching import OWN_TITLE
from medusa_integration.medusa.owners import fingerprint

IN_THE_WAY = (
	"The product has variants of the shop's own, {0}, with the option {1}, which the template in ERPNext doesn't have. Delete"
	" these variants in Medusa, then Retry."
)
SAME_VALUES = (
	"The shop's own variant {0} has the same options as Item {1}. If it is that Item, give it the SKU {2} in Medusa; if not,"
	" delete it there or give it other options. Then Retry."
)
MARK = "item_code"  # in the metadata of a variant that the app made or linked


def with_options(product: dict) -> bool:
	"""Whether a product has, or had, the variants of a template."""
	return "variants" in product or bool(product.get("was_template"))


def as_options(product: dict) -> dict:
	"""A product that was a template's, and has one variant now, as a product with options."""
	if "variants" in product:
		return product
	one = {
		**{key: product[key] for key in ("sku", "manage_inventory", "allow_backorder", "origin_country")},
		"item_code": product["item_code"],
		"id": product["variant_id"],
		"title": OWN_TITLE,
		"options": {"Default": "Default"},
		"rank": 0,
		"identifiers": {},
		"left_to_shop": product["left_to_shop"],
		"cleared": {},
		"metadata": {"item_code": "", "UOM": "", "UOM Size": "", "image": ""},
	}
	return {**product, "options": [{"title": "Default", "values": ["Default"]}], "variants": [one]}


def spare_variant(product: dict, rows: list[dict]) -> str | None:
	"""The id of the variant that a product keeps when it becomes a template's, or ceases to be one; None for none.

	:param product: the payload
	:param rows: Medusa's variants of the product
	"""
	if "variants" in product:
		unmarked = [row["id"] for row in rows if row["title"] == OWN_TITLE and not is_ours(row)]
		return product["variant_id"] or (unmarked[0] if unmarked and len(rows) == 1 else None)
	if product["metadata"]["has_variants"]:
		return None  # Its variants have products of their own now.
	ours = sorted(filter(is_ours, rows), key=lambda row: (row["variant_rank"] or 0, row["id"]))
	return next((row["id"] for row in ours), None)


def is_ours(variant: dict) -> bool:
	"""Whether a variant of Medusa's is one that the app made."""
	return bool((variant.get("metadata") or {}).get(MARK))


def match(wanted: list[dict], rows: list[dict], spare: str | None = None) -> dict[str, dict]:
	"""`{item code: Medusa's variant}` of the wanted variants that are there: by id, else by SKU, else by the item code in the
	metadata.

	:param wanted: variants of a payload
	:param rows: Medusa's variants of the product
	:param spare: the id of a variant that the first one without a match gets, as that of a product that had one variant
	"""
	found: dict[str, dict] = {}
	left = {row["id"]: row for row in rows}
	for is_same in (
		lambda variant, row: row["id"] == variant["id"],
		lambda variant, row: row["sku"] == variant["sku"],
		lambda variant, row: (row.get("metadata") or {}).get(MARK) == variant["item_code"],
	):
		for variant in wanted:
			if variant["item_code"] in found:
				continue
			row = next((each for each in left.values() if is_same(variant, each)), None)
			if row:
				found[variant["item_code"]] = left.pop(row["id"])
	if spare in left and len(found) < len(wanted):
		first = next(variant for variant in wanted if variant["item_code"] not in found)
		found[first["item_code"]] = left.pop(spare)
	return found


def leaving(rows: Iterable[dict], matched: dict[str, dict], known: Iterable[str]) -> list[dict]:
	"""Our variants that the product is to lose.

	:param known: ids of variants that the app made
	"""
	staying, known = {row["id"] for row in matched.values()}, set(known)
	return [row for row in rows if row["id"] not in staying and (is_ours(row) or row["id"] in known)]


def renamed(new: str, there: dict[str, str], wanted: dict[str, str], old: Iterable[str]) -> str | None:
	"""The former name of a value that has got another one: the variants that are to have the new one have the old one, and no
	other has it. None where there is none.

	:param new: a value that Medusa doesn't have
	:param there: `{item code: value}` that each variant has in Medusa
	:param wanted: `{item code: value}` that each variant is to have
	:param old: values that are no longer wanted
	"""
	having = {code for code, value in wanted.items() if value == new}
	for name in old:
		had = {code for code, value in there.items() if value == name}
		if had and had == having & there.keys():
			return name
	return None


def cleared(variant: dict, row: dict) -> dict[str, None]:
	"""The fields that an update of a variant erases: ERPNext had filled and has cleared them, and the shop still has what
	ERPNext sent.

	:param row: Medusa's variant
	"""
	return {key: None for key, sent in variant["cleared"].items() if fingerprint(row.get(key)) == sent}


def same(wanted: Any, found: Any) -> bool:
	"""Whether a field of a variant is as it should be. Of metadata only the app's own keys count."""
	if isinstance(wanted, dict):
		return all(same(value, (found or {}).get(key)) for key, value in wanted.items())
	return (wanted or None) == (found or None)
