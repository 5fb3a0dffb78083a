"""Events of Frappe's Personal Data Deletion Request."""

from medusa_integration.customers import erasing


def on_update(doc, method: str | None = None) -> None:
	erasing.erase_customer_rows(doc)
