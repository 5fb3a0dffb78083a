"""Orders of Medusa's become Sales Orders with the same amounts to the last unit."""

import json
from decimal import Decimal

import frappe
import pytest
from frappe.utils import add_days, flt, getdate

from medusa_integration.medusa.order import Customer, Tax
from tests.support import arriving, factories
from tests.support.arriving import PLACED, VAT5, VAT15, blocked, line, order, placed, rows, shipping, taxes
from tests.support.breakups import breakup
from tests.support.selling import company, tax_account


@pytest.fixture(autouse=True)
def configured():
	"""Three decimals, as Oman's currency has."""
	with arriving.precision(3):
		arriving.configure_orders()
		arriving.items("G-1", "G-2", "G-3")
		yield


# --- amounts


def test_an_order_without_taxes():
	doc = placed(order(line("G-1", "1.500", 2)))
	assert (doc.docstatus, doc.grand_total, doc.net_total, doc.total_taxes_and_charges) == (1, 3, 3, 0)
	assert (doc.from_ecommerce, doc.medusa_order_id, doc.po_no) == (1, "order_1", "1001")
	assert doc.order_type == "Shopping Cart" and doc.ignore_pricing_rule and doc.disable_rounded_total
	assert rows(doc) == [("G-1", 2, 1.5, 3)]
	assert doc.items[0].medusa_line_id == "ordli_G-1"
	assert taxes(doc) == {"shipping": 0}  # else ERPNext would add the items' own taxes


def test_several_rates_with_shipping():
	doc = placed(
		order(line("G-1", "1.500", 3, VAT5), line("G-2", "0.333", 1, VAT15), methods=[shipping(2, VAT5)])
	)
	assert (doc.grand_total, doc.net_total) == (7.208, 4.833)
	assert taxes(doc) == {"shipping": 2, "tax:VAT5": 0.325, "tax:VAT15": 0.05}
	assert {row.charge_type for row in doc.taxes} == {"Actual"}
	assert [row.account_head for row in doc.taxes] == [
		arriving.shipping_account(),
		tax_account("VAT 5"),
		tax_account("VAT 15"),
	]
	assert [row.description for row in doc.taxes] == ["Post", "Oman VAT 5%", "Saudi VAT 15%"]


def test_what_the_charges_are_made_of():
	given = order(line("G-1", "1.500", 3, VAT5), line("G-2", "0.333", 1, VAT15), methods=[shipping(2, VAT5)])
	stored = json.loads(placed(given).medusa_charges)
	assert stored["lines"] == {
		"ordli_G-1": {"qty": "3", "amount": "4.500"},
		"ordli_G-2": {"qty": "1", "amount": "0.333"},
	}
	assert stored["charges"][1] == {
		"key": "tax:VAT5",
		"account": tax_account("VAT 5"),
		"amount": "0.325",
		"lines": {"ordli_G-1": "0.225"},
		"rate": {"ordli_G-1": "5"},
		"rest": "0.100",
	}


def test_prices_that_include_tax():
	doc = placed(
		order(line("G-1", "10", 3, VAT15, inclusive=True), methods=[shipping(1, VAT15, inclusive=True)])
	)
	assert doc.grand_total == 31
	assert (doc.net_total, taxes(doc)) == (26.087, {"shipping": 0.87, "tax:VAT15": 4.043})


def test_a_promotion_is_a_discount():
	(row,) = placed(order(line("G-1", 10, 2, VAT5, off=5))).items
	assert (row.price_list_rate, row.rate, row.discount_amount, row.net_amount) == (10, 7.5, 2.5, 15)


def test_a_line_that_no_rate_hits_takes_two_rows():
	doc = placed(order(line("G-1", 10, 7, off="0.01")))
	assert rows(doc) == [("G-1", 3, 9.998, 29.994), ("G-1", 4, 9.999, 39.996)]
	assert {row.medusa_line_id for row in doc.items} == {"ordli_G-1"}
	assert {row.price_list_rate for row in doc.items} == {10}


