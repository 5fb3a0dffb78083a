"""A product's pictures in Medusa follow ERPNext's, whichever document they are changed in."""

import re
from hashlib import sha1
from io import BytesIO

import frappe
import pytest
from PIL import Image

from tests.support.checks import queries
from tests.support.factories import drain, outbox, website_item
from tests.support.shop import products


def png(text: str) -> bytes:
	"""A picture of one pixel, another for each text."""
	content = BytesIO()
	Image.new("RGB", (1, 1), f"#{sha1(text.encode()).hexdigest()[:6]}").save(content, "PNG")
	return content.getvalue()


def attach(doc, name: str, *, content: bytes = b"", **values):
	"""A picture attached to a document, as the form's sidebar does it. Different content for each name."""
	file = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": name,
			"content": content or png(name),
			"attached_to_doctype": doc.doctype,
			"attached_to_name": doc.name,
			"is_private": 0,
			**values,
		}
	)
	file.insert()
	return file


def link(doc, url: str, **values):
	"""A picture elsewhere, attached by its address."""
	return attach(doc, url.split("/")[-1], content=b" ", file_url=url, **values)


def delete_files(url: str) -> None:
	"""Delete an image as a user does: Frappe and webshop attach it once each."""
	for name in frappe.get_all("File", {"file_url": url}, pluck="name"):
		frappe.delete_doc("File", name)


def slideshow(*urls: str, name: str = "Gloves"):
	doc = frappe.get_doc(
		{
			"doctype": "Website Slideshow",
			"slideshow_name": name,
			"slideshow_items": [{"image": url} for url in urls],
		}
	)
	doc.insert(ignore_permissions=True)
	return doc


def shown(medusa, doc) -> list[str]:
	"""The last parts of the addresses of the product's pictures."""
	drain()
	assert outbox() == []
	product = products(medusa)[doc.name]
	urls = [image["url"] for image in product["images"]]
	assert product["thumbnail"] == (urls[0] if urls else None)
	return [
		re.sub(r"[0-9a-f]{6}\.png", ".png", url.split("/")[-1]) for url in urls
	]  # Frappe makes names unique


@pytest.fixture
def sent(medusa):
	doc = website_item("PIC-1")
	assert shown(medusa, doc) == []
	return doc


def test_a_second_picture_that_is_attached_reaches_the_shop(medusa, sent):
	attach(sent, "front.png")
	assert shown(medusa, sent) == ["front.png"]
	attach(sent, "back.png")
	assert shown(medusa, sent) == ["front.png", "back.png"]


def test_a_deleted_attachment_leaves_the_shop(medusa, sent):
	attach(sent, "front.png")
	second = attach(sent, "back.png")
	shown(medusa, sent)
	second.delete()
	assert shown(medusa, sent) == ["front.png"]


def test_a_picture_made_private_leaves_and_comes_back(medusa, sent):
	file = attach(sent, "front.png")
	shown(medusa, sent)
	file.is_private = 1
	file.save()
	assert shown(medusa, sent) == []
	file.is_private = 0
	file.save()
	assert shown(medusa, sent) == ["front.png"]


def test_a_picture_moved_to_another_item_moves_in_the_shop(medusa, sent):
	other = website_item("PIC-2")
	file = attach(sent, "front.png")
	shown(medusa, sent)
	file.attached_to_name = other.name
	file.save()
	assert (shown(medusa, sent), shown(medusa, other)) == ([], ["front.png"])
	file.attached_to_doctype = file.attached_to_name = None
	file.save()
	assert shown(medusa, other) == []


def test_a_deleted_website_image_leaves_the_shop(medusa, sent):
	file = attach(sent, "main.png")
	sent.website_image = file.file_url
	sent.save()
	attach(sent, "back.png")
	assert shown(medusa, sent) == ["main.png", "back.png"]
	delete_files(file.file_url)
	assert shown(medusa, sent) == ["back.png"]
	assert not frappe.db.get_value("Website Item", sent.name, "website_image")


def test_an_image_whose_file_another_document_has_too_stays(medusa, sent):
	file = attach(frappe.get_doc("Item", "PIC-1"), "main.png")
	sent.website_image = file.file_url
	sent.save()  # webshop attaches it to the Website Item too
	assert shown(medusa, sent) == ["main.png"]
	file.reload()
	file.delete()
	assert shown(medusa, sent) == ["main.png"]


