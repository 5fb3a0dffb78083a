"""What a site has once ERPNext is installed and its setup wizard is through."""

import frappe
from frappe.custom.doctype.custom_field.custom_field import create_custom_fields

from erpnext import IS_15

CUSTOM_FIELDS = {
	"Address": [
		{
			"fieldname": "tax_category",
			"label": "Tax Category",
			"fieldtype": "Link",
			"options": "Tax Category",
			"insert_after": "fax",
		},
		{
			"fieldname": "is_your_company_address",
			"label": "Is Your Company Address",
			"fieldtype": "Check",
			"insert_after": "linked_with",
		},
	],
	"Contact": [
		{
			"fieldname": "is_billing_contact",
			"label": "Is Billing Contact",
			"fieldtype": "Check",
			"insert_after": "is_primary_contact",
		},
	],
}
# The DocTypes' JSON is ERPNext 16's. In 15 these have a title, the breakup of a tax is kept in its row, and a Lead's source is
# another DocType.
TITLED = ("Quotation", "Sales Order", "Delivery Note", "Sales Invoice")
TITLE = {
	"fieldname": "title",
	"label": "Title",
	"fieldtype": "Data",
	"default": "{customer_name}",
	"no_copy": 1,
	"hidden": 1,
	"allow_on_submit": 1,
}
BREAKUP = {
	"fieldname": "item_wise_tax_detail",
	"label": "Item Wise Tax Detail",
	"fieldtype": "Code",
	"read_only": 1,
	"hidden": 1,
}
SOURCE = {"fieldname": "source", "label": "Source", "fieldtype": "Link", "options": "Lead Source"}
FIELDS_OF_15 = {
	"Lead": [SOURCE],
	**{doctype: [{**TITLE}] for doctype in TITLED},
	"Sales Taxes and Charges": [BREAKUP],
}
UOMS = ("Unit", "Box", "Nos", "Pair", "Set", "Kg", "Gram", "Litre", "Millilitre", "Meter")
MODES_OF_PAYMENT = {
	"Cheque": "Bank",
	"Cash": "Cash",
	"Credit Card": "Bank",
	"Wire Transfer": "Bank",
	"Bank Draft": "Bank",
}
LEAD_SOURCES = ("Existing Customer", "Reference", "Advertisement", "Cold Calling", "Campaign", "Walk In")
WHOLE_UOMS = ("Unit", "Box", "Nos", "Pair", "Set")


def after_install() -> None:
	if IS_15:
		turn_into_15()
	create_custom_fields(CUSTOM_FIELDS)
	set_single_defaults()
	make_default_records(company="Example Company", abbr="EX", currency="OMR", country="Oman")


def turn_into_15() -> None:
	"""Change the DocTypes' fields to those of ERPNext 15."""
	for fieldname in ("item_wise_tax_details", "utm_source"):
		frappe.db.delete("DocField", {"fieldname": fieldname})
	titled = {"name": ("in", [name for name in TITLED if name != "Sales Order"])}
	frappe.db.set_value("DocType", titled, "title_field", "title")
	frappe.clear_cache()
	create_custom_fields(FIELDS_OF_15)


def set_single_defaults() -> None:
	"""Write the settings' defaults down; a Single that was never saved has none."""
	for doctype in ("Accounts Settings", "CRM Settings", "Selling Settings", "Stock Settings"):
		doc = frappe.get_doc(doctype)
		for field in doc.meta.fields:
			if field.default:
				doc.set(field.fieldname, field.default)
		doc.flags.ignore_mandatory = True
		doc.save()


def make_default_records(company: str, abbr: str, currency: str, country: str) -> None:
	"""The records of a fresh set-up, in the setup wizard's order.

	:param company: name of the one company, which also gets its warehouses
	:param abbr: its abbreviation, the suffix of their names
	:param currency: of the company and of both price lists
	:param country: the company's, and the first territory
	"""
	make_tree("Item Group", "Products", "Raw Material", "Services", "Sub Assemblies", "Consumable")
	make_tree("Territory", country, "Rest Of The World")
	make_tree("Customer Group", "Individual", "Commercial", "Non Profit", "Government")
	make("Sales Person", sales_person_name="Sales Team", is_group=1)
	for name, kind in MODES_OF_PAYMENT.items():
		make("Mode of Payment", mode_of_payment=name, type=kind)
	for name in LEAD_SOURCES:
		make("Lead Source", source_name=name)
	make("Address Template", country=country)
	for uom in UOMS:
		make("UOM", uom_name=uom, must_be_whole_number=int(uom in WHOLE_UOMS))

	make("Company", company_name=company, abbr=abbr, default_currency=currency, country=country)
	make("Price List", price_list_name="Standard Buying", buying=1, currency=currency)
	make("Price List", price_list_name="Standard Selling", selling=1, currency=currency)

	frappe.get_doc("Global Defaults").update(
		{"default_company": company, "default_currency": currency, "country": country}
	).save()
	frappe.get_doc("Selling Settings").update(
		{
			"cust_master_name": "Customer Name",
			"so_required": "No",
			"dn_required": "No",
			"allow_multiple_items": 1,
		}
	).save()
	frappe.get_doc("Stock Settings").update(
		{
			"stock_uom": "Nos",
			"default_warehouse": frappe.db.get_value("Warehouse", {"warehouse_name": "Stores"}),
		}
	).save()


def make_tree(doctype: str, *leaves: str) -> None:
	"""A root that is named like "All Item Groups", and groups directly below it."""
	fieldname = frappe.scrub(doctype) + "_name"
	root = f"All {'Territories' if doctype == 'Territory' else doctype + 's'}"
	make(doctype, **{fieldname: root, "is_group": 1})
	for leaf in leaves:
		make(doctype, **{fieldname: leaf, "parent_" + frappe.scrub(doctype): root})


def make(doctype: str, **values) -> None:
	frappe.get_doc({"doctype": doctype, **values}).insert()
