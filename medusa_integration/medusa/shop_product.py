"""A product of the shop as both versions of Medusa have it, for the import of products."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class ShopVariant:
	"""A variant of a product.

	:param prices: the base prices that hold for everybody and for one piece, `{upper-case currency: major units}`
	:param options: `{id of an option: value}`; without those that the variant has no value of
	:param picture: the address of the variant's own; "" where it has none, as always on v1
	:param country: an upper-case ISO code; "" where there is none, as for `hs_code`
	:param weight: in grams; 0 where there is none
	"""

	id: str
	sku: str
	manage_inventory: bool
	allow_backorder: bool
	country: str = ""
	hs_code: str = ""
	weight: Decimal = Decimal(0)
	prices: dict[str, Decimal] = field(default_factory=dict)
	options: dict[str, str] = field(default_factory=dict)
	picture: str = ""


@dataclass(frozen=True)
class ShopOption:
	"""An option of a product.

	:param values: those that variants have, in the shop's order
	"""

	id: str
	title: str
	values: list[str]


@dataclass(frozen=True)
class ShopProduct:
	"""A product with its variants.

	:param external_id: "" where it has none, as always on v1
	:param collection_id: "" where it has none, as for `collection`, its title
	:param pictures: the addresses, the thumbnail first
	:param metadata: on v1 the columns of the storefront's extension too
	:param variants: in the shop's order
	:param options: in the shop's order
	"""

	id: str
	external_id: str
	title: str
	handle: str
	description: str
	is_published: bool
	collection_id: str
	collection: str
	country: str
	hs_code: str
	weight: Decimal
	pictures: list[str]
	metadata: dict[str, Any]
	variants: list[ShopVariant]
	options: list[ShopOption] = field(default_factory=list)


def product(row: dict, variants: list[ShopVariant], metadata: dict[str, Any]) -> ShopProduct:
	"""A product of a row that has the names of both versions."""
	collection = row.get("collection") or {}
	images = sorted(row.get("images") or (), key=lambda image: image.get("rank") or 0)
	urls = [row.get("thumbnail"), *(image["url"] for image in images)]
	return ShopProduct(
		id=row["id"],
		external_id=row.get("external_id") or "",
		title=row["title"] or "",
		handle=row["handle"] or "",
		description=row["description"] or "",
		is_published=row["status"] == "published",
		collection_id=row.get("collection_id") or "",
		collection=collection.get("title") or "",
		pictures=[url for url in dict.fromkeys(urls) if url],
		metadata=metadata,
		variants=variants,
		options=_options(row, variants),
		**_origin(row),
	)


def in_order(rows: Iterable[dict] | None) -> list[dict]:
	"""The rows of a product's variants in the shop's order, which Medusa's replies don't have."""
	return sorted(rows or (), key=lambda row: (row.get("variant_rank") or 0, row["id"]))


def _options(row: dict, variants: list[ShopVariant]) -> list[ShopOption]:
	found = []
	for option in sorted(row.get("options") or (), key=lambda each: each["id"]):
		ranks = {each["value"]: each.get("rank") for each in option.get("values") or ()}
		used = dict.fromkeys(each.options[option["id"]] for each in variants if option["id"] in each.options)
		last = len(ranks)
		values = sorted(used, key=lambda value: last if ranks.get(value) is None else ranks[value])
		found.append(ShopOption(option["id"], option["title"] or "", values))
	return found


def variant(row: dict, prices: dict[str, Decimal]) -> ShopVariant:
	"""A variant of a row that has the names of both versions."""
	return ShopVariant(
		id=row["id"],
		sku=row["sku"] or "",
		manage_inventory=bool(row["manage_inventory"]),
		allow_backorder=bool(row["allow_backorder"]),
		prices=prices,
		options={each["option_id"]: each["value"] or "" for each in row.get("options") or ()},
		picture=row.get("thumbnail") or "",
		**_origin(row),
	)


def _origin(row: dict) -> dict[str, Any]:
	return {
		"country": (row.get("origin_country") or "").upper(),
		"hs_code": row.get("hs_code") or "",
		"weight": Decimal(str(row.get("weight") or 0)),
	}
