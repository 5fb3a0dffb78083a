"""The stock of the website warehouse becomes the inventory level of the variant, and `custom_in_stock`."""

import frappe
import pytest

from medusa_integration.api import update_webitem_stock
from medusa_integration.delivery.box import outbox as outbox_
from medusa_integration.desk import forms as desk
from medusa_integration.operations import queueing
from medusa_integration.operations.sending import drain as drain_outbox
from medusa_integration.outbound.stock import STOCK
from tests.support.checks import queries
from tests.support.factories import (
	configure,
	drain,
	item,
	move_stock,
	outbox,
	products,
	warehouse,
	website_item,
)
from tests.support.shop import call, calls, quantities, set_quantity


@pytest.fixture
def shelf(medusa):
	"""A warehouse below another one; the shop sells what is in both."""
	group = warehouse("Web", is_group=1)
	return frappe._dict(group=group, here=warehouse("Web Shelf", group), away=warehouse("Elsewhere"))


def quantity(medusa, sku: str) -> int:
	return quantities(medusa)[sku]


def in_stock(doc) -> int:
	return frappe.db.get_value("Website Item", doc.name, "custom_in_stock")


def kinds() -> set[tuple[str, str]]:
	return {(row.kind, row.reference_name) for row in outbox()}


# --- movements


def test_a_new_product_gets_its_stock(medusa, shelf):
	doc = website_item("G-1", website_warehouse=shelf.group)
	move_stock(shelf.here, G_1=7)
	drain()
	assert outbox() == []
	assert quantities(medusa) == {"G-1": 7}
	assert in_stock(doc) == 1


def test_movements_and_their_cancellation_reach_medusa(medusa, shelf):
	doc = website_item("G-1", website_warehouse=shelf.here)
	move_stock(shelf.here, G_1=7)
	drain()
	issue = move_stock(shelf.here, G_1=-7)
	assert kinds() == {("Stock", doc.name)}
	drain()
	assert quantity(medusa, "G-1") == 0
	assert in_stock(doc) == 0
	issue.reload()
	issue.cancel()
	assert kinds() == {("Stock", doc.name)}
	drain()
	assert quantity(medusa, "G-1") == 7
	assert in_stock(doc) == 1


def test_a_movement_that_is_rolled_back_is_none(medusa, shelf):
	website_item("G-1", website_warehouse=shelf.here)
	drain()
	move_stock(shelf.here, G_1=7)
	frappe.db.rollback()
	assert outbox() == []
	move_stock(shelf.here, G_1=3)
	drain()
	assert quantity(medusa, "G-1") == 3


def test_only_the_shops_items_are_noted(medusa, shelf):
	draft = website_item("G-1", website_warehouse=shelf.here)
	website_item("G-2", website_warehouse=shelf.here, published=0)
	item("G-3")
	drain()
	draft.reload()
	draft.published = 0
	draft.save()
	drain()
	move_stock(shelf.here, G_1=1, G_2=1, G_3=1)
	assert kinds() == {("Stock", draft.name)}


def test_a_document_of_many_rows_costs_two_statements(medusa, shelf):
	"""However many items move, the commit reads the Website Items once and writes the outbox once."""

	def statements(number: int) -> int:
		codes = [f"G-{number}-{n}" for n in range(number)]
		for code in codes:
			website_item(code, website_warehouse=shelf.here)
		drain()
		move_stock(shelf.here, **{code.replace("-", "_"): 1 for code in codes})
		asked = len(queries(frappe.db.commit))
		assert len(outbox()) == number
		return asked

	assert statements(2) == statements(9)


# --- which quantity


def test_the_warehouses_below_count_and_no_others(medusa, shelf):
	website_item("G-1", website_warehouse=shelf.group)
	website_item("G-2", website_warehouse=shelf.here)
	second = warehouse("Web Shelf 2", shelf.group)
	for where, number in ((shelf.here, 1), (second, 2), (shelf.away, 4)):
		move_stock(where, G_1=number, G_2=number)
	drain()
	assert quantity(medusa, "G-1") == 3
	assert quantity(medusa, "G-2") == 1


