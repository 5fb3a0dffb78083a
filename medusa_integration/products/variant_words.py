"""The status lines of Website Items of templates and variants.

Source: docs/reference.md, "Templates".
"""

import frappe
from frappe import _

from medusa_integration import settings, sold_variants
from medusa_integration.products.variant_events import template_page


def status_line(doc) -> str:
	"""How a template or a variant is sold, with the step to take; "" for any other Website Item."""
	if not settings.current().variants_are_options:
		return ""
	if template := template_page(doc):
		return _of_variant(doc, template)
	if doc.get("variant_of") and doc.published and _has_options(doc.variant_of):
		words = _(
			"It is a product of its own, as its template {0} has no published Website Item. Publish that, and the variants become options of one product."
		)
		return words.format(doc.variant_of)
	if sold_variants.variants_of([doc.name]).get(doc.name) == []:
		return _(
			"It has no variant that can be sold, and isn't for sale. Make one, or enable one and publish its Website Item."
		)
	return ""


def _of_variant(doc, template: str) -> str:
	if doc.item_code in sold_variants.variants_of([template]).get(template, ()):
		return _("Sold as a variant of {0}.").format(_named(template))
	return _("Not sold: its template's product, of {0}, leaves it out.").format(_named(template))


def _named(page: str) -> str:
	"""A Website Item's title and name."""
	title = frappe.db.get_value("Website Item", page, "web_item_name")
	return f"{title} ({page})"


def _has_options(template: str) -> bool:
	based_on = frappe.db.get_value("Item", template, "variant_based_on")
	return (based_on or "Item Attribute") == "Item Attribute"
