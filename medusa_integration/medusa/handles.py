"""Medusa's handles: the last part of a product's or collection's address in the shop."""

import re
from hashlib import sha1
from unicodedata import normalize


def slug(text: str) -> str:
	"""`text` in lower-case ASCII letters, digits and single dashes; blank where nothing of it is left."""
	plain = normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
	return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def handle(title: str, name: str) -> str:
	"""A readable handle that no other record gets: the title, then the record's name. Where the name can't be
	written in ASCII without loss, a hash of it follows."""
	tail = ending(name)
	head = slug(title)[:80].strip("-")
	return f"{head}-{tail}" if head and head != tail else tail


def ending(name: str) -> str:
	"""What the handle of a record ends with, whatever its title was: by this one knows it again."""
	tail = slug(name)
	return tail if tail == name.lower() else f"{tail}-{sha1(name.encode()).hexdigest()[:8]}".strip("-")
