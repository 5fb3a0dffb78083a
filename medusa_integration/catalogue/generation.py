"""The generations of the catalogue: the current one is another one after each commit that changed what the storefront is
shown, that of the listings after each that changed which products it is shown. What is kept for the storefront is kept under
one of them.

Source: docs/reference.md, "The catalogue's cache".
"""

import hashlib
from collections.abc import Callable
from typing import TypeVar

import frappe

KEY, LISTINGS = "medusa_catalogue", "medusa_listings"
LIFE = 24 * 60 * 60  # seconds
KEPT = 300  # seconds, of what costs a page a query or two
# What the integration writes past the document events, and the storefront shows.
WRITTEN = {"Website Item": {"medusa_id", "medusa_variant_id", "custom_in_stock"}}
# By which the listings choose, count and sort Website Items.
LISTED = (
	"published", "medusa_id", "item_code", "item_group", "brand", "custom_in_stock", "ranking", "web_item_name",
)  # fmt: skip
Value = TypeVar("Value")


def current() -> str:
	"""The generation that is current now.

	Ask before the transaction reads anything: what was read before a commit must not be kept under the generation that
	the commit began.
	"""
	return _get(KEY)


def of_listings() -> str:
	"""The same of the listings: of which products there are, and in which order. Prices and texts of the cards don't move it."""
	return _get(LISTINGS)


def moved(doc=None, method=None, old=None, new=None, merge=False) -> None:
	"""Begin other generations once this transaction is committed. Also a document event of what is shown."""
	_move_later(KEY, LISTINGS)


def cards_moved(doc=None, method=None) -> None:
	"""The same for what the cards show and no listing depends on, as prices. Also a document event."""
	_move_later(KEY)


def website_item_moved(doc, method=None) -> None:
	"""Website Item, on_update: the listings' generation stays where they don't depend on what was changed."""
	if any(map(doc.has_value_changed, LISTED)):
		moved()
	else:
		cards_moved()


def documents_written(doctype: str, fields: set[str]) -> None:
	"""Begin another generation after what is shown was written without document events; see delivery/documents.py."""
	if fields & WRITTEN.get(doctype, set()):
		moved()


def kept(name: str, generation: str, make: Callable[[], Value], seconds: int = KEPT) -> Value:
	"""What was kept under a generation, or else what `make` returns.

	:param name: of the value, with all that it depends on, however long
	:param generation: see `current`
	:param seconds: after which it is made anew in any case
	"""
	key = f"{KEY}:{generation}:{hashlib.sha256(name.encode()).hexdigest()}"
	found = frappe.cache.get_value(key, expires=True)
	if found is None:
		found = (make(),)  # inside of a tuple: the value may be None
		frappe.cache.set_value(key, found, expires_in_sec=seconds)
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
