"""Where the shop sells in sales units, its price is ERPNext's own answer for a row of one such unit."""

import frappe
import pytest
from frappe.utils import add_days, today

from medusa_integration.api import get_sync_status
from tests.support.doctor import examined
from tests.support.factories import configure, drain, item, item_price, outbox, website_item
from tests.support.shop import prices, store_price
from tests.support.sold_units import boxed, resize, sell_in


@pytest.fixture
def doc(medusa):
	"""An item sold in a Box of 12."""
	configure(medusa, unit_in_shop="Sales UOM")
	return boxed("G-1")


def asked(medusa, doc) -> float | None:
	drain()
	doc.reload()
	assert outbox() == []
	return store_price(medusa, doc.medusa_id)


def test_a_price_per_box(medusa, doc):
	item_price("G-1", 10, uom="Box")
	assert asked(medusa, doc) == 10
	assert (doc.medusa_status, get_sync_status(doc.name)["no_price"]) == ("In Shop", "")


def test_a_price_per_piece_is_converted(medusa, doc):
	item_price("G-1", 1)
	assert asked(medusa, doc) == 12


def test_the_price_per_box_counts_before_a_later_one_per_piece(medusa, doc):
	price = item_price("G-1", 10, uom="Box", valid_from=add_days(today(), -9))
	item_price("G-1", 1, valid_from=today())
	assert asked(medusa, doc) == 10
	price.delete()
	assert asked(medusa, doc) == 12


def test_a_later_price_without_a_unit_is_one_per_piece_and_counts_first(medusa, doc):
	item_price("G-1", 10, uom="Box", valid_from=add_days(today(), -9))
	price = item_price("G-1", 2, valid_from=today())
	price.db_set("uom", None)  # of an older ERPNext, which didn't ask for one
	assert asked(medusa, doc) == 24


def test_a_price_in_a_third_unit_is_told(medusa, doc):
	resize("G-1", 3, "Pack")
	price = item_price("G-1", 10, uom="Pack")
	assert asked(medusa, doc) is None
	words = get_sync_status(doc.name)["no_price"]
	assert price.name in words and "per Pack" in words and "per Box" in words


def test_a_packing_unit_of_a_price_per_box_counts_boxes(medusa, doc):
	item_price("G-1", 10, uom="Box", valid_from=add_days(today(), -9))
	price = item_price("G-1", 9, uom="Box", valid_from=today(), packing_unit=6)
	assert asked(medusa, doc) == 10
	price.packing_unit = 1
	price.save()
	assert asked(medusa, doc) == 9


def test_erpnext_asks_a_converted_price_for_no_packing_unit(medusa, doc):
	item_price("G-1", 1, packing_unit=10)
	assert asked(medusa, doc) == 12


def test_a_price_of_six_boxes_alone_leaves_the_one_per_piece(medusa, doc):
	item_price("G-1", 9, uom="Box", packing_unit=6)
	assert asked(medusa, doc) is None
	assert "multiples of 6" in get_sync_status(doc.name)["no_price"]
	item_price("G-1", 1)
	assert asked(medusa, doc) == 12


def test_each_currency_by_itself(medusa, doc):
	item_price("G-1", 10, uom="Box")
	item_price("G-1", 1.255).db_set("currency", "USD")  # as of a list whose currency was changed
	assert asked(medusa, doc) == 10
	amounts = {(currency, amount) for _title, currency, amount in prices(medusa)["G-1"]}
	assert amounts == {("omr", 10), ("usd", 15.06)}


def test_days_of_validity(medusa, doc):
	"""The box's price holds on its days, that of the piece on the others; and the doctor agrees."""
	item_price("G-1", 1)
	item_price("G-1", 10, uom="Box", valid_from=add_days(today(), 3), valid_upto=add_days(today(), 5))
	assert asked(medusa, doc) == 12
	assert sorted(amount for _title, _currency, amount in prices(medusa)["G-1"]) == [10, 12, 12]
	assert examined().differences == []


