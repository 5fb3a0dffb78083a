"""A Lead becomes a Customer; a Customer is linked to a Lead's customer of the shop; who may write the ids."""

import frappe
import pytest

from medusa_integration import settings
from medusa_integration.customers.shop_customers import Party, find, link, promote
from tests.support import factories
from tests.support.parties import address, addresses_of
from tests.support.storefront import configure_storefront


@pytest.fixture(autouse=True)
def configured():
	configure_storefront()


def sign_up(name: str = "Aisha", **values) -> str:
	return factories.lead(name, company_name="Harbour Clinic", t_c_acceptance=0, **values).name


def ids(doctype: str = "Customer") -> dict:
	"""`{name: id}` of all that have one."""
	rows = frappe.get_all(doctype, {"medusa_id": ("is", "set")}, ["name", "medusa_id"])
	return {row.name: row.medusa_id for row in rows}


# --- promote


def test_a_lead_becomes_a_customer():
	configure_storefront(territory="Rest Of The World")
	lead = sign_up(mobile_no="+968 91234567", territory="All Territories")
	frappe.db.set_value("Lead", lead, "t_c_acceptance", 1)
	doc = frappe.get_doc("Customer", promote(lead))
	assert (doc.customer_name, doc.customer_type) == ("Harbour Clinic", "Company")
	assert (doc.customer_group, doc.territory) == (settings.CUSTOMER_GROUP, "Rest Of The World")
	assert [(row.sales_person, row.allocated_percentage) for row in doc.sales_team] == [
		(settings.SALES_PERSON, 100)
	]
	assert (doc.lead_name, doc.medusa_id, doc.t_c_acceptance) == (lead, "cus_Aisha", 1)
	assert doc.email_id == "aisha@example.com"
	assert frappe.db.get_value("Lead", lead, ["status", "medusa_id"]) == ("Converted", "cus_Aisha")


def test_a_person_is_an_individual():
	doc = frappe.get_doc("Customer", promote(factories.lead("Omar", last_name="Said").name))
	assert (doc.customer_name, doc.customer_type) == ("Omar Said", "Individual")


def test_contacts_and_addresses_of_the_lead_are_the_customers():
	lead = sign_up()
	made = address("Lead", lead).name
	contact = frappe.get_doc(
		{
			"doctype": "Contact",
			"first_name": "Front Desk",
			"links": [{"link_doctype": "Lead", "link_name": lead}],
		}
	).insert(ignore_permissions=True)
	customer = promote(lead)
	assert [row.name for row in addresses_of("Customer", customer)] == [made]
	assert contact.reload().has_link("Customer", customer)


def test_a_second_promotion_finds_the_customer():
	lead = sign_up()
	assert promote(lead) == promote(lead)
	assert frappe.db.count("Customer", {"lead_name": lead}) == 1


def test_the_customer_with_the_id_is_the_leads():
	customer = factories.customer("Linked Before", medusa_id="cus_Aisha").name
	assert promote(sign_up()) == customer


def test_a_customer_made_in_the_desk_gets_the_id():
	lead = sign_up()
	customer = factories.customer("By Hand", medusa_id=None, lead_name=lead).name
	assert promote(lead) == customer
	assert ids() == {customer: "cus_Aisha"}


def test_a_leads_customer_of_another_sign_up_is_refused():
	lead = sign_up()
	factories.customer("Others", medusa_id="cus_other", lead_name=lead)
	with pytest.raises(frappe.ValidationError, match="different customers of the shop"):
		promote(lead)
	assert ids() == {"Others": "cus_other"}


@pytest.mark.parametrize(("field", "doctype"), [("customer_group", "Customer Group"), ("sales_person", "Sales Person")])  # fmt: skip
def test_a_missing_record_is_named(field, doctype):
	frappe.db.set_single_value(settings.CONFIGURATION, field, "Gone")
	frappe.clear_document_cache(settings.CONFIGURATION, settings.CONFIGURATION)
	with pytest.raises(frappe.ValidationError, match=f"no {doctype} .*Gone.*Medusa Configuration"):
		promote(sign_up())


@pytest.mark.parametrize("name", ["A < B > C", "<b>Bold</b> & Söhne", "50% '\"\\ _", "عيادة 🦷"])
def test_odd_company_names(name):
	customer = promote(factories.lead("Odd", company_name=name).name)
	assert frappe.db.get_value("Customer", customer, "medusa_id") == "cus_Odd"
	assert not set("<>") & set(customer)


def test_two_leads_of_one_company_are_two_customers():
	assert promote(sign_up("Aisha")) != promote(sign_up("Omar"))


def test_the_party_of_a_medusa_customer():
	lead = sign_up()
	assert find("cus_Aisha") == Party("Lead", lead)
	customer = promote(lead)
	assert find("cus_Aisha") == Party("Customer", customer)
	assert find("cus_aisha") is None
	assert find("cus_nobody") is None


# --- who writes the ids


