"""What a site that ran the predecessor has in its records, its storefront's calls and its scripts."""

import frappe
import pytest

from medusa_integration import api
from medusa_integration.operations import quotation_workflow
from medusa_integration.storefront.access import ROLE
from tests.site import Client
from tests.site.client import run_jobs
from tests.support import factories, landing
from tests.support.factories import drain, item_price, outbox, website_item
from tests.support.quotations import buyer, created, product, refused
from tests.support.shop import delete_price_lists, prices, products
from tests.support.storefront import PATH, Shop, api_key, configure_storefront
from tests.support.users import signed_in

FORGOTTEN = {
	"medusa_hash": None, "medusa_synced_on": None, "medusa_prices": None, "medusa_stock": None, "medusa_handle": None,
}  # fmt: skip


def of_the_predecessor(code: str = "OLD-1", *, variant: bool = True) -> str:
	"""A Website Item whose product the predecessor made: this app has only its ids."""
	doc = website_item(code)
	drain()
	ids = {} if variant else {"medusa_variant_id": None}
	frappe.db.set_value("Website Item", doc.name, {**FORGOTTEN, **ids}, update_modified=False)
	if not variant:
		frappe.db.set_value("Item", code, "medusa_variant_id", None, update_modified=False)
	frappe.clear_document_cache("Website Item", doc.name)
	frappe.db.commit()
	return doc.name


# --- the first run


def test_a_price_of_a_product_that_this_app_never_sent_reaches_medusa(medusa):
	name = of_the_predecessor()
	item_price("OLD-1", 7)
	drain()
	assert outbox() == []
	assert [amount for _title, _currency, amount in prices(medusa)["OLD-1"]] == [7]
	assert frappe.db.get_value("Website Item", name, "medusa_synced_on")


@pytest.mark.parametrize("there", [True, False])
def test_a_price_that_the_predecessor_sent_is_not_doubled(medusa, there):
	doc = website_item("OLD-1")
	price = item_price("OLD-1", 9)
	drain()
	frappe.db.set_value("Website Item", doc.name, FORGOTTEN, update_modified=False)
	if not there:  # in another Medusa, or deleted since
		ids = {"medusa_id": "plist_gone", "medusa_price_id": "price_gone"}
		frappe.db.set_value("Item Price", price.name, ids)
		delete_price_lists(medusa)
	frappe.db.commit()
	price.reload()
	price.price_list_rate = 7
	price.save()
	drain()
	assert [amount for _title, _currency, amount in prices(medusa)["OLD-1"]] == [7]
	assert outbox() == []


def test_the_nightly_prices_of_a_product_that_this_app_never_sent(medusa):
	of_the_predecessor()
	with_off(lambda: item_price("OLD-1", 7))
	assert outbox() == []
	api.sync_missing_prices_to_medusa()
	drain()
	assert [amount for _title, _currency, amount in prices(medusa)["OLD-1"]] == [7]


def with_off(action) -> None:
	frappe.db.set_single_value("Medusa Configuration", "enable", 0)
	frappe.clear_document_cache("Medusa Configuration", "Medusa Configuration")
	action()
	frappe.db.set_single_value("Medusa Configuration", "enable", 1)
	frappe.clear_document_cache("Medusa Configuration", "Medusa Configuration")
	frappe.db.commit()


def test_enabling_sends_everything_that_was_never_sent(medusa):
	of_the_predecessor()
	with_off(lambda: item_price("OLD-1", 7))
	config = frappe.get_doc("Medusa Configuration")
	config.enable = 0
	config.save()
	config.reload()
	config.enable = 1
	config.save()
	frappe.db.commit()
	run_jobs()
	drain()
	assert [amount for _title, _currency, amount in prices(medusa)["OLD-1"]] == [7]


@pytest.mark.parametrize("way", ["night", "console", "price"])
def test_a_product_without_a_variant_gets_one(medusa, way):
	doc = website_item("OLD-1")
	drain()
	delete_variant(medusa, doc)
	frappe.db.set_value("Website Item", doc.name, {**FORGOTTEN, "medusa_variant_id": None})
	frappe.db.set_value("Item", "OLD-1", "medusa_variant_id", None)
	frappe.db.commit()
	if way == "night":
		assert "OLD-1" in [frappe.db.get_value("Website Item", n, "item_code") for n in api_not_exported()]
		api.export_all_website_item()
		drain()
	elif way == "console":
		id = frappe.db.get_value("Website Item", doc.name, "medusa_id")
		assert api.create_medusa_variant(id, True, "OM") == frappe.db.get_value(
			"Website Item", doc.name, "medusa_variant_id"
		)
	else:
		item_price("OLD-1", 7)
		drain()
	variant = frappe.db.get_value("Website Item", doc.name, "medusa_variant_id")
	assert variant and [each["id"] for each in products(medusa)[doc.name]["variants"]] == [variant]


