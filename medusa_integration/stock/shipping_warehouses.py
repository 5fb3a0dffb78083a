"""The warehouse from which an item ships where Medusa has chosen the stock location.

A warehouse of the table *Stock Locations* may be a group, which ERPNext takes in no row: the item ships from one of the
warehouses below it.

Source: docs/reference.md, "Stock locations".
"""

from collections.abc import Iterable

import frappe
from frappe.utils import flt

from medusa_integration import settings
from medusa_integration.stock import bundles, locations, quantities
from medusa_integration.stock.locations import DEFAULT

PAGE = "Website Item"


class ShippingWarehouses:
	"""The warehouses of a company by stock location, for some items. Read in a constant number of queries.

	:param codes: item codes
	"""

	def __init__(self, codes: Iterable[str], company: str) -> None:
		self.places = locations.current()
		wanted = sorted({*codes, ""})
		self.for_sale = quantities.warehouses_of(wanted)
		self.usual = _usual(wanted, company)
		filters = {"is_group": 0, "disabled": 0, "company": company}
		self.leaves = frappe.get_all("Warehouse", filters, pluck="name", order_by="lft, name")
		self.parts = bundles.parts_of(wanted)
		stocked = {*wanted, *(part for parts in self.parts.values() for part in parts)}
		filters = {"item_code": ("in", sorted(stocked)), "actual_qty": (">", 0)}
		bins = frappe.get_all("Bin", filters, ["item_code", "warehouse", "actual_qty"], order_by=None)
		self.stock = {(row.item_code, row.warehouse): flt(row.actual_qty) for row in bins}

	def place_of(self, location: str) -> str | None:
		"""A location of Medusa's as stock/locations.py has it: "" for the default one; None where no warehouse stands for it."""
		if location in self.places.table.values():
			return location
		chosen = settings.configuration().stock_location
		return DEFAULT if chosen == location else None

	def at(self, code: str, place: str, usual: str | None = None) -> str | None:
		"""The warehouse of a location from which an item ships: the usual one where it is there, else one whose stock the shop
		sells, with the most of it first. None where there is none.

		:param place: as `place_of` returns it
		:param usual: the warehouse that the row has or gets without regard to the location; None: the Item's default
		"""
		usual = usual or self.usual.get(code)
		if usual and self.places.of(usual) == place:
			return usual
		there = [name for name in self.leaves if self.places.of(name) == place]
		for_sale = self.for_sale.get(code, ())
		sold = [name for name in there if name in for_sale]
		# Another warehouse of the default location may be any of the company's.
		return max(sold or (there if place else []), key=lambda name: self._units(code, name), default=None)

	def _units(self, code: str, warehouse: str) -> float:
		parts = self.parts.get(code)
		if not parts:
			return self.stock.get((code, warehouse), 0)
		return min(self.stock.get((part, warehouse), 0) / units for part, units in parts.items() if units > 0)


def _usual(codes: list[str], company: str) -> dict[str, str]:
	"""`{item code: its default warehouse}`."""
	if not frappe.db.exists("DocType", "Item Default"):
		return {}
	filters = {"parent": ("in", codes), "company": company, "default_warehouse": ("is", "set")}
	fields = ["parent", "default_warehouse"]
	return dict(frappe.get_all("Item Default", filters, fields, as_list=True, order_by=None))
