"""What happens to a Sales Order in ERPNext is told to the order in Medusa."""

import frappe
import pytest
from frappe.utils import add_days, today

from medusa_integration import settings
from medusa_integration.delivery.box import outbox as outbox_table
from medusa_integration.orders import status_to_medusa as sync
from medusa_integration.orders.money import payment_requests
from medusa_integration.sync import open_orders
from tests.support.checks import queries
from tests.support.factories import (
	configure,
	customer,
	delivery,
	drain,
	invoice,
	outbox,
	payment,
	quotation,
	sales_order,
)
from tests.support.shop import call, calls, make_order, order_told, tell_order


@pytest.fixture(autouse=True)
def status_only(medusa):
	"""These tests are about the status: nothing else of the orders, which Medusa knows other lines of, is told."""
	configure(medusa, fulfilled_by="Medusa", cancel_in_medusa=0)


@pytest.fixture
def order_id(medusa):
	return make_order(medusa)


def told(medusa, order_id):
	"""Send what is due, and return what the order in Medusa says then: (status, payment status)."""
	drain()
	assert outbox() == []
	found = order_told(medusa, order_id)
	return found.get("order_status"), found.get("payment_status")


def waiting():
	return [(row.kind, row.reference_name) for row in outbox()]


def test_an_order_carries_its_figures(medusa):
	id = make_order(medusa, gift="yes")
	doc = sales_order(
		("G-1", 2, 5), ("G-2", 3, 10), medusa_order_id=id, apply_discount_on="Net Total", discount_amount=4
	)
	drain()
	assert order_told(medusa, id) == {
		"gift": "yes",
		"customer_id": frappe.db.get_value("Customer", doc.customer, "medusa_id"),
		"order_status": "To Deliver and Bill",
		"payment_status": "Unpaid",
		"discount_amount": 4,
		"net_total": 36,
		"grand_total": 36,
	}


@pytest.mark.slow
def test_the_status_follows_delivery_bill_and_payment(medusa, order_id):
	doc = sales_order(submit=False, medusa_order_id=order_id)
	assert told(medusa, order_id) == ("Pending", "Unpaid")
	doc.submit()
	assert told(medusa, order_id) == ("To Deliver and Bill", "Unpaid")
	note = delivery(doc)
	assert told(medusa, order_id) == ("To Bill", "Unpaid")
	bill = invoice(doc, due_date=add_days(today(), 7))
	assert told(medusa, order_id) == ("Completed", "Unpaid")
	payment(bill, 4)
	assert told(medusa, order_id) == ("Completed", "Partly Paid")
	rest = payment(bill)
	assert told(medusa, order_id) == ("Completed", "Paid")

	rest.reload()
	rest.cancel()
	assert told(medusa, order_id) == ("Completed", "Partly Paid")
	note.reload()
	note.cancel()
	assert told(medusa, order_id) == ("To Deliver", "Partly Paid")


def test_a_cancelled_invoice_leaves_the_order_unpaid(medusa, order_id):
	doc = sales_order(medusa_order_id=order_id)
	bill = invoice(doc)
	payment(bill)
	assert told(medusa, order_id) == ("To Deliver", "Paid")
	bill.reload()
	frappe.get_doc("Payment Entry", {"party": doc.customer}).cancel()
	bill.reload()
	bill.cancel()
	assert told(medusa, order_id) == ("To Deliver and Bill", "Unpaid")
	doc.reload()
	doc.cancel()
	assert told(medusa, order_id) == ("Cancelled", "Unpaid")


def test_the_buttons_hold_and_close_are_heard(medusa, order_id):
	"""They set the status without a save."""
	from erpnext.selling.doctype.sales_order.sales_order import update_status

	doc = sales_order(medusa_order_id=order_id)
	for button, status in (("On Hold", "On Hold"), ("Draft", "To Deliver and Bill"), ("Closed", "Closed")):
		update_status(button, doc.name)
		assert told(medusa, order_id) == (status, "Unpaid")


