"""The Customer whose books take a document in a currency.

ERPNext keeps a Customer's books of a company in one currency. Books in the company's currency take documents in all
currencies; books in another take documents in that one alone. A buyer whose books are in another currency has a
second Customer, in the company's currency, for all other documents.

Source: docs/reference.md, "One customer, several currencies".
"""

import frappe
from frappe import _

from medusa_integration import erpnext_api, make_once
from medusa_integration.customers import whose_documents
from medusa_integration.customers.emails import MAIN
from medusa_integration.customers.shop_customers import Party
from medusa_integration.delivery.blocked import Blocked

# Fields of the Customer that the second one has of its own.
OF_ITS_OWN = {
	"default_currency": None,
	"lead_name": None,
	"is_internal_customer": 0,
	"represents_company": None,
}
TABLES_OF_ITS_OWN = ("portal_users", "companies")


def takes(customer: str, company: str, currency: str) -> bool:
	"""Whether a Customer's books take documents in a currency."""
	account = erpnext_api.party_account(customer, company)
	books = account and frappe.get_cached_value("Account", account, "account_currency")
	return books in (None, currency, own_currency(company))


def own_currency(company: str) -> str:
	return frappe.get_cached_value("Company", company, "default_currency")


def customer_for(customer: str, company: str, currency: str) -> str:
	"""The Customer of a buyer whose books take documents in a currency: the first one, else a second one,
	made where there is none.

	:param customer: any of the buyer's
	:raises Blocked: where the company has no receivable account in its own currency
	:raises Meanwhile: where another transaction has made the second one since this one began
	"""
	main = whose_documents.main_of(Party("Customer", customer)).name
	others = whose_documents.second_ones(main)
	found = next((each for each in (main, *others) if takes(each, company, currency)), None)
	if not found:
		return _make(main, company, set(others))
	if found != main:
		_follow_name(found, main)
	return found


def _follow_name(second: str, main: str) -> None:
	name = frappe.db.get_value("Customer", main, "customer_name")
	if name != frappe.db.get_value("Customer", second, "customer_name"):
		frappe.db.set_value("Customer", second, "customer_name", name)


def _make(main: str, company: str, others: set[str]) -> str:
	account = _account(company)
	source = frappe.get_doc("Customer", main, for_update=True)
	make_once.unchanged(others, lambda: _committed_others(main))
	doc = frappe.copy_doc(source)
	doc.customer_name = source.customer_name
	doc.update({field: value for field, value in OF_ITS_OWN.items() if doc.meta.has_field(field)})
	for table in TABLES_OF_ITS_OWN:
		if doc.meta.has_field(table):
			doc.set(table, [])
	doc.set("accounts", [{"company": company, "account": account}])
	own = own_currency(company)
	doc.flags.ignore_mandatory = True  # of the site's own fields
	name = make_once.insert(doc, f"{main} - {own}")
	frappe.db.set_value("Customer", name, MAIN, main, update_modified=False)
	text = _(
		"ERPNext keeps the books of {0} in another currency. {1} has this buyer's orders in other currencies."
	)
	for each in (main, name):
		frappe.get_doc("Customer", each).add_comment("Info", text.format(main, name))
	return name


def _committed_others(main: str) -> set[str]:
	own = {MAIN: main, "name": ("!=", main)}
	return {row[0] for row in frappe.db.get_values("Customer", own, "name", for_update=True)}


def _account(company: str) -> str:
	"""The receivable account in the company's currency: the company's own, else the first one."""
	of_company = {"company": company, "account_currency": own_currency(company)}
	wanted = {**of_company, "account_type": "Receivable", "is_group": 0}
	default = frappe.get_cached_value("Company", company, "default_receivable_account")
	found = frappe.db.get_value("Account", {**wanted, "name": default}) if default else None
	found = found or frappe.db.get_value("Account", {**wanted, "disabled": 0}, order_by="creation, name")
	if not found:
		raise Blocked(
			_("{0} has no receivable account in {1}: make one, then Retry.").format(
				company, own_currency(company)
			)
		)
	return found
