"""What may be sent back, and what is announced to be sent back."""

import frappe
import pytest

from medusa_integration import api
from tests.storefront.test_access import refused
from tests.support import factories
from tests.support.checks import queries
from tests.support.orders import CUSTOMER, ORDER, counts, fresh, order, outgoing_account, returnable
from tests.support.selling import sales_return
from tests.support.storefront import configure_storefront

NAME = "update_returned_items"


def delivered(*rows: tuple, **values):
	doc = order(*rows, **values)
	factories.delivery(doc)
	frappe.db.commit()
	return doc


def send_back(shop, *items: tuple, **arguments):
	listed = [{"item_code": code, "quantity": quantity} for code, quantity in items]
	return shop.call(NAME, **{"medusa_order_id": ORDER, "items": listed, **arguments})


def rows_of(doc) -> list[tuple]:
	table = fresh("Sales Order", doc.name).custom_returned_items
	return [(row.item_code, row.qty, row.uom, row.rate, row.amount) for row in table]


def test_nothing_is_returnable_before_the_delivery(shop):
	order()
	assert returnable(shop) == {}


def test_delivered_minus_returned(shop):
	doc = order(("G-1", 4, 5), ("G-2", 2, 1.25))
	note = factories.delivery(doc)
	frappe.db.commit()
	response = shop.call("get_returnable_items", medusa_order_id=ORDER, customer_id=CUSTOMER)
	assert response.json["message"] == {
		"status": "success",
		"sales_order_id": doc.name,
		"unreturned_items": [
			{"item_code": "G-1", "item_name": "Item G-1", "qty": 4, "uom": "Nos", "rate": 5, "amount": 20},
			{
				"item_code": "G-2",
				"item_name": "Item G-2",
				"qty": 2,
				"uom": "Nos",
				"rate": 1.25,
				"amount": 2.5,
			},
		],
	}
	assert send_back(shop, ("G-1", 3)).status_code == 200
	assert returnable(shop) == {"G-1": 1, "G-2": 2}
	sales_return(note, G_1=3)  # what was announced has come
	frappe.db.commit()
	assert returnable(shop) == {"G-1": 1, "G-2": 2}
	sales_return(note, G_2=2)
	frappe.db.commit()
	assert returnable(shop) == {"G-1": 1}


def test_a_return_made_in_one_breath_counts(shop):
	from erpnext.stock.doctype.delivery_note.delivery_note import make_sales_return

	note = factories.delivery(order())
	back = make_sales_return(note.name)
	back.items[0].qty = -1
	back.insert()
	back.submit()
	frappe.db.commit()
	assert returnable(shop) == {"G-1": 3}
	assert send_back(shop, ("G-1", 3)).status_code == 200
	assert returnable(shop) == {"G-1": 1}  # three were announced, one of them has come


def test_rows_have_the_orders_rates(shop):
	doc = delivered(("G-1", 2, 5), ("G-1", 2, 4), ("G-2", 1, 1))
	items = [{"item_code": "G-1", "quantity": 3, "rate": 1000, "amount": 3000}]
	message = shop.call(NAME, medusa_order_id=ORDER, items=items).json["message"]
	assert (message["status"], message["sales_order_id"]) == ("success", doc.name)
	assert rows_of(doc) == [("G-1", 2, "Nos", 5, 10), ("G-1", 1, "Nos", 4, 4)]
	assert [row["amount"] for row in message["returned_items"]] == [10, 4]
	listed = shop.call("get_sales_order_name", medusa_order_id=ORDER).json["message"]["returned_items"]
	assert listed == message["returned_items"]


def test_the_queries_of_a_return_do_not_grow_with_its_items(shop):
	items = [(f"G-{n}", 2, 5) for n in range(1, 7)]
	delivered(*items)

	def announce(*codes: str) -> int:
		rows = [{"item_code": code, "quantity": 1} for code in codes]
		made = queries(lambda: api.update_returned_items(medusa_order_id=ORDER, items=rows))
		return len([query for query in made if query.lstrip().upper().startswith("SELECT")])

	announce("G-1")
	assert announce("G-1") == announce("G-2", "G-3", "G-4", "G-5", "G-6")


def test_a_repeated_return_adds_nothing(shop):
	doc = delivered()
	first = send_back(shop, ("G-1", 2), return_id="return_1").json
	assert send_back(shop, ("G-1", 2), return_id="return_1").json == first
	assert len(rows_of(doc)) == 1
	assert send_back(shop, ("G-1", 2), return_id="return_2").status_code == 200
	assert len(rows_of(doc)) == 2


