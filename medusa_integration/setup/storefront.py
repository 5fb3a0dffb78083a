"""The records that quotations, orders and customers from the shop need. Made at install and by every migration, where they
are missing.

Source: docs/reference.md, "Settings".
"""

import frappe

from medusa_integration import settings
from medusa_integration.selling import leads
from medusa_integration.setup.roles import STOREFRONT

USER = "medusa-storefront@example.com"


def make_records() -> None:
	"""Make the Storefront User, the Customer Group, the Sales Person and the Lead Source; harmless to repeat."""
	_make_user()
	_make_leaf("Customer Group", settings.CUSTOMER_GROUP)
	_make_leaf("Sales Person", settings.SALES_PERSON)
	leads.make_source(settings.LEAD_SOURCE)


def _make_user() -> None:
	"""The user of signed requests, without a password: nobody can sign in as it. Its API key may be made on its form."""
	if not frappe.db.exists("User", USER):
		user = frappe.get_doc(
			{"doctype": "User", "email": USER, "first_name": STOREFRONT, "send_welcome_email": 0}
		)
		user.append("roles", {"role": STOREFRONT})
		user.flags.no_welcome_mail = True
		user.insert(ignore_permissions=True)
	if not frappe.db.get_single_value(settings.CONFIGURATION, "storefront_user"):
		frappe.db.set_single_value(settings.CONFIGURATION, "storefront_user", USER)


def _make_leaf(doctype: str, name: str) -> None:
	"""A record directly below the root of a tree; none before ERPNext's setup wizard has made the root."""
	if not frappe.db.exists("DocType", doctype) or frappe.db.exists(doctype, name):
		return
	field = f"parent_{frappe.scrub(doctype)}"
	root = frappe.db.get_value(doctype, {field: ("is", "not set"), "is_group": 1}, order_by="lft")
	if root:
		values = {"doctype": doctype, f"{frappe.scrub(doctype)}_name": name, field: root}
		frappe.get_doc(values).insert(ignore_permissions=True)
