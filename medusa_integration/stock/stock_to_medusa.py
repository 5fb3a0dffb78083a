"""Stock → the inventory levels of Medusa's variants, and `custom_in_stock` of the Website Items.

A Website Item without a quantity (see stock/quantities.py) isn't sent, but a quantity that was sent
before becomes 0. The variant of a non-stock item doesn't manage inventory: its `medusa_stock` is cleared, so
that its level is looked up again once it is a stock item.

`medusa_stock` keeps the last quantity that was sent, so that only changes are sent. Items in the shop's
orders are compared with Medusa each time, because Medusa itself counts with each order and fulfillment.
Quantities are absolute and read when they are sent, so sending one again does no harm.

Source: docs/reference.md, "Stock".
"""

import json
from collections.abc import Iterable
from typing import Any

import frappe

from medusa_integration import json_field, settings
from medusa_integration.delivery import documents
from medusa_integration.delivery.box import outbox
from medusa_integration.delivery.kind import Database, Kind, Result, Row, Run, Task, Write
from medusa_integration.medusa.dialect import Dialect
from medusa_integration.medusa.errors import MedusaError
from medusa_integration.medusa.sign_in import without_login
from medusa_integration.plain_text import clean
from medusa_integration.stock import locations, quantities, reservations
from medusa_integration.stock.quantities import in_stock

DOCTYPE = "Website Item"


class StockKind(Kind):
	"""The kind of inventory levels, about Website Items."""

	name = "Stock"
	doctype = DOCTYPE
	batch_size = 250
	state = {DOCTYPE: ("medusa_stock", "custom_in_stock")}
	state_field = "medusa_stock"

	def unsettled(self, name: str, kept: str | None) -> str:
		state = _state(name, kept)
		# A person may have changed the inventory item in Medusa: it is looked up again.
		return json.dumps({"sent": {}, "known": {}}) if state else ""

	def prepare(self, run: Run, rows: list[Row]) -> "StockTask":
		names = [row.reference_name for row in rows]
		items = {item.name: item for item in quantities.of_items(names, "medusa_id")}
		ordered = reservations.sold_to_the_shop(item.item_code for item in items.values())
		target, task = _target(), StockTask()
		for row in rows:
			item = items.get(row.reference_name)
			if item:
				task.add(_Level(row, item, target, reserves=item.item_code in ordered))
			else:
				# The deletion of its product deletes the level too.
				task.settled.append(Result.done(row))
		return task


STOCK = StockKind()


class StockTask(Task):
	"""The quantities of Website Items."""

	def __init__(self) -> None:
		super().__init__()
		self.levels: list[_Level] = []

	@property
	def rows(self) -> list[Row]:
		return [level.row for level in self.levels]

	def add(self, level: "_Level") -> None:
		if level.has_to_be_sent:
			self.levels.append(level)
			self.vouchers.append((DOCTYPE, level.item.name))
		else:
			self.settled.append(level.result(None))

	def send(self, medusa: Dialect, database: Database) -> dict[str, Any]:
		def known_lines(lines: set[str]) -> set[str]:
			return database.run(lambda: reservations.known_lines(lines))

		return medusa.set_stock([level.payload() for level in self.levels], known_lines)

	def conclude(self, reply: dict[str, Any]) -> list[Result]:
		return [level.result(reply[level.item.name]) for level in self.levels]


class _Level:
	"""One Website Item's quantity.

	:param reserves: whether Medusa may have reserved some for orders that ERPNext knows
	"""

	def __init__(self, row: Row, item: frappe._dict, target: str, *, reserves: bool) -> None:
		self.row = row
		self.reserves = reserves
		self.item = item
		self.state = _state(item.name, item.medusa_stock)
		self.wanted = _wanted(item, target)

	@property
	def has_to_be_sent(self) -> bool:
		if not (self.item.medusa_variant_id and self.item.is_stock_item):
			return False
		has_to_be = self.row.again or self.reserves
		return _differs(self.item, self.state, self.wanted) or bool(self.state and has_to_be)

	def payload(self) -> dict:
		"""As Dialect.set_stock takes it."""
		of_this_variant = self.state and self.state["sent"].get("variant") == self.item.medusa_variant_id
		return {
			"external_id": self.item.name,
			"product_id": self.item.medusa_id,
			"variant_id": self.item.medusa_variant_id,
			"sku": self.wanted["sku"],
			"quantities": quantities.whole_units(self.item),
			"reserves": self.reserves,
			"known": self.state["known"] if of_this_variant else {},
		}

	def result(self, reply: dict | MedusaError | None) -> Result:
		values = {}
		if in_stock(self.item) != (self.item.custom_in_stock or 0):
			values["custom_in_stock"] = in_stock(self.item)
		if self.state and not self.item.is_stock_item:
			values["medusa_stock"] = ""
		if reply is not None and not isinstance(reply, MedusaError):
			values["medusa_stock"] = json.dumps({"sent": self.wanted, "known": reply})
		writes = [Write(DOCTYPE, self.item.name, values)] if values else []
		if isinstance(reply, MedusaError):
			return Result.failed(self.row, reply, writes)
		return Result.done(self.row, writes)


