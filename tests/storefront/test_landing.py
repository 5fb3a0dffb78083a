"""The landing page: links, banners, videos, testimonials, and its products."""

import frappe
import pytest
from frappe.utils import get_url

from medusa_integration import api
from medusa_integration.window.landing_page import ACTIVE, DOCTYPE
from tests.site import Client
from tests.storefront.test_cards import CARD
from tests.support import factories, landing
from tests.support.checks import queries
from tests.support.shopwindow import product
from tests.support.storefront import PATH

pytestmark = pytest.mark.usefixtures("shop")

LISTS = (
	"get_homepage_top_section", "get_homepage_menu_section", "get_homepage_banners", "get_homepage_order_list",
	"get_best_deals", "get_yt_videos_list", "get_testimonials",
)  # fmt: skip
BANNERS = ("get_product_details_banner", "get_product_details_banner_item_group")
PRODUCTS = {
	"get_top_sellers": "top_sellers",
	"get_recommended_items": "recommended_items",
	"get_trending_items": "trending_items",
	"get_new_arrivals": "new_arrivals",
	"get_dental_items": "dental_items",
	"get_medical_items": "medical_items",
	"get_medical_laboratory_items": "medical_laboratory_items",
	"get_infection_control_items": "infection_control_items",
}
NOWHERE = dict.fromkeys(("link_doctype", "name", "title", "handle", "url", "thumbnail", "id"))


@pytest.fixture(autouse=True)
def page():
	with landing.kept():
		yield


@pytest.fixture
def things():
	"""Item Groups, a Brand and products, one of which isn't shown."""
	factories.item_group("Dental L", is_group=1, image="/files/dental.png")
	factories.item_group("Chairs L", "Dental L", is_group=1)
	factories.item_group("Stools L", "Chairs L")
	frappe.get_doc({"doctype": "Brand", "brand": "Brand L", "image": "/files/brand l.png"}).insert()
	product("L-1", 10).db_set("medusa_handle", "product-l-1-web")
	product("L-2").db_set("published", 0)
	frappe.db.commit()


def group(name: str, url: str, thumbnail: str | None = None) -> dict:
	link = {"link_doctype": "Item Group", "name": name, "title": name, "id": None}
	return {**link, "handle": url.split("/")[-1], "url": url, "thumbnail": thumbnail}


def of(code: str) -> str:
	return frappe.db.get_value("Website Item", {"item_code": code}, "name")


def get(name: str, **arguments):
	reply = Client().get(PATH + name, query_string=arguments)
	assert reply.status_code == 200, reply.text
	return reply.json["message"]


def to_group(name: str) -> dict:
	return {"link_doctype": "Item Group", "name1": name}


def test_sections_and_order(things):
	rows = [to_group("Chairs L"), {"link_doctype": "Brand", "name1": "Brand L"}, to_group("Dental L")]
	landing.fill(
		top_section=rows, menu_section=rows[2:], order=[{"label": "Dental L"}, {"label": "Chairs L"}]
	)
	dental = group("Dental L", "dental-l", get_url("/files/dental.png"))
	chairs = group("Chairs L", "dental-l/chairs-l")
	brand = {
		"link_doctype": "Brand",
		"name": "Brand L",
		"title": "Brand L",
		"handle": "brand-l",
		"url": None,
		"thumbnail": get_url("/files/brand%20l.png"),
		"id": None,
	}
	assert get("get_homepage_top_section") == [chairs, brand, dental]
	assert get("get_homepage_menu_section") == [dental]
	assert get("get_homepage_order_list") == [dental, chairs]


def test_banners_and_deals(things):
	banners = [
		{"url": "/files/a b.png", **to_group("Chairs L")},
		{"url": "https://cdn.example/x.png"},
		{"url": "/files/p.png", "link_doctype": "Website Item", "name1": of("L-1")},
		{"url": "/files/h.png", "link_doctype": "Website Item", "name1": of("L-2")},
	]
	deals = [{"url": f"/files/{code}.png", "website_item": of(code)} for code in ("L-2", "L-1")]
	landing.fill(banners=banners, best_deals=deals)
	shown = {**NOWHERE, "link_doctype": "Website Item", "name": of("L-1"), "title": "Product L-1"}
	shown |= {"handle": "product-l-1-web", "id": "prod_L-1"}
	assert get("get_homepage_banners") == [
		{**group("Chairs L", "dental-l/chairs-l"), "image": get_url("/files/a%20b.png")},
		{**NOWHERE, "image": "https://cdn.example/x.png"},
		{**shown, "image": get_url("/files/p.png")},
		{**NOWHERE, "image": get_url("/files/h.png")},
	]
	assert get("get_best_deals") == [{**shown, "image": get_url("/files/L-1.png")}]


def test_banners_of_products(things):
	rows = [
		{"url": "/files/1.png", "item_group": "Dental L"},
		{"url": "/files/2.png", "item_group": "Chairs L", **to_group("Dental L")},
		{"url": "/files/3.png", "item_group": "Chairs L"},
	]
	landing.fill(product_details_banner=rows)

	def images(name: str, item_group: str) -> list[str]:
		return [row["image"][-5] for row in get(name, item_group=item_group)]

	nearest, own = BANNERS
	assert images(nearest, "Stools L") == images(nearest, "Chairs L") == ["2", "3"]
	assert images(nearest, "Dental L") == ["1"]
	assert images(own, "Stools L") == []
	assert images(own, "Chairs L") == ["2", "3"]
	assert get(own, item_group="Chairs L")[0]["url"] == "dental-l"


