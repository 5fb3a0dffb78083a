import json

import frappe
from frappe import _
from frappe.model.naming import get_default_naming_series, make_autoname
from frappe.utils import cstr, random_string
from frappe.website.website_generator import WebsiteGenerator

ITEM_FIELDS = (
	"item_code",
	"item_name",
	"item_group",
	"stock_uom",
	"brand",
	"has_variants",
	"variant_of",
	"description",
)


class WebsiteItem(WebsiteGenerator):
	website = frappe._dict(page_title_field="web_item_name", condition_field="published", no_cache=1)

	def autoname(self):
		# WebsiteGenerator would take the title, which several items may share
		if not self.name:
			self.name = make_autoname(get_default_naming_series("Website Item"), doc=self)

	def validate(self):
		super().validate()
		if not self.item_code:
			frappe.throw(_("Item Code is required"))
		self.validate_duplicate_website_item()
		self.validate_website_image()
		self.make_thumbnail()
		self.set_published_in_website(1)

	def on_update(self):
		self.publish_template()

	def on_trash(self):
		super().on_trash()
		self.set_published_in_website(0)

	def validate_duplicate_website_item(self):
		other = frappe.db.exists("Website Item", {"item_code": self.item_code})
		if other and other != self.name:
			throw_already_published(self.item_code)

	def make_route(self) -> str:
		"""Below the item group's; random at its end, as items may share a name. It is made once."""
		group_route = cstr(frappe.db.get_value("Item Group", self.item_group, "route"))
		return group_route + "/" + self.scrub(f"{self.item_name or self.item_code}-{random_string(5)}")

	def validate_website_image(self):
		"""Drop, with a message, an image that is not a public File."""
		if frappe.flags.in_import or not self.website_image:
			return
		private = frappe.get_all(
			"File",
			filters={"file_url": self.website_image},
			pluck="is_private",
			order_by="is_private asc",
			limit=1,
		)
		if not private:
			frappe.msgprint(
				_("Website Image {0} attached to Item {1} cannot be found").format(
					self.website_image, self.name
				)
			)
			self.website_image = None
		elif private[0]:
			frappe.msgprint(_("Website Image should be a public file or website URL"))
			self.website_image = None

	def make_thumbnail(self):
		"""Attach the image to this document and make its small version."""
		if frappe.flags.in_import or frappe.flags.in_migrate:
			return
		if not self.is_new() and self.has_value_changed("website_image"):
			self.thumbnail = None
		if not self.website_image or self.thumbnail:
			return

		attachment = {
			"file_url": self.website_image,
			"attached_to_doctype": "Website Item",
			"attached_to_name": self.name,
		}
		if name := frappe.db.exists("File", attachment):
			file = frappe.get_doc("File", name)
		else:
			file = frappe.get_doc({"doctype": "File", **attachment}).save()
		if not file.thumbnail_url:
			file.make_thumbnail()
		self.thumbnail = file.thumbnail_url

	def set_published_in_website(self, value: int):
		if frappe.db.get_value("Item", self.item_code, "published_in_website") != value:
			frappe.db.set_value("Item", self.item_code, "published_in_website", value)

	def publish_template(self):
		"""A published variant takes its template to the website."""
		if self.variant_of and self.published:
			template = frappe.get_doc("Item", self.variant_of)
			if not template.published_in_website:
				make_website_item(template)

	@frappe.whitelist()
	def copy_specification_from_item_group(self):
		self.set("website_specifications", [])
		for row in frappe.get_all(
			"Item Website Specification",
			filters={"parenttype": "Item Group", "parent": self.item_group},
			fields=["label", "description"],
			order_by="idx",
		):
			self.append("website_specifications", row)


@frappe.whitelist()
def make_website_item(doc, save: bool = True):
	"""Make the Website Item of an Item.

	:param doc: the Item, its values as a dict, or those as JSON
	:param save: False returns the unsaved document instead of [name, web_item_name]
	"""
	if isinstance(doc, str):
		doc = json.loads(doc)
	if frappe.db.exists("Website Item", {"item_code": doc.get("item_code")}):
		throw_already_published(doc.get("item_code"))

	website_item = frappe.new_doc("Website Item")
	website_item.web_item_name = doc.get("item_name")
	website_item.website_image = doc.get("image")
	for field in ITEM_FIELDS:
		website_item.set(field, doc.get(field))
	if not save:
		return website_item
	website_item.save()
	return [website_item.name, website_item.web_item_name]


def throw_already_published(item_code: str):
	frappe.throw(
		_("Website Item already exists against Item {0}").format(frappe.bold(item_code)),
		title=_("Already Published"),
	)


def on_doctype_update():
	# a Text column is indexed up to a length
	frappe.db.add_index("Website Item", ["route(500)"])
