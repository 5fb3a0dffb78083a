"""Medusa v1: the options and variants of a template's product. Its update takes all variants, deletes those that it doesn't name,
and ranks them in their order. Values belong to the variants.

Source: docs/reference.md, "Templates" and "Medusa v1: products".
"""

from contextlib import suppress

from medusa_integration.medusa.client import MedusaClient
from medusa_integration.medusa.errors import MedusaNotFound, NotSendable
from medusa_integration.medusa.option_changes import (
	IN_THE_WAY,
	SAME_VALUES,
	as_options,
	cleared,
	is_ours,
	leaving,
	match,
	spare_variant,
)
from medusa_integration.medusa.v1.shop import raised

VARIANT_KEYS = ("title", "sku", "manage_inventory", "allow_backorder", "origin_country", "metadata")
EXPAND = {"expand": "options,variants,variants.options"}
NO_VALUE = "–"  # of an option that is about to be deleted: v1 deletes one that is alike in all variants


def free_former_skus(client: MedusaClient, products: list[dict]) -> None:
	"""Give the variants of products that others replace a temporary SKU."""
	formers = [former for product in products for former in product.get("formers") or ()]

	def act(client: MedusaClient, former: dict) -> None:
		path = f"/admin/products/{former['product_id']}/variants/{former['variant_id']}"
		with suppress(MedusaNotFound):
			client.post(path, {"sku": former["variant_id"]})

	raised(client.each(act, formers))


def new_product(product: dict) -> dict:
	"""The keys of a new product: its values are in the order of its options."""
	return {
		"options": [{"title": option["title"]} for option in product["options"]],
		"variants": [
			_new_variant(variant, [{"value": value} for value in variant["options"].values()])
			for variant in product["variants"]
		],
	}


def _new_variant(variant: dict, options: list[dict]) -> dict:
	fields = {key: value for key, value in _fields(variant).items() if value is not None}
	return {**fields, "inventory_quantity": 0, "prices": [], "options": options}


def _fields(variant: dict) -> dict:
	return {**{key: variant[key] for key in VARIANT_KEYS}, **variant["identifiers"]}


class OptionChanges:
	"""The changes of one product's options and variants.

	:param product: the payload
	:param id: of the product in Medusa
	"""

	def __init__(self, client: MedusaClient, product: dict, id: str) -> None:
		self.client, self.product = client, as_options(product)
		self.path = f"/admin/products/{id}"
		found = client.get(self.path, EXPAND)["product"]
		self.rows: list[dict] = found["variants"]
		self.options = {option["id"]: option["title"] for option in found["options"]}
		self.wanted: list[dict] = self.product["variants"]
		self.matched = match(self.wanted, self.rows, spare_variant(product, self.rows))
		known = self.product.get("known_variants") or ()
		going = {row["id"] for row in leaving(self.rows, self.matched, known)} if self.wanted else set()
		staying = going | {row["id"] for row in self.matched.values()}
		self.others = [row for row in self.rows if row["id"] not in staying]
		self.is_left = bool(
			"variants" not in product and self.others
		)  # The shop's own variants use the options.

	def body(self) -> dict:
		"""The variants for the product's update. Makes and renames the options that they need."""
		if not self.wanted:
			gone = set(self.product.get("deleted_variants") or ())
			return {"variants": [{"id": row["id"]} for row in self.rows if row["id"] not in gone]}
		for variant in self.wanted:
			self._check(variant)
		titles = [option["title"] for option in self.product["options"]]
		if not self.is_left:
			self._rename(titles)
			self._check_others(titles)
			for title in titles:
				if title not in self.options.values():
					self._add(title)
		variants = [self._variant(variant) for variant in self.wanted]
		return {"variants": [*variants, *({"id": row["id"]} for row in self.others)]}

	def _check(self, variant: dict) -> None:
		for row in self.others:
			values = {self.options.get(each["option_id"]): each["value"] for each in row["options"]}
			if values == variant["options"] and not is_ours(row) and variant["item_code"] not in self.matched:
				raise NotSendable(SAME_VALUES, row["title"], variant["item_code"], variant["sku"])

	def _check_others(self, titles: list[str]) -> None:
		"""Refuse to remove an option that variants of the shop's own have."""
		gone = [title for title in self.options.values() if title not in titles]
		if gone and self.others:
			raise NotSendable(IN_THE_WAY, ", ".join(row["title"] for row in self.others), gone[0])

	def _rename(self, titles: list[str]) -> None:
		"""Give an option its new name, where each variant has the value of the new one in it already."""
		for title in titles:
			old = {id: each for id, each in self.options.items() if each not in titles}
			if title in self.options.values():
				continue
			for id in old:
				pairs = [
					(self._values(self.matched[each["item_code"]]).get(id), each["options"][title])
					for each in self.wanted
					if each["item_code"] in self.matched
				]
				if pairs and all(there == new for there, new in pairs):
					self.client.post(f"{self.path}/options/{id}", {"title": title})
					self.options[id] = title
					break

	def _add(self, title: str) -> None:
		reply = self.client.post(f"{self.path}/options", {"title": title})["product"]
		self.options |= {
			option["id"]: option["title"] for option in reply["options"] if option["title"] == title
		}

	def _values(self, row: dict) -> dict[str, str]:
		return {each["option_id"]: each["value"] for each in row["options"]}

	def _variant(self, variant: dict) -> dict:
		row = self.matched.get(variant["item_code"])
		if row and self.is_left:
			return {"id": row["id"], **_fields(variant)}
		options = [
			{"option_id": id, "value": variant["options"].get(title, NO_VALUE)}
			for id, title in self.options.items()
		]
		if not row:
			return _new_variant(variant, options)
		there = self._values(row)
		changed = [each for each in options if there.get(each["option_id"]) != each["value"]]
		left = set(variant["left_to_shop"])
		fields = {key: value for key, value in _fields(variant).items() if key not in left}
		fields |= cleared(variant, row)
		return {"id": row["id"], **fields, **({"options": changed} if changed else {})}

	def finish(self, written: dict) -> dict[str, str]:
		"""Delete the options that the product has no more. Returns `{item code: id}`.

		:param written: the product as the update returned it
		"""
		titles = [option["title"] for option in self.product["options"]]
		for id, title in self.options.items():
			if self.wanted and not self.is_left and title not in titles:
				self.client.delete(f"{self.path}/options/{id}")
		of_sku = {row["sku"]: row["id"] for row in written["variants"]}
		return {each["item_code"]: of_sku[each["sku"]] for each in self.wanted}
