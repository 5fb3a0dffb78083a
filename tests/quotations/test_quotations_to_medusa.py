"""A Quotation of the shop that is ready goes to its draft order, and the customer is told."""

import frappe
import pytest

from medusa_integration import settings
from medusa_integration.quotations import quotations_to_medusa as sync
from tests.support.factories import configure, customer, drain, item, lead, outbox, quotation, tax
from tests.support.mailing import deaf_account
from tests.support.shop import call, make_order, make_quotation, quotation_told

READY = {"workflow_state": "Ready for Customer Review"}


@pytest.fixture
def of_shop(medusa):
	"""The fields that name a quotation of the shop's."""
	return make_quotation(medusa)


@pytest.fixture(autouse=True)
def mails():
	"""The mails that were queued so far, as (recipients, reference, body)."""
	account = deaf_account()
	frappe.db.commit()

	def queued():
		frappe.db.commit()
		rows = frappe.get_all(
			"Email Queue", fields=["name", "reference_name", "message"], order_by="creation"
		)
		people = {
			row.name: frappe.get_all(
				"Email Queue Recipient", {"parent": row.name}, pluck="recipient", order_by="idx"
			)
			for row in rows
		}
		return [(people[row.name], row.reference_name, row.message) for row in rows]

	yield queued
	frappe.db.rollback()
	frappe.db.delete("Email Account", {"name": account.name})
	frappe.db.commit()
	frappe.local.outgoing_email_account = {}


def reachable(**values):
	"""A Customer with an e-mail address."""
	doc = customer("Clinic", **values)
	frappe.db.set_value("Customer", doc.name, "email_id", "clinic@example.com")
	return doc.name


def test_the_priced_quotation_reaches_the_draft_order(medusa, of_shop):
	configure(medusa, frontend_url="https://shop.example.com")
	for code in ("G-1", "G-2"):
		item(code, is_stock_item=0)
		frappe.db.set_value("Item", code, "medusa_variant_id", f"variant_{code}")
	doc = quotation(
		("G-1", 2, 5),
		("G-2", 3, 10),
		party_name=reachable(medusa_id="cus_1"),
		**of_shop,
		apply_discount_on="Net Total",
		discount_amount=4,
		taxes=[tax(rate=50), tax(amount=2)],
		unapproved_items=[{"item_code": "G-2", "qty": 1, "rate": 7}],
		**READY,
	)
	drain()
	assert outbox() == []
	said = quotation_told(medusa, of_shop)
	accounts = [row.account_head for row in doc.taxes]
	assert said.pop("tax_breakup", None) == (doc.other_charges_calculation or None)
	assert said == {
		"quotation_id": of_shop["medusa_quotation_id"],
		"draft_order_id": of_shop["medusa_draft_order_id"],
		"customer_id": "cus_1",
		"erp_status": "Price received",
		"erp_items": [
			{
				"item": "variant_G-1", "item_code": "G-1", "price": 5, "quantity": 2, "uom": "Nos", "amount": 10,
				"item_tax_template": None,
			},
			{
				"item": "variant_G-2", "item_code": "G-2", "price": 10, "quantity": 3, "uom": "Nos", "amount": 30,
				"item_tax_template": None,
			},
		],
		"erp_unaccepted_items": [{"item": "variant_G-2", "price": 7, "quantity": 1}],
		"erp_total_quantity": 5,
		"erp_total": 40,
		"erp_net_total": 36,
		"erp_tax": [
			{"account_head": accounts[0], "tax_rate": 50, "tax_amount": 18},
			{"account_head": accounts[1], "tax_rate": 0, "tax_amount": 2},
		],
		"erp_total_taxes": 20,
		"erp_grand_total": 56,
		"erp_rounding_adjustments": 0,
		"erp_discount_on": "Net Total",
		"erp_discount_percentage": 0,
		"erp_discount_amount": 4,
		"avail_delivery": True,
		"erp_delivery_charges": 2,
	}  # fmt: skip


def test_only_a_shops_quotation_that_is_ready_is_sent(medusa, of_shop, mails):
	configure(medusa, frontend_url="https://shop.example.com")
	party = reachable()
	quotation(("G-1", 1, 5), party_name=party, **of_shop, workflow_state="Draft")
	quotation(("G-1", 1, 5), party_name=party, **of_shop, from_ecommerce=0, **READY)
	assert outbox() == [] and mails() == []


