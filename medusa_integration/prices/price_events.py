"""Document events that queue prices.

Source: docs/reference.md, "Document events".
"""

from collections.abc import Iterable

import frappe

from medusa_integration import settings, sold_variants
from medusa_integration.delivery.box import outbox
from medusa_integration.prices.prices_to_medusa import DOCTYPE, PRICE

WATCHED_FIELDS = (
	"item_code", "price_list", "customer", "currency", "price_list_rate", "valid_from", "valid_upto", "uom", "batch_no",
	"supplier", "packing_unit",
)  # fmt: skip


def create_medusa_price_list(doc, method: str | None = None) -> None:
	"""Item Price, validate: queue the prices of its Website Item where the Item Price changed and is, or was,
	one of the shop's price list, without a customer.

	Source: docs/reference.md, "Document events".
	"""
	before = doc.get_doc_before_save()
	if before and not any(doc.has_value_changed(field) for field in WATCHED_FIELDS):
		return
	queue_items({price.item_code for price in (doc, before) if price and _is_shop_price(price)})


def delete_medusa_price(doc, method: str | None = None) -> None:
	"""Item Price, on_trash: queue the prices of its Website Item where the Item Price is one of the shop's
	price list, without a customer.

	Source: docs/reference.md, "Document events".
	"""
	if _is_shop_price(doc):
		queue_items({doc.item_code})


def _is_shop_price(price) -> bool:
	return price.price_list == settings.current().price_list and not price.customer


def queue_items(item_codes: Iterable[str]) -> None:
	"""Queue the prices of the products that sell these Items, or variants of these templates."""
	codes = set(item_codes)
	if not codes or not settings.enabled():
		return
	variants = frappe.get_all("Item", {"variant_of": ("in", list(codes))}, pluck="name", order_by=None)
	products = set(sold_variants.products_of([*codes, *variants]).values())
	names = frappe.get_all(
		DOCTYPE,
		filters={"name": ("in", [*products, ""])},
		or_filters={"published": 1, "medusa_id": ("is", "set")},
		pluck="name",
		order_by="name",
	)
	outbox.add_many((PRICE, name) for name in names)
