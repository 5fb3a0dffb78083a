"""Medusa v2: products with options, and their variants, many at once.

Source: docs/reference.md, "Templates" and "Medusa v2: products".
"""

from medusa_integration.medusa import identifiers
from medusa_integration.medusa.errors import MedusaError, MedusaNotFound, MedusaRejected
from medusa_integration.medusa.matching import OWN_TITLE
from medusa_integration.medusa.sku_moves import Holder, WantedSku, temporary_sku
from medusa_integration.medusa.v2.option_writer import OptionWriter, new_variant, ranks, variant_fields
from medusa_integration.medusa.v2.variants import Variants, variant_body

OPTION_FIELDS = (
	"options.id,options.values.id,options.values.rank,variants.metadata,variants.variant_rank,variants.options.value,"
	"variants.options.option_id"
)
RANKED = 10  # products of one call whose options' values get their order at once


def of_inventory(product: dict) -> list[dict]:
	"""The variants of a product, with the keys that InventoryItems reads."""
	if "variants" not in product:
		return [product]
	return [{**variant, "external_id": variant["sku"]} for variant in product["variants"]]


def new_variants(product: dict, spare: dict[str, str], left: set[str]) -> dict:
	if "variants" in product:
		variants = [new_variant(variant, spare) for variant in product["variants"]]
		return {
			"options": [{"title": each["title"], "values": each["values"]} for each in product["options"]],
			"variants": variants,
		}
	item = spare.get(product["sku"])
	inventory = [{"inventory_item_id": item, "required_quantity": 1}] if item else []
	variant = {
		**variant_body(product),
		**identifiers.of_variant(product, left),
		"title": OWN_TITLE,
		"options": {"Default": "Default"},
		"prices": [],
		**({"inventory_items": inventory} if inventory else {}),
	}
	return {"options": [{"title": "Default", "values": ["Default"]}], "variants": [variant]}


def _owned_fields(variant: dict) -> dict:
	left = variant["left_to_shop"]
	return {key: value for key, value in variant_fields(variant).items() if key not in left}


class Options(Variants):
	def free_former_skus(self, products: list[dict]) -> None:
		"""Give the variants of products that others replace a temporary SKU: Medusa refuses a SKU that another variant has."""
		formers = [former for product in products for former in product.get("formers") or ()]

		def act(twin: Options, former: dict) -> None:
			holder = Holder(former["product_id"], former["variant_id"], "")
			try:
				twin.give_sku(holder, temporary_sku(holder))
			except MedusaRejected as error:
				if not isinstance(error, MedusaNotFound) and "non-existing" not in error.message:
					raise

		results = self.each(act, formers, about=lambda former: former["variant_id"])
		if errors := [each for each in results if isinstance(each, MedusaError)]:
			raise errors[0]

	def write_options(
		self, products: list[dict], existing: dict[str, dict], wanted_sku: WantedSku
	) -> dict[str, dict | MedusaError]:
		"""Write the options and variants of existing products where they differ.

		:returns: `{external_id: {"variants": {item code: id}, "reserved": ids of those that an order reserves}}`
		"""

		def act(twin: Options, product: dict) -> dict:
			return OptionWriter(twin, product, existing[product["external_id"]], wanted_sku).write()

		results = self.each(act, products, about=lambda product: product["external_id"])
		return {product["external_id"]: result for product, result in zip(products, results, strict=True)}

	def write_changed_variants(self, products: list[dict]) -> dict[str, dict | MedusaError]:
		"""Write only the variants that have changed, without a look-up. A refused product has no reply: it is looked up then."""

		def act(twin: Options, product: dict) -> dict:
			changed = [
				each for each in product["variants"] if each["item_code"] in product["changed_variants"]
			]
			body = {"update": [{"id": each["id"], **_owned_fields(each)} for each in changed]}
			try:
				twin.client.post(f"/admin/products/{product['id']}/variants/batch", body, {"fields": "id"})
			except MedusaRejected:
				return {}
			ids = {each["item_code"]: each["id"] for each in product["variants"]}
			return {"id": product["id"], "variant_id": "", "variants": ids, "reserved": []}

		results = self.each(act, products, about=lambda product: product["external_id"])
		return {
			product["external_id"]: result
			for product, result in zip(products, results, strict=True)
			if result
		}

	def rank_values(self, products: list[dict], rows: dict[str, dict]) -> bool:
		"""Give the values of new products' options their order, where a few products are made: it takes a call for each option.
		Returns whether it is done."""
		new = [product for product in products if product["options"] and product["external_id"] in rows]
		if len(new) > RANKED:
			return False
		options = [
			(option["id"], ranks(wanted["values"]))
			for product in new
			for option in rows[product["external_id"]].get("options") or ()
			for wanted in product["options"]
			if wanted["title"] == option["title"] and len(wanted["values"]) > 1
		]

		def act(twin: Options, entry: tuple[str, dict]) -> None:
			twin.client.post(f"/admin/product-options/{entry[0]}", {"ranks": entry[1]}, {"fields": "id"})

		return not any(isinstance(each, MedusaError) for each in self.each(act, options))
