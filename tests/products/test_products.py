"""A saved Website Item becomes a product in Medusa, once, and stays in step."""

import frappe
import pytest

from tests.support.checks import queries
from tests.support.factories import configure, drain, item, item_group, item_price, outbox, website_item
from tests.support.shop import make_product, prices, products


def posts(doctype="Website Item", name=None):
	"""The paths of the logged POSTs, all or those about one document."""
	logs = frappe.get_all("Medusa Request Log", {"method": "POST"}, ["name", "url"], order_by="creation")
	if name:
		about = frappe.get_all("Medusa Request Log Voucher", {"voucher_name": name}, pluck="parent")
		logs = [log for log in logs if log.name in about]
	return [log.url.split("?")[0].split("/", 3)[3] for log in logs if "/auth/" not in log.url]


def test_a_saved_item_becomes_a_product(medusa):
	doc = website_item(
		"G-1",
		web_item_name="Gloves & masks",
		web_long_description="<p>Gloves &amp; <b>masks</b></p>",
		short_description="Soft",
		ranking=7,
		on_backorder=1,
		website_specifications=[{"label": "Size", "description": "<p>M &gt; S</p>"}],
	)
	drain()
	product = products(medusa)[doc.name]
	doc.reload()
	assert outbox() == []
	assert (doc.medusa_id, doc.medusa_variant_id) == (product["id"], product["variants"][0]["id"])
	assert doc.medusa_synced_on
	assert product["title"] == "Gloves & masks"
	assert product["description"] == "Gloves & masks"
	assert product["status"] == "published"
	assert product["discountable"] is False
	assert product["origin_country"] == "OM"
	assert product["collection"]["title"] == "Gloves"
	assert product["sales_channels"][0]["id"] == medusa.shop["sales_channel_id"]
	assert product["metadata"] == {
		"UOM": "Nos",
		"has_variants": False,
		"variant_of": "",
		"parent_website_item": "",
		"item_code": "G-1",
		"brand_name": "",
		"ranking": 7,
		"short_description": "Soft",
		"specifications": [{"label": "Size", "description": "M > S"}],
	}
	variant = product["variants"][0]
	assert (variant["sku"], variant["allow_backorder"], variant["manage_inventory"]) == ("G-1", True, True)
	assert frappe.db.get_value("Item", "G-1", "medusa_id") == product["id"]
	assert frappe.db.get_value("Item Group", "Gloves", "medusa_id") == product["collection_id"]


def test_the_ids_come_back_without_touching_the_document(medusa):
	doc = website_item("G-1")
	frappe.db.commit()
	modified = str(doc.modified)
	drain()
	assert str(frappe.db.get_value("Website Item", doc.name, "modified")) == modified
	assert outbox() == []
	doc.reload()
	doc.web_item_name = "Other"
	doc.save()  # no TimestampMismatchError, and one update
	drain()
	assert products(medusa)[doc.name]["title"] == "Other"


def test_every_change_that_medusa_sees_reaches_it(medusa):
	doc = website_item("G-1", web_long_description="<p>old</p>")
	drain()
	before = products(medusa)[doc.name]
	doc.reload()
	item_group("Masks")
	frappe.db.set_value("Item", "G-1", "item_group", "Masks")
	doc.update(
		{"web_item_name": "New", "web_long_description": "<p>new</p>", "on_backorder": 1, "published": 0}
	)
	doc.append("website_specifications", {"label": "Colour", "description": "blue"})
	doc.save()
	drain()
	after = products(medusa)[doc.name]
	assert after["id"] == before["id"]
	assert after["variants"][0]["id"] == before["variants"][0]["id"]
	assert after["handle"] == before["handle"]
	assert (after["title"], after["description"], after["status"]) == ("New", "new", "draft")
	assert after["variants"][0]["allow_backorder"] is True
	assert after["collection"]["title"] == "Masks"
	assert after["metadata"]["specifications"] == [{"label": "Colour", "description": "blue"}]


def test_the_country_of_the_item_reaches_the_product(medusa):
	doc = website_item("G-1")
	drain()
	source = frappe.get_doc("Item", "G-1")
	source.country_of_origin = "Germany"
	source.save()
	drain()
	assert products(medusa)[doc.name]["origin_country"] == "DE"


def test_unchanged_payloads_are_not_sent(medusa):
	doc = website_item("G-1")
	drain()
	doc.reload()
	doc.save()
	assert outbox() == []  # nothing that Medusa sees has changed
	doc.web_item_name = "Other"
	doc.save()
	doc.web_item_name = "Product G-1"
	doc.save()
	sent = len(posts())
	drain()
	assert outbox() == []
	assert len(posts()) == sent  # changed, and changed back: what would be sent is what was


