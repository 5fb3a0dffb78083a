"""Document events of the records that an Item's identifiers depend on: units of weight, customs numbers, pages' texts.

Source: docs/reference.md, "Document events".
"""

import frappe

from medusa_integration import settings
from medusa_integration.products import weights
from medusa_integration.products.product_events import PART, queue_matching


def weight_factor_changed(doc, method: str | None = None) -> None:
	"""UOM Conversion Factor, on_update and on_trash: queue the products of the Items with a weight, where one of its units is
	the gram or one in which Items are weighed."""
	units = {doc.from_uom, doc.to_uom} - {None, ""}
	weighed = set(_weighed_in()) if settings.enabled() else set()
	if weighed.isdisjoint(units) and not any(map(weights.is_gram, units)):
		return
	_queue({"weight_uom": ("is", "set"), "weight_per_unit": (">", 0)})


def weight_unit_renamed(new: str) -> None:
	"""Queue the products of the Items that are weighed in a renamed unit: the gram is known by its name."""
	_queue({"weight_uom": ("is", "set") if weights.is_gram(new) else new, "weight_per_unit": (">", 0)})


def customs_tariff_number_after_rename(doc, method=None, old=None, new=None, merge=False) -> None:
	"""Customs Tariff Number, after_rename: queue the products of its Items, into which Frappe writes the new one without
	saving them."""
	_queue({"customs_tariff_number": new})


def route_meta_changed(doc, method: str | None = None) -> None:
	"""Website Route Meta, on_update and on_trash: queue the product of the Website Item with this route, where the texts for
	search engines are sent."""
	if settings.current().sends_seo:
		queue_matching({"route": doc.name})


def _weighed_in() -> list[str]:
	return frappe.get_all(
		"Item", {"weight_uom": ("is", "set")}, pluck="weight_uom", distinct=True, order_by=None
	)


def _queue(filters: dict) -> None:
	"""Queue the products of the Items that match."""
	if not settings.enabled():
		return
	codes = frappe.get_all("Item", filters, pluck="name", order_by="name")
	for part in frappe.utils.create_batch(codes, PART):
		queue_matching({"item_code": ("in", part)})