@pytest.mark.parametrize("doctype", ["Customer", "Lead"])
def test_ids_are_kept_from_saves(doctype):
	doc = (factories.customer if doctype == "Customer" else factories.lead)("Kept")
	doc.reload()
	doc.update({"medusa_id": "cus_stolen", "t_c_acceptance": 1})
	doc.save(ignore_permissions=True)
	assert frappe.db.get_value(doctype, doc.name, ["medusa_id", "t_c_acceptance"]) == ("cus_Kept", 0)
	assert doc.medusa_id == "cus_Kept"


@pytest.mark.parametrize("doctype", ["Customer", "Lead"])
def test_new_documents_and_copies_have_no_id(doctype):
	made = (factories.customer if doctype == "Customer" else factories.lead)("First")
	copy = frappe.copy_doc(made, ignore_no_copy=False)
	copy.update({"medusa_id": "cus_First", "t_c_acceptance": 1, "email_id": "copy@example.com"})
	if doctype == "Customer":
		copy.customer_name = "Copy"
	copy.insert(ignore_permissions=True)
	assert frappe.db.get_value(doctype, copy.name, ["medusa_id", "t_c_acceptance"]) == (None, 0)


def test_a_form_that_was_opened_before_a_sign_up_keeps_the_id():
	form = frappe.get_doc("Lead", factories.lead("Open", medusa_id=None).name)
	frappe.db.set_value("Lead", form.name, "medusa_id", "cus_Open", update_modified=False)
	form.job_title = "Dentist"
	form.save(ignore_permissions=True)
	assert ids("Lead") == {form.name: "cus_Open"}


def test_a_rest_call_writes_no_id(manager):
	name = factories.customer("Rest", medusa_id=None).name
	frappe.get_doc("User", "medusa-manager@example.com").add_roles("Sales Master Manager")
	frappe.db.commit()
	response = manager.put(f"/api/resource/Customer/{name}", json={"medusa_id": "cus_rest"})
	assert response.status_code == 200, response.text
	assert ids() == {}


def test_ids_are_unique():
	factories.customer("One")
	with pytest.raises(Exception) as error:
		factories.customer("Two", medusa_id="cus_One")
	assert frappe.db.is_unique_key_violation(error.value)


# --- renaming and merging


def test_a_renamed_customer_keeps_its_id():
	factories.customer("Before")
	frappe.rename_doc("Customer", "Before", "After", force=True)
	assert ids() == {"After": "cus_Before"}


@pytest.mark.slow
def test_a_merged_customers_id_goes_to_the_other():
	factories.customer("Merged")
	factories.customer("Remaining", medusa_id=None)
	frappe.rename_doc("Customer", "Merged", "Remaining", merge=True, force=True)
	assert ids() == {"Remaining": "cus_Merged"}


@pytest.mark.slow
def test_a_merge_into_a_linked_customer_keeps_its_id():
	factories.customer("Merged", medusa_id=None)
	factories.customer("Remaining")
	frappe.rename_doc("Customer", "Merged", "Remaining", merge=True, force=True)
	assert ids() == {"Remaining": "cus_Remaining"}


def test_two_linked_customers_are_not_merged():
	factories.customer("Merged")
	factories.customer("Remaining")
	frappe.db.commit()
	with pytest.raises(frappe.ValidationError, match="different customers of the shop"):
		frappe.rename_doc("Customer", "Merged", "Remaining", merge=True, force=True)
	frappe.db.rollback()
	assert ids() == {"Merged": "cus_Merged", "Remaining": "cus_Remaining"}


# --- link


def test_a_customer_is_linked():
	lead = sign_up()
	made = address("Lead", lead).name
	customer = factories.customer("By Hand", medusa_id=None).name
	frappe.db.set_value("Lead", lead, "t_c_acceptance", 1)
	link(customer, lead)
	doc = frappe.get_doc("Customer", customer)
	assert (doc.medusa_id, doc.lead_name, doc.t_c_acceptance) == ("cus_Aisha", lead, 1)
	assert frappe.db.get_value("Lead", lead, "status") == "Converted"
	assert [row.name for row in addresses_of("Customer", customer)] == [made]
	assert promote(lead) == customer
	link(customer, lead)
	assert frappe.db.count("Comment", {"reference_name": customer, "content": ("like", "%cus_Aisha%")}) == 1


@pytest.mark.parametrize(
	("customer", "lead", "others", "words"),
	[
		(None, None, None, "Selected Lead does not have a Medusa ID"),
		("cus_own", "cus_Aisha", None, "linked to another customer of the shop"),
		(None, "cus_Aisha", "cus_Aisha", "already linked to another Customer: Other"),
	],
)
def test_what_cannot_be_linked(customer, lead, others, words):
	lead = sign_up(medusa_id=lead)
	name = factories.customer("By Hand", medusa_id=customer).name
	if others:
		factories.customer("Other", medusa_id=others)
	before = ids()
	with pytest.raises(frappe.ValidationError, match=words):
		link(name, lead)
	assert ids() == before
	assert not frappe.db.get_value("Customer", name, "lead_name")
