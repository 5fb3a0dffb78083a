"""The configuration's table *Prices in the shop*: whose prices come from which price list, and for whom Medusa has price lists of
its own.

An audience is those customers whom ERPNext asks the same prices. Every signed-in customer has one, and belongs to its customer
group in Medusa, and to no other one of the app's: Medusa would ask the lowest price of several.

Source: docs/reference.md, "Several price lists".
"""

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import NamedTuple

import frappe
from frappe.utils import getdate

from medusa_integration import settings, tree
from medusa_integration.prices.pricing_rules import PricingRules

NEVER = date.min


class Audience(NamedTuple):
	"""Customers with the same prices; `EVERYONE`: those without prices of their own, and guests.

	:param customer_group: the nearest Customer Group that the table or a Pricing Rule names
	:param price_list: their default price list, where the table has it
	:param customer: the one Customer, where it has Item Prices, a row of the table or a Pricing Rule of its own
	"""

	customer_group: str = ""
	price_list: str = ""
	customer: str = ""


EVERYONE = Audience()


class ListRow(NamedTuple):
	"""A row of the table."""

	price_list: str
	customer_group: str
	customer: str
	start: date
	is_sale: bool

	@property
	def is_for_everyone(self) -> bool:
		return not (self.customer_group or self.customer)


def is_used() -> bool:
	"""Whether the table has rows. Without, the shop has the prices of one price list, and no Pricing Rules."""
	return bool(settings.current().shop_prices)


def rows() -> list[ListRow]:
	return [
		ListRow(
			row.price_list,
			row.customer_group or "",
			row.customer or "",
			getdate(row.from_date) if row.from_date else NEVER,
			bool(row.is_sale),
		)
		for row in settings.current().shop_prices
	]


def price_lists() -> set[str]:
	"""The price lists whose Item Prices the shop may ask."""
	return {settings.current().price_list, *(row.price_list for row in rows())}


class ShopPrices:
	"""The table, the Pricing Rules and the audiences, as they are read once for a batch."""

	def __init__(self) -> None:
		self.rows = rows()
		self.standard = settings.current().price_list
		self.rules = PricingRules.load()

	@cached_property
	def currencies(self) -> dict[str, str]:
		"""`{price list: its currency}` of the enabled ones for selling."""
		names = {self.standard, *(row.price_list for row in self.rows)}
		filters = {"name": ("in", list(names)), "enabled": 1, "selling": 1}
		return dict(frappe.get_all("Price List", filters, ["name", "currency"], as_list=True, order_by=None))

	@cached_property
	def _paths(self) -> dict[str, list[str]]:
		"""`{Customer Group: its name and those above it}`"""
		return tree.paths("Customer Group", frappe.get_all("Customer Group", pluck="name", order_by=None))

	@cached_property
	def roots(self) -> set[str]:
		return {path[-1] for path in self._paths.values()}

	@cached_property
	def _named_groups(self) -> set[str]:
		named = {row.customer_group for row in self.rows if row.customer_group}
		return (named | self.rules.customer_groups) - self.roots

	def groups_of(self, audience: Audience) -> list[str]:
		"""The Customer Group of an audience and those above it, from below. Everybody belongs to the root."""
		return self._paths.get(audience.customer_group) or sorted(self.roots)

	def lists_for(self, audience: Audience, currency: str, day: date) -> list[str]:
		"""The price lists of an audience on a day, the one that counts first: where it lacks an item's price, the next one
		is asked."""
		active = sorted(
			(row for row in self.rows if row.start <= day), key=lambda row: row.start, reverse=True
		)
		usual = [row for row in active if not row.is_sale]
		found = [row.price_list for row in usual if audience.customer and row.customer == audience.customer]
		found += [audience.price_list] if audience.price_list else []
		for group in self.groups_of(audience):
			found += [row.price_list for row in usual if row.customer_group == group]
		found += [row.price_list for row in usual if row.is_for_everyone]
		found.append(self.standard)
		return [name for name in dict.fromkeys(found) if self.currencies.get(name) == currency]

	def sales_for(self, audience: Audience, currency: str, day: date) -> list[str]:
		"""The price lists marked *Sale* of an audience on a day."""
		groups = {*self.groups_of(audience)}
		return [
			row.price_list
			for row in self.rows
			if row.is_sale
			and row.start <= day
			and self.currencies.get(row.price_list) == currency
			and (
				row.is_for_everyone or row.customer_group in groups or row.customer == audience.customer != ""
			)
		]

	# --- audiences

	def audience_of(self, customer: frappe._dict, has_own: bool) -> Audience:
		"""
		:param customer: with `name`, `customer_group`, `default_price_list` and `group_price_list`
		:param has_own: whether it has Item Prices of its own
		"""
		path = self._paths.get(customer.customer_group) or []
		group = next((name for name in path if name in self._named_groups), "")
		listed = {row.price_list for row in self.rows}
		lists = (customer.default_price_list, customer.group_price_list)
		price_list = next((name for name in lists if name and name in listed), "")
		own = has_own or customer.name in self.named_customers
		return Audience(group, price_list, customer.name if own else "")

	@cached_property
	def named_customers(self) -> set[str]:
		"""Those with a row or a Pricing Rule of their own."""
		return {row.customer for row in self.rows if row.customer} | self.rules.customers

	def audiences(self, of_items: Iterable[str]) -> list[Audience]:
		"""The audiences of the shop's customers whose prices of some items may differ from everyone's.

		:param of_items: customers with Item Prices of their own of these items
		"""
		found = {self.audience_of(row, False) for row in customers_alike() if row.customer_group}
		named = {*of_items, *self.named_customers}
		for row in customers(named | owners_of_prices(price_lists())):
			audience = self.audience_of(row, True)
			# The prices of a customer in no group are everyone's, but for items with prices of its own.
			if row.name in named or audience._replace(customer="") != EVERYONE:
				found.add(audience)
		return sorted(found - {EVERYONE})


