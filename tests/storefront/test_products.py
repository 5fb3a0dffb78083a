"""What belongs to a product: variants, picture and stock, specifications; brands; and what goes with it."""

import frappe
import pytest
from frappe.utils import get_url

from medusa_integration import api, generation
from tests.site import Client
from tests.support import factories, landing
from tests.support.checks import queries
from tests.support.shopwindow import product
from tests.support.storefront import PATH

CARD = {
	"id", "variant_id", "item_code", "title", "item_name", "collection_title", "thumbnail", "rating",
	"is_wishlisted", "has_variants", "colour", "shape", "shade", "standard_price", "negotiated_price",
}  # fmt: skip
UNKNOWN = ("nobody", "prod_G_1", "prod_g-1")


@pytest.fixture
def gloves(shop):
	"""G-1 with the variants G-2 and G-3, and O-1, which has nothing to do with them."""
	docs = {code: product(code, 10, group="Gloves") for code in ("G-1", "G-2", "G-3")}
	for code in ("G-3", "G-2"):
		docs[code].db_set("custom_parent_website_item", docs["G-1"].name)
	product("O-1", 10, group="Others")
	frappe.db.commit()
	return shop


def get(shop, name, /, **arguments):
	response = shop.call(name, **arguments)
	assert response.status_code == 200, response.text
	return response.json["message"]


def codes(cards: list[dict]) -> list[str]:
	assert all(set(card) == CARD for card in cards)
	return [card["item_code"] for card in cards]


@pytest.mark.parametrize("id", UNKNOWN)
@pytest.mark.parametrize(
	("name", "argument"),
	[
		("get_website_variants", "medusa_id"),
		("get_website_image", "medusa_id"),
		("get_product_has_variants", "medusa_id"),
		("fetch_relevant_items", "product_id"),
	],
)
def test_an_unknown_product_is_not_found(gloves, name, argument, id):
	response = gloves.call(name, **{argument: id})
	assert response.status_code == 404
	assert response.json == {"message": {"error": f"Product not found: {id}"}}


@pytest.mark.parametrize(
	"value", ["", "x" * 10_240, None, ["prod_G-1"], {"a": 1}, 5, "%", "سن", "🦷", "' or 1=1 --", "_a"]
)
def test_bad_ids_are_refused(gloves, value):
	assert gloves.call("get_website_variants", medusa_id=value).status_code == 400
	assert gloves.call("get_distinct_specs", medusa_ids=value).status_code == (
		200 if value == ["prod_G-1"] else 400
	)


def test_variants(gloves):
	found = get(gloves, "get_website_variants", medusa_id="prod_G-1")
	assert (set(found), found["status"]) == ({"status", "related_items"}, "success")
	assert codes(found["related_items"]) == ["G-2", "G-3"]
	assert get(gloves, "get_website_variants", medusa_id="prod_O-1")["related_items"] == []


def test_a_variant_names_the_product_that_it_belongs_to(gloves):
	found = get(gloves, "get_website_variants", medusa_id="prod_G-2")
	assert (found["related_items"], codes([found["parent"]])) == ([], ["G-1"])


@pytest.mark.parametrize(("code", "has"), [("G-1", True), ("G-2", False)])
def test_whether_a_product_has_variants(gloves, code, has):
	found = get(gloves, "get_product_has_variants", medusa_id=f"prod_{code}")
	assert found == {"status": "success", "has_variants": has}


def test_a_variants_prices_and_wishes_are_the_customers(gloves):
	factories.customer("Clinic")
	factories.item_price("G-2", 8, customer="Clinic")
	frappe.db.commit()
	arguments = {"medusa_id": "prod_G-1", "customer_id": "cus_Clinic"}
	seen = get(gloves, "get_website_variants", **arguments)["related_items"]
	assert [each["negotiated_price"] for each in seen] == [8, 10]
	stranger = Client().post(PATH + "get_website_variants", json=arguments).json["message"]["related_items"]
	assert [each["negotiated_price"] for each in stranger] == [10, 10]
	assert get(gloves, "get_website_image", medusa_id="prod_G-2", customer_id="cus_Clinic")["price"] == 8
	image = Client().get(f"{PATH}get_website_image?medusa_id=prod_G-2&customer_id=cus_Clinic")
	assert image.json["message"]["price"] == 10


