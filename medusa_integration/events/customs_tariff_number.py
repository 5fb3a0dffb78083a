"""Events of Customs Tariff Numbers."""

from medusa_integration.products import detail_events


def after_rename(doc, method: str | None = None, old=None, new=None, merge: bool = False) -> None:
	detail_events.customs_tariff_number_after_rename(doc, method, old, new, merge)