def test_whole_units_rounded_down(medusa, shelf):
	website_item("G-1", website_warehouse=shelf.group, item_values={"stock_uom": "Kg"})
	second = warehouse("Web Shelf 2", shelf.group)
	move_stock(shelf.here, G_1=2.7)
	drain()
	assert quantity(medusa, "G-1") == 2
	move_stock(second, G_1=0.3)  # 3, were it not for the computer's fractions
	drain()
	assert quantity(medusa, "G-1") == 3


def test_negative_stock_is_none(medusa, shelf):
	doc = website_item("G-1", website_warehouse=shelf.here)
	move_stock(shelf.here, G_1=5)
	drain()
	frappe.db.set_value("Bin", {"item_code": "G-1", "warehouse": shelf.here}, "actual_qty", -2)
	update_webitem_stock()
	drain()
	assert quantity(medusa, "G-1") == 0
	assert in_stock(doc) == 0


@pytest.mark.parametrize(("threshold", "expected"), [(0, 1), (4, 1), (5, 0), (9, 0)])
def test_in_stock_is_more_than_the_threshold(medusa, shelf, threshold, expected):
	doc = website_item("G-1", website_warehouse=shelf.here, custom_threshold_qty=threshold)
	move_stock(shelf.here, G_1=5)
	drain()
	assert in_stock(doc) == expected
	assert quantity(medusa, "G-1") == 5


def test_what_has_no_stock_is_not_sent(medusa, shelf):
	website_item("G-1")
	website_item("G-2", website_warehouse=shelf.here, item_values={"is_stock_item": 0})
	drain()
	assert not any(quantities(medusa).values())
	assert calls(medusa, "stock") == 0
	assert outbox() == []
	assert update_webitem_stock() == 0


def test_a_changed_warehouse_or_threshold_is_followed(medusa, shelf):
	doc = website_item("G-1", website_warehouse=shelf.here)
	move_stock(shelf.here, G_1=5)
	move_stock(shelf.away, G_1=2)
	drain()
	doc.reload()
	doc.website_warehouse = shelf.away
	doc.save()
	assert kinds() == {("Stock", doc.name)}
	drain()
	assert quantity(medusa, "G-1") == 2
	doc.reload()
	doc.custom_threshold_qty = 2
	doc.save()
	before = calls(medusa, "stock")
	drain()
	assert in_stock(doc) == 0
	assert calls(medusa, "stock") == before
	doc.reload()
	doc.website_warehouse = None
	doc.save()
	drain()
	assert quantity(medusa, "G-1") == 0


def test_a_form_opened_before_keeps_what_the_drain_wrote(medusa, shelf):
	doc = website_item("G-1", website_warehouse=shelf.here)
	move_stock(shelf.here, G_1=5)
	drain()
	doc.web_item_name = "A form that was open all the while"
	doc.save()
	drain()
	assert in_stock(doc) == 1
	assert quantity(medusa, "G-1") == 5
	assert update_webitem_stock() == 0


def test_a_variant_goes_by_its_templates_warehouse(medusa, shelf):
	manufacturer = {"variant_based_on": "Manufacturer"}
	template = website_item(
		"T-1", website_warehouse=shelf.here, item_values={"has_variants": 1, **manufacturer}
	)
	website_item("V-1", item_values={"variant_of": "T-1", **manufacturer})
	move_stock(shelf.here, V_1=3)
	drain()
	assert quantity(medusa, "V-1") == 3
	template.reload()
	template.website_warehouse = shelf.away
	template.save()
	drain()
	assert quantity(medusa, "V-1") == 0


def test_reserved_stock_counts_where_it_is_said_to(medusa, shelf):
	doc = website_item("G-1", website_warehouse=shelf.here)
	move_stock(shelf.here, G_1=5)
	frappe.db.set_value("Bin", {"item_code": "G-1", "warehouse": shelf.here}, "reserved_qty", 2)
	drain()
	assert quantity(medusa, "G-1") == 5
	configure(medusa, stock_basis="Actual minus reserved")
	assert update_webitem_stock() == 1
	drain()
	assert quantity(medusa, "G-1") == 3
	assert in_stock(doc) == 1


# --- what is sent


