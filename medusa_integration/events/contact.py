"""Events of Contacts."""

from medusa_integration.customers import further_accounts


def before_validate(doc, method: str | None = None) -> None:
	further_accounts.keep_contact_ids(doc)
