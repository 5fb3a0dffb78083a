"""No data of a customer is lost: it is in ERPNext's fields, or in a comment on the Sales Order."""

from dataclasses import replace
from html import unescape

import frappe
import pytest

from medusa_integration import session
from medusa_integration.medusa.order import Address, Customer, Order
from medusa_integration.orders.orders_from_medusa import arrive
from tests.support import arriving, buying, factories, hostile
from tests.support.arriving import MUSCAT, line, order
from tests.support.hostile import HOSTILE

LONG = "Building 12, " + " ".join(f"Way {number:03}" for number in range(34))[:242]  # 255 signs
PHONES = {  # what is known of each, and the number that can be dialled
	"+1 202-555-0142 ext. 81234": (["12025550142", "81234"], "+12025550142#81234"),
	"+968 2400 0000 / 2400 0001": (["96824000000", "24000001"], "+968 2400 0000"),
	"Tel: +968 2400 0000": (["96824000000"], "+968 2400 0000"),
	"+968 (0) 2400-0000 (reception, ask for Mona)": (
		["24000000", "reception, ask for Mona"],
		"+968 (0) 2400-0000",
	),
	"٠٠٩٦٨ ٢٤٠٠٠٠٠٠": (["0096824000000"], "00968 24000000"),
	"1-800-FLOWERS": (["1-800-FLOWERS"], ""),
	"ring at the door": (["ring at the door"], ""),
	"+968 2400 0000, +968 2400 0001, +968 2400 0002": (
		["96824000000", "24000001", "24000002"],
		"+968 2400 0000",
	),
}


@pytest.fixture(autouse=True)
def configured():
	with arriving.precision(3):
		arriving.configure_orders()
		arriving.items("G-1")
		yield


@pytest.fixture
def shelf(medusa) -> str:
	"""The variant of a product that is for sale."""
	made = buying.product(medusa, "G-1", {"omr": 1.5})
	frappe.db.set_value("Item", "G-1", "medusa_variant_id", made["variant_id"])
	frappe.db.commit()
	arriving.configure_orders(server=False)
	return made["variant_id"]


def imported(given: Order):
	"""The order's Sales Order."""
	frappe.db.commit()
	assert arrive(given) == []
	return frappe.get_doc("Sales Order", {"medusa_order_id": given.id})


def read(id: str) -> Order:
	return session.open_shop().read_orders([id])[id]


def comments(doc) -> str:
	"""The texts of all comments of a document that people read."""
	filters = {"reference_doctype": doc.doctype, "reference_name": doc.name}
	rows = frappe.get_all("Comment", filters, pluck="content", order_by="creation")
	return "\n".join(strip_html(each.replace("<br>", "\n")) for each in rows)


def address(name: str):
	return frappe.get_doc("Address", name)


def strip_html(html: str) -> str:
	"""Frappe 15's leaves character references."""
	return unescape(frappe.utils.strip_html(html))


def known(doc) -> str:
	"""All that the people who work on an order see of its buyer."""
	shown = [doc.address_display, doc.shipping_address, doc.contact_display, doc.contact_email]
	return "\n".join([*(strip_html(each or "") for each in shown), comments(doc)])


def only_digits(text: str) -> str:
	return "".join(each for each in text if each.isdigit())


@pytest.mark.parametrize("phone", PHONES)
def test_phones_in_any_spelling(phone: str):
	place = replace(MUSCAT, phone=phone)
	buyer = Customer("cus_1", "aisha@example.com", "Aisha", "B", phone=phone, has_account=True)
	doc = imported(order(line("G-1", 5), customer=buyer, billing_address=place, shipping_address=place))
	seen, (parts, number) = known(doc), PHONES[phone]
	assert (address(doc.shipping_address_name).phone or "") == number
	assert (frappe.db.get_value("Contact", doc.contact_person, "mobile_no") or "") == number
	for part in parts:
		assert part in seen or part in only_digits(seen), part


