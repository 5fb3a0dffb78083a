"""The customer's decision about a quotation, with a Workflow and without one."""

import frappe
import pytest
from frappe.utils import add_days, today

from medusa_integration.operations import quotation_workflow
from medusa_integration.setup.storefront import USER
from tests.support import factories, selling
from tests.support.quotations import BUYER, books, buyer, created, lead, product, refused, reread
from tests.support.users import PATH, signed_in

UPDATED = "Quotation updated successfully"
ADDRESS = {"address_line1": "12 Harbour Street", "city": "Muscat", "country": "OM", "is_default": True}


@pytest.fixture
def doc(shop):
	"""A customer's quotation."""
	buyer()
	return created(shop, (product("Q-1", 10), 2))


def decide(shop, doc, approval: str = "Approved", **values):
	return shop.call("update_quotation", quotation_id=doc.name, approval=approval, **values)


def decided(shop, doc, approval: str = "Approved", **values) -> dict:
	response = decide(shop, doc, approval, **values)
	assert response.status_code == 200, response.text
	return response.json["message"]


# --- without a Workflow


def test_approved(shop, doc):
	reply = decided(shop, doc, order_id="order_1")
	assert reply == {"message": UPDATED, "Quotation ID": doc.name}
	doc = reread(doc)
	assert (doc.docstatus, doc.workflow_state, doc.medusa_order_id) == (1, "Approved", "order_1")
	assert doc.modified_by == USER
	assert decided(shop, doc, order_id="order_1") == reply
	assert reread(doc).modified == doc.modified
	assert "approved for another order" in refused(decide(shop, doc, order_id="order_2"), 409)
	assert "can't be rejected" in refused(decide(shop, doc, "Rejected"), 409)
	assert "can't be changed any more" in refused(decide(shop, doc, "Draft"), 409)
	assert reread(doc).modified == doc.modified


def test_rejected(shop, doc):
	reply = decided(shop, doc, "Rejected")
	assert reply == {"message": UPDATED, "Quotation ID": doc.name}
	doc = reread(doc)
	assert (doc.docstatus, doc.workflow_state, doc.status) == (2, "Rejected", "Cancelled")
	assert decided(shop, doc, "Rejected") == reply
	assert "can't be approved" in refused(decide(shop, doc), 409)
	assert reread(doc).modified == doc.modified


def test_a_customer_may_take_it_back_and_no_more(shop, doc):
	ready = "Ready for Customer Review"
	assert f"{ready} is set in ERPNext alone" in refused(decide(shop, doc, ready), 409)
	assert reread(doc).workflow_state == "Draft"
	frappe.db.set_value("Quotation", doc.name, "workflow_state", ready)
	frappe.db.commit()
	assert decided(shop, doc, "Draft")["Quotation ID"] == doc.name
	assert reread(doc).workflow_state == "Draft"
	for unknown in ("approved!", "approved"):
		words = refused(decide(shop, doc, unknown), 400)
		assert words == "approval has to be one of Approved, Draft, Rejected."
	assert reread(doc).docstatus == 0


def test_medusas_id_names_it_too(shop, doc):
	reply = shop.call("update_quotation", quotation_id="quot_1", approval="Approved").json["message"]
	assert reply["Quotation ID"] == doc.name


def test_an_expired_one_is_not_approved(shop, doc):
	yesterday = add_days(today(), -1)
	frappe.db.set_value("Quotation", doc.name, {"valid_till": yesterday, "transaction_date": yesterday})
	frappe.db.commit()
	assert f"valid till {yesterday}" in refused(decide(shop, doc), 409)
	assert reread(doc).docstatus == 0
	assert decided(shop, doc, "Rejected")["Quotation ID"] == doc.name


def test_one_that_was_cancelled_in_the_desk(shop, doc):
	doc.submit()
	doc.cancel()
	frappe.db.commit()
	assert "can't be approved" in refused(decide(shop, doc), 409)
	assert "can't be rejected" in refused(decide(shop, doc, "Rejected"), 409)


def test_one_that_was_submitted_in_the_desk(shop, doc):
	doc.submit()
	frappe.db.commit()
	decided(shop, doc, order_id="order_1")
	assert reread(doc).medusa_order_id == "order_1"


@pytest.mark.parametrize("approval", ["Approved", "Rejected", "Draft"])
def test_another_customers_is_out_of_reach(shop, doc, approval):
	before = books()
	call = decide(shop, doc, approval, customer_id="cus_other", create_so=True)
	assert "Quotation not found" in refused(call, 404)
	assert books() == before and reread(doc).modified == doc.modified


