"""The rates that ERPNext would charge, and those that Medusa's carts charge: random customers, items, quantities and days.

ERPNext's side is its own: a Sales Order that isn't saved takes its rates. Medusa's side is a cart of the signed-in customer for
today, and for other days the answer of its price lists by Medusa's own rules.

The stand-in of ERPNext applies no Pricing Rules: there, the prices are those of price lists, Customer Groups, customers and days. On a
real bench tests/prices/test_what_erpnext_charges.py adds rules.
"""

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

import frappe
from frappe.utils import add_days, flt, getdate, today

from medusa_integration.customers import party_ids
from medusa_integration.money import decimals_of
from tests.prices.shoppers import BUYING, cart_price
from tests.site import run_jobs
from tests.support.factories import drain

COUNT, SEED = 300, 1
STANDARD = "Standard Selling"
CURRENCY = "OMR"
GROUPS = {"Trade": "All Customer Groups", "Trade South": "Trade", "Clinics": "All Customer Groups"}
LISTS = {"Trade": "Trade OMR", "Clinics": "Clinics OMR"}
BRANDS = ("Acme", "Bolt")
ITEM_GROUPS = {"Tools": "All Item Groups", "Hand Tools": "Tools", "Masks": "All Item Groups"}
QUANTITIES = (1, 2, 3, 4, 5, 6, 9, 10, 11, 12, 20, 49, 50, 51, 100)


@dataclass
class World:
	"""What was made.

	:param pages: Website Items by item code
	:param buyers: Customers with their Customer Groups and default price lists
	"""

	pages: dict[str, str]
	buyers: dict[str, tuple[str, str | None]]


@dataclass
class Compared:
	"""The outcome of a comparison.

	:param tried: prices that were compared
	:param off: those that differ: customer, item, quantity, day, ERPNext's and Medusa's
	:param clashes: rows that ERPNext refused, because it can't choose between Pricing Rules
	"""

	tried: int = 0
	off: list[tuple] = field(default_factory=list)
	clashes: int = 0


def measure(medusa, count: int = COUNT, seed: int = SEED) -> dict[str, float]:
	"""The figures, without Pricing Rules. The prices stay on the site, the configuration's table doesn't."""
	from tests.support.arriving import set_precision

	set_precision(3)  # as a site that sells in Omani rials has it
	found = compare(medusa, random.Random(seed), count, rules=False)
	_sell_by([])
	_send()
	set_precision(None)
	for each in found.off:
		print("off", *each)
	return {"prices_tried": found.tried, "prices_off": len(found.off)}


def compare(medusa, dice: random.Random, count: int, *, rules: bool = True) -> Compared:
	"""Make prices and customers, send them, and compare so many random prices.

	:param medusa: a server of v2
	:param rules: also make Pricing Rules
	"""
	made = make(dice, rules=rules)
	_sell_by(table())
	tokens, ids = _sign_up(medusa, made.buyers)
	_send()
	groups = _groups(medusa, ids)
	lists = price_lists(lambda path, params: medusa.admin("GET", path, params=params))
	found = Compared()
	for buyer, code, quantity, day in tries(dice, made, count):
		page = frappe.get_doc("Website Item", made.pages[code])
		try:
			ours = erpnext_charges(made, buyer, code, quantity, day)
		except Clash:
			found.clashes += 1
			continue
		if day == getdate(today()):
			theirs = cart_price(medusa, page, quantity, tokens[buyer])
		else:
			theirs = asked_on(lists, groups[ids[buyer]], page.medusa_variant_id, quantity, day)
		found.tried += 1
		if theirs is None or abs(ours - theirs) > 1e-9:
			found.off.append((buyer, code, quantity, str(day), ours, theirs))
	return found


def _sell_by(rows: list[dict]) -> None:
	doc = frappe.get_doc("Medusa Configuration")
	doc.set("shop_prices", rows)
	doc.save()
	frappe.db.commit()