def test_an_order_whose_payment_is_requested_is_open(medusa, order_id):
	"""ERPNext 16 calls it To Pay, until it is delivered and billed; 15 as before."""
	doc = sales_order(medusa_order_id=order_id)
	assert told(medusa, order_id) == ("To Deliver and Bill", "Unpaid")
	assert payment_requests.request_payment(doc).name
	frappe.db.commit()
	doc.reload()
	status = "To Pay" if doc.meta.has_field("advance_payment_status") else "To Deliver and Bill"
	assert (doc.status, told(medusa, order_id)) == (status, (status, "Unpaid"))
	assert order_id in open_orders._not_completed()
	delivery(doc)
	doc.reload()
	invoice(doc)
	assert told(medusa, order_id) == ("Completed", "Unpaid")


def test_a_payment_reaches_every_order_of_every_invoice(medusa):
	ids = [make_order(medusa) for _ in range(3)]
	first, second, third = (sales_order(medusa_order_id=id) for id in ids)
	from erpnext.selling.doctype.sales_order.sales_order import make_sales_invoice

	both = make_sales_invoice(second.name, target_doc=make_sales_invoice(first.name))
	both.insert(ignore_permissions=True)
	both.submit()
	bill = invoice(third)
	assert [told(medusa, id)[1] for id in ids] == ["Unpaid"] * 3

	paid = payment(both, submit=False)
	row = payment(bill, submit=False).references[0]
	paid.append(
		"references",
		{
			field: row.get(field)
			for field in (
				"reference_doctype",
				"reference_name",
				"total_amount",
				"outstanding_amount",
				"allocated_amount",
			)
		},
	)
	paid.paid_amount = paid.received_amount = 30
	paid.save()
	drain()
	paid.submit()
	assert sorted(waiting()) == sorted(("Order", doc.name) for doc in (first, second, third))
	assert [told(medusa, id)[1] for id in ids] == ["Paid"] * 3


def test_a_payment_of_an_order_itself_is_heard(medusa, order_id):
	doc = sales_order(medusa_order_id=order_id)
	drain()
	payment(doc)
	assert waiting() == [("Order", doc.name)]


def test_many_changes_are_one_call(medusa, order_id):
	doc = sales_order(medusa_order_id=order_id)
	delivery(doc)
	payment(invoice(doc))
	assert len(outbox()) == 1
	before = frappe.db.count("Medusa Request Log")
	assert told(medusa, order_id) == ("Completed", "Paid")
	assert calls(medusa, "order") == 1
	assert frappe.db.count("Medusa Request Log") - before <= 2  # and perhaps a sign-in


def written(work) -> int:
	"""How often it writes rows of the outbox."""
	return sum("into `tabMedusa Outbox`" in query for query in queries(work))


def test_a_save_writes_one_row(medusa, order_id):
	doc = sales_order(medusa_order_id=order_id, submit=False)
	assert written(doc.save) == 1
	assert written(doc.submit) == 1
	assert written(lambda: doc.db_set("status", "On Hold", notify=True)) == 1
	assert written(lambda: sync.export_sales_order_on_update(doc)) == 1  # on demand, always


def test_a_save_that_was_rolled_back_is_queued_by_the_next(medusa, order_id):
	doc = sales_order(medusa_order_id=order_id, submit=False)
	drain()
	frappe.db.savepoint("submission")
	doc.submit()
	frappe.db.rollback(save_point="submission")
	assert waiting() == []
	doc.reload()
	doc.submit()
	assert waiting() == [("Order", doc.name)]


def test_a_failed_save_tells_nothing(medusa, order_id):
	doc = sales_order(medusa_order_id=order_id)
	drain()
	doc.reload()
	doc.cancel()
	frappe.db.rollback()
	assert outbox() == []


def test_what_is_not_the_shops_is_not_sent(medusa, order_id):
	doc = sales_order()
	other = sales_order(medusa_order_id=order_id, from_ecommerce=0)
	delivery(doc)
	payment(invoice(other))
	assert outbox() == []


