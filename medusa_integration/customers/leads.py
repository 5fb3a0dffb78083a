"""Sign-ups in the shop. Each is a Lead until the customer orders.

Source: docs/reference.md, "Customers".
"""

from typing import NamedTuple

import frappe
from frappe import _

from medusa_integration import erpnext_api, languages, settings, texts
from medusa_integration.customers import party_ids, proofs, shop_customers
from medusa_integration.customers.searching import contains
from medusa_integration.customers.shop_customers import Party

MOST_FOUND = 200


class ShopAccount(NamedTuple):
	"""A sign-up in the shop."""

	medusa_id: str
	email: str
	first_name: str = ""
	last_name: str = ""
	mobile: str = ""
	organization: str = ""
	accepted: bool = False  # the terms and conditions


class OtherSignUp(frappe.ValidationError):
	"""The Lead with this e-mail is linked to another customer of the shop."""


class AccountParty(NamedTuple):
	"""The party that a sign-up belongs to."""

	party: Party
	is_new: bool  # whether the Lead was made for it


def sign_up(who: ShopAccount) -> AccountParty:
	"""Find, link or make the party of a sign-up. Where the shop's customer has none, the Lead with the same
	e-mail is linked if the e-mail is proven to be the sign-up's. That Lead keeps its own data. Otherwise a
	Lead is made.

	:raises OtherSignUp: where the Lead with this e-mail is linked to another customer of the shop
	:raises frappe.UniqueValidationError: where another transaction has just made the Lead; a later call may pass
	"""
	party = shop_customers.find(who.medusa_id)
	if party:
		if who.accepted:  # Medusa's event may have come before the sign-up, and lacks this.
			party_ids.accept(party.doctype, party.name)
		return AccountParty(party, is_new=False)
	lead = _with_email(who.email)
	if not lead:
		return AccountParty(Party("Lead", _make(who)), is_new=True)
	if _is_free(lead, who) and not proofs.is_proven(who.email, who.medusa_id):
		return AccountParty(Party("Lead", _make(who, is_second=True)), is_new=True)
	_adopt(lead, who)
	return AccountParty(Party("Lead", lead), is_new=False)


def _with_email(email: str) -> str | None:
	"""The oldest Lead with an e-mail, preferably one that isn't linked yet. ERPNext may allow several."""
	found = frappe.get_all(
		"Lead",
		{"email_id": ("in", [email, email.lower()])},
		["name", "medusa_id"],
		order_by="creation, name",
	)
	found.sort(key=lambda lead: bool(lead.medusa_id))
	return found[0].name if found else None


def _is_free(lead: str, who: ShopAccount) -> bool:
	"""Whether a Lead isn't linked yet. The Lead stays locked.

	:raises OtherSignUp: where it is linked to another customer of the shop
	"""
	id = party_ids.stored("Lead", lead).medusa_id
	if id and id != who.medusa_id:
		raise OtherSignUp(
			_("The Lead with the e-mail {0} is linked to another customer of the shop.").format(who.email)
		)
	return not id


def _adopt(lead: str, who: ShopAccount) -> None:
	if _is_free(lead, who):
		party_ids.write("Lead", lead, who.medusa_id, who.accepted)


def allow_same_email(lead) -> None:
	"""Let the integration save a Lead with another Lead's e-mail, which *CRM Settings* may refuse. The
	sign-up isn't proven to be that other Lead. A user's save is still refused, until the two Leads are
	merged."""
	lead.check_email_id_is_unique = _ask_nothing


def _ask_nothing() -> None:
	"""Check nothing. A named function, because a Lead may be pickled for a job."""


def _make(who: ShopAccount, *, is_second: bool = False) -> str:
	"""Make the Lead of a sign-up.

	:param is_second: whether another Lead, not linked to the sign-up, has the e-mail
	"""
	config = settings.current()
	lead = frappe.new_doc("Lead")
	lead.update(
		{
			# Frappe refuses < and > in names, and ERPNext names the Lead's Contact by these.
			"first_name": texts.one_line(who.first_name),
			"last_name": texts.one_line(who.last_name),
			"company_name": texts.one_line(who.organization),
			"email_id": who.email,
			"mobile_no": who.mobile,
			"status": "Lead",
			"territory": config.territory,
			"company": config.company,
			"language": languages.of_caller(),
			_source_field(): make_source(config.lead_source),
		}
	)
	if is_second:
		allow_same_email(lead)
	# A mandatory field of the site's own must not stop a sign-up.
	lead.insert(ignore_permissions=True, ignore_mandatory=True)
	party_ids.write("Lead", lead.name, who.medusa_id, who.accepted)
	return lead.name


def make_source(name: str) -> str:
	"""Make the record of a Lead's source, unless it exists."""
	doctype = frappe.get_meta("Lead").get_field(_source_field()).options
	if not frappe.db.exists(doctype, name):
		# ERPNext 16's UTM Source is called by its name; 15's Lead Source by its field.
		values = {"doctype": doctype, "name": name, "source_name": name}
		frappe.get_doc(values).insert(ignore_permissions=True)
	return name


def _source_field() -> str:
	return erpnext_api.field("Lead", "source", "utm_source")


def without_customer(text: str) -> list[str]:
	"""The newest Leads of the shop without a Customer.

	:param text: a part of the Lead's title, name or e-mail
	"""
	lead, customer = frappe.qb.DocType("Lead"), frappe.qb.DocType("Customer")
	return (
		frappe.qb.from_(lead)
		.left_join(customer)
		.on(customer.medusa_id == lead.medusa_id)
		.where((lead.medusa_id != "") & customer.name.isnull())
		.where(contains(lead.title, text) | contains(lead.name, text) | contains(lead.email_id, text))
		.select(lead.name)
		.orderby(lead.creation, order=frappe.qb.desc)
		.limit(MOST_FOUND)
		.run(pluck=True)
	)