# --- the daily run


def update_webitem_stock() -> int:
	"""Set `custom_in_stock` of all published Website Items, and queue the stock of those whose quantity isn't
	in sync. This covers changes without a document event too, such as a moved warehouse. Reads 2,000 items a
	page and commits page by page, so that no save waits for the whole run. While the integration is off it only
	sets the flags.

	:returns: the number of Website Items that were queued

	Source: docs/reference.md, "Scheduled tasks".
	"""
	return sum(_update_page(page) for page in quantities.of_published())


def _update_page(page: list[frappe._dict]) -> int:
	target = _target()
	changed: dict[int, list[str]] = {0: [], 1: []}
	differing = []
	for item in page:
		flag = in_stock(item)
		if flag != (item["custom_in_stock"] or 0):
			changed[flag].append(item["name"])
			differing.append(item["name"])  # It may have moved since: sending reads it again.
		elif item["medusa_variant_id"]:
			state = _state(item["name"], item["medusa_stock"])
			if _differs(item, state, _wanted(item, target)):
				differing.append(item["name"])
	for flag, names in changed.items():
		documents.write_alike(DOCTYPE, names, {"custom_in_stock": flag})
	queued = differing if settings.enabled() else []
	outbox.add_many((STOCK, name) for name in queued)
	frappe.db.commit()
	return len(queued)


# --- quantities that Medusa should have


def wanted(names: list[str]) -> list[tuple[str, str, int]]:
	"""(name, variant id, whole units) that Medusa should have of Website Items with a variant and a quantity, as
	`in_medusa` returns them."""
	return [
		(item.name, item.medusa_variant_id, max(0, sum(quantities.whole_units(item).values())))
		for item in quantities.of_items(names, "medusa_synced_on")
		if item.medusa_variant_id and item.medusa_synced_on and item.quantity is not None
	]


def in_medusa(medusa: Dialect, variant_ids: Iterable[str]) -> dict[str, int]:
	"""`{variant id: whole units}` in Medusa at our stock locations, apart from units reserved by orders that
	ERPNext doesn't know."""
	found = medusa.stock_levels(variant_ids, locations.current().all, reservations.known_lines)
	return {variant: max(0, units) for variant, units in found.items()}


def elsewhere(medusa: Dialect, variant_ids: Iterable[str]) -> dict[str, dict[str, int]]:
	"""`{variant id: {stock location: units}}` that the shop sells from stock locations that aren't ours."""
	return medusa.stock_elsewhere(variant_ids, locations.current().all)


def _wanted(item: frappe._dict, target: str) -> dict:
	at = quantities.whole_units(item)
	return {
		"quantity": at if len(at) > 1 else sum(at.values()),
		"variant": item["medusa_variant_id"],
		"sku": clean(item["item_code"]),
		"to": target,
	}


def _differs(item: frappe._dict, state: dict, wanted: dict) -> bool:
	"""Whether the last sent quantity, variant or location, if any, differs from the wanted one."""
	if item["quantity"] is None and not state:
		return False
	return state.get("sent") != wanted


def _target() -> str:
	config = settings.configuration()
	table = "".join(f" {place}" for place in locations.current().all[1:])
	return f"{without_login(config.url or '')} {config.stock_location or ''}{table}"


def _state(name: str, medusa_stock: str | None) -> dict:
	"""`{"sent": what was last sent, "known": what the dialect knows of the level}` of a Website Item; {} before the first
	sending."""
	return json_field.read(DOCTYPE, name, "medusa_stock", medusa_stock, _is_state)


def _is_state(state: dict) -> bool:
	sent, known = state.get("sent"), state.get("known")
	if not isinstance(sent, dict) or not isinstance(known, dict):
		return False
	return not known or {"item", "sku", "location"} <= known.keys()  # v1 keeps nothing
