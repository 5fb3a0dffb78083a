"""Events of Files."""

from medusa_integration.products import picture_events
from medusa_integration.sync.written_fields import keep_medusa_ids


def before_validate(doc, method: str | None = None) -> None:
	keep_medusa_ids(doc)


def on_update(doc, method: str | None = None) -> None:
	picture_events.file_on_update(doc)


def on_trash(doc, method: str | None = None) -> None:
	picture_events.file_on_trash(doc)
