"""The storefront's calls about customers.

Source: docs/reference.md, "Customers".
"""

from typing import Annotated

import frappe
from frappe.query_builder import CustomFunction
from frappe.query_builder.functions import Count, Lower
from pydantic import Field
from typing_extensions import TypedDict

from medusa_integration.storefront.access import trusted
from medusa_integration.storefront.arguments import Text
from medusa_integration.storefront.replies import Counted

PAGE = 20
MOST_WORDS = 10
NOBODY = "No relevant customers found"  # documented words, so they aren't translated
Instr = CustomFunction("INSTR", ["text", "part"])

Page = Annotated[int, Field(ge=1, le=1_000_000, examples=[1])]


class FoundCustomer(TypedDict):
	name: str
	customer_name: str
	email_id: str | None
	mobile_no: str | None


@trusted("GET", "POST")
def fetch_all_customers(name: Text = "", page: Page = 1) -> Counted[list[FoundCustomer] | str]:
	"""Customers who have no Medusa customer yet, by name.

	:param name: words, all of which must be in the customer's name; blank: everybody
	:param page: 20 customers each, from 1
	:returns: the customers, or "No relevant customers found"; and how many there are on all pages

	Source: docs/reference.md, "Customers".
	"""
	customer = frappe.qb.DocType("Customer")
	found = frappe.qb.from_(customer).where(customer.medusa_id.isnull() | (customer.medusa_id == ""))
	for word in name.lower().split()[:MOST_WORDS]:
		found = found.where(Instr(Lower(customer.customer_name), word) > 0)
	total = found.select(Count("*")).run()[0][0]
	rows = (
		found.select(customer.name, customer.customer_name, customer.email_id, customer.mobile_no)
		.orderby(customer.customer_name, customer.name)
		.limit(PAGE)
		.offset(PAGE * (page - 1))
		.run(as_dict=True)
	)
	return Counted(rows or NOBODY, total)
