import frappe
from frappe import _, bold
from frappe.contacts.doctype.address.address import render_address
from frappe.utils import cint, flt, get_link_to_form, money_in_words

from erpnext import IS_15, get_company_currency
from erpnext.accounts.party import (
	_get_party_details,
	get_party_account_currency,
	validate_party_frozen_disabled,
)
from erpnext.controllers.sales_and_purchase_return import validate_return
from erpnext.controllers.status_updater import StatusUpdater
from erpnext.controllers.taxes_and_totals import calculate_taxes_and_totals, process_item_wise_tax_details
from erpnext.exceptions import InvalidCurrency
from erpnext.stock.get_item_details import get_item_details
from erpnext.utilities.transaction_base import UOMMustBeIntegerError

FROM_ITEM = ("item_group", "brand", "stock_uom")  # whatever the row said
DISPLAYS = {"customer_address": "address_display", "shipping_address_name": "shipping_address"}


class SellingController(StatusUpdater):
	"""Without currencies' exchange rates, pricing rules, shipping rules, templates of taxes, and commissions."""

	def validate(self):
		if not self.get("is_return") and not self.get("is_debit_note"):
			self.validate_qty_is_not_zero()
		if self.get("_action") and self._action != "update_after_submit":
			self.set_missing_values(for_validate=True)
		self.set_taxes_and_charges()
		self.calculate_taxes_and_totals()
		if not self.get("is_return"):
			self.validate_value("base_grand_total", ">=", 0)
		validate_return(self)
		self.validate_currency()
		validate_party_frozen_disabled("Customer", self.get("customer"))
		self.set_total_in_words()
		self.validate_party_address_and_contact()
		self.validate_uom_is_integer()
		self.validate_max_discount()
		self.validate_selling_price()
		self.set_po_nos(for_validate=True)
		self.set_customer_address()
		self.validate_for_duplicate_items()

	def on_update(self):
		if not IS_15:
			process_item_wise_tax_details(self)

	# --- what is missing

	def set_missing_values(self, for_validate=False):
		self.set_missing_lead_customer_details(for_validate)
		self.set_price_list_currency()
		self.set_missing_item_details()

	def set_missing_lead_customer_details(self, for_validate=False):
		is_quotation = self.doctype == "Quotation"
		party_type, party = self.get("quotation_to") or "Customer", self.get("customer")
		if is_quotation:
			party = self.party_name
		if party and party_type == "Customer":
			details = _get_party_details(
				party,
				ignore_permissions=self.flags.ignore_permissions,
				doctype=self.doctype,
				company=self.company,
				posting_date=self.get("posting_date"),
				party_address=self.customer_address,
				shipping_address=self.shipping_address_name,
			)
			if not self.meta.has_field("sales_team"):
				details.pop("sales_team")
			self.update_if_missing(details)
		elif party and party_type == "Lead":
			from erpnext.crm.doctype.lead.lead import get_lead_details

			date = self.get("transaction_date") or self.get("posting_date")
			self.update_if_missing(get_lead_details(party, posting_date=date, company=self.company))

	def set_price_list_currency(self):
		if self.selling_price_list:
			self.price_list_currency = frappe.db.get_value("Price List", self.selling_price_list, "currency")
			self.plc_conversion_rate = self.plc_conversion_rate or 1
		self.currency = self.currency or self.price_list_currency
		if self.currency == get_company_currency(self.company):
			self.conversion_rate = 1
		elif not self.conversion_rate:
			frappe.throw(f"The stand-in has no exchange rates: say that of {self.currency}")

	def set_missing_item_details(self):
		for row in self.items:
			if not row.item_code:
				continue
			args = frappe._dict({field: self.get(field) for field in self.meta.get_valid_columns()})
			if self.get("quotation_to") == "Customer":
				args.customer = self.party_name
			args.update(row.as_dict())
			args.update(doctype=self.doctype, name=self.name)
			args.transaction_date = self.get("transaction_date") or self.get("posting_date")
			for field, value in get_item_details(args).items():
				if not row.meta.has_field(field) or value is None:
					continue
				renewed = field == "item_tax_rate" and not self.get("return_against")
				if row.get(field) is None or field in FROM_ITEM or renewed:
					row.set(field, value)
				elif field == "conversion_factor" and not row.get(field):
					row.set(field, value)
			row.stock_qty = flt(row.qty) * flt(row.conversion_factor)

	def set_taxes_and_charges(self):
		"""A document without taxes gets a row for each account that its rows' item tax templates name."""
		if self.taxes or not frappe.db.get_single_value(
			"Accounts Settings", "add_taxes_from_item_tax_template"
		):
			return
		for row in self.items:
			for account in frappe.parse_json(row.item_tax_rate or "{}"):
				if account not in [tax.account_head for tax in self.taxes]:
					self.append(
						"taxes",
						{
							"charge_type": "On Net Total",
							"account_head": account,
							"rate": 0,
							"description": account,
						},
					)

	def set_po_nos(self, for_validate=False):
		"""A bill and a delivery carry the purchase orders of the Sales Orders that they are for."""
		field = {"Delivery Note": "against_sales_order", "Sales Invoice": "sales_order"}.get(self.doctype)
		if not field or (for_validate and self.po_no):
			return
		orders = {row.get(field) for row in self.items} - {None, ""}
		numbers = {frappe.db.get_value("Sales Order", name, "po_no") for name in orders} | {self.po_no}
		self.po_no = ", ".join(sorted(filter(None, numbers)))

	def set_customer_address(self):
		for field, display in DISPLAYS.items():
			if self.get(field):
				self.set(display, render_address(self.get(field), check_permissions=False))

	# --- totals

	def calculate_taxes_and_totals(self):
		calculate_taxes_and_totals(self)
		self.calculate_contribution()

	def is_rounded_total_disabled(self):
		return self.disable_rounded_total

	def set_total_in_words(self):
		total = self.grand_total if self.is_rounded_total_disabled() else self.rounded_total
		self.in_words = money_in_words(abs(total), self.currency)

	def calculate_contribution(self):
		members = self.get("sales_team") or []
		for name in [row.sales_person for row in members]:
			if not frappe.db.get_value("Sales Person", name, "enabled"):
				frappe.throw(_("Sales Person {0} is disabled.").format(bold(name)))
		if members and sum(flt(row.allocated_percentage) for row in members) != 100:
			frappe.throw(_("Total allocated percentage for sales team should be 100"))

	# --- checks

	def validate_currency(self):
		"""A Customer whose account is in another currency than the company's buys in that one alone."""
		customer = self.get("customer") or (self.get("quotation_to") == "Customer" and self.party_name)
		if not customer:
			return
		currency = get_party_account_currency("Customer", customer, self.company)
		if currency not in (get_company_currency(self.company), self.currency):
			frappe.throw(
				_("Accounting Entry for {0}: {1} can only be made in currency: {2}").format(
					"Customer", customer, currency
				),
				InvalidCurrency,
			)

	def validate_qty_is_not_zero(self):
		for row in self.items:
			if not flt(row.qty):
				frappe.throw(
					_("Row #{0}: Quantity for Item {1} cannot be zero.").format(row.idx, bold(row.item_code)),
					title=_("Invalid Quantity"),
				)

	def validate_uom_is_integer(self):
		for row in self.items:
			whole = frappe.get_cached_value("UOM", row.uom, "must_be_whole_number")
			if whole and abs(cint(row.qty) - flt(row.qty, row.precision("qty"))) > 1e-7:
				frappe.throw(
					_("Row {1}: Quantity ({0}) cannot be a fraction.").format(flt(row.qty), row.idx),
					UOMMustBeIntegerError,
				)

	def validate_party_address_and_contact(self):
		customer = self.get("customer")
		if not customer:
			return  # a Lead's Quotation; a Customer's has got it from the party's details
		for field, parenttype, label in (
			("customer_address", "Address", "Billing Address"),
			("shipping_address_name", "Address", "Shipping Address"),
			("contact_person", "Contact", "Contact Person"),
		):
			link = {"link_doctype": "Customer", "link_name": customer, "parenttype": parenttype}
			if self.get(field) and not frappe.db.exists("Dynamic Link", {**link, "parent": self.get(field)}):
				frappe.throw(_("{0} does not belong to the {1}").format(_(label), customer))

	def validate_max_discount(self):
		if self.get("is_return") or self.get("is_debit_note"):
			return
		for row in self.items:
			most = flt(frappe.get_cached_value("Item", row.item_code, "max_discount"))
			if most and flt(row.discount_percentage) > most:
				frappe.throw(_("Maximum discount for Item {0} is {1}%").format(row.item_code, most))

	def validate_selling_price(self):
		if self.get("is_return") or not frappe.db.get_single_value(
			"Selling Settings", "validate_selling_price"
		):
			return
		for row in self.items:
			if row.is_free_item:
				continue
			last = flt(frappe.get_cached_value("Item", row.item_code, "last_purchase_rate"))
			floor = last * (row.conversion_factor or 1)
			if flt(row.base_net_rate) < floor:
				frappe.throw(
					_("Row #{0}: Selling rate for item {1} is lower than its {2}.").format(
						row.idx, bold(row.item_name), bold("last purchase rate")
					),
					title=_("Invalid Selling Price"),
				)

	def validate_for_duplicate_items(self):
		if cint(frappe.db.get_single_value("Selling Settings", "allow_multiple_items")):
			return
		seen = set()
		for row in self.items:
			order = row.get("against_sales_order") or row.get("sales_order")
			of_stock = frappe.get_cached_value("Item", row.item_code, "is_stock_item")
			key = (row.item_code, row.description, order, of_stock and row.warehouse)
			if key in seen:
				frappe.throw(
					_("Item {0} entered multiple times.").format(bold(row.item_code))
					+ "<br><br>"
					+ get_link_to_form("Selling Settings", "Selling Settings")
				)
			seen.add(key)

	def check_sales_order_on_hold_or_close(self, field: str):
		for name in {row.get(field) for row in self.items} - {None, ""}:
			if not self.get("is_return"):
				status = frappe.db.get_value("Sales Order", name, "status")
				if status in ("Closed", "On Hold"):
					frappe.throw(_("Sales Order {0} is {1}").format(name, _(status)))
