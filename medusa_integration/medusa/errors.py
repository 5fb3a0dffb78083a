"""The errors of calls to Medusa, a class for each way in which a caller reacts.

Source: docs/reference.md, "Errors".
"""


class MedusaError(Exception):
	"""Any failed call.

	:param status_code: the HTTP status; 0 without a reply
	:param type: of Medusa's error, where it has one
	:param code: of Medusa's error, where it has one
	:param retry_after: seconds for which Medusa asked us to wait; 0 where it didn't

	:cvar reason: the app's code of a cause outside the record; once the cause is removed, the parked record
		is sent again
	"""

	reason = ""

	def __init__(
		self, message: str, *, status_code: int = 0, type: str = "", code: str = "", retry_after: float = 0
	) -> None:
		super().__init__(message)
		self.message = message
		self.status_code = status_code
		self.type = type
		self.code = code
		self.retry_after = retry_after


class MedusaUnavailable(MedusaError):
	"""No usable reply: not reached, timed out, cut off, a gateway's 502 to 504, or too many requests. Medusa may have applied
	the call. The cause isn't in the records."""


class MedusaTimeout(MedusaUnavailable):
	"""No reply within the time-out: Medusa is frozen, or the call takes too long."""


class MedusaSignInFailed(MedusaError):
	"""401 or 403: wrong e-mail, password or key. The cause isn't in the records."""


class MedusaServerError(MedusaError):
	"""500: Medusa failed on this call. The cause may be temporary or in the payload."""


class MedusaRejected(MedusaError):
	"""400, 409, 422: this payload will never be accepted as it is."""


class MedusaClash(MedusaError):
	"""A record is refused because another record of ours still has its sku or handle in Medusa. It is accepted once the
	other one has been sent or deleted."""


class MedusaNotFound(MedusaRejected):
	"""404 with Medusa's message: a record that the call names doesn't exist."""


class MedusaTooLarge(MedusaRejected):
	"""413: the body is larger than Medusa takes."""


class NotSendable(MedusaRejected):
	"""A record that the app itself doesn't send, because Medusa wouldn't accept it.

	:param words: the reason and the remedy, with {0}, {1}, … for the values, so that they can be translated
	"""

	def __init__(self, words: str, *values: object) -> None:
		super().__init__(words.format(*values))
		self.words = words
		self.values = values


class UnreadableOrder(NotSendable):
	"""An order in Medusa's reply that lacks something, or has a value of an unexpected type.

	:param why: the missing or unexpected value
	"""

	def __init__(self, why: str) -> None:
		super().__init__(
			"The order can't be read, as Medusa's reply isn't as expected: {0}. Let the shop's developer put the order right in Medusa (GET /admin/orders/ID shows the reply), then Retry.",
			why,
		)


class NoStockLocation(NotSendable):
	"""There is stock to send and no stock location is chosen."""

	reason = "no-stock-location"


class MedusaSkuTaken(MedusaRejected):
	"""A product that the app didn't make has the sku of one of ours."""

	reason = "sku-taken"


class AccountExists(MedusaRejected):
	"""The e-mail has an account already."""


class WrongPassword(MedusaSignInFailed):
	"""Medusa refuses a customer's e-mail and password."""


class NoPublishableKey(NotSendable):
	"""Medusa has no publishable API key. Its store API refuses calls without one."""
