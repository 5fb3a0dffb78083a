"""Customers and Leads with the e-mail of a customer of the shop: the Desk offers to join them."""

import frappe
import pytest

from medusa_integration.customers.order_parties import customer_of
from medusa_integration.customers.shop_customers import Party, find
from medusa_integration.desk.same_email import get_same_email
from tests.support import factories
from tests.support.buyers import customer, order
from tests.support.storefront import configure_storefront
from tests.support.users import PATH, signed_in

EMAIL = "aisha@example.com"
KNOWN = "Harbour Clinic"


@pytest.fixture(autouse=True)
def configured():
	configure_storefront()


@pytest.fixture
def master():
	"""A user who may write and delete Customers and Leads."""
	return signed_in("medusa-master@example.com", "System Manager", "Sales Master Manager", "Sales Manager")


@pytest.fixture
def pair():
	"""A known Customer, and the one that an order of an unproven account has made."""
	known = factories.customer(KNOWN, medusa_id=None, email_id=EMAIL.upper())
	made = customer_of(order(customer())).customer
	frappe.db.commit()
	return Party("Customer", made), Party("Customer", known.name)


def offered(client, party: Party) -> list[tuple]:
	response = client.post(f"{PATH}get_same_email", json=party._asdict())
	assert response.status_code == 200, response.text
	return [
		(row["doctype"], row["name"], row["stays"][1], row["is_merge"]) for row in response.json["message"]
	]


def join(client, party: Party, other: Party):
	response = client.post(
		f"{PATH}join_same_email",
		json={**party._asdict(), "other_doctype": other.doctype, "other": other.name},
	)
	frappe.db.rollback()
	return response


def joined(client, party: Party, other: Party) -> Party:
	response = join(client, party, other)
	assert response.status_code == 200, response.text
	return Party(*response.json["message"])


def comments(party: Party) -> str:
	named = {"reference_doctype": party.doctype, "reference_name": party.name}
	return " ".join(frappe.get_all("Comment", named, pluck="content"))


def lead(name: str, **values) -> Party:
	doc = factories.lead(name, **{"email_id": EMAIL, **values})
	frappe.db.commit()
	return Party("Lead", doc.name)


@pytest.mark.slow
@pytest.mark.parametrize("is_shops_form", [True, False])
def test_two_customers_are_merged_into_the_known_one(master, pair, is_shops_form):
	shops, known = pair
	sold = factories.sales_order(customer=shops.name, medusa_order_id="order_1").name
	frappe.db.commit()
	form, other = pair if is_shops_form else reversed(pair)
	assert offered(master, form) == [(*other, known.name, True)]
	assert joined(master, form, other) == known
	assert find("cus_aisha") == known
	assert not frappe.db.exists(*shops)
	assert frappe.db.get_value("Sales Order", sold, "customer") == known.name
	stored = frappe.get_doc(*known)
	assert (stored.customer_name, stored.customer_group) == (KNOWN, "Commercial")
	assert customer_of(order(id="order_2")).customer == known.name
	assert f"merging {shops.name}" in comments(known) and "cus_aisha" in comments(known)
	assert offered(master, known) == []


@pytest.mark.slow
def test_a_merged_customers_lead_stays_converted(master):
	source = lead("Aisha", medusa_id="cus_aisha")
	shops = Party("Customer", customer_of(order()).customer)
	known = Party("Customer", factories.customer(KNOWN, medusa_id=None, email_id=EMAIL).name)
	frappe.db.commit()
	assert offered(master, shops) == [(*known, known.name, True)]
	assert offered(master, source) == []
	assert joined(master, shops, known) == known
	assert frappe.db.get_value("Customer", known.name, ["lead_name", "medusa_id"]) == (
		source.name,
		"cus_aisha",
	)
	assert frappe.db.get_value("Lead", source.name, "status") == "Converted"


