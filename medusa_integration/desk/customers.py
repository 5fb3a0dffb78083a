"""The calls of the Customer's form.

Source: docs/reference.md, "Whitelisted calls".
"""

import frappe

from medusa_integration import settings
from medusa_integration.customers import account_links, leads, shop_customers
from medusa_integration.desk.arguments import DocumentName, checked


@frappe.whitelist(methods=["GET", "POST"])
@checked
def link_medusa_lead(customer: DocumentName, lead: DocumentName) -> dict:
	"""Link a Customer to the shop's customer that a Lead stands for, see "Customers". This can't be undone in
	the Desk.

	:param customer: its name
	:param lead: its name
	:returns: `{"status": "success"}`
	:raises frappe.PermissionError: without write permission for the Customer and read permission for the Lead
	:raises frappe.DoesNotExistError: where there is none
	:raises frappe.ValidationError: where the Lead isn't linked to a customer of the shop, another Customer is
		linked to that customer, or this Customer to another one
	:raises BadArgument: for a value that can't be a name

	Source: docs/reference.md, "Customers".
	"""
	frappe.get_doc("Customer", customer).check_permission("write")
	frappe.get_doc("Lead", lead).check_permission("read")
	shop_customers.link(customer, lead)
	frappe.local.flags.commit = True  # also of a GET
	return {"status": "success"}


@frappe.whitelist(methods=["POST"])
@checked
def unlink_deleted_account(customer: DocumentName) -> dict:
	"""Unlink a Customer, and its Lead, from a customer of the shop whose account was deleted in Medusa, see
	"Customers". Its documents stay. Then it can be merged with, or linked to, another customer of the shop.

	:param customer: its name
	:returns: `{"status": "success"}`
	:raises frappe.PermissionError: without write permission for the Customer
	:raises frappe.DoesNotExistError: where there is none
	:raises MedusaNotConfigured: while the integration is off
	:raises frappe.ValidationError: where the Customer isn't linked, the account exists in Medusa, or Medusa
		doesn't answer
	:raises BadArgument: for a value that can't be a name

	Source: docs/reference.md, "Customers".
	"""
	frappe.get_doc("Customer", customer).check_permission("write")
	settings.must_be_enabled()
	account_links.unlink_deleted(customer)
	return {"status": "success"}


@frappe.whitelist()
@checked
def get_customer_link(customer: DocumentName) -> str:
	"""The address of a Customer in Medusa's admin.

	:param customer: its name
	:returns: the address, `""` where the Customer isn't linked, or Medusa's address isn't known
	:raises frappe.PermissionError: without read permission for the Customer
	:raises frappe.DoesNotExistError: where there is none
	:raises BadArgument: for a value that can't be a name
	"""
	doc = frappe.get_doc("Customer", customer)
	doc.check_permission("read")
	return settings.admin_link("customers", doc.medusa_id)


@frappe.whitelist()
@frappe.validate_and_sanitize_search_inputs
def search_medusa_leads(doctype, txt, searchfield, start, page_len, filters):
	"""The choices of *Link Medusa Lead*: Leads of the shop that no Customer has yet, newest first. The
	arguments are those of Frappe's link fields.

	:param txt: a part of the Lead's title, name or e-mail
	:returns: `[name, title, e-mail]` of the Leads that the user may see
	:raises frappe.PermissionError: without read permission for Leads
	"""
	frappe.has_permission("Lead", "read", throw=True)
	return frappe.get_list(
		"Lead",
		filters={"name": ("in", leads.without_customer(txt or ""))},
		fields=["name", "title", "email_id"],
		order_by="creation desc",
		limit_start=start,
		limit_page_length=page_len,
		as_list=True,
	)
