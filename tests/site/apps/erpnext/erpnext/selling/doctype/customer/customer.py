import frappe
from frappe import _
from frappe.contacts.address_and_contact import delete_contact_and_address, load_address_and_contact
from frappe.contacts.doctype.address.address import get_address_display
from frappe.model.document import Document
from frappe.model.naming import append_number_if_name_exists, set_name_by_naming_series
from frappe.utils import flt

from erpnext import IS_15

# ERPNext 15.71 has it under its first name, 15.99 and 16 under the other.
LINK = "link_lead_address_and_contact" if IS_15 else "link_address_and_contact"


class Customer(Document):
	def onload(self):
		load_address_and_contact(self)

	def autoname(self):
		if frappe.defaults.get_global_default("cust_master_name") == "Customer Name":
			self.name = append_number_if_name_exists("Customer", self.customer_name, separator=" - ")
		else:
			set_name_by_naming_series(self)

	def validate(self):
		self.flags.is_new_doc = self.is_new()
		before = self.get_doc_before_save()
		self.flags.old_lead = before.lead_name if before else None
		if self.sales_team and sum(flt(row.allocated_percentage) for row in self.sales_team) != 100:
			frappe.throw(_("Total contribution percentage should be equal to 100"))

	def after_insert(self):
		self.update_lead_status()

	def on_update(self):
		if frappe.db.exists("Customer Group", self.name):
			frappe.throw(_("A Customer Group exists with same name"), frappe.NameError)
		self.create_primary_contact()
		self.create_primary_address()
		if self.flags.is_new_doc:
			getattr(self, LINK)()

	def on_trash(self):
		self.db_set({"customer_primary_contact": None, "customer_primary_address": None})
		delete_contact_and_address("Customer", self.name)
		if self.lead_name:
			frappe.db.set_value("Lead", self.lead_name, "status", "Interested")

	def after_rename(self, olddn, newdn, merge=False):
		if frappe.defaults.get_global_default("cust_master_name") == "Customer Name":
			self.db_set("customer_name", newdn)

	def update_lead_status(self):
		if self.lead_name:
			frappe.db.set_value("Lead", self.lead_name, "status", "Converted")

	def create_primary_contact(self):
		if self.customer_primary_contact and not IS_15:
			frappe.set_value("Contact", self.customer_primary_contact, "is_primary_contact", 1)
		if self.customer_primary_contact or self.lead_name or not (self.mobile_no or self.email_id):
			return
		mobile, email = self.mobile_no, self.email_id
		self.db_set("customer_primary_contact", make_contact(self).name)
		self.db_set({"mobile_no": mobile, "email_id": email})

	def create_primary_address(self):
		if self.flags.is_new_doc and self.get("address_line1"):
			address = make_address(self)
			self.db_set("customer_primary_address", address.name)
			self.db_set("primary_address", get_address_display(address.name))
		elif self.customer_primary_address and not IS_15:
			frappe.set_value("Address", self.customer_primary_address, "is_primary_address", 1)


def link_to_customer(customer):
	"""The Lead's Addresses and Contacts become the Customer's too; of a new Customer only."""
	if not customer.lead_name:
		return
	links = {"link_doctype": "Lead", "link_name": customer.lead_name}
	for row in frappe.get_all(
		"Dynamic Link",
		{**links, "parenttype": ("in", ("Contact", "Address"))},
		["parent", "parenttype"],
		order_by=None,
	):
		doc = frappe.get_doc(row.parenttype, row.parent)
		if not doc.has_link("Customer", customer.name):
			doc.append("links", {"link_doctype": "Customer", "link_name": customer.name})
			doc.save(ignore_permissions=customer.flags.ignore_permissions)


setattr(Customer, LINK, link_to_customer)


def make_contact(args, is_primary_contact=1):
	contact = frappe.new_doc("Contact", is_primary_contact=is_primary_contact)
	contact.append("links", {"link_doctype": args.doctype, "link_name": args.name})
	if args.customer_type == "Individual":
		names = parse_full_name(args.customer_name)
		contact.first_name, contact.middle_name, contact.last_name = names
	else:
		contact.company_name = args.customer_name
	if args.get("email_id"):
		contact.add_email(args.email_id, is_primary=True)
	if args.get("mobile_no"):
		contact.add_phone(args.mobile_no, is_primary_mobile_no=True)
	return contact.insert(ignore_permissions=args.flags.ignore_permissions)


def make_address(args, is_primary_address=1, is_shipping_address=1):
	if not (args.get("city") and args.get("country")):
		frappe.throw(
			_("Following fields are mandatory to create address:"), title=_("Missing Values Required")
		)
	address = frappe.new_doc("Address")
	for field in ("address_line1", "address_line2", "city", "state", "pincode", "country"):
		address.set(field, args.get(field))
	address.update(
		{
			"address_title": args.customer_name,
			"is_primary_address": is_primary_address,
			"is_shipping_address": is_shipping_address,
		}
	)
	address.append("links", {"link_doctype": args.doctype, "link_name": args.name})
	return address.insert(ignore_permissions=args.flags.ignore_permissions)


def parse_full_name(full_name: str) -> tuple[str, str | None, str | None]:
	"""First name, middle names, last name."""
	first, *rest = full_name.split()
	return first, " ".join(rest[:-1]) or None, rest[-1] if rest else None
