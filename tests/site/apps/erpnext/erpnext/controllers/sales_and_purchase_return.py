import frappe
from frappe import _
from frappe.model.mapper import get_mapped_doc
from frappe.utils import flt

# Where a return's rows name the rows that they return.
ROW_FIELDS = {"Delivery Note": "dn_detail", "Sales Invoice": "sales_invoice_item"}
KEPT = (
	"against_sales_order",
	"against_sales_invoice",
	"sales_order",
	"delivery_note",
	"so_detail",
	"si_detail",
)


class StockOverReturnError(frappe.ValidationError):
	pass


def validate_return(doc):
	if not doc.get("is_return") or not doc.return_against:
		return
	against = frappe.get_doc(doc.doctype, doc.return_against)
	if against.customer != doc.customer:
		frappe.throw(_("The customer does not match with the one of {0}").format(against.name))
	row_field, sold = ROW_FIELDS[doc.doctype], {row.name: row for row in against.items}
	if not any(flt(row.qty) <= 0 for row in doc.items):
		frappe.throw(_("Atleast one item should be entered with negative quantity in return document"))
	for row in doc.items:
		of = sold.get(row.get(row_field))
		if not of:
			continue
		open_qty = of.qty - get_returned_qty(doc, of.name)
		if flt(row.qty) > 0:
			frappe.throw(_("{0} must be negative in return document").format(_("Qty")))
		if abs(flt(row.qty)) > open_qty:
			frappe.throw(
				_("Row # {0}: Cannot return more than {1} for Item {2}").format(
					row.idx, open_qty, row.item_code
				),
				StockOverReturnError,
			)
		if of.rate and flt(row.rate) > of.rate:
			frappe.throw(
				_("Row # {0}: Rate cannot be greater than the rate used in {1} {2}").format(
					row.idx, doc.doctype, against.name
				)
			)


def get_returned_qty(doc, row_name: str) -> float:
	"""How much of a row the submitted returns have, as a positive number."""
	field = ROW_FIELDS[doc.doctype]
	rows = frappe.get_all(
		f"{doc.doctype} Item", {field: row_name, "docstatus": 1, "qty": ("<", 0)}, pluck="qty", order_by=None
	)
	return -sum(map(flt, rows))


def make_return_doc(doctype: str, source_name: str, target_doc=None):
	"""A draft that returns what isn't returned yet of a submitted document."""
	company = frappe.db.get_value(doctype, source_name, "company")
	warehouse = frappe.get_cached_value("Company", company, "default_warehouse_for_sales_return")

	def turn_back(source, target):
		target.update({"is_return": 1, "return_against": source.name, "set_warehouse": warehouse or ""})
		target.ignore_pricing_rule = 1
		for tax in target.taxes:
			if tax.charge_type == "Actual":
				tax.tax_amount = -1 * tax.tax_amount
		if target.discount_amount:
			target.discount_amount = -1 * source.discount_amount
		target.run_method("calculate_taxes_and_totals")

	def turn_row_back(source, target, source_parent):
		target.qty = -1 * flt(source.qty - get_returned_qty(source_parent, source.name))
		target.set(ROW_FIELDS[doctype], source.name)
		for field in KEPT:
			if target.meta.has_field(field):
				target.set(field, source.get(field))
		target.warehouse = warehouse or target.warehouse

	return get_mapped_doc(
		doctype,
		source_name,
		{
			doctype: {"doctype": doctype, "validation": {"docstatus": ["=", 1]}},
			f"{doctype} Item": {
				"doctype": f"{doctype} Item",
				"field_map": {"serial_no": "serial_no", "batch_no": "batch_no"},
				"postprocess": turn_row_back,
				"condition": lambda row: row.qty,
			},
		},
		target_doc,
		turn_back,
	)
