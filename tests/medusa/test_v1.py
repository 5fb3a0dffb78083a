"""Medusa v1's wire format, as docs/reference.md has it, against a real v1 server with the storefront's extension."""

import json

import frappe
import pytest
import requests

from medusa_integration import session
from medusa_integration.medusa.errors import MedusaError, MedusaRejected
from medusa_integration.medusa.v1.amounts import minor_units
from medusa_integration.operations import connection, linking
from medusa_integration.operations.doctor import ShopComparison
from tests.support.checks import assert_in_step, external_ids
from tests.support.factories import (
	configure,
	drain,
	item_price,
	move_stock,
	outbox,
	quotation,
	warehouse,
	website_item,
)
from tests.support.shop import buy, make_product, price_lists, prices, products, quantities

pytestmark = pytest.mark.v1
DOCTYPE = "Website Item"


def payloads(path: str) -> list[dict]:
	"""What was posted to a path that ends like this, in order."""
	frappe.db.commit()
	filters = {"method": "POST", "url": ("like", f"%{path}")}
	rows = frappe.get_all("Medusa Request Log", filters, pluck="payload", order_by="creation, name")
	return [json.loads(row) for row in rows]


def save(name: str, **values) -> None:
	doc = frappe.get_doc(DOCTYPE, name)
	doc.update(values)
	doc.save()


# --- what is sent


def test_a_product_is_sent_as_documented(medusa):
	doc = website_item(
		"G-1",
		web_long_description="<p>Soft &amp; <b>thin</b></p>",
		short_description="Soft",
		ranking=7,
		website_specifications=[{"label": "Size", "description": "<p>M</p>"}],
	)
	drain()
	(sent,) = payloads("/admin/products")
	collection = frappe.db.get_value("Item Group", "Gloves", "medusa_id")
	common = {
		"title": "Product G-1",
		"item_code": "G-1",
		"description": "Soft & thin",
		"short_description": "Soft",
		"ranking": 7,
		"status": "published",
		"brand_name": "",
		"origin_country": "OM",
		"specifications": [{"label": "Size", "description": "M"}],
		"collection_id": collection,
		"discountable": False,
		"thumbnail": None,
		"images": [],
	}
	variant = {"sku": "G-1", "manage_inventory": True, "allow_backorder": False, "origin_country": "OM"}
	assert sent["metadata"]["UOM"] == "Nos"
	assert {key: value for key, value in sent.items() if key != "metadata"} == {
		**common,
		"handle": "product-g-1-" + doc.name.lower(),
		"is_giftcard": False,
		"options": [{"title": "Default"}],
		"variants": [
			{
				**variant,
				"title": "Default",
				"inventory_quantity": 0,
				"prices": [],
				"options": [{"value": "Default"}],
			}
		],
	}
	doc.reload()
	save(doc.name, on_backorder=1)
	drain()
	(sent,) = payloads(f"/admin/products/{doc.medusa_id}")
	assert sent["variants"] == [{**variant, "allow_backorder": True, "id": doc.medusa_variant_id}]
	left_to_shop = {"discountable", "thumbnail", "images"}
	assert not left_to_shop & sent.keys()
	assert {key: sent.get(key) for key in common.keys() - left_to_shop} == {
		key: value for key, value in common.items() if key not in left_to_shop
	}


def test_a_price_is_sent_as_documented(medusa):
	doc = website_item("G-1")
	price = item_price("G-1", 1.2345, valid_from="2020-01-01", valid_upto="2999-12-31")
	drain()
	doc.reload()
	price.reload()
	(sent,) = payloads("/admin/price-lists")
	assert sent.pop("starts_at").startswith("2020-01-01T00:00:00")
	assert sent.pop("ends_at").startswith("2999-12-31T23:59:59.999")
	row = {"amount": 1235, "variant_id": doc.medusa_variant_id, "currency_code": "omr"}
	assert sent == {
		"name": "Product G-1",
		"description": "Standard Selling",
		"type": "override",
		"customer_groups": [],
		"status": "active",
		"prices": [row],
	}
	before = (price.medusa_id, price.medusa_price_id)
	price.price_list_rate = 2
	price.save()
	drain()
	(sent,) = payloads(f"/admin/price-lists/{price.medusa_id}")
	assert sent == {"prices": [{**row, "id": price.medusa_price_id, "amount": 2000}]}
	price.reload()
	assert (price.medusa_id, price.medusa_price_id) == before


