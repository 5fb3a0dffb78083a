"""ERPNext's Pricing Rules: which of them holds for an item, a customer and a quantity, and the rate that it makes.

Only what Medusa's price lists can say is reckoned with. `unsaid` has the others, with the reason.

Source: docs/reference.md, "Pricing Rules".
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

import frappe
from frappe import _
from frappe.utils import cint, flt, getdate

from medusa_integration import settings, tree

RULE = "Pricing Rule"
# `{applies on: (table of the rule, field of its rows)}`, in ERPNext's order.
TABLES = {
	"Item Code": ("Pricing Rule Item Code", "item_code"),
	"Item Group": ("Pricing Rule Item Group", "item_group"),
	"Brand": ("Pricing Rule Brand", "brand"),
}
FIELDS = (
	"name", "title", "apply_on", "price_or_product_discount", "warehouse", "mixed_conditions", "is_cumulative",
	"coupon_code_based", "apply_rule_on_other", "customer", "customer_group", "territory", "sales_partner", "campaign",
	"min_qty", "max_qty", "min_amt", "max_amt", "valid_from", "valid_upto", "company", "currency", "margin_type",
	"margin_rate_or_amount", "rate_or_discount", "rate", "discount_amount", "discount_percentage", "for_price_list",
	"priority", "has_priority", "apply_multiple_pricing_rules", "apply_discount_on_rate", "validate_applied_rule",
	"condition",
)  # fmt: skip

NUMBERS = (
	"min_qty", "max_qty", "min_amt", "max_amt", "rate", "discount_amount", "discount_percentage", "margin_rate_or_amount",
)  # fmt: skip


class Buyer(NamedTuple):
	"""For whom and when a price is asked."""

	customer: str
	groups: frozenset[str]  # the Customer Group and those above it
	price_list: str
	currency: str
	day: date


class Sold(NamedTuple):
	"""The Item and the unit that a price is of.

	:param size: of the sold unit, in stock units
	:param groups: the Item Group and those above it
	"""

	item_code: str
	variant_of: str
	brand: str
	groups: frozenset[str]
	uom: str
	size: float


class Charge(NamedTuple):
	"""The price that ERPNext asks for one unit.

	:param regular: before discounts
	:param final: what is asked
	:param clash: the names of the rules of which ERPNext can't choose one
	"""

	regular: float
	final: float
	clash: tuple[str, ...] = ()


class PricingRules:
	"""The enabled rules for selling."""

	def __init__(self, rules: list[frappe._dict], rows: dict[str, list[frappe._dict]]) -> None:
		self.unsaid: dict[str, str] = {}  # {rule: why it can't be said in Medusa}
		self._rows: dict[tuple[str, str], list[frappe._dict]] = defaultdict(
			list
		)  # {(applies on, value): rules}
		self.customers: set[str] = set()
		self.customer_groups: set[str] = set()
		company, roots = settings.company_or_none(), _roots("Territory")
		items = _existing_items(rows)
		for rule in rules:
			if rule.company and rule.company != company:
				continue
			of_rule = rows.get(rule.name, [])
			if words := _unsaid(rule, of_rule, roots, items):
				self.unsaid[rule.name] = words
			if words and not _is_inert(rule):
				continue
			self.customers |= {rule.customer} - {None, ""}
			self.customer_groups |= {rule.customer_group} - {None, ""}
			field = TABLES[rule.apply_on][1]
			for row in of_rule:
				self._rows[rule.apply_on, row.value].append(
					frappe._dict(rule, uom=row.uom, **{field: row.value})
				)

	@classmethod
	def load(cls) -> "PricingRules":
		"""The rules, in a constant number of queries; none where the table *Prices in the shop* is empty."""
		if not settings.current().shop_prices:
			return cls([], {})
		meta = frappe.get_meta(RULE)
		fields = [field for field in FIELDS if field == "name" or meta.has_field(field)]
		rules = frappe.get_all(RULE, {"disable": 0, "selling": 1}, fields, order_by="name")
		rows: dict[str, list[frappe._dict]] = defaultdict(list)
		for table, field in TABLES.values() if rules else ():
			for row in frappe.get_all(
				table, {"parenttype": RULE}, ["parent", "uom", f"{field} as value"], order_by="parent, idx"
			):
				rows[row.parent].append(frappe._dict(row, field=field))
		of_rules = {
			rule.name: [row for row in rows[rule.name] if TABLES.get(rule.apply_on, ("", ""))[1] == row.field]
			for rule in rules
		}
		return cls(rules, of_rules)

	def about(self, sold: Sold) -> "RulesOfItem":
		"""The rules that name an item, a template, a group or a brand of it."""
		return RulesOfItem(sold, [list(self._named(sold, apply_on)) for apply_on in TABLES])

	def _named(self, sold: Sold, apply_on: str) -> Iterator[frappe._dict]:
		if apply_on == "Brand":
			yield from self._rows[apply_on, sold.brand] if sold.brand else ()
		elif apply_on == "Item Group":
			for group in sold.groups:
				yield from (row for row in self._rows[apply_on, group] if row.uom in (None, "", sold.uom))
		else:
			yield from (
				row for row in self._rows[apply_on, sold.item_code] if row.uom in (None, "", sold.uom)
			)
			yield from self._rows[apply_on, sold.variant_of] if sold.variant_of else ()


class RulesOfItem:
	"""The rules of one item."""

	def __init__(self, sold: Sold, named: list[list[frappe._dict]]) -> None:
		self.sold = sold
		# ERPNext sorts the priorities as texts.
		self.named = [
			sorted(rows, key=lambda row: (row.priority or "", row.name), reverse=True) for rows in named
		]

	def __bool__(self) -> bool:
		return any(self.named)

	@property
	def days(self) -> set[date]:
		"""The days on which rules begin, or have just ended."""
		rules = [rule for rows in self.named for rule in rows]
		starts = {getdate(rule.valid_from) for rule in rules if rule.valid_from}
		return starts | {getdate(rule.valid_upto) + timedelta(days=1) for rule in rules if rule.valid_upto}

	def steps(self, buyer: Buyer, base: float) -> list[int]:
		"""The quantities, in sold units, from which on another rule may hold, the first one 1."""
		found = {1}
		for rule in (rule for rows in self.named for rule in rows if _holds_for(rule, buyer)):
			size = self._size_of(rule) / self.sold.size
			bounds = [flt(rule.min_qty) * size, flt(rule.max_qty) * size]
			if base:
				bounds += [flt(rule.min_amt) / base, flt(rule.max_amt) / base]
			for bound in bounds:
				if 0 < bound < 1e9:
					found |= {math.floor(bound) + more for more in (-1, 0, 1, 2)}
		return sorted(step for step in found if step >= 1)

	def _size_of(self, rule: frappe._dict) -> float:
		"""The stock units in one of a rule's quantities."""
		return self.sold.size if rule.uom == self.sold.uom else 1

	def charge(self, buyer: Buyer, base: float, quantity: int) -> Charge:
		"""
		:param base: the price list's rate of one sold unit; 0 for none
		"""
		rules, clash = self._chosen(buyer, base, quantity)
		if clash:
			return Charge(base, base, clash)
		return _applied(rules, buyer, base, self.sold)

	def _chosen(self, buyer: Buyer, base: float, quantity: int) -> tuple[list[frappe._dict], tuple[str, ...]]:
		found: list[frappe._dict] = []
		for rows in self.named:
			found += [rule for rule in rows if _holds_for(rule, buyer)]
			if found and cint(found[0].has_priority):
				continue
			if found and not _all_multiple(found):
				break
		if not _all_multiple(found):
			return self._one(found, buyer, base, quantity)
		fitting = [rule for rule in found if self._fits(rule, base, quantity)]
		return sorted(fitting, key=lambda rule: cint(rule.priority) or 1), ()

	def _one(
		self, rules: list[frappe._dict], buyer: Buyer, base: float, quantity: int
	) -> tuple[list[frappe._dict], tuple[str, ...]]:
		rules = [rule for rule in rules if self._fits(rule, base, quantity)]
		if len(rules) > 1:
			rules = [rule for rule in rules if rule.currency == buyer.currency] or rules
		highest = max((cint(rule.priority) for rule in rules), default=0)
		if highest:
			rules = [rule for rule in rules if cint(rule.priority) == highest]
		if len(rules) > 1 and {rule.rate_or_discount for rule in rules} == {"Discount Percentage"}:
			rules = [rule for rule in rules if rule.for_price_list == buyer.price_list] or rules
		return ([], tuple(rule.name for rule in rules)) if len(rules) > 1 else (rules, ())

	def _fits(self, rule: frappe._dict, base: float, quantity: int) -> bool:
		in_stock_units, size = quantity * self.sold.size, self._size_of(rule)
		amount = base * quantity
		return (
			in_stock_units >= flt(rule.min_qty) * size
			and (not flt(rule.max_qty) or in_stock_units <= flt(rule.max_qty) * size)
			and amount >= flt(rule.min_amt)
			and (not flt(rule.max_amt) or amount <= flt(rule.max_amt))
		)


