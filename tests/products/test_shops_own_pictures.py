"""Pictures that the shop has added beside ERPNext's: only those that the app sent are replaced or removed."""

import frappe
import pytest

from tests.products.test_pictures import attach, link, slideshow
from tests.support.doctor import found, repaired
from tests.support.factories import drain, outbox, website_item
from tests.support.shop import products

OWN = ["https://cdn.example.com/own-1.png", "https://cdn.example.com/own-2.png"]


def pictures(medusa, doc) -> list[str]:
	drain()
	assert outbox() == []
	return [image["url"] for image in products(medusa)[doc.name]["images"]]


def shows(medusa, doc, urls: list[str]) -> None:
	there = pictures(medusa, doc)
	assert there == urls if medusa.version == "v2" else sorted(there) == sorted(urls)  # v1 keeps no order


def thumbnail(medusa, doc) -> str | None:
	return products(medusa)[doc.name]["thumbnail"]


def put(medusa, doc, *urls: str, **values) -> None:
	"""Give a product pictures in Medusa's admin."""
	images = list(urls) if medusa.version == "v1" else [{"url": url} for url in urls]
	id = products(medusa)[doc.name]["id"]
	medusa.admin("POST", f"/admin/products/{id}", {"images": images, **values})


@pytest.fixture
def doc(medusa):
	"""A product with the pictures front.png and back.png of ERPNext, and two of the shop's own."""
	doc = website_item("PIC-1")
	link(doc, "https://erp.example.com/front.png")
	link(doc, "https://erp.example.com/back.png")
	front, back = pictures(medusa, doc)
	put(medusa, doc, OWN[0], front, back, OWN[1], thumbnail=front)
	return doc


def file(url: str):
	return frappe.get_doc("File", {"file_url": ("like", f"%{url}")})


def test_a_deleted_picture_goes_and_the_shops_own_stay(medusa, doc):
	file("front.png").delete()
	shows(medusa, doc, [OWN[0], "https://erp.example.com/back.png", OWN[1]])
	assert thumbnail(medusa, doc) == "https://erp.example.com/back.png"
	file("back.png").delete()
	shows(medusa, doc, OWN)
	assert thumbnail(medusa, doc) == OWN[0]
	assert [each for each in found() if each[1] != "price"] == []


def test_a_picture_made_private_goes_and_comes_back(medusa, doc):
	picture = file("back.png")
	picture.is_private = 1
	picture.save()
	shows(medusa, doc, [OWN[0], "https://erp.example.com/front.png", OWN[1]])
	picture.is_private = 0
	picture.save()
	front_and_back = ["https://erp.example.com/front.png", "https://erp.example.com/back.png"]
	shows(medusa, doc, [OWN[0], *front_and_back, OWN[1]])


def test_a_replaced_picture_takes_the_place_of_the_former(medusa, doc):
	picture = file("front.png")
	picture.file_url = "https://erp.example.com/new.png"
	picture.save()
	new = ["https://erp.example.com/new.png", "https://erp.example.com/back.png"]
	shows(medusa, doc, [OWN[0], *new, OWN[1]])
	assert thumbnail(medusa, doc) == new[0]


def test_a_thumbnail_that_the_shop_chose_stays(medusa, doc):
	front, back = "https://erp.example.com/front.png", "https://erp.example.com/back.png"
	put(medusa, doc, front, OWN[0], back, thumbnail=OWN[0])
	file("front.png").delete()
	shows(medusa, doc, [OWN[0], back])
	assert thumbnail(medusa, doc) == OWN[0]


def test_a_change_of_another_field_leaves_the_shops_own_pictures(medusa, doc):
	before = [OWN[0], "https://erp.example.com/front.png", "https://erp.example.com/back.png", OWN[1]]
	for values in ({"web_item_name": "Other"}, {"on_backorder": 1}):
		doc.reload()
		doc.update(values)
		doc.save()
		shows(medusa, doc, before)
	repaired(medusa, [doc.name])
	shows(medusa, doc, before)


def test_pictures_that_come_after_all_were_removed_join_the_shops_own(medusa, doc):
	for url in ("front.png", "back.png"):
		file(url).delete()
	shows(medusa, doc, OWN)
	link(doc, "https://erp.example.com/late.png")
	shows(medusa, doc, ["https://erp.example.com/late.png", *OWN])


def test_a_slide_that_is_taken_out_goes(medusa):
	show = slideshow("https://erp.example.com/1.png", "https://erp.example.com/2.png")
	doc = website_item("PIC-2", slideshow=show.name)
	sent = pictures(medusa, doc)
	put(medusa, doc, *sent, OWN[0])
	show.slideshow_items = show.slideshow_items[:1]
	show.save(ignore_permissions=True)
	shows(medusa, doc, [sent[0], OWN[0]])


def test_a_website_image_that_is_cleared_goes(medusa):
	doc = website_item("PIC-3")
	doc.website_image = attach(doc, "main.png").file_url
	doc.save()
	(main,) = pictures(medusa, doc)
	put(medusa, doc, main, OWN[0])
	for name in frappe.get_all("File", {"attached_to_name": doc.name}, pluck="name"):
		frappe.delete_doc("File", name)
	doc.reload()
	doc.website_image = ""
	doc.save()
	shows(medusa, doc, [OWN[0]])
	assert thumbnail(medusa, doc) == OWN[0]


def test_a_picture_that_was_removed_in_the_shop_is_seen_by_the_doctor_and_comes_back(medusa, doc):
	put(medusa, doc, OWN[0], "https://erp.example.com/back.png", thumbnail=OWN[0])
	assert ("different", "images", doc.name) in found()
	repaired(medusa, [doc.name])
	there = pictures(medusa, doc)
	assert "https://erp.example.com/front.png" in there
	assert OWN[0] in there


def test_values_sent_by_an_earlier_version_still_go(medusa, doc):
	"""It kept a fingerprint of all pictures together."""
	from medusa_integration.medusa.owners import fingerprint

	ours = ["https://erp.example.com/front.png", "https://erp.example.com/back.png"]
	put(medusa, doc, *ours, thumbnail=ours[0])
	kept = f'{{"images": "{fingerprint(ours)}", "thumbnail": "{fingerprint(ours[0])}"}}'
	frappe.db.set_value("Website Item", doc.name, "medusa_filled", kept)
	for url in ("front.png", "back.png"):
		file(url).delete()
	shows(medusa, doc, [])
	assert not thumbnail(medusa, doc)
