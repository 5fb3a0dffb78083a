"""Which side fills a field of a product: the values of `owners` in a product's payload.

Source: docs/reference.md, "Fields and their owners".
"""

import json
from hashlib import sha1
from typing import Any

ERPNEXT = "ERPNext"  # each sending writes ERPNext's value, a blank one too
WHERE_FILLED = "ERPNext where filled"  # a blank value in ERPNext leaves the shop's
SHOP = "Shop"  # written when the product is made, and never afterwards
OWNERS = (ERPNEXT, WHERE_FILLED, SHOP)


def fingerprint(value: Any) -> str:
	"""A short text that tells a value from others."""
	return sha1(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


def left_out(product: dict, found: dict) -> set[str]:
	"""The keys of a payload that an update leaves out.

	:param product: the payload. ERPNext has cleared the fields in `cleared`; one that was changed in the shop since it was
		sent is the shop's now
	:param found: the values that the shop has, by the payload's keys
	"""
	left = set(product["left_to_shop"])
	for field in product["cleared"]:
		if all(fingerprint(found.get(key)) == sent for key, sent in field.items()):
			left -= field.keys()
	return left


def moves_collection(owner: str, found: str | None, own: set[str]) -> bool:
	"""Whether an update writes the product's collection.

	:param owner: of the collection
	:param found: the id of the collection that the product has in Medusa
	:param own: ids of the collections that the app made. A product that a person moved into another one stays there
	"""
	return owner == ERPNEXT or (owner == WHERE_FILLED and (not found or found in own))


def channel_changes(owner: str, found: set[str], wanted: str, former: str) -> tuple[set[str], set[str]]:
	"""The sales channels to add to a product, and those to remove from it.

	:param owner: of the sales channel
	:param found: ids of the product's channels in Medusa
	:param wanted: id of the shop's channel
	:param former: id of the channel that the app added earlier; "" where it added none
	"""
	if owner == SHOP or not wanted:
		return set(), set()
	others = found - {wanted} if owner == ERPNEXT else found & {former} - {wanted}
	return {wanted} - found, others
