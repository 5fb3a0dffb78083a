"""Items that the shop sells in boxes, and the moments at which it was told so."""

from datetime import datetime, timedelta
from decimal import Decimal

import frappe
from frappe.utils import now_datetime

from medusa_integration import sold_units
from medusa_integration.sold_units import SoldUnit

BOX, PIECE = "Box", SoldUnit("Nos")


def box(size: float = 12) -> SoldUnit:
	return SoldUnit(BOX, Decimal(str(size)))


def values(size: float = 12) -> dict:
	"""Of an Item that is sold in boxes."""
	if not frappe.db.exists("UOM", BOX):
		frappe.get_doc({"doctype": "UOM", "uom_name": BOX}).insert()
	return {"sales_uom": BOX, "uoms": [{"uom": BOX, "conversion_factor": size}]}


def told(unit: SoldUnit, *codes: str, at: datetime | None = None) -> None:
	"""The shop has been told of this unit of the Items; the day before, where no moment is given."""
	for code in codes:
		known, stock_uom = frappe.db.get_value("Item", code, [sold_units.FIELD, "stock_uom"])
		moment = at or now_datetime() - timedelta(days=1)
		field = sold_units.noted(known, stock_uom, unit, moment)
		if field:
			frappe.db.set_value("Item", code, sold_units.FIELD, field)
	frappe.db.commit()
