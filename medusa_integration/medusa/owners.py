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
PICTURES = ("images", "thumbnail")


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


def to_write(product: dict, found: dict) -> tuple[dict, set[str]]:
	"""The payload with the pictures that an update writes, and the keys that the update leaves out.

	:param product, found: as in `left_out`
	"""
	left = left_out(product, found)
	if product["sent_images"] is None:
		return product, left
	wanted = pictures(product, found)
	if all(wanted[key] == found.get(key) for key in PICTURES):
		return product, left.union(PICTURES)
	return {**product, **wanted}, left.difference(PICTURES)


def pictures(product: dict, found: dict) -> dict:
	"""`images` and `thumbnail` that a product should have: ERPNext's in their order, and those that the shop has added, each
	at its place.

	:param product: the payload, with fingerprints of the pictures that were sent in `sent_images`
	:param found: the shop's `images`, a list of addresses in their order, and `thumbnail`
	"""
	wanted, sent = product["images"], set(product["sent_images"])
	staying = iter([url for url in wanted if url in found["images"]])
	images: list[str] = []
	gone_at = None  # the place of the first one that goes
	for url in found["images"]:
		if url in wanted:
			images += [each for each in [next(staying, None)] if each]  # A second copy goes.
		elif fingerprint(url) not in sent:
			images.append(url)
		elif gone_at is None:
			gone_at = len(images)
	for number, url in enumerate(wanted):
		if url not in images:
			images.insert(_place(number, wanted, images, gone_at or 0), url)
	thumbnail = found.get("thumbnail")
	if not thumbnail or thumbnail in wanted or fingerprint(thumbnail) in sent:
		thumbnail = next(iter([*wanted, *images]), None)
	return {"images": images, "thumbnail": thumbnail}


def _place(number: int, wanted: list[str], images: list[str], otherwise: int) -> int:
	"""The place of a new picture among the others: after the one before it, else before the next one."""
	if number:
		return images.index(wanted[number - 1]) + 1
	return next((images.index(url) for url in wanted if url in images), otherwise)


def addresses(row: dict) -> list[str]:
	"""The addresses of a product's pictures in their order. v1 has no ranks, and lists them as they are."""
	images = sorted(row.get("images") or (), key=lambda image: image.get("rank") or 0)
	return [image["url"] for image in images]


def moves_collection(owner: str, found: str | None, own: set[str]) -> bool:
	"""Whether an update writes the product's collection.

	:param owner: of the collection
	:param found: the id of the collection that the product has in Medusa
	:param own: ids of the collections that the app made. A product that a person moved into another one stays there
	"""
	return owner == ERPNEXT or (owner == WHERE_FILLED and (not found or found in own))


def categories(owner: str, found: set[str], wanted: list[str], former: set[str]) -> set[str] | None:
	"""The categories that an update gives a product; None where it leaves them.

	:param owner: of the categories
	:param found: ids of the product's categories in Medusa
	:param wanted: ids of its Item Groups' categories
	:param former: ids of those that the app gave it before
	"""
	if owner == SHOP or not (wanted or former):
		return None
	target = set(wanted) if owner == ERPNEXT else (found - former) | set(wanted)
	return None if target == found else target
