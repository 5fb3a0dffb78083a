"""Product cards, as all of the storefront's lists of products have them.

Source: docs/reference.md, "Product cards".
"""

import json
from collections.abc import Iterable, Sequence
from typing import Annotated

import frappe
from frappe.utils import flt
from pydantic import Field
from pypika import Table
from pypika.queries import QueryBuilder
from typing_extensions import NotRequired, TypedDict

from medusa_integration import generation, sold_variants
from medusa_integration.customers.shop_customers import Party
from medusa_integration.products import images, specifications
from medusa_integration.storefront import shown_prices
from medusa_integration.storefront.shown_prices import ShownPrice
from medusa_integration.window.shown_items import is_shown

CACHED = 60  # seconds, of a stranger's reply


class Product(TypedDict):
	"""A product card of a page of the catalogue."""

	id: Annotated[str, Field(description="Medusa's id", examples=["prod_01JDB3X5GH2M4C8P1R6W9E7TYU"])]
	variant_id: Annotated[str | None, Field(examples=["variant_01JDB3X8KZ4N7C1P5R9W2E6TYU"])]
	item_code: Annotated[str, Field(examples=["GLOVE-M"])]
	title: Annotated[str, Field(examples=["Nitrile Gloves, M"])]
	collection_title: Annotated[str | None, Field(description="the Item Group", examples=["Gloves"])]
	thumbnail: Annotated[str | None, Field(examples=["https://erp.example.com/files/glove.jpg"])]
	rating: Annotated[float, Field(description="the mean; 0 without reviews", examples=[4.5])]
	is_wishlisted: bool
	has_variants: bool
	colour: Annotated[str | None, Field(examples=["Blue"])]
	shape: Annotated[str | None, Field(examples=["Round"])]
	shade: Annotated[str | None, Field(examples=["A2"])]
	standard_price: Annotated[
		float, Field(description="0: none, or on request. Of variants: the lowest", examples=[12.5])
	]
	negotiated_price: Annotated[float, Field(examples=[11.0])]
	price_from: NotRequired[
		Annotated[bool, Field(description="true: the variants have several prices", examples=[True])]
	]
	uom: NotRequired[
		Annotated[
			str, Field(description="of the prices, where the shop sells in sales units", examples=["Box"])
		]
	]


class Card(Product):
	"""A product card."""

	item_name: Annotated[str, Field(description="as `title`", examples=["Nitrile Gloves, M"])]


def cards(names: Sequence[str], customer: Party | None = None, state: str = "") -> list[Card]:
	"""The cards of Website Items, in a constant number of queries.

	:param names: of Website Items, in the order of the cards; those that aren't shown are left out
	:param customer: the Customer or Lead whose prices and wishlist count; None: a stranger, who has neither
	:param state: the listings' generation, if other calls are likely to ask for the same cards
	"""
	rows = _rows(names, customer)
	found = {row.name: row for row in rows}
	thumbnails = images.thumbnails(found.values())
	specs, threshold = _for_everybody(sorted(found), state)
	codes = [row.item_code for row in rows]
	templates = [row.item_code for row in rows if row.has_options]
	prices = shown_prices.of_items(codes, customer, threshold, templates)
	return [
		_card(found[name], thumbnails[name], specs[name], prices[found[name].item_code])
		for name in dict.fromkeys(names)
		if name in found
	]


def _for_everybody(names: list[str], state: str) -> tuple[dict[str, dict[str, list[str]]], float]:
	"""The specifications of Website Items, and the price visibility threshold."""

	def read():
		return specifications.of_items(names), shown_prices.visibility_threshold()

	if not state:
		return read()
	return generation.cached(f"cards:{json.dumps(names)}", state, read)


def _rows(names: Iterable[str], customer: Party | None) -> list[frappe._dict]:
	"""The Website Items, with `has_variants`, `wishlisted`, and `has_options` of those of a template."""
	page, variant = frappe.qb.DocType("Website Item"), frappe.qb.DocType("Website Item").as_("variant")
	item = frappe.qb.DocType("Item")
	query = (
		frappe.qb.from_(page)
		.left_join(item)
		.on((item.name == page.item_code) & sold_variants.has_options(item))
		.select(
			page.name, page.medusa_id, page.medusa_variant_id, page.item_code, page.web_item_name, page.item_group,
			page.website_image, page.slideshow, page.custom_overall_rating, item.name.as_("has_options"),
			frappe.qb.from_(variant)
			.select(variant.custom_parent_website_item)
			.where((variant.custom_parent_website_item == page.name) & is_shown(variant))
			.where(variant.name != variant.custom_parent_website_item)
			.limit(1)
			.as_("has_variants"),
		)
		.where(page.name.isin(list(set(names)) or [""]) & is_shown(page))
	)  # fmt: skip
	if customer:
		query = query.select(_wish(customer, page).as_("wishlisted"))
	return query.run(as_dict=True)


def _wish(customer: Party, page: Table) -> QueryBuilder:
	"""The query of whether a customer wishes for a Website Item of the query around it."""
	party, wish = frappe.qb.DocType(customer.doctype), frappe.qb.DocType("Medusa Wishlist")
	return (
		frappe.qb.from_(wish)
		.join(party)
		.on(party.medusa_id == wish.medusa_customer_id)
		.select(wish.parent)
		.where(
			(party.name == customer.name) & (wish.parenttype == "Website Item") & (wish.parent == page.name)
		)
		.limit(1)
	)


def _card(row: frappe._dict, thumbnail: str | None, specs: dict[str, list[str]], price: ShownPrice) -> Card:
	return {
		"id": row.medusa_id,
		"variant_id": row.medusa_variant_id,
		"item_code": row.item_code,
		"title": row.web_item_name,
		"item_name": row.web_item_name,
		"collection_title": row.item_group,
		"thumbnail": thumbnail,
		"rating": flt(row.custom_overall_rating),
		"is_wishlisted": bool(row.wishlisted),
		"has_variants": bool(row.has_variants or price.has_variants),
		**{name: ", ".join(specs.get(name, ())) or None for name in specifications.PROPERTIES},
		**price.values(),
	}