@pytest.mark.parametrize(
	("values", "code", "words"),
	[
		({"quotation_id": "quot_9"}, 404, "Quotation not found: quot_9"),
		({"quotation_id": None}, 400, "quotation_id is missing"),
		({"approval": None}, 400, "approval is missing"),
		({"approval": 5}, 400, "approval: Input should be a valid string"),
		({"create_so": "perhaps"}, 400, "create_so: Input should be a valid boolean"),
		({"order_id": "x" * 141}, 400, "order_id: String should have at most 140"),
		({"location_and_contact_no": "x" * 1001}, 400, "at most 1000"),
	],
)
def test_bad_input_changes_nothing(shop, doc, values, code, words):
	arguments = {"quotation_id": doc.name, "approval": "Approved", "create_so": True, **values}
	before = books()
	assert words in refused(shop.call("update_quotation", **arguments), code)
	assert books() == before and reread(doc).modified == doc.modified


# --- the order


def test_the_order_is_placed_once(shop, doc):
	reply = decided(
		shop, doc, order_id="order_1", create_so=True, is_courier_required=True,
		location_and_contact_no="Gate 3, +968 1234",
	)  # fmt: skip
	assert set(reply) == {
		"message", "quotation_id", "sales_order_id", "payment_id", "payment_url", "payment_problem",
	}  # fmt: skip
	assert (reply["message"], reply["quotation_id"], reply["payment_url"]) == (UPDATED, doc.name, None)
	assert "no Payment Gateway Account" in reply["payment_problem"]
	order = frappe.get_doc("Sales Order", reply["sales_order_id"])
	assert (order.docstatus, order.medusa_order_id, order.from_ecommerce) == (1, "order_1", 1)
	assert (order.custom_is_courier_required, order.custom_location_and_contact_no) == (
		1,
		"Gate 3, +968 1234",
	)
	assert order.grand_total == 20
	before = books()
	assert decided(shop, doc, order_id="order_1", create_so=True) == reply
	assert books() == before


def test_an_order_is_the_shops_before_medusa_has_it(shop, doc):
	name = decided(shop, doc, create_so=True)["sales_order_id"]
	assert frappe.db.get_value("Sales Order", name, ["from_ecommerce", "medusa_order_id"]) == (1, None)
	assert decided(shop, doc, order_id="order_1", create_so=True)["sales_order_id"] == name
	frappe.db.commit()
	assert frappe.db.get_value("Sales Order", name, "medusa_order_id") == "order_1"
	assert (
		shop.call("get_sales_order_name", medusa_order_id="order_1").json["message"]["sales_order_id"] == name
	)


def test_the_payment_link_comes_with_the_prices(shop, doc):
	selling.payment_gateway_account()
	frappe.db.commit()
	items = [{"medusa_product_id": "prod_Q-1", "medusa_variant_id": "variant_Q-1"}]
	asked = {"items": items, "customer_id": BUYER, "draft_order_id": "dorder_1"}
	prices = {"prod_Q-1": {"item_code": "Q-1", "standard_price": 10, "negotiated_price": 10}}
	assert shop.call("get_medusa_prices", **asked).json["message"] == {"prices": prices, "payment_url": None}
	reply = decided(shop, doc, order_id="order_1", create_so=True)
	assert reply["payment_url"].startswith("http")
	assert shop.call("get_medusa_prices", **asked).json["message"] == {
		"prices": prices,
		"payment_url": reply["payment_url"],
	}


def test_a_lead_becomes_a_customer(shop):
	who = lead()
	doc = created(shop, (product("Q-1", 10), 2), billing_address=ADDRESS)
	reply = decided(shop, doc, order_id="order_1", create_so=True)
	doc = reread(doc)
	assert doc.quotation_to == "Customer" and doc.get_title() == doc.customer_name != "Unapproved Lead"
	assert frappe.db.get_value("Customer", doc.party_name, "lead_name") == who.name
	assert frappe.db.get_value("Sales Order", reply["sales_order_id"], "customer") == doc.party_name
	before = books()
	assert decided(shop, doc, order_id="order_1", create_so=True, customer_id=BUYER) == reply
	assert books() == before


def test_a_leads_quotation_may_be_ordered_later(shop):
	lead()
	doc = created(shop, (product("Q-1", 10), 2), billing_address=ADDRESS)
	decided(shop, doc, order_id="order_1")
	assert reread(doc).quotation_to == "Lead"
	reply = decided(shop, doc, create_so=True)
	doc = reread(doc)
	assert doc.quotation_to == "Customer" and doc.get_title() == doc.customer_name != "Unapproved Lead"
	assert frappe.db.get_value("Sales Order", reply["sales_order_id"], "customer") == doc.party_name


def test_a_leads_quotation_may_be_rejected(shop):
	lead()
	doc = created(shop, (product("Q-1", 10), 2), billing_address=ADDRESS)
	decided(shop, doc, "Rejected")
	doc = reread(doc)
	assert (doc.docstatus, doc.workflow_state, doc.quotation_to) == (2, "Rejected", "Lead")


