"""Into frappe/model/sync.py: every installed app."""

import frappe


def sync_all(force=0, reset_permissions=False):
	_patch_mode(True)  # noqa: F821
	for app in frappe.get_installed_apps():
		frappe.model.sync.sync_for(app, force, reset_permissions=reset_permissions)
	_patch_mode(False)  # noqa: F821
	frappe.clear_cache()
