"""Many records at once (contract section 8): what the Desk's buttons, the nightly schedule, the bench's console and
`bench medusa` start.

Nothing here calls Medusa: what has to be sent is noted in the outbox, in statements of hundreds of rows.
"""

from collections.abc import Callable, Iterable

import frappe
from frappe.utils import add_days, getdate, now_datetime

from medusa_integration import session as shop
from medusa_integration.delivery import outbox, writes
from medusa_integration.outbound import collections, item_status, prices, products, shop_items, stock

PART = 500  # records in one transaction
CHANGED_DAYS = 2  # in which a night may have been missed
BATCHES = 4  # background jobs of the nightly export
JOB_TIMEOUT = 8 * 3600  # seconds
LINKS = {
	"Website Item": ("medusa_id", "medusa_variant_id"),
	"Item": ("medusa_id", "medusa_variant_id"),
	"Item Group": ("medusa_id",),
	"Item Price": ("medusa_id", "medusa_price_id"),
	"File": ("medusa_id",),
}

# What a Website Item keeps of its last sending, by what was sent, and that without what is to be forgotten.
SENT = {
	products.KIND: ("medusa_hash", lambda _name, _hash: ""),
	prices.KIND: ("medusa_prices", prices.unsettled),
	stock.KIND: ("medusa_stock", stock.unsettled),
}

# --- products


def export_all_website_item() -> int:
	"""Note that every published Website Item that Medusa doesn't have is to be created there; its prices follow.

	:returns: the number of Website Items
	:raises MedusaNotConfigured: while the integration is off
	"""
	shop.must_be_enabled()
	return queue(not_exported(), (products.KIND,))


def update_all_website_item() -> int:
	"""Note that every Website Item that Medusa has is to be sent again with its prices and stock, changed or not.

	:returns: the number of Website Items
	:raises MedusaNotConfigured: while the integration is off
	"""
	shop.must_be_enabled()
	return resend(_names(products.DOCTYPE, {"medusa_id": ("is", "set")}))


def export_items_and_images() -> int:
	"""The same as `export_all_website_item`, noted by parallel jobs in the `long` queue. A product's pictures go with
	it, as addresses.

	:returns: the number of Website Items
	:raises MedusaNotConfigured: while the integration is off
	"""
	shop.must_be_enabled()
	return export_items_and_images_custom()


