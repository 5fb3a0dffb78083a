"""A new Sales Order for an order of Medusa's, with Medusa's amounts to the last unit.

Source: docs/reference.md, "Orders from Medusa".
"""

import json
from datetime import date, datetime, timezone
from zoneinfo import ZoneInfo

import frappe
from frappe import _
from frappe.utils import add_days, get_system_timezone

from medusa_integration import erpnext_api, medusa_texts, settings, texts
from medusa_integration.customers import left_over, order_parties
from medusa_integration.customers.order_parties import OrderParty
from medusa_integration.delivery.blocked import Blocked
from medusa_integration.medusa.order import Order
from medusa_integration.medusa.totals import Plan, plan_of
from medusa_integration.orders import copied_buyer, reserved_places, totals_gate
from medusa_integration.orders.channels import Channel, channel_of
from medusa_integration.orders.charges.breakup_from_medusa import write_breakups
from medusa_integration.orders.charges.plan import ChargeRow, TaxAccounts, charges_of
from medusa_integration.orders.order_rows import rows_of, shipping_rows


def make(order: Order):
	"""The new Sales Order, submitted if the settings say so.

	:raises Blocked: where a person has to do something first, or the totals would differ
	:raises frappe.ValidationError: where ERPNext refuses it
	"""
	config = settings.current()
	channel = channel_of(order)
	plan = plan_of(order, TaxAccounts(order, channel.company).account_of)
	if not plan.lines:
		raise Blocked(_("Order {0} has no lines.").format(order.display_id))
	totals_gate.check_plan(order)
	charges = charges_of(plan, channel.company)
	doc = _document(order, plan, charges, channel)
	doc.insert()
	totals_gate.check_document(doc, plan, charges, shipping_is_item=config.shipping_is_item)
	if config.submit_orders:
		doc.submit()
		totals_gate.check_document(doc, plan, charges, shipping_is_item=config.shipping_is_item)
	tell(doc, order)
	return doc


def tell(doc, order: Order) -> None:
	"""Write the customer's note, and the texts that no field of ERPNext's holds, to comments on a Sales Order."""
	if order.note:
		doc.add_comment("Comment", medusa_texts.html(order.note))
	party = OrderParty(doc.customer, doc.customer_address, doc.shipping_address_name, doc.contact_person)
	others = [f"{medusa_texts.label(key)}: {text}" for key, text in order.texts]
	others += left_over.of_order(order, party)
	if others:
		doc.add_comment("Comment", left_over.comment(others))
	if unclear := reserved_places.unclear(order):
		doc.add_comment("Info", "<br>".join(map(medusa_texts.html, unclear)))


def _document(order: Order, plan: Plan, charges: list[ChargeRow], channel: Channel):
	config = settings.current()
	day = _day(order.created_at)
	delivery_date = add_days(day, settings.current().delivery_days)
	rate = conversion_rate(plan.currency, channel.company, day)
	totals_gate.check_site(plan, rate)
	rows = rows_of(plan, channel, delivery_date, settings.local_time(order.created_at))
	if config.shipping_is_item:
		rows += shipping_rows(plan, channel, delivery_date)
	# After all checks that may block: making a Customer costs more.
	party = order_parties.in_books(order_parties.customer_of(order), channel.company, plan.currency)
	doc = frappe.get_doc(
		{
			"doctype": "Sales Order",
			**channel.named("Sales Order"),
			"company": channel.company,
			"customer": party.customer,
			"customer_address": party.billing_address,
			"shipping_address_name": party.shipping_address,
			"contact_person": party.contact,
			**contact_email(order),
			"order_type": "Shopping Cart",
			"transaction_date": day,
			"delivery_date": delivery_date,
			"po_no": texts.one_line(str(order.display_id)),
			"po_date": day,
			"currency": plan.currency,
			"conversion_rate": rate,
			"selling_price_list": channel.price_list,
			"cost_center": channel.cost_center,
			# The shop's price is the price, to the last unit.
			"ignore_pricing_rule": 1,
			"disable_rounded_total": 1,
			"from_ecommerce": 1,
			"medusa_order_id": order.id,
			"medusa_charges": charges_json(plan, charges),
			copied_buyer.FIELD: copied_buyer.to_json(copied_buyer.of_order(order)),
			"items": rows,
			"taxes": [charge_row(charge, channel) for charge in charges],
		}
	)
	write_breakups(doc, charges, plan.decimals)
	doc.flags.ignore_permissions = True
	return doc


def contact_email(order: Order) -> dict[str, str]:
	"""The field of the order's own e-mail, which may be another than its Contact's."""
	email = medusa_texts.email(order.email)
	return {"contact_email": email} if email else {}


def _day(placed: datetime) -> date:
	"""The day at the site on which the order was placed."""
	aware = placed if placed.tzinfo else placed.replace(tzinfo=timezone.utc)
	return aware.astimezone(ZoneInfo(get_system_timezone())).date()


def conversion_rate(currency: str, company: str, day: date) -> float:
	"""The exchange rate from an order's currency to the company's on a day.

	:raises Blocked: where ERPNext has none
	"""
	own = frappe.get_cached_value("Company", company, "default_currency")
	rate = 1 if currency == own else erpnext_api.exchange_rate(currency, own, day, "for_selling")
	if not rate:
		raise Blocked(
			_("No exchange rate from {0} to {1} for {2}: add a Currency Exchange, then Retry.").format(
				currency, own, frappe.format(day, "Date")
			)
		)
	return rate


def charge_row(charge: ChargeRow, channel: Channel) -> dict:
	"""The row of a Sales Order's taxes and charges."""
	return {
		"charge_type": "Actual",
		"account_head": charge.account,
		"description": charge.description,
		"tax_amount": float(charge.amount),
		"cost_center": channel.cost_center,
		"medusa_charge": charge.key,
	}


def charges_json(plan: Plan, charges: list[ChargeRow]) -> str:
	"""The value of `medusa_charges`: the fixed charges by Medusa's lines, so that parts of the order can
	carry parts of the charges."""
	stored = {**lines_json(plan), "charges": [_stored_charge(charge) for charge in charges]}
	return json.dumps(stored, separators=(",", ":"))


def lines_json(plan: Plan) -> dict:
	"""The part of `medusa_charges` by which an edit in Medusa is seen."""
	return {
		"grand": str(plan.grand),
		"lines": {
			each.line.id: {"qty": f"{each.line.quantity.normalize():f}", "amount": str(each.amount)}
			for each in plan.lines
		},
	}


def _stored_charge(charge: ChargeRow) -> dict:
	stored = {"key": charge.key, "account": charge.account, "amount": str(charge.amount), "lines": {}}
	if charge.tax:
		stored["rate"] = {line: f"{rate.normalize():f}" for line, rate in charge.tax.rates.items()}
		stored["lines"] = {line: str(share) for line, share in charge.tax.lines.items()}
		stored["rest"] = str(charge.tax.rest)
	return stored
