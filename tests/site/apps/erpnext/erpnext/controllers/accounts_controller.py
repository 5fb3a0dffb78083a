from frappe.utils import flt


def merge_taxes(source_taxes, target_doc):
	"""Add a document's taxes to those of another, row by row of one account and cost center; the others become fixed ones."""
	taxes = target_doc.get("taxes") or []

	def place(tax):
		return tax.account_head, tax.get("cost_center")

	for tax in source_taxes:
		same = [each for each in taxes if place(each) == place(tax)]
		for each in same:
			each.tax_amount = flt(each.tax_amount) + flt(tax.tax_amount_after_discount_amount)
		if not same:
			tax.update(
				{"charge_type": "Actual", "included_in_print_rate": 0, "dont_recompute_tax": 1, "row_id": ""}
			)
			tax.tax_amount = tax.tax_amount_after_discount_amount
			taxes.append(tax)
	target_doc.set("taxes", taxes)