def test_nothing_is_noted_while_the_integration_is_off(medusa, order_id):
	frappe.db.set_single_value(settings.CONFIGURATION, "enable", 0)
	frappe.clear_document_cache(settings.CONFIGURATION, settings.CONFIGURATION)
	doc = sales_order(medusa_order_id=order_id)
	delivery(doc)
	payment(invoice(doc))
	assert outbox() == []


def test_an_order_that_medusa_does_not_know_is_parked(medusa):
	known = make_order(medusa)
	lost = sales_order(medusa_order_id="order_gone")
	sales_order(medusa_order_id=known)
	drain()
	(row,) = outbox()
	assert (row.reference_name, row.status) == (lost.name, "Parked")
	assert "not found" in row.error and "order_gone" in row.error
	assert order_told(medusa, known)["order_status"] == "To Deliver and Bill"


@pytest.mark.parametrize("kind", ["refuse", "drop", "cut"])
def test_a_call_that_failed_is_made_again(medusa, proxy, order_id, kind):
	"""Whether Medusa has applied it or not: what it is told is how things are, not what has changed."""
	doc = sales_order(medusa_order_id=order_id)
	fault = proxy.fail(kind, match=call(medusa, "order"))
	drain()
	assert fault.hits == 1
	assert [(row.kind, row.status) for row in outbox()] == [("Order", "Pending")]
	delivery(doc)
	assert told(medusa, order_id) == ("To Bill", "Unpaid")
	assert proxy.calls.count(proxy.calls[-1]) == 2


def test_an_order_that_was_cancelled_on_both_sides_is_done(medusa, order_id):
	doc = sales_order(medusa_order_id=order_id)
	drain()
	medusa.admin("POST", f"/admin/orders/{order_id}/cancel")
	doc.reload()
	doc.cancel()
	drain()
	assert outbox() == []


def test_an_order_that_only_medusa_cancelled_is_parked(medusa, order_id):
	doc = sales_order(medusa_order_id=order_id)
	drain()
	medusa.admin("POST", f"/admin/orders/{order_id}/cancel")
	delivery(doc)
	drain()
	(row,) = outbox()
	assert row.status == "Parked" and "canceled" in row.error


def test_an_amended_order_speaks_for_the_cancelled_one(medusa, order_id):
	"""Also where the cancelled one's row comes last."""
	doc = sales_order(medusa_order_id=order_id)
	doc.cancel()
	amended = frappe.copy_doc(doc)
	amended.update(
		{"amended_from": doc.name, "docstatus": 0, "medusa_order_id": order_id, "from_ecommerce": 1}
	)
	amended.insert(ignore_permissions=True)
	drain()
	outbox_table.add(sync.ORDER_STATUS, doc.name)
	assert told(medusa, order_id) == ("Pending", "Unpaid")


@pytest.mark.parametrize(
	("statuses", "expected"),
	[
		([], "Unpaid"),
		(["Paid"], "Paid"),
		(["Paid", "Unpaid"], "Unpaid"),
		(["Partly Paid", "Overdue", "Paid"], "Overdue"),
		(["Credit Note Issued", "Paid"], "Paid"),
		(["Something New", "Unpaid"], "Unpaid"),
	],
)
def test_the_invoice_that_asks_for_most_speaks_for_the_payment(medusa, statuses, expected):
	doc = sales_order(("G-1", 10, 5), medusa_order_id="order_1")
	for status in statuses:
		bill = invoice(doc, submit=False)
		bill.items[0].qty = 1
		bill.save()
		bill.submit()
		frappe.db.set_value("Sales Invoice", bill.name, "status", status)
	assert sync._read([doc.name])[doc.name]["payment_status"] == expected


def test_a_return_is_told_by_its_invoice(medusa, order_id):
	from erpnext.accounts.doctype.sales_invoice.sales_invoice import make_sales_return

	bill = invoice(sales_order(medusa_order_id=order_id))
	back = make_sales_return(bill.name)
	back.update_outstanding_for_self = (
		0  # else ERPNext leaves the invoice open until somebody reconciles them
	)
	back.insert(ignore_permissions=True)
	back.submit()
	assert told(medusa, order_id)[1] == "Credit Note Issued"