def _sign_up(medusa, buyers: Iterable[str]) -> tuple[dict[str, str], dict[str, str]]:
	"""Give Customers accounts in the shop. Returns their tokens and Medusa's ids, by name."""
	tokens, ids = {}, {}
	for name in buyers:
		email = f"{frappe.scrub(name)}@example.test"
		account = BUYING[medusa.version].sign_up(medusa, email, {"first_name": name})
		party_ids.write("Customer", name, account["id"], 1)
		tokens[name], ids[name] = account["token"], account["id"]
	frappe.db.commit()
	return tokens, ids


def _send() -> None:
	run_jobs()
	for _turn in range(2):
		drain()
	if waiting := frappe.get_all("Medusa Outbox", {"status": "Pending"}, pluck="name", order_by="name"):
		raise RuntimeError(f"Rows of the outbox aren't sent: {waiting[:5]}")


def _groups(medusa, ids: dict[str, str]) -> dict[str, set[str]]:
	"""`{id of a customer: ids of its groups}`"""
	params = {"limit": 1000, "fields": "id,groups.id"}
	rows = medusa.admin("GET", "/admin/customers", params=params)["customers"]
	return {row["id"]: {group["id"] for group in row["groups"]} for row in rows if row["id"] in ids.values()}


# --- ERPNext's records


def _ensured(doctype: str, name: str, **values) -> str:
	if not frappe.db.exists(doctype, name):
		frappe.get_doc({"doctype": doctype, **values}).insert(ignore_permissions=True)
	return name


def make(dice: random.Random, items: int = 8, buyers: int = 10, *, rules: bool = True) -> World:
	"""A catalogue with prices and, by choice, Pricing Rules, and Customers that aren't linked yet."""
	for name in LISTS.values():
		_ensured("Price List", name, price_list_name=name, currency=CURRENCY, enabled=1, selling=1)
	for name, parent in GROUPS.items():
		values = {
			"customer_group_name": name,
			"parent_customer_group": parent,
			"is_group": int(name == "Trade"),
		}
		_ensured("Customer Group", name, **values, default_price_list=LISTS.get(name))
	for name, parent in ITEM_GROUPS.items():
		values = {"item_group_name": name, "parent_item_group": parent, "is_group": int(name == "Tools")}
		_ensured("Item Group", name, **values)
	for name in BRANDS:
		_ensured("Brand", name, brand=name)
	made = World({}, {})
	for number in range(buyers):
		group = dice.choice((*GROUPS, "Commercial"))
		own = dice.choice((None, None, None, *LISTS.values()))
		name = f"Buyer {number}"
		_ensured(
			"Customer", name, customer_name=name, customer_group=group, territory="Rest Of The World",
			customer_type="Company", default_price_list=own,
		)  # fmt: skip
		made.buyers[name] = (group, own)
	for number in range(items):
		code = f"PT-{number}"
		made.pages[code] = _page(code, dice)
		_prices(code, dice, list(made.buyers))
	for _number in range(dice.randint(6, 14) if rules else 0):
		_rule(dice, made)
	frappe.db.commit()
	return made


def _page(code: str, dice: random.Random) -> str:
	group = dice.choice(("Hand Tools", "Masks"))
	values = {"item_name": code, "stock_uom": "Nos", "is_stock_item": 0, "item_group": group}
	_ensured("Item", code, item_code=code, brand=dice.choice((*BRANDS, None)), **values)
	page = frappe.get_doc(
		{
			"doctype": "Website Item",
			"item_code": code,
			"item_group": group,
			"web_item_name": code,
			"published": 1,
		}
	)
	page.insert(ignore_permissions=True)
	return page.name


