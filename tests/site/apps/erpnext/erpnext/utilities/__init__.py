from contextlib import contextmanager

import frappe
from frappe import _


@contextmanager
def payment_app_import_guard():
	try:
		yield
	except ImportError:
		frappe.throw(_("payments app is not installed."), title=_("Missing Payments App"))