def _holds_for(rule: frappe._dict, buyer: Buyer) -> bool:
	return (
		(rule.customer or "") in ("", buyer.customer)
		and (not rule.customer_group or rule.customer_group in buyer.groups)
		and (rule.for_price_list or "") in ("", buyer.price_list)
		and (not rule.valid_from or getdate(rule.valid_from) <= buyer.day)
		and (not rule.valid_upto or buyer.day <= getdate(rule.valid_upto))
	)


def _all_multiple(rules: Iterable[frappe._dict]) -> bool:
	return all(cint(rule.apply_multiple_pricing_rules) for rule in rules)


def _applied(rules: list[frappe._dict], buyer: Buyer, base: float, sold: Sold) -> Charge:
	"""The rate of a row to which rules are applied in turn."""
	rate = base  # the row's price list rate
	percentage = amount = 0.0
	of_last = ""
	for rule in (rule for rule in rules if not _is_inert(rule)):
		of_last = rule.rate_or_discount
		if of_last == "Rate":
			if flt(rule.rate) and rule.currency == buyer.currency:
				rate = flt(rule.rate) * (1 if (rule.uom or "") == sold.uom else sold.size)
			percentage = 0.0
		elif of_last == "Discount Percentage":
			if cint(rule.apply_discount_on_rate) and percentage:
				percentage += (100 - percentage) * flt(rule.discount_percentage) / 100
			elif base:
				amount += base * flt(rule.discount_percentage) / 100
				percentage = amount / base * 100 if amount else percentage
		elif of_last == "Discount Amount":
			if cint(rule.apply_discount_on_rate) and percentage:
				amount += (100 - amount) * flt(rule.discount_amount) / 100
			else:
				amount += flt(rule.discount_amount)
	if of_last != "Rate":
		rate = base  # ERPNext takes the rate of the last rule alone.
	return _rate(rate, percentage, amount, _margin(rules, buyer, rate))


