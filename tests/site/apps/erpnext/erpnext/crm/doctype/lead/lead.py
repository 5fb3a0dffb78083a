import frappe
from frappe import _, bold
from frappe.contacts.address_and_contact import delete_contact_and_address, load_address_and_contact
from frappe.model.mapper import get_mapped_doc
from frappe.utils import comma_and, get_link_to_form, validate_email_address

from erpnext import IS_15
from erpnext.accounts.party import set_address_details
from erpnext.controllers.status_updater import StatusUpdater
from erpnext.selling.doctype.customer.customer import parse_full_name


class Lead(StatusUpdater):
	def onload(self):
		self.set_onload("is_customer", self.has_customer())
		load_address_and_contact(self)

	def before_insert(self):
		self.contact_doc = None
		if frappe.db.get_single_value("CRM Settings", "auto_creation_of_contact"):
			self.contact_doc = self.contact_of_customer() or self.create_contact()
		if self.lead_name and not (self.first_name or self.middle_name or self.last_name):
			self.first_name, self.middle_name, self.last_name = parse_full_name(self.lead_name)

	def validate(self):
		self.set_names()
		self.set_status()
		self.check_email_id_is_unique()
		if self.email_id:
			if not self.flags.ignore_email_validation:
				validate_email_address(self.email_id, throw=True)
			if self.email_id == self.lead_owner:
				frappe.throw(_("Lead Owner cannot be same as the Lead Email Address"))

	def after_insert(self):
		if self.contact_doc:
			link = {"link_doctype": "Lead", "link_name": self.name, "link_title": self.lead_name}
			self.contact_doc.append("links", link)
			self.contact_doc.save()

	def on_trash(self):
		delete_contact_and_address(self.doctype, self.name)

	def set_names(self):
		if self.first_name:
			self.lead_name = " ".join(filter(None, [self.first_name, self.middle_name, self.last_name]))
		if not self.lead_name:
			if not self.company_name and not self.email_id and not self.flags.ignore_mandatory:
				frappe.throw(_("A Lead requires either a person's name or an organization's name"))
			self.lead_name = self.company_name or (self.email_id or "").split("@")[0]
		self.title = self.company_name or self.lead_name

	def check_email_id_is_unique(self):
		if not self.email_id or frappe.db.get_single_value(
			"CRM Settings", "allow_lead_duplication_based_on_emails"
		):
			return
		same = {"email_id": self.email_id, "name": ("!=", self.name)}
		others = frappe.get_all("Lead", same, pluck="name", order_by=None)
		if others:
			links = [bold(get_link_to_form("Lead", name)) for name in others]
			frappe.throw(
				_("Email Address must be unique, it is already used in {0}").format(comma_and(links)),
				frappe.DuplicateEntryError,
			)

	# --- its Contact

	def contact_of_customer(self):
		if self.get("source" if IS_15 else "utm_source") != "Existing Customer" or not self.customer:
			return None
		link = {"link_doctype": "Customer", "parenttype": "Contact", "link_name": self.customer}
		name = frappe.db.get_value("Dynamic Link", link, "parent")
		return name and frappe.get_doc("Contact", name)

	def create_contact(self):
		self.set_names()
		contact = frappe.new_doc("Contact")
		contact.update(
			{
				"first_name": self.first_name or self.lead_name,
				"last_name": self.last_name,
				"designation": self.job_title,
				"company_name": self.company_name,
			}
		)
		if self.email_id:
			contact.append("email_ids", {"email_id": self.email_id, "is_primary": 1})
		if self.phone:
			contact.append("phone_nos", {"phone": self.phone, "is_primary_phone": 1})
		if self.mobile_no:
			contact.append("phone_nos", {"phone": self.mobile_no, "is_primary_mobile_no": 1})
		contact.insert(ignore_permissions=True)
		contact.reload()
		return contact

	# --- what its status follows

	def has_customer(self):
		return frappe.db.get_value("Customer", {"lead_name": self.name})

	def has_quotation(self):
		return frappe.db.get_value(
			"Quotation", {"party_name": self.name, "docstatus": 1, "status": ("!=", "Lost")}
		)

	def has_lost_quotation(self):
		return frappe.db.get_value("Quotation", {"party_name": self.name, "docstatus": 1, "status": "Lost"})


@frappe.whitelist()
def make_customer(source_name, target_doc=None):
	return _make_customer(source_name, target_doc)


def _make_customer(source_name, target_doc=None, ignore_permissions=False):
	def set_missing_values(source, target):
		target.customer_type = "Company" if source.company_name else "Individual"
		target.customer_name = source.company_name or source.lead_name
		target.customer_group = target.customer_group or frappe.db.get_default("Customer Group")

	return get_mapped_doc(
		"Lead",
		source_name,
		{
			"Lead": {
				"doctype": "Customer",
				"field_map": {"name": "lead_name", "company_name": "customer_name"},
				"field_no_map": ["disabled"],
			}
		},
		target_doc,
		set_missing_values,
		ignore_permissions=ignore_permissions,
	)


@frappe.whitelist()
def get_lead_details(lead, posting_date=None, company=None):
	"""What a selling document takes from its Lead."""
	if not lead:
		return {}
	doc = frappe.get_doc("Lead", lead)
	details = frappe._dict(
		territory=doc.territory,
		customer_name=doc.company_name or doc.lead_name,
		contact_display=doc.lead_name,
		contact_email=doc.email_id,
		contact_mobile=doc.mobile_no,
		contact_phone=doc.phone,
	)
	set_address_details(details, doc)
	return details
