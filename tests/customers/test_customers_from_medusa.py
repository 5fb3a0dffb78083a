"""Customers of Medusa become Leads or Customers, and follow."""

from dataclasses import replace
from datetime import timedelta

import frappe
import pytest

from medusa_integration import session
from medusa_integration.customers.customers_from_medusa import INCOMING_CUSTOMER, arrive
from medusa_integration.customers.order_parties import customer_of
from medusa_integration.customers.shop_customers import Party, find, promote
from medusa_integration.delivery.box import inbox
from medusa_integration.medusa.order import Customer
from medusa_integration.sync import receiving
from tests.support import buying, factories
from tests.support.buyers import AT, HOME, customer, guest, order, parties
from tests.support.parties import address, addresses_of, leads, prove
from tests.support.storefront import configure_storefront

BOOK = (
	replace(HOME, id="cuaddr_1", is_default_billing=True),
	replace(HOME, id="cuaddr_2", address_1="9 Hill Road", is_default_shipping=True),
)


@pytest.fixture(autouse=True)
def configured():
	configure_storefront()


def later(minutes: int = 1, **values) -> Customer:
	"""The customer as Medusa has it later."""
	return customer(updated_at=AT + timedelta(minutes=minutes), **values)


def bought(**values) -> str:
	"""The Customer of one who has bought."""
	return customer_of(order(customer(**values))).customer


def as_customers() -> None:
	configure_storefront(new_customers="Customers")


def doc(name: str):
	frappe.db.commit()
	return frappe.get_doc("Customer", name)


def contact(name: str):
	return frappe.get_doc("Contact", doc(name).customer_primary_contact)


def ids(name: str) -> dict:
	"""`{Medusa's id: street}` of a Customer's Addresses."""
	names = [row.name for row in addresses_of("Customer", name)]
	rows = frappe.get_all("Address", {"name": ("in", names)}, ["medusa_id", "address_line1"])
	return {row.medusa_id: row.address_line1 for row in rows}


# --- sign-ups


def test_a_sign_up_becomes_a_lead():
	assert arrive(customer(company_name="Harbour Clinic", phone="+968 1")) == []
	(lead,) = leads()
	assert (lead.medusa_id, lead.lead_name, lead.company_name) == (
		"cus_aisha",
		"Aisha Said",
		"Harbour Clinic",
	)
	assert frappe.db.get_value("Lead", lead.name, ["email_id", "mobile_no"]) == (
		"aisha@example.com",
		"+968 1",
	)
	assert not find("cus_aisha").doctype == "Customer"


def test_a_sign_up_becomes_a_customer():
	as_customers()
	assert arrive(customer(addresses=BOOK)) == []
	party = find("cus_aisha")
	assert party.doctype == "Customer"
	assert leads() == []
	made = doc(party.name)
	assert (made.customer_name, made.email_id) == ("Aisha Said", "aisha@example.com")
	assert ids(party.name) == {"cuaddr_1": "12 Harbour Street", "cuaddr_2": "9 Hill Road"}
	assert frappe.db.get_value("Address", made.customer_primary_address, "medusa_id") == "cuaddr_1"
	types = {row.medusa_id: row for row in frappe.get_all("Address", {"medusa_id": ("is", "set")}, ["*"])}
	assert (types["cuaddr_1"].address_type, types["cuaddr_1"].is_primary_address) == ("Billing", 1)
	assert (types["cuaddr_2"].address_type, types["cuaddr_2"].is_shipping_address) == ("Shipping", 1)


def test_a_sign_up_with_the_proven_email_of_a_customer_is_linked_by_setting():
	as_customers()
	made = factories.customer("Clinic", medusa_id=None, email_id="Aisha@example.com").name
	assert arrive(customer("cus_b")) == []
	assert find("cus_b").name != made
	prove()
	assert arrive(customer()) == []
	assert find("cus_aisha") == Party("Customer", made)
	assert doc(made).customer_name == "Clinic"


