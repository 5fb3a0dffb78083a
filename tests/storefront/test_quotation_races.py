"""Calls about one quotation at the same moment, in processes of their own."""

import frappe
import pytest

from medusa_integration.operations import quotation_workflow
from tests.support.quotations import BUYER, asked, at_once, books, buyer, created, lead, product, reread

pytestmark = [pytest.mark.mariadb, pytest.mark.slow]
ADDRESS = {"address_line1": "12 Harbour Street", "city": "Muscat", "country": "OM", "is_default": True}
ROUNDS = 3


@pytest.mark.parametrize("party", [buyer, lead])
def test_one_request_sent_twice_makes_one_quotation(shop, party):
	party()
	variant = product("Q-1", 10)
	for n in range(ROUNDS):
		arguments = asked((variant, 2), n=n, create_so=True, billing_address=ADDRESS)
		results = at_once(*[("create_quotation", arguments)] * 3)
		assert {code for code, _body in results} == {200}, results
		assert len({body["quotationId"] for _code, body in results}) == 1
		assert frappe.db.count("Quotation", {"medusa_quotation_id": f"quot_{n}"}) == 1
	assert frappe.db.count("Customer", {"medusa_id": BUYER}) == 1
	assert frappe.db.count("Address", {"address_line1": ADDRESS["address_line1"]}) == 1


def test_requests_of_several_customers_all_get_through(shop):
	variant = product("Q-1", 10)
	customers = [f"cus_q{n}" for n in range(5)]
	for id in customers:
		buyer(id, f"Clinic {id}")
	for turn in range(ROUNDS):
		calls = [
			("create_quotation", asked((variant, 2), n=f"{turn}_{id}", customer_id=id)) for id in customers
		]
		results = at_once(*calls)
		assert {code for code, _body in results} == {200}, results
		assert len({body["quotationId"] for _code, body in results}) == len(customers)


def test_one_id_for_two_customers(shop):
	variant = product("Q-1", 10)
	buyer()
	buyer("cus_other", "Other Clinic")
	for n in range(ROUNDS):
		results = at_once(
			("create_quotation", asked((variant, 2), n=n)),
			("create_quotation", asked((variant, 2), n=n, customer_id="cus_other")),
		)
		assert sorted(code for code, _body in results) == [200, 409], results
		assert frappe.db.count("Quotation", {"medusa_quotation_id": f"quot_{n}"}) == 1


@pytest.mark.parametrize("party", [buyer, lead])
def test_two_approvals_place_one_order(shop, party):
	party()
	variant = product("Q-1", 10)
	for n in range(ROUNDS):
		doc = created(shop, (variant, 2), n=n, billing_address=ADDRESS)
		call = {"quotation_id": doc.name, "approval": "Approved", "order_id": f"order_{n}", "create_so": True}
		results = at_once(*[("update_quotation", call)] * 2)
		assert {code for code, _body in results} == {200}, results
		assert results[0][1] == results[1][1]
		assert frappe.db.count("Sales Order", {"medusa_order_id": f"order_{n}"}) == 1
		order = results[0][1]["sales_order_id"]
		assert frappe.db.count("Payment Request", {"reference_name": order}) == 1


@pytest.mark.parametrize("with_workflow", [False, True])
def test_approval_against_rejection(shop, with_workflow):
	buyer()
	variant = product("Q-1", 10)
	if with_workflow:
		quotation_workflow.make()
		frappe.db.commit()
		frappe.clear_cache(doctype="Quotation")
	try:
		for n in range(ROUNDS):
			doc = created(shop, (variant, 2), n=n)
			if with_workflow:
				frappe.db.set_value("Quotation", doc.name, "workflow_state", "Ready for Customer Review")
				frappe.db.commit()
			before = books()
			call = {"quotation_id": doc.name, "create_so": True, "order_id": f"order_{n}"}
			results = at_once(
				("update_quotation", {**call, "approval": "Approved"}),
				("update_quotation", {**call, "approval": "Rejected"}),
			)
			approved, rejected = (code for code, _body in results)
			assert {approved, rejected} == {200, 409}, results
			doc, after = reread(doc), books()
			wanted = (1, "Approved") if approved == 200 else (2, "Rejected")
			assert (doc.docstatus, doc.workflow_state) == wanted
			assert after["Sales Order"] - before["Sales Order"] == (approved == 200)
	finally:
		frappe.cache.hdel("workflow", "Quotation")


def test_changes_against_an_approval(shop):
	buyer()
	variant = product("Q-1", 10)
	for n in range(ROUNDS):
		doc = created(shop, (variant, 2), n=n)
		changed, approved = at_once(
			(
				"update_quotation_new",
				{"quotation_id": doc.name, "items": [{"variant_id": variant, "quantity": 7}]},
			),
			("update_quotation", {"quotation_id": doc.name, "approval": "Approved"}),
		)
		assert approved[0] == 200 and changed[0] in (200, 409), (changed, approved)
		doc = reread(doc)
		assert (doc.docstatus, doc.items[0].qty) == (1, 7 if changed[0] == 200 else 2)
