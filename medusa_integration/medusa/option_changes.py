"""The changes that make the options and variants of a product those of a payload: both dialects find them here, and each makes
its own calls.

Our variants carry the item code in their metadata; the shop's own don't.
"""

from collections.abc import Iterable
from typing import Any

MARK = "item_code"  # in the metadata of a variant that the app made or linked


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


def renamed(
	new: str, values: dict[str, dict[str, str]], wanted: dict[str, str], old: Iterable[str]
) -> str | None:
	"""The former name of an option or value that has got another name: each variant that is to have the new one has the old one,
	and no other has it. None where there is none.

	:param new: a name that Medusa doesn't have
	:param values: `{item code: {name: …}}` the names that each variant has in Medusa
	:param wanted: `{item code: name}` that each variant is to have
	:param old: names that are no longer wanted
	"""
	having = {code for code, name in wanted.items() if name == new}
	for name in old:
		had = {code for code, names in values.items() if name in names}
		if had and had == having & values.keys():
			return name
	return None


def same(wanted: Any, found: Any) -> bool:
	"""Whether a field of a variant is as it should be. Of metadata only the app's own keys count."""
	if isinstance(wanted, dict):
		return all(same(value, (found or {}).get(key)) for key, value in wanted.items())
	return (wanted or None) == (found or None)