def test_two_rows_where_items_may_not_be_repeated():
	with settings_of_selling(allow_multiple_items=0):
		doc = placed(order(line("G-1", 10, 7, off="0.01")))
		assert len(doc.items) == 2
		doc.save()
		with pytest.raises(frappe.ValidationError, match="multiple times"):
			factories.sales_order(("G-1", 1, 5), ("G-1", 2, 5))


def test_free_lines_keep_their_price():
	doc = placed(order(line("G-1", 10, 3, VAT5, off=30), line("G-2", 1)))
	free = doc.items[0]
	assert (free.price_list_rate, free.rate, free.discount_percentage, free.net_amount) == (10, 0, 100, 0)
	assert doc.grand_total == 1


def test_all_of_it_free():
	doc = placed(order(line("G-1", 10, 3, VAT5, off=30)))
	assert (doc.docstatus, doc.grand_total, doc.net_total, taxes(doc)["tax:VAT5"]) == (1, 0, 0, 0)


def test_free_goods_with_paid_shipping():
	doc = placed(order(line("G-1", 10, 3, VAT5, off=30), methods=[shipping(2, VAT5)]))
	assert (doc.grand_total, doc.net_total, taxes(doc)) == (2.1, 0, {"shipping": 2, "tax:VAT5": 0.1})


def test_an_item_with_a_maximum_discount():
	frappe.db.set_value("Item", "G-1", "max_discount", 10)
	frappe.clear_document_cache("Item", "G-1")
	assert placed(order(line("G-1", 10, 3, off=30))).net_total == 0


def test_a_unit_of_rounding():
	"""In yen: 0.5 + 0.5 is 1, and each of them rounded is 1."""
	arriving.exchange("JPY", 0.0025)
	accounts = [{"account": tax_account("Shop VAT")}]
	arriving.configure_orders(tax_accounts=accounts)
	doc = placed(order(line("G-1", "0.5", 1, Tax("T", Decimal(100))), currency="JPY"))
	assert (doc.grand_total, doc.net_total) == (1, 1)
	assert taxes(doc) == {"shipping": 0, "tax:T": 1, "rounding": -1}
	(rounding,) = [row for row in doc.taxes if row.medusa_charge == "rounding"]
	assert rounding.account_head == frappe.get_cached_value("Company", company(), "round_off_account")
	assert rounding.description == "Rounding"


@pytest.mark.parametrize(
	("currency", "price", "grand"), [("USD", "3.99", 29.33), ("JPY", "399", 2933), ("OMR", "3.999", 29.393)]
)
def test_currencies(currency: str, price: str, grand: float):
	if currency != "OMR":
		arriving.exchange(currency, 0.385)
	doc = placed(order(line("G-1", price, 7, VAT5), currency=currency))
	assert (doc.currency, doc.grand_total) == (currency, grand)
	assert doc.conversion_rate == (1 if currency == "OMR" else 0.385)
	assert doc.base_net_total == flt(doc.net_total * doc.conversion_rate, 3)


@pytest.mark.slow
def test_five_hundred_lines():
	arriving.items(*(f"M-{n}" for n in range(50)))
	lines = [
		line(f"M-{n % 50}", "1.234", n % 7 + 1, VAT5, off="0.017" if n % 3 else 0, id=f"ordli_{n}")
		for n in range(500)
	]
	given = order(*lines, methods=[shipping(2, VAT5)])
	doc = placed(given)
	assert Decimal(str(doc.grand_total)) == given.total
	assert len({row.medusa_line_id for row in doc.items}) == 500


def test_a_quantity_of_a_thousand_million():
	doc = placed(order(line("G-1", "1.234", 10**9, off="0.001")))
	assert doc.grand_total == 1233999999.999
	assert sum(row.qty for row in doc.items) == 10**9


def test_amounts_that_no_column_holds_wait():
	assert "ERPNext holds no amounts" in blocked(order(line("G-1", 1234, 10**9)))