@pytest.mark.slow
def test_what_a_visitor_types_in_a_real_shop(medusa, shelf):
	place = buying.address(
		phone="+1 202-555-0142 ext. 81234", address_1=LONG, address_2="Flat 2", company="Harbour Clinic"
	)
	buyer = buying.sign_up(medusa, "aisha@example.com", phone="+968 2400 0000 / 2400 0001")
	id = buying.place(medusa, [(shelf, 2)], buyer=buyer, shipping_address=place)
	doc = imported(read(id))
	stored = address(doc.shipping_address_name)
	assert stored.phone == "+12025550142#81234"
	assert f"{stored.address_line1} {stored.address_line2}" == f"{LONG}, Flat 2, Attn: Aisha B"
	assert frappe.db.get_value("Contact", doc.contact_person, "mobile_no") == "+968 2400 0000"
	assert "2400 0001" in comments(doc)


def test_a_street_of_255_signs():
	doc = imported(order(line("G-1", 5), shipping_address=replace(MUSCAT, address_1=LONG)))
	assert len(LONG) == 255
	stored = address(doc.shipping_address_name)
	assert f"{stored.address_line1} {stored.address_line2}" == LONG
	assert "The shop also sent" not in comments(doc)
	again = imported(
		order(
			line("G-1", 5), id="order_2", display_id="1002", shipping_address=replace(MUSCAT, address_1=LONG)
		)
	)
	assert again.shipping_address_name == doc.shipping_address_name


@pytest.mark.parametrize("street", ["x" * 255, "ش" * 600, "Way 1 " * 200])
def test_streets_that_are_too_long(street: str):
	doc = imported(
		order(line("G-1", 5), shipping_address=replace(MUSCAT, address_1=street, address_2="Flat 2"))
	)
	stored = address(doc.shipping_address_name)
	whole = (stored.address_line1 + stored.address_line2).replace(" ", "")
	fits = len(street) <= 255  # into two lines
	assert (street.replace(" ", "") in whole) if fits else (street.strip() in comments(doc))
	assert "Flat 2" in whole or "Flat 2" in stored.address_line2 or "Flat 2" in comments(doc)


def test_other_texts_that_are_too_long():
	odd = replace(MUSCAT, city="C" * 200, company="H" * 200, last_name="L" * 200, postal_code="9" * 200)
	seen = known(imported(order(line("G-1", 5), shipping_address=odd)))
	assert all(sign * 200 in seen for sign in "CHL9")


@pytest.mark.parametrize(
	("company", "person", "on_label"),
	[
		("Harbour Clinic", "Omar Said", ["Attn: Omar Said"]),  # the Customer's company, another person
		("", "Omar Said", ["Attn: Omar Said"]),  # a present
		("Hill Hospital", "Omar Said", ["Hill Hospital", "Attn: Omar Said"]),
		("Harbour Clinic", "", []),
	],
)
def test_names_on_the_label(company: str, person: str, on_label: list[str]):
	first, _space, last = person.partition(" ")
	shipping = replace(MUSCAT, company=company, first_name=first, last_name=last)
	buyer = Customer("cus_1", "a@example.com", "Aisha", "B", company_name="Harbour Clinic", has_account=True)
	doc = imported(order(line("G-1", 5), customer=buyer, shipping_address=shipping))
	assert doc.customer_name == "Harbour Clinic"
	assert all(each in doc.shipping_address for each in on_label)
	assert (address(doc.shipping_address_name).address_line2 or "") == ", ".join(on_label)
	again = imported(
		order(line("G-1", 5), id="order_2", display_id="1002", customer=buyer, shipping_address=shipping)
	)
	assert again.shipping_address_name == doc.shipping_address_name


# --- VAT numbers


@pytest.mark.parametrize(
	"key", ["vat_number", "taxId", "VAT", "tax_id", "Company VAT No", "gstin", "trn", "billing_vat_id"]
)
def test_vat_numbers(key: str):
	place = replace(MUSCAT, texts=((key, "OM1100012345"),))
	doc = imported(order(line("G-1", 5), billing_address=place))
	assert doc.tax_id == frappe.db.get_value("Customer", doc.customer, "tax_id") == "OM1100012345"
	assert "isn't verified" in comments(frappe.get_doc("Customer", doc.customer))


