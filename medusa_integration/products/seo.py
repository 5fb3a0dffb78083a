"""The texts and the handle for search engines: those of the Website Item's page, where the configuration says so.

Source: docs/reference.md, "Identifiers".
"""

from collections.abc import Iterable

import frappe

from medusa_integration import settings
from medusa_integration.medusa.handles import slug
from medusa_integration.plain_text import as_typed, plain_text

TAG = "Website Meta Tag"
META = "Website Route Meta"
# `{key of the metadata: the tags of the page, the first one that is filled in}`
KEYS = {
	"meta_title": ("title", "og:title"),
	"meta_description": ("description", "og:description"),
	"meta_keywords": ("keywords",),
}


def fields() -> tuple[str, ...]:
	"""The fields of a Website Item that are read for search engines."""
	config = settings.current()
	return ("route",) if config.sends_seo or config.handles_are_routes else ()


def handle_of(route: str | None) -> str:
	"""The handle of a page's route, its last part; "" where the configuration takes no handles from routes."""
	if not settings.current().handles_are_routes:
		return ""
	return slug((route or "").rstrip("/").rpartition("/")[2])


def texts(routes: Iterable[str | None]) -> dict[str, dict[str, str]]:
	"""`{route: metadata}` of pages, in one query; {} where the configuration doesn't send these texts. "" removes a key."""
	wanted = {route for route in routes if route}
	if not wanted or not settings.current().sends_seo:
		return {}
	filters = {"parenttype": META, "parent": ("in", list(wanted))}
	tags: dict[str, dict[str, str]] = {route: {} for route in wanted}
	for row in frappe.get_all(TAG, filters, ["parent", "key", "value"], order_by="parent, idx"):
		if row.parent in tags:  # MariaDB ignores case
			tags[row.parent].setdefault(as_typed(row.key).casefold(), plain_text(row.value))
	return {
		route: {
			key: next(filter(None, (found.get(name) for name in names)), "") for key, names in KEYS.items()
		}
		for route, found in tags.items()
	}
