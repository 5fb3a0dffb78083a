"""Returns in Medusa become drafts in ERPNext, for just the lines that come back."""

from dataclasses import replace
from decimal import Decimal
from functools import partial

import frappe
import pytest

from medusa_integration.delivery import claims
from medusa_integration.delivery.blocked import Blocked
from medusa_integration.delivery.box import inbox
from medusa_integration.delivery.kind import Run
from medusa_integration.medusa.order import LineQuantity, Return
from medusa_integration.orders.goods import returns_from_medusa
from medusa_integration.orders.orders_from_medusa import INCOMING_ORDER, OrdersTask
from tests.support import factories
from tests.support.buyers import order
from tests.support.parts import take
from tests.support.storefront import configure_storefront

ID = "order_1"
LINES = {"G-1": "ordli_1", "G-2": "ordli_2"}


@pytest.fixture(autouse=True)
def configured():
	configure_storefront()


@pytest.fixture
def placed():
	"""A Sales Order as the import makes it: two lines, of which one is split."""
	doc = factories.sales_order(
		("G-1", 3, 5), ("G-1", 1, 5.001), ("G-2", 2, 7), medusa_order_id=ID, submit=False
	)
	for row in doc.items:
		row.medusa_line_id = LINES[row.item_code]
	doc.save()
	doc.submit()
	return doc


def parts(**quantities) -> tuple[LineQuantity, ...]:
	return tuple(
		LineQuantity(LINES[code.replace("_", "-")], Decimal(qty)) for code, qty in quantities.items()
	)


def returning(items, received=(), status="requested", id="return_1", **values):
	return order(id=ID, returns=(Return(id, status, items, received, **values),))


def take_back(what, placed):
	placed.reload()
	returns_from_medusa.take_back(what, placed)
	frappe.db.commit()


def drafts(doctype: str = "Delivery Note", id: str = "return_1") -> list:
	names = frappe.get_all(doctype, {"medusa_return_id": id}, pluck="name", order_by="creation, name")
	return [frappe.get_doc(doctype, name) for name in names]


def quantities(doc) -> dict[str, float]:
	found: dict[str, float] = {}
	for row in doc.items:
		found[row.item_code] = found.get(row.item_code, 0) + row.qty
	return found


def test_a_requested_return_is_a_draft_of_its_lines(placed):
	note = factories.delivery(placed)
	take_back(returning(parts(G_1=2)), placed)
	(draft,) = drafts()
	assert (draft.docstatus, draft.is_return, draft.return_against) == (0, 1, note.name)
	assert quantities(draft) == {"G-1": -2}
	assert (draft.from_ecommerce, draft.medusa_order_id) == (1, ID)
	assert not drafts("Sales Invoice")


def test_a_split_line_comes_back_whole(placed):
	factories.delivery(placed)
	take_back(returning(parts(G_1=4, G_2=1)), placed)
	(draft,) = drafts()
	assert quantities(draft) == {"G-1": -4, "G-2": -1}


def test_twice_makes_one(placed):
	factories.delivery(placed)
	for _time in range(2):
		take_back(returning(parts(G_1=2)), placed)
	assert len(drafts()) == 1


def test_what_was_received_counts(placed):
	factories.delivery(placed)
	factories.invoice(placed)
	take_back(returning(parts(G_1=3, G_2=1)), placed)
	take_back(returning(parts(G_1=3, G_2=1), received=parts(G_1=2), status="received"), placed)
	(draft,), (credit,) = drafts(), drafts("Sales Invoice")
	assert quantities(draft) == quantities(credit) == {"G-1": -2}
	assert (credit.docstatus, credit.is_return) == (0, 1)


def test_a_worker_that_lost_its_lease_writes_nothing(placed):
	"""It was frozen for so long that another one has the order by now."""
	factories.delivery(placed)
	frappe.db.set_value(
		"Customer", placed.customer, "medusa_id", None
	)  # as Medusa's order, which is a guest's
	inbox.add(INCOMING_ORDER, ID)
	frappe.db.commit()
	frozen, second = (claims.claim(inbox, INCOMING_ORDER.name, 20, seconds) for seconds in (0, 60))
	run = Run(None, inbox, keep=lambda rows: None, hold=partial(claims.hold, inbox))
	reply = {ID: returning(parts(G_1=2))}
	with pytest.raises(frappe.QueryTimeoutError, match=ID):
		OrdersTask(frozen, run).conclude(reply)
	frappe.db.rollback()
	assert not drafts()
	OrdersTask(second, run).conclude(reply)
	assert len(drafts()) == 1


