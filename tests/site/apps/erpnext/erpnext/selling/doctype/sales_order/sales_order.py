import frappe
from frappe import _, bold
from frappe.model.mapper import get_mapped_doc
from frappe.utils import cint, flt, get_link_to_form, getdate

from erpnext import IS_15
from erpnext.accounts.party import get_party_account
from erpnext.controllers.selling_controller import SellingController
from erpnext.stock.doctype.packed_item.packed_item import make_packing_list
from erpnext.stock.stock_balance import get_reserved_qty, update_bin_qty


class SalesOrder(SellingController):
	def validate(self):
		super().validate()
		self.validate_delivery_date()
		self.validate_po()
		for row in self.items:
			if not row.warehouse and frappe.get_cached_value("Item", row.item_code, "is_stock_item"):
				frappe.throw(_("Delivery warehouse required for stock item {0}").format(row.item_code))
		make_packing_list(self)
		self.set_status()
		self.billing_status = self.billing_status or "Not Billed"
		self.delivery_status = self.delivery_status or "Not Delivered"
		self.advance_payment_status = self.advance_payment_status or "Not Requested"

	def set_missing_values(self, for_validate=False):
		super().set_missing_values(for_validate)
		for row in self.items:
			row.delivery_date = row.delivery_date or self.delivery_date

	def validate_delivery_date(self):
		"""Of orders of the type Sales: the latest of the rows' dates, none of them before the order's."""
		if self.order_type != "Sales" or self.skip_delivery_note:
			return
		dates = [getdate(row.delivery_date) for row in self.items if row.delivery_date]
		self.delivery_date = max(dates) if dates else self.delivery_date
		if not self.delivery_date:
			frappe.throw(_("Please enter Delivery Date"))
		for row in self.items:
			row.delivery_date = row.delivery_date or self.delivery_date
			if getdate(self.transaction_date) > getdate(row.delivery_date):
				frappe.throw(
					_("Expected Delivery Date should be after Sales Order Date"),
					title=_("Invalid Delivery Date"),
				)

	def validate_po(self):
		if not (self.po_no and self.customer) or self.skip_delivery_note:
			return
		same = {"po_no": self.po_no, "customer": self.customer, "docstatus": ("<", 2)}
		other = frappe.db.get_value("Sales Order", {**same, "name": ("!=", self.name)})
		if other and not cint(
			frappe.db.get_single_value("Selling Settings", "allow_against_multiple_purchase_orders")
		):
			frappe.throw(
				_("Sales Order {0} already exists against Customer's Purchase Order {1}").format(
					bold(other), bold(self.po_no)
				)
			)

	def on_submit(self):
		self.update_reserved_qty()
		self.update_quotations()

	def before_update_after_submit(self):
		self.validate_po()
		self.validate_delivery_date()

	def on_cancel(self):
		if self.status == "Closed":
			frappe.throw(_("Closed order cannot be cancelled. Unclose to cancel."))
		draft = frappe.db.get_value(
			"Sales Invoice Item", {"sales_order": self.name, "docstatus": 0}, "parent"
		)
		if draft:
			frappe.throw(
				_("Sales Invoice {0} must be deleted before cancelling this Sales Order").format(
					get_link_to_form("Sales Invoice", draft)
				)
			)
		self.db_set("status", "Cancelled")
		self.update_reserved_qty()
		self.update_quotations()

	def update_quotations(self):
		for name in {row.prevdoc_docname for row in self.items} - {None, ""}:
			quotation = frappe.get_doc("Quotation", name)
			if quotation.docstatus == 2:
				frappe.throw(_("Quotation {0} is cancelled").format(name))
			quotation.set_status(update=True)

	def update_reserved_qty(self):
		for item_code, warehouse in {
			(row.item_code, row.warehouse) for row in (*self.items, *self.packed_items)
		}:
			if warehouse and frappe.get_cached_value("Item", item_code, "is_stock_item"):
				reserved = get_reserved_qty(item_code, warehouse)
				update_bin_qty(item_code, warehouse, {"reserved_qty": reserved})

	def set_total_advance_paid(self):
		"""What Payment Entries have for the order, in the currency of the customer's account."""
		paid = frappe.get_all(
			"Payment Entry Reference",
			{"reference_doctype": "Sales Order", "reference_name": self.name, "docstatus": 1},
			pluck="allocated_amount",
			order_by=None,
		)
		advance = flt(sum(map(flt, paid)), self.precision("advance_paid"))
		account = get_party_account("Customer", self.customer, self.company)
		currency = frappe.get_cached_value("Account", account, "account_currency")
		total = flt(self.rounded_total) or flt(self.grand_total)
		if self.currency == currency and advance > total:
			frappe.throw(
				_(
					"Total advance ({0}) against Order {1} cannot be greater than the Grand Total ({2})"
				).format(advance, self.name, total)
			)
		self.db_set({"advance_paid": advance, "party_account_currency": currency})
		if not IS_15:
			self.set_advance_payment_status()

	def set_advance_payment_status(self):
		"""ERPNext 16: what was asked for the order by Payment Requests, and what of it is paid."""
		of_order = {"reference_doctype": "Sales Order", "reference_name": self.name, "docstatus": 1}
		rows = frappe.get_all("Payment Request", of_order, ["grand_total", "outstanding_amount"])
		paid = sum(flt(row.grand_total) - flt(row.outstanding_amount) for row in rows)
		status = "Requested" if rows else "Not Requested"
		if paid:
			whole = flt(self.rounded_total) or flt(self.grand_total)
			status = "Fully Paid" if paid == whole else "Partially Paid"
		if status != self.advance_payment_status:
			self.db_set("advance_payment_status", status, update_modified=False)
			self.set_status(update=True)
			self.notify_update()

	def is_delivered(self) -> bool:
		return flt(self.per_delivered) >= 100 or bool(self.skip_delivery_note)

	def is_billed(self) -> bool:
		return flt(self.per_billed) >= 100

	def update_status(self, status: str):
		self.set_status(update=True, status=status)
		self.update_reserved_qty()
		self.notify_update()


