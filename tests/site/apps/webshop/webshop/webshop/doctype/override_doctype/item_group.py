import frappe
from erpnext.setup.doctype.item_group.item_group import ItemGroup
from frappe.website.website_generator import WebsiteGenerator


class WebshopItemGroup(ItemGroup, WebsiteGenerator):
	website = frappe._dict(condition_field="show_in_website", no_cache=1)

	def validate(self):
		self.make_route()
		WebsiteGenerator.validate(self)
		super().validate()

	def on_trash(self):
		WebsiteGenerator.on_trash(self)
		super().on_trash()

	def make_route(self) -> str:
		"""Made once: neither a rename nor a move changes it."""
		if not self.route:
			self.route = self.parent_route() + self.scrub(self.item_group_name)
		return self.route

	def parent_route(self) -> str:
		"""The route of the group above and a slash; nothing below the root."""
		if not self.parent_item_group:
			return ""
		parent = frappe.get_doc("Item Group", self.parent_item_group)
		return f"{parent.route}/" if parent.parent_item_group and parent.route else ""
