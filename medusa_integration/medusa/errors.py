"""What can go wrong between us and Medusa, in the terms in which the caller decides what to do next."""


class MedusaError(Exception):
	"""Any failed call.

	`type` and `code` are Medusa's own words for it where it gave any, `status_code` the HTTP status (0 where
	there was no reply), `retry_after` the seconds it asked us to wait (0 where it didn't). `reason` is a code of ours
	for what can be mended apart from the record, and with which it is sent again.
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
	"""No usable reply: not reached, timed out, cut off, a gateway's 502 to 504, or too many requests. The call may
	have been applied all the same. Says nothing about the records in it."""


class MedusaTimeout(MedusaUnavailable):
	"""No reply within the time-out: Medusa is frozen, or the call takes it too long."""


class MedusaSignInFailed(MedusaError):
	"""401 or 403: wrong e-mail, password or key. Says nothing about the records in it."""


class MedusaServerError(MedusaError):
	"""500: Medusa broke on this call. It may pass, and it may be this payload."""


class MedusaRejected(MedusaError):
	"""400, 409, 422: this payload will never be accepted as it is."""


class MedusaClash(MedusaError):
	"""A record is refused for the sku or handle that another one of ours still has there: it passes when that one has
	been sent or deleted."""


class MedusaNotFound(MedusaRejected):
	"""404 in Medusa's own words: something that the call names doesn't exist."""


class MedusaTooLarge(MedusaRejected):
	"""413: the body is larger than Medusa takes."""


class NotSendable(MedusaRejected):
	"""What this app doesn't send, knowing that Medusa wouldn't take it or has no place for it.

	:param words: why, and what to do about it, with {0}, {1}, … for the values: so they can be translated
	"""

	def __init__(self, words: str, *values: object) -> None:
		super().__init__(words.format(*values))
		self.words = words
		self.values = values


class NoStockLocation(NotSendable):
	"""There is stock to be sent, and it isn't settled where to."""

	reason = "no-stock-location"


class MedusaSkuTaken(MedusaRejected):
	"""A product that isn't ours has the sku of one of ours."""

	reason = "sku-taken"
