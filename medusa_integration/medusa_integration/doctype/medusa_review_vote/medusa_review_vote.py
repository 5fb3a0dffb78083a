from frappe.model.document import Document


class MedusaReviewVote(Document):
	"""A customer's like or dislike of a review, one for both, by its name; catalogue/review_votes.py writes it."""
