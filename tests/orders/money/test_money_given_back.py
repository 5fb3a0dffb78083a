"""All that a real Medusa charges and gives back is in the books: returns with and without a fee, refunds of shipping,
credit lines, orders of nothing."""

from decimal import Decimal

import frappe
import pytest

from medusa_integration import session
from medusa_integration.money import half_up
from medusa_integration.orders.money import billing
from medusa_integration.orders.orders_from_medusa import arrive
from tests.orders.money.helpers import bills, entries, expense, is_balanced, notes, open_vouchers, owes
from tests.support import arriving, buying, factories
from tests.support.selling import tax_account

pytestmark = [pytest.mark.v2("v1 takes a return and its refund in one"), pytest.mark.slow]


@pytest.fixture
def market(medusa):
	with arriving.precision(3):
		arriving.configure_orders(server=False, payment_providers=[{"mode_of_payment": "Cash"}])
		yield buying.market(medusa, "bh", "omr", rate=5)


@pytest.fixture
def bought(medusa, market):
	"""Three at 10.500, shipping at 2.100, taxes included, paid and packed."""

	def buy(pieces: int = 3, price: float = 10, **values) -> str:
		made = buying.product(medusa, "G-1", {"omr": price})
		factories.item("G-1", is_stock_item=0, medusa_variant_id=made["variant_id"])
		arriving.configure_orders(
			server=False,
			tax_accounts=[{"tax_code": "VAT5", "account": vat()}],
			payment_providers=[{"mode_of_payment": "Cash"}],
			**values,
		)
		id = buying.place(medusa, [(made["variant_id"], pieces)], market=market)
		buying.capture(medusa, id)
		buying.fulfill(medusa, id)
		return id

	return buy


def vat() -> str:
	return tax_account("VAT 5")


def come(id: str, problems=()):
	"""What the inbox does about an order, twice: the second time changes nothing."""
	for _time in range(2):
		frappe.db.commit()
		assert arrive(session.open_shop().read_orders([id])[id]) == list(problems)
		frappe.db.commit()
	return frappe.get_doc("Sales Order", {"medusa_order_id": id, "docstatus": ("<", 2)})


def delivered_and_billed(id: str):
	doc = come(id)
	factories.delivery(doc)
	bill = factories.invoice(frappe.get_doc("Sales Order", doc.name))
	return frappe.get_doc("Sales Order", doc.name), bill


def charged(doc) -> dict[str, float]:
	"""`{account without the company: amount}` of a document's taxes and charges."""
	found: dict[str, float] = {}
	for row in doc.taxes:
		name = frappe.get_cached_value("Account", row.account_head, "account_name")
		found[name] = round(found.get(name, 0) + row.tax_amount, 3)
	return {name: amount for name, amount in found.items() if amount}


def settled(doc) -> None:
	for each in [*bills(), *notes()]:
		each.reload()
		assert (each.docstatus, each.outstanding_amount) == (1, 0), each.name
	assert open_vouchers(doc.customer) == {}
	assert owes(doc.customer) == 0
	assert is_balanced(*bills(), *notes(), *entries(doc.medusa_order_id))


def submit_drafts() -> None:
	for doctype in ("Delivery Note", "Sales Invoice"):
		for name in frappe.get_all(doctype, {"docstatus": 0, "is_return": 1}, pluck="name"):
			frappe.get_doc(doctype, name).submit()


FREIGHT = "Freight and Forwarding Charges"


def test_a_return_gives_back_the_goods_and_no_shipping(medusa, bought):
	id = bought()
	doc, bill = delivered_and_billed(id)
	assert bill.grand_total == 33.6
	buying.receive_return(medusa, id, buying.request_return(medusa, id, {"G-1": 1}))
	buying.refund(medusa, id, 10.5)
	come(id)
	(note,) = notes()
	assert (note.grand_total, note.net_total, charged(note)) == (-10.5, -10, {"VAT 5": -0.5})
	submit_drafts()
	come(id)
	settled(doc)
	assert len(notes()) == 1


def test_all_comes_back_in_two_returns(medusa, bought):
	id = bought()
	doc, _bill = delivered_and_billed(id)
	for pieces, money in ((1, 10.5), (2, 21)):
		buying.receive_return(medusa, id, buying.request_return(medusa, id, {"G-1": pieces}))
		buying.refund(medusa, id, money)
		come(id)
		submit_drafts()
	assert [note.grand_total for note in notes()] == [-10.5, -21]
	buying.refund(medusa, id, 2.1)  # and the shipping at last
	come(id)
	assert notes()[-1].grand_total == -2.1
	assert charged(notes()[-1]) == {FREIGHT: -2, "VAT 5": -0.1}
	submit_drafts()
	come(id)
	settled(doc)


