from frappe.model.document import Document


class MedusaReviewVote(Document):
	"""A customer's vote on a review, like or dislike; products/review_votes.py writes it. The vote's name
	is derived from customer and review, so that there is only one."""
