"""Medusa v2: the calls that make the options and variants of one product those of its payload. Options have calls of their own, and
variants are never in a product's update: it would delete those that it doesn't name.

Source: docs/reference.md, "Templates" and "Medusa v2: products".
"""

from medusa_integration.medusa.errors import MedusaRejected, MedusaSkuTaken, NotSendable
from medusa_integration.medusa.option_changes import (
	IN_THE_WAY,
	SAME_VALUES,
	as_options,
	cleared,
	is_ours,
	leaving,
	match,
	renamed,
	same,
	spare_variant,
)
from medusa_integration.medusa.sku_moves import Holder, WantedSku
from medusa_integration.medusa.v2.held_stock import counts_parts
from medusa_integration.medusa.v2.inventory import INVENTORY_SKU_TAKEN, InventoryItems
from medusa_integration.medusa.v2.variants import RESERVED, Variants, sku_taken, taken_sku

VARIANT_KEYS = ("title", "sku", "manage_inventory", "allow_backorder", "origin_country", "metadata")


def new_variant(variant: dict, spare: dict[str, str]) -> dict:
	"""The body of a variant to be made.

	:param spare: `{SKU: inventory item}` of inventory items without a variant
	"""
	item = spare.get(variant["sku"]) if variant["manage_inventory"] else None
	links = {"inventory_items": [{"inventory_item_id": item, "required_quantity": 1}]} if item else {}
	fields = {key: value for key, value in variant_fields(variant).items() if value is not None}
	return {**fields, "options": variant["options"], "prices": [], **links}


def variant_fields(variant: dict) -> dict:
	body = {key: variant[key] for key in VARIANT_KEYS}
	return {**body, **variant["identifiers"], "variant_rank": variant["rank"]}


def ranks(values: list[str]) -> dict[str, int]:
	return {value: rank for rank, value in enumerate(values)}