def test_a_return_after_a_refund_whose_credit_note_stands(medusa, bought):
	id = bought()
	doc, _bill = delivered_and_billed(id)
	buying.refund(medusa, id, 1)
	come(id)
	submit_drafts()
	buying.receive_return(medusa, id, buying.request_return(medusa, id, {"G-1": 1}))
	buying.refund(medusa, id, 10.5)
	come(id)
	submit_drafts()
	come(id)
	assert [note.grand_total for note in notes()] == [-1, -10.5]
	settled(doc)


@pytest.mark.parametrize("billed", [False, True])
def test_a_refund_of_the_smallest_unit(medusa, bought, billed):
	"""Medusa's total of credit lines shows one unit as none."""
	id = bought()
	if billed:
		delivered_and_billed(id)
	buying.refund(medusa, id, 0.001)
	doc = come(id)
	assert doc.grand_total == 33.6
	if not billed:
		delivered_and_billed(id)
		come(id)
	assert [note.grand_total for note in notes()] == [-0.001]
	submit_drafts()
	settled(doc)


def fee_option(medusa) -> str:
	zone = buying.BuyingV2._zone(medusa, "Abroad")
	rules = [
		{"attribute": "is_return", "operator": "eq", "value": "true"},
		{"attribute": "enabled_in_store", "operator": "eq", "value": "true"},
	]
	found = buying.BuyingV2._options(medusa, zone)
	if "Back by post" in found:
		return found["Back by post"]
	body = {
		"name": "Back by post",
		"service_zone_id": zone,
		"shipping_profile_id": medusa.shop["shipping_profile_id"],
		"provider_id": "manual_manual",
		"price_type": "flat",
		"type": {"label": "Back", "description": "Back", "code": "back"},
		"prices": [{"currency_code": "omr", "amount": 1}],
		"rules": rules,
	}
	return medusa.admin("POST", "/admin/shipping-options", body)["shipping_option"]["id"]


def return_with_fee(medusa, id: str, pieces: int) -> str:
	body = {"order_id": id, "location_id": medusa.shop["stock_location_id"]}
	back = medusa.admin("POST", "/admin/returns", body)["return"]["id"]
	items = [{"id": buying.lines(medusa, id)["G-1"], "quantity": pieces}]
	medusa.admin("POST", f"/admin/returns/{back}/request-items", {"items": items})
	option = {"shipping_option_id": fee_option(medusa)}
	medusa.admin("POST", f"/admin/returns/{back}/shipping-method", option)
	medusa.admin("POST", f"/admin/returns/{back}/request", {})
	return back


def test_a_return_with_a_fee(medusa, bought):
	id = bought()
	doc, _bill = delivered_and_billed(id)
	buying.receive_return(medusa, id, return_with_fee(medusa, id, 1))
	buying.refund(medusa, id, 9.45)
	come(id)
	(note,) = notes()
	assert (note.grand_total, note.net_total) == (-9.45, -10)
	assert charged(note) == {FREIGHT: 1, "VAT 5": -0.45}
	submit_drafts()
	come(id)
	settled(doc)


def due(id: str) -> Decimal:
	return half_up(session.open_shop().read_orders([id])[id].current_total, 3)


def test_one_return_after_another_to_the_last_unit(medusa, bought):
	id = bought(pieces=7, price=1.233)
	doc, _bill = delivered_and_billed(id)
	for number, pieces in enumerate((2, 1, 3)):
		before = due(id)
		back = (
			buying.request_return(medusa, id, {"G-1": pieces})
			if number
			else return_with_fee(medusa, id, pieces)
		)
		buying.receive_return(medusa, id, back)
		money = before - due(id)
		buying.refund(medusa, id, float(money))
		come(id)
		assert Decimal(str(notes()[-1].grand_total)) == -money
		assert Decimal(str(round(billing.balance(doc), 3))) == due(id)
		submit_drafts()
	come(id)
	settled(doc)
	assert len(notes()) == 3


def test_a_fee_has_an_account_of_its_own(medusa, bought):
	account = expense("Given Away")
	id = bought(return_fee_account=account)
	delivered_and_billed(id)
	buying.receive_return(medusa, id, return_with_fee(medusa, id, 1))
	come(id)
	assert charged(notes()[0])["Given Away"] == 1