@frappe.whitelist()
def update_status(status: str, name: str):
	"""The form's buttons Hold, Close and Re-open ("Draft")."""
	frappe.get_doc("Sales Order", name, check_permission="submit").update_status(status)


@frappe.whitelist()
def make_delivery_note(source_name: str, target_doc=None, kwargs=None):
	def update_item(source, target, source_parent):
		target.qty = flt(source.qty) - flt(source.delivered_qty)

	return _map(
		source_name,
		target_doc,
		"Delivery Note",
		"against_sales_order",
		update_item,
		lambda row: abs(row.delivered_qty) < abs(row.qty),
	)


@frappe.whitelist()
def make_sales_invoice(source_name: str, target_doc=None, ignore_permissions: bool = False):
	"""What isn't billed yet, less what was returned before any bill. The bill's own checks of permission are off."""

	def update_item(source, target, source_parent):
		if source.qty and source.billed_amt:
			billed = {"so_detail": source.name, "docstatus": 1}
			rows = frappe.get_all("Sales Invoice Item", billed, pluck="qty", order_by=None)
			target.qty = flt(source.qty) - sum(map(flt, rows))
		else:
			target.qty = source.qty - source.returned_qty

	doc = _map(
		source_name,
		target_doc,
		"Sales Invoice",
		"sales_order",
		update_item,
		lambda row: row.qty and (not row.base_amount or abs(row.billed_amt) < abs(row.amount)),
		ignore_permissions=ignore_permissions,
		unchecked=True,
	)
	doc.debit_to = get_party_account("Customer", doc.customer, doc.company)
	return doc


def _map(
	source_name: str,
	target_doc,
	doctype: str,
	order_field: str,
	update_item,
	condition,
	ignore_permissions=False,
	unchecked=False,
):
	def set_missing_values(source, target):
		target.flags.ignore_permissions = unchecked
		for method in ("set_missing_values", "set_po_nos", "calculate_taxes_and_totals"):
			target.run_method(method)

	return get_mapped_doc(
		"Sales Order",
		source_name,
		{
			"Sales Order": {"doctype": doctype, "validation": {"docstatus": ["=", 1]}},
			"Sales Order Item": {
				"doctype": f"{doctype} Item",
				"field_map": {"name": "so_detail", "parent": order_field},
				"postprocess": update_item,
				"condition": condition,
			},
			"Sales Taxes and Charges": {"doctype": "Sales Taxes and Charges", "reset_value": True},
			"Sales Team": {"doctype": "Sales Team", "add_if_empty": True},
		},
		target_doc,
		set_missing_values,
		ignore_permissions=ignore_permissions,
	)
