import frappe
from frappe.model.document import Document
from frappe.utils import flt


class PaymentReconciliation(Document):
	"""Between one Payment Entry to a customer (`invoice_name`) and one Payment Entry or credit note of the customer's
	(`payment_name`), which ERPNext's may leave blank."""

	def get_unreconciled_entries(self):
		self.set("invoices", [])
		self.set("payments", [])
		entry = frappe.get_doc("Payment Entry", self.invoice_name)
		left = flt(entry.unallocated_amount) - sum(self._taken(entry.name))
		if left > 0:
			self.append(
				"invoices",
				{
					"invoice_type": entry.doctype,
					"invoice_number": entry.name,
					"outstanding_amount": left,
				},
			)
		for row in self._payments():
			self.append("payments", row)

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

	def reconcile(self):
		for row in self.allocation:
			if row.reference_type == "Payment Entry":
				entry = frappe.get_doc("Payment Entry", row.reference_name)
				entry.move_reference(
					row.reference_row, row.invoice_type, row.invoice_number, row.allocated_amount
				)
				continue
			entry = frappe.get_doc("Payment Entry", row.invoice_number)
			note = frappe.get_doc(row.reference_type, row.reference_name)
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