def test_what_is_no_longer_ready_is_not_sent(medusa, of_shop):
	doc = quotation(("G-1", 1, 5), **of_shop, **READY)
	doc.workflow_state = "Draft"
	doc.save()
	drain()
	assert outbox() == [] and quotation_told(medusa, of_shop) == {}


def test_the_customer_is_told_once_for_each_time_it_gets_ready(medusa, mails):
	configure(medusa, frontend_url="https://shop.example.com/")
	doc = quotation(("G-1", 1, 5), party_name=reachable(), workflow_state="Draft")
	assert mails() == []
	for state in ("Ready for Customer Review", "Ready for Customer Review", "Draft"):
		doc.workflow_state = state
		doc.save()
	((people, about, body),) = mails()
	assert (people, about) == (["clinic@example.com"], doc.name)
	assert "https://shop.example.com/profile" in body.replace("=\r\n", "").replace("=\n", "")
	doc.workflow_state = READY["workflow_state"]
	doc.save()
	assert len(mails()) == 2


def template(name: str, subject: str, response: str) -> str:
	values = {"name": name, "subject": subject, "use_html": 1, "response_html": response}
	return frappe.get_doc({"doctype": "Email Template", **values}).insert().name


def test_the_mail_is_a_template_of_the_company(medusa, mails):
	ours = template("Shop Quotes", "For {{ customer_name }}", "{{ doc.name }}: {{ total }}, see {{ link }}")
	configure(medusa, frontend_url="https://shop.example.com", quotation_email=ours)
	doc = quotation(("G-1", 2, 5), party_name=reachable(), **READY)
	((_people, _about, body),) = mails()
	body = body.replace("=\r\n", "").replace("=\n", "")
	assert "Subject: For Clinic" in body
	assert f"{doc.name}: " in body and "10" in body and "https://shop.example.com/profile" in body


def test_the_default_mail_is_made_at_install(medusa, mails):
	configure(medusa, frontend_url="https://shop.example.com")
	doc = quotation(("G-1", 2, 5), party_name=reachable(), **READY)
	((_people, _about, body),) = mails()
	body = body.replace("=\r\n", "").replace("=\n", "")
	assert f"Subject: Your quotation {doc.name} is ready" in body
	assert "Dear Clinic" in body and "Review the quotation" in body
	assert frappe.get_all("Error Log", pluck="method", order_by=None) == []


def test_a_template_that_cannot_be_rendered_costs_no_save(medusa, mails):
	broken = template("Shop Quotes", "Hello", "x")
	frappe.db.set_value("Email Template", broken, "response_html", "{{ doc.no_such.thing }}")
	configure(medusa, frontend_url="https://shop.example.com", quotation_email=broken)
	doc = quotation(("G-1", 2, 5), party_name=reachable(), **READY)
	((_people, about, body),) = mails()
	assert about == doc.name and "is priced and waits for you" in body.replace("=\r\n", "").replace("=\n", "")
	assert frappe.db.exists("Error Log", {"method": "Medusa: the Quotation E-mail can't be rendered"})


def test_a_save_that_fails_tells_nobody(medusa, mails):
	configure(medusa, frontend_url="https://shop.example.com")
	party = reachable()
	frappe.db.commit()
	quotation(("G-1", 1, 5), party_name=party, medusa_draft_order_id="order_1", **READY)
	frappe.db.rollback()
	assert mails() == [] and outbox() == []


@pytest.mark.parametrize(("frontend", "has_mail"), [("", True), ("https://shop.example.com", False)])
def test_a_customer_that_cannot_be_told_does_not_keep_the_quotation_back(
	medusa, of_shop, mails, frontend, has_mail
):
	configure(medusa, frontend_url=frontend)
	party = reachable() if has_mail else customer("Clinic").name
	frappe.clear_messages()
	quotation(("G-1", 1, 5), party_name=party, **of_shop, **READY)
	assert "No mail was sent" in str(frappe.message_log)
	assert mails() == []
	drain()
	assert quotation_told(medusa, of_shop)["erp_status"] == "Price received"