@pytest.mark.parametrize(
	("amount", "currency", "expected"),
	[
		(1.5, "OMR", 1500),
		(1.2345, "OMR", 1235),
		(1.005, "USD", 101),
		(2.675, "usd", 268),
		(2.5, "JPY", 3),
		(0.29, "USD", 29),
		(1250, "JPY", 1250),
	],
)
def test_amounts_are_whole_minor_units(amount, currency, expected):
	assert minor_units(amount, currency) == expected


def test_stock_is_set_and_a_refusal_is_one_items(medusa):
	names = [website_item(f"G-{n}").name for n in range(3)]
	item_price("G-1", 2)
	drain()
	levels = [
		{
			"external_id": name,
			"product_id": row["id"],
			"variant_id": row["variants"][0]["id"],
			"sku": row["variants"][0]["sku"],
			"quantities": {"": 5 + number},
			"known": {},
		}
		for number, (name, row) in enumerate(sorted(products(medusa).items()))
	]
	levels[2]["variant_id"] = "variant_nope"
	done = session.open_shop().set_stock(levels)
	assert done[names[0]] == done[names[1]] == {}
	assert isinstance(done[names[2]], MedusaRejected)
	assert quantities(medusa) == {"G-0": 5, "G-1": 6, "G-2": 0}
	assert prices(medusa) == {"G-1": [("Standard Selling", "omr", 2)]}


def test_an_order_and_a_quotation_are_updated(medusa):
	doc = website_item("G-1", on_backorder=1)
	item_price("G-1", 2)
	drain()
	doc.reload()
	id = buy(medusa, doc.medusa_variant_id)["id"]
	status = {
		"customer_id": "cus_1",
		"order_status": "To Deliver",
		"payment_status": "Paid",
		"discount_amount": 0.5,
		"net_total": 1.5,
		"grand_total": 1.575,
	}
	dialect = session.open_shop()
	dialect.update_order({"order_id": id, **status})
	assert medusa.admin("GET", f"/admin/orders/{id}")["order"]["metadata"] == status
	assert payloads(f"/store/order-update?order_id={id}") == [status]
	with pytest.raises(MedusaRejected, match="order_none was not found"):
		dialect.update_order({"order_id": "order_none", **status})
	priced = {"draft_order_id": "dorder_1", "customer_id": "cus_1", "erp_total": 5, "erp_items": []}
	dialect.update_quotation({"quotation_id": "quot_1", **priced})
	stored = medusa.postgres.execute("select body from quotation where id = 'quot_1'", "medusa")
	assert json.loads(stored) == priced
	assert requests.post(f"{medusa.url}/store/order-update?order_id={id}", json={}).status_code == 401


def test_stock_is_the_variants_inventory_quantity(medusa):
	shelf = warehouse("V1 Shelf")
	docs = [website_item(f"G-{n}", website_warehouse=shelf) for n in range(3)]
	move_stock(shelf, G_0=1, G_1=2, G_2=3)
	drain()
	for number, doc in enumerate(docs):
		doc.reload()
		path = f"/admin/products/{doc.medusa_id}/variants/{doc.medusa_variant_id}"
		assert payloads(path) == [{"inventory_quantity": number + 1}]
	assert quantities(medusa) == {"G-0": 1, "G-1": 2, "G-2": 3}


