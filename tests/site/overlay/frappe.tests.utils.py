"""Into frappe/tests/utils.py."""

import frappe


def toggle_test_mode(enable: bool = True) -> None:
	frappe.in_test = enable
	frappe.local.flags.in_test = enable
