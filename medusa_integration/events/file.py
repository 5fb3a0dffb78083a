"""Events of Files."""

from medusa_integration.sync.written_fields import keep_medusa_ids


def before_validate(doc, method: str | None = None) -> None:
	keep_medusa_ids(doc)
