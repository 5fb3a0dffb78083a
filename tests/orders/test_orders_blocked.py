"""What keeps an order of Medusa's out of ERPNext, and what is done about it."""

from dataclasses import replace
from decimal import Decimal

import frappe
import pytest

from medusa_integration.medusa.order import Movement, Payment, Tax
from tests.support import arriving
from tests.support.arriving import PLACED, VAT5, blocked, line, order, placed, shipping


@pytest.fixture(autouse=True)
def configured():
	"""Three decimals, as Oman's currency has."""
	with arriving.precision(3):
		arriving.configure_orders()
		arriving.items("G-1", "G-2", "G-3")
		yield


def test_unknown_products_are_named():
	words = blocked(order(line("X-1", 1, title="Mask"), line("G-1", 1)))
	assert "Mask (X-1)" in words and "Retry" in words and "G-1" not in words


def test_lines_by_variant_before_sku():
	frappe.db.set_value("Item", "G-2", "medusa_variant_id", "variant_2")
	doc = placed(order(line("G-1", 1, variant_id="variant_2")))
	assert doc.items[0].item_code == "G-2"


def test_a_missing_exchange_rate():
	frappe.db.set_value("Currency", "EUR", "enabled", 1)
	with no_service_for_rates():
		words = blocked(order(line("G-1", 1), currency="EUR"))
	assert "EUR" in words and "Currency Exchange" in words
	arriving.exchange("EUR", 0.42)
	assert placed(order(line("G-1", 1), currency="EUR")).conversion_rate == 0.42


def test_a_site_with_fewer_decimals_than_the_currency():
	with arriving.precision(2):
		words = blocked(order(line("G-1", "1.234")))
	assert "OMR" in words and "Currency Precision" in words


def test_medusas_own_total_is_met():
	given = replace(order(line("G-1", 10)), total=Decimal("10.001"))
	words = blocked(given)
	assert "10.000 OMR" in words and "10.001 OMR" in words


def test_totals_that_shrank_with_returns():
	given = order(line("G-1", 10, 2, VAT5, received_quantity=Decimal(1)))
	assert placed(replace(given, total=Decimal("10.5"))).grand_total == 21


def test_totals_that_shrank_with_refunds():
	refund = Movement("ref_1", Decimal(3), PLACED)
	payment = Payment("pay_1", "pp_system_default", Decimal(20), "OMR", refunds=(refund,))
	given = order(line("G-1", 10, 2))
	given = replace(given, total=Decimal(17), credit=Decimal(3), payments=(payment,))
	assert placed(given).grand_total == 20


@pytest.mark.parametrize("values", [{"gift_card_total": Decimal(5)}, {"credit": Decimal(5)}])
def test_gift_cards_and_credits_wait(values: dict):
	assert "5.000 OMR" in blocked(replace(order(line("G-1", 10, 2)), total=Decimal(15), **values))


def test_an_order_without_lines():
	assert "no lines" in blocked(order(line("G-1", 10, 0)))


def test_markup_in_names_is_text():
	evil = "<script>alert(1)</script>"
	assert "<script>" not in blocked(order(line("X-1", 1, title=evil)))
	doc = placed(
		order(line("G-1", 1, 1, Tax("VAT5", Decimal(5), evil), title=evil), methods=[shipping(2, name=evil)])
	)
	assert not any("<script>" in row.description for row in doc.taxes)
	assert "<script>" not in (doc.other_charges_calculation or "")


class no_service_for_rates:
	"""ERPNext asks nobody on the internet for a rate."""

	doctype = "Currency Exchange Settings"

	def __enter__(self) -> None:
		self._set(1)

	def __exit__(self, *_) -> None:
		self._set(0)

	def _set(self, disabled: int) -> None:
		if frappe.db.exists("DocType", self.doctype):  # not in the stand-in
			frappe.db.set_single_value(self.doctype, "disabled", disabled)
			frappe.db.commit()
			frappe.clear_document_cache(self.doctype, self.doctype)
