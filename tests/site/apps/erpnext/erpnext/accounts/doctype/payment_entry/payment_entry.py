import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, nowdate

from erpnext import IS_15, get_company_currency
from erpnext.accounts.party import (
	get_account_currency,
	get_party_account,
	validate_party_gle_currency,
)
from erpnext.setup.utils import get_exchange_rate

ORDERS = ("Sales Order", "Purchase Order")


class PaymentEntry(Document):
	def validate(self):
		self.set_exchange_rate()
		for field in ("paid_amount", "received_amount", "source_exchange_rate", "target_exchange_rate"):
			if not self.get(field):
				frappe.throw(_("{0} is mandatory").format(_(self.meta.get_label(field))))
		self.validate_reference_documents()
		self.set_amounts()
		self.status = ("Draft", "Submitted", "Cancelled")[self.docstatus]

	def before_submit(self):
		if self.difference_amount:
			frappe.throw(_("Difference Amount must be zero"))
		currency = get_account_currency(self.party_side()[0])
		validate_party_gle_currency(self.party_type, self.party, self.company, currency)

	def party_side(self) -> tuple[str, str]:
		"""The customers' account, and the field of its exchange rate."""
		if self.payment_type == "Receive":
			return self.paid_from, "source_exchange_rate"
		return self.paid_to, "target_exchange_rate"

	def validate_reference_documents(self):
		for row in self.references:
			doc = frappe.get_doc(row.reference_doctype, row.reference_name)
			if doc.get("customer") not in (None, self.party):
				frappe.throw(
					_("{0} {1} is not associated with {2} {3}").format(
						_(doc.doctype), doc.name, _(self.party_type), self.party
					)
				)
			account = self.party_side()[0]
			if doc.doctype == "Sales Invoice" and doc.debit_to != account:
				frappe.throw(
					_("{0} {1} is associated with {2}, but Party Account is {3}").format(
						_(doc.doctype), doc.name, doc.debit_to, account
					)
				)

	def set_exchange_rate(self, ref_doc=None):
		own = get_company_currency(self.company)
		for side in ("source", "target"):
			field = f"{side}_exchange_rate"
			currency = self.get(
				"paid_from_account_currency" if side == "source" else "paid_to_account_currency"
			)
			if currency == own:
				self.set(field, 1)
			elif side == "target" and currency == self.paid_from_account_currency:
				self.set(field, self.source_exchange_rate)
			elif ref_doc and currency == ref_doc.currency:
				self.set(field, ref_doc.conversion_rate)
			elif not self.get(field):
				self.set(field, get_exchange_rate(currency, own, self.posting_date))

	def set_amounts(self):
		if self.paid_from_account_currency == self.paid_to_account_currency:
			self.received_amount = self.paid_amount
		digits = self.precision("base_paid_amount")
		self.base_paid_amount = flt(flt(self.paid_amount) * flt(self.source_exchange_rate), digits)
		self.base_received_amount = flt(flt(self.received_amount) * flt(self.target_exchange_rate), digits)
		rate = flt(self.get(self.party_side()[1])) or 1
		receives = self.payment_type == "Receive"
		base_party, base_bank = self.base_paid_amount, self.base_received_amount
		if not receives:
			base_party, base_bank = base_bank, base_party
		allocated = [flt(row.allocated_amount) for row in self.references]
		self.total_allocated_amount = abs(sum(allocated))
		base_allocated = abs(sum(flt(amount * rate, digits) for amount in allocated))
		self.unallocated_amount = max(0, base_party - base_allocated) / rate
		left = self.unallocated_amount * rate
		self.difference_amount = flt((base_allocated + left - base_bank) * (1 if receives else -1), digits)

	def move_reference(self, row: str | None, doctype: str, name: str, amount: float) -> float:
		"""Allocate to another document what a row has, or what nobody has; of a submitted entry. Returns how much."""
		had = self.get("references", {"name": row})[0] if row else None
		amount = min(amount, flt(had.allocated_amount if had else self.unallocated_amount))
		if had:
			had.allocated_amount = flt(had.allocated_amount - amount, 9)
			if not had.allocated_amount:
				self.remove(had)
		self.append(
			"references",
			{
				"reference_doctype": doctype,
				"reference_name": name,
				"allocated_amount": amount,
				"docstatus": 1,
			},
		)
		self.flags.ignore_validate_update_after_submit = True
		self.save(ignore_permissions=True)
		return amount

	def on_submit(self):
		self.update_references()

	def on_cancel(self):
		self.db_set("status", "Cancelled")
		self.update_references(cancel=True)

	def update_references(self, cancel=False):
		from erpnext.accounts.doctype.payment_request.payment_request import (
			update_payment_requests_as_per_pe_references,
		)

		update_payment_requests_as_per_pe_references(self.references, cancel=cancel)
		for row in self.references:
			doc = frappe.get_doc(row.reference_doctype, row.reference_name)
			if row.reference_doctype == "Sales Invoice":
				doc.update_outstanding()
			elif row.reference_doctype in ORDERS:
				doc.set_total_advance_paid()