def test_an_unchanged_quantity_is_not_sent(medusa, shelf):
	website_item("G-1", website_warehouse=shelf.here)
	move_stock(shelf.here, G_1=5)
	drain()
	before = calls(medusa, "stock")
	move_stock(shelf.here, G_1=2)
	move_stock(shelf.here, G_1=-2)
	drain()
	assert outbox() == []
	assert calls(medusa, "stock") == before


@pytest.mark.v2("v1 has no batches")
def test_many_quantities_are_one_call(medusa, shelf):
	docs = [website_item(f"G-{n}", website_warehouse=shelf.here) for n in range(12)]
	move_stock(shelf.here, **{f"G_{n}": n + 1 for n in range(12)})
	drain()
	assert calls(medusa, "stock") == 1
	assert [quantity(medusa, f"G-{n}") for n in range(12)] == list(range(1, 13))
	move_stock(shelf.here, **{f"G_{n}": 1 for n in range(12)})
	frappe.db.delete("Medusa Request Log")
	drain()
	assert calls(medusa, "stock") == 1
	# the levels were known; which location is there is asked each time, as Medusa would take any id
	assert frappe.db.count("Medusa Request Log") == 2
	assert quantity(medusa, "G-0") == 2
	assert all(in_stock(doc) for doc in docs)


@pytest.mark.parametrize("kind", ["refuse", "drop", "cut"])
def test_a_call_that_failed_is_made_again(medusa, proxy, shelf, kind):
	"""Whether Medusa has applied it or not."""
	for n in range(3):
		website_item(f"G-{n}", website_warehouse=shelf.here)
	drain()
	fault = proxy.fail(kind, match=call(medusa, "stock"))
	move_stock(shelf.here, G_0=1, G_1=2, G_2=3)
	drain()
	assert fault.hits == 1
	assert {(row.kind, row.status) for row in outbox()} == {("Stock", "Pending")}
	move_stock(shelf.here, G_0=4, G_1=4, G_2=4)
	drain()
	assert outbox() == []
	assert quantities(medusa) == {"G-0": 5, "G-1": 6, "G-2": 7}


def test_a_quantity_that_was_applied_without_our_knowing_is_taken_back(medusa, proxy, shelf):
	"""What is to be sent then is what Medusa had acknowledged last, and yet it must be sent."""
	website_item("G-1", website_warehouse=shelf.here)
	move_stock(shelf.here, G_1=5)
	drain()
	proxy.fail("drop", match=call(medusa, "stock"))
	move_stock(shelf.here, G_1=2)
	drain()
	assert quantity(medusa, "G-1") == 7
	move_stock(shelf.here, G_1=-2)
	drain()
	assert outbox() == []
	assert quantity(medusa, "G-1") == 5


def test_a_quantity_that_medusa_refuses_is_one_items(medusa, shelf):
	"""v2 takes none of a batch then, and the drain sends the others again."""
	docs = [website_item(f"G-{n}", website_warehouse=shelf.here) for n in range(4)]
	drain()
	frappe.db.set_value("Website Item", docs[2].name, "medusa_variant_id", "variant_gone")
	move_stock(shelf.here, **{f"G_{n}": n + 1 for n in range(4)})
	drain()
	(row,) = outbox()
	assert (row.kind, row.reference_name, row.status) == ("Stock", docs[2].name, "Parked")
	assert quantities(medusa) == {"G-0": 1, "G-1": 2, "G-2": 0, "G-3": 4}


@pytest.mark.v2("v1 has no stock locations")
def test_levels_that_somebody_made_or_deleted_in_medusa(medusa, shelf):
	docs = [website_item(code) for code in ("G-1", "G-2")]
	drain()
	(by_hand,) = inventory_items(medusa, "G-1")
	path = f"/admin/inventory-items/{by_hand}/location-levels"
	medusa.admin("POST", path, {"location_id": medusa.shop["stock_location_id"], "stocked_quantity": 99})
	move_stock(shelf.here, G_1=5, G_2=6)
	for doc in docs:
		doc.reload()
		doc.website_warehouse = shelf.here
		doc.save()
	drain()
	assert (quantity(medusa, "G-1"), quantity(medusa, "G-2")) == (5, 6)
	medusa.admin("POST", f"{path}/batch", {"delete": [medusa.shop["stock_location_id"]], "force": True})
	move_stock(shelf.here, G_1=1, G_2=1)
	drain()
	assert (quantity(medusa, "G-1"), quantity(medusa, "G-2")) == (6, 7)


