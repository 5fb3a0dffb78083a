import frappe
from frappe.model.document import Document
from frappe.utils import flt


class PackedItem(Document):
	pass


def make_packing_list(doc) -> None:
	"""Fill in the parts of the Product Bundles among a document's rows."""
	if doc.get("_action") == "update_after_submit":
		return
	before = {(row.parent_item, row.item_code, row.parent_detail_docname): row for row in doc.packed_items}
	doc.set("packed_items", [])
	for row in doc.items:
		for part in _parts(row.item_code):
			kept = before.get((row.item_code, part.item_code, row.name))
			item = frappe.get_cached_doc("Item", part.item_code)
			doc.append(
				"packed_items",
				{
					"parent_item": row.item_code,
					"parent_detail_docname": row.name,
					"item_code": part.item_code,
					"item_name": item.item_name,
					"uom": item.stock_uom,
					"qty": flt(part.qty) * flt(row.stock_qty),
					"conversion_factor": row.conversion_factor,
					"warehouse": (kept and kept.warehouse) or row.warehouse,
				},
			)


def _parts(item_code: str) -> list:
	bundle = frappe.db.exists("Product Bundle", {"new_item_code": item_code, "disabled": 0})
	return frappe.get_doc("Product Bundle", bundle).items if bundle else []
