"""Medusa's handles: the last part of a product's or collection's address in the shop.

Source: docs/reference.md, "Names and handles".
"""

import re
from hashlib import sha1
from unicodedata import normalize


def slug(text: str) -> str:
	"""`text` in lower-case ASCII letters, digits and single dashes; blank where none is left."""
	plain = normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
	return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def handle(title: str, name: str) -> str:
	"""A readable and unique handle: the slug of the title, then that of the record's name. Where the name's slug loses
	characters, a hash of the name follows."""
	tail = ending(name)
	head = slug(title)[:80].strip("-")
	return f"{head}-{tail}" if head and head != tail else tail


def ending(name: str) -> str:
	"""The end of a record's handle, which doesn't depend on its title. It identifies the record."""
	tail = slug(name)
	return tail if tail == name.lower() else f"{tail}-{sha1(name.encode()).hexdigest()[:8]}".strip("-")
