"""The landing page: the record of Homepage Landing that the storefront is served.

Source: docs/reference.md, "Landing page".
"""

import frappe

from medusa_integration.isolation import latest_rows

DOCTYPE = "Homepage Landing"
ACTIVE = "Active Homepage Landing"
ITEM = "Homepage Item"
# The child tables whose rows are about a Website Item, and go with it.
WITH_WEBSITE_ITEMS = (ITEM, "Best Deals", "Expiring Items Table")
VIDEO = "Youtube Videos"


def exists() -> bool:
	"""Whether there is a landing page to serve."""
	return bool(frappe.db.exists(DOCTYPE, ACTIVE))


def make() -> None:
	"""Make the record, where it is missing."""
	if not exists():
		doc = frappe.get_doc({"doctype": DOCTYPE, "__newname": ACTIVE})
		doc.insert(ignore_permissions=True)


def forget_website_item(doc, method: str | None = None) -> None:
	"""Website Item, on_trash: remove the item from the landing page and the Expiring Items, whose rows would
	else still name it, see "Landing page". A video stays, without the item.

	Source: docs/reference.md, "Document events".
	"""
	gone = {"website_item": None, "website_item_name": None}
	with latest_rows():  # The nightly job writes rows of these tables anew.
		for child in WITH_WEBSITE_ITEMS:
			frappe.db.delete(child, {"website_item": doc.name})
		frappe.db.set_value(VIDEO, {"website_item": doc.name}, gone, update_modified=False)
	frappe.clear_document_cache(DOCTYPE, ACTIVE)
	frappe.clear_document_cache("Expiring Items", "Expiring Items")
