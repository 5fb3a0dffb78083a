import frappe
from frappe import _, bold
from frappe.contacts.doctype.address.address import get_default_address, render_address

from erpnext import get_company_currency
from erpnext.exceptions import InvalidAccountCurrency


class PartyDisabled(frappe.ValidationError):
	pass


class PartyFrozen(frappe.ValidationError):
	pass


def _get_party_details(
	party,
	party_type="Customer",
	company=None,
	posting_date=None,
	doctype=None,
	ignore_permissions=False,
	party_address=None,
	shipping_address=None,
) -> frappe._dict:
	"""What a selling document takes from its Customer, where it doesn't say otherwise.

	Raises PermissionError for a user who may not read the Customer, or the addresses.
	"""
	doc = frappe.get_doc(party_type, party)
	if not ignore_permissions:
		frappe.has_permission(party_type, "read", doc, throw=True)
	details = frappe._dict(customer=party)
	if doctype == "Sales Invoice":
		details.update(debit_to=get_party_account(party_type, party, company), due_date=posting_date)
	set_address_details(details, doc, party_address, shipping_address, ignore_permissions=ignore_permissions)
	details.update(get_contact_details(get_default_contact(party_type, party)))
	for field in ("customer_name", "customer_group", "territory", "language"):
		details[field] = doc.get(field)
	of_address = frappe.db.get_value("Address", details.customer_address, "tax_category")
	details.tax_category = of_address or doc.tax_category
	details.selling_price_list = get_default_price_list(doc)
	details.currency = doc.default_currency or get_company_currency(company)
	details.sales_team = [
		{"sales_person": row.sales_person, "allocated_percentage": row.allocated_percentage or None}
		for row in doc.sales_team
	]
	return details


def set_address_details(
	details, party, party_address=None, shipping_address=None, *, ignore_permissions=False
) -> None:
	check = not ignore_permissions
	details.customer_address = party_address or get_default_address(party.doctype, party.name)
	details.address_display = render_address(details.customer_address, check_permissions=check)
	shipping = shipping_address or get_party_shipping_address(party.doctype, party.name)
	details.shipping_address_name = shipping
	details.shipping_address = render_address(shipping, check_permissions=check)


def get_contact_details(contact: str | None) -> dict:
	fields = {"full_name": "contact_display", "email_id": "contact_email", "mobile_no": "contact_mobile"}
	found = (contact and frappe.db.get_value("Contact", contact, list(fields), as_dict=True)) or {}
	return {"contact_person": contact, **{to: found.get(field) for field, to in fields.items()}}


def get_default_contact(doctype: str, name: str) -> str | None:
	"""Its primary contact, else the one for bills."""
	linked = [["Dynamic Link", "link_doctype", "=", doctype], ["Dynamic Link", "link_name", "=", name]]
	contacts = frappe.get_all(
		"Contact",
		filters=linked,
		or_filters=[["is_primary_contact", "=", 1], ["is_billing_contact", "=", 1]],
		pluck="name",
		order_by="is_primary_contact DESC, is_billing_contact DESC",
		limit=1,
	)
	return contacts[0] if contacts else None


def get_party_shipping_address(doctype: str, name: str) -> str | None:
	"""The preferred one, or the only one of its type."""
	found = frappe.get_all(
		"Address",
		filters=[
			["Dynamic Link", "link_doctype", "=", doctype],
			["Dynamic Link", "link_name", "=", name],
			["disabled", "=", 0],
		],
		or_filters=[["is_shipping_address", "=", 1], ["address_type", "=", "Shipping"]],
		fields=["name", "is_shipping_address"],
		order_by="is_shipping_address DESC",
	)
	if found and (found[0].is_shipping_address or len(found) == 1):
		return found[0].name
	return None


def get_default_price_list(party) -> str | None:
	return party.default_price_list or frappe.get_cached_value(
		"Customer Group", party.customer_group, "default_price_list"
	)


@frappe.whitelist()
def get_party_account(party_type, party=None, company=None, include_advance=False):
	"""Of the party, else the company's; but one in the currency of the party's entries, where it has some."""
	if not company:
		frappe.throw(_("Please select a Company"))
	kind = "receivable" if party_type == "Customer" else "payable"
	own = {"parenttype": party_type, "parent": party, "company": company}
	account = party and frappe.db.get_value("Party Account", own, "account")
	account = account or frappe.get_cached_value("Company", company, f"default_{kind}_account")
	entries = _account_with_entries(party_type, party, company)
	if entries and get_account_currency(entries) != get_account_currency(account):
		account = entries
	return [account] if include_advance else account


def get_account_currency(account: str) -> str:
	return frappe.get_cached_value("Account", account, "account_currency")


def get_party_account_currency(party_type, party, company):
	return get_account_currency(get_party_account(party_type, party, company))


def get_party_gle_currency(party_type, party, company):
	"""The currency of the party's entries in the ledger, which all have the same; None before the first one."""
	account = _account_with_entries(party_type, party, company)
	return get_account_currency(account) if account else None


def validate_party_gle_currency(party_type, party, company, party_account_currency=None):
	currency = get_party_gle_currency(party_type, party, company)
	if currency and (party_account_currency or currency) != currency:
		frappe.throw(
			_(
				"{0} {1} has accounting entries in currency {2} for company {3}. Please select a receivable or payable account with currency {2}."
			).format(*map(bold, (party_type, party, currency, company))),
			InvalidAccountCurrency,
		)


def _account_with_entries(party_type, party, company) -> str | None:
	"""The stand-in has no ledger: a party has entries by its submitted invoices and payments."""
	if not party or party_type != "Customer":
		return None
	submitted = {"company": company, "docstatus": 1}
	billed = {**submitted, "customer": party, "base_grand_total": ("!=", 0)}
	paid = {**submitted, "party_type": party_type, "party": party}
	return (
		frappe.db.get_value("Sales Invoice", billed, "debit_to")
		or frappe.db.get_value("Payment Entry", {**paid, "payment_type": "Receive"}, "paid_from")
		or frappe.db.get_value("Payment Entry", {**paid, "payment_type": "Pay"}, "paid_to")
	)


def validate_party_frozen_disabled(party_type, party_name) -> None:
	if not party_name or frappe.flags.ignore_party_validation:
		return
	party = frappe.get_cached_value(party_type, party_name, ["is_frozen", "disabled"], as_dict=True)
	if party.disabled:
		frappe.throw(_("{0} {1} is disabled").format(party_type, party_name), PartyDisabled)
	if party.is_frozen:
		frappe.throw(_("{0} {1} is frozen").format(party_type, party_name), PartyFrozen)
