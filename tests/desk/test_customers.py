"""The Customer's form: linking it to a Lead's customer of the shop; and the Signing Secret."""

import frappe
import pytest

from medusa_integration import settings
from medusa_integration.desk import forms, number_cards
from medusa_integration.desk.customers import get_customer_link, search_medusa_leads
from medusa_integration.operations.status import status
from tests.site import Client
from tests.support import arriving, buying, factories
from tests.support.storefront import SECRET, configure_storefront
from tests.support.users import PATH, signed_in

LINK = "/api/method/medusa_integration.utils.link_medusa_lead"


@pytest.fixture
def seller():
	"""A user who writes Customers and reads Leads, as a Client."""
	return signed_in("medusa-seller@example.com", "Sales User", "Sales Master Manager")


@pytest.fixture
def pair():
	"""A Customer made by hand, and a Lead that signed up."""
	customer = factories.customer("By Hand", medusa_id=None).name
	lead = factories.lead("Aisha").name
	frappe.db.commit()
	return {"customer": customer, "lead": lead}


def id_of(customer: str):
	frappe.db.rollback()
	return frappe.db.get_value("Customer", customer, "medusa_id")


def words(response) -> str:
	return str(response.json)


def test_a_customer_is_linked(seller, pair):
	response = seller.post(LINK, json=pair)
	assert response.json["message"] == {"status": "success"}, response.text
	assert id_of(pair["customer"]) == "cus_Aisha"
	assert frappe.db.get_value("Customer", pair["customer"], "lead_name") == pair["lead"]


def test_who_may_not_write_the_customer_links_nothing(clerk, pair):
	assert clerk.post(LINK, json=pair).status_code == 403
	assert Client().post(LINK, json=pair).status_code == 403
	assert id_of(pair["customer"]) is None


def test_who_may_not_read_the_lead_links_nothing(pair):
	client = signed_in("medusa-master@example.com", "Sales Master Manager")
	if frappe.has_permission("Lead", "read", user="medusa-master@example.com"):
		pytest.skip("Sales Master Managers read Leads on this site")
	assert client.post(LINK, json=pair).status_code == 403
	assert id_of(pair["customer"]) is None


def test_it_takes_a_get_too_as_documented(seller, clerk, pair):
	assert clerk.get(LINK, query_string=pair).status_code == 403
	assert id_of(pair["customer"]) is None
	assert seller.get(LINK, query_string=pair).json["message"] == {"status": "success"}
	frappe.db.rollback()
	assert id_of(pair["customer"]) == "cus_Aisha"


@pytest.mark.parametrize(
	("change", "code"),
	[
		({"lead": "Nobody"}, 404),
		({"customer": "Nobody"}, 404),
		({"lead": ""}, 417),
		({"customer": None}, 417),
		({"lead": {"like": "%"}}, 417),
		({"customer": ["By Hand"]}, 417),
	],
)
def test_what_cannot_be_linked_is_refused(seller, pair, change, code):
	assert seller.post(LINK, json={**pair, **change}).status_code == code
	assert id_of(pair["customer"]) is None


def test_a_lead_that_is_taken_is_refused(seller, pair):
	factories.customer("Other", medusa_id="cus_Aisha")
	frappe.db.commit()
	response = seller.post(LINK, json=pair)
	assert response.status_code == 417
	assert "Other" in words(response)
	assert id_of(pair["customer"]) is None


# --- the choices of the dialog


def choices(text: str = "", start: int = 0, length: int = 20) -> list[str]:
	return [row[0] for row in search_medusa_leads("Lead", text, "name", start, length, {})]


def test_the_dialog_offers_free_leads_of_the_shop(pair):
	factories.lead("Omar", medusa_id=None)
	taken = factories.lead("Zayd").name
	factories.customer("Zayd's", medusa_id="cus_Zayd")
	assert choices() == [pair["lead"]]
	assert taken not in choices("zayd")


@pytest.mark.parametrize(
	("text", "is_found"), [("aish", True), ("HARBOUR", True), ("aisha@", True), ("%", False), ("_", False), ("'", False)]
)  # fmt: skip
def test_leads_are_searched_by_title_and_email(text, is_found):
	lead = factories.lead("Aisha", company_name="Harbour Clinic").name
	assert (lead in choices(text)) is is_found


def test_the_choices_come_in_pages():
	for number in range(5):
		factories.lead(f"Lead {number}")
	assert len(choices("lead ", 0, 3)) == 3
	assert len(choices("lead ", 3, 3)) == 2