def test_a_picture(gloves):
	warehouse = factories.warehouse("Window Stock")
	frappe.get_doc({"doctype": "Brand", "brand": "Acme", "image": "/files/acme.png"}).insert()
	doc = frappe.get_doc("Website Item", {"item_code": "G-1"})
	doc.db_set(
		{
			"website_image": "/files/glove.jpg",
			"brand": "Acme",
			"website_warehouse": warehouse,
			"web_long_description": "<p>Soft &amp; <b>thin</b><script>alert(1)</script></p>",
		}
	)
	factories.move_stock(warehouse, G_1=7)
	frappe.db.commit()
	assert get(gloves, "get_website_image", medusa_id="prod_G-1") == {
		"status": "success",
		"image": get_url("/files/glove.jpg"),
		"brand_image": get_url("/files/acme.png"),
		"qty": 7,
		"price": 10,
		"description": "Soft & thin",
	}


def test_a_product_without_picture_brand_price_and_warehouse(shop):
	product("N-1")
	frappe.db.commit()
	found = get(shop, "get_website_image", medusa_id="prod_N-1")
	assert {**found, "description": ""} == {
		"status": "success", "image": None, "brand_image": None, "qty": 0, "price": 0, "description": "",
	}  # fmt: skip


def test_specifications(gloves):
	for code, colour in (("G-1", "Red"), ("G-2", "<b>blue</b>"), ("O-1", "red")):
		doc = frappe.get_doc("Website Item", {"item_code": code})
		doc.append("website_specifications", {"label": "Colour", "description": colour})
		doc.save()
	frappe.db.commit()
	found = get(gloves, "get_distinct_specs", medusa_ids=["prod_G-1", "prod_G-2", "nobody"])
	assert found == {
		"distinct_colours": ["blue", "Red"],
		"distinct_shapes": [],
		"distinct_shades": [],
		"has_variants_map": {"prod_G-1": True, "prod_G-2": False, "nobody": False},
	}
	assert gloves.call("get_distinct_specs", medusa_ids=["x"] * 1000).status_code == 400
	assert get(gloves, "get_distinct_specs", medusa_ids=[])["has_variants_map"] == {}


def test_prices_as_the_cards_show_them(gloves):
	"""For lists that come from Medusa, as the results of its search."""
	ids = {"medusa_ids": ["prod_G-1", "prod_G-2", "nobody"]}
	first = get(gloves, "get_shown_prices", **ids)
	assert set(first) == {"prod_G-1", "prod_G-2"}
	amount = first["prod_G-1"]["standard_price"]
	assert amount > 0
	config = frappe.get_doc("Medusa Configuration")
	config.price_visibility_threshold = amount
	config.save()
	frappe.db.commit()
	assert get(gloves, "get_shown_prices", **ids)["prod_G-1"] == {"standard_price": 0, "negotiated_price": 0}
	assert get(gloves, "get_shown_prices", medusa_ids=[]) == {}


def test_brands(gloves):
	for name, image in (("Acme", "/files/acme.png"), ("Zeta", None), ("Unused", None)):
		frappe.get_doc({"doctype": "Brand", "brand": name, "image": image}).insert()
	frappe.db.set_value("Website Item", {"item_code": "G-1"}, "brand", "Zeta")
	frappe.db.set_value("Website Item", {"item_code": "O-1"}, "brand", "Acme")
	frappe.db.commit()
	found = get(gloves, "get_all_brands")
	assert found["brand_list"] == [
		{"brand": "Acme", "image": get_url("/files/acme.png")},
		{"brand": "Zeta", "image": None},
	]
	assert {"title": "Gloves", "handle": "gloves"} in found["top_categories"]
	assert [each["brand"] for each in get(gloves, "get_all_brands", item_group="Gloves")["brand_list"]] == [
		"Zeta"
	]
	for unknown in ("Unknown", "%", "gl_ves", "x' or 1=1"):
		assert gloves.call("get_all_brands", item_group=unknown).status_code == 404


