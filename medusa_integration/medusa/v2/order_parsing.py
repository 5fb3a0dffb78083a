"""Medusa v2: from an order's JSON to an Order. Source: docs/reference.md, "Medusa v2: orders coming in"."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from medusa_integration.medusa.matching import moment
from medusa_integration.medusa.metadata import note_of, texts_of
from medusa_integration.medusa.order import (
	ADDRESS_TEXTS,
	Address,
	Adjustment,
	Customer,
	Exchange,
	Fulfillment,
	Line,
	Movement,
	Order,
	OrderHead,
	Payment,
	Shipping,
	Tax,
)
from medusa_integration.medusa.v2 import kits
from medusa_integration.medusa.v2.credit_lines import credits_of, current_total
from medusa_integration.medusa.v2.return_parsing import came_back, number_in, parts_of, returns_of

HEAD_FIELDS = "id,display_id,status,currency_code,email,total,created_at"
ORDER_FIELDS = (
	f"{HEAD_FIELDS},is_draft_order,updated_at,canceled_at,credit_line_total,sales_channel_id,metadata,"
	"*customer,*billing_address,*shipping_address,*items,*items.detail,*items.tax_lines,*items.adjustments,"
	"*shipping_methods,*shipping_methods.detail,*shipping_methods.tax_lines,*shipping_methods.adjustments,"
	"*payment_collections.payments,*payment_collections.payments.captures,*payment_collections.payments.refunds,"
	"*payment_collections.payments.refunds.refund_reason,*credit_lines,*summary,"
	"*fulfillments,*fulfillments.items,*fulfillments.labels,*returns,*returns.items"
)
CUSTOMER_FIELDS = "*,*addresses"
FEE = "fee"  # key of a capture's or payment's metadata: what the provider keeps, in major units


def order_of(row: dict, exchanges: Iterable[Exchange] = ()) -> Order:
	"""An Order, from a row with ORDER_FIELDS.

	:param exchanges: its exchanges and claims, see `exchange_reading`
	"""
	key, note = note_of(row["metadata"])
	credit, refund_credit, credit_name = credits_of(row)
	return Order(
		id=row["id"],
		display_id=str(row["display_id"]),
		status="draft" if row["is_draft_order"] else row["status"],
		currency=row["currency_code"].upper(),
		email=row["email"] or "",
		created_at=moment(row["created_at"]),
		updated_at=moment(row["updated_at"]),
		canceled_at=moment(row["canceled_at"]),
		# Medusa's totals are without credit lines that come to one unit of the currency.
		total=number_in(row, "total") - credit + number_in(row, "credit_line_total"),
		current_total=current_total(row, credit),
		credit=credit,
		refund_credit=refund_credit,
		credit_name=credit_name,
		gift_card_total=number_in(row, "gift_card_total"),
		# Without a key where there is none, or where it was deleted.
		customer=customer_of(row["customer"]) if row.get("customer") else None,
		customer_id=row.get("customer_id") or "",
		sales_channel=row["sales_channel_id"] or "",
		lines=tuple(line for line in map(_line, _once(row["items"])) if line.quantity),
		shipping=tuple(map(_shipping, _sold(_once(row["shipping_methods"])))),
		payments=tuple(
			_payment(payment)
			for collection in row["payment_collections"]
			for payment in collection.get("payments") or ()
		),
		fulfillments=_fulfillments(row),
		returns=returns_of(row, _fees(row)),
		exchanges=_standing(exchanges, row),
		billing_address=_address(row["billing_address"]),
		shipping_address=_address(row["shipping_address"]),
		note=note,
		texts=texts_of(row["metadata"], without=(key,)),
	)


def _once(rows: list[dict]) -> list[dict]:
	"""Each line or shipping method as it was last written. Medusa shows one twice or more after two changes at once."""
	last: dict[str, dict] = {}
	for row in rows:
		if _written(row) >= _written(last.get(row["id"], {})):
			last[row["id"]] = row
	return list(last.values())


def _written(row: dict) -> str:
	"""An id that grows with the time."""
	return (row.get("detail") or {}).get("id") or ""


def head_of(row: dict) -> OrderHead:
	"""An OrderHead, from a row with HEAD_FIELDS."""
	return OrderHead(
		id=row["id"],
		display_id=str(row["display_id"]),
		status=row["status"],
		currency=row["currency_code"].upper(),
		email=row["email"] or "",
		total=number_in(row, "total"),
		created_at=moment(row["created_at"]),
	)


def customer_of(row: dict) -> Customer:
	"""A Customer, with the addresses that the row has."""
	return Customer(
		id=row["id"],
		email=row["email"] or "",
		first_name=row["first_name"] or "",
		last_name=row["last_name"] or "",
		company_name=row["company_name"] or "",
		phone=row["phone"] or "",
		has_account=row["has_account"],
		addresses=tuple(each for each in map(_address, row.get("addresses") or ()) if each),
		created_at=moment(row["created_at"]),
		updated_at=moment(row["updated_at"]),
		texts=texts_of(row.get("metadata")),
	)


def _line(row: dict) -> Line:
	detail = row["detail"]
	# An edit may set another price, which the detail has.
	priced = row if detail["unit_price"] is None else detail
	return Line(
		id=row["id"],
		title=row["product_title"] or row["title"] or "",
		quantity=number_in(detail, "quantity"),
		unit_price=number_in(priced, "unit_price"),
		variant_id=row["variant_id"] or "",
		sku=row["variant_sku"] or "",
		is_tax_inclusive=row["is_tax_inclusive"],
		taxes=_taxes(row),
		adjustments=_adjustments(row),
		fulfilled_quantity=number_in(detail, "fulfilled_quantity"),
		received_quantity=came_back(detail),
		texts=texts_of(row.get("metadata")),
	)


def _taxes(row: dict) -> tuple[Tax, ...]:
	return tuple(
		Tax(each["code"] or "", number_in(each, "rate"), each["description"] or "")
		for each in row["tax_lines"]
		if each
	)


def _adjustments(row: dict) -> tuple[Adjustment, ...]:
	return tuple(
		Adjustment(number_in(each, "amount"), bool(each.get("is_tax_inclusive")), each["code"] or "")
		for each in row["adjustments"]
		if each
	)


def _sold(methods: list[dict]) -> Iterable[dict]:
	"""The shipping methods of sold goods, without those of returns."""
	return (row for row in methods if not (row.get("detail") or {}).get("return_id"))


def _standing(exchanges: Iterable[Exchange], row: dict) -> tuple[Exchange, ...]:
	"""The exchanges whose lines or shipping methods the order has, oldest first."""
	lines = {each["id"] for each in row["items"]}
	methods = {_exchange_of(each) for each in row["shipping_methods"]}
	found = [replace(each, lines=tuple(line for line in each.lines if line in lines)) for each in exchanges]
	standing = [each for each in found if each.lines or each.id in methods]
	return tuple(sorted(standing, key=lambda each: (each.created_at, each.id)))


def _exchange_of(method: dict) -> str:
	detail = method.get("detail") or {}
	return detail.get("exchange_id") or detail.get("claim_id") or ""


def _fees(row: dict) -> dict[str, list[Shipping]]:
	"""`{return's id: the shipping methods of the return}`."""
	fees: dict[str, list[Shipping]] = {}
	for method in _once(row["shipping_methods"]):
		if id := (method.get("detail") or {}).get("return_id"):
			fees.setdefault(id, []).append(_shipping(method))
	return fees


def _shipping(row: dict) -> Shipping:
	return Shipping(
		id=row["id"],
		name=row["name"] or "",
		amount=number_in(row, "amount"),
		option_id=row["shipping_option_id"] or "",
		is_tax_inclusive=row["is_tax_inclusive"],
		taxes=_taxes(row),
		adjustments=_adjustments(row),
		exchange_id=_exchange_of(row),
	)


def _payment(row: dict) -> Payment:
	return Payment(
		id=row["id"],
		provider=row["provider_id"],
		amount=number_in(row, "amount"),
		currency=row["currency_code"].upper(),
		is_canceled=bool(row["canceled_at"]),
		captures=tuple(_movement(each, _fee(each, row)) for each in row["captures"] or ()),
		refunds=tuple(_movement(each) for each in row["refunds"] or ()),
	)


def _fee(capture: dict, payment: dict) -> Decimal | None:
	"""The fee that the shop's own code has written to the capture's metadata, or to the payment's for all of it. A stock
	Medusa doesn't ask providers for their fees."""
	if (own := _amount_in(capture)) is not None:
		return own
	whole, amount = _amount_in(payment), number_in(payment, "amount")
	return whole * number_in(capture, "amount") / amount if whole is not None and amount else None