def test_a_quotation_that_the_storefront_cannot_find_is_parked_with_words(medusa):
	ready = {"workflow_state": "Ready for Customer Review"}
	lost = quotation(("G-1", 1, 5), medusa_draft_order_id="dorder_1", **ready)
	found = quotation(("G-1", 1, 5), medusa_draft_order_id="dorder_2", medusa_quotation_id="quot_2", **ready)
	drain()
	(row,) = outbox()
	assert (row.reference_name, row.status) == (lost.name, "Parked")
	assert row.error.startswith("The Quotation has no Medusa Quotation Id")
	(sent,) = payloads("/store/quotation-update?quot_id=quot_2")
	assert (sent["draft_order_id"], sent["erp_total"]) == ("dorder_2", found.total)


# --- what is found


def test_all_products_in_pages(medusa):
	names = [website_item(f"G-{n}").name for n in range(5)]
	drain()
	foreign = make_product(medusa, "X-1", "X-2")
	dialect = session.open_shop()
	pages = list(dialect.products_in_pages(4))
	assert [len(page) for page in pages] == [4, 2]
	rows = {row["id"]: row for page in pages for row in page}
	assert rows.keys() == {row["id"] for row in products(medusa).values()}
	assert len(external_ids(medusa)) == len(names) + 1
	assert sum(len(page) for page in dialect.names_in_pages(4)) == 6
	assert [variant["sku"] for variant in rows[foreign["id"]]["variants"]] == ["X-1", "X-2"]


def test_what_is_refused_is_parked_and_the_rest_goes_through(medusa, proxy):
	names = [website_item(f"G-{n}").name for n in range(6)]
	foreign = make_product(medusa, "G-3")
	drain()
	(parked,) = outbox()
	assert (parked.reference_name, parked.status) == (names[3], "Parked")
	assert "already exists in the shop: Made by hand, SKU G-3" in parked.error
	assert external_ids(medusa).keys() == {*names, None} - {names[3]}
	assert proxy.calls.count("POST /admin/products") == 5
	medusa.admin("DELETE", f"/admin/products/{foreign['id']}")
	save(names[3], ranking=5)
	drain()
	assert_in_step(medusa, names)


def test_a_failure_of_the_server_is_one_items(medusa, proxy):
	names = [website_item(f"G-{n}").name for n in range(6)]
	proxy.fail("status", match="POST /admin/products", status=500, body='{"message":"Oh"}')
	drain()
	(row,) = (row for row in outbox() if row.kind == "Product")
	assert (row.status, row.attempts, row.error) == ("Pending", 1, "Oh")
	drain()
	assert_in_step(medusa, names)


def test_the_doctor_sees_what_differs_and_mends_it(medusa):
	names = [website_item(f"G-{n}").name for n in range(3)]
	for n in range(3):
		item_price(f"G-{n}", 2 + n, valid_from="2020-01-01", valid_upto="2999-12-31")
	drain()
	assert _doctor().differences == []
	there = products(medusa)
	path = f"/admin/products/{there[names[0]]['id']}"
	medusa.admin("POST", path, {"title": "Meddled with", "short_description": "by hand"})
	medusa.admin("DELETE", f"/admin/products/{there[names[1]]['id']}")
	make_product(medusa, "X-1")
	for row in price_lists(medusa):
		if row["owner"] == "G-2":
			medusa.admin("DELETE", f"/admin/price-lists/{row['id']}")
	found = _doctor()
	assert {(each.verdict, each.what.split()[0], each.name) for each in found.differences} == {
		("different", "title", names[0]),
		("different", "short_description", names[0]),
		("missing", "product", names[1]),
		("missing", "price", names[2]),
	}
	assert found.queue_repairs() == 3
	drain()
	assert _doctor().differences == []
	assert_in_step(medusa, [*names, None])


def _doctor() -> ShopComparison:
	comparison = ShopComparison(session.open_shop())
	for _records in comparison.run():
		pass
	return comparison


def test_existing_products_are_linked_by_their_sku(medusa):
	doc = website_item("G-1")
	frappe.db.delete("Medusa Outbox")
	foreign = make_product(medusa, "G-1", "G-1-L")
	report = linking.link()
	assert (report["linked"], report["conflicts"]) == (1, 0)
	doc.reload()
	assert doc.medusa_id == foreign["id"]
	assert doc.medusa_variant_id == foreign["variants"][0]["id"]
	save(doc.name, web_item_name="Ours")
	drain()
	assert outbox() == []
	(row,) = products(medusa).values()
	assert (row["title"], sorted(variant["sku"] for variant in row["variants"])) == ("Ours", ["G-1", "G-1-L"])


