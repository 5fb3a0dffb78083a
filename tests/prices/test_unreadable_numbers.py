"""Numbers that aren't finite, as a script or an import can store them: not sent, and told with a step."""

import frappe
import pytest

from medusa_integration.api import get_sync_status, get_unsaid_prices
from medusa_integration.operations import connection
from medusa_integration.products import identifiers
from tests.prices.shoppers import guest
from tests.prices.test_shop_prices import STANDARD, sent
from tests.products.test_identifiers import factor, uom
from tests.support.factories import configure, drain, item, item_price, outbox, pricing_rule, website_item
from tests.support.shop import prices

NUMBERS = (
	"discount_percentage",
	"discount_amount",
	"rate",
	"min_qty",
	"max_qty",
	"min_amt",
	"margin_rate_or_amount",
)
INFINITE = (float("inf"), float("-inf"))


def store(doctype: str, name: str, field: str, value: float) -> None:
	"""MariaDB's decimals hold no such number: the database refuses the save."""
	if frappe.db.db_type == "mariadb":
		pytest.skip("MariaDB's decimals hold no such number")
	number = "9e999" if value > 0 else "-9e999"
	frappe.db.sql(f"update `tab{doctype}` set `{field}` = {number} where name = %s", (name,))
	frappe.clear_document_cache(doctype, name)
	frappe.db.commit()


@pytest.mark.parametrize("by_table", [False, True])
@pytest.mark.parametrize("value", INFINITE)
def test_an_item_price_that_is_no_number_is_told_and_keeps_no_other_back(medusa, by_table, value):
	if by_table:
		configure(medusa, shop_prices=[{"price_list": STANDARD}])
	doc = website_item("P-1", item_values={"is_stock_item": 0})
	other = website_item("P-2", item_values={"is_stock_item": 0})
	bad = item_price("P-1", 5)
	item_price("P-2", 7)
	store("Item Price", bad.name, "price_list_rate", value)
	drain()
	(row,) = outbox()
	assert (row.status, row.reference_name) == ("Parked", doc.name)
	assert bad.name in row.error and "Change its rate" in row.error
	assert guest(medusa, other) == 7
	assert "P-1" not in prices(medusa)
	assert bad.name in get_sync_status(doc.name)["no_price"]
	frappe.get_doc("Item Price", bad.name).update({"price_list_rate": 6}).save()
	drain()
	assert outbox() == []
	assert guest(medusa, doc) == 6


@pytest.mark.parametrize("field", NUMBERS)
@pytest.mark.parametrize("value", INFINITE)
def test_a_pricing_rule_with_such_a_number_is_told_and_not_applied(medusa, field, value):
	configure(medusa, shop_prices=[{"price_list": STANDARD}])
	doc = website_item("P-1", item_values={"is_stock_item": 0})
	item_price("P-1", 10)
	rule = pricing_rule(item="P-1", margin_type="Amount" if field.startswith("margin") else None)
	store("Pricing Rule", rule.name, field, value)
	sent()
	assert guest(medusa, doc) == 10
	(told,) = get_unsaid_prices()
	assert rule.name in told["what"] and "is no number" in told["why"]
	(line,) = [each for each in connection.check().lines if each.step == "Prices in the shop"]
	assert line.status == "warning" and rule.name in line.message


@pytest.mark.parametrize("value", INFINITE)
def test_a_weight_that_is_no_number_is_told_and_not_sent(value):
	factor("Kg", "Gram", 1000)
	page = website_item("W-1", item_values={"weight_per_unit": 1, "weight_uom": uom("Kg")})
	store("Item", "W-1", "weight_per_unit", value)
	assert "weight" not in identifiers.of_variants(["W-1"])["W-1"]
	assert "Weight Per Unit" in get_sync_status(page.name)["not_sent"]


def test_a_conversion_factor_that_is_no_number_counts_as_none():
	made = factor("Stone", "Gram", 6350)
	item("W-1", weight_per_unit=1, weight_uom="Stone")
	page = website_item("W-1")
	store("UOM Conversion Factor", made.name, "value", float("inf"))
	assert "weight" not in identifiers.of_variants(["W-1"])["W-1"]
	assert "Add a UOM Conversion Factor" in get_sync_status(page.name)["not_sent"]