def inventory_items(medusa, sku: str) -> list[str]:
	rows = medusa.admin("GET", "/admin/inventory-items", params={"sku": sku})["inventory_items"]
	return [row["id"] for row in rows]


def test_a_product_that_is_made_anew_gets_its_stock_again(medusa, shelf):
	doc = website_item("G-1", website_warehouse=shelf.here)
	move_stock(shelf.here, G_1=5)
	drain()
	doc.reload()
	medusa.admin("DELETE", f"/admin/products/{doc.medusa_id}")
	doc.web_item_name = "Made anew"
	doc.save()
	drain()
	assert products(medusa)[doc.name]["id"] != doc.medusa_id
	assert quantity(medusa, "G-1") == 5


def test_a_renamed_item_frees_its_sku(medusa, shelf):
	website_item("G-1", website_warehouse=shelf.here)
	move_stock(shelf.here, G_1=5)
	drain()
	frappe.rename_doc("Item", "G-1", "G-9", show_alert=False)
	drain()
	website_item("G-1", website_warehouse=shelf.here)
	move_stock(shelf.here, G_1=2)
	drain()
	assert outbox() == []
	assert (quantity(medusa, "G-9"), quantity(medusa, "G-1")) == (5, 2)


@pytest.mark.v2("v1 has no inventory items")
def test_a_variant_that_kept_no_inventory_does_from_now_on(medusa, shelf):
	doc = website_item("G-1", website_warehouse=shelf.here)
	drain()
	doc.reload()
	path = f"/admin/products/{doc.medusa_id}/variants/{doc.medusa_variant_id}"
	medusa.admin("POST", path, {"manage_inventory": False})
	(inventory_item,) = inventory_items(medusa, "G-1")
	medusa.admin("DELETE", f"/admin/inventory-items/{inventory_item}")
	move_stock(shelf.here, G_1=5)
	drain()
	(row,) = outbox()
	assert (row.status, row.kind) == ("Parked", "Stock")
	assert "Manage inventory" in row.error
	assert "refused" not in row.error  # Medusa was not asked
	assert in_stock(doc) == 1
	queueing.resend([doc.name])
	drain()
	assert outbox() == []
	assert quantity(medusa, "G-1") == 5


# --- where to


def levels(medusa, sku: str) -> dict[str, int]:
	"""v2's quantities at its stock locations; v1 has none."""
	(item,) = inventory_items(medusa, sku)
	rows = medusa.admin("GET", f"/admin/inventory-items/{item}/location-levels")["inventory_levels"]
	return {row["location_id"]: row["stocked_quantity"] for row in rows}


@pytest.mark.v2("v1 has no stock locations")
def test_the_chosen_location_gets_the_stock(medusa, shelf):
	other = medusa.admin("POST", "/admin/stock-locations", {"name": "Salalah"})["stock_location"]["id"]
	try:
		configure(medusa, stock_location=medusa.shop["stock_location_id"])
		website_item("G-1", website_warehouse=shelf.here)
		move_stock(shelf.here, G_1=5)
		drain()
		assert levels(medusa, "G-1") == {medusa.shop["stock_location_id"]: 5}
		configure(medusa, stock_location=other)
		assert update_webitem_stock() == 1
		drain()
		assert levels(medusa, "G-1")[other] == 5
		configure(medusa, stock_location="")
		move_stock(shelf.here, G_1=1)
		drain()
		(row,) = outbox()
		assert row.status == "Parked"
		assert "Choose one in the Medusa Configuration" in row.error
	finally:
		medusa.admin("DELETE", f"/admin/stock-locations/{other}")


