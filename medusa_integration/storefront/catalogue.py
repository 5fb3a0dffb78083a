"""Pages of the catalogue: filtered, sorted products of an Item Group or on clearance, and filter values.

Source: docs/reference.md, "Pages of the catalogue".
"""

from math import ceil
from typing import Annotated, Any

from frappe import _
from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints
from typing_extensions import NotRequired, TypedDict

from medusa_integration import generation
from medusa_integration.checked_arguments import LONGEST_TEXT
from medusa_integration.products import specifications
from medusa_integration.storefront import listing, searching
from medusa_integration.storefront.access import public
from medusa_integration.storefront.arguments import (
	Address,
	PageNumber,
	Several,
	Term,
	VisitingCustomer,
	printable,
)
from medusa_integration.storefront.cards import CACHED, Product, cards
from medusa_integration.storefront.errors import bad_request, not_found
from medusa_integration.storefront.filtered import Asked
from medusa_integration.storefront.listing import State
from medusa_integration.storefront.products import buyer
from medusa_integration.window import groups
from medusa_integration.window.groups import Group

IN_STOCK = {"in stock": 1, "available": 1, "1": 1, "true": 1, "out of stock": 0, "unavailable": 0}
NO_FILTER = {"0", "false", "no", ""}


def _as_text(value: Any) -> Any:
	"""A yes or no as JSON, as its text."""
	return str(int(value)) if isinstance(value, bool | int) else value


def _filters(values: list[str]) -> list[str]:
	"""Without the values that stand for no filter: the documented false is none."""
	return [value for value in values if value.casefold() not in NO_FILTER]


Availability = Annotated[
	Several,
	BeforeValidator(_as_text, json_schema_input_type=bool | Term | list[Term]),
	AfterValidator(_filters),
	Field(description="true: in stock only; false: all. Also In Stock, Out of Stock", examples=[True]),
]
Collections = Annotated[Several, Field(description="names of Item Groups", examples=["Gloves"])]
Brands = Annotated[Several, Field(description="names of Brands", examples=["Acme"])]
Colours = Annotated[Several, Field(description="as the reply's distinct_colours", examples=["Blue"])]
Shapes = Annotated[Several, Field(description="as the reply's distinct_shapes", examples=["Round"])]
Shades = Annotated[Several, Field(description="as the reply's distinct_shades", examples=["A2"])]
Order = Annotated[
	Term,
	Field(
		description="asc or desc: by title; price_asc or price_desc: by the shown price, on request last; relevance: of a "
		"search; anything else: by ranking. Left out: relevance with a search, else asc",
		examples=["asc"],
	),
]
Search = Annotated[
	str,
	StringConstraints(max_length=LONGEST_TEXT),
	AfterValidator(printable),
	Field(description="words, all of which a product has", examples=["nitrile gloves"]),
]


class Heading(TypedDict):
	"""An Item Group, as a storefront links it."""

	title: Annotated[str, Field(examples=["Dental"])]
	handle: Annotated[str, Field(description="the last part of its address", examples=["dental"])]


class Counted(TypedDict):
	"""A value to filter by, with the number of products."""

	name: Annotated[str, Field(examples=["Gloves"])]
	count: Annotated[int, Field(ge=1, examples=[42])]


class CataloguePage(TypedDict):
	"""A page of the catalogue."""

	product_count: Annotated[int, Field(description="of all pages", ge=0)]
	total_pages: Annotated[int, Field(ge=0)]
	current_page: Annotated[int, Field(ge=1)]
	items_in_page: Annotated[int, Field(ge=0, le=listing.PAGE)]
	distinct_parent_item_groups: list[Heading]
	distinct_collection_titles: list[Counted]
	distinct_brands: list[Counted]
	distinct_colours: Annotated[list[str], Field(examples=[["Blue", "White"]])]
	distinct_shapes: Annotated[list[str], Field(examples=[["Round"]])]
	distinct_shades: Annotated[list[str], Field(examples=[["A2"]])]
	paginatedProducts: list[Product]
	searched_for: NotRequired[
		Annotated[
			str, Field(description="the words searched for, where one was corrected", examples=["gloves"])
		]
	]


