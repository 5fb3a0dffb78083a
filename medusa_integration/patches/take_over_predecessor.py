"""On a site that ran the app's predecessor: take over its Custom Fields, and send each product that has an id in Medusa and that
this app has never sent, with its variant, prices and stock."""

import frappe
from frappe.utils import flt

from medusa_integration import settings
from medusa_integration.delivery.box import outbox
from medusa_integration.pages import pages
from medusa_integration.products import routes
from medusa_integration.products.products_to_medusa import PRODUCT
from medusa_integration.setup import older_columns, unique_ids
from medusa_integration.setup.custom_fields import custom_fields, make_custom_fields
from medusa_integration.setup.fields import MODULE
from medusa_integration.tolerated import tolerated
from medusa_integration.window import landing_page

DOCTYPE = "Website Item"
THRESHOLD = "price_visibility_threshold"
OWN_FIELD = {"dt": DOCTYPE, "fieldname": "medusa_hash", "module": MODULE}  # the predecessor has none


def execute() -> None:
	"""Do nothing on a site that this app was installed on. Where the integration is off, the products are sent once
	it is switched on."""
	if frappe.db.exists("Custom Field", OWN_FIELD):
		return
	older_columns.adopt(custom_fields())
	unique_ids.execute()
	make_custom_fields()
	with tolerated("Medusa: Prices Shown Below can't be taken over"):
		_keep_threshold()
	with tolerated("Medusa: the Item Groups get no routes"):
		routes.update_all()  # The predecessor left groups without a route, or with that of a former name.
	if settings.enabled():
		with tolerated("Medusa: the predecessor's products can't be queued"):
			queue_never_sent()


def _keep_threshold() -> None:
	"""Without a threshold the predecessor showed no prices from 50 on."""
	page = frappe.db.get_value(landing_page.DOCTYPE, landing_page.ACTIVE, THRESHOLD)
	if not flt(page) and not flt(frappe.db.get_single_value(settings.CONFIGURATION, THRESHOLD)):
		frappe.db.set_single_value(settings.CONFIGURATION, THRESHOLD, 50, update_modified=False)
		frappe.clear_document_cache(settings.CONFIGURATION, settings.CONFIGURATION)
		words = "Prices Shown Below in the Medusa Configuration is 50, as the predecessor took it. Set it to 0 to show all prices."
		frappe.log_error(title="Medusa: a setting was made by the migration", message=words)


def queue_never_sent() -> None:
	"""Queue the products that this app has never sent. Their prices and stock follow them."""
	for page in pages(DOCTYPE, {"medusa_id": ("is", "set"), "medusa_synced_on": ("is", "not set")}, []):
		outbox.add_many((PRODUCT, item.name) for item in page)