def _rate(rate: float, percentage: float, amount: float, margin: float) -> Charge:
	percentage = flt(percentage, cint(frappe.db.get_default("float_precision")) or 3)
	regular = rate + margin if rate and margin and rate + margin > 0 else rate
	if percentage:
		final = regular * (1 - percentage / 100)
	else:
		final = regular - amount
	return Charge(regular, final)


def _margin(rules: list[frappe._dict], buyer: Buyer, rate: float) -> float:
	"""That of the last rule with one."""
	found = 0.0
	for rule in rules:
		value = flt(rule.margin_rate_or_amount)
		if value and rule.margin_type == "Percentage":
			found = rate * value / 100
		elif value and rule.margin_type == "Amount" and rule.currency == buyer.currency:
			found = value
	return found


# --- what Medusa's price lists can't say


def _is_inert(rule: frappe._dict) -> bool:
	"""Whether ERPNext chooses a rule as any other, and leaves the rate as it is: one for a coupon, without it; one of a free
	item; and one that is only checked."""
	return bool(
		rule.apply_on in TABLES
		and (
			cint(rule.coupon_code_based)
			or rule.price_or_product_discount == "Product"
			or cint(rule.validate_applied_rule)
		)
		and not _condition(rule)
	)


def _condition(rule: frappe._dict) -> str:
	for field in ("territory", "sales_partner", "campaign", "warehouse", "condition"):
		if rule.get(field):
			return field
	return ""


def _unsaid(
	rule: frappe._dict, rows: list[frappe._dict], territories: set[str], items: dict[str, frappe._dict]
) -> str:
	"""Why Medusa's price lists can't say a rule; "" where they can."""
	if rule.territory in territories:
		rule.territory = None  # It holds everywhere.
	if rule.apply_on not in TABLES:
		return _("it is on the total of an order")
	if cint(rule.coupon_code_based):
		return _("it needs a coupon code")
	if rule.price_or_product_discount == "Product":
		return _("it gives an item for free")
	if field := _condition(rule):
		return _("it holds for some orders only, by {0}").format(
			_(frappe.get_meta(RULE).get_label(field) or field)
		)
	if rule.apply_rule_on_other:
		return _("another item in the order is its condition")
	if cint(rule.is_cumulative):
		return _("it counts earlier orders")
	if cint(rule.mixed_conditions) and _has_bounds(rule):
		return _("it counts the quantities of several items together")
	if cint(rule.validate_applied_rule):
		return _("ERPNext only checks it, and doesn't apply it")
	if rule.apply_on != "Item Code" and any(row.uom for row in rows):
		return _("ERPNext can't convert its unit")
	for row in rows if rule.apply_on == "Item Code" else ():
		if row.value not in items:
			return _("Item {0} doesn't exist: take it out of the rule").format(row.value)
		if items[row.value].has_variants and row.uom not in (None, "", items[row.value].stock_uom):
			return _("it is per {0} of a template").format(row.uom)
	for field in NUMBERS:
		if not math.isfinite(flt(rule.get(field))):
			label = _(frappe.get_meta(RULE).get_label(field) or field)
			return _("its {0} is no number: enter it anew").format(label)
	return ""


def _has_bounds(rule: frappe._dict) -> bool:
	return flt(rule.min_qty) > 1 or any(flt(rule.get(field)) for field in ("max_qty", "min_amt", "max_amt"))


def _existing_items(rows: dict[str, list[frappe._dict]]) -> dict[str, frappe._dict]:
	codes = {row.value for of_rule in rows.values() for row in of_rule if row.field == "item_code"}
	fields = ["name", "has_variants", "stock_uom"]
	found = frappe.get_all("Item", {"name": ("in", [*codes, ""])}, fields, order_by=None) if codes else ()
	return {item.name: item for item in found}


def _roots(doctype: str) -> set[str]:
	parent = f"parent_{frappe.scrub(doctype)}"
	return set(frappe.get_all(doctype, {parent: ("is", "not set")}, pluck="name", order_by=None))


def groups_above(groups: Iterable[str]) -> dict[str, frozenset[str]]:
	"""`{Item Group: its name and those above it}`"""
	return {name: frozenset(path) for name, path in tree.paths("Item Group", {*groups}).items()}