def test_a_shared_image_made_private_at_its_item_leaves_the_shop(medusa, sent):
	file = attach(frappe.get_doc("Item", "PIC-1"), "main.png")
	sent.website_image = file.file_url
	sent.save()
	sent.reload()
	frappe.db.set_value(
		"File", {"attached_to_doctype": "Website Item"}, "content_hash", file.content_hash
	)  # as of an upload
	assert shown(medusa, sent) == ["main.png"]
	file.reload()
	file.is_private = 1
	file.save()
	assert shown(medusa, sent) == []


def test_a_replaced_website_image_is_sent(medusa, sent):
	sent.website_image = attach(sent, "old.png").file_url
	sent.save()
	assert shown(medusa, sent) == ["old.png"]
	delete_files(sent.website_image)
	new = attach(sent, "new.png", attached_to_field="website_image")
	sent.reload()
	sent.website_image = new.file_url
	sent.save()
	assert shown(medusa, sent) == ["new.png"]


def test_a_changed_slideshow_is_sent(medusa, sent):
	show = slideshow("https://cdn.example.com/1.png", "https://cdn.example.com/2")
	sent.slideshow = show.name
	sent.save()
	assert shown(medusa, sent) == ["1.png", "2"]
	show.append("slideshow_items", {"image": "https://cdn.example.com/3.png"})
	show.save(ignore_permissions=True)
	assert shown(medusa, sent) == ["1.png", "2", "3.png"]
	show.slideshow_items.pop(0)
	show.save(ignore_permissions=True)
	assert shown(medusa, sent) == ["2", "3.png"]
	show.header = "Only words"
	show.save(ignore_permissions=True)
	assert outbox() == []
	frappe.rename_doc("Website Slideshow", show.name, "Mitts", force=True)
	show = frappe.get_doc("Website Slideshow", "Mitts")
	show.slideshow_items.pop(0)
	show.save(ignore_permissions=True)
	assert shown(medusa, sent) == ["3.png"]
	frappe.delete_doc("Website Slideshow", "Mitts", force=True)
	assert shown(medusa, sent) == []


def test_a_linked_picture_without_an_ending_is_a_picture_by_its_name(medusa, sent):
	link(sent, "https://cdn.example.com/image?id=7", file_name="front.jpg")
	link(sent, "https://cdn.example.com/leaflet")
	assert shown(medusa, sent) == ["image?id=7"]


def test_files_of_other_documents_queue_nothing_and_cost_no_query(medusa, sent):
	file = attach(frappe.get_doc("Item", "PIC-1"), "note.png")
	plain = frappe.get_doc(
		{"doctype": "File", "file_name": "x.png", "content": png("x"), "is_private": 0}
	).insert()
	from medusa_integration.products import picture_events

	for each in (file, plain):
		each.reload()
		assert queries(lambda each=each: picture_events.file_on_trash(each)) == []
		assert queries(lambda each=each: picture_events.file_on_update(each)) == []
	assert outbox() == []


@pytest.mark.usefixtures("unpublished_stay")
def test_an_attachment_of_an_item_outside_of_the_shop_queues_nothing(medusa):
	doc = website_item("PIC-1", published=0)
	attach(doc, "front.png")
	assert outbox() == []
	attached_first = website_item("PIC-2")
	attach(attached_first, "first.png")
	assert shown(medusa, attached_first) == ["first.png"]


def test_a_deleted_item_takes_its_pictures_along(medusa, sent):
	attach(sent, "front.png")
	shown(medusa, sent)
	sent.reload()
	sent.delete()
	drain()
	assert (outbox(), products(medusa)) == ([], {})


def test_a_renamed_unit_and_a_changed_country_code_are_sent(medusa):
	unit = frappe.get_doc({"doctype": "UOM", "uom_name": "Glove box"}).insert(ignore_permissions=True)
	country = frappe.get_doc({"doctype": "Country", "country_name": "Glovia", "code": "aq"})
	country.insert(ignore_permissions=True)
	doc = website_item("PIC-1", item_values={"stock_uom": unit.name, "country_of_origin": "Glovia"})
	drain()
	product = products(medusa)[doc.name]
	assert (product["metadata"]["UOM"], product["origin_country"]) == ("Glove box", "AQ")
	frappe.rename_doc("UOM", unit.name, "Carton of gloves", force=True)
	country.code = "bv"
	country.save(ignore_permissions=True)
	drain()
	product = products(medusa)[doc.name]
	assert (product["metadata"]["UOM"], product["origin_country"]) == ("Carton of gloves", "BV")
