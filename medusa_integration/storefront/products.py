"""One product: its variants, its picture, its stock, and its values of the filters.

Source: docs/reference.md, "Products and what belongs to them".
"""

from typing import Annotated, Literal

import frappe
from frappe import _
from pydantic import Field
from typing_extensions import NotRequired, TypedDict

from medusa_integration import sold_variants
from medusa_integration.customers import shop_customers
from medusa_integration.customers.shop_customers import Party
from medusa_integration.plain_text import plain_text
from medusa_integration.products import images, specifications
from medusa_integration.stock import quantities
from medusa_integration.storefront import option_variants, shown_prices
from medusa_integration.storefront.access import public
from medusa_integration.storefront.arguments import MOST_LINES, ProductId, VisitingCustomer
from medusa_integration.storefront.cards import CACHED, Card, cards
from medusa_integration.storefront.errors import not_found
from medusa_integration.storefront.option_variants import VariantCard
from medusa_integration.window.shown_items import is_shown

DOCTYPE = "Website Item"
MOST_VARIANTS = 200


Unit = Annotated[
	str, Field(description="of price and quantity, where the shop sells in sales units", examples=["Box"])
]


class Variants(TypedDict):
	status: Literal["success"]
	related_items: list[VariantCard]
	parent: NotRequired[Card]


class Picture(TypedDict):
	status: Literal["success"]
	image: Annotated[str | None, Field(examples=["https://erp.example.com/files/glove.jpg"])]
	brand_image: Annotated[str | None, Field(examples=["https://erp.example.com/files/acme.png"])]
	qty: Annotated[int, Field(description="in whole units, of what is in stock", ge=0, examples=[120])]
	price: Annotated[float, Field(description="the caller's; 0: none, or on request", examples=[12.5])]
	description: Annotated[str, Field(description="plain text", examples=["Powder-free gloves."])]
	uom: NotRequired[Unit]


class PriceOfProduct(TypedDict):
	standard_price: Annotated[float, Field(description="0: none, or on request", examples=[12.5])]
	negotiated_price: Annotated[float, Field(description="0: none, or on request", examples=[11.0])]
	price_from: NotRequired[
		Annotated[bool, Field(description="true: the lowest one of several variants", examples=[True])]
	]
	uom: NotRequired[Unit]


class HasVariants(TypedDict):
	status: Literal["success"]
	has_variants: bool


class Specs(TypedDict):
	distinct_colours: Annotated[list[str], Field(examples=[["Blue", "White"]])]
	distinct_shapes: Annotated[list[str], Field(examples=[["Round"]])]
	distinct_shades: Annotated[list[str], Field(examples=[["A2"]])]
	has_variants_map: Annotated[
		dict[str, bool],
		Field(description="by product", examples=[{"prod_01JDB3X5GH2M4C8P1R6W9E7TYU": True}]),
	]


@public("GET", "POST", cached=CACHED, shows_products=True)
def get_website_variants(medusa_id: ProductId, customer_id: VisitingCustomer = None) -> Variants:
	"""A product's variants: those of its options, each with the product's `id` and its own `variant_id` and `options`, then
	the products whose parent it is.

	:param customer_id: the customer whose prices and wishlist count; of trusted callers alone
	:returns: their cards; those of products by title. `parent`: the card of the product whose variant this one is
	:raises NotFound: an unknown product
	"""
	parent, customer = shown_item(medusa_id), buyer(customer_id)
	with_options = option_variants.of_product(parent, customer)
	related = [*with_options, *cards(variants_of(parent.name), customer)]
	above = parent.custom_parent_website_item
	parents = cards([above], customer) if above and above != parent.name else []
	return {"status": "success", "related_items": related, **({"parent": parents[0]} if parents else {})}


@public("GET", "POST", cached=CACHED, shows_products=True)
def get_shown_prices(
	medusa_ids: Annotated[
		list[ProductId], Field(max_length=MOST_LINES, description="Medusa's ids of products")
	],
	customer_id: VisitingCustomer = None,
) -> dict[str, PriceOfProduct]:
	"""The prices of some products as their cards show them: for lists that come from Medusa, as its search.

	:param customer_id: the customer whose prices count; of trusted callers alone
	:returns: the prices by product; without the products that ERPNext doesn't show
	"""
	page, customer = frappe.qb.DocType(DOCTYPE), buyer(customer_id)
	query = frappe.qb.from_(page).select(page.medusa_id, page.item_code)
	rows = query.where(page.medusa_id.isin([*medusa_ids, ""]) & is_shown(page)).run()
	codes = {id: code for id, code in rows if id in set(medusa_ids)}
	prices = shown_prices.of_items(codes.values(), customer)
	return {id: prices[code].values() for id, code in codes.items()}