@pytest.mark.parametrize(
	("key", "text"), [("vat_exempt", "1"), ("vat_rate", "5"), ("tax_id", "none"), ("private", "1")]
)
def test_no_vat_numbers(key: str, text: str):
	doc = imported(order(line("G-1", 5), billing_address=replace(MUSCAT, texts=((key, text),))))
	assert not doc.tax_id
	assert text in comments(doc)


def test_a_vat_number_never_replaces_erpnexts():
	buyer = Customer("cus_1", "a@example.com", "Aisha", "B", has_account=True, texts=(("vat", "OM999"),))
	made = factories.customer("Clinic", medusa_id="cus_1")
	frappe.db.set_value("Customer", made.name, "tax_id", "OM111")
	doc = imported(order(line("G-1", 5), customer=buyer))
	assert (doc.customer, doc.tax_id) == (made.name, "OM111")
	assert "Tax ID, not verified: OM999" in comments(doc)


def test_a_guests_vat_number_changes_no_customer_that_is_there():
	first = imported(order(line("G-1", 5)))
	place = replace(MUSCAT, texts=(("vat", "OM999"),))
	doc = imported(order(line("G-1", 5), id="order_2", display_id="1002", billing_address=place))
	assert doc.customer == first.customer
	assert not frappe.db.get_value("Customer", doc.customer, "tax_id")
	assert "OM999" in comments(doc)


# --- notes and texts of lines


def test_the_note_of_an_order():
	doc = imported(order(line("G-1", 5), note="Ring twice", texts=(("gift_message", "Best wishes"),)))
	assert "Ring twice" in comments(doc) and "Gift Message: Best wishes" in comments(doc)


@pytest.mark.v2("v1's carts are filled otherwise")
@pytest.mark.slow
def test_texts_of_a_real_order(medusa, shelf):
	id = buying.place(
		medusa,
		[(shelf, 1)],
		metadata={"note": "Ring twice", "gift_message": "Best wishes", "slots": {"from": 9}},
	)
	doc = imported(read(id))
	assert all(each in comments(doc) for each in ("Ring twice", "Gift Message: Best wishes", '{"from": 9}'))


@pytest.mark.v2("v1's carts are filled otherwise")
@pytest.mark.slow
def test_an_engraving_in_a_real_order(medusa, shelf):
	item = {
		"variant_id": shelf,
		"quantity": 1,
		"metadata": {"engraving": "For Aisha <3", "font": ["Arial", 12]},
	}
	body = {"items": [item], "email": "a@example.com", "shipping_address": buying.address()}
	draft = {"region_id": medusa.shop["region_id"], "sales_channel_id": medusa.shop["sales_channel_id"]}
	id = medusa.admin("POST", "/admin/draft-orders", {**draft, **body})["draft_order"]["id"]
	medusa.admin("POST", f"/admin/draft-orders/{id}/convert-to-order")
	doc = imported(read(id))
	assert "Engraving: For Aisha ‹3" in doc.items[0].description
	assert "Product G-1" in doc.items[0].description or "G-1" in doc.items[0].description
	assert '["Arial", 12]' in strip_html(doc.items[0].description)


def test_texts_of_lines_are_on_the_delivery_note():
	from erpnext.selling.doctype.sales_order.sales_order import make_delivery_note

	texts = (("engraving", "For Aisha"), ("long", "x" * 10_000))
	doc = imported(order(line("G-1", 7, 3, texts=texts), line("G-1", 1, id="ordli_2")))
	note = make_delivery_note(doc.name).insert()
	rows = [row for row in note.items if "Engraving: For Aisha" in row.description]
	assert [row.qty for row in rows] == [3]
	assert "x" * 10_000 in rows[0].description
	assert "Engraving" not in note.items[-1].description


