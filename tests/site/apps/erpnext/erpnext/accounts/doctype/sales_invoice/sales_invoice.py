import frappe
from frappe import _, bold
from frappe.utils import flt, getdate

from erpnext.accounts.party import (
	get_account_currency,
	get_party_account,
	get_party_gle_currency,
	validate_party_gle_currency,
)
from erpnext.controllers.sales_and_purchase_return import make_return_doc
from erpnext.controllers.selling_controller import SellingController


class SalesInvoice(SellingController):
	def validate(self):
		self.due_date = self.due_date or self.posting_date
		super().validate()
		self.debit_to = self.debit_to or get_party_account("Customer", self.customer, self.company)
		self.party_account_currency = get_account_currency(self.debit_to)
		self.validate_party_account_currency()
		self.validate_return_against_account()
		self.check_sales_order_on_hold_or_close("sales_order")
		if self.docstatus == 0 and self.is_return and not self.update_outstanding_for_self:
			owed = frappe.db.get_value("Sales Invoice", self.return_against, "outstanding_amount")
			self.update_outstanding_for_self = int(abs(self.total_to_pay()) > flt(owed))
		if self.docstatus == 0:
			self.outstanding_amount = 0 if self.is_credit_for_another() else self.total_to_pay()
		self.set_status()

	def validate_party_account_currency(self):
		"""A Customer's first entry in the ledger is in the invoice's own currency, unless a setting allows others."""
		if (
			self.party_account_currency != self.currency
			and not get_party_gle_currency("Customer", self.customer, self.company)
			and not frappe.db.get_single_value(
				"Accounts Settings", "allow_multi_currency_invoices_against_single_party_account"
			)
		):
			frappe.throw(
				_("Party Account {0} currency ({1}) and document currency ({2}) should be same").format(
					bold(self.debit_to), self.party_account_currency, self.currency
				)
			)

	def validate_return_against_account(self):
		against = self.is_return and frappe.db.get_value("Sales Invoice", self.return_against, "debit_to")
		if against and against != self.debit_to:
			frappe.throw(_("'Debit To' of {0} should be {1}").format(self.name, against))

	def before_submit(self):
		if self.base_grand_total:
			validate_party_gle_currency(
				"Customer", self.customer, self.company, get_account_currency(self.debit_to)
			)

	def on_submit(self):
		self.update_billed()
		if self.allocate_advances_automatically:
			self.take_advances()

	def on_cancel(self):
		self.check_sales_order_on_hold_or_close("sales_order")
		self.update_billed()

	def update_billed(self):
		self.update_sales_orders("sales_order", "amount", "billed_amt", "per_billed")
		self.update_outstanding()
		if self.is_return and self.return_against:
			frappe.get_doc("Sales Invoice", self.return_against).update_outstanding()

	def take_advances(self):
		"""Move what Payment Entries have for the orders of this invoice to it."""
		orders = {row.sales_order for row in self.items} - {None, ""}
		filters = {"reference_doctype": "Sales Order", "reference_name": ("in", list(orders)), "docstatus": 1}
		rows = frappe.get_all("Payment Entry Reference", filters, ["name", "parent"], order_by="creation")
		for row in rows if orders else []:
			entry = frappe.get_doc("Payment Entry", row.parent)
			entry.move_reference(row.name, self.doctype, self.name, flt(self.outstanding_amount))
			self.update_outstanding()

	def total_to_pay(self) -> float:
		"""In the currency of the customer's account."""
		prefix = "" if self.party_account_currency == self.currency else "base_"
		return flt(self.get(f"{prefix}rounded_total") or self.get(f"{prefix}grand_total"))

	def is_credit_for_another(self) -> bool:
		return bool(self.is_return and self.return_against and not self.update_outstanding_for_self)

	def update_outstanding(self):
		"""What its payments and its returns leave of it."""
		paid = frappe.get_all(
			"Payment Entry Reference",
			{"reference_doctype": "Sales Invoice", "reference_name": self.name, "docstatus": 1},
			pluck="allocated_amount",
			order_by=None,
		)
		of_this = {**self.returns(), "update_outstanding_for_self": 0}
		outstanding = self.total_to_pay() - sum(paid)
		for name in frappe.get_all("Sales Invoice", of_this, pluck="name", order_by=None):
			outstanding += frappe.get_doc("Sales Invoice", name).total_to_pay()
		if self.docstatus == 2 or self.is_credit_for_another():
			outstanding = 0
		outstanding = flt(outstanding, self.precision("outstanding_amount"))
		self.db_set("outstanding_amount", outstanding, update_modified=False)
		self.set_status(update=True)

	def returns(self) -> dict:
		return {"is_return": 1, "return_against": self.name, "docstatus": 1}

	def set_status(self, update=False, status=None, update_modified=True):
		if self.is_new():
			if self.get("amended_from"):
				self.status = "Draft"
			return
		self.status = self.present_status()
		if update:
			self.db_set("status", self.status, update_modified=update_modified)

	def present_status(self) -> str:
		outstanding = flt(self.outstanding_amount)
		if self.docstatus != 1:
			return "Cancelled" if self.docstatus == 2 else "Draft"
		if outstanding > 0 and getdate(self.due_date) < getdate():
			return "Overdue"
		if outstanding > 0:
			return "Partly Paid" if outstanding < self.total_to_pay() else "Unpaid"
		if self.is_return:
			return "Return"
		return "Credit Note Issued" if frappe.db.exists("Sales Invoice", self.returns()) else "Paid"


@frappe.whitelist()
def make_sales_return(source_name: str, target_doc=None):
	doc = make_return_doc("Sales Invoice", source_name, target_doc)
	doc.naming_series = "ACC-SINV-RET-.YYYY.-"
	return doc