def test_more_that_comes_later_is_added_to_the_draft(placed):
	factories.delivery(placed)
	take_back(returning(parts(G_1=3, G_2=1), received=parts(G_1=1), status="partially_received"), placed)
	take_back(returning(parts(G_1=3, G_2=1), received=parts(G_1=3, G_2=1), status="received"), placed)
	(draft,) = drafts()
	assert quantities(draft) == {"G-1": -3, "G-2": -1}


def test_nothing_billed_gets_no_credit_note(placed):
	factories.delivery(placed)
	take_back(returning(parts(G_1=1), received=parts(G_1=1), status="received"), placed)
	assert len(drafts()) == 1
	assert not drafts("Sales Invoice")


def test_of_two_deliveries_each_has_its_return(placed):
	first = factories.delivery(placed, submit=False)
	first.items = [row for row in first.items if row.item_code == "G-1" and row.qty == 3]
	first.save()
	first.submit()
	second = factories.delivery(frappe.get_doc("Sales Order", placed.name))
	take_back(returning(parts(G_1=4, G_2=2)), placed)
	found = {draft.return_against: quantities(draft) for draft in drafts()}
	assert found == {first.name: {"G-1": -3}, second.name: {"G-1": -1, "G-2": -2}}


def test_a_note_and_an_invoice_share_what_comes_back(placed):
	"""Two pieces by a Delivery Note, billed apart, and two by an invoice that updates the stock."""
	from erpnext.selling.doctype.sales_order.sales_order import make_delivery_note, make_sales_invoice

	note = take(make_delivery_note(placed.name), G_1=2)
	plain = take(make_sales_invoice(placed.name), G_1=2)
	bill = make_sales_invoice(placed.name)
	bill.update_stock = 1
	stock = take(bill, G_1=2, G_2=2)
	take_back(returning(parts(G_1=3)), placed)
	assert [(draft.return_against, quantities(draft)) for draft in drafts()] == [(note.name, {"G-1": -2})]
	assert not drafts("Sales Invoice")
	back = returning(parts(G_1=3, G_2=1), received=parts(G_1=3, G_2=1), status="received")
	for submitted in (False, True):
		if submitted:
			drafts()[0].submit()
		take_back(back, placed)
		assert [quantities(draft) for draft in drafts()] == [{"G-1": -2}]
		found = {draft.return_against: quantities(draft) for draft in drafts("Sales Invoice")}
		assert found == {plain.name: {"G-1": -2}, stock.name: {"G-1": -1, "G-2": -1}}
	for draft in drafts("Sales Invoice"):
		draft.submit()
	take_back(back, placed)
	with pytest.raises(Blocked, match="return_2 has 2 pieces, of which ERPNext has delivered 1"):
		take_back(returning(parts(G_1=2), id="return_2"), placed)


def test_what_isn_t_delivered_cannot_come_back(placed):
	with pytest.raises(Blocked, match="return_1 has 2 pieces, of which ERPNext has delivered 0"):
		take_back(returning(parts(G_1=2)), placed)
	frappe.db.rollback()
	assert not drafts()


def test_a_cancelled_return_drops_its_drafts(placed):
	factories.delivery(placed)
	take_back(returning(parts(G_1=2)), placed)
	take_back(returning(parts(G_1=2), status="canceled"), placed)
	assert not drafts()


def test_a_submitted_return_stays(placed):
	factories.delivery(placed)
	take_back(returning(parts(G_1=2)), placed)
	(draft,) = drafts()
	draft.submit()
	take_back(returning(parts(G_1=2), received=parts(G_1=1), status="received"), placed)
	take_back(returning(parts(G_1=2), status="canceled"), placed)
	(kept,) = drafts()
	assert (kept.docstatus, quantities(kept)) == (1, {"G-1": -2})


def test_what_erpnext_made_known_is_no_news(placed):
	note = factories.delivery(placed)
	take_back(returning(parts(G_1=2), reference=note.name), placed)
	assert not drafts()


def test_two_returns_share_what_was_delivered(placed):
	factories.delivery(placed)
	take_back(returning(parts(G_1=2)), placed)
	drafts()[0].submit()
	both = returning(parts(G_1=2))
	second = Return("return_2", "requested", parts(G_1=2))
	take_back(replace(both, returns=(*both.returns, second)), placed)
	(draft,) = drafts(id="return_2")
	assert quantities(draft) == {"G-1": -2}
	draft.submit()
