"""Billing addresses that the shop sends."""

import frappe
import pytest

from medusa_integration.customers.addresses_from_storefront import BadAddress, set_billing_address
from medusa_integration.customers.shop_customers import Party, promote
from tests.support import factories
from tests.support.parties import address, addresses_of
from tests.support.storefront import configure_storefront

SENT = {"address_line1": "12 Harbour Street", "city": "Muscat", "country": "om", "pincode": "100"}


@pytest.fixture
def party():
	return Party("Customer", factories.customer("Harbour Clinic").name)


def of(party: Party) -> list:
	return addresses_of(*party)


def test_an_address_is_made(party):
	name = set_billing_address(party, {**SENT, "phone": "+968 91234567", "email": "billing@example.com"})
	(row,) = of(party)
	assert (row.name, row.address_title, row.is_primary_address) == (name, "Harbour Clinic", 0)
	assert (row.address_line1, row.city, row.country, row.pincode) == (
		"12 Harbour Street",
		"Muscat",
		"Oman",
		"100",
	)
	assert (row.phone, row.email_id) == ("+968 91234567", "billing@example.com")
	assert frappe.db.get_value("Address", name, "address_type") == "Billing"


def test_the_same_address_is_used_again(party):
	first = set_billing_address(party, SENT)
	assert (
		set_billing_address(party, {**SENT, "country": "Oman", "address_line2": None, "state": " "}) == first
	)
	assert set_billing_address(party, {**SENT, "pincode": "101"}) != first
	assert len(of(party)) == 2


def test_the_default_one_is_made_and_then_updated(party):
	first = set_billing_address(party, {**SENT, "is_default": True})
	assert set_billing_address(party, {**SENT, "city": "Sur", "is_default": 1}) == first
	assert set_billing_address(party, {"pincode": "900", "is_default": True}) == first
	(row,) = of(party)
	assert (row.is_primary_address, row.city, row.pincode, row.country) == (1, "Sur", "900", "Oman")


def test_an_address_that_is_there_becomes_the_default(party):
	first = set_billing_address(party, SENT)
	assert set_billing_address(party, {**SENT, "is_default": True}) == first
	assert [row.is_primary_address for row in of(party)] == [1]


def test_a_lead_has_addresses_that_its_customer_goes_on_with():
	configure_storefront()
	lead = factories.lead("Aisha", company_name="Harbour Clinic").name
	first = set_billing_address(Party("Lead", lead), {**SENT, "is_default": True})
	customer = Party("Customer", promote(lead))
	assert set_billing_address(customer, {**SENT, "city": "Sur", "is_default": True}) == first
	assert [row.city for row in of(customer)] == ["Sur"]


def test_a_shared_address_stays_as_it_is(party):
	other = factories.customer("Other Clinic").name
	shared = address(*party, ("Customer", other), is_primary_address=1).name
	before = addresses_of("Customer", other)
	own = set_billing_address(party, {**SENT, "is_default": True})
	assert own != shared
	assert set_billing_address(party, {**SENT, "is_default": True}) == own
	assert addresses_of("Customer", other) == before


@pytest.mark.parametrize("country", ["Oman", "oman", "OM", "om", " Om "])
def test_countries(party, country):
	set_billing_address(party, {**SENT, "country": country})
	assert [row.country for row in of(party)] == ["Oman"]


@pytest.mark.parametrize(
	("change", "words"),
	[
		({"country": "Atlantis"}, "no country Atlantis"),
		({"country": "%"}, "no country %"),
		({"country": None}, "lacks country"),
		({"country": ""}, "lacks country"),
		({"city": ""}, "lacks city"),
		({"address_line1": None, "city": None}, "lacks address_line1, city"),
		({"city": "a\x07"}, "control characters"),
		({"city": "a\ud800"}, "control characters"),
		({"city": "x" * 200}, "140 characters"),
		({"address_line1": "x" * 300}, "240 characters"),
	],
)
def test_what_is_no_address_is_refused(party, change, words):
	for is_default in (False, True):
		with pytest.raises(BadAddress, match=words):
			set_billing_address(party, {**SENT, **change, "is_default": is_default})
	assert of(party) == []


def test_what_is_no_email_is_refused(party):
	with pytest.raises(frappe.ValidationError):
		set_billing_address(party, {**SENT, "email": "nobody"})


@pytest.mark.parametrize("title", ["A < B", "x" * 140, "50% '\"\\", "عيادة 🦷"])
def test_odd_names(title):
	name = factories.lead("Odd", company_name=title, email_id="odd@example.com").name
	frappe.db.set_value("Lead", name, "lead_name", title)
	party = Party("Lead", name)
	assert set_billing_address(party, SENT) == set_billing_address(party, SENT)


def test_the_number_of_queries_does_not_grow(party):
	"""With the party's other addresses."""

	def queries() -> int:
		before = frappe.db.sql
		count = 0

		def counted(*args, **kwargs):
			nonlocal count
			count += 1
			return before(*args, **kwargs)

		frappe.db.sql = counted
		try:
			set_billing_address(party, SENT)
		finally:
			frappe.db.sql = before
		return count

	set_billing_address(party, SENT)
	few = queries()
	for number in range(10):
		set_billing_address(party, {**SENT, "pincode": str(number)})
	assert queries() == few