@pytest.mark.parametrize("setting", ["Leads", "Customers"])
def test_again_nothing_changes(setting):
	configure_storefront(new_customers=setting)
	source = customer(company_name="Harbour Clinic", phone="+968 1", addresses=BOOK)
	assert arrive(source) == []
	before = parties()
	assert arrive(source) == []
	assert parties() == before


@pytest.mark.parametrize("setting", ["Leads", "Customers"])
def test_hostile_names(setting):
	configure_storefront(new_customers=setting)
	texts = (
		"<script>x</script>",
		"a\x00b\r\nc",
		"x" * 300,
		"عيادة",
		"🦷 👩‍⚕️",
		"New Lead",
		"New Customer",
		"",
	)
	sources = [
		customer(
			f"cus_{n}",
			email=f"{n}@example.com",
			first_name=text,
			last_name=text,
			company_name=text,
			phone=text,
		)
		for n, text in enumerate(texts)
	]
	assert [arrive(each) for each in sources] == [[]] * len(texts)
	before = parties()
	assert [arrive(each) for each in sources] == [[]] * len(texts)
	assert parties() == before
	assert all(find(each.id) for each in sources)


@pytest.mark.parametrize("setting", ["Leads", "Customers"])
def test_a_guest_is_nobody(setting):
	configure_storefront(new_customers=setting)
	before = parties()
	assert arrive(guest(addresses=BOOK)) == []
	assert parties() == before


def test_a_deleted_customer_stays():
	bought()
	before = parties()
	assert arrive(None) == []
	assert parties() == before


def test_the_email_of_another_sign_ups_lead():
	factories.lead("Aisha", medusa_id="cus_other", email_id="aisha@example.com")
	(problem,) = arrive(customer())
	assert "linked to another customer of the shop" in problem


def test_a_lead_follows_until_a_user_changes_it():
	arrive(customer(phone="+968 1"))
	arrive(later(phone="+968 2", last_name="Bakri", email="a@example.com"))
	lead = frappe.get_doc("Lead", leads()[0].name)
	assert (lead.mobile_no, lead.lead_name, lead.email_id) == ("+968 2", "Aisha Bakri", "a@example.com")
	lead.mobile_no = "+968 9"
	lead.save(ignore_permissions=True)
	arrive(later(2, phone="+968 3", last_name="Habib", email="a@example.com"))
	assert (lead.reload().mobile_no, lead.last_name) == ("+968 9", "Habib")


def test_what_is_removed_in_medusa_stays_at_a_lead():
	assert arrive(customer(phone="+968 1", company_name="Harbour Clinic")) == []
	assert arrive(later(phone="", email="", company_name="Hill Clinic")) == []
	(lead,) = leads()
	row = frappe.db.get_value("Lead", lead.name, ["mobile_no", "email_id", "company_name"])
	assert row == ("+968 1", "aisha@example.com", "Hill Clinic")


def test_a_sign_up_with_an_unproven_email_of_a_lead():
	old = factories.lead("Old", medusa_id=None, email_id="aisha@example.com").name
	assert arrive(customer(phone="+968 1")) == []
	party = find("cus_aisha")
	assert party.doctype == "Lead" and party.name != old
	assert arrive(later(phone="+968 2")) == []
	assert frappe.db.get_value("Lead", party.name, ["email_id", "mobile_no"]) == (
		"aisha@example.com",
		"+968 2",
	)
	with pytest.raises(frappe.DuplicateEntryError, match=old):
		frappe.get_doc("Lead", party.name).save()  # a user's: ERPNext names the other one
	frappe.db.rollback()
	frappe.rename_doc("Lead", party.name, old, merge=True)
	assert find("cus_aisha") == Party("Lead", old)


def test_two_leads_of_one_email_are_said_so():
	arrive(customer())
	factories.lead("Other", medusa_id=None, email_id="taken@example.com")
	(problem,) = arrive(later(email="taken@example.com"))
	assert "Another Lead" in problem


