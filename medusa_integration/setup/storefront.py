"""The records that quotations, orders and customers from the shop need. Made at install and by every migration, where they
are missing.

Source: docs/reference.md, "Settings".
"""

import frappe

from medusa_integration import settings
from medusa_integration.customers import leads
from medusa_integration.setup.roles import STOREFRONT

USER = "medusa-storefront@example.com"


def make_records() -> None:
	"""Make the Storefront User, the Customer Group, the Sales Person, the Lead Source and the e-mail to customers; harmless
	to repeat."""
	_make_user()
	_forget_group_node()
	_make_leaf("Customer Group", settings.CUSTOMER_GROUP)
	_make_leaf("Sales Person", settings.SALES_PERSON)
	leads.make_source(settings.LEAD_SOURCE)
	_make_email()


def _make_user() -> None:
	"""The user of signed requests, where none is chosen. The user has no password, and so can't sign in;
	an API key may be made on the user's form."""
	if frappe.db.get_single_value(settings.CONFIGURATION, "storefront_user"):
		return
	if frappe.db.exists("User", USER):
		user = frappe.get_doc("User", USER)
	else:
		user = frappe.get_doc(
			{"doctype": "User", "email": USER, "first_name": STOREFRONT, "send_welcome_email": 0}
		)
		user.flags.no_welcome_mail = True
	user.enabled = 1  # An uninstallation has disabled the user.
	if STOREFRONT not in {row.role for row in user.roles}:
		user.append("roles", {"role": STOREFRONT})
	user.save(ignore_permissions=True)
	frappe.db.set_single_value(settings.CONFIGURATION, "storefront_user", USER)


def retire_user() -> None:
	"""At uninstall: disable the Storefront User. The user isn't deleted, because documents name it."""
	frappe.db.delete("Has Role", {"parent": USER, "role": STOREFRONT})
	frappe.db.set_value("User", USER, {"enabled": 0, "api_key": None})
	frappe.clear_cache(user=USER)


def _forget_group_node() -> None:
	"""Clear the Customer Group where it is a group node, which no Customer may have. At an app's
	installation Frappe fills a Single that was never saved with the user's defaults, and ERPNext's default
	is the root of the tree."""
	group = frappe.db.get_single_value(settings.CONFIGURATION, "customer_group")
	if group and frappe.db.get_value("Customer Group", group, "is_group"):
		frappe.db.set_single_value(settings.CONFIGURATION, "customer_group", None)


def _make_leaf(doctype: str, name: str) -> None:
	"""A record directly below the root of a tree; none before ERPNext's setup wizard has made the root."""
	if frappe.db.exists(doctype, name):
		return
	field = f"parent_{frappe.scrub(doctype)}"
	root = frappe.db.get_value(doctype, {field: ("is", "not set"), "is_group": 1}, order_by="lft")
	if root:
		values = {"doctype": doctype, f"{frappe.scrub(doctype)}_name": name, field: root}
		frappe.get_doc(values).insert(ignore_permissions=True)


def _make_email() -> None:
	"""The e-mail that tells a customer of a priced quotation, for the company to edit."""
	if not frappe.db.exists("Email Template", settings.QUOTATION_EMAIL):
		frappe.get_doc(
			{
				"doctype": "Email Template",
				"name": settings.QUOTATION_EMAIL,
				"subject": '{{ _("Your quotation {0} is ready").format(doc.name) }}',
				"use_html": 1,
				"response_html": frappe.read_file(
					frappe.get_app_path("medusa_integration", "templates", "emails", "quotation_ready.html")
				),
			}
		).insert(ignore_permissions=True)
