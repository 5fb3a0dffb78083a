"""A stand-in for ERPNext 16, or with MEDUSA_TESTS_ERPNEXT=15 for ERPNext 15: the DocTypes and functions Medusa Integration
touches, and nothing else.

Field names, types and behaviours are ERPNext's own, so that the app and its tests run on both. It is for tests
and the demo; a real bench has the real ERPNext under the same module paths.
"""

import os

import frappe

IS_15 = os.environ.get("MEDUSA_TESTS_ERPNEXT") == "15"
__version__ = "15.71.1" if IS_15 else "16.7.3"


def get_default_company(user: str | None = None) -> str | None:
	"""The user's default company, else the one in Global Defaults."""
	companies = frappe.defaults.get_user_default_as_list("company", user or frappe.session.user)
	if companies:
		return companies[0]
	return frappe.db.get_single_value("Global Defaults", "default_company")


def get_default_currency() -> str | None:
	"""The currency of the default company."""
	company = get_default_company()
	return company and get_company_currency(company)


def get_company_currency(company: str) -> str | None:
	return frappe.get_cached_value("Company", company, "default_currency")
