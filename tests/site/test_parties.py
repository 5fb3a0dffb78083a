"""ERPNext's rules of Leads, Customers, their Addresses and their Quotations, on the stand-in as on a real bench."""

import frappe
import pytest
from frappe.utils import add_days, today

from tests.support.factories import customer, quotation, sales_order
from tests.support.selling import address, lead


def links(doctype: str, name: str) -> set[tuple]:
	rows = frappe.get_all(
		"Dynamic Link", {"parenttype": doctype, "parent": name}, ["link_doctype", "link_name"]
	)
	return {(row.link_doctype, row.link_name) for row in rows}


def contact_of(doc) -> str:
	link = {"link_doctype": doc.doctype, "link_name": doc.name, "parenttype": "Contact"}
	return frappe.db.get_value("Dynamic Link", link, "parent")


# --- Leads


def test_an_email_is_of_one_lead():
	first = lead("ann@example.com")
	with pytest.raises(frappe.DuplicateEntryError, match=first.name):
		lead("ann@example.com")
	lead("bob@example.com")


def test_unless_the_settings_allow_more():
	frappe.db.set_single_value("CRM Settings", "allow_lead_duplication_based_on_emails", 1)
	try:
		lead("ann@example.com")
		lead("ann@example.com")
	finally:
		frappe.db.set_single_value("CRM Settings", "allow_lead_duplication_based_on_emails", 0)


def test_names_of_a_lead():
	doc = lead()
	assert (doc.lead_name, doc.title, doc.status) == ("Ann Lee", "Ann's Clinic", "Lead")
	person = lead("bob@example.com", first_name="Bob", last_name="", company_name="")
	assert (person.lead_name, person.title) == ("Bob", "Bob")
	nobody = lead("eve@example.com", first_name="", last_name="", company_name="")
	assert nobody.lead_name == "eve"
	with pytest.raises(frappe.ValidationError, match="A Lead requires"):
		lead("", first_name="", last_name="", company_name="")


def test_a_lead_gets_a_contact():
	doc = lead(mobile_no="+968 1234")
	contact = frappe.get_doc("Contact", contact_of(doc))
	assert (contact.first_name, contact.company_name) == ("Ann", "Ann's Clinic")
	assert (contact.email_id, contact.mobile_no) == ("ann@example.com", "+968 1234")


# --- from Lead to Customer


def test_a_customer_of_a_lead():
	from erpnext.crm.doctype.lead.lead import make_customer

	ann = lead()
	home, contact = address(ann, "Ann").name, contact_of(ann)
	doc = make_customer(ann.name)
	assert doc.is_new()
	assert (doc.customer_name, doc.customer_type, doc.lead_name) == ("Ann's Clinic", "Company", ann.name)
	doc.insert()
	assert frappe.db.get_value("Lead", ann.name, "status") == "Converted"
	assert links("Address", home) == {("Lead", ann.name), ("Customer", doc.name)}
	assert links("Contact", contact) == {("Lead", ann.name), ("Customer", doc.name)}


def test_a_lead_that_is_set_later_lends_no_addresses():
	ann, doc = lead(), customer("Clinic")
	home = address(ann, "Ann").name
	doc.lead_name = ann.name
	doc.save()
	assert links("Address", home) == {("Lead", ann.name)}


def test_a_deleted_customer_leaves_the_lead_interested():
	from erpnext.crm.doctype.lead.lead import make_customer

	ann = lead()
	make_customer(ann.name).insert().delete()
	assert frappe.db.get_value("Lead", ann.name, "status") == "Interested"


def test_a_sales_team_adds_up_to_a_hundred():
	team = [{"sales_person": "Sales Team", "allocated_percentage": 60}]
	with pytest.raises(frappe.ValidationError, match="should be equal to 100"):
		customer("Half", sales_team=team)


# --- Customers and their Addresses


def test_a_customer_gets_a_contact_of_its_email():
	doc = customer("Clinic", email_id="clinic@example.com", mobile_no="+968 1234")
	doc.reload()
	assert doc.customer_primary_contact == contact_of(doc)
	assert frappe.db.get_value("Contact", contact_of(doc), "email_id") == "clinic@example.com"


def test_a_customer_shows_its_primary_address_as_it_is():
	doc = customer("Clinic")
	home = address(doc)
	doc.customer_primary_address = home.name
	doc.save()
	home.reload()  # ERPNext 16 has made it the preferred one
	home.city = "Sohar"
	home.save()
	assert "Sohar" in frappe.db.get_value("Customer", doc.name, "primary_address")


