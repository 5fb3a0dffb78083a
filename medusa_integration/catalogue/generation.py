"""The generation of the catalogue: it is another one after each commit that changed what the storefront is shown. What is
kept for the storefront is kept under it.

Source: docs/reference.md, "The catalogue's cache".
"""

from collections.abc import Callable
from typing import TypeVar

import frappe

KEY = "medusa_catalogue"
LIFE = 24 * 60 * 60  # seconds
# What the integration writes past the document events, and the storefront shows.
WRITTEN = {"Website Item": {"medusa_id", "medusa_variant_id", "custom_in_stock"}}
Value = TypeVar("Value")


def current() -> str:
	"""The generation that is current now.

	Ask before the transaction reads anything: what was read before a commit must not be kept under the generation that
	the commit began.
	"""
	found = frappe.cache.get_value(KEY, expires=True)
	return found or _begin()


def moved(doc=None, method=None, old=None, new=None, merge=False) -> None:
	"""Begin another generation once this transaction is committed. Also a document event of what is shown."""
	if not frappe.flags.get(KEY):
		frappe.flags[KEY] = True
		frappe.db.after_commit.add(_move)
		frappe.db.after_rollback.add(_forget)


def documents_written(doctype: str, fields: set[str]) -> None:
	"""Begin another generation after what is shown was written without document events; see delivery/documents.py."""
	if fields & WRITTEN.get(doctype, set()):
		moved()


def kept(name: str, generation: str, seconds: int, make: Callable[[], Value]) -> Value:
	"""What was kept under a generation, or else what `make` returns.

	:param name: of the value, with all that it depends on
	:param generation: see `current`
	:param seconds: after which it is made anew in any case
	"""
	key = f"{KEY}:{generation}:{name}"
	found = frappe.cache.get_value(key, expires=True)
	if found is None:
		found = (make(),)  # inside of a tuple: the value may be None
		frappe.cache.set_value(key, found, expires_in_sec=seconds)
	return found[0]


def _begin() -> str:
	generation = frappe.generate_hash(length=12)
	frappe.cache.set_value(KEY, generation, expires_in_sec=LIFE)
	return generation


def _move() -> None:
	_forget()
	_begin()


def _forget() -> None:
	frappe.flags.pop(KEY, None)
