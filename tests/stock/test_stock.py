"""The stock of the website warehouse becomes the inventory level of the variant, and `custom_in_stock`."""

import frappe
import pytest

from medusa_integration.api import update_webitem_stock
from medusa_integration.delivery.box import outbox as outbox_
from medusa_integration.stock.stock_to_medusa import STOCK
from medusa_integration.sync.sending import drain as drain_outbox
from tests.stock.helpers import in_stock, kinds, quantity
from tests.support.checks import queries
from tests.support.factories import configure, drain, item, move_stock, outbox, website_item
from tests.support.shop import calls, quantities, set_quantity

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


@pytest.mark.usefixtures("unpublished_stay")
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


def test_nothing_is_queued_while_the_integration_is_off_and_the_flag_is_kept_up(medusa, shelf):
	doc = website_item("G-1", website_warehouse=shelf.here)
	drain()
	configure(medusa, enable=0)
	move_stock(shelf.here, G_1=5)
	doc.reload()
	doc.custom_threshold_qty = 1
	doc.save()
	assert in_stock(doc) == 0
	assert update_webitem_stock() == 0
	assert outbox() == []
	assert in_stock(doc) == 1
