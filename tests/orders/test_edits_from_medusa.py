"""Orders that were edited or cancelled in Medusa."""

from dataclasses import replace

import frappe
import pytest

from medusa_integration.orders.orders_from_medusa import arrive
from tests.support import arriving, factories
from tests.support.arriving import VAT5, line, order, shipping
from tests.support.breakups import breakups


@pytest.fixture(autouse=True)
def configured():
	with arriving.precision(3):
		arriving.configure_orders()
		arriving.items("G-1", "G-2", "G-3")
		yield


def came(given, problems=()):
	"""The newest Sales Order of an order that has come."""
	assert arrive(given) == list(problems)
	frappe.db.rollback()
	names = frappe.get_all(
		"Sales Order", {"medusa_order_id": given.id}, pluck="name", order_by="creation desc"
	)
	return frappe.get_doc("Sales Order", names[0]) if names else None


def first():
	return order(line("G-1", "1.500", 2, VAT5), line("G-2", "0.333", 3, VAT5), methods=[shipping(2, VAT5)])


def edited():
	"""One line has more, one is gone, and one is new and in need of two rates."""
	return order(
		line("G-1", "1.500", 4, VAT5),
		line("G-3", "1.429", 7, VAT5, off="0.001"),
		methods=[shipping(2, VAT5)],
	)


def rows(doc) -> dict[str, float]:
	found: dict[str, float] = {}
	for row in doc.items:
		found[row.item_code] = found.get(row.item_code, 0) + row.qty
	return found


def test_lines_in_another_sequence_are_no_edit():
	"""As Medusa lists them after a fulfillment: the odd unit of two like lines would go to the other one."""
	given = order(line("G-1", "0.3335"), line("G-2", "0.3335"))
	doc = came(given)
	factories.delivery(doc)
	frappe.db.commit()
	assert came(replace(given, lines=given.lines[::-1])).medusa_charges == doc.medusa_charges


BAD_CHARGES = ("{", "[]", "7", '{"lines": 5, "charges": []}', '{"grand": "much", "lines": {}, "charges": []}')


@pytest.mark.parametrize("text", BAD_CHARGES)
def test_unreadable_charges_are_written_anew_by_an_edit(text):
	name = came(first()).name
	frappe.db.set_value("Sales Order", name, "medusa_charges", text, update_modified=False)
	before = came(first())
	assert before.medusa_charges == text  # the total is the same: nothing to do
	after = came(edited())
	assert (after.name, after.grand_total) == (name, float(edited().total))
	assert after.medusa_charges.startswith('{"grand"')
	assert frappe.db.exists("Error Log", {"reference_name": name})


@pytest.mark.parametrize("text", BAD_CHARGES)
def test_an_order_with_unreadable_charges_is_delivered(text):
	name = came(first()).name
	frappe.db.set_value("Sales Order", name, "medusa_charges", text, update_modified=False)
	note = factories.delivery(frappe.get_doc("Sales Order", name))
	assert note.grand_total == float(first().total)


# --- edits


@pytest.mark.parametrize("submitted", [1, 0])
def test_the_rows_follow(submitted):
	arriving.configure_orders(submit_orders=submitted)
	before = came(first())
	after = came(edited())
	assert after.name == before.name
	assert after.docstatus == submitted
	assert rows(after) == {"G-1": 4, "G-3": 7}
	assert after.grand_total == float(edited().total)
	assert after.items[0].name == before.items[0].name
	assert [row.name for row in after.taxes[:2]] == [row.name for row in before.taxes[:2]]
	assert {row.docstatus for row in (*after.items, *after.taxes)} == {submitted}
	assert breakups(after) == {"tax:VAT5": {"G-1": [5, 0.337], "G-3": [5, 0.563]}}
	assert after.status == ("To Deliver and Bill" if submitted else "Draft")


def test_a_followed_edit_is_no_news():
	came(first())
	after = came(edited())
	assert came(edited()).modified == after.modified


def test_what_is_reserved_follows():
	shelf = factories.warehouse("Shelf")
	for code in ("S-1", "S-2"):
		factories.item(code)
	frappe.db.commit()
	arriving.configure_orders(sales_channels=[{"warehouse": shelf}])
	came(order(line("S-1", 1, 2)))
	assert reserved("S-1", shelf) == 2
	came(order(line("S-2", 1, 3)))
	assert (reserved("S-1", shelf), reserved("S-2", shelf)) == (0, 3)


def reserved(item: str, warehouse: str) -> float:
	return frappe.db.get_value("Bin", {"item_code": item, "warehouse": warehouse}, "reserved_qty") or 0


def test_a_delivered_order_is_left_and_says_so():
	note = factories.delivery(came(first()))
	frappe.db.commit()
	(problem,) = arrive(edited())
	assert note.name in problem and "edited in Medusa" in problem
	assert rows(came(first())) == {"G-1": 2, "G-2": 3}


def test_what_a_user_changed_stays():
	doc = came(first())
	doc.db_set("grand_total", 1)
	frappe.db.commit()
	assert came(first()).grand_total == 1


def test_an_edit_to_an_unknown_product_changes_nothing():
	before = came(first())
	(problem,) = arrive(order(line("G-1", "1.500", 2, VAT5), line("G-9", 1, 1), methods=[shipping(2, VAT5)]))
	frappe.db.rollback()
	assert "G-9" in problem
	assert came(first()).modified == before.modified


def test_an_amended_order_follows_too():
	doc = came(first())
	doc.cancel()
	amended = frappe.copy_doc(doc)
	amended.update({"amended_from": doc.name, "docstatus": 0})
	amended.insert(ignore_permissions=True)
	amended.submit()
	frappe.db.commit()
	after = came(edited())
	assert after.name == amended.name
	assert after.grand_total == float(edited().total)


# --- cancellations


def cancelled(given=None):
	given = given or first()
	return replace(given, status="canceled", canceled_at=given.created_at)


def test_a_cancelled_order_is_cancelled():
	came(first())
	doc = came(cancelled())
	assert (doc.docstatus, doc.status) == (2, "Cancelled")
	assert came(cancelled()).modified == doc.modified


def test_a_draft_goes():
	arriving.configure_orders(submit_orders=0)
	came(first())
	assert came(cancelled()) is None


def test_an_order_that_was_cancelled_before_it_came_doesn_t():
	assert came(cancelled()) is None


@pytest.mark.parametrize("made", [factories.delivery, factories.invoice])
@pytest.mark.parametrize("submit", [True, False])
def test_what_stands_in_the_way_is_named(made, submit):
	doc = made(came(first()), submit=submit)
	frappe.db.commit()
	(problem,) = arrive(cancelled())
	frappe.db.rollback()
	assert doc.name in problem
	doc.reload()
	doc.cancel() if submit else doc.delete()
	frappe.db.commit()
	assert came(cancelled()).docstatus == 2


def test_cancelled_in_erpnext_stays_cancelled():
	doc = came(first())
	doc.cancel()
	frappe.db.commit()
	assert came(first()).docstatus == 2
	assert frappe.db.count("Sales Order", {"medusa_order_id": "order_1"}) == 1