def test_what_a_lead_took_over_goes_on_as_a_customer():
	arrive(customer())
	lead = leads()[0].name
	promote(lead)
	name = customer_of(order(later(last_name="Bakri"))).customer
	arrive(later(last_name="Bakri"))
	assert doc(name).customer_name == "Aisha Bakri"


# --- changes


def test_a_newer_edit_is_taken():
	name = bought(phone="+968 1")
	assert arrive(later(last_name="Bakri", phone="+968 2", email="new@example.com")) == []
	made, person = doc(name), contact(name)
	assert (made.customer_name, made.email_id, made.mobile_no) == ("Aisha Bakri", "new@example.com", "+968 2")
	assert (person.last_name, person.email_id) == ("Bakri", "new@example.com")
	assert [row.email_id for row in person.email_ids] == ["new@example.com"]


def test_a_person_becomes_a_company():
	name = bought()
	arrive(later(company_name="Harbour Clinic"))
	assert (doc(name).customer_name, doc(name).customer_type) == ("Harbour Clinic", "Company")
	arrive(later(2))
	assert (doc(name).customer_name, doc(name).customer_type) == ("Aisha Said", "Individual")


def test_an_older_one_is_not():
	name = bought()
	arrive(later(2, last_name="Bakri"))
	arrive(later(1, last_name="Older"))
	assert doc(name).customer_name == "Aisha Bakri"


def test_an_edit_in_erpnext_is_kept():
	name = bought(phone="+968 1")
	made, person = doc(name), contact(name)
	made.customer_name = "Dr. Aisha Said"
	made.save(ignore_permissions=True)
	person.reload()
	person.first_name = "Ayesha"
	person.phone_nos[0].phone = "+968 9"
	person.save(ignore_permissions=True)
	arrive(later(first_name="Aischa", last_name="Bakri", phone="+968 2"))
	assert doc(name).customer_name == "Dr. Aisha Said"
	assert (person.reload().first_name, person.last_name) == ("Ayesha", "Bakri")
	assert [row.phone for row in person.phone_nos] == ["+968 9"]
	arrive(later(2, first_name="Aischa", last_name="Habib", phone="+968 3", email="new@example.com"))
	assert doc(name).customer_name == "Dr. Aisha Said"
	assert (person.reload().first_name, person.last_name, person.email_id) == (
		"Ayesha",
		"Habib",
		"new@example.com",
	)


def test_a_form_that_was_opened_before_keeps_what_was_taken():
	name = bought()
	form = doc(name)
	arrive(later(phone="+968 2"))
	form.reload()
	kept = form.medusa_copied_values
	form.update({"medusa_copied_values": None, "website": "https://example.com"})
	form.save(ignore_permissions=True)
	assert doc(name).medusa_copied_values == kept


def test_a_linked_customer_keeps_its_own_data():
	prove()
	made = factories.customer("Clinic", medusa_id=None, email_id="aisha@example.com").name
	assert bought(phone="+968 1") == made
	assert arrive(later(phone="+968 2")) == []
	assert doc(made).customer_name == "Clinic"
	assert arrive(later(2, last_name="Bakri", phone="+968 2")) == []
	assert doc(made).customer_name == "Clinic"


def test_a_contact_of_others_is_not_changed():
	name = bought()
	person = contact(name)
	person.append("links", {"link_doctype": "Customer", "link_name": factories.customer("Other").name})
	person.save(ignore_permissions=True)
	before = _said_by(person)
	arrive(later(last_name="Bakri", phone="+968 2", email="new@example.com"))
	assert _said_by(person) == before


def _said_by(person) -> tuple:
	"""ERPNext 16 saves the primary Contact of a Customer that is saved, as it is."""
	person.reload()
	rows = [(row.get("phone"), row.get("email_id")) for row in (*person.phone_nos, *person.email_ids)]
	return person.first_name, person.last_name, person.email_id, person.mobile_no, rows, len(person.links)


def test_an_email_that_a_user_wrote_is_kept():
	name = bought()
	person = contact(name)
	person.email_ids[0].email_id = "own@example.com"
	person.save(ignore_permissions=True)
	arrive(later(email="new@example.com"))
	assert contact(name).email_id == "own@example.com"


