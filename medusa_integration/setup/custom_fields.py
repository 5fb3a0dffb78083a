"""The fields that the integration adds to ERPNext's and Frappe's DocTypes.

Source: docs/reference.md, "Custom fields".
"""

import frappe
from frappe.custom.doctype.custom_field.custom_field import create_custom_fields
from frappe.custom.doctype.property_setter.property_setter import make_property_setter

from medusa_integration import sold_units
from medusa_integration.customers import emails, further_accounts
from medusa_integration.products import item_status
from medusa_integration.setup.fields import MODULE, hidden, last_field, medusa_id
from medusa_integration.setup.selling_fields import selling_fields, workflow_of_quotations

TRACKING_FIELDS = ("lr_no", "lr_date", "transporter", "transporter_name", "vehicle_no")


def custom_fields() -> dict[str, list[dict]]:
	"""`{DocType: [Custom Field]}`, all marked with the app's module."""
	fields = {
		"Website Item": _website_item_fields(),
		"Item": [
			medusa_id("Medusa Product Id", "country_of_origin", unique=True),
			medusa_id("Medusa Variant Id", "medusa_id", "medusa_variant_id", unique=True),
			hidden(sold_units.FIELD, "Medusa Sold Units", "Small Text", "medusa_variant_id"),
			hidden("medusa_prices", "Medusa Prices", "Long Text", sold_units.FIELD),
			hidden("medusa_stock", "Medusa Stock", "Small Text", "medusa_prices"),
			hidden("medusa_former_ids", "Medusa Former Ids", "Small Text", "medusa_stock"),
		],
		"Item Group": [
			medusa_id("Medusa Collection Id", "is_group", unique=True),
			{
				"fieldname": "custom_medusa_route",
				"label": "Medusa Route",
				"fieldtype": "Small Text",
				"insert_after": "medusa_id",
				"read_only": 1,
				"no_copy": 1,
				"translatable": 0,
			},
			medusa_id("Medusa Category Id", "custom_medusa_route", "medusa_category_id", unique=True),
		],
		"Item Price": [
			medusa_id("Medusa Price List Id", "reference"),
			medusa_id("Medusa Price Id", "medusa_id", "medusa_price_id", unique=True),
		],
		"Brand": [medusa_id("Medusa Id", "brand")],
		"File": [medusa_id("Medusa Id", "file_url")],
		"Customer": [*_party_fields("territory"), _main_customer()],
		"Lead": _party_fields("status"),
		"Contact": [
			hidden(emails.GUESTS, "Medusa Guest", "Check", last_field("Contact")),
			hidden(further_accounts.WRITTEN, "Medusa Wrote E-mail", "Check", emails.GUESTS),
			medusa_id("Medusa Customer Id", further_accounts.WRITTEN, unique=True),
		],
		**selling_fields(),
		"Address": [medusa_id("Medusa Address Id", last_field("Address"))],
	}
	return {dt: [{**field, "module": MODULE} for field in rows] for dt, rows in fields.items()}


