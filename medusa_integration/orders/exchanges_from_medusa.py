"""Exchanges in Medusa, and claims with replacements → Sales Orders of their own, linked to the order's first one.

Medusa adds the new goods to an order that was delivered, and maybe billed: ERPNext's Sales Order of it stays as it is. What
comes back is a return of the first order.

Source: docs/reference.md, "Exchanges and claims".
"""

from dataclasses import replace

import frappe
from frappe import _
from frappe.utils import add_days

from medusa_integration import settings, texts
from medusa_integration.delivery.blocked import Blocked
from medusa_integration.medusa.order import Exchange, Order
from medusa_integration.medusa.totals import due_of, plan_of
from medusa_integration.money import decimals_of, half_up
from medusa_integration.orders import edits_from_medusa, exchanges, new_orders, totals_gate
from medusa_integration.orders.channels import Channel, channel_of
from medusa_integration.orders.charges.breakup_from_medusa import write_breakups
from medusa_integration.orders.charges.plan import TaxAccounts, charges_of
from medusa_integration.orders.goods import fulfillments_from_medusa, returns_from_medusa
from medusa_integration.orders.later_documents import documents_of
from medusa_integration.orders.money import invoice_on_capture
from medusa_integration.orders.order_rows import rows_of, shipping_rows

DOCTYPE, FIELD = exchanges.DOCTYPE, exchanges.FIELD


def place(part: Order, first):
	"""The Sales Order of an exchange, made where there is none. One that a user cancelled isn't made again.

	:param part: the exchange as a part of its order
	:param first: the order's Sales Order
	:returns: None where the first one is cancelled and the exchange has none
	:raises Blocked: where a person has to do something first, or the totals would differ
	"""
	# Another worker on this order waits here, and then finds the Sales Order.
	frappe.db.get_value(DOCTYPE, first.name, "name", for_update=True)
	wanted = {"medusa_order_id": part.id, FIELD: part.part.exchange.id}
	found = frappe.db.get_values(
		DOCTYPE, wanted, ["name", "docstatus"], as_dict=True, order_by="creation desc", for_update=True
	)
	if found:
		standing = [row for row in found if row.docstatus < 2]
		return frappe.get_doc(DOCTYPE, (standing or found)[0].name)
	return _make(part, first) if first.docstatus < 2 else None


def _make(part: Order, first):
	config, exchange = settings.current(), part.part.exchange
	plan = plan_of(part, TaxAccounts(part, first.company).account_of)
	totals_gate.check_plan(part)
	if not plan.lines:
		raise Blocked(
			_(
				"{0} of order {1} has shipping, and no goods: bill {2} {3} by hand, then discard this row."
			).format(_name(exchange), part.display_id, plan.grand, plan.currency)
		)
	charges = charges_of(plan, first.company)
	doc = _document(part, plan, charges, channel_of(part), first)
	doc.insert()
	totals_gate.check_document(doc, plan, charges, shipping_is_item=config.shipping_is_item)
	if config.submit_orders:
		doc.submit()
		totals_gate.check_document(doc, plan, charges, shipping_is_item=config.shipping_is_item)
	_link(doc, first, exchange)
	return doc


