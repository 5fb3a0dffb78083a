"""The fields of contract section 1.2 that the integration adds to ERPNext's and Frappe's DocTypes."""

import frappe
from frappe.custom.doctype.custom_field.custom_field import create_custom_fields

MODULE = "Medusa Integration"


def _medusa_id(label: str, insert_after: str, fieldname: str = "medusa_id") -> dict:
	return {
		"fieldname": fieldname,
		"label": label,
		"fieldtype": "Data",
		"insert_after": insert_after,
		"depends_on": f"eval:doc.{fieldname}",
		"read_only": 1,
		"no_copy": 1,
		"search_index": 1,
		"translatable": 0,
	}


def _hidden(fieldname: str, label: str, fieldtype: str, insert_after: str) -> dict:
	return {
		"fieldname": fieldname,
		"label": label,
		"fieldtype": fieldtype,
		"insert_after": insert_after,
		"hidden": 1,
		"read_only": 1,
		"no_copy": 1,
		"print_hide": 1,
		"report_hide": 1,
	}


def custom_fields() -> dict[str, list[dict]]:
	"""`{DocType: [Custom Field]}`, all marked with the app's module."""
	fields = {
		"Website Item": _website_item_fields(),
		"Item": [
			_medusa_id("Medusa Product Id", "country_of_origin"),
			_medusa_id("Medusa Variant Id", "medusa_id", "medusa_variant_id"),
		],
		"Item Group": [
			_medusa_id("Medusa Collection Id", "is_group"),
			{
				"fieldname": "custom_medusa_route",
				"label": "Medusa Route",
				"fieldtype": "Small Text",
				"insert_after": "medusa_id",
				"read_only": 1,
				"no_copy": 1,
				"translatable": 0,
			},
		],
		"Item Price": [
			_medusa_id("Medusa Price List Id", "reference"),
			_medusa_id("Medusa Price Id", "medusa_id", "medusa_price_id"),
		],
		"Brand": [_medusa_id("Medusa Id", "brand")],
		"File": [_medusa_id("Medusa Id", "file_url")],
	}
	return {dt: [{**field, "module": MODULE} for field in rows] for dt, rows in fields.items()}


def _website_item_fields() -> list[dict]:
	return [
		{
			"fieldname": "medusa_section",
			"label": "Medusa",
			"fieldtype": "Section Break",
			"insert_after": _last_field("Website Item"),
			"collapsible": 1,
		},
		_medusa_id("Medusa Product Id", "medusa_section"),
		_medusa_id("Medusa Variant Id", "medusa_id", "medusa_variant_id"),
		{
			"fieldname": "medusa_synced_on",
			"label": "Last Sent to Medusa",
			"fieldtype": "Datetime",
			"insert_after": "medusa_variant_id",
			"read_only": 1,
			"no_copy": 1,
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
			"description": "In stock means: more than this.",
		},
		{
			"fieldname": "custom_parent_website_item",
			"label": "Parent Website Item",
			"fieldtype": "Link",
			"options": "Website Item",
			"insert_after": "custom_threshold_qty",
		},
		{
			"fieldname": "medusa_storefront_section",
			"label": "Reviews and Wishlists",
			"fieldtype": "Section Break",
			"insert_after": "custom_parent_website_item",
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
		_hidden("custom_skip_update_hook", "Skip Update Hook", "Check", "custom_medusa_wishlist"),
		_hidden("medusa_hash", "Medusa Hash", "Data", "custom_skip_update_hook"),
		_hidden("medusa_prices", "Medusa Prices", "Long Text", "medusa_hash"),
		_hidden("medusa_stock", "Medusa Stock", "Small Text", "medusa_prices"),
	]


def _last_field(doctype: str) -> str:
	"""A section of our own goes to the end: anywhere else it would take in the fields that follow it."""
	return frappe.db.get_value("DocField", {"parent": doctype}, "fieldname", order_by="idx desc")


def make_custom_fields() -> None:
	"""Create or update the fields; harmless to repeat."""
	create_custom_fields(custom_fields(), ignore_validate=True)
