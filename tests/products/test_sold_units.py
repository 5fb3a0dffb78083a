"""The product names the unit that the shop sells; the shop is told a new one first, then its prices and quantities."""

import frappe
import pytest

from medusa_integration import sold_units
from medusa_integration.api import get_sync_status
from medusa_integration.products import item_status
from medusa_integration.products.products_to_medusa import PRODUCT
from medusa_integration.storefront.cards import cards
from medusa_integration.storefront.products import get_shown_prices
from tests.site import run_jobs
from tests.stock.helpers import quantity
from tests.support.doctor import examined
from tests.support.factories import configure, drain, item_price, move_stock, outbox, products, website_item
from tests.support.shop import store_price
from tests.support.sold_units import boxed, make_unit, resize, sell_in, units_told


def there(medusa, doc) -> tuple:
	"""The unit, its size, the price and the quantity in Medusa."""
	doc.reload()
	metadata = products(medusa)[doc.name]["metadata"]
	code = doc.item_code
	price = store_price(medusa, doc.medusa_id)
	return metadata["UOM"], metadata.get("UOM Size"), price, quantity(medusa, code)


@pytest.fixture
def doc(medusa, shelf):
	"""An item in a Box of 12, of which 1 piece costs 1 and there are 25, in the shop."""
	configure(medusa, unit_in_shop="Sales UOM")
	doc = boxed("G-1", website_warehouse=shelf.here)
	item_price("G-1", 1)
	move_stock(shelf.here, G_1=25)
	drain()
	assert outbox() == []
	return doc


def test_the_product_names_the_unit(medusa, doc):
	assert there(medusa, doc) == ("Box", 12, 12, 2)
	assert units_told("G-1") == [("Box", 12)]
	assert examined().differences == []


def test_the_setting_on_and_off(medusa, shelf):
	"""With three items: one of a box, one without a sales unit, and one whose sales unit is the stock unit."""
	one = boxed("G-1", website_warehouse=shelf.here)
	others = [
		website_item("G-2", website_warehouse=shelf.here),
		website_item("G-3", website_warehouse=shelf.here, item_values={"sales_uom": "Nos"}),
	]
	for code in ("G-1", "G-2", "G-3"):
		item_price(code, 1)
	move_stock(shelf.here, G_1=25, G_2=25, G_3=25)
	drain()
	in_pieces = ("Nos", None, 1, 25)
	assert [there(medusa, each) for each in (one, *others)] == [in_pieces] * 3
	before = [each.medusa_hash for each in others]
	sell_in("Sales UOM")
	assert [there(medusa, each) for each in (one, *others)] == [("Box", 12, 12, 2), in_pieces, in_pieces]
	assert examined().differences == []
	sell_in("Stock UOM")
	assert [there(medusa, each) for each in (one, *others)] == [in_pieces] * 3
	assert examined().differences == []
	assert units_told("G-1") == [("Box", 12), ("Nos", 1)]
	assert units_told("G-2") == units_told("G-3") == []
	assert [each.medusa_hash for each in others] == before
	assert outbox() == []


def test_a_changed_size_is_sent_with_prices_and_stock(medusa, doc):
	resize("G-1", 10)
	assert [row.kind for row in outbox()] == ["Product"]
	drain()
	assert there(medusa, doc) == ("Box", 10, 10, 2)
	assert units_told("G-1") == [("Box", 12), ("Box", 10)]


def test_what_does_not_change_the_unit_is_not_sent(medusa, doc):
	resize("G-1", 5, "Pack")
	assert outbox() == []


def test_another_sales_unit_and_none(medusa, doc):
	resize("G-1", 5, "Pack")
	item = frappe.get_doc("Item", "G-1")
	item.sales_uom = "Pack"
	item.save()
	drain()
	assert there(medusa, doc) == ("Pack", 5, 5, 5)
	item.reload()
	item.sales_uom = None
	item.save()
	drain()
	assert there(medusa, doc) == ("Nos", None, 1, 25)


def test_a_sales_unit_without_a_conversion_is_told(medusa, shelf):
	configure(medusa, unit_in_shop="Sales UOM")
	make_unit("Crate")
	doc = website_item("G-1", website_warehouse=shelf.here, item_values={"sales_uom": "Crate"})
	item_price("G-1", 1)
	move_stock(shelf.here, G_1=25)
	drain()
	assert there(medusa, doc) == ("Nos", None, 1, 25)
	words = get_sync_status(doc.name)["no_conversion"]
	assert "Crate" in words and "UOMs of Item G-1" in words and "per Nos" in words
	(note,) = examined().notes
	assert (note.what, note.name, note.ours) == ("no conversion", doc.name, words)
	resize("G-1", 6, "Crate")
	drain()
	assert there(medusa, doc) == ("Crate", 6, 6, 4)
	assert get_sync_status(doc.name)["no_conversion"] == ""


def test_a_removed_conversion_sells_pieces_again(medusa, doc):
	resize("G-1", 0)
	drain()
	assert there(medusa, doc) == ("Nos", None, 1, 25)
	assert "Box" in get_sync_status(doc.name)["no_conversion"]


