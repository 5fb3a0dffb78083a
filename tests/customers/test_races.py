"""Two calls at the same moment for the same customer: in processes of their own, on a database with row locks."""

import frappe
import pytest

from tests.support import factories
from tests.support.parties import leads, prove
from tests.support.storefront import Shop, configure_storefront
from tests.support.workers import Worker, start

pytestmark = [pytest.mark.mariadb, pytest.mark.slow]


@pytest.fixture(autouse=True)
def configured():
	configure_storefront()


def sign_up(id: str, name: str = "Aisha", email: str = "aisha@example.com") -> tuple:
	"""In another process: a call of the shop's server."""
	data = {"id": id, "first_name": name, "email": email, "organization_name": "Harbour Clinic"}
	response = Shop().call("insert_lead", data=data)
	return response.status_code, response.json["message"]


def promoted(lead: str) -> str:
	"""In another process: what an approved quotation does."""
	from medusa_integration.customers.shop_customers import promote
	from medusa_integration.storefront.replies import repeated

	return repeated(lambda: promote(lead))


def at_once(function, *arguments: dict) -> list:
	frappe.db.commit()
	results = [worker.result() for worker in start(*(Worker(function, **each) for each in arguments))]
	frappe.db.rollback()
	return results


def test_one_sign_up_twice_is_one_lead():
	replies = at_once(sign_up, *[{"id": "cus_a"}] * 4)
	assert {code for code, _reply in replies} == {200}, replies
	assert len({reply["lead"] for _code, reply in replies}) == 1
	assert [lead.medusa_id for lead in leads()] == ["cus_a"]


def test_two_people_of_one_name_are_two_leads():
	replies = at_once(
		sign_up,
		*({"id": f"cus_{n}", "name": "Same Name", "email": f"same{n}@example.com"} for n in range(3)),
	)
	assert {code for code, _reply in replies} == {200}, replies
	assert {lead.medusa_id for lead in leads()} == {"cus_0", "cus_1", "cus_2"}


def test_a_lead_with_the_email_is_taken_over_once():
	prove(medusa_id="cus_a")
	old = factories.lead("Old", email_id="aisha@example.com", medusa_id=None).name
	replies = at_once(sign_up, {"id": "cus_a"}, {"id": "cus_a"}, {"id": "cus_b"})
	assert {reply["lead"] for code, reply in replies[:2]} == {old}, replies
	assert replies[2][0] in (200, 409)  # a Lead of its own, or after the other
	assert [lead.medusa_id for lead in leads() if lead.name == old] == ["cus_a"]


def test_one_lead_promoted_twice_is_one_customer():
	lead = factories.lead("Aisha", company_name="Harbour Clinic").name
	names = at_once(promoted, *[{"lead": lead}] * 4)
	assert len(set(names)) == 1
	assert frappe.get_all("Customer", {"lead_name": lead}, pluck="medusa_id") == ["cus_Aisha"]


def test_two_leads_of_one_company_at_once_are_two_customers():
	made = [factories.lead(name, company_name="Harbour Clinic").name for name in ("Aisha", "Omar", "Zayd")]
	names = at_once(promoted, *({"lead": lead} for lead in made))
	assert len(set(names)) == 3
	assert sorted(frappe.get_all("Customer", {"name": ("in", names)}, pluck="medusa_id")) == [
		"cus_Aisha",
		"cus_Omar",
		"cus_Zayd",
	]
