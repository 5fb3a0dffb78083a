"""Events of Quotations."""

from medusa_integration.orders import origin, row_units
from medusa_integration.quotations import quotation_states


def before_validate(doc, method: str | None = None) -> None:
	origin.keep_origin(doc)
	row_units.keep_unit_sizes(doc)
	quotation_states.lend_permission(doc)


def before_submit(doc, method: str | None = None) -> None:
	quotation_states.show_submitted(doc)


def on_change(doc, method: str | None = None) -> None:
	quotation_states.cancel_rejected(doc)