def test_what_came_back_before_the_invoice_isn_t_billed_and_the_fee_is(medusa, bought):
	id = bought()
	doc = come(id)
	factories.delivery(doc)
	buying.receive_return(medusa, id, return_with_fee(medusa, id, 1))
	buying.refund(medusa, id, 9.45)
	come(id)
	submit_drafts()
	bill = factories.invoice(frappe.get_doc("Sales Order", doc.name))
	assert bill.grand_total == 24.15  # 2 × 10.5, 2.1 of shipping, 1.05 of the fee
	assert charged(bill) == {FREIGHT: 3, "VAT 5": 1.15}
	come(id)
	assert notes() == []
	settled(doc)


def test_first_seen_after_a_return_with_a_fee(medusa, bought):
	id = bought()
	buying.receive_return(medusa, id, return_with_fee(medusa, id, 1))
	problem = arrive(session.open_shop().read_orders([id])[id])
	doc = frappe.get_doc("Sales Order", {"medusa_order_id": id})
	assert doc.grand_total == 33.6
	assert "deliver" in problem[0]  # the return waits for its Delivery Note


def test_a_refund_of_shipping_is_on_shipping(medusa, bought):
	id = bought()
	doc, _bill = delivered_and_billed(id)
	buying.refund(medusa, id, 2.1)
	come(id)
	(note,) = notes()
	assert (note.grand_total, note.net_total) == (-2.1, 0)
	assert charged(note) == {FREIGHT: -2, "VAT 5": -0.1}
	submit_drafts()
	come(id)
	settled(doc)


def test_a_refund_that_names_shipping_is_on_shipping(medusa, bought):
	id = bought()
	doc, _bill = delivered_and_billed(id)
	reason = medusa.admin("POST", "/admin/refund-reasons", {"label": "Late delivery", "code": "late"})
	payment = buying.BuyingV2._payment(medusa, id)["id"]
	body = {"amount": 1.05, "refund_reason_id": reason["refund_reason"]["id"]}
	medusa.admin("POST", f"/admin/payments/{payment}/refund", body)
	buying.refund(medusa, id, 3, note="a scratch")
	come(id)
	shipping, goods = notes()
	assert charged(shipping) == {FREIGHT: -1, "VAT 5": -0.05}
	assert (goods.grand_total, goods.net_total < 0) == (-3, True)
	submit_drafts()
	come(id)
	settled(doc)


def credit(medusa, id: str, amount: float) -> None:
	body = {"amount": amount, "reference": "Gift card", "reference_id": "GC-1"}
	medusa.admin("POST", f"/admin/orders/{id}/credit-lines", body)


def test_a_credit_line_has_its_account(medusa, market):
	account = expense("Given Away")
	made = buying.product(medusa, "G-1", {"omr": 10})
	factories.item("G-1", is_stock_item=0, medusa_variant_id=made["variant_id"])
	id = buying.place(medusa, [(made["variant_id"], 1)], market=market)
	credit(medusa, id, 2)
	buying.capture(medusa, id, 10.6)
	(problem,) = arrive(session.open_shop().read_orders([id])[id])
	assert "2.000 OMR" in problem and "Account for Store Credits" in problem
	arriving.configure_orders(
		server=False,
		payment_providers=[{"mode_of_payment": "Cash"}],
		credit_account=account,
		invoice_on_capture=1,
	)
	doc = come(id)
	assert doc.grand_total == 10.6
	assert charged(doc)["Given Away"] == -2
	(bill,) = bills()
	assert (bill.grand_total, bill.outstanding_amount) == (10.6, 0)
	settled(doc)


@pytest.mark.parametrize("billed", [False, True])
def test_a_credit_line_that_comes_later(medusa, market, billed):
	account = expense("Given Away")
	arriving.configure_orders(
		server=False, payment_providers=[{"mode_of_payment": "Cash"}], credit_account=account
	)
	made = buying.product(medusa, "G-1", {"omr": 10})
	factories.item("G-1", is_stock_item=0, medusa_variant_id=made["variant_id"])
	id = buying.place(medusa, [(made["variant_id"], 1)], market=market)
	doc = come(id)
	if billed:
		factories.invoice(doc)
	credit(medusa, id, 2)
	buying.capture(medusa, id, 10.6)
	doc = come(id)
	if billed:
		(note,) = notes()
		assert (note.grand_total, charged(note)) == (-2, {"Given Away": -2})
		submit_drafts()
	else:
		assert doc.grand_total == 10.6
		factories.invoice(doc)
	come(id)
	settled(doc)


