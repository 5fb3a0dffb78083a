"""Expiring batches, and what of them the landing page shows."""

import frappe
import pytest
from frappe.utils import add_days, getdate, today

from medusa_integration import api
from medusa_integration.window.landing_page import ACTIVE, DOCTYPE
from tests.support import factories, landing
from tests.support.checks import queries
from tests.support.factories import outbox
from tests.support.users import signed_in


@pytest.fixture(autouse=True)
def page():
	with landing.kept():
		frappe.db.delete("Expiring Items Table")
		yield


def batch(code: str, days: int, quantity: float = 5, **values) -> None:
	"""A batch of an item that is for sale, which expires in so many days."""
	if not frappe.db.exists("Website Item", {"item_code": code}):
		factories.website_item(code, item_values={"has_batch_no": 1, "has_expiry_date": 1})
	doc = frappe.get_doc(
		{
			"doctype": "Batch",
			"batch_id": f"{code} {days}",
			"item": code,
			"expiry_date": add_days(today(), days),
		}
	)
	doc.insert()
	doc.db_set({"batch_qty": quantity, **values})


def run() -> None:
	api.fetch_clearance_items()
	frappe.db.commit()


def rows() -> list[tuple]:
	frappe.db.commit()
	doc = frappe.get_doc("Expiring Items")
	return [
		(code(row.website_item), (row.expiry_date - getdate()).days, row.show) for row in doc.expiring_items
	]


def code(website_item: str) -> str:
	return frappe.db.get_value("Website Item", website_item, "item_code")


def on_page() -> list[str]:
	frappe.db.commit()
	return [code(row.website_item) for row in frappe.get_doc(DOCTYPE, ACTIVE).clearance_items]


def tick(*codes: str) -> None:
	doc = frappe.get_doc("Expiring Items")
	for row in doc.expiring_items:
		row.show = int(code(row.website_item) in codes)
	doc.save()
	frappe.db.commit()


def test_what_expires_within_sixty_days_soonest_first():
	batch("B-LATER", 60)
	batch("B-SOON", 3)
	batch("B-SOON", 20)
	batch("B-TODAY", 0)
	batch("B-PAST", -1)
	batch("B-FAR", 61)
	batch("B-SOLD", 5, quantity=0)
	batch("B-OFF", 5, disabled=1)
	batch("B-HIDDEN", 5)
	frappe.db.set_value("Website Item", {"item_code": "B-HIDDEN"}, "published", 0)
	run()
	assert rows() == [("B-TODAY", 0, 0), ("B-SOON", 3, 0), ("B-LATER", 60, 0)]
	row = frappe.get_doc("Expiring Items").expiring_items[0]
	assert row.website_item_name == "Product B-TODAY"
	assert on_page() == []


def test_the_ticks_are_kept_and_reach_the_landing_page():
	batch("B-1", 5)
	batch("B-2", 9)
	run()
	tick("B-1", "B-2")
	assert on_page() == ["B-1", "B-2"]
	batch("B-2", 1)
	batch("B-3", 7)
	run()
	assert rows() == [("B-2", 1, 1), ("B-1", 5, 1), ("B-3", 7, 0)]
	assert on_page() == ["B-2", "B-1"]
	tick("B-3")
	assert on_page() == ["B-3"]
	frappe.db.set_value("Batch", "B-3 7", "batch_qty", 0)
	run()
	assert on_page() == []


def test_an_open_form_of_the_landing_page_is_still_good():
	batch("B-1", 5)
	run()
	page = frappe.get_doc(DOCTYPE, ACTIVE)
	tick("B-1")
	page.delivery_charges = 3
	page.save()
	assert on_page() == ["B-1"]
	page.set("clearance_items", [])
	page.save()
	assert on_page() == ["B-1"]
	assert not outbox()


def test_without_a_landing_page():
	frappe.delete_doc(DOCTYPE, ACTIVE)
	batch("B-1", 5)
	run()
	tick("B-1")
	assert rows() == [("B-1", 5, 1)]
	landing.landing_page.make()
	assert on_page() == ["B-1"]


def test_a_deleted_website_item_leaves_the_page():
	batch("B-1", 5)
	run()
	tick("B-1")
	name = frappe.db.get_value("Website Item", {"item_code": "B-1"}, "name")
	landing.fill(
		trending_items=[{"website_item": name}], urls=[{"url": "https://v.example", "website_item": name}]
	)
	frappe.delete_doc("Website Item", name)
	assert (rows(), on_page()) == ([], [])
	page = landing.fill(delivery_charges=1)
	assert (page.trending_items, [row.website_item for row in page.urls]) == ([], [None])


def test_who_keeps_the_website_may_tick():
	batch("B-1", 5)
	run()
	editor = signed_in("medusa-editor@example.com", "Website Manager")
	doc = editor.get("/api/resource/Expiring Items/Expiring Items").json["data"]
	doc["expiring_items"][0]["show"] = 1
	reply = editor.put("/api/resource/Expiring Items/Expiring Items", json=doc)
	assert reply.status_code == 200, reply.text
	assert on_page() == ["B-1"]


def test_the_queries_do_not_grow():
	def count() -> int:
		frappe.db.commit()
		return len(queries(api.fetch_clearance_items))

	batch("B-0", 5)
	run()
	tick("B-0")
	first = count()
	for n in range(1, 10):
		batch(f"B-{n}", 5)
	assert count() == first < 20


def deals() -> list[tuple]:
	frappe.db.commit()
	rows = frappe.get_doc(DOCTYPE, ACTIVE).best_deals
	return [(code(row.website_item), row.url, row.of_clearance) for row in rows]


def test_clearance_items_are_best_deals_beside_those_that_a_person_made():
	for number in (1, 2, 3):
		batch(f"B-{number}", number)
	names = {
		f"B-{n}": frappe.db.get_value("Website Item", {"item_code": f"B-{n}"}, "name") for n in (1, 2, 3)
	}
	for item in ("B-1", "B-2"):
		frappe.db.set_value("Website Item", names[item], "website_image", f"/files/{item}.png")
	landing.fill(best_deals=[{"website_item": names["B-2"], "url": "/files/mine.png"}])
	run()
	tick("B-1", "B-2", "B-3")  # B-3 has no picture
	own = ("B-2", "/files/mine.png", 0)
	assert deals() == [own, ("B-1", "/files/B-1.png", 1)]
	for _time in range(2):
		run()
		assert deals() == [own, ("B-1", "/files/B-1.png", 1)]
	landing.fill(delivery_charges=1)  # a save of the page
	assert deals() == [own, ("B-1", "/files/B-1.png", 1)]
	tick()
	assert deals() == [own]
