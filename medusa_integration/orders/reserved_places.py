"""The warehouses of an order's rows, by the stock locations at which Medusa has reserved its lines.

Medusa reserves a whole line at one location; the lines of an order may be at several. Asked for only where the Medusa
Configuration has the table *Stock Locations*.

Source: docs/reference.md, "Stock locations".
"""

from collections.abc import Sequence
from dataclasses import replace

from frappe import _

from medusa_integration import settings
from medusa_integration.medusa.dialect import Dialect
from medusa_integration.medusa.errors import MedusaError
from medusa_integration.medusa.order import Line, Order
from medusa_integration.orders.channels import Channel
from medusa_integration.stock import locations
from medusa_integration.stock.shipping_warehouses import ShippingWarehouses


def told(medusa: Dialect, orders: dict[str, Order | MedusaError]) -> dict[str, Order | MedusaError]:
	"""Orders with the `locations` of their lines. Runs without Frappe."""
	read = {id: order for id, order in orders.items() if isinstance(order, Order)}
	at = medusa.reserved_at(line.id for order in read.values() for line in order.lines) if read else {}
	placed = {
		id: replace(order, lines=tuple(replace(line, locations=at.get(line.id, ())) for line in order.lines))
		for id, order in read.items()
	}
	return {**orders, **placed}


def warehouses(lines: Sequence[Line], codes: dict[str, str], channel: Channel) -> dict[str, str | None]:
	"""`{line id: the warehouse of its row}`: the channel's, or one of the location at which Medusa has reserved the line.

	:param codes: `{line id: item code}`
	"""
	placed = [line for line in lines if len(line.locations) == 1]
	found: dict[str, str | None] = {line.id: channel.warehouse for line in lines}
	if not placed:
		return found
	shipping = ShippingWarehouses((codes[line.id] for line in placed), channel.company)
	for line in placed:
		place = shipping.place_of(line.locations[0])
		if place is not None:
			found[line.id] = shipping.at(codes[line.id], place, channel.warehouse) or channel.warehouse
	return found


def keep(rows: list[dict], present: Sequence) -> None:
	"""Leave the warehouses that a user gave to rows of the same lines, as long as they are at the same stock location.

	:param rows: the new ones; changed
	:param present: the Sales Order's
	"""
	places = locations.current()
	had = {
		row.medusa_line_id: row.warehouse for row in present if row.get("medusa_line_id") and row.warehouse
	}
	for row in rows:
		before = had.get(row.get("medusa_line_id"))
		if before and (not row["warehouse"] or places.of(before) == places.of(row["warehouse"])):
			row["warehouse"] = before


def unclear(order: Order) -> list[str]:
	"""What a person should know of lines that Medusa ships from locations which no warehouse stands for, or from several."""
	known = {*locations.current().table.values(), settings.configuration().stock_location}
	words = []
	for line in order.lines:
		name = line.sku or line.title
		unknown = [each for each in line.locations if each not in known]
		if unknown:
			text = _(
				"Medusa has reserved {0} at the stock location {1}, which the table Stock Locations of the Medusa Configuration doesn't name: the row has the usual warehouse."
			)
			words.append(text.format(name, ", ".join(unknown)))
		elif len(line.locations) > 1:
			text = _(
				"Medusa has reserved the parts of {0} at several stock locations ({1}): choose the warehouses of its packed items."
			)
			words.append(text.format(name, ", ".join(line.locations)))
	return words
