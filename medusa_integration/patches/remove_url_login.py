"""Remove a user name and password from the Backend URL (http://user:password@shop): they were shown and never sent."""

import frappe

from medusa_integration.medusa.sign_in import without_login


def execute() -> None:
	"""Write the URL without them, and without saving the document, whose Version would show them."""
	url = frappe.db.get_single_value("Medusa Configuration", "url") or ""
	if "@" in url:
		frappe.db.set_single_value("Medusa Configuration", "url", without_login(url), update_modified=False)
