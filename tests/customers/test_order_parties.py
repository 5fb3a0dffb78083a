"""The Customer, the Addresses and the Contact of an order."""

from dataclasses import replace

import frappe
import pytest

from medusa_integration import settings
from medusa_integration.customers.order_parties import customer_of
from medusa_integration.delivery.blocked import Blocked
from medusa_integration.medusa.order import Address
from tests.support import factories
from tests.support.buyers import HOME, customer, guest, order, parties
from tests.support.parties import address, addresses_of, prove
from tests.support.storefront import configure_storefront
from tests.support.workers import Worker, start


@pytest.fixture(autouse=True)
def configured():
	configure_storefront()


def known(name: str = "Clinic", email: str | None = "aisha@example.com", **values) -> str:
	"""A Customer that was made in the Desk, whose primary Contact has the e-mail."""
	return factories.customer(name, **{"medusa_id": None, "email_id": email, **values}).name


def doc(name: str):
	return frappe.get_doc("Customer", name)


def id_of(name: str) -> str | None:
	return frappe.db.get_value("Customer", name, "medusa_id")


# --- a new Customer


def test_a_new_customer():
	configure_storefront(territory="Rest Of The World")
	party = customer_of(order())
	made = doc(party.customer)
	assert (made.customer_name, made.customer_type, made.medusa_id) == (
		"Aisha Said",
		"Individual",
		"cus_aisha",
	)
	assert (made.customer_group, made.territory) == (settings.CUSTOMER_GROUP, "Rest Of The World")
	assert [row.sales_person for row in made.sales_team] == [settings.SALES_PERSON]
	assert (made.customer_primary_contact, made.customer_primary_address) == (
		party.contact,
		party.billing_address,
	)
	assert (made.email_id, made.mobile_no) == ("aisha@example.com", "+968 91234567")
	assert "12 Harbour Street" in made.primary_address


def test_its_contact():
	contact = frappe.get_doc("Contact", customer_of(order()).contact)
	assert (contact.first_name, contact.last_name, contact.email_id) == ("Aisha", "Said", "aisha@example.com")
	assert (contact.mobile_no, contact.is_primary_contact) == ("+968 91234567", 1)


def test_its_addresses():
	shipping = replace(HOME, address_1="9 Hill Road", company="Harbour Clinic")
	party = customer_of(order(shipping_address=shipping))
	bill, ship = (frappe.get_doc("Address", name) for name in party[1:3])
	assert (bill.address_title, bill.address_type, bill.is_primary_address) == ("Aisha Said", "Billing", 1)
	assert (ship.address_title, ship.address_type, ship.is_shipping_address) == (
		"Harbour Clinic",
		"Shipping",
		1,
	)
	assert (bill.address_line1, bill.city, bill.pincode, bill.country) == (
		"12 Harbour Street",
		"Muscat",
		"100",
		"Oman",
	)
	assert (bill.phone, bill.email_id) == ("+968 91234567", "aisha@example.com")


@pytest.mark.parametrize("of_address", [False, True])
def test_a_company(of_address):
	where = {"billing_address": replace(HOME, company="Harbour Clinic")}
	buyer = customer() if of_address else customer(company_name="Harbour Clinic")
	made = doc(customer_of(order(buyer, **(where if of_address else {}))).customer)
	assert (made.customer_name, made.customer_type) == ("Harbour Clinic", "Company")


@pytest.mark.parametrize(
	("set_in", "territory"), [("Rest Of The World", "Rest Of The World"), (None, "Oman")]
)
def test_the_territory(set_in, territory):
	if not frappe.db.exists("Territory", "Oman"):
		pytest.skip("the company's country has no Territory")
	configure_storefront(territory=set_in)
	assert doc(customer_of(order()).customer).territory == territory


def test_of_one_name_are_two_customers():
	first = customer_of(order()).customer
	second = customer_of(order(customer("cus_b", email="b@example.com"), "order_2")).customer
	assert first != second
	assert (id_of(first), id_of(second)) == ("cus_aisha", "cus_b")