@pytest.mark.v2("v1 has no stock locations")
def test_a_location_that_somebody_deleted_gets_nothing(medusa, shelf):
	"""Though Medusa would take any id."""
	other = medusa.admin("POST", "/admin/stock-locations", {"name": "Salalah"})["stock_location"]["id"]
	try:
		configure(medusa, stock_location=other)
		website_item("G-1", website_warehouse=shelf.here)
		move_stock(shelf.here, G_1=5)
		drain()
		assert levels(medusa, "G-1") == {other: 5}
	finally:
		medusa.admin("DELETE", f"/admin/stock-locations/{other}")
	move_stock(shelf.here, G_1=1)
	drain()
	(row,) = outbox()
	assert row.status == "Parked" and "stock location" in row.error
	assert 6 not in levels(medusa, "G-1").values()


@pytest.fixture
def two_parked(medusa, shelf):
	"""Stock rows: one parked because the chosen location isn't in the shop, one for another reason."""
	configure(medusa, stock_location="sloc_nowhere")
	docs = [website_item(f"G-{n}", website_warehouse=shelf.here) for n in range(2)]
	move_stock(shelf.here, G_0=5, G_1=6)
	drain()
	frappe.db.set_value(outbox_.doctype, f"Stock:{docs[1].name}", {"reason": "", "error": "Another one"})
	assert {row.status for row in outbox()} == {"Parked"}
	assert outbox()[0].error.startswith("The stock location to write to isn't settled.")
	return docs


@pytest.mark.v2("v1 has no stock locations")
def test_what_was_parked_for_want_of_a_location_is_sent_once_one_is_saved(medusa, two_parked):
	config = frappe.get_doc("Medusa Configuration")
	config.stock_location = ""
	config.save()
	drain()
	assert [(row.reference_name, row.error) for row in outbox()] == [(two_parked[1].name, "Another one")]
	assert quantities(medusa) == {"G-0": 5, "G-1": 0}


@pytest.mark.v2("v1 has no stock locations")
def test_what_was_parked_for_want_of_a_location_is_sent_once_a_test_finds_one(medusa, two_parked):
	"""Somebody deleted the second one in Medusa, say: nothing changes here."""
	desk.test_connection()
	assert {row.status for row in outbox()} == {"Parked"}
	frappe.db.set_single_value("Medusa Configuration", "stock_location", "", update_modified=False)
	desk.test_connection()
	assert {row.reference_name: row.status for row in outbox()} == {
		two_parked[0].name: "Pending",
		two_parked[1].name: "Parked",
	}
	drain()
	assert quantities(medusa) == {"G-0": 5, "G-1": 0}


@pytest.mark.v2("v1 has no stock locations")
def test_a_location_that_is_not_in_the_shop_is_parked_with_words(medusa, shelf):
	configure(medusa, stock_location="sloc_nowhere")
	website_item("G-1", website_warehouse=shelf.here)
	move_stock(shelf.here, G_1=5)
	drain()
	(row,) = outbox()
	assert (row.kind, row.status) == ("Stock", "Parked")
	assert "Choose one in the Medusa Configuration" in row.error
	assert levels(medusa, "G-1") == {}
	configure(medusa, stock_location="")
	update_webitem_stock()
	drain()
	assert outbox() == []
	assert quantity(medusa, "G-1") == 5


# --- every day


def test_the_daily_run_finds_what_no_event_told(medusa, shelf):
	docs = [website_item(f"G-{n}", website_warehouse=shelf.here) for n in range(3)]
	move_stock(shelf.here, G_0=1, G_1=1, G_2=1)
	drain()
	modified = frappe.db.get_value("Website Item", docs[0].name, "modified")
	frappe.db.set_value("Bin", {"item_code": "G-0", "warehouse": shelf.here}, "actual_qty", 0)
	frappe.db.set_value("Bin", {"item_code": "G-1", "warehouse": shelf.here}, "actual_qty", 4)
	assert update_webitem_stock() == 2
	assert [in_stock(doc) for doc in docs] == [0, 1, 1]
	assert frappe.db.get_value("Website Item", docs[0].name, "modified") == modified
	drain()
	assert [quantity(medusa, f"G-{n}") for n in range(3)] == [0, 4, 1]
	assert update_webitem_stock() == 0
	assert outbox() == []


