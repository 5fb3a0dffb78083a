"""The fields that the integration adds to ERPNext's and Frappe's DocTypes.

Source: docs/reference.md, "Custom fields".
"""

import frappe
from frappe.custom.doctype.custom_field.custom_field import create_custom_fields
from frappe.custom.doctype.property_setter.property_setter import make_property_setter

from medusa_integration.outbound import item_status

MODULE = "Medusa Integration"
TRACKING_FIELDS = ("lr_no", "lr_date", "transporter", "transporter_name", "vehicle_no")


def _medusa_id(label: str, insert_after: str, fieldname: str = "medusa_id", *, unique: bool = False) -> dict:
	return {
		"fieldname": fieldname,
		"label": label,
		"fieldtype": "Data",
		"insert_after": insert_after,
		"depends_on": f"eval:doc.{fieldname}",
		"read_only": 1,
		"no_copy": 1,
		"search_index": int(not unique),  # a unique field has an index of its own
		"unique": int(unique),
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


def _of_order(field: dict) -> dict:
	"""A field that an amended order, or the documents made from an order, have too."""
	return {**field, "no_copy": 0}


def _discount(insert_after: str) -> dict:
	"""The part of its orders' discount that a document has. It follows the quantities until somebody sets another one."""
	return _of_order(
		{**_hidden("medusa_discount", "Medusa Discount", "Currency", insert_after), "options": "currency"}
	)


def custom_fields() -> dict[str, list[dict]]:
	"""`{DocType: [Custom Field]}`, all marked with the app's module."""
	fields = {
		"Website Item": _website_item_fields(),
		"Item": [
			_medusa_id("Medusa Product Id", "country_of_origin", unique=True),
			_medusa_id("Medusa Variant Id", "medusa_id", "medusa_variant_id", unique=True),
		],
		"Item Group": [
			_medusa_id("Medusa Collection Id", "is_group", unique=True),
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
			_medusa_id("Medusa Price Id", "medusa_id", "medusa_price_id", unique=True),
		],
		"Brand": [_medusa_id("Medusa Id", "brand")],
		"File": [_medusa_id("Medusa Id", "file_url")],
		"Customer": _party_fields("territory"),
		"Lead": _party_fields("status"),
		"Quotation": _quotation_fields(),
		"Quotation Item": [
			{
				"fieldname": "standard_price",
				"label": "Standard Price",
				"fieldtype": "Currency",
				"options": "currency",
				"insert_after": "price_list_rate",
				"read_only": 1,
			}
		],
		"Sales Order": _sales_order_fields(),
		"Sales Order Item": [
			# Searched whenever stock is sent.
			_of_order(
				{
					**_hidden("medusa_line_id", "Medusa Line Id", "Data", _last_field("Sales Order Item")),
					"search_index": 1,
				}
			)
		],
		"Sales Taxes and Charges": [
			_of_order(
				_hidden("medusa_charge", "Medusa Charge", "Data", _last_field("Sales Taxes and Charges"))
			)
		],
		"Sales Invoice": [
			*_shop_order_fields("Sales Invoice"),
			_medusa_id("Medusa Return Id", "medusa_order_id", "medusa_return_id"),
			_medusa_id("Medusa Refund Id", "medusa_return_id", "medusa_refund_id"),
			_discount("medusa_refund_id"),
			# Of one that updates the stock.
			_medusa_id("Medusa Fulfillment Id", "medusa_refund_id", "medusa_fulfillment_id"),
		],
		"Delivery Note": [
			*_shop_order_fields("Delivery Note"),
			_medusa_id("Medusa Fulfillment Id", "medusa_order_id", "medusa_fulfillment_id"),
			_medusa_id("Medusa Return Id", "medusa_fulfillment_id", "medusa_return_id"),
			_discount("medusa_return_id"),
			{
				"fieldname": "medusa_tracking_url",
				"label": "Tracking URL",
				"fieldtype": "Data",
				"options": "URL",
				"length": 1000,
				"insert_after": "lr_no",
				"description": "Where the shop's customer follows the parcel.",
				"depends_on": "eval:doc.from_ecommerce",
				"allow_on_submit": 1,
				"no_copy": 1,
				"translatable": 0,
			},
		],
		"Payment Entry": [
			{
				"fieldname": "medusa_section",
				"label": "Medusa",
				"fieldtype": "Section Break",
				"insert_after": _last_field("Payment Entry"),
				"depends_on": "eval:doc.medusa_transaction_id",
				"collapsible": 1,
			},
			# Of a capture or a refund, which is booked once.
			_medusa_id("Medusa Transaction Id", "medusa_section", "medusa_transaction_id", unique=True),
			_medusa_id("Medusa Order Id", "medusa_transaction_id", "medusa_order_id"),
		],
		"Address": [_medusa_id("Medusa Address Id", _last_field("Address"))],
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
		_medusa_id("Medusa Product Id", "medusa_section", unique=True),
		_medusa_id("Medusa Variant Id", "medusa_id", "medusa_variant_id", unique=True),
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
			"insert_after": "medusa_synced_on",
			"description": "Where the product stands. Parked: see the Medusa Outbox for the reason.",
			"read_only": 1,
			"no_copy": 1,
			"in_list_view": 1,
			"in_standard_filter": 1,
		},
		{"fieldname": "medusa_column", "fieldtype": "Column Break", "insert_after": "medusa_status"},
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
		_hidden("medusa_handle", "Medusa Handle", "Data", "medusa_hash"),
		_hidden("medusa_prices", "Medusa Prices", "Long Text", "medusa_handle"),
		_hidden("medusa_stock", "Medusa Stock", "Small Text", "medusa_prices"),
	]


