"""Medusa v1: from an order's JSON to an Order. Source: docs/reference.md, "Medusa v1: orders coming in"."""

from decimal import Decimal
from typing import Any

from medusa_integration.medusa.matching import moment
from medusa_integration.medusa.metadata import note_of, texts_of
from medusa_integration.medusa.order import (
	ADDRESS_TEXTS,
	Address,
	Adjustment,
	Customer,
	Fulfillment,
	Line,
	LineQuantity,
	Movement,
	Order,
	OrderHead,
	Payment,
	Return,
	Shipping,
	Tax,
)
from medusa_integration.medusa.v1.amounts import major_units
from medusa_integration.money import decimal

HEAD_FIELDS = "id,display_id,status,currency_code,email,created_at"  # a list has the totals always
MARK = "ERPNext: "  # begins the note on the items of our returns, before the reference


def order_of(row: dict) -> Order:
	"""An Order, from the reply of `GET /admin/orders/:id`."""
	currency, (key, note) = row["currency_code"], note_of(row["metadata"])
	returns = tuple(map(_return, row["returns"]))
	is_free = any(each["rule"]["type"] == "free_shipping" for each in row["discounts"])
	return Order(
		id=row["id"],
		display_id=str(row["display_id"]),
		status=row["status"],
		currency=currency.upper(),
		email=row["email"] or "",
		created_at=moment(row["created_at"]),
		updated_at=moment(row["updated_at"]),
		canceled_at=moment(row["canceled_at"]),
		total=major_units(row["total"], currency),
		gift_card_total=major_units(row["gift_card_total"], currency),
		# Without a key where there is none, or where it was deleted.
		customer=customer_of(row["customer"]) if row.get("customer") else None,
		customer_id=row.get("customer_id") or "",
		sales_channel=row.get("sales_channel_id") or "",
		lines=tuple(_line(each, currency, returns) for each in row["items"]),
		shipping=tuple(_shipping(each, currency, is_free) for each in row["shipping_methods"]),
		payments=_payments(row),
		fulfillments=tuple(map(_fulfillment, row["fulfillments"])),
		returns=returns,
		billing_address=address_of(row["billing_address"]),
		shipping_address=address_of(row["shipping_address"]),
		note=note,
		texts=texts_of(row["metadata"], without=(key,)),
		rounds_each_tax=True,
	)


def head_of(row: dict) -> OrderHead:
	"""An OrderHead, from a row of `GET /admin/orders`."""
	return OrderHead(
		id=row["id"],
		display_id=str(row["display_id"]),
		status=row["status"],
		currency=row["currency_code"].upper(),
		email=row["email"] or "",
		total=major_units(row["total"], row["currency_code"]),
		created_at=moment(row["created_at"]),
	)


def customer_of(row: dict) -> Customer:
	"""A Customer, with the addresses that the row has. v1 stores a company only on addresses."""
	addresses = [each for each in map(address_of, row.get("shipping_addresses") or ()) if each]
	billing = address_of(row.get("billing_address"), is_default_billing=True)
	return Customer(
		id=row["id"],
		email=row["email"] or "",
		first_name=row["first_name"] or "",
		last_name=row["last_name"] or "",
		phone=row["phone"] or "",
		has_account=row["has_account"],
		addresses=(*([billing] if billing else []), *addresses),
		created_at=moment(row["created_at"]),
		updated_at=moment(row["updated_at"]),
		texts=texts_of(row.get("metadata")),
	)


def address_of(row: dict | None, is_default_billing: bool = False) -> Address | None:
	if not row:
		return None
	texts: dict[str, Any] = {key: row[key] or "" for key in ADDRESS_TEXTS}
	return Address(
		id=row["id"],
		**texts,
		country_code=(row["country_code"] or "").upper(),
		is_default_billing=is_default_billing,
		texts=texts_of(row.get("metadata")),
	)