def test_documents_take_the_customers_addresses_and_nobody_elses():
	doc = customer("Clinic")
	home = address(doc, is_primary_address=1)
	store = address(doc, "Store", address_type="Shipping", is_shipping_address=1)
	order = sales_order(("G-1", 1, 5))
	assert (order.customer_address, order.shipping_address_name) == (home.name, store.name)
	assert "1 Main Street" in order.address_display
	other = address(customer("Other"), "Other")
	for make in (sales_order, quotation):
		with pytest.raises(frappe.ValidationError, match="does not belong to"):
			make(("G-1", 1, 5), customer_address=other.name)


@pytest.mark.parametrize("make", [quotation, sales_order])
def test_a_disabled_customer_gets_nothing(make):
	doc = customer("Clinic")
	doc.disabled = 1
	doc.save()
	with pytest.raises(frappe.ValidationError, match="disabled"):
		make(("G-1", 1, 5))


# --- Quotations


def test_a_quotation_follows_its_orders():
	from erpnext.selling.doctype.quotation.quotation import make_sales_order

	doc = quotation(("G-1", 4, 5), ("G-2", 1, 5))
	assert doc.status == "Draft"
	doc.submit()
	assert doc.status == "Open"
	first = make_sales_order(doc.name)
	assert [row.prevdoc_docname for row in first.items] == [doc.name] * 2
	first.delivery_date = add_days(today(), 1)
	first.items = first.items[:1]
	first.items[0].qty = 3
	first.insert().submit()
	doc.reload()
	assert doc.status == "Partially Ordered"
	rest = make_sales_order(doc.name)
	assert [row.qty for row in rest.items] == [1, 1]
	rest.delivery_date = add_days(today(), 1)
	rest.insert().submit()
	doc.reload()
	assert doc.status == "Ordered"


def test_an_expired_quotation_is_not_ordered():
	from erpnext.selling.doctype.quotation.quotation import _make_sales_order, make_sales_order

	dates = {"transaction_date": add_days(today(), -9), "valid_till": add_days(today(), -1)}
	doc = quotation(("G-1", 4, 5), **dates)
	doc.submit()
	with pytest.raises(frappe.ValidationError, match="Validity period"):
		make_sales_order(doc.name)
	assert _make_sales_order(doc.name).customer == doc.party_name  # doesn't ask
	with pytest.raises(frappe.ValidationError, match="Valid till date cannot be before"):
		quotation(("G-1", 4, 5), valid_till=add_days(today(), -1))


def test_the_order_of_a_leads_quotation_makes_the_customer():
	from erpnext.selling.doctype.quotation.quotation import make_sales_order

	ann = lead()
	home = address(ann, "Ann")
	doc = quotation(("G-1", 1, 5), quotation_to="Lead", party_name=ann.name)
	assert (doc.customer_name, doc.customer_address) == ("Ann's Clinic", home.name)
	doc.submit()
	assert frappe.db.get_value("Lead", ann.name, "status") == "Quotation"
	order = make_sales_order(doc.name)
	made = frappe.get_doc("Customer", {"lead_name": ann.name})
	assert (order.customer, order.customer_name) == (made.name, "Ann's Clinic")
	assert order.customer_address == home.name
	assert frappe.db.get_value("Lead", ann.name, "status") == "Converted"
	assert make_sales_order(doc.name).customer == made.name


def test_an_order_takes_the_customers_sales_team():
	from erpnext.selling.doctype.quotation.quotation import make_sales_order

	team = [{"sales_person": person().name, "allocated_percentage": 100}]
	doc = quotation(("G-1", 1, 5), party_name=customer("Clinic", sales_team=team).name)
	doc.submit()
	assert [row.sales_person for row in make_sales_order(doc.name).sales_team] == ["Omar"]


def person():
	return frappe.get_doc(
		{"doctype": "Sales Person", "sales_person_name": "Omar", "parent_sales_person": "Sales Team"}
	).insert()


def test_a_quotation_that_was_cancelled_can_be_amended():
	doc = quotation(("G-1", 1, 5))
	doc.submit()
	doc.cancel()
	assert doc.status == "Cancelled"
	again = frappe.copy_doc(doc)
	again.update({"amended_from": doc.name, "docstatus": 0})
	again.insert()
	assert again.status == "Draft"


def test_a_permission_is_needed_for_the_customer():
	from tests.support.users import signed_in

	signed_in("medusa-clerk@example.com", "Desk User")
	values = {"party_name": customer("Clinic").name}
	frappe.set_user("medusa-clerk@example.com")
	with pytest.raises(frappe.PermissionError):
		frappe.get_doc({"doctype": "Quotation", "quotation_to": "Customer", **values}).run_method(
			"set_missing_values"
		)