@pytest.mark.parametrize("again", [order(), order(id="order_2")])
def test_again_nothing_changes(again):
	first = customer_of(order())
	before = parties()
	assert customer_of(again) == first
	assert parties() == before


# --- found


def test_by_id():
	made = known(email=None)
	frappe.db.set_value("Customer", made, "medusa_id", "cus_aisha")
	assert customer_of(order()).customer == made


@pytest.mark.parametrize("email", ["aisha@example.com", "AISHA@Example.COM"])
def test_by_a_proven_email_which_links_it(email):
	prove()
	made = known(email=email)
	assert customer_of(order()).customer == made
	assert id_of(made) == "cus_aisha"


def test_by_email_where_the_shop_verifies_them():
	configure_storefront(shop_verifies_emails=1)
	made = known()
	strange = customer(email="no mail")
	assert customer_of(order(strange, "order_0", email="aisha@example.com")).customer != made
	assert customer_of(order(customer("cus_b"))).customer == made
	assert id_of(made) == "cus_b"


def test_an_unproven_email_links_nothing():
	made = known(mobile_no=None)
	prove(medusa_id="cus_Aisha")  # another account's
	prove("other@example.com")
	before = parties()
	party = customer_of(order())
	assert party.customer != made
	assert id_of(party.customer) == "cus_aisha"
	assert customer_of(order(id="order_2")) == party
	after = parties()
	assert {key: after[key] for key in before} == before
	assert not addresses_of("Customer", made)


def test_of_two_accounts_with_one_email_the_proven_one_is_linked():
	prove()
	made = known()
	other = customer_of(order(customer("cus_b", email="AISHA@example.com"), "order_2")).customer
	assert other != made
	assert customer_of(order()).customer == made
	assert (id_of(made), id_of(other)) == ("cus_aisha", "cus_b")


def test_email_with_another_case_in_the_order():
	prove()
	made = known()
	party = customer_of(order(customer(email="AISHA@example.com")))
	assert party.customer == made
	assert party.contact == doc(made).customer_primary_contact


def test_an_accent_makes_another_email():
	made = (
		known(email="aishá@example.com") if _takes("aishá@example.com") else known(email="aisha2@example.com")
	)
	assert customer_of(order()).customer != made


def _takes(email: str) -> bool:
	return bool(frappe.utils.validate_email_address(email))


def test_of_two_with_the_email_none_is_linked():
	prove()
	made = {known("One"), known("Two")}
	party = customer_of(order())
	assert party.customer not in made
	assert {id_of(name) for name in made} == {None}
	assert customer_of(order(id="order_2")) == party


def test_a_guests_customer_keeps_no_account_from_its_own():
	prove()
	made = known()
	ordered = customer_of(order(guest())).customer
	assert customer_of(order(id="order_2")).customer == made
	assert (id_of(made), id_of(ordered)) == ("cus_aisha", None)


def test_one_of_another_account_is_not_taken():
	prove()
	made = known(medusa_id="cus_other")
	assert customer_of(order()).customer != made
	assert id_of(made) == "cus_other"


def test_a_disabled_one_is_not_taken():
	prove()
	made = known(disabled=1)
	assert customer_of(order()).customer != made


def test_a_lead_is_promoted():
	lead = factories.lead("Aisha", medusa_id="cus_aisha").name
	made = doc(customer_of(order()).customer)
	assert (made.lead_name, made.medusa_id) == (lead, "cus_aisha")


def test_a_lead_with_a_customer_of_its_proven_email_is_linked_to_that():
	prove()
	lead = factories.lead("Aisha", medusa_id="cus_aisha").name
	made = known()
	assert customer_of(order()).customer == made
	assert (doc(made).lead_name, id_of(made)) == (lead, "cus_aisha")


def test_the_customer_of_the_sales_order():
	quoted = known("Quoted", email=None)
	factories.sales_order(customer=quoted, medusa_order_id="order_1", submit=False)
	party = customer_of(order())
	assert party.customer == quoted
	assert [row.name for row in addresses_of("Customer", quoted)] == [party.billing_address]
	assert id_of(quoted) is None


# --- guests


