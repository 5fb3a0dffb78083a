"""What the tests take for granted of a site, made on a bench as the embedded site has it from the beginning."""

import frappe

COMPANY = {"company_name": "Example Company", "abbr": "EX", "default_currency": "OMR", "country": "Oman"}
PRICE_LISTS = ("Standard Buying", "Standard Selling")
ATTRIBUTES = ("Colour", "Size")  # ERPNext ships these with values that collide with those of the tests


def lay() -> None:
	"""Make a company of Oman the default, with its territory, and let the standard price lists be in its currency.

	Harmless to repeat. It stays on the site, which has to be one for tests.
	"""
	currency = COMPANY["default_currency"]
	frappe.db.set_value("Currency", currency, "enabled", 1)
	_make("Territory", territory_name=COMPANY["country"], parent_territory="All Territories")
	_make("Company", **COMPANY)
	_change("Global Defaults", default_company=COMPANY["company_name"], default_currency=currency)
	stores = frappe.db.get_value(
		"Warehouse", {"warehouse_name": "Stores", "company": COMPANY["company_name"]}
	)
	_change("Stock Settings", default_warehouse=stores)
	for name in PRICE_LISTS:
		_change("Price List", name, currency=currency)
	for name in ATTRIBUTES:
		if not frappe.db.exists("Item Variant Attribute", {"attribute": name}):
			frappe.delete_doc("Item Attribute", name, ignore_missing=True)
	# An installation has filled in the company that was the default then.
	frappe.db.set_single_value("Medusa Configuration", "company", None)
	frappe.db.commit()


def _make(doctype: str, **values) -> None:
	"""Insert a document that is named by the first of its values, unless there is one."""
	if not frappe.db.exists(doctype, next(iter(values.values()))):
		frappe.get_doc({"doctype": doctype, **values}).insert()


def _change(doctype: str, name: str | None = None, **values) -> None:
	"""Save a document with other values; one that has them is left alone."""
	doc = frappe.get_doc(doctype, name or doctype)
	if any(doc.get(field) != value for field, value in values.items()):
		doc.update(values)
		doc.save()
