"""The Website Items that Medusa's product ids name."""

from collections.abc import Iterable

import frappe
from frappe import _

from medusa_integration.storefront.errors import not_found

DOCTYPE = "Website Item"


def website_items(ids: Iterable[str], *, lock: bool = False) -> dict[str, str]:
	"""`{product id: the Website Item's name}` of the known ids, in one query. An id has to be exactly the
	same: MariaDB ignores case and accents.

	:param lock: other calls and saves of these Website Items wait until the transaction ends. If this is the
		transaction's first query, its later reads are as new as the lock
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

	:raises NotFound: there is no such product
	"""
	found = website_items([product_id], lock=True)
	if not found:
		not_found(_("Item not found: {0}").format(product_id))
	return found[product_id]