def test_a_form_that_was_open_cannot_drop_the_rows(shop):
	doc = frappe.get_doc("Sales Order", delivered().name)
	send_back(shop, ("G-1", 2))
	frappe.db.rollback()
	with pytest.raises(frappe.TimestampMismatchError):
		doc.save()
	frappe.db.rollback()
	assert len(rows_of(doc)) == 1
	frappe.get_doc("Sales Order", doc.name).save()
	assert len(rows_of(doc)) == 1


def refuse(shop, doc, words: str, code: int, *items: tuple, **arguments) -> None:
	before, rows = counts(), rows_of(doc)
	assert words in refused(send_back(shop, *items, **arguments), code)
	assert (counts(), rows_of(doc)) == (before, rows)


def test_more_than_returnable_is_refused(shop):
	doc = delivered(("G-1", 4, 5), ("G-2", 2, 1))
	refuse(shop, doc, "G-1: 4 at most", 409, ("G-1", 5))
	refuse(shop, doc, "G-1: 4 at most", 409, ("G-1", 3), ("G-1", 2))
	refuse(shop, doc, "G-1: 4 at most; G-9: 0 at most", 409, ("G-2", 1), ("G-1", 1e9), ("G-9", 1))
	send_back(shop, ("G-1", 4))
	refuse(shop, doc, "G-1: 0 at most", 409, ("G-1", 1))
	refuse(shop, doc, "whole Nos only", 400, ("G-2", 0.5))


def test_an_order_that_is_not_delivered_or_submitted(shop):
	doc = order(submit=False)
	refuse(shop, doc, "isn't submitted", 409, ("G-1", 1))
	doc.submit()
	frappe.db.commit()
	refuse(shop, doc, "G-1: 0 at most", 409, ("G-1", 1))


@pytest.mark.parametrize("arguments", [{"medusa_order_id": "order_x"}, {"customer_id": "cus_other"}])
def test_other_orders_are_not_found(shop, arguments):
	refuse(shop, delivered(), "There is no order", 404, ("G-1", 1), **arguments)


@pytest.mark.parametrize(
	("arguments", "words"),
	[
		({"items": []}, "items: List should have at least 1 item"),
		({"items": [{"item_code": "G-1", "quantity": 1}] * 401}, "items: List should have at most 400 items"),
		({"items": "x"}, "items: Invalid JSON"),
		({"items": [{"quantity": 1}]}, "items.0.item_code: Field required"),
		({"items": [{"item_code": "G-1"}]}, "items.0.quantity: Field required"),
		({"return_id": ""}, "return_id: String should have at least 1 character"),
		({"medusa_order_id": None}, "medusa_order_id is missing"),
	],
)
def test_bad_arguments(shop, arguments, words):
	refuse(shop, delivered(), words, 400, ("G-1", 1), **arguments)


@pytest.mark.parametrize("quantity", [0, -1, 1e308, "1", True, None, [1]])
def test_bad_quantities(shop, quantity):
	refuse(shop, delivered(), "items.0.quantity", 400, ("G-1", quantity))


@pytest.mark.parametrize("quantity", [float("nan"), float("inf")])
def test_what_is_no_json_number(shop, quantity):
	refuse(shop, delivered(), "", 400, ("G-1", quantity))


# --- the mail


def test_the_returns_address_is_told(shop):
	outgoing_account()
	configure_storefront(returns_email="returns@example.com")
	doc = delivered()
	send_back(shop, ("G-1", 2), return_id="return_1")
	send_back(shop, ("G-1", 2), return_id="return_1")
	frappe.db.rollback()
	(mail,) = frappe.get_all("Email Queue", fields=["name", "reference_name", "message"])
	assert mail.reference_name == doc.name
	recipients = frappe.get_all("Email Queue Recipient", {"parent": mail.name}, pluck="recipient")
	assert recipients == ["returns@example.com"]
	assert "Item G-1" in mail.message


def test_a_mail_setup_that_does_not_work_fails_nothing(shop, monkeypatch):
	configure_storefront(returns_email="returns@example.com")
	doc = delivered()

	def broken(*args, **kwargs):
		frappe.throw("no account", frappe.OutgoingEmailError)

	monkeypatch.setattr(frappe, "sendmail", broken)
	assert send_back(shop, ("G-1", 2)).status_code == 200
	assert len(rows_of(doc)) == 1
