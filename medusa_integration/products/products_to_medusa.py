"""Website Items → Medusa's products, each with one variant, or with those of a template. The payload is in
product_payloads.py, the document events that queue a product are in product_events.py.

Source: docs/reference.md, "Products".
"""

from typing import Any

import frappe
from frappe import _

from medusa_integration import settings, sold_units
from medusa_integration.delivery.kind import Database, Kind, Result, Row, Run, Task
from medusa_integration.medusa.dialect import Dialect
from medusa_integration.medusa.errors import MedusaError, MedusaNotFound, MedusaSkuTaken
from medusa_integration.medusa.matching import OwnVariant
from medusa_integration.medusa.sku_moves import Holder
from medusa_integration.prices import price_state
from medusa_integration.prices.price_state import PriceStore
from medusa_integration.prices.prices_to_medusa import PRICE
from medusa_integration.products import (
	placing,
	product_payloads,
	sent_variants,
	template_results,
)
from medusa_integration.products.categories_to_medusa import CATEGORY
from medusa_integration.products.collections_to_medusa import COLLECTION
from medusa_integration.products.deleted_products import forget_prices, last_of, leaving_products, unlinked
from medusa_integration.products.existing_products import already_there, shop_index, sku_for
from medusa_integration.products.existing_templates import templates_there
from medusa_integration.products.missing_collections import Collections, gone_collections
from medusa_integration.products.one_product import OneProduct
from medusa_integration.products.product_categories import ProductCategories, drop_gone
from medusa_integration.products.product_payloads import DOCTYPE, identity
from medusa_integration.products.replaced_products import Replaced, missing_products


class ProductKind(Kind):
	"""The kind of products, about Website Items."""

	name = "Product"
	doctype = DOCTYPE
	ids = {DOCTYPE: ("medusa_id", "medusa_variant_id"), "Item": ("medusa_id", "medusa_variant_id")}
	state = {
		DOCTYPE: (
			"medusa_hash", "medusa_handle", "medusa_synced_on", "medusa_status", "medusa_sales_channel", "medusa_filled",
			sent_variants.SENT,
		),
		"Item": (sold_units.FIELD, sent_variants.FORMER),
	}  # fmt: skip
	state_field = "medusa_hash"

	def prepare(self, run: Run, rows: list[Row]) -> "ProductTask":
		items = {item.name: item for item in product_payloads.read([row.reference_name for row in rows])}
		collections = Collections(run, {item.item_group for item in items.values()})
		replaced = Replaced(run, self, PRICE, list(items.values()))
		categories = ProductCategories(run)
		task = ProductTask([(DOCTYPE, row.reference_name) for row in rows], collections.made)
		for row in rows:
			item = items.get(row.reference_name)
			task.note_deletion(row, item)
			if not item:
				task.gone.append(row)
			elif item.name in replaced.template_of:
				task.replace(row, item, *replaced.result(row, item))
			elif item.is_template and not (item.variants or item.medusa_id):
				task.leave_out(row, item)  # nothing to sell
			elif problem := missing_products(run, self, row, item):
				task.settle(row, problem)
			elif problem := collections.problem(row, item) or categories.problem(row, item):
				task.settle(row, problem)
			else:
				item.former = row.former_names
				task.add(OneProduct(self, row, item, collections.ids.get(item.item_group), run.medusa))
		return task


PRODUCT = ProductKind()
COLLECTION.members = PRODUCT
CATEGORY.members = PRODUCT
PRICE.product = PRODUCT