def export_items_and_images_custom() -> int:
	"""Scheduled (contract section 3): `export_items_and_images`, and nothing while the integration is off."""
	names = not_exported() if shop.enabled() else []
	batch_size = -(-len(names) // BATCHES)
	for index in range(BATCHES if names else 0):
		frappe.enqueue(
			"medusa_integration.api.export_items_batch",
			queue="long",
			timeout=JOB_TIMEOUT,
			batch_index=index,
			batch_size=batch_size,
			names=names,
		)
	return len(names)


def export_items_batch(batch_index: int, batch_size: int, names: list[str] | None = None) -> int:
	"""Note that one batch of Website Items is to be created in Medusa, as far as it is published and not there yet.

	:param batch_index: from 0
	:param names: the whole list, as it was when the export began: cut from a list that shrinks meanwhile, batches would
		skip items. Without it, it is all Website Items, oldest first, whether or not they are in Medusa.
	:returns: the number of Website Items noted
	:raises MedusaNotConfigured: while the integration is off
	"""
	shop.must_be_enabled()
	if names is None:
		names = frappe.get_all(products.DOCTYPE, pluck="name", order_by="creation, name")
	batch = names[batch_index * batch_size : (batch_index + 1) * batch_size]
	wanted = set(not_exported())
	return queue([name for name in batch if name in wanted], (products.KIND,))


def not_exported() -> list[str]:
	"""The names of the Website Items that belong in the shop and aren't there yet."""
	return [item.name for item in shop_items.items() if not item.medusa_id]


# --- item groups


def export_all_item_groups() -> int:
	"""Note that every Item Group has to have its collection in Medusa. Returns their number.

	:raises MedusaNotConfigured: while the integration is off
	"""
	shop.must_be_enabled()
	return queue(_names(collections.DOCTYPE, {}), (collections.KIND,), collections.DOCTYPE)


# --- prices


def export_all_medusa_price_list() -> int:
	"""Note that the prices of every Website Item that Medusa has are to be sent, changed or not.

	:returns: the number of Website Items
	:raises MedusaNotConfigured: while the integration is off
	"""
	shop.must_be_enabled()
	return resend(with_variant(), (prices.KIND,))


def with_variant() -> list[str]:
	"""The names of the Website Items that can have prices in Medusa."""
	return _names(products.DOCTYPE, {"medusa_variant_id": ("is", "set")})


@frappe.whitelist(methods=["POST"])
def sync_missing_prices_to_medusa() -> int:
	"""Scheduled, and for the storefront's server (contract sections 3 and 5): note the Website Items that Medusa has
	whose Item Prices aren't all there. Nothing while the integration is off.

	:returns: the number of Website Items
	:raises frappe.PermissionError: without write permission for the Medusa Configuration
	"""
	frappe.has_permission(shop.CONFIGURATION, "write", throw=True)
	return queue(missing_prices(), (prices.KIND,)) if shop.enabled() else 0


def missing_prices() -> list[str]:
	"""The names of the Website Items in Medusa that have an Item Price for everybody which isn't there, and isn't over."""
	price = frappe.qb.DocType("Item Price")
	holds = price.valid_upto.isnull() | (price.valid_upto >= getdate())
	query = _with_prices(price).where(holds & (price.selling == 1))
	for field in ("customer", "batch_no", "medusa_price_id"):
		query = query.where(price[field].isnull() | (price[field] == ""))
	return query.run(pluck=True)


def sync_changed_prices() -> int:
	"""Scheduled: note the Website Items in Medusa whose Item Prices were written to of late. ERPNext does that in places
	without an event, as from a sales document's rates; what Medusa has already costs no call. Nothing while the
	integration is off.

	:returns: the number of Website Items
	"""
	if not shop.enabled():
		return 0
	price = frappe.qb.DocType("Item Price")
	since = add_days(now_datetime(), -CHANGED_DAYS)
	return queue(_with_prices(price).where(price.modified >= since).run(pluck=True), (prices.KIND,))


def _with_prices(price):
	"""A query for the Website Items in Medusa that have Item Prices in the shop's price list."""
	item = frappe.qb.DocType(products.DOCTYPE)
	return (
		frappe.qb.from_(item)
		.join(price)
		.on(price.item_code == item.item_code)
		.select(item.name)
		.distinct()
		.where(price.price_list == shop.settings().price_list)
		.where(item.medusa_variant_id.isnotnull() & (item.medusa_variant_id != ""))
		.orderby(item.name)
	)


# --- the ids that came from Medusa


def clear_all_website_item_id() -> int:
	"""Forget which products the Website Items and Items have in Medusa, and what was last sent.

	Their prices' row ids are kept, to be sent again: they hold for one Medusa price list, and without them the
	same shop would get each price twice. Returns the number of Website Items.
	"""
	_clear("Item", _linked("Item"))
	_unsettle_all_prices()
	sent = ("medusa_hash", "medusa_handle", "medusa_stock", "medusa_synced_on", "medusa_status")
	return _clear("Website Item", _linked("Website Item"), *sent)


def clear_all_item_group_id() -> int:
	"""Forget which collections the Item Groups have in Medusa. Returns their number."""
	return _clear("Item Group", _linked("Item Group"))


def clear_all_website_image_id() -> int:
	"""Forget which files Medusa has, and have every product's pictures sent again with it. Returns the number of
	Files."""
	_clear("Website Item", _names("Website Item", {"medusa_hash": ("is", "set")}), "medusa_hash", links=False)
	return _clear("File", _linked("File"))


def clear_all_item_price_id() -> int:
	"""Forget which price list and price the Item Prices have in Medusa; the Website Items' own note of them is kept, as
	in `clear_all_website_item_id`. Returns the number of Item Prices."""
	_unsettle_all_prices()
	return _clear("Item Price", _linked("Item Price"))


def clear_all_ids() -> dict[str, int]:
	"""All four of them. Returns `{DocType: number}`, as `count_links` did before."""
	return {
		"Website Item": clear_all_website_item_id(),
		"Item Group": clear_all_item_group_id(),
		"Item Price": clear_all_item_price_id(),
		"File": clear_all_website_image_id(),
	}


def count_links() -> dict[str, int]:
	"""`{DocType: how many documents of it have an id from Medusa}`."""
	doctypes = ("Website Item", "Item Group", "Item Price", "File")
	return {doctype: len(_linked(doctype)) for doctype in doctypes}


def _linked(doctype: str) -> list[str]:
	either = {field: ("is", "set") for field in LINKS[doctype]}
	return frappe.get_all(doctype, or_filters=either, pluck="name", order_by="name")


def _unsettle_all_prices() -> None:
	names = _names("Website Item", {"medusa_prices": ("is", "set")})
	for part in frappe.utils.create_batch(names, PART):
		_unsettle(part, [("medusa_prices", prices.readable_unsettled)])
		frappe.db.commit()  # other people's saves wait for the rows that are locked here


def _clear(doctype: str, names: list[str], *fields: str, links: bool = True) -> int:
	cleared = dict.fromkeys((*(LINKS[doctype] if links else ()), *fields))
	for part in frappe.utils.create_batch(names, PART):
		writes.write_alike(doctype, part, cleared)
		frappe.db.commit()  # other people's saves wait for the rows that are locked here
	return len(names)


# --- noting many


def resend(names: Iterable[str], kinds: tuple[str, ...] = tuple(SENT)) -> int:
	"""Note that Website Items are to be sent, changed or not. Returns how many."""
	return queue(list(names), kinds, forget=True)


def queue(
	names: list[str], kinds: tuple[str, ...], doctype: str = products.DOCTYPE, *, forget: bool = False
) -> int:
	"""Note documents in the outbox. Commits in parts; one whose part fails is noted alone, and its error logged.

	:param forget: with what was last sent of Website Items, so that the unchanged ones are sent too
	:returns: how many were noted
	"""
	noted = 0
	for part in frappe.utils.create_batch(names, PART):
		noted += _note(part, kinds, doctype, forget) or sum(
			_note([name], kinds, doctype, forget, log=True) for name in part
		)
	return noted


def _note(names: list[str], kinds: tuple[str, ...], doctype: str, forget: bool, log: bool = False) -> int:
	try:
		if forget:
			_unsettle(names, [SENT[kind] for kind in kinds])
		outbox.add_many((kind, doctype, name) for name in names for kind in kinds)
		frappe.db.commit()  # sending begins while the rest is being noted, and nobody's save waits for all of it
		return len(names)
	except Exception:
		frappe.db.rollback()
		if log:
			frappe.log_error(title=f"Medusa: {names[0]} could not be queued")
			frappe.db.commit()  # the log's own: nothing else is open
		return 0


def _unsettle(names: list[str], sent: list[tuple[str, Callable[[str, str | None], str]]]) -> None:
	"""Forget what was last sent of Website Items, and not what it is called in Medusa. The rows are locked before they
	are read: a drain may be writing them.

	:param sent: as SENT's values
	"""
	item = frappe.qb.DocType(products.DOCTYPE)
	query = frappe.qb.from_(item).select(item.name, *(item[field] for field, _without in sent))
	values = {}
	for row in query.where(item.name.isin(names)).for_update().run(as_dict=True):
		values[row.name] = {field: without(row.name, row[field]) for field, without in sent}
		if SENT[products.KIND] in sent:
			values[row.name]["medusa_status"] = item_status.WAITING
	writes.write(products.DOCTYPE, values)


def _names(doctype: str, filters: dict) -> list[str]:
	return frappe.get_all(doctype, filters=filters, pluck="name", order_by="name")
