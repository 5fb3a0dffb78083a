"""The landing page as a test wants it, and as it was afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager

import frappe

from medusa_integration.window import landing_page
from medusa_integration.window.landing_page import ACTIVE, DOCTYPE

SINGLES = ("Expiring Items", "Product Collection")


@contextmanager
def kept() -> Iterator[None]:
	"""Put the landing page, the Expiring Items and the Product Collection back when the test is over."""
	landing_page.make()
	pages = [(DOCTYPE, ACTIVE), *((single, single) for single in SINGLES)]
	before = [frappe.get_doc(*page) for page in pages]
	frappe.db.commit()
	try:
		yield
	finally:
		frappe.set_user("Administrator")
		frappe.db.rollback()
		for doc in before:
			_put_back(doc)
		frappe.db.commit()


def fill(**values):
	"""Write tables, as lists of rows, and other fields of the landing page by a save."""
	page = frappe.get_doc(DOCTYPE, ACTIVE)
	page.update(values)
	page.save()
	frappe.db.commit()
	return page


def _put_back(doc) -> None:
	if doc.doctype == DOCTYPE and not frappe.db.exists(DOCTYPE, ACTIVE):
		doc.db_insert()
	for field in doc.meta.get_table_fields():
		frappe.db.delete(field.options, {"parenttype": doc.doctype, "parent": doc.name})
	for row in doc.get_all_children():
		row.db_insert()
	if doc.doctype == DOCTYPE:
		doc.db_update()
	frappe.clear_document_cache(doc.doctype, doc.name)
