"""Items by the ids of the shop's products.

Source: docs/reference.md, "Quotations from the shop".
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import frappe
from pypika import Criterion

from medusa_integration import sold_units
from medusa_integration.sold_units import SoldUnit

FORMER = "medusa_former_ids"  # of an Item: one id on each line


class ShopItem(NamedTuple):
	"""The values that a row of a selling document takes from an Item of the shop.

	:param told: the field `medusa_sold_units`
	"""

	item_code: str
	item_name: str
	stock_uom: str
	told: str | None = None

	def unit(self, moment: datetime | None = None) -> SoldUnit:
		"""The unit in which the shop sells the Item, or sold it at a moment in the site's time."""
		return sold_units.at(self.told, self.stock_uom, moment)


def by_variant(variant_ids: Iterable[str]) -> dict[str, ShopItem]:
	"""`{Medusa's id of a variant: its Item}`; unknown ids are left out."""
	return _by("medusa_variant_id", variant_ids)


def by_product(product_ids: Iterable[str]) -> dict[str, ShopItem]:
	"""`{Medusa's id of a product: its Item}`; unknown ids are left out."""
	return _by("medusa_id", product_ids)


def by_code(codes: Iterable[str]) -> dict[str, ShopItem]:
	"""`{item code: its Item}`; unknown codes are left out."""
	wanted = set(codes)
	item = frappe.qb.DocType("Item")
	query = frappe.qb.from_(item).select(item.name.as_("id"), *_columns(item))
	return _exact(query.where(item.name.isin(list(wanted) or [""])), wanted)


def not_sold(codes: Iterable[str]) -> set[str]:
	"""The item codes among these that no product of the shop has, so that the shop can't send them."""
	found = set(codes)
	for doctype, field in (("Item", "name"), ("Website Item", "item_code")):
		known = {field: ("in", list(found)), "medusa_variant_id": ("is", "set")}
		found -= set(frappe.get_all(doctype, known, pluck=field, order_by=None)) if found else set()
	return found


def _by(field: str, ids: Iterable[str]) -> dict[str, ShopItem]:
	"""Items by their own id, else by their Website Item's, else by one that they had before. Ids are compared exactly here:
	MariaDB ignores case."""
	wanted = set(filter(None, ids))
	item, page = frappe.qb.DocType("Item"), frappe.qb.DocType("Website Item")
	query = frappe.qb.from_(item).select(item[field].as_("id"), *_columns(item))
	found = _exact(query.where(item[field].isin(list(wanted) or [""])), wanted)
	missing = wanted - set(found)
	if missing:
		query = (
			frappe.qb.from_(page)
			.join(item)
			.on(item.name == page.item_code)
			.select(page[field].as_("id"), *_columns(item))
		)
		found |= _exact(query.where(page[field].isin(list(missing))), missing)
	if missing := wanted - set(found):
		found |= _former(missing)
	return found


def _former(ids: set[str]) -> dict[str, ShopItem]:
	"""Items by ids that they had before, as before a change of *Variants become*: of orders that name these."""
	item = frappe.qb.DocType("Item")
	query = frappe.qb.from_(item).select(item[FORMER].as_("ids"), *_columns(item)).where(item[FORMER] != "")
	rows = query.where(Criterion.any(item[FORMER].like(f"%{_literal(id)}%") for id in ids)).run(as_dict=True)
	return {
		id: ShopItem(row.name, row.item_name, row.stock_uom, row[sold_units.FIELD])
		for row in rows
		for id in (row.ids or "").split()
		if id in ids
	}


def _literal(id: str) -> str:
	"""An id as a part of a LIKE pattern. Underscores match themselves and more; the caller compares exactly."""
	return id.replace("\\", "").replace("%", "")


def _columns(item) -> tuple:
	return item.name, item.item_name, item.stock_uom, item[sold_units.FIELD]


def _exact(query, wanted: set[str]) -> dict[str, ShopItem]:
	rows = query.run(as_dict=True)
	return {
		row.id: ShopItem(row.name, row.item_name, row.stock_uom, row[sold_units.FIELD])
		for row in rows
		if row.id in wanted
	}