def test_an_order_that_fails_leaves_nothing(shop, doc):
	factories.item("Q-2", is_stock_item=0)
	frappe.db.set_value("Item", "Q-1", "disabled", 1)
	frappe.db.commit()
	frappe.clear_document_cache("Item", "Q-1")
	before = books()
	assert "disabled" in refused(decide(shop, doc, order_id="order_1", create_so=True), 417)
	assert books() == before and reread(doc).modified == doc.modified


# --- with the app's Workflow


@pytest.fixture
def workflow():
	"""The app's Workflow, active."""
	quotation_workflow.make()
	frappe.db.commit()
	frappe.clear_cache(doctype="Quotation")
	yield quotation_workflow.NAME
	frappe.db.rollback()
	frappe.cache.hdel("workflow", "Quotation")


@pytest.fixture(autouse=True)
def _no_workflow_is_remembered():
	yield
	frappe.cache.hdel("workflow", "Quotation")


def ready(doc) -> None:
	"""Price it in the Desk and send it for review."""
	from frappe.model.workflow import apply_workflow

	apply_workflow(doc, "Send for Review")
	frappe.db.commit()


def test_the_workflow_leads_from_review_to_approval(shop, workflow, doc):
	assert doc.workflow_state == "Draft"
	assert f"{workflow} doesn't lead from Draft to Approved" in refused(decide(shop, doc), 409)
	assert "doesn't lead from Draft to Rejected" in refused(decide(shop, doc, "Rejected"), 409)
	assert "is set in ERPNext alone" in refused(decide(shop, doc, "Ready for Customer Review"), 409)
	assert reread(doc).modified == doc.modified
	ready(doc)
	decided(shop, doc, order_id="order_1")
	doc = reread(doc)
	assert (doc.docstatus, doc.workflow_state, doc.medusa_order_id) == (1, "Approved", "order_1")
	assert doc.modified_by == USER
	assert decided(shop, doc, order_id="order_1")["Quotation ID"] == doc.name
	assert "can't be rejected" in refused(decide(shop, doc, "Rejected"), 409)


def test_the_workflow_leads_to_a_rejected_and_cancelled_one(shop, workflow, doc):
	ready(doc)
	decided(shop, doc, "Rejected")
	doc = reread(doc)
	assert (doc.docstatus, doc.workflow_state, doc.status) == (2, "Rejected", "Cancelled")
	assert decided(shop, doc, "Rejected")["Quotation ID"] == doc.name


def test_a_lead_goes_through_the_workflow(shop, workflow):
	lead()
	doc = created(shop, (product("Q-1", 10), 2), billing_address=ADDRESS)
	assert "doesn't lead from Draft to Approved" in refused(decide(shop, doc), 409)
	ready(doc)
	decided(shop, doc, order_id="order_1")
	assert reread(doc).workflow_state == "Approved"
	reply = decided(shop, doc, create_so=True)
	assert frappe.db.exists("Sales Order", reply["sales_order_id"])


def test_a_lead_is_promoted_within_the_workflow(shop, workflow):
	lead()
	doc = created(shop, (product("Q-1", 10), 2), billing_address=ADDRESS)
	ready(doc)
	reply = decided(shop, doc, order_id="order_1", create_so=True)
	doc = reread(doc)
	assert (doc.workflow_state, doc.quotation_to, doc.docstatus) == ("Approved", "Customer", 1)
	assert frappe.db.get_value("Sales Order", reply["sales_order_id"], "medusa_order_id") == "order_1"


def test_rows_may_be_replaced_under_the_workflow(shop, workflow, doc):
	ready(doc)
	response = shop.call(
		"update_quotation_new", quotation_id=doc.name, items=[{"variant_id": "variant_Q-1", "quantity": 5}]
	)
	assert response.status_code == 200, response.text
	assert response.json["message"]["state"] == "Draft"
	assert (reread(doc).workflow_state, reread(doc).items[0].qty) == ("Draft", 5)
	assert "doesn't lead from Draft to Approved" in refused(decide(shop, doc), 409)
	ready(reread(doc))
	fewer = [{"variant_id": "variant_Q-1", "quantity": 4}]
	shop.call("update_quotation_new", quotation_id=doc.name, items=fewer)
	assert (reread(doc).workflow_state, reread(doc).items[0].qty) == ("Ready for Customer Review", 4)
	decided(shop, doc)


def test_the_storefront_has_no_more_states_than_its_transitions(shop, workflow, doc):
	frappe.get_doc("User", USER).add_roles("Sales User")
	frappe.db.commit()
	try:
		assert "is set in ERPNext alone" in refused(decide(shop, doc, "Ready for Customer Review"), 409)
		ready(doc)
		assert decided(shop, doc, "Draft")["Quotation ID"] == doc.name
	finally:
		frappe.get_doc("User", USER).remove_roles("Sales User")
		frappe.db.commit()
	assert reread(doc).workflow_state == "Draft"