def test_an_invoice_that_became_overdue_overnight_is_told(medusa, order_id):
	"""ERPNext writes that status past all events."""
	from medusa_integration.api import export_overdue_orders

	bill = invoice(sales_order(medusa_order_id=order_id), due_date=add_days(today(), 1))
	assert told(medusa, order_id)[1] == "Unpaid"
	export_overdue_orders()
	assert outbox() == []
	overdue = {"status": "Overdue", "due_date": add_days(today(), -1)}
	frappe.db.set_value("Sales Invoice", bill.name, overdue)
	export_overdue_orders()
	assert told(medusa, order_id)[1] == "Overdue"


@pytest.mark.slow
def test_what_became_overdue_while_the_scheduler_stood_is_told(medusa, order_id):
	"""Also where ERPNext's job runs after ours on the first day that there is one again."""
	orders = [sales_order(medusa_order_id=f"{order_id}{n}") for n in range(3)]
	for doc, days in zip(orders, (1, 90, 110), strict=True):
		bill = invoice(doc, due_date=add_days(today(), 1))
		overdue = {"status": "Overdue", "due_date": add_days(today(), -days)}
		frappe.db.set_value("Sales Invoice", bill.name, overdue)

	def found(*looked_on: int) -> set[str]:
		frappe.db.delete(outbox_table.doctype)
		frappe.db.set_global(sync.LOOKED_ON, " ".join(add_days(today(), -days) for days in looked_on))
		sync.export_overdue_orders()
		return {name for _kind, name in waiting()}

	before = frappe.db.get_global(sync.LOOKED_ON)
	recent, older = orders[0].name, orders[1].name
	try:
		assert found(101, 100) == {recent, older}
		assert found(100, 1) == {recent, older}
		assert frappe.db.get_global(sync.LOOKED_ON) == f"{add_days(today(), -1)} {today()}"
		assert found(1, 0) == found(2, 1) == found() == {recent}
	finally:
		frappe.db.set_global(sync.LOOKED_ON, before)


@pytest.mark.slow
def test_a_batch_costs_the_same_however_large(medusa):
	names = [
		sales_order(medusa_order_id=f"order_{n}", customer=customer(f"Clinic {n}").name).name
		for n in range(4)
	]
	for name in names:
		invoice(frappe.get_doc("Sales Order", name))

	def asked(work):
		return len(queries(work))

	sync._read(names)  # What is the same for all batches, as settings, is read once.
	assert asked(lambda: sync._read(names)) == asked(lambda: sync._read(names[:1])) > 0
	sync._queue({names[0]})  # Whether the server checks snapshots is asked once.
	# On such a server two statements more: the check is switched off and on.
	assert asked(lambda: sync._queue(set(names))) == asked(lambda: sync._queue({names[0]})) <= 4


# --- whose order it is


def test_the_order_made_from_a_shops_quotation_is_the_shops(medusa, order_id):
	from erpnext.selling.doctype.quotation.quotation import make_sales_order

	quote = quotation(("G-1", 2, 5), medusa_order_id=order_id)
	quote.submit()
	doc = make_sales_order(quote.name)
	doc.delivery_date = today()
	doc.insert(ignore_permissions=True)
	assert (doc.medusa_order_id, doc.from_ecommerce) == (order_id, 1)
	assert told(medusa, order_id) == ("Pending", "Unpaid")


def test_invoice_and_delivery_take_over_whose_they_are(medusa):
	doc = sales_order(medusa_order_id="order_1")
	for made in (delivery(doc, submit=False), invoice(doc, submit=False)):
		assert (made.medusa_order_id, made.from_ecommerce) == ("order_1", 1)
	plain = sales_order()
	for made in (delivery(plain, submit=False), invoice(plain, submit=False)):
		assert (made.medusa_order_id, made.from_ecommerce) == (None, 0)