@frappe.whitelist()
def get_payment_entry(
	dt,
	dn,
	party_amount=None,
	bank_account=None,
	bank_amount=None,
	party_type=None,
	payment_type=None,
	reference_date=None,
	created_from_payment_request=False,
):
	"""A payment of what is open of a Sales Invoice or a Sales Order."""
	doc = frappe.get_doc(dt, dn)
	if dt in ORDERS and flt(doc.per_billed, 2) >= 100:
		frappe.throw(_("Can only make payment against unbilled {0}").format(_(dt)))
	is_order = dt in ORDERS
	party_account = get_party_account("Customer", doc.customer, doc.company) if is_order else doc.debit_to
	in_own = get_account_currency(party_account) == get_company_currency(doc.company)
	prefix = "base_" if in_own else ""
	total = flt(doc.get(f"{prefix}rounded_total")) or flt(doc.get(f"{prefix}grand_total"))
	amount = flt(total - flt(doc.advance_paid) if is_order else doc.outstanding_amount)
	paid = flt(party_amount) or amount
	receives = payment_type != "Pay"
	bank = bank_account or frappe.get_cached_value("Company", doc.company, "default_bank_account")
	bank = bank or frappe.get_cached_value("Company", doc.company, "default_cash_account")
	accounts = [party_account, bank] if receives else [bank, party_account]
	currencies = [get_account_currency(name) for name in accounts]
	is_same = currencies[0] == currencies[1]
	amounts = [paid, paid if is_same else bank_amount or paid]
	if not receives:
		amounts.reverse()
	payment = frappe.new_doc("Payment Entry")
	payment.update(
		{
			"payment_type": payment_type or "Receive",
			"company": doc.company,
			"posting_date": nowdate(),
			"reference_date": reference_date or nowdate(),
			"party_type": "Customer",
			"party": doc.customer,
			"party_name": doc.customer_name,
			"paid_from": accounts[0],
			"paid_to": accounts[1],
			"paid_from_account_currency": currencies[0],
			"paid_to_account_currency": currencies[1],
			"paid_amount": abs(amounts[0]),
			"received_amount": abs(amounts[1]),
		}
	)
	of_document = {"reference_doctype": dt, "reference_name": dn}
	requests = [] if created_from_payment_request else _open_requests(of_document)
	for request, allocated in _allocate(min(paid, amount), requests):
		row = {"allocated_amount": allocated, "payment_request": request}
		payment.append(
			"references", {**of_document, "total_amount": total, "outstanding_amount": amount, **row}
		)
	return payment


if IS_15:
	get_payment_entry_of_16 = get_payment_entry

	@frappe.whitelist()
	def get_payment_entry(dt, dn, *args, ignore_permissions=False, **kwargs):
		return get_payment_entry_of_16(dt, dn, *args, **kwargs)


def _open_requests(of_document: dict) -> list[tuple[str, float]]:
	"""The Payment Requests of a document that still ask for something, the oldest first."""
	return frappe.get_all(
		"Payment Request",
		{**of_document, "docstatus": 1, "outstanding_amount": (">", 0)},
		["name", "outstanding_amount"],
		order_by="transaction_date, creation",
		as_list=True,
	)


def _allocate(amount: float, requests: list[tuple[str, float]]):
	"""One row for each request that the amount reaches, and one for what is left."""
	for name, outstanding in requests:
		if amount:
			allocated = min(amount, outstanding)
			yield name, allocated
			amount = flt(amount - allocated, 9)
	if amount:
		yield None, amount
