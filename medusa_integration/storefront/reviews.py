"""The storefront's calls about reviews.

Source: docs/reference.md, "Reviews and wishlists".
"""

import datetime
from typing import Annotated, Literal

import frappe
from frappe import _
from frappe.query_builder.functions import Count
from frappe.utils import cint, flt, today
from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints
from typing_extensions import TypedDict

from medusa_integration import child_rows, generation, texts
from medusa_integration.products import review_votes
from medusa_integration.products.customer_rows import DOCTYPE, RATING, REVIEW, REVIEWS, place
from medusa_integration.storefront import product_ids
from medusa_integration.storefront.access import public, trusted
from medusa_integration.storefront.arguments import CustomerId, Id, ProductId, Term, printable
from medusa_integration.storefront.errors import bad_request, conflict, not_found
from medusa_integration.storefront.products import shown_item
from medusa_integration.storefront.replies import Paged

LONGEST = 5_000  # characters of a review
LONGEST_NAME = 140  # as it is stored
STARS = 5
PAGE = 20
# Documented messages, so they aren't translated.
ADDED = "Review added successfully"
UPDATED = "Review updated successfully"


def _day(value):
	"""The day of a time in ISO 8601, which browsers send."""
	return value.split("T")[0] if isinstance(value, str) else value


ReviewText = Annotated[
	str,
	StringConstraints(strip_whitespace=True, max_length=LONGEST),
	AfterValidator(printable),
	Field(examples=["Fits well."]),
]
ReviewId = Annotated[Id, Field(description="the shop's id of the review", examples=["rev_7F3K"])]
Stars = Annotated[int, Field(ge=1, le=STARS, examples=[4])]
Votes = Annotated[int, Field(ge=0, le=2_000_000_000, examples=[3])]
Day = Annotated[
	datetime.date, BeforeValidator(_day, json_schema_input_type=str), Field(examples=["2026-11-28"])
]
Page = Annotated[int, Field(ge=1, le=1_000_000, examples=[1])]


@trusted("POST")
def add_review_to_website_item(
	item_code: ProductId,
	customer_id: CustomerId,
	customer_name: Annotated[Term, Field(examples=["Aisha"])] | None = None,
	review: ReviewText | None = None,
	review_id: ReviewId | None = None,
	rating: Stars | None = None,
	date: Day | None = None,
	likes: Votes | None = None,
	dislikes: Votes | None = None,
) -> str:
	"""Add a customer's review of a product, or change the existing one: a customer has one review of each
	product. Arguments that aren't sent change nothing.

	With the `review_id` of an existing review and `likes` or `dislikes` the call is only the customer's vote
	on that review, of any author. The shop sends the count that it would show. A count above the stored one
	is the customer's like (or dislike). A count below it takes back the customer's own vote. A customer has
	one vote for a review, a like or a dislike, so that a count moves by one at most. The counts of a new
	review are 0.

	:param item_code: Medusa's id of the product
	:param customer_id: of the author, or the voter
	:param customer_name: the name that is shown
	:param review: plain text; HTML is stored as text
	:param review_id: the shop's id of the review; left out: one is made
	:param rating: 1 to 5 stars; a new review needs it
	:param date: of the review; left out: today
	:param likes: the count with, or without, the customer's vote
	:param dislikes: the same
	:returns: "Review added successfully" or "Review updated successfully"
	:raises NotFound: there is no such product, or no such review of it
	:raises Conflict: another customer's review has this id
	"""
	name = product_ids.locked(item_code)
	rows = _reviews(name)
	counts = {
		field: count for field, count in (("likes", likes), ("dislikes", dislikes)) if count is not None
	}
	of_id = next((row for row in rows if review_id and row.review_id == review_id), None)
	if of_id and counts:
		review_votes.cast(of_id, customer_id, counts)
		frappe.clear_document_cache(DOCTYPE, name)
		return UPDATED
	mine = next((row for row in rows if row.medusa_id == customer_id), None)
	if of_id and of_id is not mine:
		conflict(_("Another customer's review has the id {0}.").format(review_id))
	is_vote = counts and not any((rating, review, customer_name, date))
	if is_vote or (not mine and not rating):
		if counts:
			not_found(_("Review not found: {0}").format(review_id or ""))
		bad_request(_("rating is missing."))
	sent = {
		# The Desk shows these as HTML.
		"name1": texts.escaped(customer_name, LONGEST_NAME) if customer_name is not None else None,
		"review": texts.escaped(review) if review is not None else None,
		"review_id": review_id,
		"rating": rating / STARS if rating else None,
		"date": date,
	}
	values = {field: value for field, value in sent.items() if value is not None}
	_write(name, mine, customer_id, values, rows)
	return UPDATED if mine else ADDED


