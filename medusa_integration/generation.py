"""The generations of the catalogue. A commit that changes data shown in the storefront begins a new one. A
commit that changes the shown products begins a new one of the listings, too. Cached values belong to one of
the two.

Source: docs/reference.md, "The catalogue's cache".
"""

import hashlib
from collections.abc import Callable
from typing import TypeVar

import frappe

from medusa_integration import sold_units

KEY, LISTINGS = "medusa_catalogue", "medusa_listings"
LIFE = 24 * 60 * 60  # seconds
KEPT = 300  # seconds, for values that cost a page a query or two
# Fields that the storefront shows and the integration writes without document events.
WRITTEN = {
	"Website Item": {"medusa_id", "medusa_variant_id", "custom_in_stock"},
	"Item": {sold_units.FIELD, "medusa_variant_id"},
}
# Fields by which the listings choose, count and sort Website Items.
LISTED = (
	"published", "medusa_id", "item_code", "item_group", "brand", "custom_in_stock", "ranking", "web_item_name",
)  # fmt: skip
Value = TypeVar("Value")


def current() -> str:
	"""The current generation.

	Ask before the transaction reads anything: values read before a commit must not be cached under the
	generation that the commit began.
	"""
	return _get(KEY)


def of_listings() -> str:
	"""The listings' current generation. The set and the order of products move it, prices and texts of the
	cards don't."""
	return _get(LISTINGS)


def moved(doc=None, method=None, old=None, new=None, merge=False) -> None:
	"""Begin new generations of the catalogue and of its listings once this transaction is committed, see "The
	catalogue's cache"."""
	_move_later(KEY, LISTINGS)


def cards_moved(doc=None, method=None) -> None:
	"""Begin a new generation of the catalogue, but not of its listings, once this transaction is committed.
	For card data that no listing depends on, such as prices."""
	_move_later(KEY)


def website_item_moved(doc, method=None) -> None:
	"""Website Item, on_update: begin a new generation of the catalogue, and of its listings only where they
	depend on the change."""
	if any(map(doc.has_value_changed, LISTED)):
		moved()
	else:
		cards_moved()


def documents_written(doctype: str, fields: set[str]) -> None:
	"""Begin new generations after shown fields were written without document events; see
	delivery/documents.py."""
	if fields & WRITTEN.get(doctype, set()):
		moved()


def cached(
	name: str, generation: str, make: Callable[[], Value], seconds: int | Callable[[Value], int] = KEPT
) -> Value:
	"""The value cached under a generation, or else the result of `make`.

	:param name: of the value, with all that it depends on, however long
	:param generation: see `current`
	:param seconds: after which the value is made anew in any case; or what tells them of a new value
	"""
	key = f"{KEY}:{generation}:{hashlib.sha256(name.encode()).hexdigest()}"
	found = frappe.cache.get_value(key, expires=True)
	if found is None:
		found = (make(),)  # inside of a tuple: the value may be None
		life = seconds if isinstance(seconds, int) else seconds(found[0])
		frappe.cache.set_value(key, found, expires_in_sec=life)
	return found[0]


def _get(key: str) -> str:
	return frappe.cache.get_value(key, expires=True) or _begin(key)


def _begin(key: str) -> str:
	generation = frappe.generate_hash(length=12)
	frappe.cache.set_value(key, generation, expires_in_sec=LIFE)
	return generation


def _move_later(*keys: str) -> None:
	moving = frappe.flags.get(KEY)
	if moving is None:
		moving = frappe.flags[KEY] = set()
		frappe.db.after_commit.add(_move)
		frappe.db.after_rollback.add(_forget)
	moving.update(keys)


def _move() -> None:
	for key in _forget():
		_begin(key)


def _forget() -> set[str]:
	return frappe.flags.pop(KEY, None) or set()