def test_videos_and_testimonials(things):
	watch = "https://www.youtube.com/watch?v=M7lc1UVf-VE"
	landing.fill(
		urls=[
			{"url": watch, "website_item": of("L-1")},
			{"url": watch},
			{"url": watch, "website_item": of("L-2")},
		],
		testimonials=[
			{
				"image_url": "/files/a.png",
				"review": "ممتاز 👍",
				"review_by": "Aisha",
				"designation": "Dentist",
			}
		],
	)
	assert get("get_yt_videos_list") == [
		{"url": watch, "id": "prod_L-1", "title": "Product L-1"},
		{"url": watch, "id": None, "title": None},
		{"url": watch, "id": None, "title": None},
	]
	assert get("get_testimonials") == [
		{
			"image_url": get_url("/files/a.png"),
			"review": "ممتاز 👍",
			"review_by": "Aisha",
			"designation": "Dentist",
		}
	]


@pytest.mark.parametrize("name", BANNERS)
@pytest.mark.parametrize(
	("item_group", "code"), [("Nothing", 404), ("%", 404), ("👍", 404), ("", 400), ("x" * 10_000, 400)]
)
def test_wrong_groups(name, item_group, code):
	assert Client().get(PATH + name, query_string={"item_group": item_group}).status_code == code
	assert Client().post(PATH + name, json={"item_group": [item_group]}).status_code == 400


@pytest.mark.parametrize("there", [True, False])
def test_an_empty_or_missing_page(there):
	if not there:
		frappe.delete_doc(DOCTYPE, ACTIVE)
		frappe.db.commit()
	factories.item_group("Dental L")
	frappe.db.commit()
	assert [get(name) for name in (*LISTS, *PRODUCTS)] == [[]] * (len(LISTS) + len(PRODUCTS))
	assert [get(name, item_group="Dental L") for name in BANNERS] == [[], []]


@pytest.mark.parametrize(("name", "table"), PRODUCTS.items())
def test_products(things, name, table):
	landing.fill(**{table: [{"website_item": of(code)} for code in ("L-1", "L-2", "L-1")]})
	(card,) = get(name)
	assert set(card) == CARD
	assert (card["id"], card["standard_price"]) == ("prod_L-1", 10)


@pytest.fixture
def thirty():
	names = [product(f"L-{n:02}").name for n in range(30)]
	landing.fill(top_sellers=[{"website_item": name} for name in (*names, *names[:5])])
	return names


def test_twenty_in_random_order_each_once(thirty):
	frappe.db.set_value("Website Item", thirty[0], "published", 0)
	frappe.db.commit()
	samples = [[card["item_code"] for card in get("get_top_sellers")] for _call in range(4)]
	for sample in samples:
		assert len(sample) == len(set(sample)) == 20
		assert "L-00" not in sample
	assert len({tuple(sample) for sample in samples}) > 1


def test_a_customers_prices_and_wishlist_are_for_trusted_callers(things, shop):
	factories.item_price("L-1", 7, customer=factories.customer("Clinic L", medusa_id="cus_L").name)
	shop.call("handle_wishlist", item_codes="prod_L-1", customer_id="cus_L", is_add=1)
	landing.fill(top_sellers=[{"website_item": of("L-1")}])

	def seen(card: dict) -> tuple:
		return card["standard_price"], card["negotiated_price"], card["is_wishlisted"]

	trusted = shop.call("get_top_sellers", customer_id="cus_L").json["message"]
	assert seen(trusted[0]) == (10, 7, True)
	assert seen(get("get_top_sellers", customer_id="cus_L")[0]) == (10, 10, False)
	unknown = shop.call("get_top_sellers", customer_id="unknown").json["message"]
	assert seen(unknown[0]) == (10, 10, False)


def test_the_queries_do_not_grow(thirty):
	few = landing.fill(trending_items=[{"website_item": name} for name in thirty[:2]])
	count = [_count(lambda: api.get_trending_items()), _count(lambda: api.get_top_sellers())]
	assert count[0] == count[1] <= 12
	deals = [{"url": "/files/a.png", "website_item": name} for name in thirty]
	few.reload()
	landing.fill(best_deals=deals[:1])
	one = _count(api.get_best_deals)
	landing.fill(best_deals=deals)
	assert _count(api.get_best_deals) == one <= 4


def _count(work) -> int:
	frappe.db.commit()
	return len(queries(work))


def test_what_strangers_get_is_kept_until_it_changes(things):
	landing.fill(order=[{"label": "Dental L"}])
	first = Client().get(f"{PATH}get_homepage_order_list")
	assert first.headers["Cache-Control"] == "public, max-age=60"
	assert [row["title"] for row in first.json["message"]] == ["Dental L"]
	menu = Client().get(f"{PATH}get_menu?parent=Dental L&mobile_view=1").json["message"]
	assert [row["title"] for row in menu["children"]] == ["Chairs L"]
	landing.fill(order=[{"label": "Chairs L"}])
	factories.item_group("Drills L", "Dental L")
	frappe.db.commit()
	assert [row["title"] for row in get("get_homepage_order_list")] == ["Chairs L"]
	menu = Client().get(f"{PATH}get_menu?parent=Dental L&mobile_view=1").json["message"]
	assert [row["title"] for row in menu["children"]] == ["Chairs L", "Drills L"]