def _reviews(name: str) -> list[frappe._dict]:
	"""The reviews of a Website Item, which is locked."""
	row = frappe.qb.DocType(REVIEW)
	return (
		frappe.qb.from_(row)
		.select(row.name, row.idx, row.medusa_id, row.review_id, row.rating, row.likes, row.dislikes)
		.where((row.parenttype == DOCTYPE) & (row.parent == name))
		.orderby(row.idx)
		.run(as_dict=True)
	)


def _write(name: str, mine: frappe._dict | None, customer_id: str, values: dict, rows: list) -> None:
	"""Write a customer's review and the mean of all reviews, in stars. The Website Item isn't saved."""
	if mine:
		frappe.db.set_value(REVIEW, mine.name, values, update_modified=False)
		mine.update(values)
	else:
		new = {
			**place(name, REVIEWS, 1 + max((row.idx for row in rows), default=0)),
			"medusa_id": customer_id,
			"review_id": frappe.generate_hash(length=10),
			"date": today(),
			"likes": 0,
			"dislikes": 0,
			**values,
		}
		child_rows.add(REVIEW, [new])
		rows = [*rows, frappe._dict(new)]
	mean = STARS * sum(flt(row.rating) for row in rows) / len(rows)
	frappe.db.set_value(DOCTYPE, name, RATING, flt(mean, 3), update_modified=False)
	generation.cards_moved()
	frappe.clear_document_cache(DOCTYPE, name)


class Review(TypedDict):
	review_id: Annotated[str, Field(examples=["rev_7F3K"])]
	name: Annotated[str, Field(examples=["Aisha"])]
	review: ReviewText
	rating: Stars
	date: Annotated[str | None, Field(examples=["2026-11-28"])]
	likes: Votes
	dislikes: Votes
	is_mine: bool
	my_vote: Annotated[
		Literal["Like", "Dislike"] | None,
		Field(description="of the customer who was named", examples=["Like"]),
	]


@public("GET", "POST")
def get_reviews(
	item_code: ProductId, page: Page = 1, customer_id: CustomerId | None = None
) -> Paged[list[Review]]:
	"""The reviews of a product, the last ones first. The reviews are plain text: a page has to escape them.

	:param item_code: Medusa's id of the product
	:param page: 20 reviews each, from 1
	:param customer_id: the customer whose review `is_mine` marks, and whose votes `my_vote` has
	:returns: the reviews; and the number of reviews on all pages
	:raises NotFound: there is no such product
	"""
	name = shown_item(item_code).name
	row = frappe.qb.DocType(REVIEW)
	found = frappe.qb.from_(row).where((row.parenttype == DOCTYPE) & (row.parent == name))
	total = found.select(Count("*")).run()[0][0]
	rows = (
		found.select(
			row.name,
			row.review_id,
			row.name1,
			row.review,
			row.rating,
			row.date,
			row.likes,
			row.dislikes,
			row.medusa_id,
		)
		.orderby(row.date, order=frappe.qb.desc)
		.orderby(row.idx, order=frappe.qb.desc)
		.limit(PAGE)
		.offset(PAGE * (page - 1))
		.run(as_dict=True)
	)
	votes = review_votes.of_customer(customer_id, [row.name for row in rows]) if customer_id else {}
	return Paged([_shown(row, customer_id, votes.get(row.name)) for row in rows], total)


def _shown(row: frappe._dict, customer_id: str | None, vote: str | None) -> Review:
	return {
		"review_id": row.review_id or "",
		"name": texts.unescaped(row.name1),
		"review": texts.unescaped(row.review),
		"rating": min(max(cint(flt(row.rating) * STARS + 0.5), 1), STARS),
		"date": str(row.date) if row.date else None,
		"likes": cint(row.likes),
		"dislikes": cint(row.dislikes),
		"is_mine": bool(customer_id and row.medusa_id == customer_id),
		"my_vote": vote,
	}