def test_ten_saves_are_one_push(medusa):
	doc = website_item("G-1")
	drain()
	doc.reload()
	for n in range(10):
		doc.web_item_name = f"Title {n}"
		doc.save()
		frappe.db.commit()
	assert [row.revision for row in outbox()] == [10]
	drain()
	assert products(medusa)[doc.name]["title"] == "Title 9"
	assert [path.split("/")[1] for path in posts(name=doc.name)] == ["products"] * 2


@pytest.mark.slow
@pytest.mark.v2("v1 has no batches")
def test_a_hundred_products_are_one_call(medusa):
	for n in range(100):
		website_item(f"G-{n}")
	drain()
	assert len(products(medusa)) == 100
	assert posts() == ["admin/collections", "admin/products/batch"]


def test_skip_update_hook_holds_for_one_save(medusa):
	doc = website_item("G-1")
	drain()
	doc.reload()
	doc.update({"custom_skip_update_hook": 1, "web_item_name": "Quiet"})
	doc.save()
	assert outbox() == []
	assert not frappe.db.get_value("Website Item", doc.name, "custom_skip_update_hook")
	doc.ranking = 5
	doc.save()
	assert [row.kind for row in outbox()] == ["Product"]


def test_unpublished_items_stay_at_home_where_the_setting_says_so(medusa):
	configure(medusa, unpublished_items="Stay in ERPNext")
	website_item("G-1", published=0)
	drain()
	assert products(medusa) == {}
	assert outbox() == []


def test_trash_deletes_the_product(medusa):
	doc, other = website_item("G-1"), website_item("G-2")
	drain()
	doc.reload()
	doc.delete()
	drain()
	assert list(products(medusa)) == [other.name]
	assert outbox() == []
	assert frappe.db.get_value("Item", "G-1", ["medusa_id", "medusa_variant_id"]) == (None, None)


def test_an_item_that_was_never_sent_leaves_nothing_behind(medusa):
	doc = website_item("G-1")
	doc.delete()
	drain()
	assert products(medusa) == {}
	assert outbox() == []


def test_a_product_that_is_there_already_is_adopted(medusa):
	doc = website_item("G-1")
	foreign = make_product(medusa, "G-1", external_id=doc.name)
	drain()
	assert products(medusa)[doc.name]["id"] == foreign["id"]
	assert frappe.db.get_value("Website Item", doc.name, "medusa_variant_id") == foreign["variants"][0]["id"]


def test_a_product_deleted_in_medusa_is_made_again(medusa):
	doc = website_item("G-1")
	drain()
	doc.reload()
	medusa.admin("DELETE", f"/admin/products/{doc.medusa_id}")
	doc.web_item_name = "Back again"
	doc.save()
	drain()
	product = products(medusa)[doc.name]
	doc.reload()
	assert (product["title"], product["id"]) == ("Back again", doc.medusa_id)


def test_variants_made_in_medusa_survive_an_update(medusa):
	doc = website_item("G-1", on_backorder=1)
	make_product(medusa, "Default-G", "Large-G", external_id=doc.name)
	frappe.db.set_value("Item", "G-1", "item_code", "Large-G")  # its sku tells which variant is ours
	frappe.db.set_value("Website Item", doc.name, "item_code", "Large-G")
	drain()
	variants = {v["sku"]: v["allow_backorder"] for v in products(medusa)[doc.name]["variants"]}
	assert variants == {"Default-G": False, "Large-G": True}


def test_a_save_that_rolls_back_leaves_no_trace(medusa):
	website_item("G-1")
	frappe.db.rollback()
	drain()
	assert outbox() == []
	assert products(medusa) == {}


def test_nothing_is_noted_while_switched_off(medusa):
	frappe.db.set_single_value("Medusa Configuration", "enable", 0)
	frappe.clear_document_cache("Medusa Configuration", "Medusa Configuration")
	website_item("G-1")
	assert outbox() == []


def test_switching_on_sends_what_is_there(medusa):
	config = frappe.get_doc("Medusa Configuration")
	config.enable = 0
	config.save()
	doc = website_item("G-1")
	config.reload()
	config.enable = 1
	config.save()
	frappe.db.commit()
	from medusa_integration.products.shop_items import queue_catalogue

	assert queue_catalogue() >= 1
	drain()
	assert doc.name in products(medusa)


def test_pictures_are_absolute_and_public(medusa):
	for name, private in (("a b.png", 0), ("c.png", 0), ("secret.png", 1)):
		folder = "/private/files" if private else "/files"
		frappe.get_doc(
			{
				"doctype": "File",
				"file_name": name,
				"file_url": f"https://cdn.example.com/{name}" if not private else f"{folder}/{name}",
				"is_private": private,
			}
		).db_insert()
	doc = website_item("G-1")
	frappe.db.set_value("Website Item", doc.name, "website_image", "/files/a b.png")
	drain()
	product = products(medusa)[doc.name]
	url = frappe.utils.get_url("/files/a%20b.png")
	assert product["thumbnail"] == url
	assert [image["url"] for image in product["images"]] == [url]


