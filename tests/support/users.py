"""Users of the Desk, and what they call and find."""

import frappe

from medusa_integration.delivery.box import outbox
from tests.site import Client

PATH = "/api/method/medusa_integration.api."


def signed_in(email: str, *roles: str) -> Client:
	"""A new user with these roles, calling; without one a user of the portal."""
	user = frappe.get_doc({"doctype": "User", "email": email, "first_name": "Test", "send_welcome_email": 0})
	for role in roles:
		user.append("roles", {"role": role})
	user.api_key, user.api_secret = frappe.generate_hash(length=15), "secret-of-a-test"
	user.insert(ignore_permissions=True)
	frappe.db.commit()
	return Client(Authorization=f"token {user.api_key}:secret-of-a-test")


def park(key: str, error: str) -> None:
	"""Give up on a row of the outbox."""
	frappe.db.set_value(outbox.doctype, key, {"status": "Parked", "error": error, "attempts": 3})
	frappe.db.commit()
