"""Texts that are no such thing: empty, with control characters, scripts, bad HTML."""

import frappe
import pytest

from tests.delivery.helpers import DOCTYPE, ZERO, items, store_raw
from tests.support.checks import assert_in_step
from tests.support.factories import drain, outbox, products

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
	("title", "expected"),
	[
		("", "G-0"),
		(" \t ", "G-0"),
		(f"{ZERO}\x07", "G-0"),
		(f"A{ZERO}B\x07\x1fC\x7f", "A B C"),
		("two\nlines\r\n", "two lines"),
		("x" * 140, "x" * 140),
		("🧤" * 100, "🧤" * 100),
		("قفازات طبية", "قفازات طبية"),
		("<b>Bold</b> & 'quoted' \"twice\" \\", "<b>Bold</b> & 'quoted' \"twice\" \\"),
		("../../etc?x=1#y%00", "../../etc?x=1#y%00"),
	],
)
def test_odd_titles(medusa, title, expected):
	(name,) = items(1, price=False)
	store_raw(name, web_item_name=title)
	drain()
	assert outbox() == []
	product = products(medusa)[name]
	assert product["title"] == expected
	assert product["handle"]


@pytest.mark.parametrize(
	("html", "expected"),
	[
		(f"<p>a{ZERO}b\x07c</p>", "abc"),
		("<p>&#0;a&#xD800;b&#xDFFF;c&#x110000;d&#99999999999999999999;e</p>", None),
		("<script>alert(1)</script><img src=x onerror=alert(2)><svg/onload=alert(3)>text", "text"),
		("<p>🧤 ١٢٣ é</p>", "🧤 ١٢٣ é"),
		("<div>" * 3000 + "deep" + "</div>" * 3000, "deep"),
		("<ul><li>" * 200 + "deep", None),
		("<p>open <b>and <i>never <!-- closed", None),
		("<![CDATA[x]]> <?php echo 1 ?> <!DOCTYPE html> <a href='javascript:alert(1)'>y</a>", None),
		pytest.param(
			f"<p>{'é' * 300_000}</p>", "é" * 300_000, marks=pytest.mark.v2("v1 takes 100 kB a call")
		),
	],
	ids=["control", "entities", "scripts", "unicode", "nested", "lists", "unclosed", "declarations", "long"],
)
def test_odd_descriptions(medusa, html, expected):
	(name,) = items(1, price=False)
	store_raw(name, web_long_description=html, short_description=f"\x0bshort{ZERO}")
	frappe.get_doc(
		{
			"doctype": "Item Website Specification",
			"parenttype": DOCTYPE,
			"parent": name,
			"parentfield": "website_specifications",
			"idx": 1,
			"label": f"Si{ZERO}ze 🧤",
			"description": html[:10_000],
		}
	).db_insert()
	drain()
	assert outbox() == []
	product = products(medusa)[name]
	if expected is not None:
		assert product["description"] == expected
	assert "alert" not in str(product["description"])
	assert product["metadata"]["short_description"] == "short"
	assert product["metadata"]["specifications"][0]["label"] == "Size 🧤"


def test_control_characters_in_names(medusa):
	names = items(2, price=False)
	store_raw(names[0], brand=f"Bra{ZERO}nd", stock_uom=f"No{ZERO}s")
	frappe.db.set_value("Item Group", "Gloves", "item_group_name", f"Glo{ZERO}ves")
	drain()
	assert_in_step(medusa, names)
