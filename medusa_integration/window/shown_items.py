"""The Website Items that the storefront shows: the published ones that are in the shop and that the
configuration admits; for a storefront that names its sales channel, those that the channel sells.

Source: docs/reference.md, "Which products are shown".
"""

from collections.abc import Iterator
from contextlib import contextmanager

import frappe
from frappe.utils import today
from pypika import Table
from pypika.terms import Criterion

from medusa_integration import tree
from medusa_integration.products import channels
from medusa_integration.products.selection import GROUP, chosen

CHANNEL = "medusa_shown_in"  # flag of the request


@contextmanager
def shown_in(channel: str) -> Iterator[None]:
	"""Show only what a sales channel sells, until the end of the context.

	:param channel: its id; "" for everything that the shop sells
	"""
	before = frappe.flags.get(CHANNEL)
	frappe.flags[CHANNEL] = channel
	try:
		yield
	finally:
		frappe.flags[CHANNEL] = before


def channel() -> str:
	"""The sales channel whose products alone are shown; "": everything that the shop sells."""
	return frappe.flags.get(CHANNEL) or ""


def cache_key() -> str:
	"""The part of a cached value's name that says whose storefront it is for. A price in a rule's list ends with the day."""
	return f"{channel()} {today()}" if channel() else ""


def is_shown(page: Table) -> Criterion:
	"""The query condition of a shown Website Item.

	:param page: the table of Website Item
	"""
	condition = (page.published == 1) & page.medusa_id.isnotnull() & (page.medusa_id != "")
	groups, brands = chosen()
	if brands:
		condition &= page.brand.isin(sorted(brands))
	if groups:
		condition &= page.item_group.isin(tree.below(GROUP, sorted(groups)))
	if sells := channel():
		condition &= channels.sold_by(page, sells)
	return condition