@pytest.mark.slow
def test_two_leads_are_merged(master):
	known = lead("Known", medusa_id=None)
	from medusa_integration.customers.leads import ShopAccount, sign_up

	shops = sign_up(ShopAccount("cus_aisha", EMAIL, "Aisha")).party
	frappe.db.commit()
	assert offered(master, shops) == [(*known, known.name, True)]
	assert offered(master, known) == [(*shops, known.name, True)]
	assert joined(master, shops, known) == known
	assert find("cus_aisha") == known
	assert not frappe.db.exists(*shops)
	assert "cus_aisha" in comments(known)


def test_a_lead_of_the_shop_is_linked_to_a_customer(master):
	shops = lead("Aisha", medusa_id="cus_aisha")
	known = Party("Customer", factories.customer(KNOWN, medusa_id=None, email_id=EMAIL).name)
	frappe.db.commit()
	assert offered(master, known) == [(*shops, known.name, False)]
	assert joined(master, shops, known) == known
	assert find("cus_aisha") == known
	assert frappe.db.get_value("Customer", known.name, "lead_name") == shops.name
	assert shops.name in comments(known) and known.name in comments(shops)


def test_a_customer_of_the_shop_takes_a_lead(master):
	known = lead("Known", medusa_id=None)
	shops = Party("Customer", customer_of(order()).customer)
	frappe.db.commit()
	assert offered(master, known) == [(*shops, shops.name, False)]
	assert joined(master, shops, known) == shops
	assert frappe.db.get_value("Customer", shops.name, ["lead_name", "medusa_id"]) == (
		known.name,
		"cus_aisha",
	)
	assert frappe.db.get_value("Lead", known.name, "status") == "Converted"
	assert shops.name in comments(known) and known.name in comments(shops)
	assert offered(master, shops) == []


def test_what_is_not_offered_is_not_joined(master, pair):
	shops, known = pair
	stranger = Party("Customer", factories.customer("Other", medusa_id=None, email_id="b@example.com").name)
	linked = Party("Customer", factories.customer("Linked", email_id=EMAIL).name)
	frappe.db.commit()
	assert join(master, shops, stranger).status_code == 417
	assert join(master, shops, linked).status_code == 417
	assert join(master, shops, shops).status_code == 417
	assert join(master, shops, Party("Customer", "Nobody")).status_code == 404
	assert join(master, Party("User", "Administrator"), known).status_code == 417
	for name in ("", None, ["x"], {"like": "%"}, "x" * 141):
		assert join(master, shops, Party("Customer", name)).status_code == 417
		assert master.post(f"{PATH}get_same_email", json={"doctype": "Lead", "name": name}).status_code == 417
	query = {**shops._asdict(), "other_doctype": "Customer", "other": known.name}
	assert master.get(f"{PATH}join_same_email", query_string=query).status_code == 403
	assert find("cus_aisha") == shops


def test_the_users_own_permissions_count(clerk, pair):
	shops, known = pair
	other = lead("Known", medusa_id=None)
	assert clerk.post(f"{PATH}get_same_email", json=shops._asdict()).status_code == 403
	seller = signed_in("medusa-seller@example.com", "Sales User")  # may neither merge nor delete
	assert (*known, known.name, True) in offered(seller, shops)
	assert join(clerk, shops, known).status_code == 403
	assert join(seller, shops, known).status_code == 403
	assert find("cus_aisha") == shops
	frappe.set_user("medusa-clerk@example.com")
	try:
		with pytest.raises(frappe.PermissionError):
			get_same_email(*other)
	finally:
		frappe.set_user("Administrator")


def test_a_customer_by_its_primary_contact(master):
	"""Of several Contacts, as of one whose own e-mail is blank."""
	known = factories.customer(KNOWN, medusa_id=None, email_id=EMAIL)
	frappe.db.set_value("Customer", known.name, "email_id", None)
	second = {"first_name": "Second", "links": [{"link_doctype": "Customer", "link_name": known.name}]}
	contact = frappe.get_doc({"doctype": "Contact", **second})
	contact.add_email("second@example.com", is_primary=1)
	contact.insert()
	shops = Party("Customer", customer_of(order()).customer)
	frappe.db.commit()
	assert offered(master, shops) == [("Customer", known.name, known.name, True)]
	assert offered(master, Party("Customer", known.name)) == [(*shops, known.name, True)]
