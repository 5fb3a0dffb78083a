"""Stock → the inventory levels of Medusa's variants, and `custom_in_stock` of the Website Items. The row of a template's Website
Item sends the quantities of all its variants; their state is in their Items.

A Website Item without a quantity (see stock/quantities.py) isn't sent, but a quantity that was sent
before becomes 0. The variant of a non-stock item doesn't manage inventory: its `medusa_stock` is cleared, so
that its level is looked up again once it is a stock item.

`medusa_stock` keeps the last quantity that was sent, so that only changes are sent. Items in the shop's
orders are compared with Medusa each time, because Medusa itself counts with each order and fulfillment.
Quantities are absolute and read when they are sent, so sending one again does no harm.

Source: docs/reference.md, "Stock".
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

import frappe

from medusa_integration import json_field, settings
from medusa_integration.delivery import documents, reasons
from medusa_integration.delivery.box import outbox
from medusa_integration.delivery.kind import Database, Intent, Kind, Result, Row, Run, Task, Write
from medusa_integration.medusa.dialect import Dialect
from medusa_integration.medusa.errors import MedusaError, MedusaRejected
from medusa_integration.medusa.sign_in import without_login
from medusa_integration.plain_text import clean
from medusa_integration.stock import kits, locations, quantities, reservations
from medusa_integration.stock.quantities import in_stock

DOCTYPE = "Website Item"


class StockKind(Kind):
	"""The kind of inventory levels, about Website Items."""

	name = "Stock"
	doctype = DOCTYPE
	batch_size = 250
	state = {DOCTYPE: ("medusa_stock", "custom_in_stock"), "Item": ("medusa_stock",)}
	state_field = "medusa_stock"

	def unsettled(self, name: str, kept: str | None) -> str:
		state = _state((DOCTYPE, name), kept)
		# A person may have changed the inventory item in Medusa: it is looked up again.
		if not state:
			return ""
		sent = state["sent"]
		kit = {"kit": sent["kit"], "variant": sent.get("variant")} if "kit" in sent else {}
		return json.dumps({"sent": kit, "known": {}})

	def prepare(self, run: Run, rows: list[Row]) -> "StockTask":
		items = {item.name: item for item in read(row.reference_name for row in rows)}
		ordered = reservations.sold_to_the_shop(
			each.item_code for item in items.values() for each in (*item.sold, *item.lone_parts)
		)
		target, task = _target(), StockTask()
		for row in rows:
			item = items.get(row.reference_name)
			if item:
				task.add(_Levels(row, item, target, ordered))
			else:
				# The deletion of its product deletes the level too.
				task.settled.append(Result.done(row))
		return task


STOCK = StockKind()


class StockTask(Task):
	"""The quantities of Website Items."""

	def __init__(self) -> None:
		super().__init__()
		self.items: list[_Levels] = []

	@property
	def rows(self) -> list[Row]:
		return [item.row for item in self.items]

	def add(self, item: "_Levels") -> None:
		if item.to_send:
			self.items.append(item)
			self.vouchers.append((DOCTYPE, item.page.name))
		else:
			self.settled.append(item.result({}))

	def send(self, medusa: Dialect, database: Database) -> dict[str, Any]:
		def known_lines(lines: set[str]) -> set[str]:
			return database.run(lambda: reservations.known_lines(lines))

		# Bundles may share a part.
		levels = {level.key: level.payload() for item in self.items for level in item.to_send}
		return medusa.set_stock(list(levels.values()), known_lines)

	def conclude(self, reply: dict[str, Any]) -> list[Result]:
		return [item.result(reply) for item in self.items]


class _Levels:
	"""The quantities of one Website Item: its own, or those of its variants.

	:param ordered: item codes that Medusa may have reserved for orders that ERPNext knows
	"""

	def __init__(self, row: Row, page: frappe._dict, target: str, ordered: set[str]) -> None:
		self.row, self.page = row, page
		self.levels = [
			_Level(row, item, target, reserves=item.item_code in ordered)
			for item in (*page.sold, *page.lone_parts)
		]
		if any(level.is_unsettled and level.item.get("kit") for level in self.levels):
			for level in self.levels:
				level.is_forced = bool(level.item.get("is_part"))
		self.to_send = [level for level in self.levels if level.has_to_be_sent] if not page.sold_by else []

	def result(self, reply: dict[str, dict | MedusaError]) -> Result:
		writes = [*self._flags(), *(write for level in self.levels for write in level.writes(reply))]
		failed = {
			level.item.item_code: error
			for level in self.to_send
			if isinstance(error := reply.get(level.key), MedusaError)
		}
		if not failed:
			then = [Intent(STOCK, self.page.sold_by)] if self.page.sold_by else []
			return Result.done(self.row, writes, then)
		errors = list(failed.values())
		temporary = next((error for error in errors if not isinstance(error, MedusaRejected)), None)
		if temporary or len(self.levels) == 1:
			return Result.failed(self.row, temporary or errors[0], writes)
		words = [f"{code}: {reasons.message(error)}" for code, error in sorted(failed.items())]
		return Result.parked(self.row, "\n".join(words), errors[0].reason, writes)

	def _flags(self) -> list[Write]:
		values = {name: {"custom_in_stock": flag} for name, flag in _changed_flags(self.page).items()}
		return [Write(DOCTYPE, name, fields) for name, fields in values.items()]


def _changed_flags(page: frappe._dict) -> dict[str, int]:
	"""`{Website Item: custom_in_stock}` where it has to change: of the Website Item, and of its variants' own ones. A template is
	in stock where any of its variants is."""
	flags = {page["name"]: int(any(map(in_stock, page["sold"])))}
	before = {page["name"]: page["custom_in_stock"]}
	for item in page["sold"]:
		if own := item.get("own_page"):
			flags[own], before[own] = in_stock(item), item["custom_in_stock"]
	return {name: flag for name, flag in flags.items() if flag != (before[name] or 0)}


class _Level:
	"""One sold Item's quantity.

	:param reserves: whether Medusa may have reserved some for orders that ERPNext knows
	"""

	def __init__(self, row: Row, item: frappe._dict, target: str, *, reserves: bool) -> None:
		self.row = row
		self.reserves = reserves
		self.item = item
		self.key = " ".join(item.keeper)
		self.state = _state(item.keeper, item.medusa_stock)
		self.is_unsettled = bool(self.state) and "to" not in self.state["sent"]
		self.is_forced = False  # a part of a bundle that is sent again on request
		self.wanted = _wanted(item, target)

	@property
	def has_to_be_sent(self) -> bool:
		if not (self.item.medusa_variant_id or self.item.get("is_part")):
			return False
		if not self.item.is_stock_item:
			return self._was_kit
		has_to_be = self.row.again or self.is_forced or (self.reserves and not self.item.get("kit"))
		return _differs(self.item, self.state, self.wanted) or bool(self.state and has_to_be)

	@property
	def _was_kit(self) -> bool:
		return "kit" in self.state.get("sent", {}) and not self.item.get("kit")

	def payload(self) -> dict:
		"""As Dialect.set_stock takes it."""
		of_this_variant = self.state and self.state["sent"].get("variant") == self.item.medusa_variant_id
		return {
			"external_id": self.key,
			"about": self.item.name,
			"product_id": self.item.medusa_id,
			"variant_id": self.item.medusa_variant_id,
			"sku": self.wanted["sku"],
			"quantities": quantities.whole_units(self.item),
			"left": _left(self.state, self.wanted) if of_this_variant else [],
			"reserves": self.reserves,
			"known": self.state["known"] if of_this_variant else {},
			"kit": self.item.get("kit"),
			"was_kit": bool(of_this_variant) and self._was_kit,
			"is_managed": bool(self.item.is_stock_item),
		}

	def writes(self, reply: dict[str, dict | MedusaError]) -> list[Write]:
		"""The state to keep, where it changed."""
		value, answer = None, reply.get(self.key)
		is_sent = answer is not None and not isinstance(answer, MedusaError)
		if self.state and not self.item.is_stock_item:
			value = "" if is_sent or not self._was_kit else None
		elif is_sent:
			value = json.dumps({"sent": self.wanted, "known": answer})
		doctype, name = self.item.keeper
		return [] if value is None else [Write(doctype, name, {"medusa_stock": value})]


# --- the daily run


def update_webitem_stock() -> int:
	"""Set `custom_in_stock` of all published Website Items, and queue the stock of those whose quantity isn't
	in sync. This covers changes without a document event too, such as a moved warehouse. Reads 2,000 items a
	page and commits page by page, so that no save waits for the whole run. While the integration is off it only
	sets the flags.

	:returns: the number of Website Items that were queued

	Source: docs/reference.md, "Scheduled tasks".
	"""
	return sum(_update_page(page) for page in _with_kits(quantities.of_published()))


def _update_page(page: list[frappe._dict]) -> int:
	target = _target()
	changed: dict[int, list[str]] = {0: [], 1: []}
	differing = []
	for item in page:
		flags = _changed_flags(item)
		for name, flag in flags.items():
			changed[flag].append(name)
		if flags:
			differing.append(
				item["sold_by"] or item["name"]
			)  # It may have moved since: sending reads it again.
		elif not item["sold_by"] and any(
			_is_behind(each, target) for each in (*item["sold"], *item["lone_parts"])
		):
			differing.append(item["name"])
	for flag, names in changed.items():
		documents.write_alike(DOCTYPE, names, {"custom_in_stock": flag})
	queued = list(dict.fromkeys(differing)) if settings.enabled() else []
	outbox.add_many((STOCK, name) for name in queued)
	frappe.db.commit()
	return len(queued)


def _is_behind(item: frappe._dict, target: str) -> bool:
	"""Whether a sold Item's variant hasn't been sent its present quantity."""
	if not (item["medusa_variant_id"] or item.get("is_part")):
		return False
	return _differs(item, _state(item["keeper"], item["medusa_stock"]), _wanted(item, target))


def _with_kits(of_pages: Iterable[list[frappe._dict]]) -> Iterator[list[frappe._dict]]:
	for page in of_pages:
		kits.attach(page)
		yield page


def read(names: Iterable[str]) -> list[frappe._dict]:
	"""Website Items as by `quantities.of_items`, with their kits."""
	found = quantities.of_items(names)
	kits.attach(found)
	return found


def _wanted(item: frappe._dict, target: str) -> dict:
	if kit := item.get("kit"):
		parts = {part["sku"]: part["required"] for part in kit}
		return {
			"kit": parts,
			"variant": item["medusa_variant_id"],
			"sku": clean(item["item_code"]),
			"to": target,
		}
	at = quantities.whole_units(item)
	return {
		"quantity": at if len(at) > 1 else sum(at.values()),
		"variant": item["medusa_variant_id"],
		"sku": clean(item["item_code"]),
		"to": target,
	}


def _left(state: dict, wanted: dict) -> list[str]:
	"""The stock locations to which the quantity was last sent and isn't any more, on the same server: taken out of the
	configuration."""
	(server, *former), (now, *present) = (
		str(each.get("to", "")).split(" ") for each in (state["sent"], wanted)
	)
	return sorted({*former} - {*present, ""}) if server == now else []


def _differs(item: frappe._dict, state: dict, wanted: dict) -> bool:
	"""Whether the last sent quantity, variant or location, if any, differs from the wanted one."""
	if item["quantity"] is None and not state:
		return False
	return state.get("sent") != wanted


def _target() -> str:
	config = settings.configuration()
	table = "".join(f" {place}" for place in locations.current().all[1:])
	return f"{without_login(config.url or '')} {config.stock_location or ''}{table}"


def _state(keeper: tuple[str, str], medusa_stock: str | None) -> dict:
	"""`{"sent": what was last sent, "known": what the dialect knows of the level}` of a sold Item; {} before the first
	sending."""
	return json_field.read(*keeper, "medusa_stock", medusa_stock, _is_state)


def _is_state(state: dict) -> bool:
	sent, known = state.get("sent"), state.get("known")
	if not isinstance(sent, dict) or not isinstance(known, dict):
		return False
	return not known or {"item", "sku", "location"} <= known.keys()  # v1 keeps nothing
