import json

import frappe
from frappe import _, scrub
from frappe.utils import escape_html, flt, fmt_money, round_based_on_smallest_currency_fraction

from erpnext import IS_15
from erpnext.stock.get_item_details import get_item_tax_map, get_item_taxes, get_valid_templates

IN_MEMORY = "_item_wise_tax_details"


class calculate_taxes_and_totals:
	"""A selling document's amounts: charges of type Actual and On Net Total, none of them inclusive.

	Everything is computed once without the document's discount, and where there is one, once more with it.
	"""

	def __init__(self, doc):
		self.doc = doc
		self.discounted = False
		self.round_rows = frappe.db.get_single_value("Accounts Settings", "round_row_wise_tax")
		if doc.items:
			self.calculate()

	def calculate(self):
		self.calculate_rows()
		self.validate_item_tax_templates()
		self.calculate_totals()
		self.apply_discount()
		self.doc.other_charges_calculation = get_itemised_tax_breakup_html(self.doc)

	@property
	def discounts_grand_total(self) -> bool:
		doc = self.doc
		wanted = self.discounted or doc.discount_amount or doc.additional_discount_percentage
		return bool(doc.apply_discount_on == "Grand Total" and wanted)

	def set_in_company_currency(self, doc, *fields):
		for field in fields:
			base = f"base_{field}"
			amount = flt(doc.get(field), doc.precision(field)) * self.doc.conversion_rate
			doc.set(base, flt(amount, doc.precision(base)))

	# --- rows

	def calculate_rows(self):
		for row in self.doc.items:
			self.doc.round_floats_in(row)
			self.set_rate(row)
			row.net_rate = row.rate
			row.amount = row.net_amount = flt(row.rate * row.qty, row.precision("amount"))
			row.distributed_discount_amount = 0
			self.set_in_company_currency(row, "price_list_rate", "rate", "net_rate", "amount", "net_amount")

	def set_rate(self, row):
		if row.discount_percentage == 100:
			row.rate = 0
		elif row.price_list_rate and not row.rate:
			rate = row.price_list_rate * (1 - row.discount_percentage / 100)
			row.rate = flt(rate, row.precision("rate"))
		if row.price_list_rate > 0:
			row.discount_amount = row.price_list_rate - row.rate

	def validate_item_tax_templates(self):
		"""A template that the item or its groups don't have (any more) becomes the first that they have."""
		doc = self.doc
		returned = doc.get("is_return") and doc.get("return_against")
		for row in doc.items:
			taxes = row.item_tax_template and not returned and get_item_taxes(row.item_code)
			if taxes:
				valid = get_valid_templates(
					taxes,
					doc.company,
					date=doc.get("posting_date") or doc.get("transaction_date"),
					tax_category=doc.get("tax_category"),
					net_rate=row.base_net_rate or row.base_rate,
				)
				if valid and row.item_tax_template not in valid:
					row.item_tax_template = valid[0]
			row.item_tax_rate = get_item_tax_map(doc.company, row.item_tax_template, as_json=True)

	# --- totals

	def calculate_totals(self):
		doc = self.doc
		doc.total_qty = sum(row.qty for row in doc.items)
		for field in ("total", "net_total"):
			of_row = "amount" if field == "total" else "net_amount"
			doc.set(field, flt(sum(row.get(of_row) for row in doc.items), doc.precision(field)))
			base = sum(row.get(f"base_{of_row}") for row in doc.items)
			doc.set(f"base_{field}", flt(base, doc.precision(f"base_{field}")))
		self.grand_total_diff = 0
		if not IS_15:
			self.start_breakup()
		self.calculate_taxes()
		self.set_grand_total()
		self.set_rounded_total()

	def calculate_taxes(self):
		taxes = self.doc.taxes
		if not taxes:
			return
		for tax in taxes:
			self.start_tax(tax)
		for number, row in enumerate(self.doc.items, 1):
			rates = json.loads(row.item_tax_rate or "{}")
			for tax in taxes:
				self.add_tax(tax, row, rates, is_last=number == len(self.doc.items))
		for tax in taxes:
			if IS_15 and not tax.dont_recompute_tax:
				tax.item_wise_tax_detail = json.dumps(tax.item_wise_tax_detail, separators=(",", ":"))
		if self.discounts_grand_total:
			self.keep_grand_total()
		for tax in taxes:
			for field in ("tax_amount", "tax_amount_after_discount_amount"):
				tax.set(field, flt(tax.get(field), tax.precision("tax_amount")))
				self.set_in_company_currency(tax, field)
		self.add_up_taxes()
		for tax in taxes:
			self.set_in_company_currency(tax, "total")
		if not IS_15:
			self.even_out_breakup()

	def start_breakup(self):
		"""ERPNext 16 has the breakup in memory, until the document is saved. Only what a row of taxes has of its own stays."""
		doc = self.doc
		own = [tax for tax in doc.taxes or [] if tax.dont_recompute_tax]
		doc._item_wise_tax_details = [row for row in doc.get(IN_MEMORY) or [] if row.tax in own]
		doc.item_wise_tax_details = []
		doc.update_item_wise_tax_details = True

	def even_out_breakup(self):
		"""The last part of a tax takes what rounding lost; parts of fixed charges without a rate aren't looked at."""
		wrong = []
		for tax in self.doc.taxes:
			rows = [row for row in self.doc._item_wise_tax_details if row.tax is tax]
			rows = [row for row in rows if row.rate or tax.charge_type != "Actual"]
			if not rows:
				continue
			lacking = flt(tax.base_tax_amount_after_discount_amount - sum(row.amount for row in rows), 5)
			if abs(lacking) > 0.5:
				wrong.append(f"Row {tax.idx} (Difference: {lacking})")
			else:
				rows[-1].amount = flt(rows[-1].amount + lacking, 5)
		if wrong:
			frappe.throw(
				_("Item Wise Tax Details do not match with Taxes and Charges at the following rows:")
				+ f"<br>{'<br>'.join(wrong)}"
			)

	def start_tax(self, tax):
		if tax.charge_type not in ("Actual", "On Net Total") or tax.included_in_print_rate:
			frappe.throw(f"The stand-in has no charges {tax.charge_type}, and none that are inclusive")
		if IS_15 and not tax.dont_recompute_tax:
			tax.item_wise_tax_detail = {}
		if tax.charge_type == "Actual":
			tax.rate = None
		elif not (self.discounted and self.doc.apply_discount_on == "Grand Total"):
			tax.tax_amount = 0
		tax.tax_amount_after_discount_amount = 0
		self.doc.round_floats_in(tax)
		tax.undistributed = flt(tax.tax_amount)

	def add_tax(self, tax, row, rates: dict, is_last: bool):
		"""Add one row's share, at the rate of its item tax template where that names the tax's account."""
		rate = flt(rates.get(tax.account_head, tax.rate))
		if tax.charge_type == "On Net Total":
			amount = rate / 100 * row.net_amount
		else:
			net_total = self.doc.net_total
			amount = row.net_amount * flt(tax.tax_amount) / net_total if net_total else 0
		if not tax.dont_recompute_tax:
			self.note_row(tax, row, rate, amount)
		if self.round_rows:
			amount = flt(amount, tax.precision("tax_amount"))
		if tax.charge_type == "Actual":
			tax.undistributed -= amount
			amount += tax.undistributed if is_last else 0
		elif not (self.discounted and self.doc.apply_discount_on == "Grand Total"):
			tax.tax_amount += amount
		tax.tax_amount_after_discount_amount += amount

	def note_row(self, tax, row, rate: float, amount: float):
		"""Add to the tax's breakup, in the company's currency: in ERPNext 15 by item code."""
		if not IS_15:
			part = flt(amount * self.doc.conversion_rate, tax.precision("tax_amount"))
			taxable = flt(row.net_amount * self.doc.conversion_rate, tax.precision("tax_amount"))
			self.doc._item_wise_tax_details.append(
				frappe._dict(item=row, tax=tax, rate=rate, amount=part, taxable_amount=taxable)
			)
			return
		precision = tax.precision("tax_amount") if self.round_rows else None
		before = tax.item_wise_tax_detail.get(row.item_code, (0, 0))[1]
		amount = flt(amount * self.doc.conversion_rate, precision) + flt(before, precision)
		tax.item_wise_tax_detail[row.item_code] = [rate, flt(amount, precision)]

	def add_up_taxes(self):
		total = self.doc.net_total
		for tax in self.doc.taxes:
			total = tax.total = flt(total + tax.tax_amount_after_discount_amount, tax.precision("total"))

	def keep_grand_total(self):
		"""The discount comes off the grand total to the cent: what the rounded taxes lack is added at the end."""
		doc, last = self.doc, self.doc.taxes[-1]
		if not self.discounted:
			self.add_up_taxes()
			self.total_before_discount = last.total
			return
		for tax in doc.taxes:
			amount = tax.tax_amount_after_discount_amount
			tax.tax_amount_after_discount_amount = flt(amount, tax.precision("tax_amount"))
		self.add_up_taxes()
		lacking = self.total_before_discount - doc.discount_amount - last.total
		self.grand_total_diff = flt(lacking, doc.precision("grand_total"))

	def set_grand_total(self):
		doc = self.doc
		total = doc.taxes[-1].total if doc.taxes else doc.net_total
		doc.grand_total = flt(total + self.grand_total_diff, doc.precision("grand_total"))
		taxes = total - doc.net_total if doc.taxes else 0
		doc.total_taxes_and_charges = flt(taxes, doc.precision("total_taxes_and_charges"))
		self.set_in_company_currency(doc, "total_taxes_and_charges", "grand_total")
		if not doc.total_taxes_and_charges:
			doc.base_grand_total = doc.base_net_total

	def set_rounded_total(self):
		doc = self.doc
		if doc.is_rounded_total_disabled():
			doc.rounded_total = doc.base_rounded_total = doc.rounding_adjustment = 0
			return
		doc.rounded_total = round_based_on_smallest_currency_fraction(
			doc.grand_total, doc.currency, doc.precision("rounded_total")
		)
		adjustment = doc.rounded_total - doc.grand_total
		doc.rounding_adjustment = flt(adjustment, doc.precision("rounding_adjustment"))
		self.set_in_company_currency(doc, "rounding_adjustment", "rounded_total")

	# --- the discount on the whole document

	def apply_discount(self):
		doc = self.doc
		if doc.additional_discount_percentage:
			total = flt(doc.get(scrub(doc.apply_discount_on)))
			discount = total * doc.additional_discount_percentage / 100
			doc.discount_amount = flt(discount, doc.precision("discount_amount"))
		if not doc.discount_amount:
			doc.base_discount_amount = 0
			return
		if not doc.apply_discount_on:
			frappe.throw(_("Please select Apply Discount On"))
		self.set_in_company_currency(doc, "discount_amount")
		total = self.total_to_discount()
		if total:
			self.distribute_discount(total)
			self.discounted = True
			self.calculate_totals()

	def total_to_discount(self) -> float:
		"""The net total, or the grand total without the charges that a discount doesn't lower."""
		doc = self.doc
		if doc.apply_discount_on == "Net Total" or not doc.taxes:
			return doc.net_total
		fixed = sum(tax.tax_amount for tax in doc.taxes if tax.charge_type == "Actual")
		return self.total_before_discount - fixed

	def distribute_discount(self, total: float):
		"""Lower the rows' net amounts in proportion; a row makes up for what rounding the rows so far lost."""
		exact = rounded = 0
		for row in self.doc.items:
			share = flt(self.doc.discount_amount) * row.net_amount / total
			exact += row.net_amount - share
			row.net_amount = flt(row.net_amount - share, row.precision("net_amount"))
			lost = flt(exact - rounded - row.net_amount, self.doc.precision("net_total"))
			row.net_amount = flt(row.net_amount + lost, row.precision("net_amount"))
			rounded += row.net_amount
			row.distributed_discount_amount = flt(share + lost, row.precision("distributed_discount_amount"))
			row.net_rate = flt(row.net_amount / row.qty, row.precision("net_rate")) if row.qty else 0
			self.set_in_company_currency(row, "net_rate", "net_amount")


