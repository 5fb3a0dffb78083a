"""What Medusa would refuse, or must never see: parked or skipped with words, and the rest goes on."""

import frappe
import pytest

from tests.factories import drain, item_price, outbox, prices, products, website_item


def foreign_product(medusa, **values):
	body = {
		"title": "Somebody else's",
		"options": [{"title": "Default", "values": ["Default"]}],
		"variants": [{"title": "Default", "sku": "FOREIGN", "options": {"Default": "Default"}, "prices": []}],
		**values,
	}
	return medusa.admin("POST", "/admin/products", json=body)["product"]


def test_a_handle_of_somebody_else_parks_one_and_lets_the_others_go(medusa):
	from medusa_integration.sync.handles import handle

	items = [website_item(f"G-{n}") for n in range(12)]
	clash = items[5]
	foreign_product(medusa, handle=handle(clash.web_item_name, clash.name))
	drain()
	assert {doc.name for doc in items if doc is not clash} <= set(products(medusa))
	(row,) = outbox()
	assert (row.reference_name, row.status) == (clash.name, "Parked")
	assert "already exists" in row.error
	assert not frappe.db.get_value("Website Item", clash.name, "medusa_id")


def test_a_parked_item_goes_with_its_next_change(medusa):
	doc = website_item("G-1")
	other = foreign_product(medusa, variants=[
		{"title": "Default", "sku": "G-1", "options": {"Default": "Default"}, "prices": []}
	])  # fmt: skip
	drain()
	(row,) = outbox()
	assert row.status == "Parked"
	assert "sku" in row.error
	medusa.admin("DELETE", f"/admin/products/{other['id']}")
	doc.reload()
	doc.ranking = 3
	doc.save()
	drain()
	assert outbox() == []
	assert products(medusa)[doc.name]["metadata"]["ranking"] == 3


def test_characters_that_no_database_takes_do_not_travel(medusa):
	doc = website_item("G-1")
	frappe.db.set_value(
		"Website Item",
		doc.name,
		{
			"web_item_name": "a\x01b\x1fc",
			"web_long_description": "<p>x\x02y</p>",
			"short_description": "p\x03q",
		},
	)
	drain()
	product = products(medusa)[doc.name]
	assert (product["title"], product["description"]) == ("a b c", "xy")
	assert product["metadata"]["short_description"] == "p q"


def test_a_hostile_description_arrives_as_text(medusa):
	doc = website_item("G-1")
	frappe.db.set_value(
		"Website Item",
		doc.name,
		"web_long_description",
		"<script>steal()</script><img src=x onerror=alert(1)><p onclick='x()'>fine</p><style>*{}</style>",
	)
	drain()
	assert products(medusa)[doc.name]["description"] == "fine"


@pytest.mark.parametrize("title", ["", " \x01 "])
def test_an_item_without_a_name_is_called_by_its_code(medusa, title):
	doc = website_item("G-1")
	frappe.db.set_value("Website Item", doc.name, "web_item_name", title)
	drain()
	assert products(medusa)[doc.name]["title"] == "G-1"


def test_bodies_over_medusas_limit_are_sent_in_parts(medusa):
	items = [website_item(f"G-{n}") for n in range(4)]
	for doc in items:
		frappe.db.set_value(
			"Website Item", doc.name, "web_long_description", "<p>" + "word " * 180_000 + "</p>"
		)
	drain()
	assert outbox() == []
	found = products(medusa)
	assert {len(found[doc.name]["description"]) for doc in items} == {180_000 * 5 - 1}


def test_a_product_over_medusas_limit_is_parked_alone(medusa):
	huge, fine = website_item("G-1"), website_item("G-2")
	frappe.db.set_value("Website Item", huge.name, "web_long_description", "<p>" + "word " * 450_000 + "</p>")
	drain()
	assert list(products(medusa)) == [fine.name]
	(row,) = outbox()
	assert (row.reference_name, row.status) == (huge.name, "Parked")
	assert "too large" in row.error


def test_the_other_prices_go_where_one_currency_is_not_sold(medusa):
	website_item("G-1")
	website_item("G-2")
	item_price("G-1", 1)
	price = item_price("G-2", 2)
	frappe.db.set_value("Item Price", price.name, "currency", "INR")
	drain()
	assert prices(medusa) == {"G-1": [("Standard Selling", "omr", 1)]}
	(row,) = outbox()
	assert (row.kind, row.status) == ("Price", "Parked")
	assert "INR" in row.error


def test_a_negative_price_is_parked(medusa):
	website_item("G-1")
	price = item_price("G-1", 1)
	frappe.db.set_value("Item Price", price.name, "price_list_rate", -1)
	drain()
	assert prices(medusa) == {}
	(row,) = outbox()
	assert (row.status, price.name in row.error) == ("Parked", True)


def test_an_error_after_the_save_takes_the_intent_along(medusa):
	with pytest.raises(ZeroDivisionError):
		try:
			website_item("G-1")
			1 / 0
		except ZeroDivisionError:
			frappe.db.rollback()
			raise
	drain()
	assert outbox() == []
	assert products(medusa) == {}
