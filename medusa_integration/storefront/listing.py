"""The products of a page of the catalogue, and the filters' values of the same filtered products.

Results are kept, see kept_counts.py: a page costs the same for any size of the catalogue.

Source: docs/reference.md, "Pages of the catalogue".
"""

from dataclasses import replace
from typing import Any, NamedTuple

import frappe
from frappe.query_builder import Order
from frappe.utils import create_batch, today

from medusa_integration import generation
from medusa_integration.customers.shop_customers import Party
from medusa_integration.storefront import facets as facets_of
from medusa_integration.storefront import kept_counts, listed_prices, searching, shown_prices
from medusa_integration.storefront.facets import Facets
from medusa_integration.storefront.filtered import Asked, condition
from medusa_integration.window import shown_items

PAGE = 20  # cards
BY_PRICE, RELEVANCE = ("price_asc", "price_desc"), "relevance"  # orders
CODES = 1_000  # Items whose prices are read at once


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
	:param channel: the sales channel whose products alone count; "": the whole shop's
	:param day: of a channel: a price in a rule's list ends with the day
	"""

	what: str
	asked: Asked
	order: str = ""
	page: int = 0
	customer: str = ""
	channel: str = ""
	day: str = ""

	def state(self, state: State) -> str:
		"""The generation that the value belongs to."""
		depends_on_cards = self.asked.words or self.order in BY_PRICE
		return state.catalogue if depends_on_cards else state.listings


def facets(asked: Asked, state: State) -> Facets:
	"""The facets of the filtered products; two queries at most."""
	return _kept(Wanted("facets", asked), state)


def page_of(asked: Asked, state: State, order: str, number: int, customer: Party | None = None) -> list[str]:
	"""The Website Items of a page; one query at most for an order in the database.

	:param order: "asc" or "desc" by title; "price_asc" or "price_desc" by the shown price, on request last,
		of a large listing by the shop's price list alone; "relevance" of a search; anything else: by ranking
	:param number: from 1 on
	:param customer: whose prices count
	"""
	is_by_price = order in BY_PRICE and not _is_large(facets(asked, state).count)
	if is_by_price or (order == RELEVANCE and asked.words):
		buyer = customer.name if is_by_price and customer and customer.doctype == "Customer" else ""
		names = _kept(Wanted("order", asked, order, customer=buyer), state)
		return names[(number - 1) * PAGE : number * PAGE]
	known = order if order in ("asc", "desc", *BY_PRICE) else ""
	return _kept(Wanted("page", asked, known, number), state)


def vocabulary(state: State) -> frozenset[str]:
	"""The words of all titles, brands and groups."""
	return _kept(Wanted("words", Asked()), state)


def is_found(asked: Asked) -> bool:
	"""Whether any product passes the filters."""
	page = frappe.qb.DocType("Website Item")
	return bool(frappe.qb.from_(page).select(page.name).where(condition(page, asked)).limit(1).run())


def count_listing(wanted: Wanted) -> None:
	"""In a job: make a value anew that visitors are shown as it was kept."""
	state = State.now()
	frappe.db.rollback()  # What is read from here on is as new as the generation, or newer.
	make = _MAKERS[wanted.what]
	with shown_items.shown_in(wanted.channel):
		kept_counts.renewed(wanted, wanted.state(state), lambda: make(wanted, state), _life(wanted))


def _kept(wanted: Wanted, state: State) -> Any:
	channel = shown_items.channel()
	wanted = wanted._replace(channel=channel, day=today() if channel else "")
	make = _MAKERS[wanted.what]
	return kept_counts.value(wanted, wanted.state(state), lambda: make(wanted, state), _life(wanted))


def _life(wanted: Wanted) -> int:
	"""The seconds for which a value is kept: visitors can invent searches."""
	return generation.KEPT if wanted.asked.words else kept_counts.HOUR


def _is_large(count: int) -> bool:
	return count > kept_counts.LARGE


def _facets_of(wanted: Wanted, state: State) -> tuple[Facets, bool]:
	asked = wanted.asked
	if asked.words:  # Descriptions are searched once, for the names.
		names = _kept(Wanted("order", asked, RELEVANCE), state)
		asked = replace(asked, words=(), names=tuple(names)) if not _is_large(len(names)) else asked
	found = facets_of.of(asked)
	return found, _is_large(found.count)


def _page(wanted: Wanted, state: State) -> tuple[list[str], bool]:
	count = facets(wanted.asked, state).count
	return _names(wanted.asked, wanted.order, wanted.page), _is_large(count)


def _order(wanted: Wanted, state: State) -> tuple[list[str], bool]:
	rows = _rows(wanted.asked)
	if wanted.order == RELEVANCE:
		names = searching.by_relevance(rows, wanted.asked.words)
	else:
		customer = Party("Customer", wanted.customer) if wanted.customer else None
		names = _by_price(rows, customer, is_falling=wanted.order == BY_PRICE[1])
	return names, _is_large(len(names))


def _words(wanted: Wanted, state: State) -> tuple[frozenset[str], bool]:
	page = frappe.qb.DocType("Website Item")
	query = frappe.qb.from_(page).select(*(page[field] for field in searching.TITLES))
	rows = query.where(condition(page, wanted.asked)).run()
	return searching.words_of(rows), _is_large(len(rows))


_MAKERS = {"facets": _facets_of, "page": _page, "order": _order, "words": _words}


def _rows(asked: Asked) -> list[frappe._dict]:
	"""The filtered products, by title."""
	page = frappe.qb.DocType("Website Item")
	return (
		frappe.qb.from_(page)
		.select(page.name, page.web_item_name, page.item_code, page.brand, page.item_group, page.ranking)
		.where(condition(page, asked))
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


def _names(asked: Asked, order: str, number: int) -> list[str]:
	page = frappe.qb.DocType("Website Item")
	query = frappe.qb.from_(page).select(page.name).where(condition(page, asked))
	if order in BY_PRICE:
		query = listed_prices.ordered(query, page, is_falling=order == BY_PRICE[1])
	elif order not in ("asc", "desc"):
		query = query.orderby(page.ranking, order=Order.desc)
	titles = Order.desc if order == "desc" else Order.asc
	query = query.orderby(page.web_item_name, order=titles).orderby(page.name)
	return query.limit(PAGE).offset((number - 1) * PAGE).run(pluck=True)