def process_item_wise_tax_details(doc):
	"""ERPNext 16: what is in memory becomes rows of the table."""
	if not (doc.get("update_item_wise_tax_details") and doc.get(IN_MEMORY)):
		return
	for row in doc._item_wise_tax_details:
		values = {field: row[field] for field in ("rate", "amount", "taxable_amount")}
		doc.append(
			"item_wise_tax_details", {**values, "item_row": row.item.name, "tax_row": row.tax.name}
		).db_insert()
	doc.update_item_wise_tax_details = False


def breakup(doc, tax) -> dict[str, tuple]:
	"""{item code: (rate, amount in the company's currency)}"""
	if IS_15:
		return json.loads(tax.item_wise_tax_detail or "{}")
	found = {}
	for row in doc._item_wise_tax_details:
		if row.tax is tax:
			before = found.get(row.item.item_code, (0, 0))[1]
			found[row.item.item_code] = (row.rate, before + row.amount)
	return found


def get_itemised_tax_breakup_html(doc) -> str | None:
	"""The table below the taxes: what of each tax falls on each item."""
	if not doc.taxes:
		return None
	details = {tax.description: breakup(doc, tax) for tax in doc.taxes}
	amounts = {}
	for row in doc.items:
		amounts[row.item_code] = amounts.get(row.item_code, 0) + row.net_amount
	header = [_("Item"), _("Taxable Amount"), *details]
	lines = [f"<tr>{''.join(f'<th>{escape_html(text)}</th>' for text in header)}</tr>"]
	for code, amount in amounts.items():
		cells = [escape_html(code), fmt_money(amount, currency=doc.currency)]
		for by_item in details.values():
			rate, tax = by_item.get(code, (0, 0))
			cells.append(f"({flt(rate)}%) {fmt_money(tax / doc.conversion_rate, currency=doc.currency)}")
		lines.append(f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>")
	return f'<div class="tax-break-up"><table class="table table-bordered">{"".join(lines)}</table></div>'