@public("GET", "POST", cached=CACHED, shows_products=True)
def get_website_items(
	url: Address,
	customer_id: VisitingCustomer = None,
	page: PageNumber = 1,
	collection_title: Collections = (),
	brand: Brands = (),
	availability: Availability = (),
	sort_order: Order | None = None,
	colour: Colours = (),
	shape: Shapes = (),
	shade: Shades = (),
	search: Search | None = None,
) -> CataloguePage:
	"""A page of 20 products of an Item Group and of all groups below it. A product has to match all filters;
	values of one filter are alternatives.

	:param url: the last part names the Item Group, as its route does
	:param customer_id: the customer whose prices and wishlist count; of trusted callers alone
	:param page: from 1 on; a page behind the last one has no products
	:param search: words that a product has in its title, code, brand, group or descriptions, in any order. A
		word that no product has is corrected to the most similar one. Without a letter or digit it is refused
	:returns: the products, and the values that the filters offer for the same filtered products
	:raises NotFound: an unknown Item Group
	"""
	state = State.now()
	words = _words(search, state)
	group = _group(url, state.listings)
	asked = _asked(group, False, words, collection_title, brand, availability, colour, shape, shade)
	found = _page(asked, state, sort_order, page, customer_id)
	if search is not None and words != searching.words(search):
		found["searched_for"] = " ".join(words)
	return found


@public("GET", "POST", cached=CACHED, shows_products=True)
def get_clearance_items(
	url: Address | None = None,
	customer_id: VisitingCustomer = None,
	page: PageNumber = 1,
	collection_title: Collections = (),
	brand: Brands = (),
	availability: Availability = (),
	sort_order: Order | None = None,
	colour: Colours = (),
	shape: Shapes = (),
	shade: Shades = (),
) -> CataloguePage:
	"""A page of 20 of the landing page's clearance items; see get_website_items.

	:param url: the last part names an Item Group; left out: of all groups
	:param customer_id: the customer whose prices and wishlist count; of trusted callers alone
	:param page: from 1 on; a page behind the last one has no products
	:returns: the products, and the values that the filters offer for the same filtered products
	:raises NotFound: an unknown Item Group
	"""
	state = State.now()
	group = _group(url, state.listings) if url else None
	asked = _asked(group, True, (), collection_title, brand, availability, colour, shape, shade)
	return _page(asked, state, sort_order, page, customer_id)


def _group(url: str, state: str) -> Group:
	found = generation.cached(f"group:{url}", state, lambda: groups.by_address(url))
	if not found:
		not_found(_("Item Group not found: {0}").format(url))
	return found


def _words(search: str | None, state: State) -> tuple[str, ...]:
	"""The words to search for, corrected."""
	if search is None:
		return ()
	words = searching.words(search)
	if not words:
		bad_request(_("search: enter a word."))
	return searching.corrected(
		words, listing.vocabulary(state), lambda word: listing.is_found(Asked(words=(word,)))
	)


def _asked(
	group: Group | None,
	on_clearance: bool,
	words: tuple[str, ...],
	collection_title,
	brand,
	availability,
	*specs,
) -> Asked:
	unknown = [each for each in availability if each.casefold().replace("_", " ") not in IN_STOCK]
	if unknown:
		bad_request(_("availability: In Stock or Out of Stock, not {0}.").format(unknown[0]))
	return Asked(
		group,
		on_clearance,
		words,
		item_groups=_distinct(collection_title),
		brands=_distinct(brand),
		in_stock=tuple(sorted({IN_STOCK[each.casefold().replace("_", " ")] for each in availability})),
		**{name: _distinct(values) for name, values in zip(specifications.PROPERTIES, specs, strict=True)},
	)


def _distinct(values) -> tuple[str, ...]:
	return tuple(sorted(set(values)))


def _page(
	asked: Asked, state: State, order: str | None, number: int, customer_id: str | None
) -> CataloguePage:
	customer = buyer(customer_id)
	facets = listing.facets(asked, state)
	pages = ceil(facets.count / listing.PAGE)
	order = ("relevance" if asked.words else "asc") if order is None else order.casefold()
	names = listing.page_of(asked, state, order, number, customer) if number <= pages else []
	products: list[Product] = [
		{field: card[field] for field in Product.__annotations__ if field in card}
		for card in cards(names, customer, state.listings)
	]
	return {
		"product_count": facets.count,
		"total_pages": pages,
		"current_page": number,
		"items_in_page": len(products),
		"distinct_parent_item_groups": [{"title": name, "handle": each} for name, each in facets.parents],
		"distinct_collection_titles": _counted(facets.item_groups),
		"distinct_brands": _counted(facets.brands),
		"distinct_colours": facets.values["colour"],
		"distinct_shapes": facets.values["shape"],
		"distinct_shades": facets.values["shade"],
		"paginatedProducts": products,
	}


def _counted(counts: dict[str, int]) -> list[Counted]:
	return [{"name": name, "count": count} for name, count in counts.items()]
