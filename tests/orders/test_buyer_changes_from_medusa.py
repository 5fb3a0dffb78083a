"""What is changed of an order's buyer in Medusa after the import: the documents follow, or tell."""

from dataclasses import replace

import frappe
import pytest
from erpnext.selling.doctype.sales_order.sales_order import make_delivery_note, make_sales_invoice
from frappe.utils import strip_html

from medusa_integration import session
from medusa_integration.medusa.order import Customer, Order
from medusa_integration.orders.orders_from_medusa import arrive
from tests.support import arriving, buying, factories
from tests.support.arriving import MUSCAT, line, order
from tests.support.parties import prove

ACCOUNT = Customer("cus_1", "account@example.com", "Aisha", "B", has_account=True)
NEW = replace(MUSCAT, address_1="9 Hill Road", city="Nizwa", phone="+968 24001234")


@pytest.fixture(autouse=True)
def configured():
	with arriving.precision(3):
		arriving.configure_orders()
		arriving.items("G-1")
		yield


def came(given: Order | None = None, **values):
	"""The order's Sales Order, after it has come."""
	given = replace(given or placed(), **values)
	frappe.db.commit()
	assert arrive(given) == []
	return frappe.get_doc("Sales Order", {"medusa_order_id": given.id})


def placed(**values) -> Order:
	return order(line("G-1", 5, 2), **values)


def made(mapper, name: str, submit: bool = True, qty: float | None = None):
	doc = mapper(name)
	if qty:
		doc.items[0].qty = qty
	doc.insert(ignore_permissions=True)
	return doc.submit() or doc if submit else doc


def note(sales_order, **values):
	return made(make_delivery_note, sales_order.name, **values)


def comments(doc) -> str:
	filters = {"reference_doctype": doc.doctype, "reference_name": doc.name}
	rows = frappe.get_all("Comment", filters, pluck="content", order_by="creation")
	return "\n".join(strip_html(each) for each in rows)


def street(name: str) -> str:
	return frappe.db.get_value("Address", name, "address_line1")


# --- addresses


@pytest.mark.parametrize("submit_orders", [0, 1])
def test_a_corrected_shipping_address_is_on_the_delivery_note(submit_orders: int):
	arriving.configure_orders(submit_orders=submit_orders)
	first = came()
	doc = came(shipping_address=NEW)
	assert (doc.name, doc.docstatus) == (first.name, submit_orders)
	assert street(doc.shipping_address_name) == "9 Hill Road"
	assert "9 Hill Road" in doc.shipping_address
	assert doc.customer_address == first.customer_address
	assert "9 Hill Road" in comments(doc)
	if submit_orders:
		delivery = note(doc)
		assert "9 Hill Road" in delivery.shipping_address
		assert "+968 24001234" in delivery.shipping_address


def test_a_corrected_billing_address_is_on_the_invoice():
	came()
	doc = came(billing_address=NEW)
	bill = made(make_sales_invoice, doc.name)
	assert "9 Hill Road" in bill.address_display
	assert "9 Hill Road" not in (bill.shipping_address or "")


def test_an_account_in_which_all_changes_at_once():
	first = came(customer=ACCOUNT)
	doc = came(
		customer=ACCOUNT, shipping_address=NEW, billing_address=NEW, email="new@example.com", note="Ring"
	)
	assert doc.customer == first.customer
	assert street(doc.shipping_address_name) == street(doc.customer_address) == "9 Hill Road"
	assert doc.contact_email == "new@example.com"
	assert "Note: Ring" in comments(doc)


def test_again_nothing_changes():
	came()
	doc = came(shipping_address=NEW)
	before = frappe.db.count("Comment")
	again = came(shipping_address=NEW)
	assert again.modified == doc.modified
	assert frappe.db.count("Comment") == before


def test_a_draft_delivery_note_follows_and_a_submitted_one_tells():
	doc = came()
	gone, draft = note(doc, qty=1), note(doc, submit=False, qty=1)
	doc = came(shipping_address=NEW)
	gone.reload(), draft.reload()
	assert "9 Hill Road" in draft.shipping_address and "9 Hill Road" in comments(draft)
	assert "Way 1" in gone.shipping_address
	assert "9 Hill Road" in comments(gone) and "by hand" in comments(gone)
	assert gone.name in comments(doc)
	assert "9 Hill Road" in doc.shipping_address  # the other piece is still to be sent


def test_all_was_delivered():
	doc = came()
	gone = note(doc)
	doc = came(shipping_address=NEW)
	assert "Way 1" in doc.shipping_address
	assert "9 Hill Road" in comments(doc) and "9 Hill Road" in comments(gone)


def test_a_submitted_invoice_is_told():
	doc = came()
	bill, draft = (
		made(make_sales_invoice, doc.name, qty=1),
		made(make_sales_invoice, doc.name, submit=False, qty=1),
	)
	came(billing_address=NEW)
	bill.reload(), draft.reload()
	assert "Way 1" in bill.address_display and "9 Hill Road" in comments(bill)
	assert "9 Hill Road" in draft.address_display


def test_a_users_change_stays_until_medusa_changes():
	doc = came()
	own = factories.customer("Other").name
	frappe.db.set_value("Sales Order", doc.name, "contact_email", "desk@example.com")
	doc = came(note="Ring")
	assert doc.contact_email == "desk@example.com"
	doc = came(note="Ring", email="new@example.com")
	assert doc.contact_email == "new@example.com"
	assert doc.customer != own


