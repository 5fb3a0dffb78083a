import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt

from erpnext.stock.stock_ledger import get_sl_entry, make_sl_entries


class StockEntry(Document):
	"""Receipts, issues and transfers, without values and accounts."""

	def validate(self):
		for row in self.items:
			if not (row.s_warehouse or row.t_warehouse):
				frappe.throw(_("Source or target warehouse is mandatory for row {0}").format(row.idx))
			row.stock_uom = frappe.get_cached_value("Item", row.item_code, "stock_uom")
			row.uom = row.uom or row.stock_uom
			row.conversion_factor = flt(row.conversion_factor) or 1
			row.transfer_qty = flt(row.qty) * row.conversion_factor

	def on_submit(self):
		self.update_stock_ledger()

	def on_cancel(self):
		self.ignore_linked_doctypes = ("Stock Ledger Entry",)
		self.update_stock_ledger()

	def update_stock_ledger(self):
		entries = []
		for row in self.items:
			for warehouse, sign in ((row.s_warehouse, -1), (row.t_warehouse, 1)):
				if warehouse:
					entries.append(get_sl_entry(self, row, warehouse, sign * row.transfer_qty))
		make_sl_entries(entries[::-1] if self.docstatus == 2 else entries)