# --- many threads, one of which may speak to Frappe


def test_calls_of_other_threads_are_logged_and_keep_the_token(medusa, proxy):
	names = [website_item(f"G-{n}").name for n in range(8)]
	proxy.fail("status", match="POST /admin/products", status=401, body="Unauthorized")
	drain()
	assert_in_step(medusa, names)
	assert proxy.calls.count("POST /admin/auth/token") == 1
	about = frappe.get_all("Medusa Request Log Voucher", {"voucher_name": names[0]}, pluck="parent")
	assert about
	dialect = session.open_shop()
	assert dialect.client.each(lambda client, n: n * 2, list(range(9))) == [0, 2, 4, 6, 8, 10, 12, 14, 16]
	with pytest.raises(ZeroDivisionError):
		dialect.client.each(lambda client, n: 1 / n, [1, 0])


def test_a_call_is_about_the_one_item_that_it_sends(medusa):
	"""Otherwise each call of a batch would be logged for each of its items."""
	shelf = warehouse("V1 Shelf")
	names = [website_item(f"G-{n}", website_warehouse=shelf).name for n in range(5)]
	for n in range(5):
		item_price(f"G-{n}", 1.5 + n)
	move_stock(shelf, **{f"G_{n}": 1 for n in range(5)})
	drain()
	for name in names:
		sent = {"method": "POST", "voucher_type": DOCTYPE, "voucher_name": name}
		urls = frappe.get_all("Medusa Request Log", sent, pluck="url", order_by="creation")
		doc = frappe.get_doc(DOCTYPE, name)
		variant = f"{medusa.url}/admin/products/{doc.medusa_id}/variants/{doc.medusa_variant_id}"
		assert sorted(urls) == [f"{medusa.url}/admin/price-lists", f"{medusa.url}/admin/products", variant]


def test_once_medusa_is_gone_nothing_more_is_begun(medusa, proxy):
	dialect = session.open_shop()
	dialect.ping()
	proxy.clear()
	proxy.fail("refuse", times=100)
	results = dialect.client.each(lambda client, n: client.get(f"/admin/products/{n}"), list(range(50)))
	assert all(isinstance(result, MedusaError) for result in results)
	assert len(proxy.calls) <= 8
	assert dialect.client.out_of_reach


# --- which Medusa this is


def test_the_version_is_found_out_once(medusa, proxy):
	configure(medusa, url=proxy.url, api_version="Auto")
	for n in range(2):
		website_item(f"G-{n}")
		drain()
		assert outbox() == []
	assert frappe.db.get_single_value("Medusa Configuration", "detected_version") == "v1"
	assert proxy.calls.count("POST /auth/user/emailpass") == 1  # v2's, which v1 doesn't have


def test_the_connection_is_tested_in_words(medusa):
	configure(medusa, api_version="Auto")
	report = connection.check()
	assert (report.version, report.status) == ("v1", "ok")
	words = {line.step: line.message for line in report.lines}
	assert words["Version"] == "Medusa v1."
	assert words["Sign-in"] == "Signed in as admin@erp.test."
	assert words["Currencies"] == "The shop sells in OMR, USD; the Price List Standard Selling is in OMR."
	assert words["Sales Channel"] == "Default Sales Channel, the shop's default."
	assert "Stock Location" not in words
	configure(medusa, api_version="v2")
	report = connection.check()
	assert report.lines[-1].message == "This is Medusa v1, but the API Version is set to v2: choose Auto."
	assert report.status == "failed"


def test_a_secret_key_signs_in(medusa):
	configure(medusa, admin_email="", admin_password="", api_key=medusa.shop["secret_key"])
	assert connection.check().signed_in
	configure(medusa, admin_email="", admin_password="", api_key="wrong")
	assert not connection.check().signed_in