def test_the_choices_are_for_readers_of_leads(clerk, seller, pair):
	def search(client):
		query = {"doctype": "Lead", "txt": "", "query": "medusa_integration.api.search_medusa_leads"}
		return client.get("/api/method/frappe.desk.search.search_link", query_string=query)

	assert search(clerk).status_code in (403, 404)  # Frappe hides what isn't permitted here
	assert pair["lead"] not in search(clerk).text
	assert pair["lead"] in search(seller).text


def test_the_link_to_medusas_admin(clerk, pair):
	config = {"admin_url": "https://admin.example.com/app", "api_version": "v2"}
	configure_storefront(**config)
	assert get_customer_link(pair["customer"]) == ""
	customer = factories.customer("Linked").name
	frappe.db.commit()
	assert get_customer_link(customer) == "https://admin.example.com/app/customers/cus_Linked"
	assert clerk.post(f"{PATH}get_customer_link", json={"customer": customer}).status_code == 403


# --- who may call


def test_a_signing_secret_is_made(manager):
	configure_storefront()
	first = manager.post(f"{PATH}make_signing_secret").json["message"]
	second = manager.post(f"{PATH}make_signing_secret").json["message"]
	frappe.db.rollback()
	frappe.clear_document_cache(settings.CONFIGURATION, settings.CONFIGURATION)
	assert len(first) == len(second) == 64
	assert first != second != SECRET
	assert settings.configuration().get_password("signing_secret") == second
	kept = str(frappe.db.get_singles_dict(settings.CONFIGURATION))
	kept += str(frappe.get_all("Version", {"ref_doctype": settings.CONFIGURATION}, pluck="data"))
	assert first not in kept and second not in kept


def test_others_make_no_signing_secret():
	configure_storefront()
	client = signed_in("medusa-operator@example.com", "Medusa Manager", "Sales Manager")
	assert client.post(f"{PATH}make_signing_secret").status_code == 403
	assert settings.configuration().get_password("signing_secret") == SECRET


def test_unsigned_calls_are_told():
	configure_storefront()
	assert (forms.get_overview()["unsigned"], number_cards.get_access()) == (False, "signed only")
	configure_storefront(allow_unsigned=1)
	frappe.clear_document_cache(settings.CONFIGURATION, settings.CONFIGURATION)
	assert forms.get_overview()["unsigned"] is True
	assert "text-danger" in number_cards.get_access()
	lines, is_well = status()
	assert ("Access", "anybody may call: Allow Unsigned Calls is on") in lines
	assert not is_well


# --- Unlink Deleted Account


def unlink(client, customer: str):
	response = client.post(f"{PATH}unlink_deleted_account", json={"customer": customer})
	frappe.db.rollback()
	return response


@pytest.mark.v2("v1 deletes no customers")
def test_the_customer_of_a_deleted_account_is_unlinked_and_merged(medusa, clerk, seller):
	buyer, again = (buying.sign_up(medusa, f"{name}@example.com") for name in ("old", "new"))
	lead = factories.lead("Aisha", medusa_id=buyer.id).name
	old, new = (
		factories.customer(name, medusa_id=id).name for name, id in (("Old", buyer.id), ("New", again.id))
	)
	frappe.db.set_value("Customer", old, "lead_name", lead)
	frappe.db.commit()
	assert unlink(clerk, old).status_code == 403
	refused = unlink(seller, old)
	assert (refused.status_code, "exists in Medusa" in refused.text) == (417, True)
	with pytest.raises(frappe.ValidationError, match="Unlink Deleted Account"):
		frappe.rename_doc("Customer", old, new, merge=True)
	frappe.db.rollback()
	medusa.admin("DELETE", f"/admin/customers/{buyer.id}")
	assert unlink(seller, old).status_code == 200
	for doctype, name in (("Customer", old), ("Lead", lead)):
		assert not frappe.db.get_value(doctype, name, "medusa_id")
		comment = {"reference_doctype": doctype, "reference_name": name, "content": ("like", f"%{buyer.id}%")}
		assert frappe.db.exists("Comment", comment)
	frappe.rename_doc("Customer", old, new, merge=True)
	assert frappe.db.get_value("Customer", new, "medusa_id") == again.id
	assert unlink(seller, new).status_code == 417


def test_nothing_is_unlinked_while_medusa_does_not_answer(seller):
	arriving.configure_orders()  # of a server that doesn't answer
	name = factories.customer("Linked").name
	frappe.db.commit()
	response = unlink(seller, name)
	assert (response.status_code, "Medusa doesn't answer" in response.text) == (417, True)
	assert frappe.db.get_value("Customer", name, "medusa_id")
