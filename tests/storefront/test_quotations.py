"""The shop's server asks for a quotation, changes it, and opens its PDF."""

from urllib.parse import urlparse

import frappe
import pytest
from frappe.utils import add_days, getdate, today

from medusa_integration.setup.storefront import USER
from tests.support import factories, selling
from tests.support.quotations import BUYER, asked, books, buyer, created, lead, product, refused, reread
from tests.support.storefront import configure_storefront

ADDRESS = {"address_line1": "12 Harbour Street", "city": "Muscat", "country": "OM", "is_default": True}


# --- create_quotation


def test_a_customers_quotation(shop):
	customer = buyer()
	one, two = product("Q-1", 10), product("Q-2", 5)
	doc = created(shop, (one, 2), (two, 3))
	assert (doc.quotation_to, doc.party_name, doc.docstatus) == ("Customer", customer.name, 0)
	assert (doc.from_ecommerce, doc.medusa_draft_order_id, doc.medusa_quotation_id) == (
		1,
		"dorder_1",
		"quot_1",
	)
	assert (doc.order_type, doc.workflow_state, doc.owner) == ("Shopping Cart", "Draft", USER)
	assert getdate(doc.valid_till) == getdate(add_days(today(), 30))
	rows = [(row.item_code, row.qty, row.uom, row.standard_price, row.rate, row.amount) for row in doc.items]
	assert rows == [("Q-1", 2, "Nos", 10, 10, 20), ("Q-2", 3, "Nos", 5, 5, 15)]
	assert doc.grand_total == 35


def test_a_leads_quotation(shop):
	who = lead()
	doc = created(shop, (product("Q-1", 10), 2), billing_address=ADDRESS)
	# ERPNext 16 has no title of Quotations.
	title = "Unapproved Lead" if doc.meta.has_field("title") else doc.customer_name
	assert (doc.quotation_to, doc.party_name, doc.get_title()) == ("Lead", who.name, title)
	assert (doc.owner, doc.modified_by) == (USER, USER)
	assert frappe.db.get_value("Address", doc.customer_address, ["address_line1", "country"]) == (
		"12 Harbour Street",
		"Oman",
	)


def test_the_settings_count(shop):
	buyer()
	frappe.get_doc(
		{"doctype": "Price List", "price_list_name": "Shop Prices", "selling": 1, "enabled": 1,
		 "currency": frappe.db.get_value("Price List", "Standard Selling", "currency")}
	).insert()  # fmt: skip
	variant = product("Q-1", 10)
	factories.item_price("Q-1", 7, price_list="Shop Prices")
	configure_storefront(price_list="Shop Prices", quotation_validity=5)
	doc = created(shop, (variant, 1))
	assert (doc.selling_price_list, doc.items[0].rate) == ("Shop Prices", 7)
	assert getdate(doc.valid_till) == getdate(add_days(today(), 5))


def test_a_repeated_call_returns_the_first_quotation(shop):
	buyer()
	variant = product("Q-1", 10)
	doc = created(shop, (variant, 2), billing_address=ADDRESS)
	before = books()
	assert created(shop, (variant, 9), billing_address={**ADDRESS, "city": "Sohar"}).name == doc.name
	assert books() == before
	assert reread(doc).modified == doc.modified
	assert frappe.db.get_value("Address", doc.customer_address, "city") == "Muscat"


def test_an_id_in_use_is_refused(shop):
	buyer()
	buyer("cus_other", "Other Clinic")
	variant = product("Q-1", 10)
	created(shop, (variant, 2))
	before = books()
	other = shop.call("create_quotation", **asked((variant, 2), customer_id="cus_other"))
	assert "in use for another quotation" in refused(other, 409)
	order = shop.call("create_quotation", **asked((variant, 2), draft_order_id="dorder_2"))
	assert "in use" in refused(order, 409)
	assert books() == before


def test_create_so_makes_the_lead_a_customer(shop):
	who = lead()
	doc = created(shop, (product("Q-1", 10), 2), create_so=True, billing_address=ADDRESS)
	assert doc.quotation_to == "Customer"
	assert frappe.db.get_value("Customer", doc.party_name, "medusa_id") == BUYER
	assert frappe.db.get_value("Customer", doc.party_name, "lead_name") == who.name
	before = books()
	assert created(shop, (product_of("Q-1"), 2), create_so=True).name == doc.name
	assert books() == before


def product_of(code: str) -> str:
	return frappe.db.get_value("Item", code, "medusa_variant_id")


