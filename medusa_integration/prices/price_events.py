"""Document events that queue prices, and the customer groups that prices are for.

Source: docs/reference.md, "Document events".
"""

from collections.abc import Iterable

import frappe

from medusa_integration import settings, sold_variants
from medusa_integration.delivery.box import outbox
from medusa_integration.pages import pages
from medusa_integration.prices import customer_groups, price_table
from medusa_integration.prices.prices_to_medusa import DOCTYPE, PRICE

WATCHED_FIELDS = (
	"item_code", "price_list", "customer", "currency", "price_list_rate", "valid_from", "valid_upto", "uom", "batch_no",
	"supplier", "packing_unit",
)  # fmt: skip
JOB_ID = "medusa_queue_prices"


def create_medusa_price_list(doc, method: str | None = None) -> None:
	"""Item Price, validate: queue the prices of the product that sells its Item, where the Item Price changed and is, or was,
	one of the shop's price lists. A customer's counts where the table *Prices in the shop* has rows.

	Source: docs/reference.md, "Document events".
	"""
	before = doc.get_doc_before_save()
	if before and not any(doc.has_value_changed(field) for field in WATCHED_FIELDS):
		return
	prices = [price for price in (doc, before) if price and _is_shop_price(price)]
	queue_items({price.item_code for price in prices})
	_owners_may_change({price.customer for price in prices if price.customer})


def delete_medusa_price(doc, method: str | None = None) -> None:
	"""Item Price, on_trash: queue the prices of the product that sells its Item, as on validate.

	Source: docs/reference.md, "Document events".
	"""
	if _is_shop_price(doc):
		queue_items({doc.item_code})
		_owners_may_change({doc.customer} if doc.customer else set())


def _is_shop_price(price) -> bool:
	if price_table.is_used():
		return price.price_list in price_table.price_lists()
	return price.price_list == settings.current().price_list and not price.customer


def _owners_may_change(customers: set[str]) -> None:
	"""Customers get or lose Item Prices of their own, and with the first and the last of them their customer group."""
	if not customers or not settings.enabled():
		return
	shop = price_table.ShopPrices()
	for row in price_table.customers(customers):
		usual = shop.audience_of(row, False)._replace(customer="")
		own = usual._replace(customer=row.name)
		groups = customer_groups.known({usual, own})
		outbox.add_many((customer_groups.GROUP, group.name) for group in groups.values())
		others = {"customer": row.name, "price_list": ("in", list(price_table.price_lists())), "selling": 1}
		if usual != price_table.EVERYONE and frappe.db.count("Item Price", others) <= 1:
			enqueue()  # Its own group needs all prices of the other one.


def queue_items(item_codes: Iterable[str]) -> None:
	"""Queue the prices of the products that sell these Items, or variants of these templates."""
	codes = set(item_codes)
	if not codes or not settings.enabled():
		return
	variants = frappe.get_all("Item", {"variant_of": ("in", list(codes))}, pluck="name", order_by=None)
	products = set(sold_variants.products_of([*codes, *variants]).values())
	names = frappe.get_all(
		DOCTYPE,
		filters={"name": ("in", [*products, ""])},
		or_filters={"published": 1, "medusa_id": ("is", "set")},
		pluck="name",
		order_by="name",
	)
	outbox.add_many((PRICE, name) for name in names)


# --- all prices


def enqueue() -> None:
	"""Start `queue_all_prices` in the background after the commit."""
	if settings.enabled():
		frappe.enqueue(
			"medusa_integration.api.queue_all_prices",
			queue="long",
			job_id=JOB_ID,
			enqueue_after_commit=True,
		)


def queue_all_prices() -> None:
	"""Queue the customer groups and the prices of all products. What Medusa has already isn't sent. Commits in parts."""
	queue_groups()
	for page in pages(DOCTYPE, {"medusa_id": ("is", "set")}, []):
		outbox.add_many((PRICE, item.name) for item in page)
		frappe.db.commit()  # Saves must not wait for the rows of all pages.


def queue_groups() -> None:
	"""Nightly: queue the customer groups of the shop, so that one that was deleted in Medusa is made again.

	Source: docs/reference.md, "Scheduled tasks".
	"""
	if settings.enabled() and price_table.is_used():
		names = frappe.get_all(customer_groups.DOCTYPE, pluck="name", order_by="name")
		outbox.add_many((customer_groups.GROUP, name) for name in names)


