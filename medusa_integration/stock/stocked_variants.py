"""The variants that a template's product sells, as Website Items have their own Item.

A variant without a Website Item of its own has its template's warehouse and threshold. Its ids and the state of its stock are
in its Item.

Source: docs/reference.md, "Stock".
"""

import frappe

from medusa_integration import settings, sold_units, sold_variants

PAGE = "Website Item"
OWN = ("website_warehouse", "custom_threshold_qty")  # of a variant's own Website Item, else of its template's


def expand(pages: list[frappe._dict]) -> list[frappe._dict]:
	"""Give Website Items `sold` and `sold_by`, and each sold Item `keeper`; returns the sold Items. Four queries where variants are
	options of one product, none elsewhere.

	:param pages: Website Items as stock/quantities.py reads them; changed
	"""
	of_templates: dict[str, list[str]] = {}
	seller: dict[str, str] = {}
	if settings.current().variants_are_options:
		of_templates = sold_variants.variants_of(page["name"] for page in pages)
		seller = sold_variants.products_of(page["item_code"] for page in pages if page["variant_of"])
	variants = _read({code for codes in of_templates.values() for code in codes})
	sold = []
	for page in pages:
		name = page["name"]
		by = seller.get(page["item_code"], name) if page["variant_of"] else name
		page["sold_by"] = by if by != name else ""
		page["keeper"] = (PAGE, name)
		if name in of_templates:
			page["sold"] = [_as_sold(variants[code], page) for code in of_templates[name] if code in variants]
			page.pop("told")
		else:
			page["sold"] = [page]
		sold += page["sold"]
	return sold


def _as_sold(variant: frappe._dict, page: frappe._dict) -> frappe._dict:
	"""A variant, with the fields that it has from its template's Website Item."""
	inherited = {field: variant[field] or page[field] for field in OWN}
	of_product = {"name": page["name"], "medusa_id": page["medusa_id"]}
	state = {"keeper": ("Item", variant["item_code"]), "medusa_synced_on": page["medusa_synced_on"]}
	return frappe._dict({**variant, **inherited, **of_product, **state})


def _read(codes: set[str]) -> dict[str, frappe._dict]:
	"""Variants by item code, with `own_page`, the name of their own Website Item, None where there is none."""
	if not codes:
		return {}
	page, item = frappe.qb.DocType(PAGE), frappe.qb.DocType("Item")
	rows = (
		frappe.qb.from_(item)
		.left_join(page)
		.on(page.item_code == item.name)
		.select(item.name.as_("item_code"), item.variant_of, item.is_stock_item, item.medusa_variant_id)
		.select(item.medusa_stock, item.stock_uom.as_("unit"), item[sold_units.FIELD].as_("told"))
		.select(page.name.as_("own_page"), page.custom_in_stock, *(page[field] for field in OWN))
		.where(item.name.isin(sorted(codes)))
		.run(as_dict=True)
	)
	return {row["item_code"]: row for row in rows}
