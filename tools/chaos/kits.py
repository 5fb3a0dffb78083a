"""Kits and multipacks: Items without stock whose variants in Medusa consist of parts that only Medusa has."""

import frappe

from tests.support import factories
from tests.support.kits import make_kit, part
from tools.chaos.compare_exchanges import is_unreserved

STOCK = 10_000_000  # of each part
KITS = {"K-6": {"CAN": 6}, "K-2": {"CAN": 1, "CUP": 3}}


def make(medusa, warehouse: str, prices: list[dict]) -> None:
	"""The kits, in ERPNext and in Medusa."""
	for code in KITS:
		factories.website_item(code, website_warehouse=warehouse, item_values={"is_stock_item": 0})
		factories.item_price(code, 2)
	frappe.db.commit()
	factories.drain()
	parts = {sku: part(medusa, sku, STOCK) for sku in ("CAN", "CUP")}
	for code, quantities in KITS.items():
		make_kit(medusa, code, parts, quantities)
		product, variant = frappe.db.get_value("Item", code, ["medusa_id", "medusa_variant_id"])
		medusa.admin("POST", f"/admin/products/{product}/variants/{variant}", {"prices": prices})


def taken(orders: list[dict]) -> dict[str, float]:
	"""`{part: how many are sold and not back}`, by the lines of orders that aren't cancelled."""
	sums = dict.fromkeys(("CAN", "CUP"), 0)
	for order in orders:
		for line in order["items"] if order["status"] != "canceled" else ():
			for sku, number in KITS.get(line["variant_sku"], {}).items():
				detail = line["detail"]
				field = "fulfilled_quantity" if is_unreserved(order, line) else "quantity"
				sums[sku] += number * (detail[field] - detail["return_received_quantity"])
	return sums