def customers(names: Iterable[str]) -> list[frappe._dict]:
	"""The shop's customers among these, as `audience_of` takes them."""
	return _customers({"name": ("in", [*names, ""])})


def buyers(names: Iterable[str]) -> list[frappe._dict]:
	"""Customers, the shop's or not, as `audience_of` takes them."""
	fields = ["name", "customer_group", "default_price_list"]
	return with_group_lists(
		frappe.get_all("Customer", {"name": ("in", [*names, ""])}, fields, order_by="name")
	)


def all_customers() -> list[frappe._dict]:
	"""All of the shop's customers, as `audience_of` takes them."""
	return _customers({})


def customers_alike() -> list[frappe._dict]:
	"""One of the shop's customers for each Customer Group and default price list, without a name."""
	rows = frappe.get_all(
		"Customer",
		{"medusa_id": ("is", "set")},
		["customer_group", "default_price_list"],
		distinct=True,
		order_by=None,
	)
	return with_group_lists([frappe._dict(row, name="") for row in rows])


def _customers(filters: dict) -> list[frappe._dict]:
	fields = ["name", "customer_name", "customer_group", "default_price_list", "medusa_id"]
	return with_group_lists(
		frappe.get_all("Customer", {**filters, "medusa_id": ("is", "set")}, fields, order_by="name")
	)


def with_group_lists(rows: list[frappe._dict]) -> list[frappe._dict]:
	"""Customers with `group_price_list`, that of their Customer Group."""
	filters = {"default_price_list": ("is", "set")}
	lists = dict(
		frappe.get_all("Customer Group", filters, ["name", "default_price_list"], as_list=True, order_by=None)
	)
	for row in rows:
		row.group_price_list = lists.get(row.customer_group) or ""
	return rows


def owners_of_prices(lists: Iterable[str], codes: Iterable[str] | None = None) -> set[str]:
	"""The Customers that have Item Prices of their own in price lists.

	:param codes: of these Items; None: of any
	"""
	filters = {"price_list": ("in", [*lists, ""]), "customer": ("is", "set"), "selling": 1}
	if codes is not None:
		filters["item_code"] = ("in", [*codes, ""])
	return set(frappe.get_all("Item Price", filters, pluck="customer", distinct=True, order_by=None))
