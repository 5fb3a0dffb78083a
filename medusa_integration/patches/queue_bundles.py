"""Queue the Product Bundles in the shop: their variants manage inventory from now on."""

import frappe

from medusa_integration.delivery.box import outbox
from medusa_integration.products import product_events
from medusa_integration.stock.stock_to_medusa import STOCK


def execute() -> None:
	codes = frappe.get_all("Product Bundle", pluck="new_item_code", order_by=None)
	names = product_events.queue_matching({"item_code": ("in", codes or [""])})
	outbox.add_many((STOCK, name) for name in names)
