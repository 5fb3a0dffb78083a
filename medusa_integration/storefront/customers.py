"""The storefront's calls about customers.

Source: docs/reference.md, "Customers".
"""

from typing import Annotated, Literal

import frappe
from frappe import _
from frappe.query_builder.functions import Coalesce, Count
from frappe.utils import sbool, validate_email_address, validate_phone_number
from pydantic import AfterValidator, Field, StringConstraints
from typing_extensions import NotRequired, TypedDict

from medusa_integration import settings, texts
from medusa_integration.customers import addresses_from_storefront, leads, whose_documents
from medusa_integration.customers.emails import MAIN
from medusa_integration.customers.searching import contains
from medusa_integration.customers.shop_customers import Party
from medusa_integration.storefront.access import trusted
from medusa_integration.storefront.arguments import CustomerId, Flag, Name, Term, Text
from medusa_integration.storefront.errors import conflict, not_found
from medusa_integration.storefront.replies import Paged

PAGE = 20
MOST_WORDS = 10
# Documented messages, so they aren't translated.
Nobody = Annotated[Literal["No relevant customers found"], Field(description="instead of an empty list")]
NOBODY = "No relevant customers found"
ADDRESS_UPDATED = "Address updated successfully"


def _email(text: str) -> str:
	if validate_email_address(text) != text or texts.one_line(text) != text:
		raise ValueError("must be an e-mail address")
	return text


def _phone(text: str) -> str:
	if text and not validate_phone_number(text):
		raise ValueError("must be a phone number")
	return text


Email = Annotated[Name, AfterValidator(_email), Field(examples=["aisha@clinic.example"])]
Phone = Annotated[Text, AfterValidator(_phone), Field(examples=["+968 9123 4567"])]
CustomerName = Annotated[Name, Field(description="the name of the Customer", examples=["Harbour Clinic"])]
Line = Annotated[
	str, StringConstraints(strip_whitespace=True, max_length=240), Field(examples=["12 Harbour Street"])
]
Page = Annotated[int, Field(ge=1, le=1_000_000, examples=[1])]


class FoundCustomer(TypedDict):
	name: str
	customer_name: str
	email_id: str | None
	mobile_no: str | None


@trusted("GET", "POST")
def fetch_all_customers(name: Term = "", page: Page | None = None) -> Paged[list[FoundCustomer] | Nobody]:
	"""Customers without a Medusa customer, by name. Customers whose Lead has one, the one Customer of all
	guests, and a buyer's second Customer for other currencies are left out.

	:param name: words, all of which must be in the customer's name; blank: all Customers
	:param page: 20 customers each, from 1; left out: all of them
	:returns: the customers, or "No relevant customers found"; and the number of customers on all pages
	"""
	customer = frappe.qb.DocType("Customer")
	found = _without_account(customer)
	for word in name.split()[:MOST_WORDS]:
		found = found.where(contains(customer.customer_name, word))
	wanted = found.select(customer.name, customer.customer_name, customer.email_id, customer.mobile_no)
	wanted = wanted.orderby(customer.customer_name, customer.name)
	if not page:
		rows = wanted.run(as_dict=True)
		return Paged(rows or NOBODY, len(rows))
	total = found.select(Count("*")).run()[0][0]
	rows = wanted.limit(PAGE).offset(PAGE * (page - 1)).run(as_dict=True)
	return Paged(rows or NOBODY, total)


def _without_account(customer):
	"""A query for Customers linked to no customer of the shop, neither themselves nor by their Leads."""
	lead = frappe.qb.DocType("Lead")
	guests = settings.current().guest_customer
	found = (
		frappe.qb.from_(customer)
		.left_join(lead)
		.on((lead.name == customer.lead_name) & (lead.medusa_id != ""))
		.where(lead.name.isnull() & (customer.medusa_id.isnull() | (customer.medusa_id == "")))
	)
	found = found.where(Coalesce(customer[MAIN], "") == "")
	return found.where(customer.name != guests) if guests else found


class SignUp(TypedDict):
	id: CustomerId
	email: Email
	first_name: NotRequired[Annotated[Text, Field(examples=["Aisha"])] | None]
	last_name: NotRequired[Annotated[Text, Field(examples=["Al Harthy"])] | None]
	mobile: NotRequired[Phone | None]
	organization_name: NotRequired[Annotated[Text, Field(examples=["Harbour Clinic"])] | None]
	t_c_acceptance: NotRequired[Flag | None]


