"""The documented replies and messages, word by word: storefronts compare them."""

import frappe
import pytest

from medusa_integration.utils import link_medusa_lead
from tests.support import factories, selling
from tests.support.quotations import buyer, created, product, refused


def listed(code: str) -> str:
	"""A product that the storefront shows; returns its id."""
	product(code, 10)
	frappe.db.set_value("Website Item", {"item_code": code}, "medusa_id", f"prod_{code}")
	frappe.db.commit()
	return f"prod_{code}"


def test_a_quotations_messages(shop):
	buyer()
	variant = product("Q-1", 10)
	lines = [{"variant_id": variant, "quantity": 1}]
	given = {"customer_id": "cus_quotes", "draft_order_id": "dorder_1", "quotation_id": "quot_1"}
	reply = shop.call("create_quotation", **given, items=lines).json["message"]
	assert reply == {"message": "Quotation created successfully", "quotationId": reply["quotationId"]}
	name = reply["quotationId"]
	for call in ("update_quotation_new", "update_quotation"):
		values = {"items": lines} if call.endswith("new") else {"approval": "Rejected"}
		reply = shop.call(call, quotation_id=name, **values).json["message"]
		assert reply == {"message": "Quotation updated successfully", "Quotation ID": name}
	unknown = [{"variant_id": "variant_none", "quantity": 1}]
	other = shop.call("create_quotation", **{**given, "quotation_id": "quot_2"}, items=unknown)
	assert refused(other, 404) == "Item not found for variant ID: variant_none"


def test_an_approved_order_names_its_documents(shop):
	buyer()
	doc = created(shop, (product("Q-1", 10), 1))
	reply = shop.call(
		"update_quotation", quotation_id=doc.name, approval="Approved", create_so=True, order_id="order_1"
	).json["message"]
	assert reply.keys() >= {"message", "quotation_id", "sales_order_id", "payment_id", "payment_url"}


def test_the_address_and_the_unlinked_customers(shop):
	assert (
		shop.call("fetch_all_customers", name="Nobody at all").json["message"]
		== "No relevant customers found"
	)
	customer = buyer()
	address = {
		"address_title": "A",
		"address_line1": "1",
		"city": "Sohar",
		"country": "Oman",
		"address_type": "Billing",
	}
	links = [{"link_doctype": "Customer", "link_name": customer.name}]
	frappe.get_doc({"doctype": "Address", **address, "links": links}).insert()
	frappe.db.commit()
	fields = {"address_line1": "45 New Street", "city": "Muscat", "country": "Oman", "pincode": "112"}
	reply = shop.call("update_address", customer_id=customer.name, **fields)
	assert reply.json["message"] == "Address updated successfully"


def test_the_wishlists_messages(shop):
	id = listed("Q-1")
	seen = []
	for flags in ({"is_add": 1}, {"is_add": 1}, {"is_remove": 1}, {"is_remove": 1}):
		reply = shop.call("handle_wishlist", item_codes=[id], customer_id="cus_w", **flags)
		seen += [(row["status"], row["message"]) for row in reply.json["message"]]
	assert seen == [
		("success", "Customer added to wishlist"),
		("skipped", "Customer already in wishlist"),
		("success", "Customer removed from wishlist"),
		("skipped", "Customer not in wishlist"),
	]
	reply = shop.call("handle_wishlist", item_codes="prod_none", customer_id="cus_w", is_add=1)
	assert reply.json["message"] == [
		{"item_code": "prod_none", "status": "error", "message": "Item not found"}
	]


def test_the_reviews_messages(shop):
	id = listed("Q-1")
	review = {"item_code": id, "customer_id": "cus_w", "customer_name": "A", "review": "Good", "rating": 4}
	for words in ("Review added successfully", "Review updated successfully"):
		assert shop.call("add_review_to_website_item", **review).json["message"] == words


def test_the_suggestions_message(shop):
	reply = shop.call(
		"create_product_suggestion", product_name="P", suggested_by="S", contact_number="+968 91234567"
	)
	assert reply.json["message"] == "Product suggestion created successfully"


def test_linking_a_lead():
	customer, other = (
		factories.customer("Clinic A", medusa_id=None),
		factories.customer("Clinic B", medusa_id=None),
	)
	lead = selling.lead("a@clinic.example")
	with pytest.raises(frappe.ValidationError, match="Selected Lead does not have a Medusa ID"):
		link_medusa_lead(customer.name, lead.name)
	frappe.db.set_value("Lead", lead.name, "medusa_id", "cus_1")
	assert link_medusa_lead(customer.name, lead.name) == {"status": "success"}
	assert frappe.db.get_value("Customer", customer.name, ["medusa_id", "lead_name"]) == ("cus_1", lead.name)
	with pytest.raises(
		frappe.ValidationError,
		match=f"This Medusa Lead is already linked to another Customer: {customer.name}",
	):
		link_medusa_lead(other.name, lead.name)