@pytest.mark.slow
def test_hostile_texts():
	texts = tuple((f"{key} {HOSTILE}", HOSTILE) for key in "ab")
	place = Address(
		address_1=f"1 {HOSTILE}" * 9, city="Muscat", country_code="OM", phone=HOSTILE, texts=texts
	)
	buyer = Customer(
		"cus_1", "a@example.com", first_name=HOSTILE, phone=HOSTILE, has_account=True, texts=texts
	)
	arriving.configure_orders(default_item="G-1")
	by_hand = replace(line("", 1, title=HOSTILE, texts=texts), id="ordli_hand")
	imported(
		order(
			line("G-1", 5, texts=texts), by_hand, customer=buyer, billing_address=place, note=HOSTILE * 300,
			texts=(*texts, ("vat", f"1 {HOSTILE}")), email=HOSTILE,
		)
	)  # fmt: skip
	found = hostile.written()
	assert not hostile.raw([each for each in found if each.column != "other_charges_calculation"])


@pytest.mark.parametrize(
	"text",
	["🦷 👩‍⚕️", "مرحبا \u202eabc", "a\x00b\x1bc", "\ud800", "<img src=x onerror=alert(1)>", "{{ 7*7 }}"],
)
def test_odd_texts(text: str):
	doc = imported(order(line("G-1", 5, texts=(("t", text),)), note=text, texts=(("k", text),)))
	assert (
		"K:" in comments(doc)
		and frappe.db.count("Comment", {"reference_name": doc.name, "comment_type": "Comment"}) == 2
	)
	assert "<img" not in doc.items[0].description


# --- orders without a customer, an e-mail, a name


@pytest.mark.v2("v1 deletes no customers")
@pytest.mark.slow
def test_the_customer_was_deleted_in_medusa(medusa, shelf):
	from medusa_integration.operations.order_import import Period, preview

	buyer = buying.sign_up(medusa, "gone@example.com")
	first = buying.place(medusa, [(shelf, 2)], buyer=buyer)
	ordered = imported(read(first))
	second, of_guest = (
		buying.place(medusa, [(shelf, 1)], **who) for who in ({"buyer": buyer}, {"email": "g@example.com"})
	)
	guest = read(of_guest).customer.id
	for id in (buyer.id, guest):
		medusa.admin("DELETE", f"/admin/customers/{id}")
	buying.capture(medusa, second)
	day = frappe.utils.getdate()
	report = preview(Period(frappe.utils.add_days(day, -1), frappe.utils.add_days(day, 1)))
	assert (report["ready"], report["blocked"]) == (2, 0)
	arriving.configure_orders(server=False, payment_providers=[{"mode_of_payment": "Cash"}])
	doc = imported(read(second))
	assert doc.customer == ordered.customer  # by the id that Medusa keeps
	assert frappe.db.exists("Payment Entry", {"medusa_order_id": second, "docstatus": 1})
	assert imported(read(of_guest)).contact_email == "g@example.com"


@pytest.mark.v2("v1's drafts aren't orders")
@pytest.mark.slow
def test_a_clerks_draft_order_without_email(medusa, shelf):
	body = {
		"region_id": medusa.shop["region_id"], "sales_channel_id": medusa.shop["sales_channel_id"],
		"items": [{"variant_id": shelf, "quantity": 2}, {"title": "Engraving", "quantity": 1, "unit_price": 3}],
	}  # fmt: skip
	id = medusa.admin("POST", "/admin/draft-orders", body)["draft_order"]["id"]
	medusa.admin("POST", f"/admin/draft-orders/{id}/convert-to-order")
	(words,) = arrive(read(id))
	assert "Engraving" in words and "Default Item" in words and "Retry" in words
	arriving.items("MISC")
	arriving.configure_orders(server=False, default_item="MISC")
	doc = imported(read(id))
	assert doc.grand_total == float(buying.total(medusa, id))
	assert ("MISC", "Engraving") in {(row.item_code, row.item_name) for row in doc.items}


def test_lines_by_hand_are_told_apart_from_unknown_products():
	arriving.items("MISC")
	arriving.configure_orders(default_item="MISC")
	by_hand = replace(line("", 3, title="Engraving"), id="ordli_hand")
	words = arriving.blocked(order(by_hand, line("X-1", 1, title="Mask")))
	assert "Mask (X-1)" in words and "Engraving" not in words
