"""The products of a page of the catalogue, and the filters' values of the same filtered products.

Results are kept, see kept_counts.py: a page costs the same for any size of the catalogue.

Source: docs/reference.md, "Pages of the catalogue".
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import frappe
from frappe.query_builder import Order
from frappe.query_builder.functions import Count
from frappe.utils import create_batch
from pypika import Table
from pypika.queries import QueryBuilder
from pypika.terms import Criterion

from medusa_integration import generation
from medusa_integration.customers.shop_customers import Party
from medusa_integration.products import specifications
from medusa_integration.products.selection import GROUP
from medusa_integration.storefront import kept_counts, searching, shown_prices
from medusa_integration.window import groups, landing_page
from medusa_integration.window.groups import Group
from medusa_integration.window.shown_items import is_shown

PAGE = 20  # cards
BY_PRICE, RELEVANCE = ("price_asc", "price_desc"), "relevance"  # orders
CODES = 1_000  # Items whose prices are read at once


@dataclass(frozen=True)
class Asked:
	"""A page's filters. Values of one filter are alternatives; one without values lets all products pass."""

	group: Group | None = None  # with all below it
	on_clearance: bool = False
	words: tuple[str, ...] = ()  # a product has all of them
	item_groups: tuple[str, ...] = ()
	brands: tuple[str, ...] = ()
	in_stock: tuple[int, ...] = ()
	colour: tuple[str, ...] = ()
	shape: tuple[str, ...] = ()
	shade: tuple[str, ...] = ()


class Facets(NamedTuple):
	"""The number of the filtered products, and the values that the filters offer for them."""

	count: int
	parents: list[tuple[str, str]]  # (name, handle) of the Item Groups above those of the products
	item_groups: dict[str, int]  # with the number of products
	brands: dict[str, int]
	values: dict[str, list[str]]  # by property


class State(NamedTuple):
	"""The generations that a page belongs to. Ask before the transaction reads anything.

	:param listings: moved by what chooses and sorts products
	:param catalogue: moved by their prices and texts, too
	"""

	listings: str
	catalogue: str

	@classmethod
	def now(cls) -> "State":
		return cls(generation.of_listings(), generation.current())


class Wanted(NamedTuple):
	"""A value of a listing that is kept.

	:param what: one of `_MAKERS`
	:param order: of the products, see `page_of`
	:param page: from 1 on
	:param customer: the Customer whose prices an order by price is by; "": everyone's
	"""

	what: str
	asked: Asked
	order: str = ""
	page: int = 0
	customer: str = ""

	def state(self, state: State) -> str:
		"""The generation that the value belongs to."""
		depends_on_cards = self.asked.words or self.order in BY_PRICE
		return state.catalogue if depends_on_cards else state.listings


def facets(asked: Asked, state: State) -> Facets:
	"""The facets of the filtered products; two queries at most."""
	return _kept(Wanted("facets", asked), state)


def page_of(asked: Asked, state: State, order: str, number: int, customer: Party | None = None) -> list[str]:
	"""The Website Items of a page; one query at most for an order in the database.

	:param order: "asc" or "desc" by title; "price_asc" or "price_desc" by the shown price, on request last;
		"relevance" of a search; anything else: by ranking
	:param number: from 1 on
	:param customer: whose prices count
	"""
	if order in BY_PRICE or (order == RELEVANCE and asked.words):
		buyer = customer.name if order in BY_PRICE and customer and customer.doctype == "Customer" else ""
		names = _kept(Wanted("order", asked, order, customer=buyer), state)
		return names[(number - 1) * PAGE : number * PAGE]
	return _kept(Wanted("page", asked, order if order in ("asc", "desc") else "", number), state)


def vocabulary(state: State) -> frozenset[str]:
	"""The words of all titles, brands and groups."""
	return _kept(Wanted("words", Asked()), state)


def is_found(asked: Asked) -> bool:
	"""Whether any product passes the filters."""
	page = frappe.qb.DocType("Website Item")
	return bool(frappe.qb.from_(page).select(page.name).where(_condition(page, asked)).limit(1).run())


def count_listing(wanted: Wanted) -> None:
	"""In a job: make a value anew that visitors are shown as it was kept."""
	state = wanted.state(State.now())
	frappe.db.rollback()  # What is read from here on is as new as the generation, or newer.
	kept_counts.renewed(wanted, state, lambda: _MAKERS[wanted.what](wanted))


def _kept(wanted: Wanted, state: State) -> Any:
	return kept_counts.value(wanted, wanted.state(state), lambda: _MAKERS[wanted.what](wanted))


def _is_large(count: int) -> bool:
	return count > kept_counts.LARGE


def _facets_of(wanted: Wanted) -> tuple[Facets, bool]:
	found = _facets(wanted.asked)
	return found, _is_large(found.count)


def _page(wanted: Wanted) -> tuple[list[str], bool]:
	count = facets(wanted.asked, State.now()).count
	return _names(wanted.asked, wanted.order, wanted.page), _is_large(count)


def _order(wanted: Wanted) -> tuple[list[str], bool]:
	rows = _rows(wanted.asked)
	if wanted.order == RELEVANCE:
		names = searching.by_relevance(rows, wanted.asked.words)
	else:
		customer = Party("Customer", wanted.customer) if wanted.customer else None
		names = _by_price(rows, customer, is_falling=wanted.order == BY_PRICE[1])
	return names, _is_large(len(names))