def _prices(code: str, dice: random.Random, buyers: list[str]) -> None:
	for price_list in (STANDARD, *LISTS.values()):
		_price(code, price_list, dice, valid_from=add_days(today(), -90))
		if dice.random() < 0.4:
			start = dice.randint(-20, 20)
			_price(code, price_list, dice, **_days(dice, start))
		if dice.random() < 0.3:
			_price(code, price_list, dice, customer=dice.choice(buyers), **_days(dice, dice.randint(-10, 5)))


def _price(code: str, price_list: str, dice: random.Random, **values) -> None:
	rate = round(dice.uniform(1, 30), dice.choice((0, 1, 3)))
	doc = frappe.get_doc(
		{
			"doctype": "Item Price",
			"item_code": code,
			"price_list": price_list,
			"price_list_rate": rate,
			**values,
		}
	)
	doc.insert(ignore_permissions=True)


def _days(dice: random.Random, start: int) -> dict:
	end = add_days(today(), start + dice.randint(1, 30)) if dice.random() < 0.5 else None
	return {"valid_from": add_days(today(), start), "valid_upto": end}


def _rule(dice: random.Random, made: World) -> None:
	kind = dice.choice(("Item Code", "Item Code", "Item Group", "Brand"))
	named = {
		"Item Code": ("items", "item_code", list(made.pages)),
		"Item Group": ("item_groups", "item_group", list(ITEM_GROUPS)),
		"Brand": ("brands", "brand", list(BRANDS)),
	}
	table, key, choices = named[kind]
	values = {"apply_on": kind, table: [{key: dice.choice(choices)}]}
	effect = dice.choice(("Discount Percentage", "Discount Percentage", "Discount Amount", "Rate"))
	values |= {
		"rate_or_discount": effect,
		"discount_percentage": dice.choice((5, 10, 12.5, 33.333)) if effect == "Discount Percentage" else 0,
		"discount_amount": dice.choice((0.25, 0.5)) if effect == "Discount Amount" else 0,
		"rate": dice.choice((0.75, 3.5)) if effect == "Rate" else 0,
	}
	if dice.random() < 0.6:
		values["min_qty"] = dice.choice((2, 5, 10, 50))
		values["max_qty"] = values["min_qty"] * 4 if dice.random() < 0.4 else 0
	if dice.random() < 0.2:
		values["min_amt"] = dice.choice((20, 75.5))
	if dice.random() < 0.5:
		values |= _days(dice, dice.randint(-20, 10))
	else:
		values["valid_from"] = None
	if dice.random() < 0.25:
		values |= {"applicable_for": "Customer Group", "customer_group": dice.choice(list(GROUPS))}
	elif dice.random() < 0.15:
		values |= {"applicable_for": "Customer", "customer": dice.choice(list(made.buyers))}
	if dice.random() < 0.15:
		values["for_price_list"] = dice.choice((STANDARD, *LISTS.values()))
	if dice.random() < 0.15:
		values |= {"margin_type": "Percentage", "margin_rate_or_amount": dice.choice((2, 10))}
	if dice.random() < 0.7:
		values |= {"has_priority": 1, "priority": str(dice.randint(1, 20))}
	if dice.random() < 0.25:
		values["apply_multiple_pricing_rules"] = 1
	defaults = {
		"doctype": "Pricing Rule", "title": "Random", "price_or_product_discount": "Price", "selling": 1,
		"currency": CURRENCY, "company": frappe.db.get_single_value("Global Defaults", "default_company"),
	}  # fmt: skip
	frappe.get_doc({**defaults, **values}).insert(ignore_permissions=True)


def table() -> list[dict]:
	"""The configuration's table *Prices in the shop*."""
	rows = [{"price_list": name, "customer_group": group} for group, name in LISTS.items()]
	return [{"price_list": STANDARD}, *rows]


def price_list_of(made: World, buyer: str) -> str:
	"""A customer's price list: its own, or that of its Customer Group or the next one above that has one."""
	group, own = made.buyers[buyer]
	while not own and group in GROUPS:
		own, group = LISTS.get(group), GROUPS[group]
	return own or STANDARD


