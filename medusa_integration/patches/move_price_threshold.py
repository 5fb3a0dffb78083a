"""Move *Prices Shown Below* from the landing page to the configuration."""

import frappe
from frappe.utils import flt

from medusa_integration import settings
from medusa_integration.window import landing_page

FIELD = "price_visibility_threshold"


def execute() -> None:
	page = landing_page.DOCTYPE, landing_page.ACTIVE
	threshold = flt(frappe.db.get_value(*page, FIELD))
	if not threshold:
		return
	if not flt(frappe.db.get_single_value(settings.CONFIGURATION, FIELD)):
		frappe.db.set_single_value(settings.CONFIGURATION, FIELD, threshold, update_modified=False)
		frappe.clear_document_cache(settings.CONFIGURATION, settings.CONFIGURATION)
	# Else the landing page's would hold after the configuration's was cleared.
	frappe.db.set_value(*page, FIELD, 0, update_modified=False)