@public("GET", "POST", shows_products=True)
def get_website_image(medusa_id: ProductId, customer_id: VisitingCustomer = None) -> Picture:
	"""A product's picture, its brand's picture, its stock and its price.

	:param customer_id: the customer whose price counts; of trusted callers alone
	:returns: `price` is the negotiated price of the customer, or else the standard price; of a product with options the
		lowest of its variants, and `qty` is the sum of theirs
	:raises NotFound: an unknown product
	"""
	item = shown_item(medusa_id)
	price = shown_prices.of_items([item.item_code], buyer(customer_id))[item.item_code]
	brand_image = frappe.db.get_value("Brand", item.brand, "image") if item.brand else None
	(stock,) = quantities.of_items([item.name])
	return {
		"status": "success",
		"image": images.thumbnails([item])[item.name],
		"brand_image": images.address(brand_image),
		"qty": sum(max(0, sum(quantities.whole_units(each).values())) for each in stock.sold),
		"price": price.negotiated,
		"description": plain_text(item.web_long_description),
		**({"uom": price.uom} if price.uom else {}),
	}


@public("GET", "POST", cached=CACHED, shows_products=True)
def get_product_has_variants(medusa_id: ProductId) -> HasVariants:
	"""Whether a product has options with variants, or is the parent of other products.

	:returns: `has_variants`
	:raises NotFound: an unknown product
	"""
	item = shown_item(medusa_id)
	return {"status": "success", "has_variants": bool(_with_variants({item.name: item.item_code}))}


@public("GET", "POST", cached=CACHED, shows_products=True)
def get_distinct_specs(
	medusa_ids: Annotated[
		list[ProductId], Field(max_length=MOST_LINES, description="Medusa's ids of products")
	],
) -> Specs:
	"""The filters' values of some products, and which of these have variants. Unknown products have neither.

	:returns: the values of all the products together; `has_variants_map` has each product that was asked for
	"""
	page = frappe.qb.DocType(DOCTYPE)
	query = frappe.qb.from_(page).select(page.medusa_id, page.name, page.item_code)
	rows = query.where(page.medusa_id.isin([*medusa_ids, ""]) & is_shown(page)).run()
	names = {id: name for id, name, _code in rows if id in set(medusa_ids)}
	specs = specifications.of_items(names.values())
	parents = _with_variants({name: code for _id, name, code in rows})
	distinct = {property: _distinct(specs.values(), property) for property in specifications.PROPERTIES}
	return {
		"distinct_colours": distinct["colour"],
		"distinct_shapes": distinct["shape"],
		"distinct_shades": distinct["shade"],
		"has_variants_map": {id: names.get(id) in parents for id in dict.fromkeys(medusa_ids)},
	}


def shown_item(medusa_id: str) -> frappe._dict:
	"""The Website Item of a product that the storefront shows. The id has to be exactly the same: MariaDB
	ignores case.

	:raises NotFound: there is no such product
	"""
	page = frappe.qb.DocType(DOCTYPE)
	rows = (
		frappe.qb.from_(page)
		.select(
			page.name, page.medusa_id, page.item_code, page.item_group, page.brand, page.website_image,
			page.slideshow, page.web_long_description, page.custom_parent_website_item,
		)
		.where((page.medusa_id == medusa_id) & is_shown(page))
	).run(as_dict=True)  # fmt: skip
	if not rows or rows[0].medusa_id != medusa_id:
		not_found(_("Product not found: {0}").format(medusa_id))
	return rows[0]


def variants_of(name: str) -> list[str]:
	"""The names of a Website Item's variants, by title."""
	page = frappe.qb.DocType(DOCTYPE)
	return (
		frappe.qb.from_(page)
		.select(page.name)
		.where((page.custom_parent_website_item == name) & (page.name != name) & is_shown(page))
		.orderby(page.web_item_name)
		.orderby(page.name)
		.limit(MOST_VARIANTS)
	).run(pluck=True)


def buyer(customer_id: str | None) -> Party | None:
	"""The Customer or Lead with an id from Medusa; None without one: a page then has the standard prices. A customer
	who has just signed up may not be in ERPNext yet.
	"""
	return shop_customers.find(customer_id) if customer_id else None


def _with_variants(items: dict[str, str]) -> set[str]:
	"""The Website Items among these that have options with variants, or that are the parents of others.

	:param items: `{Website Item: its item code}`
	"""
	page, options = frappe.qb.DocType(DOCTYPE), sold_variants.variants_in_shop(items.values())
	parents = (
		frappe.qb.from_(page)
		.select(page.custom_parent_website_item)
		.distinct()
		.where(page.custom_parent_website_item.isin([*items, ""]) & is_shown(page))
		.where(page.name != page.custom_parent_website_item)
		.run(pluck=True)
	)
	return {*parents, *(name for name, code in items.items() if options.get(code))}


def _distinct(specs, property: str) -> list[str]:
	found = {value.casefold(): value for each in specs for value in each.get(property, ())}
	return sorted(found.values(), key=str.casefold)