def _party_fields(insert_after: str) -> list[dict]:
	return [
		_medusa_id("Medusa Customer Id", insert_after, unique=True),
		{
			"fieldname": "t_c_acceptance",
			"label": "Terms and Conditions Accepted",
			"fieldtype": "Check",
			"insert_after": "medusa_id",
			"depends_on": "eval:doc.medusa_id",
			"read_only": 1,
			"no_copy": 1,
		},
		_hidden("medusa_updated_on", "Taken from Medusa", "Long Text", "t_c_acceptance"),
	]


def _shop_order_fields(doctype: str) -> list[dict]:
	"""A section of a selling document that came from the shop."""
	return [
		{
			"fieldname": "medusa_section",
			"label": "Medusa",
			"fieldtype": "Section Break",
			"insert_after": _last_field(doctype),
			"depends_on": "eval:doc.from_ecommerce",
			"collapsible": 1,
		},
		{
			"fieldname": "from_ecommerce",
			"label": "From the Shop",
			"fieldtype": "Check",
			"insert_after": "medusa_section",
			"read_only": 1,
			"no_copy": 1,
			"print_hide": 1,
		},
		_medusa_id("Medusa Order Id", "from_ecommerce", "medusa_order_id"),
	]


def _sales_order_fields() -> list[dict]:
	return [
		*_shop_order_fields("Sales Order"),
		_of_order(_hidden("medusa_charges", "Medusa Charges", "Long Text", "medusa_order_id")),
		{
			"fieldname": "custom_is_courier_required",
			"label": "Courier Required",
			"fieldtype": "Check",
			"insert_after": "medusa_order_id",
			"read_only": 1,
			"no_copy": 1,
		},
		{
			"fieldname": "custom_location_and_contact_no",
			"label": "Location and Contact Number",
			"fieldtype": "Small Text",
			"insert_after": "custom_is_courier_required",
			"read_only": 1,
			"no_copy": 1,
			"translatable": 0,
		},
		{
			"fieldname": "custom_returned_items",
			"label": "Returned Items",
			"fieldtype": "Table",
			"options": "Returned Sales Order Item",
			"insert_after": "custom_location_and_contact_no",
			"read_only": 1,
			"no_copy": 1,
			"allow_on_submit": 1,
		},
	]


def _quotation_fields() -> list[dict]:
	return [
		*_shop_order_fields("Quotation"),
		_medusa_id("Medusa Draft Order Id", "medusa_order_id", "medusa_draft_order_id"),
		_medusa_id("Medusa Quotation Id", "medusa_draft_order_id", "medusa_quotation_id"),
		{
			"fieldname": "custom_increased_items",
			"label": "Increased Items",
			"fieldtype": "Table",
			"options": "Increased Items",
			"insert_after": "medusa_quotation_id",
			"read_only": 1,
			"no_copy": 1,
		},
		{
			"fieldname": "unapproved_items",
			"label": "Unapproved Items",
			"fieldtype": "Table",
			"options": "Unapproved Quotation Item",
			"insert_after": "custom_increased_items",
			"read_only": 1,
			"no_copy": 1,
		},
		*_workflow_state(),
	]


def _workflow_state() -> list[dict]:
	"""The state of a Quotation, unless a workflow has made the field. An Autocomplete field takes any state, so a workflow
	that is made later may name its own."""
	of_others = {"dt": "Quotation", "fieldname": "workflow_state", "module": ("!=", MODULE)}
	if frappe.db.exists("Custom Field", of_others) or _workflow_of_quotations():
		return []
	return [
		{
			"fieldname": "workflow_state",
			"label": "Workflow State",
			"fieldtype": "Autocomplete",
			"options": "Draft\nReady for Customer Review\nApproved\nRejected",
			"insert_after": "unapproved_items",
			"allow_on_submit": 1,
			"no_copy": 1,
			"translatable": 0,
		}
	]


def _workflow_of_quotations() -> bool:
	return bool(
		frappe.db.exists("Workflow", {"document_type": "Quotation", "workflow_state_field": "workflow_state"})
	)


def leave_to_workflow() -> None:
	"""Leave the state to a workflow that uses it, before the app's fields are deleted."""
	if _workflow_of_quotations():
		ours = {"dt": "Quotation", "fieldname": "workflow_state", "module": MODULE}
		frappe.db.set_value("Custom Field", ours, "module", None)


def _last_field(doctype: str) -> str:
	"""The field after which a section of ours is inserted: the last one, because a section takes in all fields that follow
	it. A tab at the end shows the connections, and has no fields."""
	return frappe.db.get_value(
		"DocField",
		{"parent": doctype, "fieldtype": ("!=", "Tab Break")},
		"fieldname",
		order_by="idx desc",
	)


def make_custom_fields() -> None:
	"""Create or update the fields; harmless to repeat."""
	create_custom_fields(custom_fields(), ignore_validate=True)
	_allow_tracking_on_submit()


def _allow_tracking_on_submit() -> None:
	"""The tracking number is known when the parcel is handed over, after the Delivery Note was submitted."""
	meta = frappe.get_meta("Delivery Note")
	for field in TRACKING_FIELDS:
		present = meta.get_field(field)
		if present and not present.allow_on_submit:
			setter = make_property_setter("Delivery Note", field, "allow_on_submit", 1, "Check")
			setter.db_set("module", MODULE)