def test_an_order_of_nothing_is_billed(medusa, market):
	arriving.configure_orders(
		server=False, payment_providers=[{"mode_of_payment": "Cash"}], invoice_on_capture=1
	)
	made = buying.product(medusa, "G-1", {"omr": 0})
	factories.item("G-1", is_stock_item=0, medusa_variant_id=made["variant_id"])
	free = buying.shipping_option(medusa, market, "For nothing", {"omr": 0})
	id = buying.place(medusa, [(made["variant_id"], 2)], market=free, shipping="For nothing")
	doc = come(id)
	(bill,) = bills()
	assert (bill.docstatus, bill.grand_total) == (1, 0)
	factories.delivery(doc)
	doc.reload()
	assert (doc.per_billed, doc.status) == (100, "Completed")


def test_billed_on_capture_what_came_back_isn_t_billed_again(medusa, bought):
	id = bought(invoice_on_capture=1)
	doc = come(id)
	(bill,) = bills()
	factories.delivery(doc)
	buying.receive_return(medusa, id, buying.request_return(medusa, id, {"G-1": 1}))
	buying.refund(medusa, id, 10.5)
	come(id)
	(note,) = notes()
	note.update_billed_amount_in_sales_order = 1  # the form offers it
	note.save()
	submit_drafts()
	come(id)
	assert [each.name for each in bills()] == [bill.name]
	assert Decimal(str(note.grand_total)) == Decimal("-10.5")
	settled(doc)


def test_orders_are_read_once(medusa, bought, monkeypatch):
	"""Only an order that is being changed is read a second time."""
	from medusa_integration.medusa.v2 import order_reading

	again: list[float] = []
	monkeypatch.setattr(order_reading, "sleep", again.append)

	def read() -> None:
		session.open_shop().read_orders([id])

	id = bought()
	read()
	back = return_with_fee(medusa, id, 1)
	read()
	buying.receive_return(medusa, id, back)
	read()
	for amount in (9.45, 2.1):
		buying.refund(medusa, id, amount)
		read()
	assert again == []


def test_damaged_pieces_are_credited_too(medusa, bought):
	id = bought()
	doc, _bill = delivered_and_billed(id)
	back = buying.request_return(medusa, id, {"G-1": 2})
	path, line = f"/admin/returns/{back}", buying.lines(medusa, id)["G-1"]
	medusa.admin("POST", f"{path}/receive", {})
	medusa.admin("POST", f"{path}/receive-items", {"items": [{"id": line, "quantity": 1}]})
	medusa.admin("POST", f"{path}/dismiss-items", {"items": [{"id": line, "quantity": 1}]})
	medusa.admin("POST", f"{path}/receive/confirm", {})
	buying.refund(medusa, id, 21)
	come(id)
	(note,) = notes()
	assert note.grand_total == -21
	submit_drafts()
	come(id)
	settled(doc)


def test_shipping_of_goods_that_all_came_back_before_the_invoice(medusa, bought):
	"""ERPNext has nothing left to bill: the row says what to bill, and ends with it."""
	id = bought()
	doc = come(id)
	factories.delivery(doc)
	buying.receive_return(medusa, id, buying.request_return(medusa, id, {"G-1": 3}))
	come_with = arrive(session.open_shop().read_orders([id])[id])
	assert come_with == []  # the goods haven't come yet
	submit_drafts()
	frappe.db.commit()
	(problem,) = arrive(session.open_shop().read_orders([id])[id])
	assert "2.100" in problem and doc.po_no in problem
	frappe.get_doc(
		{
			"doctype": "Sales Invoice",
			"customer": doc.customer,
			"company": doc.company,
			"currency": "OMR",
			"po_no": doc.po_no,
			"disable_rounded_total": 1,
			"items": [{"item_code": "G-1", "qty": 1, "rate": 2.1, "price_list_rate": 2.1}],
		}
	).insert(ignore_permissions=True)
	bill = frappe.get_last_doc("Sales Invoice")
	bill.submit()
	come(id)


def test_a_negative_credit_line_is_billed_by_hand(medusa, bought):
	id = bought(credit_account=expense("Given Away"))
	doc, _bill = delivered_and_billed(id)
	buying.receive_return(medusa, id, buying.request_return(medusa, id, {"G-1": 1}))
	credit(medusa, id, -10.5)
	frappe.db.commit()
	(problem,) = arrive(session.open_shop().read_orders([id])[id])
	assert "10.500" in problem and doc.po_no in problem
	note = notes()[0]  # the customer gets nothing back
	note.append(
		"taxes",
		{
			"charge_type": "Actual",
			"account_head": expense("Given Away"),
			"description": "Kept",
			"tax_amount": 10.5,
		},
	)
	note.save()
	come(id)