def test_guests_by_email():
	first = customer_of(order(guest("cus_g1")))
	again = customer_of(order(guest("cus_g2", email="Aisha@Example.com"), "order_2"))
	other = customer_of(order(guest("cus_g3", email="omar@example.com"), "order_3"))
	assert first == again
	assert other.customer != first.customer
	assert id_of(first.customer) is None


def test_a_guest_is_nobody_elses_customer():
	"""Neither one that was made in the Desk, nor an account's, nor a Lead's."""
	lead = factories.lead("Aisha", medusa_id=None).name
	group = settings.CUSTOMER_GROUP
	theirs = {known("Older"), known("Newer"), known("Of a Lead", customer_group=group, lead_name=lead)}
	theirs.add(customer_of(order()).customer)
	before = parties()
	made = customer_of(order(guest("cus_g1"), "order_2"))
	assert made.customer not in theirs
	assert customer_of(order(guest("cus_g2"), "order_3")) == made
	after = parties()
	assert {key: after[key] for key in before} == before


def test_a_guest_of_several_is_the_oldest_where_the_shop_verifies_emails():
	configure_storefront(shop_verifies_emails=1)
	made = known("Older")
	known("Newer")
	assert customer_of(order(guest())).customer == made
	prove()
	assert customer_of(order(guest(), "order_2")).customer == made


def test_a_guests_order_changes_nothing_of_a_customer():
	configure_storefront(shop_verifies_emails=1)
	made = known(mobile_no=None)
	before = parties()
	contact = doc(made).customer_primary_contact
	party = customer_of(order(guest(first_name="Omar", phone="+968 1")))
	assert (party.customer, party.contact) == (made, contact)
	after = parties()
	assert {key: after[key] for key in before} == before
	(added,) = after.keys() - before.keys()
	assert added == ("Address", party.billing_address)
	assert (after[added].is_primary_address, after[added].is_shipping_address) == (0, 0)


def test_a_guest_who_comes_again_changes_nothing():
	first = customer_of(order(guest(), billing_address=replace(HOME, phone="")))
	before = parties()
	again = customer_of(
		order(guest("cus_g2", phone="+968 1"), "order_2", billing_address=replace(HOME, city="Sur"))
	)
	assert (again.customer, again.contact) == (first.customer, first.contact)
	assert again.billing_address != first.billing_address
	after = parties()
	assert {key: after[key] for key in before} == before


def test_an_account_takes_over_the_guest_by_a_proven_email():
	made = customer_of(order(guest())).customer
	assert customer_of(order(customer("cus_b"), "order_2")).customer != made
	prove()
	assert customer_of(order(id="order_3")).customer == made
	assert id_of(made) == "cus_aisha"
	# From now on it is an account's, which shows its orders.
	assert customer_of(order(guest("cus_g2"), "order_4")).customer != made


def test_guests_each_order():
	configure_storefront(guest_customers="A Customer for each order")
	first, second = (customer_of(order(guest(), id)).customer for id in ("order_1", "order_2"))
	assert first != second


def test_guests_are_one():
	one = known("Guests", email=None)
	configure_storefront(guest_customers="One Customer", guest_customer=one)
	first, again = (customer_of(order(guest(), id)) for id in ("order_1", "order_2"))
	other = customer_of(
		order(guest(email="o@example.com"), "order_3", billing_address=replace(HOME, address_1="2 Low Lane"))
	)
	assert first == again
	assert {first.customer, other.customer} == {one}
	assert first.contact != other.contact
	made = doc(one)
	assert (made.customer_primary_contact, made.customer_primary_address) == (None, None)


def test_guests_are_one_that_is_missing():
	configure_storefront(guest_customers="One Customer", guest_customer=None)
	with pytest.raises(Blocked, match="Customer of all guests"):
		customer_of(order(guest()))


def test_an_order_without_a_customer():
	made = doc(customer_of(replace(order(), customer=None)).customer)
	assert (made.customer_name, made.email_id, made.medusa_id) == ("Aisha Said", "aisha@example.com", None)


def test_an_order_that_says_nothing():
	nobody = guest(email="")
	party = customer_of(order(nobody, email="", billing_address=None, shipping_address=None))
	assert doc(party.customer).customer_name == "Guest"
	assert party[1:] == (None, None, None)