def test_the_top_categories_are_below_the_only_group_at_the_top(gloves):
	from medusa_integration.storefront.brands import _top

	rows = [
		frappe._dict(name=name, parent_item_group=parent)
		for name, parent in (
			("Root", None),
			("Products", "Root"),
			("A", "Products"),
			("B", "Products"),
			("C", "A"),
		)
	]
	assert [row.name for row in _top(rows)] == ["A", "B"]
	assert [row.name for row in _top(rows[:2])] == ["Products"]


def sold(code: str, quantity: int) -> None:
	factories.invoice(factories.sales_order((code, quantity, 5)))


def test_relevant_items_are_variants_then_recommended_then_sold_most(gloves):
	product("S-1", group="Gloves")
	product("S-2", group="Gloves", ranking=50)
	sold("S-1", 3)
	sold("S-2", 5)
	doc = frappe.get_doc("Website Item", {"item_code": "G-1"})
	for code in ("O-1", "G-3", "G-1"):
		doc.append(
			"recommended_items", {"website_item": frappe.db.get_value("Website Item", {"item_code": code})}
		)
	doc.save()
	frappe.db.commit()
	assert codes(get(gloves, "fetch_relevant_items", product_id="prod_G-1")) == [
		"G-2",
		"G-3",
		"O-1",
		"S-2",
		"S-1",
	]
	others = get(gloves, "fetch_relevant_items", product_id="prod_G-1", item_group="Others")
	assert codes(others) == ["G-2", "G-3", "O-1"]
	assert gloves.call("fetch_relevant_items", product_id="prod_G-1", item_group="%").status_code == 404


def test_at_most_twenty_relevant_items(gloves):
	def asked() -> int:
		frappe.cache.delete_keys(generation.KEY)
		return len(queries(lambda: api.fetch_relevant_items(product_id="prod_O-1", item_group="Gloves")))

	asked()  # the settings are read once
	few = asked()
	for number in range(30):
		product(f"R-{number}", 5, group="Gloves")
	frappe.db.commit()
	assert len(codes(get(gloves, "fetch_relevant_items", product_id="prod_O-1", item_group="Gloves"))) == 20
	assert few == asked() <= 12


def test_the_products_of_the_top_category(gloves):
	factories.item_group("Window Dental", is_group=1)
	factories.item_group("Window Mirrors", "Window Dental")
	config = frappe.get_doc("Medusa Configuration")
	config.dental_group = "Window Dental"
	config.save()
	with landing.kept():
		doc = frappe.get_doc("Product Collection")
		doc.set(
			"dental_items", [{"item_code": "G-2", "sales_count": 3}, {"item_code": "O-1", "sales_count": 9}]
		)
		doc.flags.ignore_permissions = True
		doc.save()
		frappe.db.commit()
		found = get(gloves, "fetch_relevant_collection_products", item_group="Window Mirrors")
		assert (found["top_collection"], codes(found["products"])) == ("Window Dental", ["O-1", "G-2"])
		found = get(gloves, "fetch_relevant_collection_products", item_group="Gloves")
		assert found == {"top_collection": None, "products": []}
	assert gloves.call("fetch_relevant_collection_products", item_group="nothing").status_code == 404


def test_clearance_items(gloves):
	names = dict(
		frappe.get_all(
			"Website Item", {"item_code": ("in", ["G-1", "O-1", "G-2"])}, ["item_code", "name"], as_list=True
		)
	)
	with landing.kept():
		doc = frappe.get_doc("Expiring Items")
		rows = [{"website_item": name, "expiry_date": "2030-01-01", "show": 1} for name in names.values()]
		doc.update({"expiring_items": rows})
		doc.save()
		frappe.db.commit()
		page = get(gloves, "get_clearance_items")
		assert [each["item_code"] for each in page["paginatedProducts"]] == ["G-1", "G-2", "O-1"]
		assert page["distinct_collection_titles"] == [
			{"name": "Gloves", "count": 2},
			{"name": "Others", "count": 1},
		]
		page = get(gloves, "get_clearance_items", url="/products/others", sort_order="desc")
		assert [each["item_code"] for each in page["paginatedProducts"]] == ["O-1"]
