"""What the tests about stock share. Loaded before there is a Frappe."""

import pytest


@pytest.fixture
def shelf(medusa):
	"""A warehouse below another one; the shop sells what is in both."""
	import frappe

	from tests.support.factories import warehouse

	group = warehouse("Web", is_group=1)
	return frappe._dict(group=group, here=warehouse("Web Shelf", group), away=warehouse("Elsewhere"))


@pytest.fixture
def shipping_shop(medusa, shelf):
	"""Two items, ten pieces of each; ERPNext ships."""
	import frappe

	from tests.support.factories import configure, drain, item_price, move_stock, website_item

	if not frappe.db.exists("DocType", "Sales Order"):
		pytest.skip("no Sales Order")
	configure(medusa, fulfilled_by="ERPNext", import_orders=0)
	for code in ("G-1", "G-2"):
		website_item(code, website_warehouse=shelf.group)
		item_price(code, 5)
	move_stock(shelf.here, G_1=10, G_2=10)
	drain()
	return frappe._dict(medusa=medusa, here=shelf.here, group=shelf.group)
