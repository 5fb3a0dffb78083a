"""Likes and dislikes of reviews. A customer has one vote for a review, a `Medusa Review Vote`. It is named by
the review and the customer, so that the database refuses a second one. A review counts its votes in `likes`
and `dislikes`.

Source: docs/reference.md, "Reviews and wishlists".
"""

import hashlib
from collections.abc import Iterable

import frappe
from frappe.utils import cint

from medusa_integration.products.customer_rows import DOCTYPE as WEBSITE_ITEM
from medusa_integration.products.customer_rows import REVIEW

DOCTYPE = "Medusa Review Vote"
BATCH = 1_000
COUNTS = {"Like": "likes", "Dislike": "dislikes"}  # vote: the review's field that counts it


def of_customer(customer_id: str, reviews: Iterable[str]) -> dict[str, str]:
	"""`{review: Like or Dislike}` of the reviews that the customer has voted on. One query.

	:param reviews: the names of their rows
	"""
	names = {_name(review, customer_id): review for review in reviews}
	filters = {"name": ("in", list(names) or [""])}
	rows = frappe.get_all(DOCTYPE, filters, ["name", "vote"], order_by=None, limit_page_length=0)
	return {names[row.name]: row.vote for row in rows}


def cast(review: frappe._dict, customer_id: str, told: dict[str, int]) -> None:
	"""Store and count a customer's vote on a review, whose Website Item the caller has locked.

	:param review: its row, with `likes` and `dislikes` as they are stored
	:param told: the counts that the shop sends: one above the stored count is this customer's vote, one below
		takes the vote back
	"""
	held = of_customer(customer_id, [review.name]).get(review.name)
	vote = _wanted(review, held, told)
	if vote == held:
		return
	counts = {}
	if held:
		counts[COUNTS[held]] = max(cint(review[COUNTS[held]]) - 1, 0)
	if vote:
		counts[COUNTS[vote]] = cint(review[COUNTS[vote]]) + 1
	_store(review.name, customer_id, held, vote)
	frappe.db.set_value(REVIEW, review.name, counts, update_modified=False)


def drop_review_votes(doc, method: str | None = None) -> None:
	"""Website Item, on_trash: delete the votes on its reviews, see "Reviews and wishlists".

	Source: docs/reference.md, "Document events".
	"""
	of_item = {"parenttype": WEBSITE_ITEM, "parent": doc.name}
	reviews = frappe.get_all(REVIEW, of_item, pluck="name", order_by=None, limit_page_length=0)
	if not reviews:
		return
	# By name: deleting by an index locks its gaps, in which other transactions insert.
	filters = {"review": ("in", reviews)}
	votes = frappe.get_all(DOCTYPE, filters, pluck="name", order_by=None, limit_page_length=0)
	for part in frappe.utils.create_batch(votes, BATCH):
		frappe.db.delete(DOCTYPE, {"name": ("in", part)})


def _wanted(review: frappe._dict, held: str | None, told: dict[str, int]) -> str | None:
	"""The customer's new vote; the like where both counts rise."""
	change = {vote: told[field] - cint(review[field]) for vote, field in COUNTS.items() if field in told}
	raised = next((vote for vote, by in change.items() if by > 0), None)
	return raised or (None if change.get(held, 0) < 0 else held)


def _store(review: str, customer_id: str, held: str | None, vote: str | None) -> None:
	name = _name(review, customer_id)
	if not vote:
		frappe.db.delete(DOCTYPE, {"name": name})
	elif held:
		frappe.db.set_value(DOCTYPE, name, "vote", vote)
	else:
		values = {"doctype": DOCTYPE, "review": review, "medusa_customer_id": customer_id, "vote": vote}
		frappe.get_doc(values).insert(ignore_permissions=True, set_name=name)


def _name(review: str, customer_id: str) -> str:
	"""The name of a vote, a hash: MariaDB ignores case in names, and Medusa's ids differ by case."""
	return hashlib.sha256(f"{review} {customer_id}".encode()).hexdigest()