class SignedUp(TypedDict):
	message: str
	lead: str | None
	customer: str | None


@trusted("POST")
def insert_lead(data: SignUp) -> SignedUp:
	"""Make a Lead of a sign-up in the shop. A repeated call returns the existing Lead or Customer.

	A Lead with the same e-mail that isn't the shop's yet becomes this sign-up's, with its own data unchanged,
	if the e-mail is proven: by a right code of `sign_up` or `login`, or by the setting *Shop Verifies
	E-mails*. Else a second Lead is made.

	:param data: of the customer in Medusa. `t_c_acceptance`: whether the terms and conditions were accepted
	:returns: the name of the Lead, or of the Customer that it has become
	:raises Conflict: the Lead with this e-mail belongs to another customer of the shop
	"""
	who = leads.ShopAccount(
		medusa_id=data["id"],
		email=data["email"],
		first_name=data.get("first_name") or "",
		last_name=data.get("last_name") or "",
		mobile=data.get("mobile") or "",
		organization=data.get("organization_name") or "",
		accepted=bool(sbool(data.get("t_c_acceptance"))),
	)
	try:
		(doctype, name), is_new = leads.sign_up(who)
	except leads.OtherSignUp as error:
		conflict(str(error))
	except (frappe.DuplicateEntryError, frappe.UniqueValidationError):
		if frappe.request:
			raise  # The call is made again.
		raise frappe.RetryBackgroundJobError
	return {
		"message": "Lead created successfully" if is_new else f"{doctype} exists already",
		"lead": name if doctype == "Lead" else None,
		"customer": name if doctype == "Customer" else None,
	}


@trusted("POST")
def update_address(
	customer_id: CustomerName,
	address_line1: Line | None = None,
	address_line2: Line | None = None,
	city: Term | None = None,
	state: Term | None = None,
	country: Term | None = None,
	pincode: Term | None = None,
	medusa_customer_id: CustomerId | None = None,
) -> str:
	"""Change the first Address of a Customer of the shop: the primary one, else the oldest. An Address that
	other parties have, too, isn't changed. Fields that aren't sent stay as they are.

	:param customer_id: the name of the Customer
	:param address_line1: street and number
	:param address_line2: building, floor
	:param city: city or town
	:param state: state, region or province
	:param pincode: postal code
	:param country: its name in English, or its ISO code of two letters
	:param medusa_customer_id: Medusa's id of the customer that the Customer has to be linked to
	:returns: "Address updated successfully"
	:raises NotFound: there is no such Customer, it isn't linked to a customer of the shop, or not to this
		one, or it has no Address
	:raises BadAddress: an unknown country, or a needed field would be blank
	:raises Conflict: other parties have all of the Customer's Addresses, too
	"""
	customer = _of_shop(customer_id, medusa_customer_id)
	sent = {
		"address_line1": address_line1,
		"address_line2": address_line2,
		"city": city,
		"state": state,
		"country": country,
		"pincode": pincode,
	}
	values = addresses_from_storefront.cleaned(sent)
	party = Party("Customer", customer)
	own = addresses_from_storefront.own_addresses(party)
	if own:
		addresses_from_storefront.update(own[0].name, values)
		return ADDRESS_UPDATED
	if addresses_from_storefront.has_shared(party):
		conflict(
			_("The Address of {0} is another party's too: it can be changed in ERPNext only.").format(
				customer
			)
		)
	not_found(_("{0} has no Address.").format(customer))


def _of_shop(name: str, medusa_id: str | None) -> str:
	"""The name of a Customer that stands for a customer of the shop.

	:param medusa_id: of that customer; None: any
	:raises NotFound: there is no such Customer; the shop may not change ERPNext's other Customers
	"""
	customer = frappe.db.get_value("Customer", name, "name")
	ids = (
		whose_documents.ids_of(Party("Customer", customer)) if customer == name else set()
	)  # MariaDB ignores case.
	if not ids or (medusa_id and medusa_id not in ids):
		not_found(
			_(
				"There is no Customer {0} of the shop. Link it to the shop's customer in ERPNext first."
			).format(name)
		)
	return customer
