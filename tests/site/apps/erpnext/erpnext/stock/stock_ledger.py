"""Quantities only: what moves is written down entry by entry, and the Bin has the sum."""

import frappe
from frappe import _
from frappe.utils import flt


class NegativeStockError(frappe.ValidationError):
	pass


def make_sl_entries(sl_entries):
	"""Submit ledger entries and update their Bins. Those of a cancelled document take its earlier ones back."""
	if sl_entries and sl_entries[0].is_cancelled:
		voucher = {"voucher_type": sl_entries[0].voucher_type, "voucher_no": sl_entries[0].voucher_no}
		frappe.db.set_value("Stock Ledger Entry", {**voucher, "is_cancelled": 0}, "is_cancelled", 1)
	for entry in sl_entries:
		if not frappe.get_cached_value("Item", entry.item_code, "is_stock_item"):
			continue
		change = -flt(entry.actual_qty) if entry.is_cancelled else flt(entry.actual_qty)
		bin = get_bin(entry.item_code, entry.warehouse)
		left = flt(bin.actual_qty + change, 9)
		if left < 0 and change < 0:
			frappe.throw(
				_("{0} units of {1} needed in {2}").format(-left, entry.item_code, entry.warehouse),
				NegativeStockError,
			)
		if entry.batch_no and not entry.is_cancelled:
			entry.serial_and_batch_bundle = make_batch_bundle(entry)
		values = {**entry, "batch_no": None, "actual_qty": change, "qty_after_transaction": left}
		doc = frappe.get_doc({"doctype": "Stock Ledger Entry", **values})
		doc.flags.ignore_permissions = True
		doc.submit()
		bin.actual_qty = left
		bin.set_projected_qty()
		fields = {"actual_qty": left, "projected_qty": bin.projected_qty}
		frappe.db.set_value("Bin", bin.name, fields)  # without its hooks, as ERPNext does


def make_batch_bundle(entry) -> str:
	"""Write down which batch moves. Of a cancelled document neither the entries nor those that take them back count."""
	batch = {"batch_no": entry.batch_no, "qty": entry.actual_qty, "warehouse": entry.warehouse}
	fields = ("company", "item_code", "warehouse", "voucher_type", "voucher_no")
	bundle = frappe.get_doc(
		{
			"doctype": "Serial and Batch Bundle",
			**{field: entry[field] for field in fields},
			"type_of_transaction": "Inward" if entry.actual_qty > 0 else "Outward",
			"total_qty": entry.actual_qty,
			"entries": [batch],
		}
	)
	name = bundle.insert(ignore_permissions=True).name
	stocked = flt(frappe.db.get_value("Batch", entry.batch_no, "batch_qty")) + entry.actual_qty
	frappe.db.set_value("Batch", entry.batch_no, "batch_qty", stocked)
	return name


def get_sl_entry(doc, row, warehouse: str, quantity: float) -> frappe._dict:
	"""What a row of a document moves into a warehouse, or out of it where negative."""
	return frappe._dict(
		item_code=row.item_code,
		warehouse=warehouse,
		posting_date=doc.posting_date,
		posting_time=doc.posting_time,
		voucher_type=doc.doctype,
		voucher_no=doc.name,
		voucher_detail_no=row.name,
		actual_qty=quantity,
		company=doc.company,
		batch_no=row.get("batch_no"),
		is_cancelled=int(doc.docstatus == 2),
	)


def get_bin(item_code, warehouse):
	name = frappe.db.get_value("Bin", {"item_code": item_code, "warehouse": warehouse}, for_update=True)
	if name:
		return frappe.get_doc("Bin", name)
	return frappe.get_doc({"doctype": "Bin", "item_code": item_code, "warehouse": warehouse}).insert(
		ignore_permissions=True
	)
