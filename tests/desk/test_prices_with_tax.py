"""Test Connection says what Medusa has to be set to, where ERPNext's prices include the tax."""

import frappe
import pytest

from medusa_integration.desk import forms as desk
from tests.support.selling import company, tax_account

OK, WARNING = "ok", "warning"


def said() -> tuple[str, str]:
	(line,) = (line for line in desk.test_connection()["lines"] if line["step"] == "Prices and Tax")
	return line["status"], line["message"]


def in_medusa(medusa, inclusive: bool) -> None:
	found = medusa.admin("GET", "/admin/price-preferences", params={"attribute": "currency_code"})
	(row,) = (row for row in found["price_preferences"] if row["value"] == "omr")
	medusa.admin("POST", f"/admin/price-preferences/{row['id']}", {"is_tax_inclusive": inclusive})


def template(title: str, *, included: int, **values) -> None:
	row = {
		"charge_type": "On Net Total",
		"account_head": tax_account(),
		"rate": 5,
		"description": "VAT",
		"included_in_print_rate": included,
	}
	doc = {
		"doctype": "Sales Taxes and Charges Template",
		"title": title,
		"company": company(),
		"taxes": [row],
	}
	frappe.get_doc({**doc, **values}).insert()


@pytest.fixture
def shop_with_tax(medusa):
	yield medusa
	in_medusa(medusa, False)


@pytest.mark.v2("v1 needs a feature flag")
def test_a_price_list_with_tax_included(shop_with_tax):
	template("Included", included=1, is_default=1)
	status, words = said()
	assert status == WARNING
	assert "switch on Tax inclusive pricing for OMR" in words and "pays it twice" in words
	in_medusa(shop_with_tax, True)
	assert said()[0] == OK


@pytest.mark.v2("v1 needs a feature flag")
def test_a_price_list_without_tax(shop_with_tax):
	template("Added", included=0, is_default=1)
	assert said()[0] == OK
	in_medusa(shop_with_tax, True)
	status, words = said()
	assert status == WARNING
	assert "switch off Tax inclusive pricing for OMR" in words


@pytest.mark.v2("v1 needs a feature flag")
def test_templates_that_differ_say_nothing(shop_with_tax):
	frappe.db.set_value("Sales Taxes and Charges Template", {"company": company()}, "disabled", 1)
	status, words = said()
	assert (status, "If those of Standard Selling include it" in words) == (OK, True)
	template("Included", included=1)
	assert said()[0] == WARNING
	template("Added", included=0)
	assert said()[0] == OK
