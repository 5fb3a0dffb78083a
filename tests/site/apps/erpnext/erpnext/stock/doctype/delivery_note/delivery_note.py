import frappe
from frappe import _
from frappe.model.mapper import get_mapped_doc
from frappe.utils import flt, nowtime

from erpnext.accounts.party import get_party_account
from erpnext.controllers.accounts_controller import merge_taxes
from erpnext.controllers.sales_and_purchase_return import get_returned_qty, make_return_doc
from erpnext.controllers.selling_controller import SellingController
from erpnext.stock.doctype.packed_item.packed_item import make_packing_list
from erpnext.stock.stock_ledger import get_sl_entry, make_sl_entries


class DeliveryNote(SellingController):
	def __init__(self, *args, **kwargs):
		super().__init__(*args, **kwargs)
		# ERPNext decides here what submitting adds up: of a return that was made and is submitted as one object,
		# without being read from the database between, nothing is noted as returned.
		self.counts_returns = bool(self.is_return)

	def validate(self):
		self.posting_time = self.posting_time or nowtime()
		super().validate()
		make_packing_list(self)
		self.set_status()
		self.check_sales_order_on_hold_or_close("against_sales_order")
		for row in self.items:
			if not row.warehouse and frappe.get_cached_value("Item", row.item_code, "is_stock_item"):
				frappe.throw(_("Warehouse required for stock Item {0}").format(row.item_code))

	def on_submit(self):
		self.update_delivered()
		self.update_stock_ledger()

	def on_cancel(self):
		self.check_sales_order_on_hold_or_close("against_sales_order")
		self.ignore_linked_doctypes = ("Stock Ledger Entry",)
		self.update_delivered()
		self.update_stock_ledger()
		self.set_status(update=True)

	def update_delivered(self):
		"""A return takes back what was delivered of the order, and its rows and the note remember what was returned."""
		self.update_sales_orders("against_sales_order", "qty", "delivered_qty", "per_delivered")
		if not self.counts_returns:
			return
		for row in self.items:
			if row.so_detail:
				returned = -self.sum_of_rows("qty", so_detail=row.so_detail, qty=("<", 0))
				frappe.db.set_value("Sales Order Item", row.so_detail, "returned_qty", returned)
		if self.return_against:
			self.update_returned_note(frappe.get_doc("Delivery Note", self.return_against))

	def update_returned_note(self, note):
		for row in note.items:
			returned = get_returned_qty(note, row.name) * flt(row.conversion_factor)
			row.db_set("returned_qty", returned, update_modified=False)
		whole = sum(abs(row.stock_qty) for row in note.items)
		part = sum(min(abs(row.returned_qty), abs(row.stock_qty)) for row in note.items)
		note.db_set("per_returned", flt(part / whole * 100, 6) if whole else 0)
		note.set_status(update=True)

	def update_stock_ledger(self):
		"""After the orders know what is delivered: what they reserve of the stock depends on it."""
		entries = [get_sl_entry(self, row, row.warehouse, -row.stock_qty) for row in self.items]
		entries += [get_sl_entry(self, row, row.warehouse, -row.qty) for row in self.packed_items]
		make_sl_entries(entries[::-1] if self.docstatus == 2 else entries)
		for name in {row.against_sales_order for row in self.items} - {None, ""}:
			frappe.get_doc("Sales Order", name).update_reserved_qty()

	def update_status(self, status: str):
		self.set_status(update=True, status=status)
		self.notify_update()


@frappe.whitelist()
def make_sales_return(source_name, target_doc=None):
	return make_return_doc("Delivery Note", source_name, target_doc)


@frappe.whitelist()
def make_sales_invoice(source_name, target_doc=None, args=None):
	"""What is neither billed nor returned of a note.

	:param args: `merge_taxes`: its taxes are added to those that the bill has, instead of taking their place
	"""
	note = frappe.get_doc("Delivery Note", source_name)
	merged = bool(args and args.get("merge_taxes"))
	billed = frappe.get_all(
		"Sales Invoice Item",
		{"delivery_note": source_name, "docstatus": 1},
		["dn_detail", "qty"],
		order_by=None,
	)

	def pending(row) -> float:
		done = sum(flt(each.qty) for each in billed if each.dn_detail == row.name)
		return flt(row.qty) - done - get_returned_qty(note, row.name)

	def set_missing_values(source, target):
		target.run_method("set_missing_values")
		target.run_method("set_po_nos")
		if not target.items:
			frappe.throw(_("All these items have already been Invoiced/Returned"))
		if merged:
			merge_taxes(source, target)
		target.run_method("calculate_taxes_and_totals")

	doc = get_mapped_doc(
		"Delivery Note",
		source_name,
		{
			"Delivery Note": {"doctype": "Sales Invoice", "validation": {"docstatus": ["=", 1]}},
			"Delivery Note Item": {
				"doctype": "Sales Invoice Item",
				"field_map": {
					"name": "dn_detail",
					"parent": "delivery_note",
					"so_detail": "so_detail",
					"against_sales_order": "sales_order",
				},
				"postprocess": lambda source, target, parent: target.set("qty", pending(source)),
				"filter": lambda row: pending(row) <= 0,
			},
			"Sales Taxes and Charges": {
				"doctype": "Sales Taxes and Charges",
				"reset_value": not merged,
				"ignore": int(merged),
			},
			"Sales Team": {"doctype": "Sales Team", "add_if_empty": True},
		},
		target_doc,
		set_missing_values,
	)
	doc.debit_to = get_party_account("Customer", doc.customer, doc.company)
	return doc
