"""Parties, taxes of items and payment gateways, made the same way on the embedded site and on a real bench."""

import frappe

from tests.support.factories import _insert


def company() -> str:
	return frappe.db.get_single_value("Global Defaults", "default_company")


def tax_account(label: str = "Shop VAT") -> str:
	"""The name of an Account of the type Tax, made where it is missing."""
	values = {"account_name": label, "company": company()}
	name = frappe.db.get_value("Account", values)
	if name:
		return name
	parent = frappe.db.get_value("Account", {**values, "account_name": "Duties and Taxes"})
	return _insert("Account", **values, parent_account=parent, account_type="Tax").name


def item_tax_template(title: str, **rates: float) -> str:
	"""The name of an Item Tax Template; `rates` by the label of the account, with _ for a space."""
	taxes = [
		{"tax_type": tax_account(label.replace("_", " ")), "tax_rate": rate} for label, rate in rates.items()
	]
	return _insert("Item Tax Template", title=title, company=company(), taxes=taxes).name


def lead(email: str = "ann@example.com", **values):
	defaults = {"first_name": "Ann", "last_name": "Lee", "company_name": "Ann's Clinic"}
	return _insert("Lead", **{**defaults, "email_id": email, **values})


def address(of, title: str = "Clinic", **values):
	"""An Address of a Customer or a Lead."""
	defaults = {
		"address_title": title,
		"address_type": "Billing",
		"address_line1": "1 Main Street",
		"city": "Muscat",
		"country": "Oman",
		"links": [{"link_doctype": of.doctype, "link_name": of.name}],
	}
	return _insert("Address", **{**defaults, **values})


def payment_gateway_account(**values) -> str:
	"""The default Payment Gateway Account, whose gateway makes URLs without asking anybody."""
	currency = frappe.get_cached_value("Company", company(), "default_currency")
	settings = frappe.new_doc("Stripe Settings", gateway_name="Shop", publishable_key="pk", secret_key="sk")
	if currency not in settings.supported_currencies:
		settings.supported_currencies.append(currency)
	settings.flags.ignore_mandatory = True  # else it asks Stripe whether the keys are right
	settings.insert(ignore_permissions=True)
	name = frappe.db.get_value("Payment Gateway Account", {"payment_gateway": "Stripe-Shop"})
	if values:
		frappe.db.set_value("Payment Gateway Account", name, values)
	return name


def sales_return(note, **quantities: float):
	"""A submitted return of a Delivery Note: of all of it, or of `{item code with _ for -: quantity}`."""
	from erpnext.stock.doctype.delivery_note.delivery_note import make_sales_return

	doc = make_sales_return(note.name)
	if quantities:
		wanted = {code.replace("_", "-"): quantity for code, quantity in quantities.items()}
		doc.items = [row for row in doc.items if row.item_code in wanted]
		for row in doc.items:
			row.qty = -wanted[row.item_code]
	doc.insert(ignore_permissions=True)
	doc = frappe.get_doc(doc.doctype, doc.name)  # else ERPNext doesn't note on the order what was returned
	doc.submit()
	return doc