def test_lines_of_one_variant_are_added_up(shop):
	buyer()
	variant = product("Q-1", 10)
	assert [row.qty for row in created(shop, (variant, 2), (variant, 3)).items] == [5]


def test_a_variant_that_only_the_website_item_knows(shop):
	buyer()
	page = factories.website_item("Q-1", item_values={"is_stock_item": 0})
	frappe.db.set_value("Website Item", page.name, "medusa_variant_id", "variant_of_page")
	frappe.db.commit()
	assert created(shop, ("variant_of_page", 1)).items[0].item_code == "Q-1"


def test_an_item_that_is_sold_in_boxes_is_quoted_in_its_stock_unit(shop):
	buyer()
	if not frappe.db.exists("UOM", "Box"):
		frappe.get_doc({"doctype": "UOM", "uom_name": "Box"}).insert()
	variant = product("Q-1", 10, uoms=[{"uom": "Box", "conversion_factor": 12}])
	frappe.db.set_value("Item", "Q-1", "sales_uom", "Box")
	frappe.db.commit()
	row = created(shop, (variant, 2)).items[0]
	assert (row.uom, row.qty, row.rate) == ("Nos", 2, 10)


@pytest.mark.parametrize(
	("values", "code", "words"),
	[
		({"customer_id": "cus_nobody"}, 404, "Customer not found: cus_nobody"),
		({"items": [{"variant_id": "v_1", "quantity": 1}]}, 404, "Item not found for variant ID: v_1"),
		({"items": [{"variant_id": "VARIANT_Q-1", "quantity": 1}]}, 404, "Item not found for variant ID"),
		({"items": []}, 400, "items: List should have at least 1 item"),
		({"items": None}, 400, "items is missing"),
		({"items": "abc"}, 400, "items: Invalid JSON"),
		({"items": {"variant_id": "x"}}, 400, "items: Input should be a valid list"),
		({"items": [{"variant_id": "variant_Q-1"}]}, 400, "items.0.quantity: Field required"),
		({"items": [{"variant_id": "variant_Q-1", "quantity": 0}]}, 400, "greater than 0"),
		({"items": [{"variant_id": "variant_Q-1", "quantity": -1}]}, 400, "greater than 0"),
		({"items": [{"variant_id": "variant_Q-1", "quantity": "2"}]}, 400, "must be a number"),
		({"items": [{"variant_id": "variant_Q-1", "quantity": 1e308}]}, 400, "less than or equal"),
		(
			{"items": [{"variant_id": "variant_Q-1", "quantity": float("nan")}]},
			400,
			"greater than 0|finite number|can't be read",
		),
		(
			{"items": [{"variant_id": "variant_Q-1", "quantity": float("inf")}]},
			400,
			"less than or equal|finite number|can't be read",
		),
		(
			{"items": [{"variant_id": f"v{n}", "quantity": 1} for n in range(10_000)]},
			400,
			"at most 400 items",
		),
		({"items": [{"variant_id": "variant_Q-1", "quantity": 0.5}]}, 417, "whole number|fraction"),
		({"draft_order_id": None}, 400, "draft_order_id is missing"),
		({"quotation_id": ""}, 400, "quotation_id: String should have at least 1 character"),
		({"quotation_id": 5}, 400, "quotation_id: Input should be a valid string"),
		({"create_so": "maybe"}, 400, "create_so: Input should be a valid boolean"),
		({"billing_address": "Muscat"}, 400, "billing_address: Invalid JSON"),
		({"billing_address": {**ADDRESS, "country": "Nowhere"}}, 400, "There is no country Nowhere"),
	],
)
def test_bad_input_changes_nothing(shop, values, code, words):
	buyer()
	variant = product("Q-1", 10)
	before = books()
	said = refused(shop.call("create_quotation", **asked((variant, 2), **values)), code)
	assert any(word in said for word in words.split("|")), said
	assert books() == before


def test_without_a_price_list_nothing_is_made(shop):
	buyer()
	variant = product("Q-1", 10)
	before = books()
	frappe.db.set_value("Price List", "Standard Selling", "enabled", 0)
	frappe.db.commit()
	try:
		said = refused(shop.call("create_quotation", **asked((variant, 2))), 417)
	finally:
		frappe.db.set_value("Price List", "Standard Selling", "enabled", 1)
		frappe.db.commit()
	assert "no enabled selling Price List Standard Selling" in said
	assert books() == before