class OptionWriter:
	"""The calls for the options and variants of one product.

	:param found: the product as Medusa has it, with OPTION_FIELDS; kept up to date
	"""

	def __init__(self, shop: Variants, product: dict, found: dict, wanted_sku: WantedSku) -> None:
		self.shop, self.found, self.wanted_sku = shop, found, wanted_sku
		self.product = as_options(product)
		self.was_template = self.product is not product
		self.path = f"/admin/products/{found['id']}"
		self.rows: list[dict] = found["variants"]
		self.variants: list[dict] = self.product["variants"]
		self.matched = match(self.variants, self.rows, spare_variant(product, self.rows))
		title_of = {option["id"]: option["title"] for option in found["options"]}
		# `{variant: {option's title: value}}` as Medusa has them
		self.values = {
			row["id"]: {
				title_of[each["option_id"]]: each["value"]
				for each in row["options"]
				if each["option_id"] in title_of
			}
			for row in self.rows
		}
		self.is_shaped = False  # options were added or removed: all variants need their values anew

	def write(self) -> dict:
		if not self.variants:
			gone = set(self.product.get("deleted_variants") or ())
			return {"variants": {}, "reserved": self._remove([row for row in self.rows if row["id"] in gone])}
		reserved = self._remove(leaving(self.rows, self.matched, self.product.get("known_variants") or ()))
		gone = {row["id"] for row in self.rows} - {row["id"] for row in self.matched.values()}
		self.others = [row for row in self.rows if row["id"] in gone and row["id"] not in self.removed]
		if not (self.was_template and self._is_used_by_others()):
			self._rename()
			self._shape()
			self._add_values()
		self._write_variants()
		self._tidy()
		ids = {code: row["id"] for code, row in self.matched.items()}
		return {"variants": ids, "reserved": reserved}

	def _is_used_by_others(self) -> bool:
		return bool(self.others)

	# --- variants that go

	def _remove(self, rows: list[dict]) -> list[str]:
		"""Delete variants. Those that an open order reserves can't be: they lose their options and are out of stock until then.
		Returns their ids."""
		self.removed: set[str] = set()
		if not rows:
			return []
		try:
			self._delete(rows)
			return []
		except MedusaRejected as error:
			if not error.message.startswith(RESERVED):
				raise
		reserved = []
		for row in rows:
			try:
				self._delete([row])
			except MedusaRejected as error:
				if not error.message.startswith(RESERVED):
					raise
				self._take_off_sale(row)
				reserved.append(row["id"])
		return reserved

	def _delete(self, rows: list[dict]) -> None:
		self._batch({"delete": [row["id"] for row in rows]})
		self.removed |= {row["id"] for row in rows}

	def _take_off_sale(self, row: dict) -> None:
		"""Sell no more of a variant: without options no customer can choose it, and the level is what orders have reserved."""
		if self.values[row["id"]] or row["allow_backorder"]:
			self._batch({"update": [{"id": row["id"], "options": {}, "allow_backorder": False}]})
			self.values[row["id"]] = {}
		asked = (
			"id,inventory_items.inventory_item_id,inventory_items.inventory.location_levels.location_id,"
			"inventory_items.inventory.location_levels.stocked_quantity,"
			"inventory_items.inventory.location_levels.reserved_quantity"
		)
		params = {"id[]": [row["id"]], "fields": asked}
		levels = [
			{
				"inventory_item_id": link["inventory_item_id"],
				"location_id": level["location_id"],
				"stocked_quantity": level["reserved_quantity"],
			}
			for variant in self.shop.client.get("/admin/product-variants", params)["variants"]
			for link in variant["inventory_items"] or ()
			for level in (link.get("inventory") or {}).get("location_levels") or ()
			if level["stocked_quantity"] > level["reserved_quantity"]
		]
		if levels:
			self.shop.client.post("/admin/inventory-items/location-levels/batch", {"update": levels})

	# --- options

	def _rename(self) -> None:
		"""Give options and values their new names, where that is all that changed: variants keep them."""
		there = {option["title"]: option for option in self.found["options"]}
		wanted = [option["title"] for option in self.product["options"]]
		for title in wanted:
			old = [each for each in there if each not in wanted]
			if title in there or not old:
				continue
			former = next((each for each in old if self._is_same_option(each, title)), None)
			if former:
				option = there.pop(former)
				self._post(f"/admin/product-options/{option['id']}", {"title": title})
				option["title"] = title
				there[title] = option
				for values in self.values.values():
					if former in values:
						values[title] = values.pop(former)
		for option in self.product["options"]:
			if option["title"] in there:
				self._rename_values(there[option["title"]], option["values"])

	def _is_same_option(self, former: str, title: str) -> bool:
		pairs = [
			(self.values[self.matched[each["item_code"]]["id"]].get(former), each["options"][title])
			for each in self.variants
			if each["item_code"] in self.matched
		]
		return bool(pairs) and all(old == new for old, new in pairs)

	def _rename_values(self, option: dict, wanted: list[str]) -> None:
		title = option["title"]
		for value in wanted:
			there = {each["value"]: each for each in option["values"]}
			if value in there:
				continue
			having = {code: self.values[row["id"]].get(title, "") for code, row in self.matched.items()}
			to_have = {each["item_code"]: each["options"][title] for each in self.variants}
			old = [each for each in there if each not in wanted]
			if former := renamed(value, having, to_have, old):
				self._post(
					f"/admin/product-options/{option['id']}/values/{there[former]['id']}", {"value": value}
				)
				there[former]["value"] = value
				for values in self.values.values():
					if values.get(title) == former:
						values[title] = value

	def _shape(self) -> None:
		"""Add and remove options. Variants keep their ids: they lose their values, and get all of them anew."""
		there = {option["title"]: option for option in self.found["options"]}
		wanted = {option["title"]: option for option in self.product["options"]}
		gone = [option for title, option in there.items() if title not in wanted]
		new = [option for title, option in wanted.items() if title not in there]
		if not (gone or new):
			return
		for option in gone:
			users = [row for row in self.others if option["title"] in self.values[row["id"]]]
			if users:
				raise NotSendable(IN_THE_WAY, ", ".join(row["title"] for row in users), option["title"])
		if gone:
			self._clear([row for row in self.matched.values() if self.values[row["id"]]])
		body = {
			"remove": [option["id"] for option in gone],
			"add": [
				{
					"title": option["title"],
					"values": option["values"],
					"ranks": ranks(option["values"]),
					"is_exclusive": True,
				}
				for option in new
			],
		}
		self._post(f"{self.path}/options/batch", {key: value for key, value in body.items() if value})
		self._read_options()
		self.is_shaped = True

	def _read_options(self) -> None:
		asked = {
			"fields": "id,options.id,options.title,options.values.id,options.values.value,options.values.rank"
		}
		self.found["options"] = self.shop.client.get(self.path, asked)["product"]["options"]

	def _clear(self, rows: list[dict]) -> None:
		if rows:
			self._batch({"update": [{"id": row["id"], "options": {}} for row in rows]})
			for row in rows:
				self.values[row["id"]] = {}

	def _add_values(self) -> None:
		"""Add the values that a product's options lack."""
		there = {option["title"]: option for option in self.found["options"]}
		update = []
		for option in self.product["options"]:
			known = {each["value"] for each in there[option["title"]]["values"]}
			if add := [{"value": value} for value in option["values"] if value not in known]:
				update.append({"product_option_id": there[option["title"]]["id"], "add": add})
		if update:
			self._post(f"{self.path}/options/batch", {"update": update})
			self._read_options()

	def _tidy(self) -> None:
		"""Remove values that no variant has, and put the others in their order."""
		used: dict[str, set[str]] = {}
		for row in (*self.others, *(() if self.variants else self.rows)):
			for title, value in self.values[row["id"]].items():
				used.setdefault(title, set()).add(value)
		wanted = {option["title"]: option["values"] for option in self.product["options"]}
		update = []
		for option in self.found["options"]:
			if option["title"] not in wanted:
				continue
			values = wanted[option["title"]]
			others = used.get(option["title"], set())
			spare = [each for each in option["values"] if each["value"] not in (*values, *others)]
			if spare:
				update.append({"product_option_id": option["id"], "remove": [each["id"] for each in spare]})
			staying = [each for each in option["values"] if each not in spare]
			order = ranks([*values, *sorted(others - set(values))])
			if len(order) > 1 and any(
				each["rank"] != order[each["value"]] for each in staying if each["value"] in order
			):
				there = {each["value"] for each in option["values"]}
				known = {value: rank for value, rank in order.items() if value in there}
				self._post(f"/admin/product-options/{option['id']}", {"ranks": known})
		if update:
			self._post(f"{self.path}/options/batch", {"update": update})

	# --- variants that stay or come

	def _write_variants(self) -> None:
		"""Write the variants that differ, and make those that are missing, all in one call."""
		changes = {
			each["item_code"]: self._changes(each)
			for each in self.variants
			if each["item_code"] in self.matched
		}
		moved = {
			code
			for code, change in changes.items()
			if "options" in change and self.values[self.matched[code]["id"]]
		}
		given_up = [self.values[self.matched[code]["id"]] for code in moved]
		coming = [
			each
			for each in self.variants
			if each["item_code"] in moved or each["item_code"] not in self.matched
		]
		if any(each["options"] in given_up for each in coming):
			# As of two that change places: Medusa refuses a combination that another variant still has.
			self._clear([self.matched[code] for code in moved])
		update = [{"id": self.matched[code]["id"], **change} for code, change in changes.items() if change]
		new = [each for each in self.variants if each["item_code"] not in self.matched]
		if not (update or new):
			return
		self._check_combinations(new)
		made = self._send(update, new)
		for variant in new:
			self.matched[variant["item_code"]] = {"id": made[variant["sku"]]}

	def _changes(self, variant: dict) -> dict:
		row = self.matched[variant["item_code"]]
		wanted = variant_fields(variant)
		left = {*variant["left_to_shop"], *(["manage_inventory"] if counts_parts(row) else ())}
		changed = {
			key: value for key, value in wanted.items() if key not in left and not same(value, row.get(key))
		}
		changed |= cleared(variant, row)
		if "metadata" in changed:
			changed["metadata"] = {
				key: value
				for key, value in wanted["metadata"].items()
				if not same(value, (row["metadata"] or {}).get(key))
			}
		keeps_values = self.was_template and self.others
		if not keeps_values and (self.is_shaped or self.values[row["id"]] != variant["options"]):
			changed["options"] = variant["options"]
		return changed

	def _check_combinations(self, new: list[dict]) -> None:
		for variant in new:
			for row in self.others:
				if self.values[row["id"]] == variant["options"] and not is_ours(row):
					raise NotSendable(SAME_VALUES, row["title"], variant["item_code"], variant["sku"])

	def _send(self, update: list[dict], new: list[dict]) -> dict[str, str]:
		"""Update and make variants. Returns `{SKU: id}` of the new ones."""
		spare: dict[str, str] = {}
		freed: set[str] = set()
		while True:
			body: dict = {"update": update, "create": [new_variant(each, spare) for each in new]}
			try:
				with sku_taken():
					reply = self._batch({key: rows for key, rows in body.items() if rows}, "id,sku")
				return {row["sku"]: row["id"] for row in reply.get("created") or ()}
			except MedusaSkuTaken as error:
				sku = taken_sku(self.product, error.message)
				if sku in freed:
					raise
				self._free(sku)
				freed.add(sku)
			except MedusaRejected as error:
				if not error.message.startswith(INVENTORY_SKU_TAKEN) or spare:
					raise
				spare = self._assign()
				if not spare:
					raise

	def _free(self, sku: str) -> None:
		row = next(
			(self.matched.get(each["item_code"]) for each in self.variants if each["sku"] == sku), None
		)
		own = Holder(self.found["id"], row["id"], row["sku"]) if row else None
		with self.shop.clash(self.product, {self.product["external_id"]: self.found}):
			if not self.shop.free_sku(sku, own, self.wanted_sku):
				raise MedusaSkuTaken(f"Product variant with sku: {sku}, already exists.", status_code=400)

	def _assign(self) -> dict[str, str]:
		"""`{SKU: inventory item}` of inventory items without a variant that have a SKU of ours."""
		wanted = [{**each, "external_id": each["sku"]} for each in self.variants]
		existing = {
			each["sku"]: {"id": self.found["id"], "own_variant": self.matched[each["item_code"]]["id"]}
			for each in self.variants
			if each["item_code"] in self.matched
		}
		return InventoryItems(self.shop.client).assign(wanted, existing) or {}

	# --- calls

	def _batch(self, body: dict, fields: str = "id") -> dict:
		return self.shop.client.post(f"{self.path}/variants/batch", body, {"fields": fields})

	def _post(self, path: str, body: dict) -> dict:
		return self.shop.client.post(path, body, {"fields": "id"})
