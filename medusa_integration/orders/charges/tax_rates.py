"""Rates as people write them into the settings."""

from decimal import Decimal, InvalidOperation

from frappe import _

from medusa_integration.delivery.blocked import Blocked


def rate_of(text: str) -> Decimal:
	"""A rate in percent, written as 5, 5.0, 5 % or 5,5.

	:raises Blocked: where the text isn't a rate
	"""
	try:
		return Decimal(text.replace("%", "").replace(",", ".").strip())
	except InvalidOperation:
		raise Blocked(
			_("{0} isn't a rate: correct Tax Accounts in the Medusa Configuration, then Retry.").format(text)
		) from None
