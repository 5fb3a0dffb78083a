"""The shop's customers in ERPNext. A customer who signed up is a Lead, a customer who orders is a Customer.

Source: docs/reference.md, "Customers".
"""

from typing import NamedTuple

import frappe
from frappe import _
from frappe.model.mapper import get_mapped_doc

from medusa_integration import erpnext_api, settings, texts
from medusa_integration.customers import further_accounts, party_ids
from medusa_integration.users import as_administrator

# As ERPNext's own button makes a Customer from a Lead: fields of the same name, and these.
FROM_LEAD = {"doctype": "Customer", "field_map": {"name": "lead_name"}, "field_no_map": ["disabled"]}


class Party(NamedTuple):
	"""The Customer or Lead that a document is for."""

	doctype: str  # Customer or Lead
	name: str


def find(medusa_id: str) -> Party | None:
	"""The Customer of a customer of the shop, also as one of its further accounts, else the Lead, else None."""
	if customer := party_ids.holder("Customer", medusa_id) or further_accounts.customer_of(medusa_id):
		return Party("Customer", customer)
	lead = party_ids.holder("Lead", medusa_id)
	return Party("Lead", lead) if lead else None


def promote(lead: str) -> str:
	"""Make the Customer of a Lead, unless it exists. The Lead's contacts and addresses are linked to the
	Customer too, and the Lead is Converted. The Lead stays locked until the transaction ends, so that two
	calls at once make one Customer.

	:returns: the Customer's name
	:raises frappe.ValidationError: where a record that the settings name is missing, or the Lead's Customer belongs to
		another customer of the shop
	"""
	doc = frappe.get_doc("Lead", lead, for_update=True)
	existing = _customer_of(doc)
	if not existing:
		return _make(doc)
	_link(existing, doc)
	return existing


def link(customer: str, lead: str) -> None:
	"""Link an existing Customer to the shop's customer that a Lead stands for, as if the Customer had been
	made from that Lead.

	:raises frappe.ValidationError: where the Lead isn't linked to a customer of the shop, another Customer is
		linked to that customer, or this Customer to another one
	"""
	source = frappe.get_doc("Lead", lead, for_update=True)
	doc = frappe.get_doc("Customer", customer, for_update=True)
	if not source.medusa_id:
		_refuse_link(_("Selected Lead does not have a Medusa ID"))
	if doc.medusa_id and doc.medusa_id != source.medusa_id:
		_refuse_link(
			_("{0} is linked to another customer of the shop already.").format(frappe.bold(customer))
		)
	other = party_ids.holder("Customer", source.medusa_id)
	if other and other != customer:
		_refuse_link(_("This Medusa Lead is already linked to another Customer: {0}").format(other))
	if doc.medusa_id and doc.lead_name == lead:
		return
	doc.db_set("lead_name", lead)  # changes `modified`: a form that was opened before can't undo it
	party_ids.write("Customer", customer, source.medusa_id, source.t_c_acceptance)
	doc.flags.ignore_permissions = True
	erpnext_api.join_to_lead(doc)
	doc.add_comment("Info", _("linked to the shop's customer {0} by {1}").format(source.medusa_id, lead))


def _refuse_link(message: str) -> None:
	frappe.throw(message, title=_("Not linked"))


def _customer_of(lead) -> str | None:
	"""The Customer with the Lead's id, else the one made from the Lead. The Lead was read locked, so its
	status is as committed: a Converted Lead's Customer may be newer than this transaction, and is read as
	committed too."""
	for committed in (False, True) if lead.status == "Converted" else (False,):
		if lead.medusa_id and (found := party_ids.holder("Customer", lead.medusa_id, committed=committed)):
			return found
		made_from = {"lead_name": lead.name}
		if found := frappe.db.get_value("Customer", made_from, order_by="creation", for_update=committed):
			return found
	return None


def _link(customer: str, lead) -> None:
	"""Give the Lead's id to the Customer that a user made from the Lead in the Desk."""
	if not lead.medusa_id:
		return
	id = party_ids.stored("Customer", customer).medusa_id
	if id and id != lead.medusa_id:
		frappe.throw(
			_(
				"The Lead {0} and its Customer {1} are linked to different customers of the shop. Correct the Customer's field From Lead."
			).format(frappe.bold(lead.name), frappe.bold(customer)),
			title=_("Two customers of the shop"),
		)
	if not id:
		party_ids.write("Customer", customer, lead.medusa_id, lead.t_c_acceptance)


def make_shops(customer) -> None:
	"""Give a new Customer the customer group and the sales team that the settings name for the shop's
	customers.

	:raises frappe.ValidationError: where a record that the settings name is missing
	"""
	config = settings.current()
	_must_exist("Customer Group", config.customer_group)
	_must_exist("Sales Person", config.sales_person)
	customer.customer_group = config.customer_group
	customer.update(settings.series("Customer"))
	customer.set("sales_team", [{"sales_person": config.sales_person, "allocated_percentage": 100}])
	customer.flags.ignore_mandatory = True  # of the site's own fields


def _make(lead) -> str:
	customer = get_mapped_doc("Lead", lead.name, {"Lead": FROM_LEAD}, ignore_permissions=True)
	customer.update(
		{
			# Frappe refuses < and > in names.
			"customer_name": texts.one_line(lead.company_name or lead.lead_name),
			"customer_type": "Company" if lead.company_name else "Individual",
			"territory": settings.current().territory or lead.territory,
		}
	)
	make_shops(customer)
	as_administrator(customer, customer.insert)
	if lead.medusa_id:
		party_ids.write("Customer", customer.name, lead.medusa_id, lead.t_c_acceptance)
	return customer.name


def _must_exist(doctype: str, name: str) -> None:
	if not frappe.db.exists(doctype, name):
		frappe.throw(
			_(
				"There is no {0} {1}. Make it, or choose another in the Medusa Configuration: customers from the shop get it."
			).format(_(doctype), frappe.bold(name)),
			title=_("{0} is missing").format(_(doctype)),
		)
