"""The sales channels in which Website Items are sold: by the rules of the configuration's table *Sales Channels*, and by the
table *Sales Channels* of a Website Item, which goes before them.

Source: docs/reference.md, "Storefronts".
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from hashlib import sha1

import frappe
from frappe.utils import today
from pypika import Criterion, Table
from pypika.queries import QueryBuilder

from medusa_integration import settings, sold_variants, tree
from medusa_integration.medusa.owners import SHOP
from medusa_integration.medusa.sold_in import EVERYTHING
from medusa_integration.products import field_owners

PAGE = "Website Item"
LISTED = "Medusa Channel"
ALL, CHOSEN, BY_LIST = "All Items", "Chosen Items", "Listed Items"
CRITERIA = ("item_group", "brand", "priced_in")
MARK = "#"  # before the digest in the field
NOWHERE = "nowhere"  # in the field of a product that no channel is to sell


def rules() -> list:
	"""The rows of the table *Sales Channels* that say what is sold in a channel."""
	return [row for row in settings.current().sales_channels if row.sales_channel and row.get("sells")]


def nameable() -> set[str]:
	"""The ids of the sales channels that a Website Item may name: those with rules, and the configured one."""
	chosen = settings.configuration().sales_channel
	return {*(row.sales_channel for row in rules()), *([chosen] if chosen else [])}


def storefronts() -> list[dict[str, str]]:
	"""`[{"value": id, "label": name}]` of the sales channels that a Website Item may name."""
	names = {row.sales_channel: row.get("channel_name") for row in rules()}
	return [{"value": id, "label": names.get(id) or id} for id in sorted(nameable())]


def of_items(names: Iterable[str]) -> dict[str, dict]:
	"""`{Website Item: the key channels of its payload}`, in one query and another for each rule.

	Source: medusa/sold_in.py
	"""
	names, rows = list(names), rules()
	if not rows:
		return dict.fromkeys(names, EVERYTHING)
	named = sorted({row.sales_channel for row in rows})
	sold: dict[str, set[str]] = defaultdict(set)
	for row in rows:
		for name in _selected(row, names):
			sold[name].add(row.sales_channel)
	listed = _listed(names)
	return {
		name: {
			"sold": sorted(listed.get(name) or sold[name]),
			"named": named,
			"default": name not in listed,
		}
		for name in names
	}


def listed_in(doc) -> set[str]:
	"""The ids of the sales channels in a Website Item's table.

	:param doc: the document, or None
	"""
	return {row.sales_channel for row in (doc.get("medusa_channels") or ())} if doc else set()


def _listed(names: list[str]) -> dict[str, set[str]]:
	"""`{Website Item: the channels that it names}` of those that name one. Channels without rules don't count."""
	found: dict[str, set[str]] = defaultdict(set)
	filters = {
		"parenttype": PAGE,
		"parent": ("in", names or [""]),
		"sales_channel": ("in", sorted(nameable())),
	}
	for row in frappe.get_all(LISTED, filters, ["parent", "sales_channel"], order_by=None):
		found[row.parent].add(row.sales_channel)
	return dict(found)


def narrows(channel: str) -> bool:
	"""Whether ERPNext decides what a sales channel sells: the rules name it, or it is the configured one. Without rules, and
	where the shop owns products' sales channels, no channel is narrowed; nor is one whose rows are for orders only.

	:raises LookupError: for an id that the configuration doesn't name, unless it may be the store's default one
	"""
	named = {row.sales_channel for row in rules()}
	if not named or field_owners.of_fields()["sales_channel"] == SHOP:
		return False
	if channel in nameable():
		return True
	if any(row.sales_channel == channel for row in settings.current().sales_channels):
		return False
	if settings.configuration().sales_channel:
		raise LookupError(channel)
	return True


