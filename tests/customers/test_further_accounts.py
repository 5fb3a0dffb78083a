"""A company's second account in the shop: its orders are the company's where its e-mail is proven and a user wrote it to a Contact."""

from dataclasses import replace

import frappe
import pytest

from medusa_integration import session
from medusa_integration.customers import customers_from_medusa, shop_accounts, whose_documents
from medusa_integration.customers.further_accounts import FIELD, WRITTEN
from medusa_integration.customers.order_parties import customer_of
from medusa_integration.customers.shop_customers import Party, find
from medusa_integration.delivery.blocked import Blocked
from medusa_integration.orders import status_to_medusa
from medusa_integration.orders.orders_from_medusa import arrive
from tests.support import arriving, buying, factories
from tests.support.buyers import customer, guest, order, parties
from tests.support.parties import prove
from tests.support.storefront import configure_storefront

SECOND, ID = "second@example.com", "cus_2"


@pytest.fixture(autouse=True)
def configured():
	configure_storefront()


@pytest.fixture
def clinic() -> str:
	"""A company with an account, cus_1, and two Contacts that were made in the Desk."""
	name = factories.customer("Clinic", medusa_id="cus_1", email_id="first@example.com").name
	contact(name, "first@example.com")
	contact(name, SECOND)
	frappe.db.commit()
	return name


def contact(name: str, *emails: str, doctype: str = "Customer", **values):
	links = [{"link_doctype": doctype, "link_name": name}]
	doc = frappe.get_doc({"doctype": "Contact", "first_name": "Omar", "links": links, **values})
	for number, email in enumerate(emails):
		doc.add_email(email, is_primary=number == 0)
	doc.insert(ignore_permissions=True)
	if owner := values.get("owner"):
		doc.db_set("owner", owner)
	return doc


def ordered(id: str = "order_2", **values) -> str:
	return customer_of(order(customer(ID, email=SECOND, **values), id)).customer


def ids_of(name: str) -> set[str]:
	return whose_documents.ids_of(Party("Customer", name))


# --- whose it is


def test_the_second_accounts_orders_are_the_companys(clinic):
	prove(SECOND, ID)
	assert ordered() == clinic
	assert ordered("order_3") == clinic
	assert find(ID) == find("cus_1") == Party("Customer", clinic)
	assert ids_of(clinic) == {"cus_1", ID}
	assert frappe.db.get_value("Customer", clinic, "medusa_id") == "cus_1"
	comments = {"reference_name": clinic, "content": ("like", f"%{SECOND}%")}
	assert frappe.db.count("Comment", comments) == 1


def test_in_upper_case_and_with_a_third(clinic):
	contact(clinic, "x@example.com", "Third@Example.com")
	for email, id in ((SECOND.upper(), ID), ("third@example.com", "cus_3")):
		prove(email.lower(), id)
		assert customer_of(order(customer(id, email=email), f"order_{id}")).customer == clinic
	assert ids_of(clinic) == {"cus_1", ID, "cus_3"}


def test_where_the_shop_verifies_emails(clinic):
	configure_storefront(shop_verifies_emails=1)
	assert ordered() == clinic


def test_the_lead_of_the_second_account(clinic):
	prove(SECOND, ID)
	lead = factories.lead("Omar", email_id=SECOND, medusa_id=ID).name
	assert ordered() == clinic
	assert find(ID) == Party("Customer", clinic)
	assert whose_documents.are_one(Party("Lead", lead), Party("Customer", clinic))


def test_a_sign_up_that_becomes_a_customer(clinic):
	configure_storefront(new_customers="Customers")
	prove(SECOND, ID)
	before = frappe.db.count("Customer")
	assert customers_from_medusa.arrive(customer(ID, email=SECOND)) == []
	assert find(ID).name == clinic and frappe.db.count("Customer") == before


def test_a_disabled_company_parks(clinic):
	prove(SECOND, ID)
	frappe.db.set_value("Customer", clinic, "disabled", 1)
	with pytest.raises(Blocked, match=r"disabled.*Retry"):
		ordered()


def test_its_changes_in_medusa_are_not_the_companys(clinic):
	prove(SECOND, ID)
	ordered()
	before = parties()
	changed = replace(
		customer(ID, email=SECOND), company_name="Another", last_name="Changed", phone="+96899999999"
	)
	assert customers_from_medusa.arrive(changed) == []
	assert parties() == before


def test_the_orders_status_names_its_own_account(clinic):
	prove(SECOND, ID)
	assert ordered() == clinic
	person = frappe.db.get_value("Contact", {FIELD: ID})
	assert status_to_medusa._further_accounts({person, None}) == {person: ID}


def test_the_second_contact_can_sign_up(clinic):
	"""The account of the first one isn't the second one's."""
	assert shop_accounts.exists("first@example.com")
	assert not shop_accounts.exists(SECOND)


# --- no stranger


def test_without_a_proof(clinic):
	assert ordered() != clinic
	assert ids_of(clinic) == {"cus_1"}


def test_another_accounts_proof(clinic):
	prove(SECOND, "cus_9")
	assert ordered() != clinic


def test_an_email_that_the_shop_wrote(clinic):
	"""An account may have had any e-mail once, and would see the orders of the one whose e-mail it is."""
	customers_from_medusa.arrive(customer("cus_1", email="first@example.com"))
	party = customer_of(order(customer("cus_1", email="victim@example.com"), "order_1"))
	assert party.customer == clinic and frappe.db.get_value("Contact", party.contact, WRITTEN)
	prove("victim@example.com", ID)
	assert customer_of(order(customer(ID, email="victim@example.com"), "order_2")).customer != clinic


