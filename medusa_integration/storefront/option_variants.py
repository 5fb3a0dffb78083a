"""The variants of a product with options, as cards.

Source: docs/reference.md, "Product cards".
"""

from typing import Annotated

import frappe
from pydantic import Field
from typing_extensions import NotRequired

from medusa_integration import sold_variants
from medusa_integration.customers.shop_customers import Party
from medusa_integration.products import images, specifications
from medusa_integration.products.variant_payloads import Attributes
from medusa_integration.stock import quantities
from medusa_integration.storefront import shown_prices
from medusa_integration.storefront.cards import Card, cards


class VariantCard(Card):
	"""A product card, or that of one variant of a product with options: the last two fields are its."""

	options: NotRequired[
		Annotated[
			dict[str, str], Field(description="of one variant", examples=[{"Size": "M", "Colour": "Blue"}])
		]
	]


def of_product(item: frappe._dict, customer: Party | None) -> list[VariantCard]:
	"""The cards of a product's variants, in their order in Medusa; [] of a product without options. `id` is the product's.

	:param item: the Website Item, with `name` and `item_code`
	:param customer: the party whose prices and wishlist count
	"""
	codes = sold_variants.variants_in_shop([item.item_code]).get(item.item_code, [])
	product = cards([item.name], customer) if codes else []
	if not product:
		return []
	rows = frappe.get_all(
		"Item", {"name": ("in", codes)}, ["name", "item_name", "image", "medusa_variant_id"], order_by=None
	)
	prices, options = shown_prices.of_items(codes, customer), _options(item.item_code, codes)
	(counted,) = quantities.of_items([item.name])
	in_stock = {each.item_code: bool(quantities.in_stock(each)) for each in counted.sold}
	by_code = {row.name: row for row in rows}
	return [
		{
			**_variant(product[0], by_code[code], chosen, prices[code]),
			"in_stock": in_stock.get(code, False),
		}
		for code, chosen in options.items()
	]


def _variant(
	product: Card, row: frappe._dict, options: dict[str, str], price: shown_prices.ShownPrice
) -> VariantCard:
	of_product = {key: value for key, value in product.items() if key not in ("price_from", "uom")}
	properties = {
		specifications.LABELS[label.casefold()]: value
		for label, value in options.items()
		if label.casefold() in specifications.LABELS
	}
	return {
		**of_product,
		**properties,
		"variant_id": row.medusa_variant_id,
		"item_code": row.name,
		"title": row.item_name,
		"item_name": row.item_name,
		"thumbnail": images.address(row.image) or product["thumbnail"],
		"has_variants": False,
		"options": options,
		**price.values(),
	}


def _options(template: str, codes: list[str]) -> dict[str, dict[str, str]]:
	"""`{item code: {option: value}}`, in the order of the variants in Medusa."""
	attributes = Attributes([template, *codes])
	options = attributes.options(template, codes)
	places = {option["title"]: option["values"].index for option in options}
	chosen = {code: attributes.values(code, options) for code in codes}
	ranks = {code: [places[name](value) for name, value in of_it.items()] for code, of_it in chosen.items()}
	return {code: chosen[code] for code in sorted(codes, key=lambda code: (ranks[code], code))}