# --- addresses


def test_an_address_of_the_desk_is_found():
	prove()
	made = known()
	there = address(
		"Customer", made, address_title="Head Office", address_line1="12  harbour STREET", city="Muscat",
		pincode="100", phone="+968 91234567", address_type="Office",
	).name  # fmt: skip
	party = customer_of(order(customer(first_name="", last_name=""), billing_address=replace(HOME, first_name="", last_name=""),
		shipping_address=None))  # fmt: skip
	assert party.billing_address == there
	assert doc(made).customer_primary_address == there


def test_an_address_in_anothers_name_is_another():
	party = customer_of(order(shipping_address=replace(HOME, first_name="Omar")))
	assert party.billing_address != party.shipping_address
	assert frappe.db.get_value("Address", party.shipping_address, "address_title") == "Omar Said"


def test_a_shared_address_is_used_and_not_changed():
	prove()
	made, other = known(), known("Other", email=None)
	there = address(
		"Customer", made, ("Customer", other), address_title="Clinic", address_line1="12 Harbour Street",
		city="Muscat", pincode="100", phone="+968 91234567", is_primary_address=1,
	).name  # fmt: skip
	before = frappe.get_doc("Address", there).as_dict()
	in_its_name = replace(HOME, first_name="Clinic", last_name="")
	party = customer_of(
		order(billing_address=in_its_name, shipping_address=replace(in_its_name, city="Nizwa"))
	)
	assert party.billing_address == there
	customer_of(order(id="order_2", billing_address=replace(HOME, city="Sur")))
	assert frappe.get_doc("Address", there).as_dict() == before


def test_a_disabled_address_is_not_used():
	first = customer_of(order())
	frappe.db.set_value("Address", first.billing_address, "disabled", 1)
	assert customer_of(order()).billing_address != first.billing_address


@pytest.mark.parametrize(
	("values", "expected"),
	[
		({"address_1": "", "address_2": "Flat 2"}, {"address_line1": "Flat 2", "address_line2": ""}),
		({"address_1": ""}, {"address_line1": "-"}),
		({"city": "", "province": "Dhofar"}, {"city": "Dhofar", "state": "Dhofar"}),
		({"city": ""}, {"city": "Oman"}),
		({"country_code": "US", "province": "us-tx"}, {"country": "United States", "state": "TX"}),
		({"country_code": "om"}, {"country": "Oman"}),
		({"phone": "ask at the door"}, {"phone": ""}),
	],
)
def test_odd_addresses(values, expected):
	party = customer_of(order(billing_address=replace(HOME, **values), shipping_address=None))
	stored = frappe.db.get_value("Address", party.billing_address, list(expected), as_dict=True)
	assert {field: value or "" for field, value in stored.items()} == expected


def test_an_address_of_a_country_alone_is_none():
	party = customer_of(order(billing_address=Address(country_code="OM"), shipping_address=HOME))
	assert party.billing_address is None
	assert party.shipping_address


def test_the_country_of_the_other_address():
	party = customer_of(order(billing_address=replace(HOME, country_code=""), shipping_address=HOME))
	assert frappe.db.get_value("Address", party.billing_address, "country") == "Oman"


@pytest.mark.parametrize("code", ["XX", "'; drop", ""])
def test_an_unknown_country(code):
	before = parties()
	with pytest.raises(Blocked, match=r"[cC]ountry"):
		customer_of(
			order(
				billing_address=replace(HOME, country_code=code),
				shipping_address=replace(HOME, country_code=code),
			)
		)
	assert parties() == before


# --- texts

TEXTS = (
	"<script>alert(1)</script>", "<b>Bold</b> & Söhne", "Tab\tNull\x00Bell\x07\r\nLine", "x" * 300, "عيادة الميناء",
	"🦷 Praxis 👩‍⚕️", "50% '\"\\ _ {0} {{ 1 }}", "\u202eevil", "New Customer", "Individual", "Customer", "Dr. A.##.YYYY.",
	"\ud800", "   ", "O'Brien; DROP TABLE tabCustomer", '{"a": 1}',
)  # fmt: skip


