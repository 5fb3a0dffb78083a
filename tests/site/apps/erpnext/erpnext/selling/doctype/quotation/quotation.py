import frappe
from frappe import _
from frappe.model.mapper import get_mapped_doc
from frappe.utils import flt, get_link_to_form, getdate

from erpnext.controllers.selling_controller import SellingController


class Quotation(SellingController):
	def validate(self):
		super().validate()
		self.set_status()
		if self.valid_till and getdate(self.valid_till) < getdate(self.transaction_date):
			frappe.throw(_("Valid till date cannot be before transaction date"))
		self.set_customer_name()

	def set_customer_name(self):
		if self.quotation_to == "Customer":
			self.customer_name = frappe.db.get_value("Customer", self.party_name, "customer_name")
		elif self.quotation_to == "Lead":
			person, company = frappe.db.get_value("Lead", self.party_name, ["lead_name", "company_name"])
			self.customer_name = company or person

	def on_submit(self):
		self.update_lead()

	def on_cancel(self):
		self.set_status(update=True)
		self.update_lead()

	def update_lead(self):
		if self.quotation_to == "Lead" and self.party_name:
			frappe.get_doc("Lead", self.party_name).set_status(update=True)

	def get_ordered_status(self) -> str:
		ordered = get_ordered_items(self.name)
		if not ordered:
			return "Open"
		whole = all(row.qty <= ordered.get(row.name, 0) for row in self.items)
		return "Ordered" if whole else "Partially Ordered"

	def is_fully_ordered(self) -> bool:
		return self.get_ordered_status() == "Ordered"

	def is_partially_ordered(self) -> bool:
		return self.get_ordered_status() == "Partially Ordered"

	@frappe.whitelist()
	def declare_enquiry_lost(
		self, lost_reasons_list: list, competitors: list, detailed_reason: str | None = None
	):
		"""The stand-in keeps the detailed reason only."""
		if self.get_ordered_status() != "Open":
			frappe.throw(_("Cannot set as Lost as Sales Order is made."))
		self.db_set("status", "Lost")
		if detailed_reason:
			self.db_set("order_lost_reason", detailed_reason)
		self.update_lead()
		self.save()


@frappe.whitelist()
def make_sales_order(source_name: str, target_doc=None):
	"""Refuses a Quotation whose validity has ended, unless the Selling Settings allow it."""
	if not frappe.db.get_single_value("Selling Settings", "allow_sales_order_creation_for_expired_quotation"):
		made, until = frappe.db.get_value("Quotation", source_name, ["transaction_date", "valid_till"])
		if until and getdate(until) < max(getdate(made), getdate()):
			frappe.throw(_("Validity period of this quotation has ended."))
	return _make_sales_order(source_name, target_doc)


def _make_sales_order(source_name, target_doc=None, ignore_permissions=False):
	"""What isn't ordered yet of a submitted Quotation; makes the Customer of its Lead where there is none."""
	customer = _make_customer(source_name, ignore_permissions)
	ordered = get_ordered_items(source_name)

	def set_missing_values(source, target):
		if customer:
			target.customer, target.customer_name = customer.name, customer.customer_name
			if not target.sales_team:
				for row in customer.sales_team:
					fields = ("sales_person", "allocated_percentage", "commission_rate")
					target.append("sales_team", {field: row.get(field) for field in fields})
		target.flags.ignore_permissions = ignore_permissions
		target.run_method("set_missing_values")
		target.run_method("calculate_taxes_and_totals")

	def update_item(source, target, source_parent):
		target.qty = max(source.qty - ordered.get(source.name, 0), 0)
		target.stock_qty = flt(target.qty) * flt(source.conversion_factor)

	return get_mapped_doc(
		"Quotation",
		source_name,
		{
			"Quotation": {"doctype": "Sales Order", "validation": {"docstatus": ["=", 1]}},
			"Quotation Item": {
				"doctype": "Sales Order Item",
				"field_map": {"parent": "prevdoc_docname", "name": "quotation_item"},
				"postprocess": update_item,
				"condition": lambda row: row.qty > ordered.get(row.name, 0),
			},
			"Sales Taxes and Charges": {"doctype": "Sales Taxes and Charges", "reset_value": True},
		},
		target_doc,
		set_missing_values,
		ignore_permissions=ignore_permissions,
	)


def _make_customer(source_name, ignore_permissions=False):
	kind, party = frappe.db.get_value("Quotation", source_name, ["quotation_to", "party_name"])
	if kind == "Customer":
		return frappe.get_doc("Customer", party)
	existing = frappe.db.get_value("Customer", {"lead_name": party})
	if existing:
		return frappe.get_doc("Customer", existing)
	return create_customer_from_lead(party, ignore_permissions=ignore_permissions)


def create_customer_from_lead(lead_name, ignore_permissions=False):
	from erpnext.crm.doctype.lead.lead import _make_customer

	customer = _make_customer(lead_name, ignore_permissions=ignore_permissions)
	customer.flags.ignore_permissions = ignore_permissions
	try:
		return customer.insert()
	except frappe.MandatoryError as error:
		fields = [customer.meta.get_label(field.strip()) for field in error.args[0].split(":")[1].split(",")]
		frappe.throw(
			_("Could not auto create Customer due to the following missing mandatory field(s):")
			+ f" {', '.join(fields)} "
			+ _("Please create Customer from Lead {0}.").format(get_link_to_form("Lead", lead_name)),
			title=_("Mandatory Missing"),
		)


def get_ordered_items(quotation: str) -> dict:
	"""{row of the Quotation: what submitted Sales Orders have of it}"""
	ordered = {}
	for row in frappe.get_all(
		"Sales Order Item",
		{"prevdoc_docname": quotation, "docstatus": 1},
		["quotation_item", "qty"],
		order_by=None,
	):
		ordered[row.quotation_item] = ordered.get(row.quotation_item, 0) + row.qty
	return ordered


def set_expired_status() -> None:
	"""Daily: what isn't ordered and isn't valid any more is Expired."""
	for name in frappe.get_all(
		"Quotation",
		{"docstatus": 1, "status": ("not in", ("Expired", "Lost")), "valid_till": ("<", getdate())},
		pluck="name",
		order_by=None,
	):
		if not get_ordered_items(name):
			frappe.db.set_value("Quotation", name, "status", "Expired")
