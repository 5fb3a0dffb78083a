"""Customers of Medusa → Leads or Customers, and later changes of them.

A row says "make ERPNext agree with Medusa about this customer", whichever event queued it. The customer is
read when the row is worked off.

Source: docs/reference.md, "Customers from Medusa".
"""

from collections.abc import Callable

import frappe

from medusa_integration import make_once, settings
from medusa_integration.customers import (
	buyers,
	copied_values,
	customer_changes,
	leads,
	left_over,
	party_ids,
	shop_customers,
	tax_ids,
)
from medusa_integration.customers.buyers import Buyer
from medusa_integration.customers.shop_customers import Party
from medusa_integration.delivery.kind import Kind, Result, Row, Run
from medusa_integration.delivery.reading import Reading, message_of
from medusa_integration.medusa.dialect import Dialect
from medusa_integration.medusa.order import Customer


class IncomingCustomers(Kind):
	"""The kind of customers, by Medusa's ids."""

	name = "Customer"
	doctype = "Customer"

	def prepare(self, run: Run, rows: list[Row]) -> "CustomersTask":
		return CustomersTask(rows, run)


INCOMING_CUSTOMER = IncomingCustomers()


class CustomersTask(Reading):
	"""Customers that are read together and worked off one by one."""

	def read(self, medusa: Dialect, ids: list[str]) -> dict[str, Customer]:
		return medusa.read_customers(ids)

	def result(self, row: Row, customer: Customer | None, hold: Callable[[], None]) -> Result:
		problems = arrive(customer, hold)
		return Result.parked(row, "\n".join(problems)) if problems else Result.done(row)


def arrive(customer: Customer | None, hold: Callable[[], None] = lambda: None) -> list[str]:
	"""Make ERPNext agree with a customer, and commit. If ERPNext refuses, all is rolled back.

	:param customer: None for one that Medusa no longer has: its documents stay as they are
	:param hold: called before the commit; an error that it raises undoes all
	:returns: problems, as messages for the operator
	"""
	if not customer:
		return []
	frappe.db.commit()
	try:
		problems = take_over(customer)
		hold()
		frappe.db.commit()
		return problems
	except frappe.ValidationError as error:  # ERPNext's own refusals, and Blocked
		return [message_of(error)]


def take_over(customer: Customer) -> list[str]:
	"""Make ERPNext agree with a customer. An unknown one with an account becomes a Lead or a Customer, by the
	setting; an unknown guest is ignored, and so are changes of a Customer's further accounts.

	:returns: messages for the operator about values that couldn't be copied
	:raises frappe.ValidationError: where ERPNext refuses it
	:raises frappe.QueryDeadlockError: where another transaction has made the same meanwhile
	"""
	party = shop_customers.find(customer.id)
	if not party and customer.has_account:
		party = _sign_up(customer)
	if not party or _is_further(party, customer):
		return []
	problems = customer_changes.follow(party, customer)
	if not problems:
		left_over.tell_of_customer(party, customer)
	return problems


def _is_further(party: Party, customer: Customer) -> bool:
	"""Whether an account isn't the Customer's first one, whose values are the Customer's."""
	return party_ids.holder(party.doctype, customer.id) != party.name


def _sign_up(customer: Customer) -> Party:
	buyer = Buyer.of_customer(customer)
	if settings.current().new_customers == "Customers":
		name = buyers.customer_of(buyer).name
		tax_ids.fill(name, buyer.tax_id)
		copied_values.begin(name, customer)
		return Party("Customer", name)
	alone = Buyer.alone(customer)
	who = leads.ShopAccount(
		medusa_id=customer.id,
		email=alone.email,
		first_name=alone.first_name,
		last_name=alone.last_name,
		mobile=alone.phone,
		organization=alone.company,
	)
	with make_once.made_once():
		return leads.sign_up(who).party
