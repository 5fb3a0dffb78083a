import frappe
from frappe.utils import flt

from erpnext import IS_15


def merge_taxes(source, target_doc):
	"""Add a document's taxes to those of another, row by row of one account and cost center; the others become fixed ones. In 16
	the breakup of each item follows."""
	source_taxes, become = source.get("taxes") or [], {}
	taxes = target_doc.get("taxes") or []

	def place(tax):
		return tax.account_head, tax.get("cost_center")

	for tax in source_taxes:
		same = [each for each in taxes if place(each) == place(tax)]
		for each in same:
			each.tax_amount = flt(each.tax_amount) + flt(tax.tax_amount_after_discount_amount)
			become[tax.name] = each
		if not same:
			tax.update(
				{"charge_type": "Actual", "included_in_print_rate": 0, "dont_recompute_tax": 1, "row_id": ""}
			)
			tax.tax_amount = tax.tax_amount_after_discount_amount
			taxes.append(tax)
			become[tax.name] = tax
	target_doc.set("taxes", taxes)
	if not IS_15:
		_keep_breakup(source, target_doc, become)


def _keep_breakup(source, target_doc, become: dict) -> None:
	rows = {row.get("dn_detail"): row for row in target_doc.items if row.get("dn_detail")}
	kept = target_doc.get("_item_wise_tax_details") or []
	for detail in source.get("item_wise_tax_details") or []:
		if detail.item_row in rows and detail.tax_row in become:
			amounts = {field: detail.get(field) for field in ("rate", "amount", "taxable_amount")}
			kept.append(frappe._dict(item=rows[detail.item_row], tax=become[detail.tax_row], **amounts))
	target_doc._item_wise_tax_details = kept
