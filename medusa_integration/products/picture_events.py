"""Document events that queue products because of their pictures: those of Files and Website Slideshows.

Source: docs/reference.md, "Pictures".
"""

import frappe

from medusa_integration.products.product_events import queue_matching
from medusa_integration.products.product_payloads import DOCTYPE

SLIDESHOW = "Website Slideshow"
WATCHED_FILE_FIELDS = ("file_url", "file_name", "is_private", "attached_to_doctype", "attached_to_name")


def file_on_update(doc, method: str | None = None) -> None:
	"""File, on_update: queue the products that the file is a picture of, before or after the save. A file that belongs to no
	Website Item or slideshow costs no query, unless its address changes."""
	before = doc.get_doc_before_save()
	if before and not any(doc.has_value_changed(field) for field in WATCHED_FILE_FIELDS):
		return
	files = [doc, before] if before else [doc]
	if before and doc.has_value_changed("file_url"):
		files += _same_address(doc)
		_follow_address(files, before.file_url, doc.file_url)
	_queue_pictures_of(files)


def file_on_trash(doc, method: str | None = None) -> None:
	"""File, on_trash: queue the products that the file is a picture of. A Website Item whose *Website Image* is the file on
	the site's disk loses it: webshop would clear the field at the next save, and the shop would show a dead address."""
	url = doc.file_url or ""
	if _item_of(doc) and url.startswith("/files/") and not _is_used_by_another(doc):
		_follow_address([doc], url, None)
	_queue_pictures_of([doc])


def website_slideshow_on_update(doc, method: str | None = None) -> None:
	"""Website Slideshow, on_update: queue the products that show it, where its pictures or their order changed."""
	before = doc.get_doc_before_save()
	if before is None or _slides(doc) != _slides(before):
		queue_matching({"slideshow": doc.name})


def website_slideshow_after_rename(doc, method=None, old=None, new=None, merge: bool = False) -> None:
	"""Website Slideshow, after_rename: after a merge queue the products that show the remaining one."""
	if merge:
		queue_matching({"slideshow": new})


def website_slideshow_on_trash(doc, method: str | None = None) -> None:
	"""Website Slideshow, on_trash: queue the products that show it, which lose its pictures."""
	queue_matching({"slideshow": doc.name})


def _queue_pictures_of(files: list) -> None:
	items = {name for name in map(_item_of, files) if name}
	slideshows = {file.attached_to_name for file in files if file.attached_to_doctype == SLIDESHOW}
	if items:
		queue_matching({"name": ("in", sorted(items))})
	if slideshows:
		queue_matching({"slideshow": ("in", sorted(slideshows))})


def _item_of(file) -> str:
	"""The Website Item that a file is attached to; "" for any other file."""
	return (file.attached_to_name or "") if file.attached_to_doctype == DOCTYPE else ""


def _same_address(doc) -> list[frappe._dict]:
	"""The other Files of the same file on the disk. Frappe has moved them with this one, without their events."""
	fields = ["attached_to_doctype", "attached_to_name"]
	same = {"file_url": doc.file_url, "name": ("!=", doc.name)}
	return frappe.get_all("File", {**same, "attached_to_doctype": ("in", [DOCTYPE, SLIDESHOW])}, fields)


def _is_used_by_another(doc) -> bool:
	return bool(frappe.db.exists("File", {"file_url": doc.file_url, "name": ("!=", doc.name)}))


def _follow_address(files: list, old: str | None, new: str | None) -> None:
	"""Write a file's new address, or None, to the Website Items that it is attached to and whose image it is. Frappe does
	that for the one document in whose field the file was uploaded."""
	names = sorted({name for name in map(_item_of, files) if name})
	if names and old:
		items = frappe.get_all(DOCTYPE, {"name": ("in", names), "website_image": old}, pluck="name")
		for name in items:
			values = {"website_image": new, **({} if new else {"thumbnail": None})}
			frappe.db.set_value(DOCTYPE, name, values, update_modified=False)


def _slides(slideshow) -> list[str]:
	return [row.image for row in slideshow.get("slideshow_items") or ()]