def test_a_templates_conversion_reaches_its_variants(medusa, shelf):
	from tests.support.factories import item

	configure(medusa, unit_in_shop="Sales UOM")
	make = {"variant_based_on": "Manufacturer"}
	item("T-1", has_variants=1, **make)
	make_unit("Box")
	doc = website_item(
		"V-1", website_warehouse=shelf.here, item_values={"variant_of": "T-1", "sales_uom": "Box", **make}
	)
	item_price("V-1", 1)
	move_stock(shelf.here, V_1=25)
	drain()
	assert there(medusa, doc) == ("Nos", None, 1, 25)
	resize("T-1", 12)
	drain()
	assert there(medusa, doc) == ("Box", 12, 12, 2)


def test_a_renamed_unit(medusa, doc):
	item_price("G-1", 10, uom="Box")
	drain()
	frappe.rename_doc("UOM", "Box", "Carton of twelve", force=True)
	try:
		drain()
		assert there(medusa, doc) == ("Carton of twelve", 12, 10, 2)
		assert units_told("G-1") == [("Carton of twelve", 12)]
	finally:
		frappe.rename_doc("UOM", "Carton of twelve", "Box", force=True)
		frappe.db.commit()


@pytest.mark.v2("v1 sets the stock at an address below the product's, which the fault meets too")
def test_prices_and_stock_never_go_ahead_of_the_product(medusa, proxy, shelf):
	"""While Medusa refuses the product, the shop goes on in the old unit."""
	configure(medusa, url=proxy.url, unit_in_shop="Sales UOM")
	doc = boxed("G-1", website_warehouse=shelf.here)
	move_stock(shelf.here, G_1=25)
	drain()
	proxy.fail("status", times=99, match="POST /admin/products", status=400, body='{"message": "No"}')
	resize("G-1", 10)
	item_price("G-1", 24, uom="Box")
	move_stock(shelf.here, G_1=15)
	drain()
	assert there(medusa, doc)[:2] == ("Box", 12)
	assert there(medusa, doc)[2:] == (24, 3)
	assert units_told("G-1") == [("Box", 12)]
	proxy.clear()
	item_status.retry([row.name for row in outbox()])
	drain()
	assert there(medusa, doc) == ("Box", 10, 24, 4)
	assert outbox() == []


def test_what_the_shop_was_told_is_the_integrations_alone(medusa, doc):
	item = frappe.get_doc("Item", "G-1")
	item.medusa_sold_units = ""
	item.save()
	assert units_told("G-1") == [("Box", 12)]
	copy = frappe.copy_doc(item)
	copy.item_code = "G-9"
	copy.insert()
	assert units_told("G-9") == []


def test_a_lost_note_is_written_again(medusa, doc):
	"""As by a script: the product is in sync, and the next look at it notes its unit."""
	from medusa_integration.delivery.box import outbox as box

	frappe.db.set_value("Item", "G-1", "medusa_sold_units", "[broken")
	box.add(PRODUCT, doc.name)
	drain()
	assert units_told("G-1") == [("Box", 12)]
	assert there(medusa, doc) == ("Box", 12, 12, 2)


def test_cards_name_the_unit_where_the_shop_sells_in_sales_units(medusa, doc):
	doc.reload()
	(card,) = cards([doc.name])
	assert card["uom"] == "Box"
	assert get_shown_prices([doc.medusa_id])[doc.medusa_id]["uom"] == "Box"
	sell_in("Stock UOM")
	(card,) = cards([doc.name])
	assert "uom" not in card
	assert "uom" not in get_shown_prices([doc.medusa_id])[doc.medusa_id]


@pytest.mark.parametrize("priced", [True, False])
def test_an_order_counts_in_the_unit_of_its_price(medusa, proxy, shelf, priced):
	"""The product says the new unit first. Until Medusa has its price too, the shop sells in the old one."""
	doc = boxed("G-1", website_warehouse=shelf.here)
	if priced:
		item_price("G-1", 1)
	move_stock(shelf.here, G_1=25)
	drain()
	prices_call = "POST /admin/price-lists"
	proxy.fail("status", times=99, match=prices_call, status=400, body='{"message": "No"}')
	config = frappe.get_doc("Medusa Configuration")
	config.unit_in_shop = "Sales UOM"
	config.save()
	run_jobs()
	drain()
	assert products(medusa)[doc.name]["metadata"]["UOM"] == "Box"
	if priced:
		assert there(medusa, doc) == ("Box", 12, 1, 25)
		assert units_told("G-1") == []
		assert sold_units.told(["G-1"]) == {"G-1": ("Nos", 1)}
		(row,) = outbox()
		assert (row.kind, row.status) == ("Price", "Parked")
		proxy.clear()
		item_status.retry([row.name])
		drain()
	assert there(medusa, doc) == ("Box", 12, 12 if priced else None, 2)
	assert units_told("G-1") == [("Box", 12)]
	assert outbox() == []