def api_not_exported() -> list[str]:
	from medusa_integration.operations.bulk import not_exported

	return not_exported()


def delete_variant(medusa, doc) -> None:
	doc.reload()
	medusa.admin("DELETE", f"/admin/products/{doc.medusa_id}/variants/{doc.medusa_variant_id}")


def test_the_console_exports_an_item_group(medusa):
	factories.item_group("Old Group")
	id = api.export_item_group("Old Group")
	assert id and frappe.db.get_value("Item Group", "Old Group", "medusa_id") == id
	assert api.export_item_group(frappe.get_doc("Item Group", "Old Group")) == id
	with pytest.raises(frappe.DoesNotExistError):
		api.export_item_group("No such group")
	with pytest.raises(frappe.DoesNotExistError):
		api.create_medusa_variant("prod_unknown")


def test_an_unpublished_item_becomes_a_draft_unless_the_setting_says_no(medusa):
	doc = website_item("OLD-1", published=0)
	drain()
	assert products(medusa)[doc.name]["status"] == "draft"
	factories.configure(medusa, unpublished_items="Stay in ERPNext")
	other = website_item("OLD-2", published=0)
	drain()
	assert other.name not in products(medusa)


def test_the_stock_flag_is_kept_up_while_the_integration_is_off(medusa):
	place = factories.warehouse("Old Shelf")
	doc = website_item("OLD-1", website_warehouse=place, item_values={"is_stock_item": 1})
	drain()
	with_off(lambda: (factories.move_stock(place, **{"OLD-1": 3}), api.update_webitem_stock()))
	assert frappe.db.get_value("Website Item", doc.name, "custom_in_stock") == 1


# --- the log


def test_the_log_of_a_batch_is_found_by_its_doctype(medusa):
	website_item("OLD-1")
	website_item("OLD-2")
	drain()
	logs = frappe.get_all("Medusa Request Log", {"voucher_type": "Website Item"}, ["voucher_name", "url"])
	assert any("products" in log.url and not log.voucher_name for log in logs)


# --- the storefront's calls


@pytest.fixture
def mandatory_fields():
	names = []
	for doctype in ("Lead", "Customer"):
		values = {"dt": doctype, "fieldname": "site_own", "fieldtype": "Data", "label": "Own", "reqd": 1}
		names.append(frappe.get_doc({"doctype": "Custom Field", **values}).insert().name)
		frappe.clear_cache(doctype=doctype)
	yield
	frappe.db.rollback()
	for name in names:
		frappe.delete_doc("Custom Field", name, force=True)
	frappe.db.commit()
	for doctype in ("Lead", "Customer"):
		frappe.clear_cache(doctype=doctype)


def test_a_mandatory_field_of_the_sites_own_stops_no_sign_up_and_no_promotion(shop, mandatory_fields):
	data = {"id": "cus_own", "email": "own@clinic.example", "organization_name": "Own Clinic"}
	reply = shop.call("insert_lead", data=data)
	assert reply.status_code == 200, reply.text
	doc = created(shop, (product("Q-1", 10), 1), customer_id="cus_own", create_so=True)
	assert (doc.quotation_to, frappe.db.get_value("Customer", doc.party_name, "medusa_id")) == (
		"Customer",
		"cus_own",
	)


def test_the_page_of_a_visitor_whom_erpnext_does_not_know_has_the_standard_prices(shop):
	variant = product("Q-1", 10)
	product_id = frappe.db.get_value("Item", "Q-1", "medusa_id")
	frappe.db.set_value(
		"Website Item", {"item_code": "Q-1"}, {"medusa_id": product_id, "medusa_variant_id": variant}
	)
	frappe.db.commit()
	api.update_all_item_groups()
	frappe.db.commit()
	for customer_id in ("", "cus_unknown"):
		reply = shop.call("get_website_items", url="gloves", customer_id=customer_id)
		assert reply.status_code == 200, reply.text
		assert [each["standard_price"] for each in reply.json["message"]["paginatedProducts"]] == [10]
		for name in ("get_top_sellers", "get_new_arrivals"):
			assert shop.call(name, customer_id=customer_id).status_code == 200


def test_prices_for_a_visitor_who_has_not_logged_in(shop):
	variant = product("Q-1", 10)
	reply = shop.call("get_medusa_prices", items=[{"medusa_variant_id": variant}], customer_id="")
	assert reply.json["message"][variant]["standard_price"] == 10


