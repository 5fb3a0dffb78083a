"""Into frappe/patches.py: every installed app."""

import frappe


def get_all_patches(patch_type=None):
	find = frappe.patches.get_patches_from_app
	return [patch for app in frappe.get_installed_apps() for patch in find(app, patch_type=patch_type)]
