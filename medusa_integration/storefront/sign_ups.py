"""The job that makes or links the Lead or Customer of a sign-up in the shop.

Source: docs/reference.md, "Accounts".
"""

import frappe
from frappe import _

from medusa_integration import languages, settings
from medusa_integration.customers import customers_from_medusa as arriving
from medusa_integration.customers import party_ids, shop_customers
from medusa_integration.customers.shop_customers import Party
from medusa_integration.medusa.order import Customer
from medusa_integration.storefront.customers import SignUp, insert_lead


def follow_sign_up(data: SignUp, customer: str | None = None, language: str = "") -> None:
	"""In a job: make or link the party of a sign-up. Repeated, or after Medusa's own event, it finds the
	existing party.

	:param data: as `insert_lead` takes it
	:param customer: the existing Customer to link
	:param language: of the request: a party without a *Print Language* gets it, if it isn't the site's
	:raises frappe.ValidationError: where the party can't be made or linked
	"""
	if customer:
		return _link(customer, data)
	if settings.current().new_customers == "Customers":
		_make_customer(data)
	else:
		insert_lead(data)
	party = shop_customers.find(data["id"])
	if party and language not in ("", languages.of_site()):
		_note_language(party, language)


def _note_language(party: Party, language: str) -> None:
	if not frappe.db.get_value(party.doctype, party.name, "language"):
		frappe.db.set_value(party.doctype, party.name, "language", language)


def _link(customer: str, data: SignUp) -> None:
	party = shop_customers.find(data["id"])
	if party and party.doctype == "Lead":  # Medusa's event was faster.
		shop_customers.link(customer, party.name)
	id = party_ids.stored("Customer", customer).medusa_id
	if id and id != data["id"]:
		frappe.throw(
			_("{0} is linked to another customer of the shop already.").format(customer),
			title=_("Not linked"),
		)
	try:
		party_ids.write("Customer", customer, data["id"], data.get("t_c_acceptance"))
	except frappe.UniqueValidationError:
		raise frappe.RetryBackgroundJobError


def _make_customer(data: SignUp) -> None:
	source = Customer(
		id=data["id"],
		email=data["email"],
		first_name=data.get("first_name") or "",
		last_name=data.get("last_name") or "",
		company_name=data.get("organization_name") or "",
		phone=data.get("mobile") or "",
		has_account=True,
	)
	problems = arriving.arrive(source)
	if problems:
		frappe.throw("\n".join(problems), title=_("Not made"))
	party = shop_customers.find(data["id"])
	if party and data.get("t_c_acceptance"):
		party_ids.accept(party.doctype, party.name)