def test_fractions_of_a_unit():
	frappe.db.set_value("Item", "G-1", "stock_uom", "Kg")
	frappe.clear_document_cache("Item", "G-1")
	given = order(line("G-1", "3.333", "2.75", VAT5, off="0.1"))
	doc = placed(given)
	assert Decimal(str(doc.grand_total)) == given.total
	assert flt(sum(row.qty for row in doc.items), 3) == 2.75


# --- where it goes


def test_days_are_the_sites():
	doc = placed(order(line("G-1", 1)))
	day = frappe.utils.convert_utc_to_system_timezone(PLACED.replace(tzinfo=None)).date()
	assert getdate(doc.transaction_date) == day == getdate(doc.po_date)
	assert getdate(doc.delivery_date) == getdate(add_days(day, 1)) == getdate(doc.items[0].delivery_date)


def test_a_sales_channels_own_warehouse():
	north = factories.warehouse("North")
	rows = [{"sales_channel": "sc_north", "warehouse": north}, {"price_list": "Standard Selling"}]
	arriving.configure_orders(sales_channels=rows)
	doc = placed(order(line("G-1", 1), sales_channel="sc_north"))
	assert (doc.items[0].warehouse, doc.selling_price_list) == (north, "Standard Selling")
	other = placed(order(line("G-1", 1), id="order_2", display_id="2", sales_channel="sc_other"))
	assert other.items[0].warehouse != north


def test_drafts_by_a_setting():
	arriving.configure_orders(submit_orders=0)
	doc = placed(order(line("G-1", 10, 7, VAT5, off="0.01")))
	assert doc.docstatus == 0
	total = doc.grand_total
	doc.submit()
	assert (doc.grand_total, doc.status) == (total, "To Deliver and Bill")


def test_a_customers_note():
	doc = placed(order(line("G-1", 1), note="Ring <script>alert(1)</script> twice"))
	(comment,) = frappe.get_all(
		"Comment", {"reference_name": doc.name, "comment_type": "Comment"}, pluck="content"
	)
	assert "twice" in comment and "<script>" not in comment


# --- found again


def test_found_again():
	given = order(line("G-1", 10))
	first = placed(given)
	assert placed(given).name == first.name
	assert frappe.db.count("Sales Order", {"medusa_order_id": given.id}) == 1


def test_cancelled_in_erpnext_isnt_made_again():
	given = order(line("G-1", 10))
	first = placed(given)
	first.cancel()
	assert (placed(given).name, frappe.db.count("Sales Order", {"medusa_order_id": given.id})) == (
		first.name,
		1,
	)


def test_an_amendment_is_the_order():
	given = order(line("G-1", 10, 7, VAT5, off="0.01"), methods=[shipping(2, VAT5)])
	first = placed(given)
	first.cancel()
	amended = frappe.copy_doc(first)
	amended.update({"amended_from": first.name, "docstatus": 0, "status": "Draft"})
	for row in amended.items:
		row.delivery_date = amended.delivery_date = first.delivery_date
	amended.insert()
	amended.submit()
	assert (amended.grand_total, taxes(amended)) == (first.grand_total, taxes(first))
	assert amended.medusa_charges == first.medusa_charges
	assert [row.medusa_line_id for row in amended.items] == [row.medusa_line_id for row in first.items]
	assert placed(given).name == amended.name


@pytest.mark.parametrize("values", [{"status": "draft"}, {"status": "canceled"}, {"canceled_at": PLACED}])
def test_drafts_and_cancelled_orders_arent_made(values: dict):
	assert placed(order(line("G-1", 10), **values)) is None


