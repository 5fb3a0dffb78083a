"""Events of Payment Entries."""

from medusa_integration.orders import origin
from medusa_integration.orders.money import captures_to_medusa


def before_validate(doc, method: str | None = None) -> None:
	origin.keep_origin(doc)


def before_submit(doc, method: str | None = None) -> None:
	origin.take_over_transaction(doc)


def on_submit(doc, method: str | None = None) -> None:
	captures_to_medusa.capture_in_medusa(doc)


def on_cancel(doc, method: str | None = None) -> None:
	captures_to_medusa.keep_captured(doc)
