"""An order at a quantity's or a sale's price comes in at that price, and passes the check of totals."""

import frappe
import pytest

from medusa_integration import session
from medusa_integration.orders.sales_orders import place
from tests.prices.test_shop_prices import STANDARD, sent
from tests.support import arriving
from tests.support.factories import configure, item_price, pricing_rule, website_item
from tests.support.selling import tax_account
from tests.support.shop import buy


@pytest.mark.parametrize("values", [{"min_qty": 2}, {}], ids=["quantity", "sale"])
def test_a_line_keeps_its_price(medusa, values):
	configure(medusa, shop_prices=[{"price_list": STANDARD}])
	doc = website_item("P-1", item_values={"is_stock_item": 0})
	item_price("P-1", 10)
	pricing_rule(item="P-1", discount_percentage=20, **values)
	sent()
	doc.reload()
	with arriving.precision(3):
		arriving.configure_orders(server=False, tax_accounts=[], fallback_tax_account=tax_account("Shop VAT"))
		id = buy(medusa, doc.medusa_variant_id)["id"]
		order = frappe.get_doc("Sales Order", place(session.open_shop().read_orders([id])[id]).name)
	(row,) = order.items
	assert (row.item_code, row.qty, row.rate) == ("P-1", 2, 8)
	assert order.ignore_pricing_rule
