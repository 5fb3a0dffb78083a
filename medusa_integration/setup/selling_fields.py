"""The fields of selling documents: Quotations, orders, and the documents made from orders.

Source: docs/reference.md, "Custom fields".
"""

import frappe

from medusa_integration import sold_units
from medusa_integration.setup.fields import MODULE, hidden, last_field, medusa_id, of_order


def selling_fields() -> dict[str, list[dict]]:
	"""`{DocType: [Custom Field]}`."""
	return {
		"Quotation": _quotation_fields(),
		"Quotation Item": [
			{
				"fieldname": "standard_price",
				"label": "Standard Price",
				"fieldtype": "Currency",
				"options": "currency",
				"insert_after": "price_list_rate",
				"read_only": 1,
			},
			_unit_size("Quotation Item"),
		],
		"Sales Order": _sales_order_fields(),
		"Sales Order Item": [
			# Searched whenever stock is sent.
			of_order(
				{
					**hidden("medusa_line_id", "Medusa Line Id", "Data", last_field("Sales Order Item")),
					"search_index": 1,
				}
			),
			_unit_size("Sales Order Item"),
		],
		"Sales Taxes and Charges": [
			of_order(hidden("medusa_charge", "Medusa Charge", "Data", last_field("Sales Taxes and Charges")))
		],
		"Sales Invoice": [
			*_shop_order_fields("Sales Invoice"),
			medusa_id("Medusa Return Id", "medusa_order_id", "medusa_return_id"),
			medusa_id("Medusa Refund Id", "medusa_return_id", "medusa_refund_id"),
			_discount("medusa_refund_id"),
			# Of an invoice that updates the stock.
			medusa_id("Medusa Fulfillment Id", "medusa_refund_id", "medusa_fulfillment_id"),
		],
		"Delivery Note": [
			*_shop_order_fields("Delivery Note"),
			medusa_id("Medusa Fulfillment Id", "medusa_order_id", "medusa_fulfillment_id"),
			medusa_id("Medusa Return Id", "medusa_fulfillment_id", "medusa_return_id"),
			_discount("medusa_return_id"),
			{
				"fieldname": "medusa_tracking_url",
				"label": "Tracking URL",
				"fieldtype": "Data",
				"options": "URL",
				"length": 1000,
				"insert_after": "lr_no",
				"description": "The page on which the shop's customer follows the parcel.",
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
				"insert_after": last_field("Payment Entry"),
				"depends_on": "eval:doc.medusa_transaction_id",
				"collapsible": 1,
			},
			# Of a capture or a refund, which is booked once.
			medusa_id("Medusa Transaction Id", "medusa_section", "medusa_transaction_id", unique=True),
			medusa_id("Medusa Order Id", "medusa_transaction_id", "medusa_order_id"),
		],
	}


def _unit_size(doctype: str) -> dict:
	"""The stock units in one of the units in which the shop sold a row's item."""
	return of_order(hidden(sold_units.SIZE_FIELD, "Medusa Unit Size", "Float", last_field(doctype)))


def _discount(insert_after: str) -> dict:
	"""A document's part of its orders' discount. It follows the quantities until a user sets another
	discount."""
	return of_order(
		{**hidden("medusa_discount", "Medusa Discount", "Currency", insert_after), "options": "currency"}
	)


def _shop_order_fields(doctype: str) -> list[dict]:
	"""A section of a selling document that came from the shop."""
	return [
		{
			"fieldname": "medusa_section",
			"label": "Medusa",
			"fieldtype": "Section Break",
			"insert_after": last_field(doctype),
			"depends_on": "eval:doc.from_ecommerce",
			"collapsible": 1,
		},
		{
			"fieldname": "from_ecommerce",
			"label": "From the Shop",
			"fieldtype": "Check",
			"insert_after": "medusa_section",
			"in_standard_filter": int(doctype in ("Sales Order", "Quotation")),
			"read_only": 1,
			"no_copy": 1,
			"print_hide": 1,
		},
		medusa_id("Medusa Order Id", "from_ecommerce", "medusa_order_id"),
	]


def _sales_order_fields() -> list[dict]:
	return [
		*_shop_order_fields("Sales Order"),
		of_order(hidden("medusa_charges", "Medusa Charges", "Long Text", "medusa_order_id")),
		of_order(hidden("medusa_copied_values", "Taken from Medusa", "Long Text", "medusa_charges")),
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
		medusa_id("Medusa Draft Order Id", "medusa_order_id", "medusa_draft_order_id"),
		medusa_id("Medusa Quotation Id", "medusa_draft_order_id", "medusa_quotation_id"),
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
	if frappe.db.exists("Custom Field", of_others) or workflow_of_quotations():
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


def workflow_of_quotations() -> bool:
	"""Whether a Workflow stores the state of Quotations in `workflow_state`."""
	return bool(
		frappe.db.exists("Workflow", {"document_type": "Quotation", "workflow_state_field": "workflow_state"})
	)
