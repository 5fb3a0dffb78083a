"""Whoever signs up in Medusa with the e-mail of a known customer gets neither its prices nor its account."""

import frappe
import pytest

from medusa_integration.customers import customers_from_medusa as arriving_customers
from medusa_integration.customers.email_codes import DOCTYPE
from medusa_integration.customers.shop_customers import find
from tests.support import arriving, factories
from tests.support.buyers import customer, guest
from tests.support.parties import addresses_of, prove
from tests.support.quotations import asked, product
from tests.support.storefront import configure_storefront

VICTIM = "Harbour Clinic"
EMAIL = "aisha@example.com"
THIEF = "cus_thief"
SIGN_UP = {"id": THIEF, "email": EMAIL, "first_name": "Eve"}


@pytest.fixture
def variant():
	"""A product of 40, which the victim gets for 12.345."""
	found = product("Q-1", 40)
	factories.customer(VICTIM, medusa_id=None, email_id=EMAIL)
	factories.item_price("Q-1", 12.345, customer=VICTIM)
	frappe.db.commit()
	return found


@pytest.fixture
def orders():
	"""Orders of Medusa's come in; three decimals, as Oman's currency has."""
	with arriving.precision(3):
		arriving.configure_orders(server=False)
		yield


def price_of(shop, id: str = THIEF) -> float:
	"""What a customer of the shop is told that it pays."""
	call = {"items": [{"medusa_variant_id": "variant_Q-1"}], "customer_id": id}
	response = shop.call("get_medusa_prices", **call)
	assert response.status_code == 200, response.text
	return response.json["message"]["variant_Q-1"]["negotiated_price"]


def id_of(name: str = VICTIM):
	frappe.db.commit()
	return frappe.db.get_value("Customer", name, "medusa_id")


def ordered(buyer, id: str = "order_1"):
	"""The Sales Order of an unpaid order."""
	given = arriving.order(
		arriving.line("Q-1", 40), id=id, customer=buyer, email=buyer.email, currency=currency()
	)
	return arriving.placed(given)


def currency() -> str:
	return frappe.db.get_value("Price List", "Standard Selling", "currency")


def test_a_sign_up_that_becomes_a_customer(shop, variant):
	configure_storefront(new_customers="Customers")
	assert arriving_customers.arrive(customer(THIEF)) == []
	assert find(THIEF).name != VICTIM
	assert (price_of(shop), id_of()) == (40, None)
	prove(medusa_id="cus_owner")
	assert arriving_customers.arrive(customer("cus_owner")) == []
	assert (price_of(shop, "cus_owner"), id_of()) == (12.345, "cus_owner")
	assert price_of(shop) == 40


def test_an_unpaid_order(shop, variant, orders):
	assert ordered(customer(THIEF)).customer != VICTIM
	assert (price_of(shop), id_of()) == (40, None)
	configure_storefront(shop_verifies_emails=1)
	assert ordered(customer("cus_owner"), "order_2").customer == VICTIM
	assert price_of(shop, "cus_owner") == 12.345


def test_a_guests_order(shop, variant, orders):
	contact = frappe.get_doc("Contact", frappe.db.get_value("Customer", VICTIM, "customer_primary_contact"))
	order = ordered(guest(phone="+968 1"))
	assert order.customer != VICTIM
	assert not addresses_of("Customer", VICTIM)
	assert contact.reload().phone_nos == []
	assert frappe.db.get_value("Customer", VICTIM, ["mobile_no", "customer_primary_address"]) == (None, None)
	# Nor do orders of an account's Customer come from guests.
	frappe.db.set_value("Customer", order.customer, "medusa_id", "cus_owner")
	assert ordered(guest(), "order_2").customer not in (VICTIM, order.customer)


@pytest.mark.parametrize("event", [False, True])
def test_a_lead_that_has_become_the_customer(shop, variant, event):
	lead = factories.lead("Aisha", email_id=EMAIL, medusa_id=None).name
	frappe.db.set_value("Customer", VICTIM, "lead_name", lead)
	frappe.db.commit()
	if event:  # Medusa's own, of a sign-up past ERPNext
		assert arriving_customers.arrive(customer(THIEF)) == []
	else:
		response = shop.call("insert_lead", data=SIGN_UP)
		assert response.status_code == 200, response.text
		made = response.json["message"]["lead"]
		assert made != lead
		assert shop.call("insert_lead", data=SIGN_UP).json["message"]["lead"] == made
	response = shop.call("create_quotation", **asked((variant, 1), customer_id=THIEF), create_so=True)
	assert response.status_code == 200, response.text
	assert (price_of(shop), id_of(), frappe.db.get_value("Lead", lead, "medusa_id")) == (40, None, None)
	assert frappe.get_all("Quotation Item", pluck="rate") == [40]


def test_a_proven_sign_up_is_the_lead_and_its_customer(shop, variant):
	lead = factories.lead("Aisha", email_id=EMAIL, medusa_id=None).name
	frappe.db.set_value("Customer", VICTIM, "lead_name", lead)
	prove(medusa_id="cus_owner")
	assert shop.call("insert_lead", data={**SIGN_UP, "id": "cus_owner"}).json["message"]["lead"] == lead
	response = shop.call("create_quotation", **asked((variant, 1), customer_id="cus_owner"), create_so=True)
	assert response.status_code == 200, response.text
	assert (price_of(shop, "cus_owner"), id_of()) == (12.345, "cus_owner")


def test_an_earlier_link_stays(shop, variant):
	lead = factories.lead("Aisha", email_id=EMAIL, medusa_id="cus_owner").name
	frappe.db.set_value("Customer", VICTIM, "lead_name", lead)
	frappe.db.commit()
	shop.call("create_quotation", **asked((variant, 1), customer_id="cus_owner"), create_so=True)
	assert (price_of(shop, "cus_owner"), id_of()) == (12.345, "cus_owner")


def test_who_may_write_the_proof(shop, manager):
	"""Neither a user nor an import makes an Email OTP, or changes its id."""
	prove(medusa_id="cus_owner")
	path = "/api/resource/Email OTP"
	assert manager.put(f"{path}/{EMAIL}", json={"medusa_id": THIEF}).status_code == 403
	assert manager.post(path, json={"email": "b@example.com", "medusa_id": THIEF}).status_code == 403
	frappe.db.rollback()
	assert frappe.get_all(DOCTYPE, pluck="medusa_id") == ["cus_owner"]
