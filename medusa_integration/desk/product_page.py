"""The page of a Website Item's product in the storefront: the form's *See in the Shop*.

Source: docs/reference.md, "Whitelisted calls".
"""

import frappe
from frappe import _

from medusa_integration import settings
from medusa_integration.desk.arguments import DocumentName, checked
from medusa_integration.medusa.errors import MedusaError
from medusa_integration.operations import connection
from medusa_integration.products import variant_events


@frappe.whitelist(methods=["POST"])
@checked
def get_product_page(website_item: DocumentName) -> str:
	"""The address of a Website Item's product in the storefront, as *Product Page* says. Medusa is asked for the handle, which the
	shop may have changed. POST, because signing in stores a token.

	:param website_item: its name; of a template's variant the address is that of the template's product
	:returns: the address
	:raises frappe.PermissionError: without read permission for the Website Item
	:raises frappe.DoesNotExistError: where there is none
	:raises frappe.ValidationError: without *Product Page*, where the item has no product in Medusa, or Medusa doesn't answer
	:raises BadArgument: for a value that can't be a name
	"""
	doc = frappe.get_doc("Website Item", website_item)
	doc.check_permission("read")
	id = product_of(doc)
	if not id or not settings.configuration().product_page:
		frappe.throw(
			_("{0} has no page in the shop, or Product Page is blank in the Medusa Configuration.").format(
				doc.name
			),
			title=_("Not in the shop"),
		)
	try:
		handle = connection.open_briefly().product_handle(id) if settings.page_needs_handle() else ""
	except MedusaError as error:
		frappe.throw(
			_("Medusa wasn't able to tell the product's handle: {0}").format(error.message),
			title=_("See in the Shop"),
		)
	return settings.product_page(id, handle)


def product_of(doc) -> str:
	"""The id of the product in Medusa that sells a Website Item; "" where there is none.

	:param doc: the Website Item
	"""
	template = variant_events.template_page(doc)
	return (frappe.db.get_value("Website Item", template, "medusa_id") if template else doc.medusa_id) or ""
