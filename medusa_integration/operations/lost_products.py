"""The nightly look for products, variants and collections that were deleted in Medusa.

Source: docs/reference.md, "Scheduled tasks".
"""

import frappe

from medusa_integration import request_log, session, settings
from medusa_integration.delivery.box import outbox
from medusa_integration.medusa.dialect import Dialect
from medusa_integration.medusa.errors import MedusaError
from medusa_integration.products import collections_to_medusa, item_status, sent_variants, shop_items
from medusa_integration.products.collections_to_medusa import COLLECTION
from medusa_integration.products.products_to_medusa import PRODUCT

PART = 100  # products in a call


def queue_lost_products() -> int:
	"""Queue the products that were deleted in Medusa, or of which a variant or the collection was, so that they are made again, and
	templates' products whose options' values have no order yet. One call for a hundred products. Does nothing while the
	integration is off or Medusa is unreachable.

	:returns: the number of Website Items
	"""
	if not settings.enabled():
		return 0
	try:
		with request_log.about([]):
			medusa = session.open_shop()
			names = _of_lost_collections(medusa) + _lost(medusa) + sent_variants.unordered()
	except (MedusaError, settings.MedusaNotConfigured):
		return 0  # The outage is told elsewhere.
	outbox.add_many((PRODUCT, name) for name in names)
	item_status.refresh(names)
	frappe.db.commit()
	return len(names)


def _lost(medusa: Dialect) -> list[str]:
	lost = []
	for page in shop_items.in_pages(("medusa_variant_id",)):
		for part in frappe.utils.create_batch([item for item in page if item.medusa_id], PART):
			of_templates = sent_variants.ids_of(item.name for item in part)
			variants = {
				item.medusa_id: of_templates.get(item.name, {item.medusa_variant_id}) for item in part
			}
			gone = medusa.incomplete(variants)
			lost += [item.name for item in part if item.medusa_id in gone]
		frappe.db.commit()  # Writes the request log, whose calls would pile up in memory otherwise.
	return lost


def _of_lost_collections(medusa: Dialect) -> list[str]:
	"""Queue the Item Groups whose collection was deleted, and return the Website Items in them."""
	wanted = collections_to_medusa.wanted()
	gone = wanted.keys() - medusa.collections_there(wanted)
	groups = [wanted[id]["external_id"] for id in gone]
	outbox.add_many((COLLECTION, group) for group in groups)
	items = {"item_group": ("in", [*groups, ""]), "medusa_id": ("is", "set")}
	return frappe.get_all("Website Item", items, pluck="name", order_by="name")
