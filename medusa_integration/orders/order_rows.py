"""The lines of an order → the rows of its Sales Order.

Source: docs/reference.md, "Orders from Medusa".
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal

from frappe import _

from medusa_integration import erpnext_api, settings
from medusa_integration.delivery.blocked import Blocked
from medusa_integration.medusa.order import Line
from medusa_integration.medusa.totals import LinePlan, Piece, Plan
from medusa_integration.orders import line_texts, reserved_places
from medusa_integration.orders.channels import Channel
from medusa_integration.orders.charges.plan import shipping_target
from medusa_integration.products.shop_ids import ShopItem, by_code, by_variant
from medusa_integration.sold_units import SIZE_FIELD, SoldUnit


def rows_of(
	plan: Plan,
	channel: Channel,
	delivery_date: date,
	at: datetime,
	units: Mapping[str, SoldUnit] | None = None,
) -> list[dict]:
	"""One row a line, two where no rate hits the line's amount. Rows are in the unit in which the shop sold the item.

	:param at: when the lines were ordered, in the site's time
	:param units: `{line id: its unit}` of lines whose unit is known
	:raises Blocked: names the products that ERPNext doesn't have
	"""
	items = items_of(each.line for each in plan.lines)
	known = units or {}
	told = line_texts.of_rows((each.line, items[each.line.id].item_code) for each in plan.lines)
	common = {"delivery_date": delivery_date, "cost_center": channel.cost_center}
	codes = {id: item.item_code for id, item in items.items()}
	places = reserved_places.warehouses([each.line for each in plan.lines], codes, channel)
	return [
		{
			**common,
			"warehouse": places[each.line.id],
			**_row(each, piece, item, known.get(each.line.id) or item.unit(at)),
			**told[each.line.id],
		}
		for each in plan.lines
		for item in [items[each.line.id]]
		for piece in each.pieces()
	]


def shipping_rows(plan: Plan, channel: Channel, delivery_date: date) -> list[dict]:
	"""A row for each shipping method, where shipping is an item.

	:raises Blocked: where the settings name no item
	"""
	rows = []
	for each in plan.shipping_methods:
		code = shipping_target(each.method, "item")
		if not code and each.amount:
			raise Blocked(
				_("No item for shipping: choose the Shipping Item in the Medusa Configuration, then Retry.")
			)
		if code:
			rows.append(
				{
					"item_code": code,
					"qty": 1,
					"rate": float(each.amount),
					"price_list_rate": float(each.amount),
					"item_tax_template": "",
					"delivery_date": delivery_date,
					"warehouse": channel.warehouse,
					"cost_center": channel.cost_center,
				}
			)
	return rows


def items_of(lines: Iterable[Line]) -> dict[str, ShopItem]:
	"""`{line id: its Item}`, by the variant's id, else by the SKU; of a line without both the settings' Default
	Item.

	:raises Blocked: names the lines whose Item ERPNext doesn't have
	"""
	lines = list(lines)
	variants = by_variant(line.variant_id for line in lines if line.variant_id)
	default = settings.current().default_item if any(line.is_by_hand for line in lines) else None
	codes = by_code(
		[
			*(line.sku for line in lines if line.sku and line.variant_id not in variants),
			*filter(None, [default]),
		]
	)
	found = {
		line.id: codes.get(default or "")
		if line.is_by_hand
		else variants.get(line.variant_id) or codes.get(line.sku)
		for line in lines
	}
	by_hand = [line.title for line in lines if line.is_by_hand and not found[line.id]]
	if by_hand:
		raise Blocked(
			_(
				"{0} was entered by hand in Medusa, without a product: choose the Default Item in the Medusa Configuration, then Retry."
			).format(", ".join(dict.fromkeys(by_hand)))
		)
	missing = [_name(line) for line in lines if not found[line.id]]
	if missing:
		raise Blocked(
			_(
				"ERPNext has no Item for {0}: make an Item with the SKU as its Item Code, or choose Import products in the Medusa Configuration, then Retry."
			).format(", ".join(dict.fromkeys(missing)))
		)
	return found


def _name(line: Line) -> str:
	known = ", ".join(filter(None, (line.sku, line.variant_id)))
	return f"{line.title} ({known})" if known else line.title


def _row(each: LinePlan, piece: Piece, item: ShopItem, unit: SoldUnit) -> dict:
	listed = each.list_rate(piece.rate)
	return {
		"item_code": item.item_code,
		"qty": float(piece.quantity),
		"uom": unit.uom,
		"conversion_factor": float(unit.size),
		SIZE_FIELD: float(unit.size),
		"rate": float(piece.rate),
		# At least the rate, else ERPNext takes a rate of 0 for a missing one, and fetches a price.
		"price_list_rate": float(listed),
		"discount_percentage": 100 if listed and not piece.rate else 0,
		"item_tax_template": "",  # not the item's own: the shop's taxes are charges
		"medusa_line_id": each.line.id,
		**_free(piece.rate),
	}


def _free(rate: Decimal) -> dict:
	"""The mark that ERPNext 16 asks for on free rows."""
	is_16 = erpnext_api.keeps_breakup_in_table("Sales Order")
	return {"is_free_item": 1} if is_16 and not rate else {}
