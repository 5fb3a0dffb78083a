"""The Website Items that Medusa's product ids name."""

from collections.abc import Iterable

import frappe
from frappe import _

from medusa_integration.storefront.errors import not_found

DOCTYPE = "Website Item"


def website_items(ids: Iterable[str], *, lock: bool = False) -> dict[str, str]:
	"""`{product id: the Website Item's name}` of those that there are. One query; MariaDB ignores case and accents, and an
	id has to be exactly the same.

	:param lock: until the transaction ends, other calls and saves of these Website Items wait. Where this is the
		transaction's first query, what it reads afterwards is as new as the lock
	"""
	item = frappe.qb.DocType(DOCTYPE)
	wanted = set(ids)
	query = (
		frappe.qb.from_(item)
		.select(item.medusa_id, item.name)
		.where(item.medusa_id.isin(sorted(wanted) or [""]))
	)
	rows = (query.for_update() if lock else query).run()
	return {id: name for id, name in rows if id in wanted}


def locked(product_id: str) -> str:
	"""The name of a product's Website Item, which is locked until the transaction ends.

	:raises NotFound: where there is none
	"""
	found = website_items([product_id], lock=True)
	if not found:
		not_found(_("Item not found: {0}").format(product_id))
	return found[product_id]
