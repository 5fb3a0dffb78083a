import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt


class PaymentReconciliation(Document):
	"""Between one Payment Entry to a customer or one invoice (`invoice_name`) and one Payment Entry or credit note of the
	customer's (`payment_name`), which ERPNext's may leave blank."""

	def get_unreconciled_entries(self):
		self.set("invoices", [])
		self.set("payments", [])
		doctype, left = self._owed()
		if left > 0:
			self.append(
				"invoices",
				{"invoice_type": doctype, "invoice_number": self.invoice_name, "outstanding_amount": left},
			)
		for row in self._payments():
			self.append("payments", row)

	def _owed(self) -> tuple[str, float]:
		if frappe.db.exists("Sales Invoice", self.invoice_name):
			owed = frappe.db.get_value("Sales Invoice", self.invoice_name, "outstanding_amount")
			return "Sales Invoice", flt(owed)
		entry = frappe.get_doc("Payment Entry", self.invoice_name)
		return entry.doctype, flt(flt(entry.unallocated_amount) - sum(self._taken(entry.name)), 9)

	def _taken(self, name: str) -> list[float]:
		filters = {"reference_doctype": "Payment Entry", "reference_name": name, "docstatus": 1}
		return frappe.get_all("Payment Entry Reference", filters, pluck="allocated_amount", order_by=None)

	def _payments(self) -> list[dict]:
		if frappe.db.exists("Sales Invoice", self.payment_name):
			owed = -flt(frappe.db.get_value("Sales Invoice", self.payment_name, "outstanding_amount"))
			found = [("Sales Invoice", None, owed)]
		else:
			entry = frappe.get_doc("Payment Entry", self.payment_name)
			rows = [row for row in entry.references if row.reference_doctype == "Sales Order"]
			found = [("Payment Entry", row.name, row.allocated_amount) for row in rows]
			found.append(("Payment Entry", None, flt(entry.unallocated_amount)))
		return [
			{
				"reference_type": kind,
				"reference_name": self.payment_name,
				"reference_row": row,
				"amount": amount,
			}
			for kind, row, amount in found
			if amount > 0
		]

	def allocate_entries(self, args):
		self.set("allocation", [])
		for invoice in args["invoices"]:
			left = flt(invoice["outstanding_amount"])
			for payment in args["payments"]:
				amount = min(left, flt(payment["amount"]))
				left = flt(left - amount, 9)
				if amount:
					fields = ("reference_type", "reference_name", "reference_row")
					self.append(
						"allocation",
						{
							**{field: payment[field] for field in fields},
							"invoice_type": invoice["invoice_type"],
							"invoice_number": invoice["invoice_number"],
							"allocated_amount": amount,
						},
					)

	def validate_allocation(self):
		self.get_unreconciled_entries()
		owed = {row.invoice_number: flt(row.outstanding_amount) for row in self.invoices}
		for row in self.allocation:
			owed[row.invoice_number] = owed.get(row.invoice_number, 0) - flt(row.allocated_amount)
			if owed[row.invoice_number] < -0.009:
				frappe.throw(
					_(
						"Row {0}: Allocated amount must be less than or equal to invoice outstanding amount"
					).format(row.idx)
				)

	def reconcile(self):
		self.validate_allocation()
		for row in self.allocation:
			if row.reference_type == "Payment Entry":
				entry = frappe.get_doc("Payment Entry", row.reference_name)
				entry.move_reference(
					row.reference_row, row.invoice_type, row.invoice_number, row.allocated_amount
				)
				continue
			note = frappe.get_doc(row.reference_type, row.reference_name)
			if row.invoice_type == "Sales Invoice":
				# ERPNext makes a Journal Entry; what it moves is kept in the invoice's credit here.
				note.move_credit(row.invoice_number, row.allocated_amount)
				continue
			entry = frappe.get_doc("Payment Entry", row.invoice_number)
			entry.append(
				"references",
				{
					"reference_doctype": note.doctype,
					"reference_name": note.name,
					"allocated_amount": -row.allocated_amount,
					"docstatus": 1,
				},
			)
			entry.flags.ignore_validate_update_after_submit = True
			entry.save(ignore_permissions=True)
			note.update_outstanding()