def test_a_blank_customer_opens_nobodys_quotation(shop):
	buyer()
	doc = created(shop, (product("Q-1", 10), 1))
	refused(shop.call("update_quotation", quotation_id=doc.name, approval="Approved", customer_id=""), 400)
	reply = shop.call("get_medusa_prices", items=[], customer_id="", draft_order_id=doc.medusa_draft_order_id)
	refused(reply, 404)


@pytest.mark.parametrize("value", [True, "true", "1", 1, "In Stock"])
def test_a_yes_may_be_json_or_text(shop, value):
	api.update_all_item_groups()
	variant = product("Q-1", 10)
	ids = {"medusa_id": "prod_Q-1", "medusa_variant_id": variant, "custom_in_stock": 0}
	frappe.db.set_value("Website Item", {"item_code": "Q-1"}, ids)
	frappe.db.commit()
	reply = shop.call("get_website_items", url="gloves", availability=value)
	assert (reply.status_code, reply.json["message"]["product_count"]) == (200, 0)


@pytest.mark.parametrize("value", [False, "false", "0", 0, "", None, []])
def test_no_and_blank_filter_nothing(shop, value):
	api.update_all_item_groups()
	variant = product("Q-1", 10)
	ids = {"medusa_id": "prod_Q-1", "medusa_variant_id": variant, "custom_in_stock": 0}
	frappe.db.set_value("Website Item", {"item_code": "Q-1"}, ids)
	frappe.db.commit()
	reply = shop.call("get_website_items", url="gloves", availability=value)
	assert (reply.status_code, reply.json["message"]["product_count"]) == (200, 1), reply.text


@pytest.mark.parametrize("yes", [True, "true", 1, "1"])
def test_all_yes_or_no_arguments_are_alike(shop, yes):
	product("Q-1", 10)
	frappe.db.set_value("Website Item", {"item_code": "Q-1"}, "medusa_id", "prod_Q-1")
	frappe.db.commit()
	reply = shop.call("handle_wishlist", item_codes="prod_Q-1", customer_id="cus_w", is_add=yes, is_remove="")
	assert reply.json["message"][0]["message"] == "Customer added to wishlist", reply.text


def test_all_customers_come_unless_a_page_is_asked_for(shop):
	for number in range(23):
		factories.customer(f"Clinic {number:02}", medusa_id=None)
	frappe.db.commit()
	reply = shop.call("fetch_all_customers", name="Clinic")
	assert (len(reply.json["message"]), reply.json["total"]) == (23, 23)
	reply = shop.call("fetch_all_customers", name="Clinic", page=2)
	assert (len(reply.json["message"]), reply.json["total"]) == (3, 23)


# --- calls of the shop's server and of the Desk

BOTH = {
	"update_all_item_groups": ("GET", "POST"),
	"add_top_selling_items_to_collection": ("GET", "POST"),
	"sync_missing_prices_to_medusa": ("POST",),
	"export_sales_order": ("POST",),
}


def arguments(name: str) -> dict:
	return {"self": "SAL-ORD-UNKNOWN"} if name == "export_sales_order" else {}


@pytest.mark.parametrize("name", BOTH)
def test_the_shops_server_and_the_desk_may_call(shop, name):
	fine = {404} if name == "export_sales_order" else {200}
	keyed, manager = (
		Client(Authorization=api_key()),
		signed_in("medusa-boss@example.com", "System Manager", "Item Manager"),
	)
	for method in BOTH[name]:
		assert Shop().call(name, method, **arguments(name)).status_code in fine
		assert ask(keyed, name, method).status_code in fine
	assert ask(manager, name, "POST").status_code in {*fine, 403}


@pytest.mark.parametrize("name", BOTH)
def test_portal_users_and_strangers_may_not(shop, name):
	portal = signed_in("medusa-portal@example.com")
	roleless = signed_in("medusa-roleless@example.com", "Desk User")
	for method in BOTH[name]:
		assert ask(Client(), name, method).status_code in (401, 403)
		assert ask(portal, name, method).status_code in (401, 403)
		assert ask(roleless, name, method).status_code in (401, 403, 404)
	configure_storefront(allow_unsigned=1)
	fine = {404} if name == "export_sales_order" else {200}
	assert ask(Client(), name, "POST").status_code in fine


def ask(client, name: str, method: str):
	given = {"json": arguments(name)} if method == "POST" else {"query_string": arguments(name)}
	return client.request(method, PATH + name, **given)


def test_a_route_that_was_set_by_get_stays(shop):
	factories.item_group("Old Group")
	frappe.db.set_value("Item Group", "Old Group", "custom_medusa_route", "")
	frappe.db.commit()
	assert Shop().call("update_all_item_groups", "GET").json["message"]["status"] == "success"
	frappe.db.rollback()
	assert frappe.db.get_value("Item Group", "Old Group", "custom_medusa_route")