def sold_by(page: Table, channel: str) -> Criterion:
	"""The query's condition of the Website Items that a sales channel sells: those whose own table names it; of those without
	such a table the ones that its rules select, or all where it has no rules.

	:param page: the table of Website Item
	:param channel: one that `narrows`
	"""
	listed = frappe.qb.DocType(LISTED)
	own = frappe.qb.from_(listed).select(listed.parent)
	own = own.where((listed.parenttype == PAGE) & listed.sales_channel.isin(sorted(nameable()) or [""]))
	names_it = page.name.isin(own.where(listed.sales_channel == channel))
	of_channel = [row for row in rules() if row.sales_channel == channel]
	if not of_channel or any(row.sells == ALL for row in of_channel):
		return names_it | page.name.notin(own)
	chosen = [
		_matching(row).select(frappe.qb.DocType(PAGE).name) for row in of_channel if row.sells == CHOSEN
	]
	if not chosen:
		return names_it
	return names_it | (page.name.notin(own) & Criterion.any(page.name.isin(query) for query in chosen))


def _selected(row, names: list[str]) -> list[str]:
	if row.sells == BY_LIST:
		return []
	if row.sells == ALL:
		return names
	page = frappe.qb.DocType(PAGE)
	return _matching(row).where(page.name.isin(names or [""])).select(page.name).run(pluck=True)


def count(row) -> int:
	"""The number of published Website Items that a row's rule selects.

	:param row: of the table *Sales Channels*
	"""
	if not row.get("sells"):
		return 0
	if row.sells == BY_LIST:
		page, listed = frappe.qb.DocType(PAGE), frappe.qb.DocType(LISTED)
		query = frappe.qb.from_(page).join(listed).on(listed.parent == page.name)
		query = query.where((listed.parenttype == PAGE) & (listed.sales_channel == row.sales_channel))
	else:
		query = _matching(row)
	page = frappe.qb.DocType(PAGE)
	return len(query.where(page.published == 1).select(page.name).distinct().run())


def _matching(row) -> QueryBuilder:
	"""The query of the Website Items that fit all that is filled in of a row."""
	page = frappe.qb.DocType(PAGE)
	query = frappe.qb.from_(page)
	if row.sells != CHOSEN:
		return query
	if row.item_group:
		query = query.where(page.item_group.isin(tree.below("Item Group", [row.item_group])))
	if row.brand:
		query = query.where(page.brand == row.brand)
	if row.priced_in:
		query = query.where(page.item_code.isin(_priced(row.priced_in)))
	return query


def _priced(price_list: str) -> QueryBuilder:
	"""The query of the item codes whose product has a price in a list: one that hasn't ended, of no customer."""
	price, item = frappe.qb.DocType("Item Price"), frappe.qb.DocType("Item")
	return (
		frappe.qb.from_(price)
		.join(item)
		.on(item.name == price.item_code)
		.select(sold_variants.product_code(item))
		.where((price.price_list == price_list) & (price.selling == 1))
		.where(price.customer.isnull() | (price.customer == ""))
		.where(price.valid_upto.isnull() | (price.valid_upto >= today()))
	)


# --- what was sent: the field `medusa_sales_channel`, the ids of the channels that the app added and a digest of the rest


def added(state: str | None) -> list[str]:
	"""The ids of the sales channels to which the app has added a product.

	:param state: value of `medusa_sales_channel`
	"""
	return [each for each in (state or "").split() if not each.startswith(MARK) and each != NOWHERE]


def is_nowhere(state: str | None) -> bool:
	"""Whether a product was sent to no channel, as no rule selects it.

	:param state: value of `medusa_sales_channel`
	"""
	return NOWHERE in (state or "").split()


def is_settled(state: str | None, channels: dict) -> bool:
	"""Whether a product was sent with these channels.

	:param channels: as `of_items` returns them
	"""
	kept = next((each[1:] for each in (state or "").split() if each.startswith(MARK)), "")
	return kept == _digest(channels)


def state_of(added: Iterable[str], channels: dict, *, nowhere: bool) -> str:
	"""The value of `medusa_sales_channel` once a product was sent.

	:param added, channels: as `added` and `of_items` return them
	:param nowhere: whether no channel is to sell it
	"""
	digest = _digest(channels)
	return " ".join(
		[*added, *([MARK + digest] if digest else []), *([NOWHERE] if digest and nowhere else [])]
	)


def _digest(channels: dict) -> str:
	"""A short text that tells channels from others; "" where the configured one sells everything."""
	if channels == EVERYTHING:
		return ""
	return sha1(json.dumps(channels, sort_keys=True).encode()).hexdigest()[:12]
