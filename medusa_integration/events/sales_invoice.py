"""Events of Sales Invoices."""

from medusa_integration.orders import origin, status_to_medusa
from medusa_integration.orders.charges import shares
from medusa_integration.orders.goods import delivery_events, returns_to_medusa
from medusa_integration.orders.money import receivables, rounding, settlements


def after_mapping(doc, method: str | None = None, source_doc=None) -> None:
	shares.share_mapped_charges(doc, method, source_doc)


def before_insert(doc, method: str | None = None) -> None:
	receivables.set_receivable_account(doc)
	receivables.take_advances(doc)


def before_validate(doc, method: str | None = None) -> None:
	origin.keep_origin(doc)
	receivables.keep_receivable_account(doc)
	shares.share_charges(doc)


def before_update_after_submit(doc, method: str | None = None) -> None:
	delivery_events.keep_fulfillment_id(doc)


def before_cancel(doc, method: str | None = None) -> None:
	delivery_events.keep_fulfillment_id(doc)


def on_submit(doc, method: str | None = None) -> None:
	settlements.settle_credit_note(doc)
	rounding.settle_rounding(doc)
	delivery_events.fulfill_sales_invoice(doc)
	returns_to_medusa.return_sales_invoice(doc)


def on_cancel(doc, method: str | None = None) -> None:
	delivery_events.fulfill_sales_invoice(doc)


def on_change(doc, method: str | None = None) -> None:
	"""Other documents set its status without a save, as a payment does."""
	status_to_medusa.export_sales_invoice_on_update(doc, method)