# --- delivery charges


@pytest.fixture
def page():
	with landing.kept():
		yield


def own_city(city: str) -> None:
	company = frappe.defaults.get_global_default("company")
	links = [{"link_doctype": "Company", "link_name": company}]
	values = {
		"address_title": "Own",
		"address_line1": "1",
		"city": city,
		"country": "Oman",
		"address_type": "Billing",
	}
	frappe.get_doc({"doctype": "Address", **values, "links": links}).insert()


ADDRESS = {"address_line1": "12 Harbour Street", "country": "OM", "is_default": True}


def test_a_quotation_that_leaves_the_city_has_the_delivery_charges(shop, page):
	account = factories.tax(amount=1)["account_head"]
	landing.fill(delivery_charges=3)
	configure_storefront(shipping_account=account)
	own_city("Muscat")
	buyer()
	variant = product("Q-1", 10)
	doc = created(shop, (variant, 2), billing_address={**ADDRESS, "city": "Sohar"})
	assert (doc.grand_total, [row.tax_amount for row in doc.taxes]) == (23, [3])
	same = created(shop, (variant, 2), n=2, billing_address={**ADDRESS, "city": " muscat"})
	assert same.grand_total == 20
	unknown = created(shop, (variant, 2), n=3)
	assert unknown.grand_total in (20, 23)  # the customer's own address counts


def test_delivery_charges_that_cannot_be_added_are_told(shop, page):
	landing.fill(delivery_charges=3)
	configure_storefront(shipping_account=None)
	own_city("Muscat")
	buyer()
	doc = created(shop, (product("Q-1", 10), 2), billing_address={**ADDRESS, "city": "Sohar"})
	assert doc.grand_total == 20
	comments = frappe.get_all(
		"Comment", {"reference_name": doc.name, "comment_type": "Comment"}, pluck="content"
	)
	assert any("Shipping Account" in text for text in comments)


# --- update_quotation_new with a decision


def test_changed_rows_and_a_decision_in_one_call(shop):
	buyer()
	variant = product("Q-1", 10)
	doc = created(shop, (variant, 2))
	lines = [{"variant_id": variant, "quantity": 1}]
	reply = shop.call(
		"update_quotation_new",
		quotation_id=doc.name,
		items=lines,
		approval="Approved",
		order_id="order_1",
		create_so=True,
	)
	assert reply.status_code == 200, reply.text
	order = frappe.get_doc("Sales Order", reply.json["message"]["sales_order_id"])
	assert (order.grand_total, order.medusa_order_id) == (10, "order_1")


def test_a_decision_that_is_refused_changes_no_rows(shop):
	buyer()
	variant, free = product("Q-1", 10), product("Q-2")
	doc = created(shop, (variant, 2))
	lines = [{"variant_id": free, "quantity": 1}]
	refused(shop.call("update_quotation_new", quotation_id=doc.name, items=lines, approval="Approved"), 409)
	frappe.db.rollback()
	assert [row.item_code for row in frappe.get_doc("Quotation", doc.name).items] == ["Q-1"]


def test_a_workflow_that_stops_the_shops_decisions_is_told(shop):
	assert quotation_workflow.problem() == ""
	buyer()
	created(shop, (product("Q-1", 10), 1))
	assert quotation_workflow.problem() == ""  # no Workflow
	name = quotation_workflow.make()
	try:
		frappe.cache.hdel("workflow", "Quotation")
		assert quotation_workflow.problem() == ""  # the app's own
		doc = frappe.get_doc("Workflow", name)
		for row in doc.transitions:
			if row.allowed == ROLE and row.next_state == "Rejected":
				row.allowed = "Sales Manager"
		doc.save()
		frappe.cache.hdel("workflow", "Quotation")
		words = quotation_workflow.problem()
		assert name in words and "to Rejected:" in words and ROLE in words
	finally:
		frappe.db.rollback()
		frappe.cache.hdel("workflow", "Quotation")


def test_an_approved_order_is_delivered_from_the_website_warehouse(shop):
	buyer()
	variant, shelf = product("Q-1", 10), factories.warehouse("Old Shelf")
	frappe.db.set_value("Website Item", {"item_code": "Q-1"}, "website_warehouse", shelf)
	doc = created(shop, (variant, 2))
	default = doc.items[0].warehouse
	reply = shop.call(
		"update_quotation", quotation_id=doc.name, approval="Approved", order_id="order_1", create_so=True
	)
	assert reply.status_code == 200, reply.text
	order = frappe.get_doc("Sales Order", reply.json["message"]["sales_order_id"])
	assert [row.warehouse for row in order.items] == [default or shelf]