def _website_item_fields() -> list[dict]:
	return [
		{
			"fieldname": "medusa_section",
			"label": "Medusa",
			"fieldtype": "Section Break",
			"insert_after": last_field("Website Item"),
			"collapsible": 1,
		},
		medusa_id("Medusa Product Id", "medusa_section", unique=True),
		medusa_id("Medusa Variant Id", "medusa_id", "medusa_variant_id", unique=True),
		{
			"fieldname": "medusa_synced_on",
			"label": "Last Sent to Medusa",
			"fieldtype": "Datetime",
			"insert_after": "medusa_variant_id",
			"read_only": 1,
			"no_copy": 1,
		},
		{
			"fieldname": "medusa_status",
			"label": "Medusa Status",
			"fieldtype": "Select",
			"options": "\n".join(("", *item_status.STATUSES)),
			# A list on a small screen shows only the first fields.
			"insert_after": "web_item_name",
			"description": "The product's status. Parked: the Medusa Outbox has the reason.",
			"read_only": 1,
			"no_copy": 1,
			"in_list_view": 1,
			"in_standard_filter": 1,
		},
		{"fieldname": "medusa_column", "fieldtype": "Column Break", "insert_after": "medusa_synced_on"},
		{
			"fieldname": "custom_in_stock",
			"label": "In Stock",
			"fieldtype": "Check",
			"insert_after": "medusa_column",
			"read_only": 1,
			"no_copy": 1,
			"search_index": 1,
		},
		{
			"fieldname": "custom_threshold_qty",
			"label": "Threshold Quantity",
			"fieldtype": "Int",
			"insert_after": "custom_in_stock",
			"description": "An item is in stock if its quantity is above this one.",
		},
		{
			"fieldname": "custom_parent_website_item",
			"label": "Parent Website Item",
			"fieldtype": "Link",
			"options": "Website Item",
			"insert_after": "custom_threshold_qty",
			"search_index": 1,
		},
		{
			"fieldname": "medusa_channels",
			"label": "Sales Channels",
			"fieldtype": "Table",
			"options": "Medusa Channel",
			"insert_after": "custom_parent_website_item",
			"description": "The storefronts that sell it, and no other. Empty: as the rows of Sales Channels in the Medusa Configuration say. For variants that are options of one product, the table of the template counts.",
		},
		{
			"fieldname": "medusa_storefront_section",
			"label": "Reviews and Wishlists",
			"fieldtype": "Section Break",
			"insert_after": "medusa_channels",
			"collapsible": 1,
		},
		{
			"fieldname": "custom_overall_rating",
			"label": "Overall Rating",
			"fieldtype": "Float",
			"insert_after": "medusa_storefront_section",
			"read_only": 1,
			"no_copy": 1,
		},
		{
			"fieldname": "custom_review",
			"label": "Reviews",
			"fieldtype": "Table",
			"options": "Website Item Review",
			"insert_after": "custom_overall_rating",
			"read_only": 1,
			"no_copy": 1,
		},
		{
			"fieldname": "custom_medusa_wishlist",
			"label": "Wishlists",
			"fieldtype": "Table",
			"options": "Medusa Wishlist",
			"insert_after": "custom_review",
			"read_only": 1,
			"no_copy": 1,
		},
		hidden("custom_skip_update_hook", "Skip Update Hook", "Check", "custom_medusa_wishlist"),
		hidden("medusa_hash", "Medusa Hash", "Data", "custom_skip_update_hook"),
		hidden("medusa_handle", "Medusa Handle", "Data", "medusa_hash"),
		hidden("medusa_prices", "Medusa Prices", "Long Text", "medusa_handle"),
		hidden("medusa_stock", "Medusa Stock", "Small Text", "medusa_prices"),
		hidden("medusa_sales_channel", "Medusa Sales Channel", "Small Text", "medusa_stock"),
		hidden("medusa_filled", "Medusa Filled Fields", "Small Text", "medusa_sales_channel"),
		hidden("medusa_variants", "Medusa Variants", "Long Text", "medusa_filled"),
	]


def _party_fields(insert_after: str) -> list[dict]:
	return [
		medusa_id("Medusa Customer Id", insert_after, unique=True),
		{
			"fieldname": "t_c_acceptance",
			"label": "Terms and Conditions Accepted",
			"fieldtype": "Check",
			"insert_after": "medusa_id",
			"depends_on": "eval:doc.medusa_id",
			"read_only": 1,
			"no_copy": 1,
		},
		hidden("medusa_copied_values", "Taken from Medusa", "Long Text", "t_c_acceptance"),
	]


def _main_customer() -> dict:
	return {
		"fieldname": "medusa_main_customer",
		"label": "First Customer",
		"fieldtype": "Link",
		"options": "Customer",
		"insert_after": "medusa_copied_values",
		"depends_on": "eval:doc.medusa_main_customer",
		"description": "The same buyer. ERPNext keeps the books of the first Customer in another currency; this one has the buyer's orders in all other currencies.",
		"search_index": 1,
		"read_only": 1,
		"no_copy": 1,
	}


def leave_to_workflow() -> None:
	"""Detach the Quotation's state field from the app, before the app's fields are deleted, if a Workflow
	uses it."""
	if workflow_of_quotations():
		ours = {"dt": "Quotation", "fieldname": "workflow_state", "module": MODULE}
		frappe.db.set_value("Custom Field", ours, "module", None)


def make_custom_fields() -> None:
	"""Create or update the fields; harmless to repeat."""
	create_custom_fields(custom_fields(), ignore_validate=True)
	_allow_tracking_on_submit()


def _allow_tracking_on_submit() -> None:
	"""Make the tracking fields editable after submission: the tracking number is known when the parcel is
	handed over."""
	meta = frappe.get_meta("Delivery Note")
	for field in TRACKING_FIELDS:
		present = meta.get_field(field)
		if present and not present.allow_on_submit:
			setter = make_property_setter("Delivery Note", field, "allow_on_submit", 1, "Check")
			setter.db_set("module", MODULE)
