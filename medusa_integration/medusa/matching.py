"""Functions with which both dialects find our records among Medusa's."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any, NamedTuple, overload
from unicodedata import category, normalize
from urllib.parse import quote
from zoneinfo import ZoneInfo

from medusa_integration.medusa.errors import NotSendable

# Node accepts 16 kB of request line and headers together.
MAX_QUERY_LENGTH = 8000
OWN_TITLE = "Default"  # of the variants that the app makes
NO_VARIANT = "The variant doesn't exist in Medusa any more. Choose Sync now on the Website Item, which sends the product again."
VARIANT_GONE = (
	"The product's variant was deleted in Medusa, and none of its other variants has the SKU {0}. Give one of them this"
	" SKU in Medusa, or delete them all, then Retry."
)
SKU_HELD = "Another product of the shop has the SKU {0}. Give its variant another SKU in Medusa, or delete it there, then Retry."

COLLECTIONS_ALIKE = (
	"The shop has several collections with the title {0}, with the handles {1}. Rename or delete all but the one that is"
	" this Item Group's, then Retry."
)
HANDLE_TAKEN = (
	"A collection with the handle {1} already exists in the shop: {0}. If it is this Item Group's, give it the title {2} in"
	" Medusa; if not, change its handle. Then Retry."
)

TITLE_TAKEN = (
	"The shop has another collection with the title {0}, with the handle {1}. Rename or delete that one in Medusa, then"
	" Retry. Or delete the collection of this Item Group there, with the handle {2}, then Retry: the Item Group gets the other"
	" one."
)


def match_variant(product: dict, row: dict) -> str | None:
	"""The id of our variant of a product: the known one, else the one with our sku, else the only one.

	:param product: the payload, with `sku` and perhaps `variant_id`
	:param row: Medusa's product, with its `variants`
	"""
	variants = row["variants"]
	for variant in variants:
		if variant["id"] == product.get("variant_id"):
			return variant["id"]
	for variant in variants:
		if variant["sku"] == product["sku"]:
			return variant["id"]
	return variants[0]["id"] if len(variants) == 1 else None


class OwnVariant(NamedTuple):
	"""The known id and SKU of our variant of a product; "" where unknown."""

	id: str
	sku: str


def left_variant(own: OwnVariant, row: dict) -> str:
	"""The id of our variant of a product whose Website Item is gone: the known one, which may be deleted already, by a call
	whose reply was lost; else the one with our SKU; else the only one, where it still has the title that the app gives. ""
	for none.

	:param row: Medusa's product, with its `variants`
	"""
	if own.id:
		return own.id
	variants = row["variants"]
	alike = [variant["id"] for variant in variants if own.sku and folded(variant["sku"]) == folded(own.sku)]
	if not alike and [variant["title"] for variant in variants] == [OWN_TITLE]:
		return variants[0]["id"]
	return alike[0] if alike else ""


def left_variants(own: OwnVariant, row: dict) -> set[str]:
	"""The ids of our variants of a product whose Website Item is gone: those with an item code in their metadata too, as a
	template's variants have."""
	marked = {each["id"] for each in row["variants"] if (each.get("metadata") or {}).get("item_code")}
	return marked | {left_variant(own, row)} - {""}


def has_others(own: OwnVariant, row: dict) -> bool:
	"""Whether a product whose Website Item is gone has variants of the shop's own; parameters as of `left_variant`."""
	ours = left_variants(own, row)
	return any(variant["id"] not in ours for variant in row["variants"])


def folded(text: str | None) -> str:
	"""A name or sku as people compare it: without case, outer and double spaces, invisible signs, and differences of Unicode
	forms and dashes."""
	text = normalize("NFKC", text or "").casefold()
	if not text.isascii():
		kinds = [(sign, category(sign)) for sign in text]
		text = "".join("-" if kind == "Pd" else sign for sign, kind in kinds if kind != "Cf")
	return " ".join(text.split())


def same_collection(collection: dict, rows: Iterable[dict]) -> dict | None:
	"""The collection that was in the shop before, and is that of an Item Group by its title.

	:param collection: the payload, with `title` and `handle`
	:param rows: the shop's collections that the app didn't make: `id`, `title`, `handle`
	:raises NotSendable: where several are alike, or where one with another title has the handle
	"""
	rows = list(rows)
	alike = [row for row in rows if folded(row["title"]) == folded(collection["title"])]
	exact = [row for row in alike if row["title"] == collection["title"]]
	found = exact if len(exact) == 1 else alike
	if len(found) > 1:
		handles = ", ".join(sorted(row["handle"] for row in found))
		raise NotSendable(COLLECTIONS_ALIKE, collection["title"], handles)
	if found:
		return found[0]
	holder = next((row for row in rows if folded(row["handle"]) == collection["handle"]), None)
	if holder:
		raise NotSendable(HANDLE_TAKEN, holder["title"], holder["handle"], collection["title"])
	return None


def check_new_title(collection: dict, own: dict, rows: Iterable[dict]) -> None:
	"""Refuse a new title that a collection of the shop's own has: two collections of one title would be left.

	:param collection: the payload, of an Item Group that has a collection
	:param own: that collection as Medusa has it
	:param rows: as of `same_collection`
	:raises NotSendable: where one of them has the title
	"""
	alike = sorted(row["handle"] for row in rows if folded(row["title"]) == folded(collection["title"]))
	if alike:
		raise NotSendable(TITLE_TAKEN, collection["title"], ", ".join(alike), own["handle"])


def is_retitled(collection: dict, own: dict) -> bool:
	"""Whether an Item Group's collection gets another title, apart from case and spaces."""
	return folded(collection["title"]) != folded(own["title"])


def query_parts(field: str, values: Iterable[str]) -> Iterator[list[str]]:
	"""`values` in parts that fit a URL as `field[]=value&…`."""
	part: list[str] = []
	length = 0
	for value in dict.fromkeys(values):
		size = len(quote(value)) + len(field) + 8
		if part and length + size > MAX_QUERY_LENGTH:
			yield part
			part, length = [], 0
		part.append(value)
		length += size
	if part:
		yield part


def differs(wanted: Any, found: Any) -> bool:
	"""Whether a value has to be written. Of metadata only our own keys are compared."""
	if isinstance(wanted, dict):
		return any(differs(value, (found or {}).get(key)) for key, value in wanted.items())
	return (wanted or None) != (found or None)  # Writing "" removes a key from the metadata.


@overload
def moment(text: str) -> datetime: ...
@overload
def moment(text: None) -> None: ...
def moment(text: str | None) -> datetime | None:
	"""A point in time, from ISO 8601."""
	return datetime.fromisoformat(text.replace("Z", "+00:00")) if text else None


def day(text: str | None, time_zone: str) -> date | None:
	"""The day of a point in time, in a time zone."""
	return moment(text).astimezone(ZoneInfo(time_zone)).date() if text else None