class Clash(Exception):
	"""ERPNext can't choose between Pricing Rules, and refuses the order."""


def erpnext_charges(made: World, buyer: str, code: str, quantity: int, day: date) -> float:
	"""The rate of a Sales Order's row, as ERPNext fills it in: the price list's rate first, as the form does, then the rules.

	:raises Clash: where ERPNext refuses the row
	"""
	row = {"item_code": code, "qty": quantity}
	plain = _order(made, buyer, day, row, ignore_pricing_rule=1)
	listed = {**row, "price_list_rate": plain.items[0].price_list_rate}
	return flt(_order(made, buyer, day, listed).items[0].rate, decimals_of(CURRENCY))


def _order(made: World, buyer: str, day: date, row: dict, **values):
	company = frappe.db.get_single_value("Global Defaults", "default_company")
	order = frappe.get_doc(
		{
			"doctype": "Sales Order", "customer": buyer, "company": company, "transaction_date": day,
			"delivery_date": day, "currency": CURRENCY, "selling_price_list": price_list_of(made, buyer),
			"price_list_currency": CURRENCY, "plc_conversion_rate": 1, "conversion_rate": 1, "items": [row], **values,
		}
	)  # fmt: skip
	frappe.flags.tree_conditions = {}
	try:
		order.set_missing_values()
		order.calculate_taxes_and_totals()
	except frappe.ValidationError as error:
		if type(error).__name__ == "MultiplePricingRuleConflict":
			frappe.clear_last_message()
			raise Clash from error
		raise
	return order


# --- Medusa's side


def asked_on(lists: list[dict], groups: set[str], variant: str, quantity: int, day: date) -> float | None:
	"""What Medusa asks on a day by its price lists: of the lists that hold, those with more rules first, then the lowest.

	:param lists: with rules and rows
	:param groups: ids of the customer's groups
	"""
	found = []
	for each in lists:
		group_ids = (each["rules"] or {}).get("customer.groups.id")
		if group_ids and not groups.intersection(group_ids):
			continue
		if not _holds(each, day):
			continue
		for row in each["rows"]:
			first, last = row["min_quantity"] or 0, row["max_quantity"]
			if row["variant_id"] == variant and first <= quantity and (last is None or quantity <= last):
				found.append((-bool(group_ids), row["amount"]))
	return min(found)[1] if found else None


def _holds(each: dict, day: date) -> bool:
	from medusa_integration.medusa.matching import day as day_of

	zone = frappe.utils.get_system_timezone()
	start, end = day_of(each["starts_at"], zone), day_of(each["ends_at"], zone)
	return (not start or start <= day) and (not end or day <= end)


def price_lists(get: Callable[..., dict]) -> list[dict]:
	"""The price lists with their rules and rows.

	:param get: calls GET of Medusa's admin API with a path and parameters
	"""
	fields = "id,title,type,status,starts_at,ends_at,rules_count,*price_list_rules"
	lists = get("/admin/price-lists", {"limit": 1000, "fields": fields})["price_lists"]
	row_fields = "id,amount,currency_code,min_quantity,max_quantity,price_set.variant.id"
	for each in lists:
		rows = get(f"/admin/price-lists/{each['id']}/prices", {"limit": 10000, "fields": row_fields})[
			"prices"
		]
		each["rows"] = [{**row, "variant_id": row["price_set"]["variant"]["id"]} for row in rows]
		each["rules"] = each.get("rules") or {}
	return lists


def tries(dice: random.Random, made: World, count: int) -> Iterator[tuple[str, str, int, date]]:
	"""Random customers, items, quantities and days, every other one today."""
	for number in range(count):
		day = getdate(today()) if number % 2 else getdate(add_days(today(), dice.randint(0, 40)))
		yield dice.choice(list(made.buyers)), dice.choice(list(made.pages)), dice.choice(QUANTITIES), day