def test_without_an_outgoing_account_the_save_goes_through(medusa, of_shop, mails, monkeypatch):
	configure(medusa, frontend_url="https://shop.example.com")

	def no_account(*args, **kwargs):
		raise frappe.OutgoingEmailError

	monkeypatch.setattr(frappe, "sendmail", no_account)
	quotation(("G-1", 1, 5), party_name=reachable(), **of_shop, **READY)
	assert [row.kind for row in outbox()] == [sync.QUOTATION.name]
	assert frappe.db.exists("Error Log", {"method": "Medusa: no mail to the customer"})


def test_a_leads_quotation_goes_by_the_leads_id(medusa, of_shop, mails):
	configure(medusa, frontend_url="https://shop.example.com")
	party = lead("Aisha", medusa_id="cus_lead").name
	quotation(("G-1", 1, 5), quotation_to="Lead", party_name=party, **of_shop, **READY)
	drain()
	assert quotation_told(medusa, of_shop)["customer_id"] == "cus_lead"
	assert mails()[0][0] == ["aisha@example.com"]


@pytest.mark.v2("on v1 the storefront keeps quotations")
def test_what_else_a_draft_order_says_stays(medusa, of_shop):
	id = of_shop["medusa_draft_order_id"]
	medusa.admin("POST", f"/admin/draft-orders/{id}", {"metadata": {"note": "theirs"}})
	quotation(("G-1", 1, 5), **of_shop, **READY)
	drain()
	assert quotation_told(medusa, of_shop)["note"] == "theirs"


@pytest.mark.parametrize("kind", ["refuse", "drop", "cut"])
def test_a_call_that_failed_is_made_again(medusa, proxy, of_shop, kind):
	"""Whether Medusa has applied it or not: it is told the whole quotation each time."""
	doc = quotation(("G-1", 1, 5), **of_shop, **READY)
	fault = proxy.fail(kind, match=call(medusa, "quotation"))
	drain()
	assert fault.hits == 1
	assert [(row.kind, row.status) for row in outbox()] == [("Quotation", "Pending")]
	doc.items[0].rate = 7
	doc.save()
	drain()
	assert outbox() == []
	told = quotation_told(medusa, of_shop)
	assert [row["price"] for row in told["erp_items"]] == [7]
	assert told["erp_total"] == 7


@pytest.mark.v2("on v1 the storefront keeps quotations")
def test_a_draft_order_that_medusa_does_not_have_is_parked(medusa):
	quotation(("G-1", 1, 5), medusa_draft_order_id="order_gone", **READY)
	quotation(("G-1", 1, 5), medusa_draft_order_id=make_order(medusa), **READY)
	drain()
	errors = [row.error for row in outbox() if row.status == "Parked"]
	assert len(errors) == 2
	assert any("order_gone" in error for error in errors)
	assert any("is not a draft order" in error for error in errors)


def test_nothing_is_noted_while_the_integration_is_off(medusa, of_shop):
	frappe.db.set_single_value(settings.CONFIGURATION, "enable", 0)
	frappe.clear_document_cache(settings.CONFIGURATION, settings.CONFIGURATION)
	quotation(("G-1", 1, 5), **of_shop, **READY)
	assert outbox() == []


# --- the state where no workflow brought it


def test_a_workflow_that_is_made_later_keeps_the_state(medusa):
	from medusa_integration.setup.custom_fields import MODULE, leave_to_workflow

	field = {"dt": "Quotation", "fieldname": "workflow_state"}
	assert frappe.db.get_value("Custom Field", field, "module") == MODULE
	leave_to_workflow()
	assert frappe.db.get_value("Custom Field", field, "module") == MODULE
	for state in ("Draft", READY["workflow_state"]):
		if not frappe.db.exists("Workflow State", state):
			frappe.get_doc({"doctype": "Workflow State", "workflow_state_name": state}).insert()
	rows = [
		{"state": state, "allow_edit": "Sales User", "doc_status": "0"}
		for state in ("Draft", READY["workflow_state"])
	]
	workflow = frappe.get_doc(
		{
			"doctype": "Workflow",
			"workflow_name": "Shop Quotations",
			"document_type": "Quotation",
			"workflow_state_field": "workflow_state",
			"is_active": 0,
			"states": rows,
			"transitions": [],
		}
	).insert()
	try:
		leave_to_workflow()
		assert not frappe.db.get_value("Custom Field", field, "module")
	finally:
		workflow.delete()
		frappe.db.set_value("Custom Field", frappe.db.get_value("Custom Field", field), "module", MODULE)