# --- addresses


def test_addresses_follow():
	name = bought()
	arrive(later(addresses=BOOK))
	assert ids(name) == {"cuaddr_1": "12 Harbour Street", "cuaddr_2": "9 Hill Road"}
	moved = replace(BOOK[1], address_1="10 Hill Road", city="Nizwa", company="Hill Clinic")
	arrive(later(addresses=(BOOK[0], moved)))
	assert ids(name) == {"cuaddr_1": "12 Harbour Street", "cuaddr_2": "10 Hill Road"}
	stored = frappe.get_doc("Address", {"medusa_id": "cuaddr_2"})
	assert (stored.city, stored.address_title) == ("Nizwa", "Hill Clinic")


def test_an_address_of_an_order_is_found_again():
	name = bought()
	before = [row.name for row in addresses_of("Customer", name)]
	arrive(later(addresses=BOOK[:1]))
	assert [row.name for row in addresses_of("Customer", name)] == before
	assert ids(name) == {"cuaddr_1": "12 Harbour Street"}


def test_an_address_that_a_user_changed_is_kept():
	name = bought()
	arrive(later(addresses=BOOK))
	stored = frappe.get_doc("Address", {"medusa_id": "cuaddr_2"})
	stored.address_line1 = "10b Hill Road"
	stored.save(ignore_permissions=True)
	arrive(later(2, addresses=(BOOK[0], replace(BOOK[1], address_1="11 Hill Road", city="Sur"))))
	assert (stored.reload().address_line1, stored.city) == ("10b Hill Road", "Sur")
	assert len(ids(name)) == 2


def test_an_address_of_others_is_not_changed():
	name, other = bought(), factories.customer("Other").name
	shared = address(
		"Customer", name, ("Customer", other), address_title="Aisha Said", address_line1="9 Hill Road", city="Muscat",
		pincode="100", phone="+968 91234567",
	)  # fmt: skip
	before = shared.reload().as_dict()
	arrive(later(addresses=BOOK))
	assert shared.reload().as_dict() == before
	arrive(later(2, addresses=(BOOK[0], replace(BOOK[1], address_1="11 Hill Road"))))
	assert shared.reload().as_dict() == before
	assert ids(name)["cuaddr_2"] == "11 Hill Road"


def test_an_address_that_was_deleted_in_medusa_stays():
	name = bought()
	arrive(later(addresses=BOOK))
	arrive(later(2))
	assert len(ids(name)) == 2


def test_a_bad_address_keeps_nothing_else():
	name = bought()
	bad = replace(HOME, id="cuaddr_3", address_1="1 Peak", country_code="AD")
	arrived = later(last_name="Bakri", addresses=(bad, *BOOK))
	frappe.db.set_value("Country", "Andorra", "code", "")
	try:
		(problem,) = arrive(arrived)
	finally:
		frappe.db.set_value("Country", "Andorra", "code", "ad")
	assert "no Country with the code AD" in problem
	assert doc(name).customer_name == "Aisha Bakri"
	assert set(ids(name)) == {"cuaddr_1", "cuaddr_2"}
	assert arrive(arrived) == []
	assert ids(name)["cuaddr_3"] == "1 Peak"


# --- with a real Medusa


def receive(*ids: str) -> list:
	"""Queue customers and work them off; the rows that are left."""
	inbox.add_many((INCOMING_CUSTOMER, id) for id in ids)
	frappe.db.commit()
	receiving.drain_inbox()
	frappe.db.rollback()
	return frappe.get_all(inbox.doctype, fields=["reference_name", "status", "error"])


@pytest.fixture
def shop(medusa):
	factories.configure(medusa, import_orders=1)
	return medusa


