"""Customers, Leads and their addresses, as the tests look at them."""

import frappe

FIELDS = ("address_line1", "address_line2", "city", "state", "country", "pincode")


def address(doctype: str, name: str, *others: tuple[str, str], **values):
	"""An Address of a party, and of others too."""
	links = [{"link_doctype": each, "link_name": party} for each, party in ((doctype, name), *others)]
	defaults = {"address_line1": "1 First Street", "city": "Muscat", "country": "Oman"}
	doc = frappe.get_doc(
		{
			"doctype": "Address",
			"address_title": name,
			"address_type": "Billing",
			**defaults,
			**values,
			"links": links,
		}
	)
	return doc.insert(ignore_permissions=True)


def addresses_of(doctype: str, name: str) -> list:
	"""The Addresses of a party, oldest first."""
	frappe.db.commit()
	links = {"parenttype": "Address", "link_doctype": doctype, "link_name": name}
	names = frappe.get_all("Dynamic Link", links, pluck="parent")
	return frappe.get_all(
		"Address",
		{"name": ("in", names)},
		["name", "address_title", "is_primary_address", "phone", "email_id", *FIELDS],
		order_by="creation, name",
	)


def prove(email: str = "aisha@example.com", medusa_id: str = "cus_aisha") -> None:
	"""As after a sign-up with a right code that was mailed to the address."""
	values = {"email": email, "medusa_id": medusa_id, "status": "Verified"}
	frappe.get_doc({"doctype": "Email OTP", **values}).insert(ignore_permissions=True)
	frappe.db.commit()


def leads() -> list:
	"""All Leads, oldest first."""
	frappe.db.commit()
	fields = ["name", "medusa_id", "status", "lead_name", "company_name", "email_id", "t_c_acceptance"]
	return frappe.get_all("Lead", fields=fields, order_by="creation, name")