def test_an_email_that_was_changed_in_the_shop():
	made = customer_of(order(customer("cus_1", email="first@example.com"), "order_1")).customer
	frappe.db.set_value("Contact", {"email_id": "first@example.com"}, WRITTEN, 0)
	changed = replace(
		customer("cus_1", email=SECOND), updated_at=frappe.utils.get_datetime("2026-04-01").astimezone()
	)
	customers_from_medusa.arrive(changed)
	assert frappe.db.get_value("Contact", {"email_id": SECOND}, WRITTEN)
	prove(SECOND, ID)
	assert ordered() != made


def test_a_guests_contact_that_was_merged_in(clinic):
	frappe.delete_doc("Contact", frappe.db.get_value("Contact", {"email_id": SECOND}))
	theirs = customer_of(order(guest(email=SECOND), "order_1")).customer
	frappe.rename_doc("Customer", theirs, clinic, merge=True)
	prove(SECOND, ID)
	assert ordered() != clinic


@pytest.mark.parametrize("owner", ["Guest", "portal@example.com"])
def test_a_contact_that_a_visitor_of_a_portal_may_change(clinic, owner):
	if owner != "Guest":
		user = {"doctype": "User", "email": owner, "first_name": "P", "user_type": "Website User"}
		frappe.get_doc({**user, "send_welcome_email": 0}).insert(
			ignore_permissions=True, ignore_if_duplicate=True
		)
	frappe.db.set_value("Contact", {"email_id": SECOND}, "owner", owner)
	prove(SECOND, ID)
	assert ordered() != clinic


def test_a_contact_of_two_companies(clinic):
	other = factories.customer("Other", medusa_id="cus_7").name
	contact(other, SECOND)
	prove(SECOND, ID)
	assert ordered() not in (clinic, other)


def test_a_contact_that_is_a_leads_too(clinic):
	lead = factories.lead("Omar", email_id="lead@example.com", medusa_id=None).name
	doc = frappe.get_doc("Contact", {"email_id": SECOND})
	doc.append("links", {"link_doctype": "Lead", "link_name": lead})
	doc.save(ignore_permissions=True)
	prove(SECOND, ID)
	assert ordered() != clinic


def test_the_companys_own_email_is_the_first_accounts(clinic):
	frappe.db.set_value("Customer", clinic, {"email_id": SECOND})
	prove(SECOND, ID)
	assert ordered() != clinic


def test_a_user_ends_it(clinic):
	prove(SECOND, ID)
	assert ordered() == clinic
	doc = frappe.get_doc("Contact", {FIELD: ID})
	doc.links = []
	doc.save(ignore_permissions=True)
	assert find(ID) is None and ids_of(clinic) == {"cus_1"}
	assert ordered("order_3") != clinic


def test_nobody_writes_the_id_into_a_contact(clinic):
	own = frappe.get_doc("Contact", {"email_id": SECOND})
	own.update({FIELD: "cus_9", WRITTEN: 1})
	own.save(ignore_permissions=True)
	assert frappe.db.get_value("Contact", own.name, [FIELD, WRITTEN]) == (None, 0)
	new = contact(clinic, "new@example.com", **{FIELD: "cus_9"})
	assert not frappe.db.get_value("Contact", new.name, FIELD)
	assert ids_of(clinic) == {"cus_1"}


def test_contacts_of_before_the_mark(clinic):
	from medusa_integration.patches.mark_written_contacts import execute

	user = {"doctype": "User", "email": "clerk@example.com", "first_name": "C", "send_welcome_email": 0}
	if not frappe.db.exists("User", "clerk@example.com"):
		frappe.get_doc({**user, "roles": [{"role": "Sales User"}]}).insert(ignore_permissions=True)
	frappe.db.set_value("Contact", {"email_id": SECOND}, "owner", "clerk@example.com")
	execute()
	marks = dict(frappe.get_all("Contact", {"first_name": "Omar"}, ["email_id", WRITTEN], as_list=True))
	assert marks == {"first@example.com": 1, SECOND: 0}


@pytest.mark.slow
def test_two_accounts_of_a_real_shop(medusa):
	with arriving.precision(3):
		arriving.items("G-1")
		variant = buying.product(medusa, "G-1", {"omr": 1.5})["variant_id"]
		frappe.db.set_value("Item", "G-1", "medusa_variant_id", variant)
		arriving.configure_orders(server=False)
		buyers = [
			buying.sign_up(medusa, email) for email in ("first@example.com", SECOND, "other@example.com")
		]
		name = factories.customer("Clinic", medusa_id=buyers[0].id, email_id="first@example.com").name
		contact(name, SECOND)
		prove(SECOND, buyers[1].id)
		ids = [buying.place(medusa, [(variant, 1)], buyer=buyer) for buyer in buyers]
		orders = session.open_shop().read_orders(ids)
		frappe.db.commit()
		assert [arrive(orders[id]) for id in ids] == [[], [], []]
		made = [frappe.get_doc("Sales Order", {"medusa_order_id": id}) for id in ids]
	assert [doc.customer == name for doc in made] == [True, True, False]
	assert ids_of(name) == {buyer.id for buyer in buyers[:2]}
	told = status_to_medusa._read([doc.name for doc in made])
	assert [told[doc.name]["customer_id"] for doc in made] == [buyer.id for buyer in buyers]
