"""The storefront's calls about the products of the landing page: up to 20 of a table, in random order.

Source: docs/reference.md, "Landing page".
"""

import random

import frappe

from medusa_integration.storefront.access import public
from medusa_integration.storefront.arguments import VisitingCustomer
from medusa_integration.storefront.cards import Card, cards
from medusa_integration.storefront.products import buyer
from medusa_integration.window import landing_page
from medusa_integration.window.shown_items import is_shown

MOST = 20


@public("GET", "POST", shows_products=True)
def get_top_sellers(customer_id: VisitingCustomer = None) -> list[Card]:
	"""Up to 20 of the landing page's top sellers, in random order.

	:param customer_id: the customer whose prices and wishlist the cards have
	:returns: the cards; none without a landing page
	"""
	return _some_of("top_sellers", customer_id)


@public("GET", "POST", shows_products=True)
def get_recommended_items(customer_id: VisitingCustomer = None) -> list[Card]:
	"""Up to 20 of the landing page's recommended products, in random order.

	:param customer_id: the customer whose prices and wishlist the cards have
	:returns: the cards; none without a landing page
	"""
	return _some_of("recommended_items", customer_id)


@public("GET", "POST", shows_products=True)
def get_trending_items(customer_id: VisitingCustomer = None) -> list[Card]:
	"""Up to 20 of the landing page's trending products, in random order.

	:param customer_id: the customer whose prices and wishlist the cards have
	:returns: the cards; none without a landing page
	"""
	return _some_of("trending_items", customer_id)


@public("GET", "POST", shows_products=True)
def get_new_arrivals(customer_id: VisitingCustomer = None) -> list[Card]:
	"""Up to 20 of the landing page's new arrivals, in random order.

	:param customer_id: the customer whose prices and wishlist the cards have
	:returns: the cards; none without a landing page
	"""
	return _some_of("new_arrivals", customer_id)


@public("GET", "POST", shows_products=True)
def get_dental_items(customer_id: VisitingCustomer = None) -> list[Card]:
	"""Up to 20 of the landing page's dental products, in random order.

	:param customer_id: the customer whose prices and wishlist the cards have
	:returns: the cards; none without a landing page
	"""
	return _some_of("dental_items", customer_id)


@public("GET", "POST", shows_products=True)
def get_medical_items(customer_id: VisitingCustomer = None) -> list[Card]:
	"""Up to 20 of the landing page's medical products, in random order.

	:param customer_id: the customer whose prices and wishlist the cards have
	:returns: the cards; none without a landing page
	"""
	return _some_of("medical_items", customer_id)


@public("GET", "POST", shows_products=True)
def get_medical_laboratory_items(customer_id: VisitingCustomer = None) -> list[Card]:
	"""Up to 20 of the landing page's products for medical laboratories, in random order.

	:param customer_id: the customer whose prices and wishlist the cards have
	:returns: the cards; none without a landing page
	"""
	return _some_of("medical_laboratory_items", customer_id)


@public("GET", "POST", shows_products=True)
def get_infection_control_items(customer_id: VisitingCustomer = None) -> list[Card]:
	"""Up to 20 of the landing page's products for infection control, in random order.

	:param customer_id: the customer whose prices and wishlist the cards have
	:returns: the cards; none without a landing page
	"""
	return _some_of("infection_control_items", customer_id)


def _some_of(table: str, customer_id: str | None) -> list[Card]:
	names = _shown(table)
	some = random.sample(names, min(MOST, len(names)))
	return cards(some, buyer(customer_id))


def _shown(table: str) -> list[str]:
	"""The products of a table that the storefront shows, each once."""
	row = frappe.qb.DocType(frappe.get_meta(landing_page.DOCTYPE).get_field(table).options)
	page = frappe.qb.DocType("Website Item")
	return (
		frappe.qb.from_(row)
		.join(page)
		.on(page.name == row.website_item)
		.select(page.name)
		.distinct()
		.where((row.parenttype == landing_page.DOCTYPE) & (row.parent == landing_page.ACTIVE))
		.where((row.parentfield == table) & is_shown(page))
		.run(pluck=True)
	)