def test_a_real_customer_signs_up_changes_and_goes(shop):
	id = buying.sign_up(shop, "aisha@example.com", first_name="Aisha", last_name="Said").id
	assert receive(id, "cus_unknown") == []
	assert [(lead.medusa_id, lead.lead_name, lead.email_id) for lead in leads()] == [
		(id, "Aisha Said", "aisha@example.com")
	]
	name = promote(leads()[0].name)
	frappe.db.commit()
	shop.admin("POST", f"/admin/customers/{id}", {"last_name": "Bakri", "phone": "+968 91234567"})
	assert receive(id) == []
	assert contact(name).mobile_no == "+968 91234567"


def test_a_real_order_and_its_customers_address_book(shop):
	buying.product(shop, "BOOK-1")
	buyer = buying.sign_up(shop, "aisha@example.com", first_name="Aisha", last_name="Said")
	placed = buying.place(shop, [("BOOK-1", 1)], buyer=buyer)
	party = customer_of(session.open_shop().read_orders([placed])[placed])
	frappe.db.commit()
	assert find(buyer.id) == Party("Customer", party.customer)
	assert doc(party.customer).customer_name == "Aisha Said"
	assert doc(party.customer).email_id == "aisha@example.com"
	stored = frappe.get_doc("Address", party.billing_address)
	assert (stored.address_line1, stored.city, stored.country) == ("Way 1", "Muscat", "Oman")
	if shop.version == "v2":
		url = f"/admin/customers/{buyer.id}/addresses"
		shop.admin("POST", url, {"address_1": "9 Hill Road", "city": "Nizwa", "country_code": "om"})
		assert receive(buyer.id) == []
		assert "9 Hill Road" in ids(party.customer).values()


@pytest.mark.parametrize(
	"text", ["{", "[]", "7", '{"values": 5}', '{"addresses": {"a": {"city": 5}}}', '{"other": 1}']
)
def test_unreadable_copied_values_stop_no_customer(text):
	"""Which fields a user of ERPNext has edited isn't known then: none that is filled is overwritten."""
	as_customers()
	assert arrive(customer(phone="+968 1")) == []
	name = find("cus_aisha").name
	frappe.db.set_value("Customer", name, "medusa_copied_values", text, update_modified=False)
	assert arrive(later(first_name="Salma", phone="+968 2")) == []
	assert doc(name).customer_name == "Aisha Said"
	assert frappe.db.exists("Error Log", {"reference_name": name})
	assert arrive(later(2, first_name="Noor")) == []  # copied anew


# --- texts without a field


def told(party: Party) -> list[str]:
	filters = {"reference_doctype": party.doctype, "reference_name": party.name, "comment_type": "Comment"}
	return frappe.get_all("Comment", filters, pluck="content", order_by="creation")


@pytest.mark.parametrize("setting", ["Leads", "Customers"])
def test_what_does_not_fit_is_told_once(setting):
	configure_storefront(new_customers=setting)
	long = "L" * 100
	texts = (("door_code", "4711"),)
	source = customer(
		phone="+968 2400 0000 / 2400 0001",
		last_name=long,
		addresses=(replace(BOOK[0], texts=texts, address_1="S" * 600),),
	)
	assert arrive(source) == []
	assert arrive(source) == []
	(words,) = told(find("cus_aisha"))
	assert all(each in words for each in ("2400 0001", long, "S" * 600, "Door Code: 4711"))


def test_what_fits_is_not_told():
	as_customers()
	assert arrive(customer(phone="Tel: +968 24000000", company_name="Harbour Clinic", addresses=BOOK)) == []
	assert told(find("cus_aisha")) == []


def test_a_vat_number_that_changes():
	as_customers()
	assert arrive(customer(texts=(("vat", "OM1"),))) == []
	name = find("cus_aisha").name
	assert doc(name).tax_id == "OM1"
	assert arrive(later(texts=(("vat", "OM2"),))) == []
	assert doc(name).tax_id == "OM2"
	frappe.db.set_value("Customer", name, "tax_id", "OM9")
	assert arrive(later(2, texts=(("vat", "OM3"),))) == []
	assert arrive(later(3, texts=(("vat", "OM3"),))) == []
	assert doc(name).tax_id == "OM9"
	assert [("OM3" in each) for each in told(Party("Customer", name))].count(True) == 1