def _amount_in(row: dict) -> Decimal | None:
	try:
		fee = Decimal(str((row.get("metadata") or {})[FEE]))
	except (ArithmeticError, KeyError):
		return None
	return fee if fee.is_finite() else None


def _movement(row: dict, fee: Decimal | None = None) -> Movement:
	reason = row.get("refund_reason") or {}
	return Movement(
		id=row["id"],
		amount=number_in(row, "amount"),
		at=moment(row["created_at"]),
		note=", ".join(filter(None, (reason.get("label"), row.get("note")))),
		fee=fee,
	)


def _fulfillments(order: dict) -> tuple[Fulfillment, ...]:
	fulfilled = {row["id"]: number_in(row["detail"], "fulfilled_quantity") for row in _once(order["items"])}
	size_of = kits.sizes(order["fulfillments"], fulfilled)
	return tuple(_fulfillment(row, size_of) for row in order["fulfillments"])


def _fulfillment(row: dict, size_of: dict[kits.Part, Decimal]) -> Fulfillment:
	quantities = kits.quantities(row, size_of)
	return Fulfillment(
		id=row["id"],
		location_id=row["location_id"] or "",
		items=parts_of(quantities or {}),
		is_unclear=quantities is None,
		created_at=moment(row["created_at"]),
		shipped_at=moment(row["shipped_at"]),
		delivered_at=moment(row["delivered_at"]),
		is_canceled=bool(row["canceled_at"]),
		tracking=tuple(
			(each["tracking_number"] or "", each["tracking_url"] or "") for each in row["labels"] or ()
		),
		reference=str((row["metadata"] or {}).get("reference") or ""),
	)


def _address(row: dict | None) -> Address | None:
	if not row:
		return None
	return Address(
		**{key: row[key] or "" for key in ("id", *ADDRESS_TEXTS)},
		country_code=(row["country_code"] or "").upper(),
		is_default_billing=bool(row.get("is_default_billing")),
		is_default_shipping=bool(row.get("is_default_shipping")),
		texts=texts_of(row.get("metadata")),
	)