@pytest.mark.parametrize("name", ['Ünïcode “quoted”, 5" & <b>x</b>', "قفازات نتريل", "x" * 140])
def test_names_arrive_as_they_are(medusa, name):
	doc = website_item("G-1", web_item_name=name)
	drain()
	assert products(medusa)[doc.name]["title"] == name


def test_what_frappe_stored_escaped_arrives_as_it_was_typed(medusa):
	escaped = "Bolt &lt;M8&gt; &amp; nut"  # as Frappe 15 stores it
	doc = website_item(
		"G-1",
		web_item_name=escaped,
		short_description=escaped,
		website_specifications=[{"label": escaped, "description": f"<p>{escaped}</p>"}],
	)
	item_price("G-1", 1.5)
	typed = website_item("G-2", web_item_name="Nut & <b>bolt</b>", short_description="R&D <i>x</i>")
	drain()
	there, bolt = products(medusa), "Bolt <M8> & nut"
	product = there[doc.name]
	assert (product["title"], product["metadata"]["short_description"]) == (bolt, bolt)
	assert product["metadata"]["specifications"] == [{"label": bolt, "description": bolt}]
	assert there[typed.name]["title"] == "Nut & <b>bolt</b>"
	assert there[typed.name]["metadata"]["short_description"] == "R&D <i>x</i>"
	assert len(prices(medusa)["G-1"]) == 1


def test_the_queries_do_not_grow_with_the_batch(medusa):
	from medusa_integration.products import product_payloads

	def asked(names):
		return len(queries(lambda: product_payloads.read(names)))

	names = [website_item(f"G-{n}").name for n in range(20)]
	asked(names)
	assert asked(names[:2]) == asked(names)


def test_an_item_without_an_item_group_row_is_parked(medusa):
	item("G-1", "Masks")
	doc = website_item("G-1", group="Masks")
	fine = website_item("G-2")
	frappe.db.delete("Item Group", {"name": "Masks"})
	drain()
	assert list(products(medusa)) == [fine.name]
	(row,) = outbox()
	assert (row.reference_name, row.status) == (doc.name, "Parked")
	assert "Masks" in row.error


def test_a_renamed_website_item_keeps_its_product(medusa):
	sent, unsent = website_item("G-1"), website_item("G-2")
	item_price("G-1", 2)
	item_price("G-2", 3)
	drain()
	before = products(medusa)
	frappe.rename_doc("Website Item", sent.name, "A-1", force=True)
	drain()
	assert outbox() == []
	there = products(medusa)
	assert there.keys() == {"A-1", unsent.name}
	assert there["A-1"]["id"] == before[sent.name]["id"]
	assert [len(rows) for rows in prices(medusa).values()] == [1, 1]


@pytest.mark.slow
def test_a_product_whose_reply_was_lost_is_found_after_a_renaming(medusa, proxy):
	doc = website_item("G-1")
	proxy.fail("drop", match="POST /admin/products")
	drain()
	assert frappe.db.get_value("Website Item", doc.name, "medusa_id") in (None, "")
	for old, new in ((doc.name, "A-1"), ("A-1", "A-2")):
		frappe.rename_doc("Website Item", old, new, force=True)
	drain()
	assert outbox() == []
	assert products(medusa).keys() == {"A-2"}


@pytest.mark.slow
def test_a_renamed_item_has_another_sku(medusa):
	doc = website_item("G-1")
	drain()
	frappe.rename_doc("Item", "G-1", "G-9", force=True)
	drain()
	assert products(medusa)[doc.name]["variants"][0]["sku"] == "G-9"


@pytest.mark.slow
def test_a_storefront_can_group_variants(medusa):
	parent = website_item("G-1")
	child = website_item("G-2", custom_parent_website_item=parent.name)
	drain()
	assert products(medusa)[child.name]["metadata"]["parent_website_item"] == parent.name
	frappe.rename_doc("Website Item", parent.name, "A-1", force=True)
	drain()
	there = products(medusa)
	assert there[child.name]["metadata"]["parent_website_item"] == "A-1"
	assert "parent_website_item" not in there["A-1"]["metadata"]
	child.reload()
	child.custom_parent_website_item = None
	child.save()
	drain()
	assert "parent_website_item" not in products(medusa)[child.name]["metadata"]


@pytest.mark.slow
def test_a_renamed_brand_reaches_the_shop(medusa):
	frappe.get_doc({"doctype": "Brand", "brand": "Softex"}).insert()
	doc = website_item("G-1", item_values={"brand": "Softex"})
	drain()
	frappe.rename_doc("Brand", "Softex", "Softex Pro", force=True)
	drain()
	assert products(medusa)[doc.name]["metadata"]["brand_name"] == "Softex Pro"
