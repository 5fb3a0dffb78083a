"""One Website Item that is sent to Medusa: its payload, whether it changes anything there, and what is kept of the reply.

Source: docs/reference.md, "Products".
"""

import json
from dataclasses import dataclass

import frappe
from frappe import _
from frappe.utils import now_datetime

from medusa_integration import sold_units
from medusa_integration.delivery.kind import Intent, Kind, Result, Row, Write
from medusa_integration.medusa.dialect import Dialect
from medusa_integration.medusa.errors import MedusaError
from medusa_integration.prices.prices_to_medusa import PRICE
from medusa_integration.products import (
	channels,
	placing,
	product_digest,
	product_payloads,
	sent_variants,
	template_results,
)
from medusa_integration.products.categories_to_medusa import CATEGORY
from medusa_integration.products.collections_to_medusa import COLLECTION
from medusa_integration.products.product_payloads import DOCTYPE
from medusa_integration.stock.stock_to_medusa import STOCK


@dataclass
class OneProduct:
	"""One product to be sent.

	:param kind: that of products
	"""

	kind: Kind
	row: Row
	item: frappe._dict
	payload: dict
	digest: str
	default_channel: str

	def __init__(
		self, kind: Kind, row: Row, item: frappe._dict, collection_id: str | None, medusa: Dialect
	) -> None:
		self.kind, self.row, self.item = kind, row, item
		self.payload = product_payloads.payload(item, collection_id)
		self.digest = product_digest.digest(self.payload, medusa)
		self.base = product_digest.base(self.payload, medusa) if item.is_template else ""
		self.default_channel = medusa.sales_channel
		before = item.medusa_hash or ""
		if before:
			self.payload["own_handle"] = ""  # Restored only where the product is sent again on request.
		is_known = bool(item.medusa_id and self._has_variants and before)
		is_same = before.partition(".")[2] == self.digest.partition(".")[2]
		self.payload["may_exist"] = row.again
		is_quick = medusa.updates_unseen and is_known and not row.again and not row.kind_data
		is_quick &= sent_variants.UNORDERED not in (item.sent_variants or {})
		is_quick &= not self.payload["cleared"] and not self._changes_pictures
		is_quick &= self.is_placed
		self.payload["needs_no_lookup"] = is_quick and is_same
		if item.is_template:
			changed = sent_variants.changed(self.payload, item.sent_variants, self.base) if is_quick else None
			self.payload["changed_variants"] = changed or []

	@property
	def _has_variants(self) -> bool:
		"""Whether the ids of all variants are known, and no other one of ours is left."""
		if not self.item.is_template:
			return bool(self.item.medusa_variant_id)
		others = self.item.left_variants or self.item.deleted_variants
		return not others and all(each["id"] for each in self.payload["variants"])

	@property
	def variant_ids(self) -> set[str]:
		"""The ids of the variants that Medusa is to have."""
		return {each["id"] for each in self.payload.get("variants", ({"id": self.item.medusa_variant_id},))}

	@property
	def _changes_pictures(self) -> bool:
		"""Whether other pictures were sent before: the shop's own have to be read."""
		sent = self.payload["sent_images"]
		return sent is not None and sent != self.payload["filled"]["images"]

	@property
	def is_placed(self) -> bool:
		"""Whether it was sent with the sales channels that it has now."""
		return channels.is_settled(self.item.medusa_sales_channel, self.item.channels)

	@property
	def is_in_sync(self) -> bool:
		item = self.item
		is_whole = not item.is_template or self._has_variants or not (item.variants or item.deleted_variants)
		is_whole &= sent_variants.UNORDERED not in (item.sent_variants or {})
		return bool(item.medusa_id) and item.medusa_hash == self.digest and not self.row.again and is_whole

	def result(self, written: dict | MedusaError) -> Result:
		if isinstance(written, MedusaError):
			return Result.failed(self.row, written)
		item, name = self.item, self.item.name
		ids = {"medusa_id": written["id"], "medusa_variant_id": written["variant_id"] or None}
		sent = {
			**ids,
			**self._handle(written),
			**placing.state(item, written, self.payload, self.default_channel),
			"medusa_hash": "" if written.get("reserved") else self.digest,
			"medusa_filled": json.dumps(self.payload["filled"]) if self.payload["filled"] else "",
			"medusa_synced_on": now_datetime(),
		}
		if item.is_template:
			what = template_results.Sent(self.kind, self.row, self.payload, self.base)
			return template_results.result(what, item, ids, sent, written)
		writes = [Write(DOCTYPE, name, sent)]
		told = self._told()
		if item[sent_variants.SENT]:
			sent[sent_variants.SENT] = ""
			writes += sent_variants.writes(item, {**written, "variants": {}})
		if item.kept_in_item != ids or told:
			values = {**ids, **told, **template_results.former(item, ids)}
			writes.append(Write("Item", item.item_code, values))
		then = [Intent(PRICE, name)] if told else []
		is_new = item.medusa_variant_id != ids["medusa_variant_id"] or not item.medusa_synced_on
		if is_new and item.medusa_prices:
			# Medusa deleted the former variant's prices with it.
			sent["medusa_prices"] = PRICE.unsettled(name, item.medusa_prices)
		if is_new and not told:
			then.append(Intent(PRICE, name))
		untold = item.is_stock_item and not item.medusa_stock  # as for an Item that has become a stock item
		if (item.website_warehouse or item.variant_of) and (is_new or untold):
			then.append(Intent(STOCK, name))
		then += [Intent(CATEGORY, name) for name in self.item.category_groups.gone(self.payload)]
		return template_results.of_reserved(Result.done(self.row, writes, then), written)

	def unsent(self, placed: dict | None = None) -> Result:
		"""The result where Medusa has the product as it is, its sales channels apart.

		:param placed: the reply with its sales channels, where these were looked at
		"""
		kept = placing.state(self.item, placed or {}, self.payload, self.default_channel)
		writes = [Write(DOCTYPE, self.item.name, kept)] if kept else []
		if self.item.is_template:
			result = template_results.unsent(self.row, self.item)
			result.writes = [*writes, *result.writes]
			return result
		told = self._told()
		if not told:
			return Result.done(self.row, writes)
		then = [Intent(PRICE, self.item.name)]
		return Result.done(self.row, [*writes, Write("Item", self.item.item_code, told)], then)

	def _told(self) -> dict:
		"""The unit that the product says now, where that is another one or has another size. The prices follow, and after
		them the quantity."""
		item = self.item
		units = sold_units.announcing(item.told_units, item.unit_in_stock, item.sold_unit)
		return {sold_units.FIELD: units} if units else {}

	def _handle(self, written: dict) -> dict:
		"""The handle to keep of a product that the app created, so that it can be restored. A handle with another ending was
		chosen in the shop, as that of a linked product, and isn't kept."""
		if "handle" not in written or (self.item.medusa_handle and self.item.medusa_id == written["id"]):
			return {}
		handle = written["handle"]
		is_ours = any(f"-{handle}".endswith(f"-{ending}") for ending in self.payload["endings"])
		return {"medusa_handle": handle if is_ours else ""}

	def without_collection(self) -> Result:
		"""The result where the collection was deleted in Medusa: it is queued to be made again, and is sent first."""
		group = self.item.item_group
		why = _("Its Item Group {0} is sent first.").format(group)
		forget = Write("Item Group", group, {"medusa_id": None})
		return Result.waiting(self.row, why, then=[Intent(COLLECTION, group)], writes=[forget])