def test_an_address_that_erpnext_cannot_take_parks_and_comes_later():
	came()
	changed = placed(shipping_address=replace(NEW, country_code="AD"))
	frappe.db.set_value("Country", "Andorra", "code", "")
	frappe.db.commit()
	try:
		(words,) = arrive(changed)
		assert "Country" in words and "Retry" in words
	finally:
		frappe.db.set_value("Country", "Andorra", "code", "ad")
		frappe.db.commit()
	assert "Andorra" in came(changed).shipping_address


def test_an_order_from_before_the_app_kept_this():
	doc = came()
	frappe.db.set_value("Sales Order", doc.name, "medusa_copied_values", None)
	came(shipping_address=NEW)  # from now on
	assert "10 Low Lane" in came(shipping_address=replace(NEW, address_1="10 Low Lane")).shipping_address


@pytest.mark.parametrize("text", ["{", "[]", '{"customer": 1}'])
def test_unreadable_values_count_as_none(text: str):
	doc = came()
	frappe.db.set_value("Sales Order", doc.name, "medusa_copied_values", text)
	again = came(shipping_address=NEW)
	assert again.name == doc.name and "Changed in Medusa" not in comments(again)
	assert "10 Low Lane" in came(shipping_address=replace(NEW, address_1="10 Low Lane")).shipping_address


# --- e-mail and notes


def test_a_corrected_email():
	first = came()
	gone = note(first, qty=1)
	doc = came(email="corrected@example.com")
	assert (doc.customer, doc.contact_email) == (first.customer, "corrected@example.com")
	assert note(doc).contact_email == "corrected@example.com"
	assert "corrected@example.com" in comments(gone)


def test_notes():
	doc = came(note="Ring once", texts=(("gift", "Card"),))
	gone = note(doc)
	texts = (("engraving", "For Aisha"),)
	changed = replace(placed(), note="Ring twice", lines=(line("G-1", 5, 2, texts=texts),))
	doc = came(changed)
	for each in (doc, gone):
		told = comments(each)
		assert "Note: Ring twice" in told and "Gift: -" in told and "Engraving: For Aisha" in told


# --- the customer


def test_a_guests_order_is_given_to_an_account():
	guest = came()
	prove("account@example.com", "cus_1")
	clinic = factories.customer("Clinic", medusa_id="cus_1", email_id="account@example.com")
	frappe.db.set_value("Customer", clinic.name, "tax_id", "OM1")
	doc = came(customer=ACCOUNT, customer_id="cus_1")
	assert (doc.name, doc.customer, doc.customer_name) == (guest.name, clinic.name, "Clinic")
	assert doc.tax_id == "OM1"
	links = {"parenttype": "Address", "link_doctype": "Customer", "link_name": clinic.name}
	assert doc.shipping_address_name in frappe.get_all("Dynamic Link", links, pluck="parent")
	assert clinic.name in comments(doc) and guest.customer in comments(doc)
	delivery = note(doc)
	assert delivery.customer == clinic.name
	made(make_sales_invoice, doc.name)


def test_an_order_that_is_being_delivered_tells_only():
	guest = came()
	gone = note(guest, submit=False)
	clinic = factories.customer("Clinic", medusa_id="cus_1")
	doc = came(customer=ACCOUNT)
	assert doc.customer == guest.customer
	for each in (doc, gone):
		assert clinic.name in comments(each) and "merge" in comments(each)


@pytest.mark.v2("v1's claims are another route's")
@pytest.mark.slow
def test_corrections_and_a_transfer_in_a_real_shop(medusa):
	variant = buying.product(medusa, "G-1", {"omr": 1.5})["variant_id"]
	frappe.db.set_value("Item", "G-1", "medusa_variant_id", variant)
	arriving.configure_orders(server=False)
	id = buying.place(medusa, [(variant, 2)], email="guest@example.com")
	first = came(read(id))
	before = read(id).updated_at
	medusa.admin(
		"POST",
		f"/admin/orders/{id}",
		{"shipping_address": {"address_1": "9 Hill Road"}, "email": "n@example.com"},
	)
	assert read(id).updated_at > before  # a poll finds it
	doc = came(read(id))
	assert "9 Hill Road" in doc.shipping_address and doc.contact_email == "n@example.com"
	account = buying.sign_up(medusa, "account@example.com")
	medusa.admin("POST", f"/admin/orders/{id}/transfer", {"customer_id": account.id})
	assert came(read(id)).customer == first.customer  # it wasn't accepted yet
	changes = medusa.admin("GET", f"/admin/orders/{id}/changes")["order_changes"]
	tokens = [
		action["details"]["token"]
		for each in changes
		for action in each["actions"]
		if "token" in action["details"]
	]
	medusa.store("POST", f"/store/orders/{id}/transfer/accept", {"token": tokens[0]})
	doc = came(read(id))
	assert frappe.db.get_value("Customer", doc.customer, "medusa_id") == account.id


def read(id: str) -> Order:
	return session.open_shop().read_orders([id])[id]


def test_an_order_of_a_quotation_is_told_the_notes_once_and_follows():
	made_before = factories.sales_order(("G-1", 2, 5), medusa_order_id="order_1")
	id = frappe.db.get_value("Customer", made_before.customer, "medusa_id")
	given = placed(note="Ring twice", texts=(("gift", "Card"),), customer=replace(ACCOUNT, id=id))
	doc = came(given)
	assert doc.name == made_before.name
	told = comments(doc)
	assert "Ring twice" in told and "Gift: Card" in told
	assert comments(came(given)) == told
	assert "9 Hill Road" in came(given, shipping_address=NEW).shipping_address