class ProductTask(Task):
	"""Products to create or update, and those to delete because their Website Items are gone."""

	def __init__(self, vouchers: list[tuple[str, str]], own_collections: set[str]) -> None:
		super().__init__(vouchers=vouchers)
		self.own_collections = own_collections
		self.price_list = settings.current().price_list
		self.products: dict[str, OneProduct] = {}
		self.unchanged: dict[str, OneProduct] = {}  # sent only where Medusa lost the product or its variant
		self.gone: list[Row] = []
		self.put_off: dict[str, Result] = {}  # of rows that also stand for a product to delete
		self.doomed: dict[str, OwnVariant] = {}  # by product id
		self.staying: set[str] = set()
		self.lost: list[dict] = []
		self.prices: list[dict] = []  # price states of products and variants to delete
		self.replaced: dict[str, OwnVariant] = {}  # by product id: those that another product replaces
		self.replacing: dict[str, str] = {}  # `{row: its product}` of these

	@property
	def rows(self) -> list[Row]:
		sent = [*self.products.values(), *self.unchanged.values()]
		return [*(product.row for product in sent), *self.gone]

	def settle(self, row: Row, result: Result) -> None:
		"""Add a row that isn't sent now. If it is also about a deleted product, that is deleted first."""
		if row.kind_data:
			self.gone.append(row)
			self.put_off[row.name] = result
		else:
			self.settled.append(result)

	def add(self, product: OneProduct) -> None:
		"""Add a product; one that is in sync is only looked for."""
		is_unchanged = product.is_in_sync and not product.row.kind_data
		(self.unchanged if is_unchanged else self.products)[product.item.name] = product

	def replace(self, row: Row, item: frappe._dict, result: Result, own: OwnVariant | None) -> None:
		"""Add the Website Item of a variant that its template's product sells, and its former product to those to delete."""
		if own is None and not item.medusa_id:
			self.leave_out(row, item)
			return
		if own is None:
			self.settle(row, result)
			return
		self.replaced[item.medusa_id] = own
		self.replacing[row.name] = item.medusa_id
		state = price_state.read(item.name, item.medusa_prices)
		self.prices += [state] if state else []
		self.gone.append(row)
		self.put_off[row.name] = result

	def note_deletion(self, row: Row, item: frappe._dict | None) -> None:
		"""Add a deleted Website Item's product to those to delete, even where another Website Item has its
		name now."""
		last = last_of(row.name, row.kind_data)
		self.prices += filter(None, [last.get("prices"), *(last.get("of_variants") or ())])
		if last.get("id") and not (item and item.medusa_id == last["id"]):
			self.doomed[last["id"]] = OwnVariant(last.get("variant_id") or "", last.get("item_code") or "")
		elif not item:
			self._note_unheard(row, last.get("title"), last.get("item_code") or "")

	def leave_out(self, row: Row, item: frappe._dict) -> None:
		"""Add a Website Item that sells nothing and has no product as far as is known here."""
		self.gone.append(row)
		if row.again:
			self._note_unheard(row, item.web_item_name, item.item_code)

	def _note_unheard(self, row: Row, title: str | None, code: str) -> None:
		"""Add a product whose id isn't known here, as that of a create whose reply was lost, to those to delete."""
		keys = identity(row.reference_name, row.former_names, title, code)
		self.lost.append({**keys, "may_exist": row.again})

	def send(self, medusa: Dialect, database: Database) -> dict[str, Any]:
		"""As in Task. Returns `{Website Item: its ids, or the MedusaError}`, None where its collection is gone in Medusa, and the
		reason as text where the shop may have the product already. Products to delete that stay are in `staying`."""
		doomed = database.run(lambda: unlinked(self.doomed)) if self.doomed else {}
		doomed |= self.replaced
		released = medusa.release_products(doomed) if doomed else {}
		self.staying = {id for id, is_done in released.items() if not is_done}
		rest = doomed.keys() - released.keys()
		if rest or self.lost:
			self.staying |= medusa.delete_products(rest, self.lost)
		unclear = self._unclear(medusa, database)
		lost = self._lost_products(medusa)
		payloads = [
			product.payload
			for product in (*self.products.values(), *lost)
			if product.item.name not in unclear
		]
		moved = [each.payload for each in self.unchanged.values() if not each.is_placed and each not in lost]
		unclear |= placing.without_channel(medusa, [*payloads, *moved])
		payloads = [payload for payload in payloads if payload["external_id"] not in unclear]
		placed = self._place(medusa, [each for each in moved if each["external_id"] not in unclear])
		sent = self._send_products(medusa, database, payloads) if payloads else {}
		left = sent_variants.left_of({name: each.item for name, each in self.products.items()}, sent)
		forget_prices(medusa, PriceStore(database, medusa), self.price_list, self.prices, left)
		return {**unclear, **placed, **sent}

	def _place(self, medusa: Dialect, payloads: list[dict]) -> dict[str, dict | MedusaError]:
		"""Write nothing but the sales channels of products. Returns `{Website Item: {"sales_channels"}}`."""
		placed = medusa.place_products(payloads) if payloads else {}
		return {
			name: ids if isinstance(ids, MedusaError) else {"sales_channels": ids}
			for name, ids in placed.items()
		}

	def _unclear(self, medusa: Dialect, database: Database) -> dict[str, str]:
		"""`{Website Item: reason}` of the new products that may be in the shop already."""
		new = [each.item for each in self.products.values() if not each.item.medusa_id]
		if not new:
			return {}
		index = shop_index(medusa)
		# The database's thread prepares the next batch: it would answer only when that is done.
		new = [item for item in new if index.may_have(item)]
		if not new:
			return {}

		def unclear() -> dict[str, str]:
			leaving = set(leaving_products(PRODUCT))
			found = already_there([item for item in new if not item.is_template], index, leaving)
			return found | templates_there([item for item in new if item.is_template], index, leaving)

		return database.run(unclear)

	def _lost_products(self, medusa: Dialect) -> list[OneProduct]:
		"""The unchanged products that were deleted in Medusa, or whose variant was."""
		variants = {each.item.medusa_id: each.variant_ids for each in self.unchanged.values()}
		lost = medusa.incomplete(variants) if variants else set()
		return [each for each in self.unchanged.values() if each.item.medusa_id in lost]

	def _send_products(self, medusa: Dialect, database: Database, payloads: list[dict]) -> dict[str, Any]:
		def upsert(gone: set[str]) -> dict:
			sent = [payload for payload in payloads if payload["collection_id"] not in gone]
			held = {payload["external_id"]: None for payload in payloads if payload["collection_id"] in gone}
			if not sent:
				return held
			return {**held, **medusa.upsert_products(sent, self.own_collections, wanted_sku)}

		def wanted_sku(variant: Holder) -> str | None:
			return database.run(lambda: sku_for(variant))

		drop_gone(medusa, payloads)
		# Medusa accepts an update that names a deleted collection.
		seen = [each for each in payloads if not (each["needs_no_lookup"] or each.get("changed_variants"))]
		gone = gone_collections(medusa, seen)
		try:
			return upsert(gone)
		except MedusaNotFound:
			medusa.forget_collections()
			before, gone = gone, gone_collections(medusa, payloads)
			if gone == before:
				raise
			return upsert(gone)

	def conclude(self, reply: dict[str, Any]) -> list[Result]:
		results = [self._of_gone(row) for row in self.gone]
		for name, product in {**self.products, **self.unchanged}.items():
			if name not in reply or self._is_only_placed(reply[name]):
				results.append(product.unsent(reply.get(name)))
			elif isinstance(reply[name], str):
				results.append(Result.parked(product.row, reply[name], MedusaSkuTaken.reason))
			elif reply[name] is None:
				results.append(product.without_collection())
			else:
				results.append(product.result(reply[name]))
		return results

	def _of_gone(self, row: Row) -> Result:
		"""The result of a row whose product was to be deleted, or that waits."""
		if self.replacing.get(row.name) in self.staying:
			return self._reserved(row)
		return self.put_off.get(row.name) or self._deleted(row)

	@staticmethod
	def _is_only_placed(written: Any) -> bool:
		return isinstance(written, dict) and "id" not in written

	def _deleted(self, row: Row) -> Result:
		return self._reserved(row) if row.kind_data.get("id") in self.staying else Result.done(row)

	def _reserved(self, row: Row) -> Result:
		why = _(
			"An open order in Medusa reserves it. A product without variants of the shop's own was taken off sale there. It is deleted as soon as the order is fulfilled or cancelled."
		)
		return Result.retry(row, why, after=template_results.PAUSE, counts=False)
