"""Rows that the shop's customers add to a Website Item: reviews and wishlists. The rows are written without a
save of the Website Item, and its save doesn't touch them.

Source: docs/reference.md, "Reviews and wishlists".
"""

import frappe

DOCTYPE = "Website Item"
REVIEW, REVIEWS = "Website Item Review", "custom_review"
WISH, WISHES = "Medusa Wishlist", "custom_medusa_wishlist"
RATING = "custom_overall_rating"
_TABLES = {REVIEWS: REVIEW, WISHES: WISH}


def place(name: str, table: str, idx: int) -> dict:
	"""The fields that put a row into a table of a Website Item."""
	return {"parenttype": DOCTYPE, "parent": name, "parentfield": table, "idx": idx}


def keep_customer_rows(doc, method: str | None = None) -> None:
	"""Website Item, before_validate: leave reviews, wishlists and the overall rating as they are stored, see
	"Reviews and wishlists". The form may have been opened before the last rows were written, and Frappe
	deletes the rows that a form doesn't have.

	Source: docs/reference.md, "Document events".
	"""
	if doc.is_new():
		return
	# Each writer of a row locks the Website Item first.
	doc.set(RATING, frappe.db.get_value(DOCTYPE, doc.name, RATING, for_update=True))
	doc.flags.ignore_children_type = [*(doc.flags.ignore_children_type or ()), *_TABLES.values()]
	for table in _TABLES:
		doc.set(table, [])


def show_customer_rows(doc, method: str | None = None) -> None:
	"""Website Item, on_update: put the stored rows back into the document, for the form and for the comparison of versions.

	Source: docs/reference.md, "Document events".
	"""
	before = doc.get_doc_before_save()
	if before:
		for table in _TABLES:
			doc.set(table, before.get(table))
