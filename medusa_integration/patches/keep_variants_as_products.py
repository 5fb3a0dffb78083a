"""Variants stay products of their own on a site that has sent products before the setting *Variants become* was there."""

import frappe

from medusa_integration.settings import CONFIGURATION


def execute() -> None:
	if frappe.db.exists("Website Item", {"medusa_id": ("is", "set")}):
		frappe.db.set_single_value(CONFIGURATION, "variants_become", "Products of their own")