# --- update_quotation_new


def lines(*given: tuple, **values) -> list[dict]:
	return [{"variant_id": variant, "quantity": quantity, **values} for variant, quantity in given]


def test_the_rows_are_replaced(shop):
	buyer()
	one, two, three = product("Q-1", 10), product("Q-2", 5), product("Q-3", 1)
	doc = created(shop, (one, 2), (two, 3))
	doc.items[0].rate = 8  # agreed in the Desk
	doc.save()
	frappe.db.commit()
	response = shop.call(
		"update_quotation_new",
		quotation_id=doc.name,
		items=lines((one, 4), (three, 6), rate=0.01, amount=0.01),
		unapproved_items=lines((two, 3)),
		increased_items=[{"variant_id": one, "old_quantity": 2, "new_quantity": 4}],
	)
	assert response.json["message"] == {
		"message": "Quotation updated successfully",
		"Quotation ID": doc.name,
	}, response.text
	doc = reread(doc)
	assert [(row.item_code, row.qty, row.rate) for row in doc.items] == [("Q-1", 4, 8), ("Q-3", 6, 1)]
	assert doc.grand_total == 38
	(unapproved,) = doc.unapproved_items
	assert (unapproved.item_code, unapproved.qty, unapproved.rate, unapproved.amount) == ("Q-2", 3, 5, 15)
	(increased,) = doc.custom_increased_items
	assert (increased.item_code, increased.old_quantity, increased.new_quantity) == ("Q-1", 2, 4)


def test_what_is_left_out_stays(shop):
	buyer()
	one = product("Q-1", 10)
	doc = created(shop, (one, 2))
	shop.call("update_quotation_new", quotation_id="quot_1", unapproved_items=lines((one, 1)))
	shop.call("update_quotation_new", quotation_id="quot_1", items=lines((one, 3)))
	doc = reread(doc)
	assert [row.qty for row in doc.items] == [3] and len(doc.unapproved_items) == 1


def test_a_leads_quotation_is_changed_too(shop):
	lead()
	one = product("Q-1", 10)
	doc = created(shop, (one, 2), billing_address=ADDRESS)
	response = shop.call("update_quotation_new", quotation_id=doc.name, items=lines((one, 3)))
	assert response.status_code == 200, response.text
	assert (reread(doc).items[0].qty, reread(doc).modified_by) == (3, USER)


def test_a_submitted_quotation_stays_as_it_is(shop):
	buyer()
	one = product("Q-1", 10)
	doc = created(shop, (one, 2))
	doc.submit()
	frappe.db.commit()
	said = refused(shop.call("update_quotation_new", quotation_id=doc.name, items=lines((one, 3))), 409)
	assert "can't be changed any more" in said
	assert [row.qty for row in reread(doc).items] == [2]


def test_delivery_charges_stay(shop):
	buyer()
	one = product("Q-1", 10)
	doc = created(shop, (one, 2))
	doc.append("taxes", factories.tax(amount=3))
	doc.save()
	frappe.db.commit()
	shop.call("update_quotation_new", quotation_id=doc.name, items=lines((one, 3)))
	assert reread(doc).grand_total == 33


@pytest.mark.parametrize(
	("values", "code", "words"),
	[
		({"quotation_id": "SAL-QTN-1"}, 404, "Quotation not found: SAL-QTN-1"),
		({"customer_id": "cus_other"}, 404, "Quotation not found"),
		({"items": lines(("v_1", 1))}, 404, "Item not found for variant ID: v_1"),
		({"items": []}, 400, "at least 1 item"),
		({"unapproved_items": lines(("v_1", 1))}, 404, "Item not found for variant ID: v_1"),
		({"items": lines(("variant_Q-1", 1), rate=-1)}, 400, "items.0.rate"),
		({"increased_items": [{"variant_id": "variant_Q-1"}]}, 400, "increased_items.0.old_quantity"),
		({"items": lines(*[("variant_Q-1", 1)] * 401)}, 400, "at most 400 items"),
	],
)
def test_a_bad_change_changes_nothing(shop, values, code, words):
	buyer()
	one = product("Q-1", 10)
	doc = created(shop, (one, 2))
	arguments = {"quotation_id": doc.name, "items": lines((one, 3)), **values}
	assert words in refused(shop.call("update_quotation_new", **arguments), code)
	assert reread(doc).modified == doc.modified


