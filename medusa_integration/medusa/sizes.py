"""The size of request bodies: the app doesn't send those that are too large for Medusa.

Source: docs/reference.md, "Medusa v2: requests and errors" and "Medusa v1: products".
"""

import json
from collections.abc import Iterator
from typing import Any

from medusa_integration.medusa.errors import NotSendable

REST = 1000  # bytes that a product's body has beside the product's own fields, at most
# The fields that a user can shorten: `{key: its name in a message}`.
TEXTS = {
	"title": "title",
	"description": "description",
	"short_description": "short description",
	"specifications": "specifications",
	"images": "list of pictures",
}
TOO_LARGE = "Too large for Medusa: the product takes {0}, of which its {1} {2}, and Medusa accepts {3}. Shorten the {1}."


def size_of(body: Any) -> int:
	"""Bytes of `body` as `requests` sends it: JSON with all characters outside ASCII escaped."""
	return len(json.dumps(body, default=str))


def sort_out(products: list[dict], limit: int) -> tuple[list[tuple[dict, int]], dict[str, NotSendable]]:
	"""The products that fit a call, each with its size, and `{external_id: NotSendable}` of the others.

	:param limit: bytes of a call's body
	"""
	fitting, refused = [], {}
	for product in products:
		size = size_of(product) + REST
		if size <= limit:
			fitting.append((product, size))
		else:
			refused[product["external_id"]] = _too_large(product, size, limit)
	return fitting, refused


def in_parts(sized: list[tuple[dict, int]], limit: int) -> Iterator[list[dict]]:
	"""The products in lists that each fit a call, in their order."""
	part: list[dict] = []
	total = 0
	for product, size in sized:
		if part and total + size > limit:
			yield part
			part, total = [], 0
		part.append(product)
		total += size
	if part:
		yield part


def _too_large(product: dict, size: int, limit: int) -> NotSendable:
	sizes = {key: size_of(product[key]) for key in TEXTS}
	largest = max(sizes, key=sizes.__getitem__)
	return NotSendable(TOO_LARGE, _shown(size), TEXTS[largest], _shown(sizes[largest]), _shown(limit))


def _shown(size: int) -> str:
	return f"{round(size / 1e6, 1):g} MB" if size >= 1e6 else f"{round(size / 1000)} kB"
