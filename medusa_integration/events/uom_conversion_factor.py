"""Events of UOM Conversion Factors."""

from medusa_integration.products import detail_events


def on_update(doc, method: str | None = None) -> None:
	detail_events.weight_factor_changed(doc)


def on_trash(doc, method: str | None = None) -> None:
	detail_events.weight_factor_changed(doc)
