"""Joining a party of the shop with a Customer or Lead that has the same e-mail. The two are probably the
same, but the e-mail isn't proven to be the shop customer's, so a user of the Desk decides.

Source: docs/reference.md, "Proven e-mails".
"""

import frappe
from frappe import _

from medusa_integration import erpnext_api
from medusa_integration.customers import emails, party_ids, shop_customers
from medusa_integration.customers.shop_customers import Party


def same_as(party: Party) -> list[Party]:
	"""The Customers and Leads that a party can be joined with. They have the party's e-mail, in any case, and
	just one of the two is linked to a customer of the shop.

	:param party: a stored one
	"""
	of_customer = ["customer_primary_contact", emails.MAIN] if party.doctype == "Customer" else []
	fields = ["medusa_id", "email_id", *of_customer]
	own = frappe.db.get_value(party.doctype, party.name, fields, as_dict=True)
	if own.get(emails.MAIN):
		return []
	contact = own.get("customer_primary_contact")
	shown = [own.email_id, contact and frappe.db.get_value("Contact", contact, "email_id")]
	found = []
	for email in {each.lower() for each in shown if each}:
		for doctype, rows in (("Customer", emails.customers_with(email)), ("Lead", emails.leads_with(email))):
			found += [Party(doctype, row.name) for row in rows if bool(row.medusa_id) != bool(own.medusa_id)]
	pairs = {each: _pair(party, each) for each in found}
	return sorted(each for each, pair in pairs.items() if _can_be_joined(*pair))


def _pair(party: Party, other: Party) -> tuple[Party, Party]:
	"""Two parties, the one that is linked to a customer of the shop first."""
	is_shops = bool(frappe.db.get_value(party.doctype, party.name, "medusa_id"))
	return (party, other) if is_shops else (other, party)


def _can_be_joined(shops: Party, other: Party) -> bool:
	"""Whether two parties can be joined. A Lead with a Customer can't be joined with another Customer, nor a
	Customer with a second Lead."""
	if shops.doctype == other.doctype:
		return True
	if shops.doctype == "Lead":
		id = frappe.db.get_value("Lead", shops.name, "medusa_id")
		return not party_ids.holder("Customer", id)
	has_lead = frappe.db.get_value("Customer", shops.name, "lead_name")
	return not has_lead and not frappe.db.exists("Customer", {"lead_name": other.name})


def staying(party: Party, other: Party) -> Party:
	"""The party that stays when two are joined. Of two Customers or two Leads, the one that isn't the shop's
	stays, with the prices, terms and documents of a known customer. Of a Customer and a Lead, the Customer
	stays."""
	shops, known = _pair(party, other)
	return shops if (shops.doctype, known.doctype) == ("Customer", "Lead") else known


def join(party: Party, other: Party) -> Party:
	"""Join two parties that `same_as` finds, with the user's own permissions. Two Customers, or two Leads, are merged as by Frappe's
	own *Rename*: all documents name the one that stays, which is linked to the shop's customer. A Customer and a Lead both stay,
	and are linked as if the Customer had been made from the Lead.

	:returns: the one that stays, or the Customer
	:raises frappe.ValidationError: where they can't be joined
	:raises frappe.PermissionError: where the user may not write both, or not delete the one that is merged
	"""
	if other not in same_as(party):
		frappe.throw(
			_(
				"{0} and {1} aren't a customer of the shop and a party with the same e-mail. Reload the form."
			).format(frappe.bold(party.name), frappe.bold(other.name)),
			title=_("Not joined"),
		)
	shops, known = _pair(party, other)
	stays = staying(party, other)
	if shops.doctype == known.doctype:
		_merge(shops, known)
	elif shops.doctype == "Lead":
		shop_customers.link(known.name, shops.name)
		_note(shops, _("joined with {0}, which has the same e-mail").format(known.name))
	else:
		_take_lead(shops.name, known.name)
	return stays


def _merge(shops: Party, known: Party) -> None:
	lead = shops.doctype == "Customer" and frappe.db.get_value("Customer", shops.name, "lead_name")
	frappe.get_doc(*shops).check_permission("delete")
	frappe.rename_doc(shops.doctype, shops.name, known.name, merge=True, show_alert=False)
	if lead:
		_keep_lead(known.name, lead)
	id = frappe.db.get_value(known.doctype, known.name, "medusa_id")
	_note(
		known,
		_("linked to the shop's customer {0} by merging {1}, which had the same e-mail").format(
			id, shops.name
		),
	)


def _keep_lead(customer: str, lead: str) -> None:
	"""Link the merged Customer's Lead to the remaining Customer. ERPNext has made the Lead *Interested*
	again."""
	doc = frappe.get_doc("Customer", customer)
	if not doc.lead_name:
		doc.db_set("lead_name", lead)
	frappe.db.set_value("Lead", lead, "status", "Converted")


def _take_lead(customer: str, lead: str) -> None:
	doc = frappe.get_doc("Customer", customer, for_update=True)
	doc.db_set("lead_name", lead)
	doc.flags.ignore_permissions = True
	erpnext_api.join_to_lead(doc)
	_note(Party("Customer", customer), _("joined with the Lead {0}, which has the same e-mail").format(lead))
	_note(Party("Lead", lead), _("joined with the Customer {0}, which has the same e-mail").format(customer))


def _note(party: Party, text: str) -> None:
	frappe.get_doc(*party).add_comment("Info", text)
