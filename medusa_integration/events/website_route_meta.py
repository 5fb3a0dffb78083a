"""Events of the pages' texts for search engines (Website Route Meta)."""

from medusa_integration.products import detail_events


def on_update(doc, method: str | None = None) -> None:
	detail_events.route_meta_changed(doc)


def on_trash(doc, method: str | None = None) -> None:
	detail_events.route_meta_changed(doc)