def test_what_somebody_changed_in_medusa_is_put_right_by_the_next_movement(medusa, shelf):
	website_item("G-1", website_warehouse=shelf.here)
	move_stock(shelf.here, G_1=5)
	drain()
	set_quantity(medusa, "G-1", 99)
	move_stock(shelf.here, G_1=1)
	drain()
	assert quantity(medusa, "G-1") == 6


def test_the_daily_run_takes_as_many_queries_for_many_items(medusa, shelf):
	def statements(first: int, last: int) -> int:
		for n in range(first, last):
			website_item(f"G-{n}", website_warehouse=shelf.here)
			move_stock(shelf.here, **{f"G_{n}": 1})
		frappe.db.commit()
		changed = []
		asked = len(queries(lambda: changed.append(update_webitem_stock())))
		assert changed == [last - first]
		return asked

	statements(0, 1)
	assert statements(1, 3) == statements(3, 15)


def test_after_a_worker_that_died_a_quantity_is_sent_even_if_unchanged(medusa, shelf):
	"""It may have sent another one, which Medusa applied last."""
	doc = website_item("G-1", website_warehouse=shelf.here)
	move_stock(shelf.here, G_1=5)
	drain()
	before = calls(medusa, "stock")
	outbox_.add(STOCK, doc.name)
	drain()
	assert calls(medusa, "stock") == before
	outbox_.add(STOCK, doc.name)
	frappe.db.set_value("Medusa Outbox", {"reference_name": doc.name}, "lease", "of a dead worker")
	frappe.db.commit()
	drain_outbox()
	assert calls(medusa, "stock") == before + 1


def test_nothing_happens_while_the_integration_is_off(medusa, shelf):
	doc = website_item("G-1", website_warehouse=shelf.here)
	drain()
	configure(medusa, enable=0)
	move_stock(shelf.here, G_1=5)
	doc.reload()
	doc.custom_threshold_qty = 1
	doc.save()
	assert update_webitem_stock() == 0
	assert outbox() == []
	assert in_stock(doc) == 0


# --- Sales Orders, where ERPNext has them


@pytest.fixture
def sales_order(shelf):
	if not frappe.db.exists("DocType", "Sales Order"):
		pytest.skip("the stand-in for ERPNext has no Sales Order")

	def make(**quantities):
		if not frappe.db.exists("Customer", "Stock Customer"):
			frappe.get_doc({"doctype": "Customer", "customer_name": "Stock Customer"}).insert()
		doc = frappe.get_doc(
			{
				"doctype": "Sales Order",
				"customer": "Stock Customer",
				"company": frappe.db.get_value("Warehouse", shelf.here, "company"),
				"delivery_date": frappe.utils.nowdate(),
				"items": [
					{"item_code": code.replace("_", "-"), "qty": qty, "rate": 1, "warehouse": shelf.here}
					for code, qty in quantities.items()
				],
			}
		)
		doc.insert()
		doc.submit()
		return doc

	return make


def test_what_sales_orders_reserve_reaches_medusa(medusa, shelf, sales_order):
	configure(medusa, stock_basis="Actual minus reserved")
	doc = website_item("G-1", website_warehouse=shelf.here)
	move_stock(shelf.here, G_1=5)
	drain()
	order = sales_order(G_1=2)
	if not frappe.db.get_value("Bin", {"item_code": "G-1", "warehouse": shelf.here}, "reserved_qty"):
		pytest.skip("the stand-in for ERPNext reserves nothing")
	assert ("Stock", doc.name) in kinds()
	drain()
	assert quantity(medusa, "G-1") == 3
	for status, left in (("Closed", 5), ("Draft", 3)):  # closed, and reopened
		order.reload()
		order.update_status(status)
		drain()
		assert quantity(medusa, "G-1") == left
	order.reload()
	order.cancel()
	drain()
	assert quantity(medusa, "G-1") == 5


def test_sales_orders_are_no_matter_where_only_the_actual_stock_is(medusa, shelf, sales_order):
	website_item("G-1", website_warehouse=shelf.here)
	move_stock(shelf.here, G_1=5)
	drain()
	sales_order(G_1=2)
	assert "Stock" not in {kind for kind, _name in kinds()}
