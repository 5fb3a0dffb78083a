"""The pictures of Website Items, as addresses that Medusa and its storefront can open.

Source: docs/reference.md, "Pictures".
"""

from collections import defaultdict
from collections.abc import Iterable
from urllib.parse import quote, urljoin

import frappe
from frappe.utils import get_url

EXTENSIONS = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".svg", ".avif")


def of_website_items(items: list[frappe._dict]) -> dict[str, list[str]]:
	"""`{name: [absolute URL]}`, the thumbnail first: `website_image`, then the slideshow's pictures, or,
	where an item has no slideshow, the public pictures attached to it. Two queries for all items together.

	:param items: with `name`, `website_image` and `slideshow`
	"""
	slides = _slides({item.slideshow for item in items if item.slideshow})
	attached = _attached([item.name for item in items if not item.slideshow])
	pictures, site = {}, _site()
	for item in items:
		paths = [item.website_image, *(slides[item.slideshow] if item.slideshow else attached[item.name])]
		pictures[item.name] = list(dict.fromkeys(_absolute(path, site) for path in paths if _is_public(path)))
	return pictures


def address(path: str | None) -> str | None:
	"""The absolute URL of a public picture; None for a private one, or none."""
	return _absolute(path, _site()) if _is_public(path) else None


def thumbnails(items: Iterable[frappe._dict]) -> dict[str, str | None]:
	"""`{name: the absolute URL of the first picture}`, None without one. At most two queries.

	:param items: as of `of_website_items`
	"""
	items, site = list(items), _site()
	found = {
		item.name: _absolute(item.website_image, site) for item in items if _is_public(item.website_image)
	}
	others = [item for item in items if item.name not in found]
	pictures = of_website_items(others) if others else {}
	return {**{name: urls[0] if urls else None for name, urls in pictures.items()}, **found}


def _slides(slideshows: set[str]) -> dict[str, list[str]]:
	rows = frappe.get_all(
		"Website Slideshow Item",
		filters={"parenttype": "Website Slideshow", "parent": ("in", list(slideshows) or [""])},
		fields=["parent", "image"],
		order_by="parent, idx",
	)
	return _grouped((row.parent, row.image) for row in rows)


def _attached(names: list[str]) -> dict[str, list[str]]:
	rows = frappe.get_all(
		"File",
		filters={
			"attached_to_doctype": "Website Item",
			"attached_to_name": ("in", names or [""]),
			"is_private": 0,
		},
		fields=["attached_to_name", "file_url", "file_name"],
		order_by="creation, name",
	)
	return _grouped((row.attached_to_name, row.file_url) for row in rows if _is_picture(row))


def _is_picture(file: frappe._dict) -> bool:
	"""Whether the address of a file, or its name, ends as a picture's. Addresses of other servers may have no ending."""
	names = ((file.file_url or "").split("?")[0], file.file_name or "")
	return any(name.lower().endswith(EXTENSIONS) for name in names)


def _grouped(pairs) -> dict[str, list[str]]:
	grouped = defaultdict(list)
	for key, value in pairs:
		grouped[key].append(value)
	return grouped


def _is_public(path: str | None) -> bool:
	return bool(path) and not path.startswith("/private/")


def _site() -> str:
	"""The site's address, without a slash at the end."""
	return urljoin(get_url(), "/").rstrip("/")


def _absolute(path: str, site: str) -> str:
	"""The public address of a path. Spaces and letters outside ASCII are encoded; encoded parts stay.

	:param site: see `_site`
	"""
	if path.startswith(("http://", "https://")):
		return quote(path, safe=":/?#[]@!$&'()*+,;=%")
	return site + quote("/" + path.lstrip("/"), safe="/?&=%")