def test_a_manager_rejects_in_the_desk(shop, workflow, doc):
	ready(doc)
	client = signed_in("quotes-manager@example.com", "Sales User", "Sales Manager")
	response = client.post(
		"/api/method/frappe.model.workflow.apply_workflow",
		json={"doc": frappe.as_json(reread(doc).as_dict()), "action": "Reject"},
	)
	assert response.status_code == 200, response.text
	doc = reread(doc)
	assert (doc.docstatus, doc.workflow_state) == (2, "Rejected")
	assert response.json["message"]["docstatus"] == 2


def test_quotations_of_others_are_submitted_as_before(workflow):
	doc = factories.quotation(("Q-1", 1, 5), from_ecommerce=0)
	frappe.db.commit()
	client = signed_in("quotes-user@example.com", "Sales User")
	response = client.post(
		"/api/method/frappe.model.workflow.apply_workflow",
		json={"doc": frappe.as_json(reread(doc).as_dict()), "action": "Submit"},
	)
	assert response.status_code == 200, response.text
	assert reread(doc).docstatus == 1


# --- the company's own Workflow


@pytest.fixture
def of_the_company(workflow):
	"""A company's Workflow without the storefront's role."""
	doc = frappe.get_doc("Workflow", workflow)
	copy = frappe.copy_doc(doc)
	copy.workflow_name = "The company's"
	copy.set("transitions", [row for row in copy.transitions if row.allowed != "Medusa Storefront"])
	copy.insert()
	frappe.db.commit()
	frappe.clear_cache(doctype="Quotation")
	return copy.name


def test_a_workflow_with_other_names(shop, of_the_company):
	"""One that calls drafts and approvals otherwise, and lets the shop's server approve a draft."""
	company = frappe.get_doc("Workflow", of_the_company)
	for name in ("Asked", "Accepted"):
		frappe.get_doc({"doctype": "Workflow State", "workflow_state_name": name}).insert()
	for row in (*company.states, *company.transitions):
		for field in ("state", "next_state"):
			names = {"Draft": "Asked", "Approved": "Accepted"}
			row.set(field, names.get(row.get(field), row.get(field)))
	shops = {"action": "Approve", "allowed": "Medusa Storefront", "allow_self_approval": 1}
	company.append("transitions", {**shops, "state": "Asked", "next_state": "Accepted"})
	company.save()
	frappe.db.commit()
	frappe.clear_cache(doctype="Quotation")
	buyer()
	doc = created(shop, (product("Q-1"), 2))
	assert doc.workflow_state == "Asked"
	assert "no price: Q-1" in refused(decide(shop, doc, "Accepted"), 409)
	doc.items[0].rate = 10
	doc.save()
	ready(doc)
	more = [{"variant_id": "variant_Q-1", "quantity": 3}]
	reply = shop.call("update_quotation_new", quotation_id=doc.name, items=more).json["message"]
	assert (reply["state"], reread(doc).workflow_state) == ("Asked", "Asked")


def test_the_companys_workflow_is_kept(shop, of_the_company, doc):
	ready(doc)
	for approval in ("Approved", "Rejected"):
		said = refused(decide(shop, doc, approval, order_id="order_1", create_so=True), 409)
		assert f"The Workflow {of_the_company} doesn't lead" in said
	assert (reread(doc).docstatus, reread(doc).medusa_order_id) == (0, None)
	client = signed_in("quotes-system@example.com", "System Manager")
	response = client.post(f"{PATH}make_quotation_workflow")
	assert response.status_code == 417 and of_the_company in response.text
	assert frappe.db.get_value("Workflow", of_the_company, "is_active") == 1


# --- the button


def test_the_button_makes_the_workflow(shop):
	client = signed_in("quotes-system@example.com", "System Manager")
	for _call in range(2):
		response = client.post(f"{PATH}make_quotation_workflow")
		assert response.json["message"] == {"workflow": quotation_workflow.NAME}, response.text
	frappe.db.set_value("Workflow", quotation_workflow.NAME, "is_active", 0)
	frappe.db.commit()
	client.post(f"{PATH}make_quotation_workflow")
	frappe.db.rollback()
	assert frappe.db.get_value("Workflow", quotation_workflow.NAME, "is_active") == 1
	assert signed_in("quotes-sales@example.com", "Sales Manager").post(
		f"{PATH}make_quotation_workflow"
	).status_code == 403  # fmt: skip


def test_the_workflow_goes_with_the_app(workflow):
	quotation_workflow.remove()
	assert not frappe.db.exists("Workflow", workflow)
