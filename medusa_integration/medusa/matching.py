"""Functions with which both dialects find our records among Medusa's."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any, overload
from urllib.parse import quote
from zoneinfo import ZoneInfo

# Node accepts 16 kB of request line and headers together.
MAX_QUERY_LENGTH = 8000


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
