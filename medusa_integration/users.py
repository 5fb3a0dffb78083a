"""In whose name something is done."""

from collections.abc import Iterator
from contextlib import contextmanager

import frappe


@contextmanager
def as_user(user: str) -> Iterator[None]:
	"""Make what follows in a user's name, so that documents and workflows show who made them. The caller's own session
	stays as it is."""
	session, form = frappe.session.copy(), frappe.local.form_dict
	frappe.set_user(user)
	try:
		yield
	finally:
		frappe.set_user(session.user)
		frappe.session.update(session)
		frappe.local.form_dict = form
