"""What happens between a save and its sending: many saves, changes and deletions meanwhile, names used again."""

import frappe
import pytest

from medusa_integration.delivery.box import outbox as outbox_module
from medusa_integration.products.products_to_medusa import ProductTask
from medusa_integration.sync.sending import drain as drain_what_is_due
from tests.delivery.helpers import DOCTYPE, drain_as_time_goes_by, items, rows, save, save_and_commit
from tests.support.checks import assert_in_step, assert_no_doubles, external_ids
from tests.support.factories import drain, item_price, prices, products, website_item
from tests.support.shop import call, calls


def test_ten_saves_are_one_call(medusa, proxy):
	(name,) = items(1)
	for n in range(10):
		save(name, web_item_name=f"Title {n}")
		frappe.db.commit()
	assert rows()[name].revision == 11
	drain()
	assert calls(medusa, "product") == 1
	assert_in_step(medusa, [name])


def test_what_changes_while_it_is_sent_is_sent_again(medusa, proxy, monkeypatch):
	(name,) = items(1)
	send = ProductTask.send

	def and_meanwhile(task, medusa, database):
		reply = send(task, medusa, database)
		monkeypatch.undo()
		database.run(lambda: save_and_commit(name, web_item_name="Newer"))
		return reply

	monkeypatch.setattr(ProductTask, "send", and_meanwhile)
	frappe.db.commit()
	drain_what_is_due()
	assert calls(medusa, "product") == 2
	assert_in_step(medusa, [name])
	assert products(medusa)[name]["title"] == "Newer"


def test_what_fails_and_changes_while_it_is_sent_is_due_at_once(medusa, proxy, monkeypatch):
	(name,) = items(1, price=False)
	send = ProductTask.send

	def and_meanwhile(task, medusa, database):
		try:
			return send(task, medusa, database)
		finally:
			monkeypatch.undo()
			database.run(lambda: save_and_commit(name, web_item_name="Newer"))

	monkeypatch.setattr(ProductTask, "send", and_meanwhile)
	refused = '{"type":"invalid_data","message":"Not like this"}'
	proxy.fail("status", match=call(medusa, "product"), status=400, body=refused)
	frappe.db.commit()
	drain_what_is_due()
	assert_in_step(medusa, [name])


def test_deleted_before_it_was_ever_sent(medusa, proxy):
	names = items(2)
	frappe.delete_doc(DOCTYPE, names[0])
	drain()
	assert_in_step(medusa, names[1:])
	posted = frappe.get_all(
		"Medusa Request Log",
		{"url": ("like", "%/admin/products%"), "method": "POST"},
		pluck="payload",
		order_by="name",
	)
	assert posted
	assert not any(names[0] in payload for payload in posted)


@pytest.mark.slow
def test_a_name_that_is_used_again(medusa):
	"""Frappe gives the last number of a series away again when its document is deleted."""
	names = items(2)
	drain()
	last = frappe.get_doc(DOCTYPE, names[1])
	frappe.delete_doc(DOCTYPE, last.name)
	again = website_item("N-1")
	item_price("N-1", 7)
	again = (
		frappe.rename_doc(DOCTYPE, again.name, last.name, force=True)
		if again.name != last.name
		else again.name
	)
	drain_as_time_goes_by(2)
	assert_in_step(medusa, [names[0], again])
	assert prices(medusa)["N-1"] == [("Standard Selling", "omr", 7)]
	assert products(medusa)[again]["variants"][0]["sku"] == "N-1"


def test_a_parked_row_waits_for_the_next_change(medusa):
	names = items(2, price=False)
	frappe.db.set_value(
		"Medusa Outbox", outbox_module.key_of("Product", names[0]), {"status": "Parked", "error": "Why"}
	)
	drain()
	assert external_ids(medusa).keys() == {names[1]}
	assert rows()[names[0]].error == "Why"
	save(names[0], ranking=3)
	drain()
	assert_in_step(medusa, names)
	assert_no_doubles(medusa)
