"""Events of Sales Orders."""

from medusa_integration.orders import (
	cancellations_to_medusa,
	orders_from_medusa,
	origin,
	row_units,
	status_to_medusa,
)
from medusa_integration.orders.charges import order_breakup
from medusa_integration.orders.money import coupons
from medusa_integration.stock import stock_events


def before_validate(doc, method: str | None = None) -> None:
	origin.keep_origin(doc)
	row_units.keep_unit_sizes(doc)
	order_breakup.keep_breakup(doc)


def on_submit(doc, method: str | None = None) -> None:
	orders_from_medusa.take_up_submitted_order(doc)


def on_update_after_submit(doc, method: str | None = None) -> None:
	order_breakup.restore_breakup(doc)


def on_cancel(doc, method: str | None = None) -> None:
	coupons.release_coupon(doc)
	cancellations_to_medusa.cancel_in_medusa(doc)


def on_change(doc, method: str | None = None) -> None:
	"""Other documents, and the buttons of the form, set a status without a save."""
	status_to_medusa.export_sales_order_on_update(doc, method)
	stock_events.sales_order_on_change(doc)
