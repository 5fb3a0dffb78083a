"""Prices by quantity and customer amid the chaos: Pricing Rules and price lists for Customer Groups, and what each customer must
be asked then. v2 only.

Each rule has a Priority of its own, so that ERPNext takes, of those that hold, the one with the highest.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

import frappe
from frappe.utils import cint, flt

from tests.prices.shoppers import Shopper
from tests.support import factories
from tools.chaos.in_force import holds, latest

RULE = "Pricing Rule"
STANDARD = "Standard Selling"
ROOT = "All Customer Groups"
GROUPS = {"Trade": ROOT, "Big Trade": "Trade", "Club": ROOT}  # with the group above
LISTS = {"Trade": "Trade OMR", "Club": "Club OMR"}
CUSTOMERS = {"Ann": "Trade", "Ben": "Big Trade", "Cat": "Club", "Dan": "Commercial"}
RULES = 4  # there before it begins
FEWEST, MOST = (0, 0, 5, 10), (0, 0, 9, 19)
QUANTITIES = (1, 4, 5, 9, 10, 19, 20)  # that are asked for
DISCOUNTS = (5, 10, 12.5, 20, 33, 40)


def values() -> dict:
	"""The configuration's values. The price lists and the Customer Groups that they name are made."""
	for name, parent in GROUPS.items():
		row = {"doctype": "Customer Group", "customer_group_name": name, "parent_customer_group": parent}
		frappe.get_doc({**row, "is_group": int(name in GROUPS.values())}).insert()
	for name in LISTS.values():
		factories.price_list(name)
	rows = [{"price_list": name, "customer_group": group} for group, name in LISTS.items()]
	return {"shop_prices": [{"price_list": STANDARD}, *rows]}


def prepare(medusa) -> None:
	"""Customers who are signed up in the shop, prices for their groups, and rules."""
	for name, group in CUSTOMERS.items():
		Shopper(medusa, name, group)
	for n, name in enumerate(LISTS.values()):
		factories.item_price(f"C-{n}", 2, price_list=name)
	for n in range(RULES):
		values = {"discount_percentage": DISCOUNTS[n], "min_qty": FEWEST[n], "priority": str(n + 1)}
		factories.pricing_rule(item=f"C-{n}", **values)


# --- changes


def add_rule(user) -> bool:
	"""A user's own priorities are the odd or the even ones."""
	taken = set(map(cint, frappe.get_all(RULE, pluck="priority", order_by=None)))
	free = [n for n in range(1, 21) if n % 2 == (user.mark == "A") and n not in taken]
	if not free:
		return False
	what = user.random.choice(("item", "item", "item_group", "parent"))
	if what == "parent":
		of = {"item_group": frappe.db.get_value("Item Group", user.group(), "parent_item_group")}
	else:
		of = {what: user.group() if what == "item_group" else user.pick("Item").name}
	group = {"customer_group": user.random.choice([*GROUPS])} if user.random.random() < 0.3 else {}
	priority = str(user.random.choice(free))
	factories.pricing_rule(**of, **group, priority=priority, **_terms(user), **user.dates())
	return True


def _terms(user) -> dict:
	first, last = user.random.choice(FEWEST), user.random.choice(MOST)
	return {
		"min_qty": first,
		"max_qty": last if last > first else 0,
		"discount_percentage": user.random.choice(DISCOUNTS),
	}


def change_rule(user) -> bool:
	rule = user.pick(RULE)
	if rule:
		rule.update({**_terms(user), **user.dates(), "disable": int(user.random.random() < 0.15)}).save()
	return bool(rule)


def delete_rule(user) -> bool:
	rule = user.pick(RULE)
	if rule:
		rule.delete()
	return bool(rule)


def add_group_price(user) -> bool:
	item = user.pick("Item", has_variants=0)
	if item:
		name = user.random.choice([*LISTS.values()])
		factories.item_price(item.name, user.rate(), price_list=name, **user.dates())
	return bool(item)


def move_customer(user) -> bool:
	customer = user.pick("Customer", name=("in", [*CUSTOMERS]))
	if customer:
		customer.update({"customer_group": user.random.choice(["Commercial", *GROUPS])}).save()
	return bool(customer)


def mend() -> None:
	"""See run.py: rules of what was deleted in that very moment."""
	for table, doctype, field in TABLES:
		gone = {field: ("not in", frappe.get_all(doctype, pluck="name", order_by="name"))}
		for name in frappe.get_all(table, gone, pluck="parent", distinct=True, order_by=None):
			frappe.delete_doc(RULE, name)


# --- what the shop must ask

TABLES = (
	("Pricing Rule Item Code", "Item", "item_code"),
	("Pricing Rule Item Group", "Item Group", "item_group"),
)
Points = dict[
	tuple[date, str, int], list[tuple[str, str, float]]
]  # {(day, customer, quantity): [(type, currency, amount)]}