def _document(part: Order, plan, charges: list, channel: Channel, first):
	"""The Sales Order, for the first one's customer, addresses and price list."""
	config, exchange = settings.current(), part.part.exchange
	day = settings.local_time(exchange.created_at).date()
	delivery_date = add_days(day, config.delivery_days)
	conversion_rate = new_orders.conversion_rate(plan.currency, first.company, day)
	totals_gate.check_site(plan, conversion_rate)
	rows = rows_of(plan, channel, delivery_date, settings.local_time(exchange.created_at))
	if config.shipping_is_item:
		rows += shipping_rows(plan, channel, delivery_date)
	same = (
		"company",
		"customer",
		"customer_address",
		"shipping_address_name",
		"contact_person",
		"contact_email",
		"selling_price_list",
	)
	doc = frappe.get_doc(
		{
			"doctype": DOCTYPE,
			**channel.named(DOCTYPE),
			**{field: first.get(field) for field in same},
			"order_type": "Shopping Cart",
			"transaction_date": day,
			"delivery_date": delivery_date,
			# ERPNext warns where two orders of a customer have one number.
			"po_no": texts.one_line(
				f"{part.display_id}-{'C' if exchange.is_claim else 'E'}{exchange.number}"
			),
			"po_date": day,
			"currency": plan.currency,
			"conversion_rate": conversion_rate,
			"cost_center": channel.cost_center,
			"ignore_pricing_rule": 1,
			"disable_rounded_total": 1,
			"from_ecommerce": 1,
			"medusa_order_id": part.id,
			FIELD: exchange.id,
			"medusa_charges": new_orders.charges_json(plan, charges),
			"items": rows,
			"taxes": [new_orders.charge_row(charge, channel) for charge in charges],
		}
	)
	write_breakups(doc, charges, plan.decimals)
	doc.flags.ignore_permissions = True
	return doc


def _link(doc, first, exchange: Exchange) -> None:
	doc.add_comment(
		"Info",
		_(
			"the new goods of {0} in Medusa; ordered first: {1}. What comes back is a return of that order"
		).format(_name(exchange), first.name),
	)
	first.add_comment(
		"Info",
		_("{0} was made in Medusa: its new goods are the Sales Order {1}").format(_name(exchange), doc.name),
	)


def _name(exchange: Exchange) -> str:
	return (_("Claim {0}") if exchange.is_claim else _("Exchange {0}")).format(exchange.number)


def drop_cancelled(order: Order, sales_order) -> None:
	"""A step of an order: cancel the Sales Orders of exchanges that were cancelled in Medusa; delete drafts.

	:raises Blocked: where one is delivered or billed; names the documents
	"""
	standing = {each.id for each in order.exchanges}
	for row in exchanges.rows_of(order.id, docstatus=("<", 2)):
		if row[FIELD] in standing:
			continue
		doc = frappe.get_doc(DOCTYPE, row.name)
		doc.flags.ignore_permissions = True
		if doc.docstatus == 0:
			frappe.delete_doc(DOCTYPE, doc.name, ignore_permissions=True)
			continue
		documents = documents_of(doc)
		if documents:
			raise Blocked(
				_(
					"The exchange or claim of {0} was cancelled in Medusa, but {1} stands: cancel or return it, then retry."
				).format(doc.name, ", ".join(documents))
			)
		doc.cancel()
		doc.add_comment("Info", _("cancelled, because the exchange or claim was cancelled in Medusa"))


def name_unfollowed(order: Order, sales_order) -> None:
	"""A step of an order: a person has to enter what this app can't read of Medusa v1's swaps and claims. A comment on the
	Sales Order with the id says that it is done.

	:raises Blocked: names them
	"""
	about = {"reference_doctype": DOCTYPE, "reference_name": sales_order.name}
	left = [
		id
		for id in order.unfollowed
		if not frappe.db.exists("Comment", {**about, "content": ("like", f"%{id}%")})
	]
	if left:
		raise Blocked(
			_(
				"Swaps and claims of Medusa v1 aren't brought in: enter the new goods and the money of {0} by hand, write a comment with the id to {1}, then retry."
			).format(", ".join(left), sales_order.name)
		)


def bill(part: Order, sales_order) -> None:
	"""A step of an exchange: its Sales Invoice, where invoices are made on capture, once the whole order is paid: with the
	money for the difference, or with what came back."""
	whole = part.part.whole
	if half_up(whole.captured - whole.refunded, decimals_of(whole.currency)) >= due_of(whole):
		invoice_on_capture.bill(replace(part, payments=whole.payments), sales_order)


# As `steps.STEPS`, of an exchange. The money is booked with the first order's, whose payments it shares.
STEPS = (
	edits_from_medusa.follow,
	bill,
	fulfillments_from_medusa.deliver,
	fulfillments_from_medusa.count_again,
	returns_from_medusa.take_back,
)