def test_a_quotation_that_is_not_the_shops_is_out_of_reach(shop):
	product("Q-1", 10)
	doc = factories.quotation(("Q-1", 1, 5), from_ecommerce=0)
	frappe.db.commit()
	for name, values in (
		("update_quotation_new", {"items": lines(("variant_Q-1", 3))}),
		("update_quotation", {"approval": "Approved"}),
		("fetch_quotation_pdf_url", {}),
	):
		assert "Quotation not found" in refused(shop.call(name, quotation_id=doc.name, **values), 404)


# --- fetch_quotation_pdf_url


def test_a_customers_link(shop):
	buyer()
	doc = created(shop, (product("Q-1", 10), 2))
	response = shop.call("fetch_quotation_pdf_url", quotation_id=doc.name, customer_id=BUYER)
	assert response.status_code == 200, response.text
	url = response.json["message"]
	assert shop.call("fetch_quotation_pdf_url", quotation_id="quot_1").json["message"] == url
	assert urlparse(url).path == "/api/method/medusa_integration.api.open_pdf"
	assert f"name={doc.name}&expires={add_days(today(), 7)}&token=" in url


def test_another_customers_link_is_refused(shop):
	buyer()
	doc = created(shop, (product("Q-1", 10), 2))
	call = shop.call("fetch_quotation_pdf_url", quotation_id=doc.name, customer_id="cus_other")
	assert "Quotation not found" in refused(call, 404)


def test_a_cancelled_quotation_has_no_link(shop):
	buyer()
	doc = created(shop, (product("Q-1", 10), 2))
	doc.submit()
	doc.cancel()
	frappe.db.commit()
	assert "can't be printed" in refused(shop.call("fetch_quotation_pdf_url", quotation_id=doc.name), 409)


# --- taxes


def test_the_taxes_are_those_of_the_items(shop):
	buyer()
	standard = selling.item_tax_template("Shop 5", Shop_VAT=5)
	reduced = selling.item_tax_template("Shop 2", Shop_VAT=2, Shop_Levy=1)
	factories.item_group("Taxed", taxes=[{"item_tax_template": standard}])
	factories.item_group("Below", parent="Taxed")
	of_group = product("Q-1", 100, group="Below")
	own = product("Q-2", 100, group="Below", taxes=[{"item_tax_template": reduced}])
	none = product("Q-3", 100)
	doc = created(shop, (of_group, 1), (own, 1), (none, 1))
	assert [row.item_tax_template for row in doc.items] == [standard, reduced, None]
	taxes = {row.account_head: (row.charge_type, row.rate, row.tax_amount) for row in doc.taxes}
	assert taxes == {
		selling.tax_account(): ("On Net Total", 0, 7),
		selling.tax_account("Shop Levy"): ("On Net Total", 0, 1),
	}
	assert doc.grand_total == 308
	shop.call("update_quotation_new", quotation_id=doc.name, items=lines((of_group, 2)))
	doc = reread(doc)
	assert [(row.account_head, row.tax_amount) for row in doc.taxes] == [(selling.tax_account(), 10)]


def test_the_template_in_force_counts(shop):
	buyer()
	names = [selling.item_tax_template(f"Shop {rate}", Shop_VAT=rate) for rate in (1, 2, 3, 4)]
	days = (None, add_days(today(), -30), add_days(today(), -10), add_days(today(), 10))
	rows = [{"item_tax_template": name, "valid_from": day} for name, day in zip(names, days, strict=True)]
	doc = created(shop, (product("Q-1", 100, taxes=rows), 1))
	assert (doc.items[0].item_tax_template, doc.grand_total) == (names[2], 103)


def test_a_template_for_another_tax_category_does_not_count(shop):
	customer = buyer()
	if not frappe.db.exists("Tax Category", "Shop Abroad"):
		frappe.get_doc({"doctype": "Tax Category", "title": "Shop Abroad"}).insert()
	home, abroad = (selling.item_tax_template(f"Shop {rate}", Shop_VAT=rate) for rate in (5, 0.5))
	rows = [{"item_tax_template": home}, {"item_tax_template": abroad, "tax_category": "Shop Abroad"}]
	variant = product("Q-1", 100, taxes=rows)
	assert created(shop, (variant, 1)).grand_total == 105
	frappe.db.set_value("Customer", customer.name, "tax_category", "Shop Abroad")
	frappe.db.commit()
	frappe.clear_document_cache("Customer", customer.name)
	assert created(shop, (variant, 1), n=2).grand_total == 100.5