class Asked:
	"""What ERPNext asks guests ("") and each of the customers."""

	def __init__(self) -> None:
		self.groups = _parents("Item Group")
		self.rules = _rules()
		above = _parents("Customer Group")
		rows = frappe.get_all("Customer", {"name": ("in", [*CUSTOMERS])}, ["name", "customer_group"])
		self.paths = {"": [ROOT], **{row.name: [*_path(row.customer_group, above)] for row in rows}}
		self.prices: dict[tuple[str, str], list] = defaultdict(list)
		for row in frappe.get_all("Item Price", fields="*", order_by="name"):
			self.prices[row.price_list, row.item_code].append(row)

	def of_item(self, item, days: list[date]) -> Points:
		"""
		:param item: with name, item_group and variant_of
		"""
		groups = {*_path(item.item_group, self.groups)}
		rules = [rule for rule in self.rules if rule.of & {item.name, item.variant_of} or rule.of & groups]
		found: Points = {}
		for day in days:
			for who, path in self.paths.items():
				rate = self._rate(item.name, path, day)
				holding = [
					rule
					for rule in rules
					if holds(rule, day) and (not rule.customer_group or rule.customer_group in path)
				]
				for quantity in QUANTITIES if rate else ():
					found[day, who, quantity] = _amounts(rate, holding, quantity)
		return found

	def _rate(self, code: str, path: list[str], day: date) -> float:
		"""That of the first of a customer's price lists that has one; 0 where none has."""
		for name in (*(LISTS[group] for group in path if group in LISTS), STANDARD):
			if price := latest(self.prices[name, code], day):
				return price.price_list_rate
		return 0


def _amounts(rate: float, rules: list, quantity: int) -> list[tuple[str, str, float]]:
	fitting = [
		rule for rule in rules if rule.min_qty <= quantity and (not rule.max_qty or quantity <= rule.max_qty)
	]
	found = [("override", "omr", rate)]
	if fitting:
		rule = max(fitting, key=lambda rule: cint(rule.priority))
		reduced = flt(rate * (1 - rule.discount_percentage / 100), 3)
		found += [("sale", "omr", reduced)] if reduced < rate else []
	return found


def _rules() -> list:
	"""The enabled rules, with `of`, the Items or Item Groups that they are of."""
	rules = frappe.get_all(RULE, {"disable": 0}, "*", order_by="name")
	for rule in rules:
		rule.of = set()
		for table, _doctype, field in TABLES:
			rule.of |= {*frappe.get_all(table, {"parent": rule.name}, pluck=field, order_by=None)}
	return rules


def _parents(doctype: str) -> dict[str, str]:
	field = f"parent_{frappe.scrub(doctype)}"
	return dict(frappe.get_all(doctype, {}, ["name", field], as_list=True, order_by=None))


def _path(name: str | None, parents: dict[str, str]) -> Iterator[str]:
	"""A group and those above it."""
	while name:
		yield name
		name = parents.get(name)


# --- what the shop asks


def members(medusa) -> dict[str, set[str]]:
	"""`{customer: the ids of its groups in Medusa}`, with the guest."""
	params = {"fields": "id,groups.id", "limit": 200}
	found = {
		row["id"]: row["groups"]
		for row in medusa.admin("GET", "/admin/customers", params=params)["customers"]
	}
	rows = {"name": ("in", [*CUSTOMERS])}
	ids = dict(frappe.get_all("Customer", rows, ["name", "medusa_id"], as_list=True, order_by="name"))
	return {"": set(), **{name: {each["id"] for each in found.get(id, ())} for name, id in ids.items()}}


def group_of(price_list: dict) -> str:
	"""The id of the customer group that a price list is for; "" for everybody."""
	ids = (price_list.get("rules") or {}).get("customer.groups.id") or [""]
	return ids if isinstance(ids, str) else ids[0]


def found_at(rows: list[dict], groups: dict[str, set[str]], days: list[date]) -> Points:
	"""What Medusa's rows of a variant come to: those for a group of the customer's count before all others.

	:param rows: with `group`, `days`, `type`, and Medusa's fields
	"""
	found: Points = {}
	for day in days:
		today = [row for row in rows if day in row["days"]]
		for who, of_customer in groups.items():
			own = [row for row in today if row["group"] in of_customer]
			counting = own or [row for row in today if not row["group"]]
			for quantity in QUANTITIES:
				at = [_amount(row) for row in counting if _fits(row, quantity)]
				if at:
					found[day, who, quantity] = sorted(at)
	return found


def _amount(row: dict) -> tuple[str, str, float]:
	return row["type"], row["currency_code"], row["amount"]


def _fits(row: dict, quantity: int) -> bool:
	first, last = row["min_quantity"], row["max_quantity"]
	return (first or 0) <= quantity and (last is None or quantity <= last)
