import frappe

FOLLOWED_FIELDS = ("item_name", "item_group", "stock_uom", "brand", "description", "disabled")


def execute(doc, method=None):
	"""The Website Item follows its Item, saved once for each field that changed, as webshop does."""
	before = doc.get_doc_before_save()
	name = frappe.db.exists("Website Item", {"item_code": doc.item_code})
	if not before or not name:
		return

	changed = {}
	for field in FOLLOWED_FIELDS:
		if before.get(field) == doc.get(field):
			continue
		if field == "disabled":
			changed["published"] = not doc.disabled
		else:
			changed[field] = doc.get(field)
		frappe.get_doc("Website Item", name).update(changed).save()
