"""What a site has once ERPNext is installed and its setup wizard is through."""

import frappe

UOMS = ("Unit", "Box", "Nos", "Pair", "Set", "Kg", "Gram", "Litre", "Millilitre", "Meter")
WHOLE_UOMS = ("Unit", "Box", "Nos", "Pair", "Set")


def after_install() -> None:
	set_single_defaults()
	make_default_records(company="Example Company", abbr="EX", currency="OMR", country="Oman")


def set_single_defaults() -> None:
	"""Write the settings' defaults down; a Single that was never saved has none."""
	for doctype in ("Selling Settings", "Stock Settings"):
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
	for uom in UOMS:
		make("UOM", uom_name=uom, must_be_whole_number=int(uom in WHOLE_UOMS))

	make("Company", company_name=company, abbr=abbr, default_currency=currency, country=country)
	make("Account", account_name="Duties and Taxes", company=company, is_group=1)
	make("Price List", price_list_name="Standard Buying", buying=1, currency=currency)
	make("Price List", price_list_name="Standard Selling", selling=1, currency=currency)

	frappe.get_doc("Global Defaults").update(
		{"default_company": company, "default_currency": currency, "country": country}
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