def test_a_copy_of_an_order_is_not_the_shops(medusa):
	doc = sales_order(medusa_order_id="order_1")
	copy = frappe.copy_doc(doc, ignore_no_copy=False)
	assert not copy.medusa_order_id and not copy.from_ecommerce


@pytest.fixture
def clerk():
	"""May write selling documents, and no more than that."""
	frappe.set_user(_user("Sales User"))
	yield
	frappe.set_user("Administrator")


def _claimed(doctype, **values):
	"""As somebody says it who would have the shop's prices, in a call to Frappe's REST API."""
	claims = {"from_ecommerce": 1, "medusa_order_id": "order_2", "medusa_draft_order_id": "order_3"}
	return frappe.get_doc({"doctype": doctype, **values, **claims, "flags": {"ignore_permissions": True}})


def _values_of(doc):
	values = doc.as_dict(no_default_fields=True, no_child_table_fields=True)
	return {field: value for field, value in values.items() if value and not isinstance(value, list)}


def test_who_writes_documents_does_not_say_that_they_are_the_shops(clerk):
	frappe.set_user("Administrator")
	plain = sales_order(submit=False)
	quote = quotation(("G-1", 1, 5), from_ecommerce=0)
	frappe.set_user("clerk@example.com")
	row = {"item_code": "G-1", "qty": 1, "rate": 5, "delivery_date": today()}
	for doc in (plain, quote):
		new = _claimed(doc.doctype, **_values_of(doc), items=[row]).insert()
		assert not new.from_ecommerce and not new.medusa_order_id
		doc = frappe.get_doc(doc.doctype, doc.name)
		doc.update({"from_ecommerce": 1, "medusa_order_id": "order_2"})
		doc.save()
		assert not doc.from_ecommerce and not doc.medusa_order_id


def test_what_is_the_shops_stays_so_whoever_saves_or_amends_it(clerk):
	frappe.set_user("Administrator")
	doc = sales_order(medusa_order_id="order_1", submit=False)
	frappe.set_user("clerk@example.com")
	doc = frappe.get_doc("Sales Order", doc.name)
	doc.update({"from_ecommerce": 0, "medusa_order_id": ""})
	doc.save()
	assert (doc.medusa_order_id, doc.from_ecommerce) == ("order_1", 1)
	doc.submit()
	doc.cancel()
	amended = frappe.copy_doc(doc)
	amended.update({"amended_from": doc.name, "docstatus": 0})
	amended.insert()
	assert (amended.medusa_order_id, amended.from_ecommerce) == ("order_1", 1)


# --- export_sales_order


def test_an_order_is_sent_on_demand(medusa, order_id):
	from medusa_integration.api import export_sales_order

	doc = sales_order(medusa_order_id=order_id)
	drain()
	tell_order(medusa, order_id, order_status="lost")
	export_sales_order(self=doc.name)
	assert told(medusa, order_id) == ("To Deliver and Bill", "Unpaid")


def test_who_may_not_write_an_order_may_not_send_it(medusa, order_id):
	from medusa_integration.api import export_sales_order

	doc = sales_order(medusa_order_id=order_id)
	drain()
	for user in ("Guest", _user("Accounts User")):
		frappe.set_user(user)
		with pytest.raises(frappe.PermissionError):
			export_sales_order(doc.name)
		frappe.set_user("Administrator")
	assert outbox() == []


def test_an_order_of_somebody_else_is_not_sent(medusa):
	from medusa_integration.api import export_sales_order

	with pytest.raises(frappe.ValidationError):
		export_sales_order(sales_order().name)
	with pytest.raises(frappe.DoesNotExistError):
		export_sales_order("SAL-ORD-0")


def _user(role):
	doc = frappe.get_doc(
		{"doctype": "User", "email": "clerk@example.com", "first_name": "Clerk", "send_welcome_email": 0}
	)
	doc.append("roles", {"role": role})
	return doc.insert(ignore_permissions=True).name