def _line(row: dict, currency: str, returns: tuple[Return, ...]) -> Line:
	variant, is_inclusive = row.get("variant") or {}, bool(row.get("includes_tax"))
	received = (part.quantity for each in returns for part in each.received if part.line_id == row["id"])
	return Line(
		id=row["id"],
		title=row["title"] or "",
		quantity=Decimal(row["quantity"]),
		unit_price=major_units(row["unit_price"], currency),
		variant_id=row["variant_id"] or "",
		sku=variant.get("sku") or "",
		is_tax_inclusive=is_inclusive,
		taxes=_taxes(row),
		adjustments=tuple(
			Adjustment(major_units(each["amount"], currency), is_inclusive, each["description"] or "")
			for each in row["adjustments"]
		),
		fulfilled_quantity=Decimal(row["fulfilled_quantity"] or 0),
		received_quantity=sum(received, Decimal(0)),
		texts=texts_of(row.get("metadata")),
	)


def _taxes(row: dict) -> tuple[Tax, ...]:
	return tuple(
		Tax(each["code"] or "", decimal(each["rate"]), each["name"] or "") for each in row["tax_lines"]
	)


def _shipping(row: dict, currency: str, is_free: bool) -> Shipping:
	price, is_inclusive = major_units(row["price"], currency), bool(row.get("includes_tax"))
	return Shipping(
		id=row["id"],
		name=(row.get("shipping_option") or {}).get("name") or "",
		amount=price,
		option_id=row["shipping_option_id"] or "",
		is_tax_inclusive=is_inclusive,
		taxes=_taxes(row),
		adjustments=(Adjustment(price, is_inclusive, "free_shipping"),) if is_free and price else (),
	)


def _payments(row: dict) -> tuple[Payment, ...]:
	"""An order's payments. v1 captures a payment as a whole, so the payment's id is the capture's too.
	Refunds made by hand name no payment: the first captured payment gets them."""
	payments = row["payments"]
	first = next((each["id"] for each in payments if each["captured_at"]), None)
	return tuple(
		_payment(each, [refund for refund in row["refunds"] if (refund["payment_id"] or first) == each["id"]])
		for each in payments
	)


def _payment(row: dict, refunds: list[dict]) -> Payment:
	currency = row["currency_code"]
	amount, captured = major_units(row["amount"], currency), moment(row["captured_at"])
	return Payment(
		id=row["id"],
		provider=row["provider_id"],
		amount=amount,
		currency=currency.upper(),
		is_canceled=bool(row["canceled_at"]),
		captures=(Movement(row["id"], amount, captured),) if captured else (),
		refunds=tuple(
			Movement(
				each["id"],
				major_units(each["amount"], currency),
				moment(each["created_at"]),
				each["note"] or each["reason"] or "",
			)
			for each in refunds
		),
	)


def _fulfillment(row: dict) -> Fulfillment:
	return Fulfillment(
		id=row["id"],
		location_id=row["location_id"] or "",
		items=tuple(LineQuantity(each["item_id"], Decimal(each["quantity"])) for each in row["items"]),
		created_at=moment(row["created_at"]),
		shipped_at=moment(row["shipped_at"]),
		is_canceled=bool(row["canceled_at"]),
		tracking=tuple((each["tracking_number"], each["url"] or "") for each in row["tracking_links"]),
		reference=str((row["metadata"] or {}).get("reference") or ""),
	)


def _return(row: dict) -> Return:
	received = (
		LineQuantity(each["item_id"], Decimal(each["received_quantity"] or 0)) for each in row["items"]
	)
	return Return(
		id=row["id"],
		status=row["status"],
		items=tuple(
			LineQuantity(each["item_id"], Decimal(each["requested_quantity"] or each["quantity"]))
			for each in row["items"]
		),
		received=tuple(part for part in received if part.quantity),
		created_at=moment(row["created_at"]),
		reference=reference_of(row),
		location_id=row["location_id"] or "",
	)


def reference_of(row: dict) -> str:
	"""The Delivery Note that `request_return` wrote on the return's items; "" for one of Medusa's own."""
	notes = (each["note"] or "" for each in row["items"])
	return next((note.removeprefix(MARK) for note in notes if note.startswith(MARK)), "")