# --- Pricing Rules


def pricing_rule_changed(doc, method: str | None = None) -> None:
	"""Pricing Rule, on_update and on_trash: queue the prices that it makes or made, where the table *Prices in the shop* has
	rows. One for a customer or a Customer Group may move customers from one group to another.

	Source: docs/reference.md, "Document events".
	"""
	if not (settings.enabled() and price_table.is_used()):
		return
	before = doc.get_doc_before_save()
	rules = [rule for rule in (doc, before) if rule and rule.selling]
	if any(rule.apply_on != "Item Code" or rule.customer or rule.customer_group for rule in rules):
		enqueue()
	queue_items({row.item_code for rule in rules for row in rule.get("items") or ()})


def item_changes_prices(doc, method: str | None = None) -> None:
	"""Item, on_update: queue its prices where its Item Group or Brand changed, by which Pricing Rules hold.

	Source: docs/reference.md, "Document events".
	"""
	if doc.get_doc_before_save() and price_table.is_used():
		if any(doc.has_value_changed(field) for field in ("item_group", "brand")):
			queue_items({doc.name})


def group_changes_prices(doc, method: str | None = None) -> None:
	"""Item Group and Customer Group, on_update: queue all prices where a branch moved, or a Customer Group's price list
	changed.

	Source: docs/reference.md, "Document events".
	"""
	fields = ("parent_item_group", "parent_customer_group", "default_price_list")
	watched = [field for field in fields if doc.meta.has_field(field)]
	if doc.get_doc_before_save() and price_table.is_used():
		if any(doc.has_value_changed(field) for field in watched):
			enqueue()


# --- Customers


def customer_changes_prices(doc, method: str | None = None) -> None:
	"""Customer, on_update: queue the customer groups in Medusa that it leaves and joins.

	Source: docs/reference.md, "Document events".
	"""
	before = doc.get_doc_before_save()
	fields = ("customer_group", "default_price_list", "customer_name")
	if before and doc.medusa_id and any(doc.has_value_changed(field) for field in fields):
		customers_moved([doc.name], before=[before])


def customers_moved(names: Iterable[str], before: Iterable = ()) -> None:
	"""Queue the customer groups that customers of the shop join, and prices for a group that had no members before.

	:param before: the documents as they were, whose groups they leave
	"""
	if not (settings.enabled() and price_table.is_used()):
		return
	shop = price_table.ShopPrices()
	owners = price_table.owners_of_prices(price_table.price_lists())
	left = {
		shop.audience_of(row, row.name in owners)
		for row in price_table.with_group_lists([frappe._dict(doc.as_dict()) for doc in before])
	}
	now = {shop.audience_of(row, row.name in owners) for row in price_table.customers(names)}
	groups = customer_groups.known(now | left)
	outbox.add_many((customer_groups.GROUP, group.name) for group in groups.values())
	new = now - {price_table.EVERYONE} - groups.keys()
	if any(audience.customer_group or audience.price_list for audience in new):
		enqueue()
	elif new:
		customers = [audience.customer for audience in new]
		prices = {"customer": ("in", customers), "price_list": ("in", list(price_table.price_lists()))}
		queue_items(frappe.get_all("Item Price", prices, pluck="item_code", distinct=True, order_by=None))
		if shop.named_customers.intersection(customers):
			enqueue()


def price_groups_renamed(doc, method=None, old=None, new=None, merge: bool = False) -> None:
	"""Customer and Customer Group, after_rename: queue the customer groups that are named after them, and after a merge all.

	Source: docs/reference.md, "Document events".
	"""
	if not (settings.enabled() and price_table.is_used()):
		return
	if merge:
		enqueue()
		return
	field = frappe.scrub(doc.doctype)
	names = frappe.get_all(customer_groups.DOCTYPE, {field: new}, pluck="name", order_by="name")
	outbox.add_many((customer_groups.GROUP, name) for name in names)


def forget_price_groups(doc, method: str | None = None) -> None:
	"""Customer and Customer Group, on_trash: forget the customer groups that are named after them. They stay in Medusa, without
	members.

	Source: docs/reference.md, "Document events".
	"""
	frappe.db.delete(customer_groups.DOCTYPE, {frappe.scrub(doc.doctype): doc.name})