def test_an_order_of_a_quotation_is_adopted():
	quotation = factories.quotation(("G-1", 2, 10), medusa_draft_order_id="order_1")
	_is_the_buyer(quotation.party_name)
	quotation.submit()
	from erpnext.selling.doctype.quotation.quotation import make_sales_order

	made = make_sales_order(quotation.name)
	made.delivery_date = frappe.utils.today()
	made.insert()
	made.submit()
	doc = placed(order(line("G-1", 10, 2)))
	assert (doc.name, doc.medusa_order_id, doc.from_ecommerce) == (made.name, "order_1", 1)
	assert doc.items[0].medusa_line_id == "ordli_G-1"
	assert placed(order(line("G-1", 10, 2))).name == made.name


def _is_the_buyer(customer: str) -> None:
	"""By its e-mail: Medusa's order is a guest's."""
	frappe.db.set_value("Customer", customer, "email_id", order(line("G-1", 10, 2)).email)
	frappe.db.commit()


def _account_of(customer: str) -> Customer:
	id = frappe.db.get_value("Customer", customer, "medusa_id")
	return Customer(id=id, email="aisha@example.com", has_account=True)


def test_a_quotation_that_is_decided_later_has_the_imported_order():
	from medusa_integration.quotations import ordering

	quotation = factories.quotation(("G-1", 2, 10), medusa_order_id="order_1")
	quotation.submit()
	doc = placed(order(line("G-1", 10, 2), customer=_account_of(quotation.party_name)))
	again = ordering.place(quotation, is_courier_required=True)
	assert (again.name, again.custom_is_courier_required) == (doc.name, 1)
	assert frappe.db.count("Sales Order") == 1


def test_a_quotation_of_another_customer_takes_no_order_over():
	"""Its shop customer has approved it with the order's id before ERPNext knew the order."""
	quotation = factories.quotation(("G-1", 2, 10), medusa_order_id="order_1")
	quotation.submit()
	from erpnext.selling.doctype.quotation.quotation import make_sales_order

	made = make_sales_order(quotation.name)
	made.delivery_date = frappe.utils.today()
	made.medusa_order_id = "order_1"
	made.insert()
	made.submit()
	frappe.db.set_value("Customer", made.customer, "medusa_id", "cus_of_another")
	frappe.db.commit()
	words = blocked(order(line("G-1", 10, 2)))
	assert made.name in words and "another customer's" in words
	assert frappe.db.count("Sales Order") == 1


# --- in the Desk


def test_saving_it_again_changes_no_total():
	arriving.exchange("USD", 0.385)
	given = order(
		line("G-1", 10, 7, VAT5, off="0.01"),
		line("G-2", "9.99", 3, VAT15, off="29.97"),
		line("G-3", 0, 2),
		currency="USD",
		methods=[shipping(2, VAT5)],
	)
	arriving.configure_orders(submit_orders=0)
	doc = placed(given)
	before = _figures(doc)
	for _ in range(2):
		doc = frappe.get_doc("Sales Order", doc.name)
		doc.save()
		assert _figures(frappe.get_doc("Sales Order", doc.name)) == before
	doc.submit()
	doc = frappe.get_doc("Sales Order", doc.name)
	doc.po_no = "changed"
	doc.save()
	assert _figures(frappe.get_doc("Sales Order", doc.name)) == before


def _figures(doc) -> list:
	fields = ("grand_total", "net_total", "total_taxes_and_charges", "base_grand_total", "rounded_total")
	return [
		*(doc.get(field) for field in fields),
		*rows(doc),
		*((row.medusa_charge, row.tax_amount, breakup(row)) for row in doc.taxes),
	]


# --- helpers


class settings_of_selling:
	"""Values of the Selling Settings, put back at the end."""

	def __init__(self, **values) -> None:
		self.values = values

	def __enter__(self) -> None:
		self.before = {field: frappe.db.get_single_value("Selling Settings", field) for field in self.values}
		self._set(self.values)

	def __exit__(self, *_) -> None:
		frappe.db.rollback()
		self._set(self.before)

	def _set(self, values: dict) -> None:
		for field, value in values.items():
			frappe.db.set_single_value("Selling Settings", field, value)
		frappe.db.commit()
		frappe.clear_cache()