def _words(wanted: Wanted) -> tuple[frozenset[str], bool]:
	rows = _rows(wanted.asked)
	return searching.words_of(rows), _is_large(len(rows))


_MAKERS = {"facets": _facets_of, "page": _page, "order": _order, "words": _words}


def _rows(asked: Asked) -> list[frappe._dict]:
	"""The filtered products, by title."""
	page = frappe.qb.DocType("Website Item")
	return (
		frappe.qb.from_(page)
		.select(page.name, page.web_item_name, page.item_code, page.brand, page.item_group, page.ranking)
		.where(_condition(page, asked))
		.orderby(page.web_item_name)
		.orderby(page.name)
	).run(as_dict=True)


def _by_price(rows: list[frappe._dict], customer: Party | None, *, is_falling: bool) -> list[str]:
	"""The names by the price that the cards show; those on request last."""
	prices = {}
	codes = [row.item_code for row in rows]
	for part in create_batch(codes, CODES):
		prices |= shown_prices.of_items(part, customer)
	asked = {row.name: prices[row.item_code].negotiated for row in rows}
	sign = -1 if is_falling else 1
	return sorted(asked, key=lambda name: (not asked[name], sign * asked[name]))


def _facets(asked: Asked) -> Facets:
	rows = _counts(asked)
	item_groups: dict[str, int] = {}
	brands: dict[str, int] = {}
	parents = {}
	for row in rows:
		if row.item_group:
			item_groups[row.item_group] = item_groups.get(row.item_group, 0) + row.products
		if row.brand:
			brands[row.brand] = brands.get(row.brand, 0) + row.products
		if row.parent_name:
			parents[row.parent_name] = groups.handle(row.parent_name, row.parent_route)
	return Facets(
		sum(row.products for row in rows),
		_sorted(parents.items()),
		_by_name(item_groups),
		_by_name(brands),
		_values(asked),
	)


def _counts(asked: Asked) -> list[frappe._dict]:
	"""The number of products by Item Group and brand, with the group above."""
	page = frappe.qb.DocType("Website Item")
	counted = (
		frappe.qb.from_(page)
		.select(page.item_group, page.brand, Count("*").as_("products"))
		.where(_condition(page, asked))
		.groupby(page.item_group, page.brand)
		.as_("counted")
	)
	group, parent = frappe.qb.DocType(GROUP), frappe.qb.DocType(GROUP).as_("parent")
	return (
		frappe.qb.from_(counted)
		.left_join(group)
		.on(group.name == counted.item_group)
		.left_join(parent)
		.on(parent.name == group.parent_item_group)
		.select(
			counted.item_group, counted.brand, counted.products,
			parent.name.as_("parent_name"), parent.custom_medusa_route.as_("parent_route"),
		)
	).run(as_dict=True)  # fmt: skip


def _values(asked: Asked) -> dict[str, list[str]]:
	page, spec = frappe.qb.DocType("Website Item"), frappe.qb.DocType(specifications.DOCTYPE)
	rows = (
		frappe.qb.from_(spec)
		.join(page)
		.on(page.name == spec.website_item)
		.select(spec.property, spec.value)
		.distinct()
		.where(_condition(page, asked))
	).run()
	found = {name: {} for name in specifications.PROPERTIES}
	for property, value in sorted(rows):
		found[property].setdefault(value.casefold(), value)
	return {name: sorted(values.values(), key=str.casefold) for name, values in found.items()}


def _names(asked: Asked, order: str, number: int) -> list[str]:
	page = frappe.qb.DocType("Website Item")
	query = frappe.qb.from_(page).select(page.name).where(_condition(page, asked))
	if order not in ("asc", "desc"):
		query = query.orderby(page.ranking, order=Order.desc)
	titles = Order.desc if order == "desc" else Order.asc
	query = query.orderby(page.web_item_name, order=titles).orderby(page.name)
	return query.limit(PAGE).offset((number - 1) * PAGE).run(pluck=True)


def _condition(page: Table, asked: Asked) -> Criterion:
	condition = is_shown(page)
	if asked.group:
		condition &= page.item_group.isin(groups.branch(asked.group))
	if asked.on_clearance:
		condition &= page.name.isin(_clearance())
	for word in asked.words:
		condition &= searching.has_word(page, word)
	for field, values in (
		(page.item_group, asked.item_groups),
		(page.brand, asked.brands),
		(page.custom_in_stock, asked.in_stock),
	):
		if values:
			condition &= field.isin(values)
	for property in specifications.PROPERTIES:
		values = getattr(asked, property)
		if values:
			spec = frappe.qb.DocType(specifications.DOCTYPE)
			having = (spec.property == property) & spec.value.isin(values)
			condition &= page.name.isin(frappe.qb.from_(spec).select(spec.website_item).where(having))
	return condition


def _clearance() -> QueryBuilder:
	"""The query of the landing page's clearance items."""
	row = frappe.qb.DocType(landing_page.ITEM)
	of_page = (row.parenttype == landing_page.DOCTYPE) & (row.parent == landing_page.ACTIVE)
	query = frappe.qb.from_(row).select(row.website_item)
	return query.where(of_page & (row.parentfield == "clearance_items"))


def _by_name(counts: dict[str, int]) -> dict[str, int]:
	return dict(_sorted(counts.items()))


def _sorted(pairs) -> list[tuple]:
	return sorted(pairs, key=lambda pair: pair[0].casefold())