@pytest.mark.parametrize(("per_kilo", "per_gram"), [(5, 0.005), (4.6, 0.005), (4.4, 0.004)])
def test_a_small_unit_is_rounded_half_up(medusa, per_kilo, per_gram):
	configure(medusa, unit_in_shop="Sales UOM")
	doc = boxed("S-1", 0.001, "Gram", item_values={"stock_uom": "Kg"})
	item_price("S-1", per_kilo, uom="Kg")
	assert asked(medusa, doc) == per_gram


def test_less_than_the_smallest_coin_is_told(medusa):
	configure(medusa, unit_in_shop="Sales UOM")
	doc = boxed("S-1", 0.001, "Gram", item_values={"stock_uom": "Kg"})
	item_price("S-1", 0.3, uom="Kg")
	assert asked(medusa, doc) is None
	words = get_sync_status(doc.name)["no_price"]
	assert "0.0003 per Gram" in words and "smallest unit of OMR" in words


def test_a_variant_has_its_templates_conversion_and_price(medusa):
	configure(medusa, unit_in_shop="Sales UOM")
	item("T-1", uoms=[{"uom": "Nos", "conversion_factor": 1}, {"uom": "Box", "conversion_factor": 12}])
	item_price("T-1", 1)
	item_price("T-1", 10, uom="Box")  # both from before it became a template
	doc = website_item("T-1-S", item_values={"sales_uom": "Box"})
	frappe.db.set_value("Item", "T-1", "has_variants", 1)
	frappe.db.set_value("Item", "T-1-S", "variant_of", "T-1")
	frappe.clear_document_cache("Item", "T-1")
	assert asked(medusa, doc) == 10
	item_price("T-1-S", 2)  # the item's own counts first, in whatever unit
	assert asked(medusa, doc) == 24


def test_a_size_that_changes(medusa, doc):
	item_price("G-1", 1)
	assert asked(medusa, doc) == 12
	resize("G-1", 10)
	assert asked(medusa, doc) == 10


def test_nothing_changes_while_the_setting_is_off(medusa):
	doc = boxed("G-1")
	item_price("G-1", 10, uom="Box")
	assert asked(medusa, doc) is None
	item_price("G-1", 1)
	assert asked(medusa, doc) == 1
	resize("G-1", 10)
	assert outbox() == []
	sell_in("Sales UOM")
	assert asked(medusa, doc) == 10


OLD, NEW = -9, -1  # days from today


@pytest.mark.parametrize(
	"rows",
	[
		[(10, "Box", OLD, 0)],
		[(1, "Nos", OLD, 0)],
		[(1, "Nos", NEW, 0), (10, "Box", OLD, 0)],
		[(1, "Nos", OLD, 10)],
		[(1, "Nos", NEW, 10), (2, "Nos", OLD, 0)],
		[(9, "Box", OLD, 0), (10, "Box", NEW, 0)],
		[(10, "Box", OLD, 0), (2, "", NEW, 0)],
		[(10, "Box", NEW, 0), (2, "", OLD, 0)],
		[(1, "Nos", NEW, 0), (2, "", OLD, 0)],
	],
	ids=lambda rows: ", ".join(f"{rate} per {unit or '–'}" for rate, unit, _day, _packing in rows),
)
def test_as_erpnext_answers(medusa, doc, rows):
	"""The shop asks for a box what a row of one box in ERPNext has."""
	from erpnext.stock.get_item_details import get_price_list_rate_for

	for rate, unit, day, packing in rows:
		values = {"valid_from": add_days(today(), day), "packing_unit": packing}
		price = item_price("G-1", rate, uom=unit or "Nos", **values)
		if not unit:
			price.db_set("uom", "")
	row = frappe._dict(
		item_code="G-1", price_list="Standard Selling", uom="Box", stock_uom="Nos", conversion_factor=12, qty=1,
		transaction_date=today(), customer=None, batch_no=None,
	)  # fmt: skip
	assert asked(medusa, doc) == get_price_list_rate_for(row, "G-1")
