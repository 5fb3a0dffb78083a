"""A Backend URL with a user name and password, as http://user:password@shop: neither was ever sent, and both were shown."""

import frappe

from medusa_integration.medusa.client import without_login


def execute() -> None:
	"""Write the URL without them, past the document, whose Version would show them."""
	url = frappe.db.get_single_value("Medusa Configuration", "url") or ""
	if "@" in url:
		frappe.db.set_single_value("Medusa Configuration", "url", without_login(url), update_modified=False)
