"""Import products: the documents of a product with several variants: a template, its variants and a Website Item, and their link.

Source: docs/reference.md, "Import products".
"""

import frappe
from frappe import _

from medusa_integration import texts
from medusa_integration.delivery.box import outbox
from medusa_integration.operations import import_attributes, imported_product, linked_templates
from medusa_integration.operations.import_candidate import (
	LONGEST_NAME,
	LONGEST_URL,
	Candidate,
	ImportSettings,
	PlannedAttribute,
	PlannedVariant,
)
from medusa_integration.products import item_status
from medusa_integration.products.existing_templates import TemplateMatch
from medusa_integration.products.products_to_medusa import PRODUCT


def make(candidate: Candidate, chosen: ImportSettings) -> str:
	"""Make what a product lacks in ERPNext, with the user's permissions, and link it, in the current transaction. Queues
	nothing: the product is sent once its Website Item is saved or sent.

	:returns: the name of the Website Item
	:raises frappe.ValidationError, frappe.PermissionError: what ERPNext refuses
	"""
	# ERPNext remembers the Item Attributes of the first template of a job.
	frappe.flags.attribute_values = frappe.flags.numeric_values = None
	if not candidate.has_item:
		for attribute in candidate.attributes:
			import_attributes.extend(attribute)
		_make_template(candidate, chosen)
		for variant in candidate.variants:
			_make_variant(candidate, variant, chosen)
	imported_product.make_prices(candidate, chosen)
	allow_backorder = all(variant.shop.allow_backorder for variant in candidate.variants)
	page = imported_product.make_page(candidate, allow_backorder)
	if chosen.pictures:
		imported_product.attach_pictures(page, candidate)
	_link(page.name, candidate)
	return page.name


def _make_template(candidate: Candidate, chosen: ImportSettings) -> None:
	item = imported_product.new_item(candidate, candidate.variant, chosen)
	item.update(
		{
			"has_variants": 1,
			"variant_based_on": "Item Attribute",
			"is_stock_item": int(any(each.shop.manage_inventory for each in candidate.variants)),
		}
	)
	for attribute in candidate.attributes:
		item.append("attributes", {"attribute": attribute.name, **_numbers(attribute)})
	if chosen.pictures and candidate.pictures:
		item.image = candidate.pictures[0]
	item.insert(set_name=candidate.code)


def _make_variant(candidate: Candidate, variant: PlannedVariant, chosen: ImportSettings) -> None:
	item = imported_product.new_item(candidate, variant.shop, chosen)
	ending = f" - {' / '.join(variant.options.values())}"
	item.update(
		{
			"item_code": variant.code,
			"item_name": f"{candidate.title[: max(0, LONGEST_NAME - len(ending))]}{ending}"[:LONGEST_NAME],
			"variant_of": candidate.code,
			"variant_based_on": "Item Attribute",
		}
	)
	if variant.shop.country:
		item.country_of_origin = imported_product.country(variant.shop.country)
	for attribute in candidate.attributes:
		value = {"attribute_value": variant.options[attribute.name]}
		item.append("attributes", {"attribute": attribute.name, **value, **_numbers(attribute)})
	if chosen.pictures and (picture := texts.web_address(variant.shop.picture, LONGEST_URL)):
		item.image = picture
	item.insert(set_name=variant.code)


def _numbers(attribute: PlannedAttribute) -> dict:
	if not attribute.numbers:
		return {}
	names = ("from_range", "to_range", "increment")
	return {"numeric_values": 1, **dict(zip(names, attribute.numbers, strict=True))}


def _link(name: str, candidate: Candidate) -> None:
	item = frappe._dict(name=name, item_code=candidate.code, medusa_id=None)
	ids = {variant.code: variant.shop.id for variant in candidate.variants}
	shop = [{"id": variant.id} for variant in candidate.product.variants]
	match = TemplateMatch(item, {"id": candidate.product.id, "variants": shop}, ids, [], [])
	if reason := linked_templates.make_way(match):
		frappe.throw(reason, title=_("Linked already"))
	pages = linked_templates.write(match)
	outbox.forget(PRODUCT, name)  # The attached pictures have queued it, though the shop has them already.
	item_status.refresh([name, *pages])
