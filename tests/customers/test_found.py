"""A buyer's Customer is found: by a Contact's e-mail, after a merge, disabled, after its account was deleted."""

from dataclasses import replace

import frappe
import pytest

from medusa_integration.customers.order_parties import customer_of
from medusa_integration.customers.shop_customers import find
from medusa_integration.delivery.blocked import Blocked
from tests.support import factories
from tests.support.buyers import customer, guest, order
from tests.support.parties import prove
from tests.support.storefront import configure_storefront

SECOND = "second@example.com"


@pytest.fixture(autouse=True)
def configured():
	configure_storefront()


def clinic(**values) -> str:
	"""A company that was made in the Desk, with two Contacts."""
	values = {"medusa_id": None, "email_id": "first@example.com", **values}
	name = factories.customer("Clinic", **values).name
	contact(name)
	frappe.db.commit()
	return name


def contact(name: str, *emails: str) -> None:
	doc = frappe.get_doc(
		{
			"doctype": "Contact",
			"first_name": "Omar",
			"links": [{"link_doctype": "Customer", "link_name": name}],
		}
	)
	for number, email in enumerate(emails or ("other@example.com", SECOND.upper())):
		doc.add_email(email, is_primary=number == 0)
	doc.insert(ignore_permissions=True)


def of_account(**values) -> str:
	return customer_of(order(customer("cus_2", email=SECOND, **values), "order_2")).customer


def of_guest(email: str = SECOND, id: str = "order_1", **values) -> str:
	return customer_of(order(guest(email=email), id, **values)).customer


def merge(old: str, new: str) -> None:
	frappe.rename_doc("Customer", old, new, merge=True)
	frappe.db.commit()


# --- by any Contact


def test_the_second_contact_of_a_company_orders():
	made = clinic()
	assert of_account() != made  # the e-mail isn't proven
	frappe.db.set_value("Customer", find("cus_2").name, {"medusa_id": None, "disabled": 1})
	prove(SECOND, "cus_2")
	assert of_account() == made
	assert find("cus_2").name == made


def test_a_guest_with_a_contacts_email():
	made = clinic()
	own = of_guest()
	assert own != made
	assert of_guest(id="order_2") == own  # one Customer for all the guest's orders
	configure_storefront(shop_verifies_emails=1)
	assert of_guest(id="order_3") in (made, own)


def test_the_one_with_the_email_itself_comes_first():
	clinic()
	made = factories.customer("Second", medusa_id=None, email_id=SECOND).name
	prove(SECOND, "cus_2")
	assert of_account() == made


def test_a_contact_of_two_companies_links_none():
	made = clinic()
	other = factories.customer("Other", medusa_id=None).name
	contact(other, SECOND)
	prove(SECOND, "cus_2")
	assert of_account() not in (made, other)


@pytest.mark.parametrize("is_own", [False, True])
def test_a_contact_that_a_visitor_of_the_portal_has_made(is_own):
	"""Frappe lets everybody make Contacts, and link them to any Customer."""
	made, visitor = clinic(), "visitor@example.com"
	user = {"doctype": "User", "email": visitor, "first_name": "V", "user_type": "Website User"}
	frappe.get_doc({**user, "send_welcome_email": 0}).insert(
		ignore_permissions=True, ignore_if_duplicate=True
	)
	frappe.db.set_value("Contact", {"email_id": "other@example.com"}, "owner", visitor)
	if is_own:
		frappe.db.set_value("Customer", made, "owner", visitor)
	prove(SECOND, "cus_2")
	assert (of_account() == made) is is_own


def test_the_customer_of_all_guests_is_nobodys():
	one = factories.customer("Guests", medusa_id=None).name
	configure_storefront(guest_customers="One Customer", guest_customer=one)
	assert of_guest() == one
	prove(SECOND, "cus_2")
	assert of_account() != one
	configure_storefront(guest_customers="A Customer by e-mail", shop_verifies_emails=1)
	assert of_guest(id="order_3") != one


def test_a_company_with_an_account_is_not_the_contacts():
	made = clinic(medusa_id="cus_1")
	assert of_account() != made  # the e-mail isn't proven


# --- merged


def test_a_merged_guest_orders_again():
	made = clinic()
	first = of_guest("g@example.com")
	merge(first, made)
	assert of_guest("G@example.com", "order_2") == made
	assert of_guest("first@example.com", "order_3") != made  # of whom no guest was merged
	other = factories.customer("Bigger", medusa_id=None).name
	merge(made, other)
	assert of_guest("g@example.com", "order_4") == other


def test_two_guests_that_were_merged():
	one, two = of_guest("a@example.com"), of_guest("b@example.com", "order_2")
	merge(one, two)
	assert of_guest("a@example.com", "order_3") == of_guest("b@example.com", "order_4") == two


def test_a_guest_merged_into_an_account():
	"""The account sees its orders in the shop, and any visitor may type the e-mail."""
	made = clinic(medusa_id="cus_1")
	merge(of_guest("g@example.com"), made)
	assert of_guest("g@example.com", "order_2") != made
	configure_storefront(shop_verifies_emails=1)
	assert of_guest("g@example.com", "order_3") == made


# --- disabled


def test_a_disabled_customer_of_a_guest_parks():
	made = of_guest()
	frappe.db.set_value("Customer", made, "disabled", 1)
	with pytest.raises(Blocked, match=r"disabled.*Retry"):
		of_guest(id="order_2")
	frappe.db.set_value("Customer", made, "disabled", 0)
	assert of_guest(id="order_2") == made


def test_an_enabled_customer_of_a_guest_comes_first():
	old = of_guest()
	frappe.db.set_value("Customer", old, {"disabled": 1, "email_id": SECOND})
	new = factories.customer("New", medusa_id=None, email_id=SECOND)
	new.db_set("customer_group", frappe.db.get_value("Customer", old, "customer_group"))
	assert of_guest(id="order_2") == new.name


def test_a_disabled_customer_of_an_account_parks():
	made = of_account()
	frappe.db.set_value("Customer", made, "disabled", 1)
	with pytest.raises(Blocked, match=r"disabled.*Retry"):
		customer_of(order(customer("cus_2"), "order_3"))


def test_a_disabled_one_of_somebody_else():
	clinic(disabled=1, email_id=SECOND)
	assert of_guest()


# --- deleted


def test_an_order_of_a_deleted_account():
	made = of_account()
	gone = replace(order(id="order_3", email=SECOND), customer=None, customer_id="cus_2")
	assert customer_of(gone).customer == made
	lead = factories.lead("Aisha", medusa_id="cus_9").name
	party = customer_of(replace(gone, id="order_4", customer_id="cus_9"))
	assert frappe.db.get_value("Customer", party.customer, "lead_name") == lead


def test_an_order_of_a_deleted_guest():
	made = of_guest()
	gone = replace(order(id="order_3", email=SECOND), customer=None, customer_id="cus_guest")
	assert customer_of(gone).customer == made
	nothing = replace(gone, id="order_4", email="", billing_address=None, shipping_address=None)
	assert customer_of(nothing).customer != made
