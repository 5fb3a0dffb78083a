"""Medusa v2: the credit lines of an order, and its total less these.

Source: docs/reference.md, "Medusa v2: orders coming in".
"""

from decimal import Decimal

from medusa_integration.medusa.v2.return_parsing import number_in
from medusa_integration.money import decimals_of, unit

LEAST_CREDIT = Decimal("0.01")  # in any currency: less is no credit in Medusa's summary


def current_total(row: dict, credit: Decimal) -> Decimal | None:
	"""The total of Medusa's summary; None where that may lack the credit lines: they come to 0.01 or less."""
	summary = row.get("summary") or {}
	if summary.get("current_order_total") is None or 0 < abs(credit) <= LEAST_CREDIT:
		return None
	return number_in(summary, "current_order_total")


def credits_of(row: dict) -> tuple[Decimal, Decimal, str]:
	"""The sum of the credit lines, of those that refunds made, and the names of the others. A refund's credit line names
	the payment collection, or the refund's reason. Less than one unit of the currency is no credit, but a fraction that a refund in
	whole units leaves; as Medusa counts it then."""
	refunds = [
		refund
		for collection in row["payment_collections"]
		for payment in collection.get("payments") or ()
		for refund in payment.get("refunds") or ()
	]
	reasons = [each["refund_reason"] for each in refunds if each.get("refund_reason")]
	names = {"payment_collection", *(each["label"] for each in reasons)} if refunds else set()
	lines = [each for each in row.get("credit_lines") or () if each]
	of_refunds = [number_in(each, "amount") for each in lines if each["reference"] in names]
	others = [each["reference"] or "" for each in lines if each["reference"] not in names]
	total = sum((number_in(each, "amount") for each in lines), Decimal(0))
	if abs(total) < unit(decimals_of(row["currency_code"].upper())):
		told = number_in(row, "credit_line_total")
		return told, told, ""
	return total, sum(of_refunds, Decimal(0)), ", ".join(dict.fromkeys(others))