def hostile(text: str, id: str, *, is_company: bool = False):
	"""An order of which everything is that text."""
	company = text if is_company else ""
	place = Address(
		first_name=text, last_name=text, company=company, address_1=text, address_2=text, city=text,
		province=text, postal_code=text, country_code="OM", phone=text,
	)  # fmt: skip
	buyer = customer(
		f"cus_{id}",
		email=f"{id}@example.com",
		first_name=text,
		last_name=text,
		company_name=company,
		phone=text,
	)
	return order(buyer, f"order_{id}", billing_address=place, shipping_address=place)


@pytest.mark.slow
@pytest.mark.parametrize("is_company", [False, True])
def test_hostile_texts(is_company):
	arrived = [hostile(text, f"{n}", is_company=is_company) for n, text in enumerate(TEXTS)]
	placed = [customer_of(each) for each in arrived]
	before = parties()
	assert [id_of(party.customer) for party in placed] == [each.customer.id for each in arrived]
	assert [customer_of(each) for each in arrived] == placed
	assert parties() == before
	for name in {name for party in placed for name in party if name}:
		assert not set("<>\x00\r\n\u202e") & set(name)


def test_two_of_each_hostile_name():
	placed = {
		customer_of(hostile(text, f"{n}{who}")).customer for n, text in enumerate(TEXTS) for who in "ab"
	}
	assert len(placed) == 2 * len(TEXTS)


@pytest.mark.parametrize(
	"email", ["no mail", "a b@c.com", "a@b.com, c@d.com", "x" * 150 + "@example.com", "a@b\x00.com"]
)
def test_no_email(email):
	party = customer_of(order(customer(email=email)))
	assert doc(party.customer).email_id in (None, "")
	assert customer_of(order(customer(email=email))) == party


# --- at once


def place_in_another_process(orders: list) -> list:
	"""In another process: what a worker of the inbox does with orders."""
	from medusa_integration.delivery.drain import DEADLOCKS

	placed = []
	for each in orders:
		for _attempt in range(20):
			try:
				frappe.db.commit()
				placed.append(tuple(customer_of(each)))
				frappe.db.commit()
				break
			except DEADLOCKS:
				frappe.db.rollback()
	return placed


def at_once(*batches: list) -> list:
	frappe.db.commit()
	workers = start(*(Worker(place_in_another_process, orders=each) for each in batches))
	results = [worker.result() for worker in workers]
	frappe.db.rollback()
	return results


@pytest.mark.slow
@pytest.mark.mariadb
@pytest.mark.parametrize("buyer", [customer, guest], ids=["account", "guest"])
def test_orders_at_once_are_of_one_customer(buyer):
	"""The names differ, so that no name that is taken already keeps them from being made twice."""
	batches = [
		[
			order(
				buyer(f"cus_{n}", email=f"{n}@example.com", first_name=f"By {who}"),
				f"order_{who}{n}",
				billing_address=None,
				shipping_address=None,
			)
			for n in range(6)
		]
		for who in "abc"
	]
	placed = at_once(*batches)
	assert placed[0] == placed[1] == placed[2]
	assert len({party[0] for party in placed[0]}) == 6
	assert frappe.db.count("Customer", {"customer_name": ("like", "By %")}) == 6
	assert frappe.db.count("Contact", {"full_name": ("like", "By %")}) == 6


@pytest.mark.slow
@pytest.mark.mariadb
@pytest.mark.parametrize("field", [["billing_address"], ["billing_address", "shipping_address"]])
def test_new_addresses_at_once_are_made_once(field):
	"""As a billing address by one, as a shipping address by the other: the names differ."""
	made = customer_of(order()).customer
	roads = [replace(HOME, address_1=f"{n} New Road") for n in range(6)]
	batches = [
		[order(id=f"order_{each}{n}", **{each: road}) for n, road in enumerate(roads)]
		for each in (field[0], field[-1])
	]
	placed = at_once(*batches)
	assert {each for party in placed[0] for each in party[1:3]} == {
		each for party in placed[1] for each in party[1:3]
	}
	assert len(addresses_of("Customer", made)) == 7
