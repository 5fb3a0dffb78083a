"""What was changed, deleted and added in Medusa behind our back is found, and put right by what is queued for it."""

import frappe
import pytest

from medusa_integration.medusa.owners import ERPNEXT
from medusa_integration.operations import doctor
from medusa_integration.operations import doctor_prices as compare_prices
from medusa_integration.prices import item_prices
from tests.support.doctor import change, examined, found, product, repaired, three_items
from tests.support.factories import (
	all_owned_by,
	configure,
	drain,
	item_group,
	item_price,
	move_stock,
	warehouse,
	website_item,
)
from tests.support.factories import prices as prices_there
from tests.support.shop import (
	add_price,
	change_price,
	delete_price,
	known_as,
	make_product,
	price_lists,
	quantities,
	set_quantity,
)


@pytest.fixture
def names(medusa) -> list[str]:
	return three_items()


def test_all_agrees(medusa, names):
	comparison = examined()
	assert comparison.differences == []
	assert comparison.summary() == "3 products, 3 prices, 0 quantities: all agrees."


def test_what_is_not_ours_is_left_alone(medusa, names):
	make_product(medusa, "S-1")
	make_product(medusa, "S-2", external_id="shelf-7", title="Of the other tool's")
	assert found() == []


@pytest.mark.parametrize(
	("values", "field"),
	[
		({"title": "Changed"}, "title"),
		({"description": "Changed"}, "description"),
		({"status": "draft"}, "status"),
		({"thumbnail": "http://example.com/x.png"}, "thumbnail"),
		({"images": [{"url": "http://example.com/x.png"}]}, "images"),
		({"origin_country": "DE"}, "origin_country"),
		({"collection_id": None}, "collection_id"),
		({"discountable": True}, "discountable"),
		({"ranking": 9}, "ranking"),
		({"specifications": [{"label": "a", "description": "b"}]}, "specifications"),
		({"metadata": {"UOM": "Box"}}, "UOM"),
	],
)
def test_a_changed_field(medusa, names, values, field):
	configure(medusa, field_owners=all_owned_by(ERPNEXT))
	if field == "images" and medusa.version == "v1":
		values = {"images": ["http://example.com/x.png"]}
	if field in ("ranking", "specifications") and medusa.version == "v2":
		values = {"metadata": values}
	change(medusa, names[0], **values)
	# v1 takes the first of the images as the thumbnail
	fields = [field, "thumbnail"] if field == "images" and medusa.version == "v1" else [field]
	assert found() == [("different", each, names[0]) for each in fields]
	repaired(medusa, names)


def test_a_changed_variant(medusa, names):
	there = product(medusa, names[0])
	path = f"/admin/products/{there['id']}/variants/{there['variants'][0]['id']}"
	medusa.admin("POST", path, json={"sku": "OTHER", "allow_backorder": False})
	assert found() == [("different", "allow_backorder", names[0]), ("different", "sku", names[0])]
	repaired(medusa, names)


def test_a_deleted_product(medusa, names):
	medusa.admin("DELETE", f"/admin/products/{product(medusa, names[1])['id']}")
	assert found() == [("missing", "product", names[1])]
	repaired(medusa, names)


def test_a_deleted_variant(medusa, names):
	there = product(medusa, names[1])
	medusa.admin("DELETE", f"/admin/products/{there['id']}/variants/{there['variants'][0]['id']}")
	assert ("missing", "variant", names[1]) in found()


@pytest.mark.slow
def test_a_draft_and_what_was_never_exported(medusa, names):
	frappe.db.set_value("Website Item", names[0], "published", 0)  # past our hooks
	frappe.flags.medusa_drain_follows = True
	late = website_item("DOC-LATE").name
	assert found() == [("different", "status", names[0]), ("missing", "product", late)]
	repaired(medusa, [*names, late])
	assert product(medusa, names[0])["status"] == "draft"


def test_a_product_of_a_website_item_that_is_gone(medusa, names):
	frappe.db.delete("Website Item", {"name": names[2]})
	frappe.db.delete("Item Price", {"item_code": "DOC-3"})
	name = known_as(medusa, names[2], "DOC-3")
	assert found() == [("extra", "product", name)]
	comparison = examined()
	assert comparison.queue_repairs() == 0
	drain()
	assert [each.name for each in examined().extras()] == [name]  # deleted only where that is asked for
	repaired(medusa, names[:2], deleting=True)


