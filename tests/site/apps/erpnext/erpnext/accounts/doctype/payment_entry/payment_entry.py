import frappe
from frappe.model.document import Document
from frappe.utils import flt


class PaymentEntry(Document):
	def validate(self):
		self.total_allocated_amount = sum(flt(row.allocated_amount) for row in self.references)
		self.unallocated_amount = flt(self.paid_amount) - self.total_allocated_amount
		self.status = ("Draft", "Submitted", "Cancelled")[self.docstatus]

	def on_submit(self):
		self.update_outstanding_amounts()

	def on_cancel(self):
		self.db_set("status", "Cancelled")
		self.update_outstanding_amounts()

	def update_outstanding_amounts(self):
		for row in self.references:
			if row.reference_doctype == "Sales Invoice":
				frappe.get_doc("Sales Invoice", row.reference_name).update_outstanding()


@frappe.whitelist()
def get_payment_entry(dt: str, dn: str, party_amount: float | None = None):
	"""A payment of what is open of a Sales Invoice or a Sales Order."""
	doc = frappe.get_doc(dt, dn)
	amount = flt(doc.outstanding_amount if dt == "Sales Invoice" else doc.grand_total)
	paid = flt(party_amount) or amount
	payment = frappe.new_doc("Payment Entry")
	payment.update(
		{
			"payment_type": "Receive",
			"company": doc.company,
			"party_type": "Customer",
			"party": doc.customer,
			"party_name": doc.customer_name,
			"paid_amount": paid,
			"received_amount": paid,
		}
	)
	payment.append(
		"references",
		{
			"reference_doctype": dt,
			"reference_name": dn,
			"total_amount": doc.grand_total,
			"outstanding_amount": amount,
			"allocated_amount": min(paid, amount),
		},
	)
	return payment