@pytest.mark.v2("v1 has no external ids")
def test_a_doubled_product_is_told_and_kept(medusa, names):
	twin = make_product(medusa, "S-1", external_id=names[0])["id"]
	comparison = examined()
	assert [(each.verdict, each.id) for each in comparison.differences] == [("doubled", twin)]
	assert comparison.extras() == []


def test_forgotten_ids(medusa, names):
	frappe.db.set_value(
		"Website Item", names[0], {"medusa_id": None, "medusa_variant_id": None, "medusa_hash": ""}
	)
	assert ("different", "medusa_id", names[0]) in found()
	repaired(medusa, names)


def test_changed_deleted_and_added_prices(medusa, names):
	change_price(medusa, "DOC-1", 7)
	delete_price(medusa, "DOC-2")
	add_price(medusa, "DOC-3", 8, "usd")
	assert found() == [
		("different", "price OMR", names[0]),
		("extra", "price USD", names[2]),
		("missing", "price OMR", names[1]),
	]
	repaired(medusa, names)


def test_a_doubled_price(medusa, names):
	add_price(medusa, "DOC-1", 1)
	assert len(prices_there(medusa)["DOC-1"]) == 2
	assert found() == [("doubled", "price OMR", names[0])]
	repaired(medusa, names)


def test_deleted_price_lists(medusa, names):
	for each in price_lists(medusa):
		medusa.admin("DELETE", f"/admin/price-lists/{each['id']}")
	assert [verdict for verdict, *_ in found()] == ["missing"] * 3
	repaired(medusa, names)


def stocked(names: list[str]) -> None:
	shelf = warehouse("Doctor Shelf")
	frappe.db.set_value("Website Item", {"name": ("in", names)}, "website_warehouse", shelf)
	move_stock(shelf, DOC_1=5, DOC_2=7, DOC_3=9)
	drain()


@pytest.mark.slow
def test_changed_quantities(medusa, names):
	stocked(names)
	assert "3 quantities: all agrees" in examined().summary()
	set_quantity(medusa, "DOC-1", 50)
	set_quantity(medusa, "DOC-3", 0)
	assert found() == [("different", "stock", names[0]), ("different", "stock", names[2])]
	repaired(medusa, names)
	assert quantities(medusa) == {"DOC-1": 5, "DOC-2": 7, "DOC-3": 9}


@pytest.mark.slow
@pytest.mark.v2("v1 has no stock locations")
def test_a_deleted_level(medusa, names):
	stocked(names)
	params = {"sku": "DOC-2", "fields": "id,location_levels.id"}
	(item,) = medusa.admin("GET", "/admin/inventory-items", params=params)["inventory_items"]
	set_quantity(medusa, "DOC-2", 0)
	path = f"/admin/inventory-items/{item['id']}/location-levels/{medusa.shop['stock_location_id']}"
	medusa.admin("DELETE", path)
	assert found() == [("missing", "stock", names[1])]
	repaired(medusa, names)
	assert quantities(medusa)["DOC-2"] == 7


@pytest.mark.slow
def test_what_the_settings_leave_out_is_a_draft(medusa, names):
	config = frappe.get_doc("Medusa Configuration")
	config.append("item_groups", {"item_group": item_group("Elsewhere").name})
	config.save()
	assert found() == [("different", "status", name) for name in names]
	examined().queue_repairs()
	drain()
	assert found() == []


def test_what_is_in_force_differs_not_by_when_it_began(medusa, names, monkeypatch):
	today = frappe.utils.getdate()
	item_price("DOC-1", 5, valid_from=frappe.utils.add_days(today, 2))
	drain()
	assert found() == []
	later = frappe.utils.getdate(frappe.utils.add_days(today, 4))
	for module in (compare_prices, item_prices):
		monkeypatch.setattr(module, "getdate", lambda value=None: frappe.utils.getdate(value or later))
	assert found() == []


def test_pages_hold_everything(medusa, names, monkeypatch):
	monkeypatch.setattr(doctor, "PAGE", 2)
	change(medusa, names[2], title="Changed")
	assert found() == [("different", "title", names[2])]


def test_what_waits_is_said(medusa, names):
	doc = frappe.get_doc("Website Item", names[0])
	doc.web_item_name = "New name"
	doc.save()
	assert "1 rows of the outbox aren't sent yet" in examined().summary()
