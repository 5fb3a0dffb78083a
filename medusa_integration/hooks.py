from frappe.model import base_document

app_name = "medusa_integration"
app_title = "Medusa Integration"
app_publisher = "Medusa Integration contributors"
app_description = "Keeps an ERPNext company and a Medusa shop in step"
app_email = "medusa-integration@example.com"
app_license = "mit"
required_apps = ["frappe/erpnext", "frappe/webshop"]

after_install = "medusa_integration.setup.install.after_install"
after_migrate = "medusa_integration.setup.install.after_migrate"
setup_wizard_complete = "medusa_integration.setup.install.after_setup_wizard"
before_uninstall = "medusa_integration.setup.uninstall.before_uninstall"
after_uninstall = "medusa_integration.setup.uninstall.after_uninstall"

# Errors of Frappe's own get the storefront's documented body, and a storefront's pages may read public replies.
after_request = ["medusa_integration.api.answer_refused", "medusa_integration.api.allow_origin"]

doctype_js = {
	"Website Item": ["public/js/medusa_form.js", "public/js/website_item.js"],
	"Sales Order": ["public/js/medusa_form.js", "public/js/sales_order.js"],
	"Customer": ["public/js/customer.js", "public/js/same_email.js"],
	"Lead": "public/js/same_email.js",
	"Medusa Configuration": [
		"public/js/medusa_progress.js",
		"public/js/medusa_configuration_bulk.js",
		"public/js/medusa_configuration_orders.js",
	],
	"Medusa Outbox": "public/js/medusa_row.js",
	"Medusa Inbox": "public/js/medusa_row.js",
}
doctype_list_js = {
	"Website Item": ["public/js/medusa_progress.js", "public/js/website_item_list.js"],
	"Medusa Outbox": "public/js/medusa_list.js",
	"Medusa Inbox": "public/js/medusa_list.js",
	"Medusa Request Log": "public/js/medusa_list.js",
}

doc_events = {
	"Website Item": {
		"before_validate": [
			"medusa_integration.api.keep_customer_rows",
			"medusa_integration.api.keep_medusa_ids",
		],
		"validate": [
			"medusa_integration.api.website_item_validate",
			"medusa_integration.api.website_item_stock_validate",
		],
		"on_update": [
			"medusa_integration.api.show_customer_rows",
			"medusa_integration.api.keep_specifications",
			"medusa_integration.api.website_item_moved",
		],
		"after_rename": [
			"medusa_integration.api.website_item_after_rename",
			"medusa_integration.api.merge_specifications",
		],
		"on_trash": [
			"medusa_integration.api.delete_medusa_item",
			"medusa_integration.api.drop_specifications",
			"medusa_integration.api.drop_review_votes",
			"medusa_integration.api.forget_website_item",
			"medusa_integration.api.catalogue_moved",
		],
	},
	"Item": {
		"before_validate": "medusa_integration.api.keep_medusa_ids",
		"on_update": "medusa_integration.api.item_on_update",
		"after_rename": "medusa_integration.api.item_after_rename",
	},
	"Item Price": {
		"before_validate": "medusa_integration.api.keep_medusa_ids",
		"validate": "medusa_integration.api.create_medusa_price_list",
		"on_update": "medusa_integration.api.cards_moved",
		"on_trash": ["medusa_integration.api.delete_medusa_price", "medusa_integration.api.cards_moved"],
	},
	"Item Group": {
		"before_validate": "medusa_integration.api.keep_medusa_ids",
		"on_update": [
			"medusa_integration.api.item_group_on_update",
			"medusa_integration.api.item_group_moved",
			"medusa_integration.api.catalogue_moved",
		],
		"after_rename": [
			"medusa_integration.api.item_group_after_rename",
			"medusa_integration.api.item_group_merged",
			"medusa_integration.api.catalogue_moved",
		],
		"on_trash": [
			"medusa_integration.api.delete_medusa_collection",
			"medusa_integration.api.catalogue_moved",
		],
	},
	"Price List": {
		"on_update": [
			"medusa_integration.api.price_list_on_update",
			"medusa_integration.api.cards_moved",
		],
	},
	"Brand": {
		"before_validate": "medusa_integration.api.keep_medusa_ids",
		"on_update": "medusa_integration.api.catalogue_moved",
		"after_rename": [
			"medusa_integration.api.brand_after_rename",
			"medusa_integration.api.catalogue_moved",
		],
		"on_trash": "medusa_integration.api.catalogue_moved",
	},
	"Medusa Configuration": {"on_update": "medusa_integration.api.catalogue_moved"},
	"Homepage Landing": {"on_update": "medusa_integration.api.catalogue_moved"},
	"File": {"before_validate": "medusa_integration.api.keep_medusa_ids"},
	"Customer": {
		"before_validate": "medusa_integration.api.keep_party_ids",
		"after_rename": "medusa_integration.api.party_after_rename",
	},
	"Lead": {
		"before_validate": "medusa_integration.api.keep_party_ids",
		"after_rename": "medusa_integration.api.party_after_rename",
	},
	"Stock Ledger Entry": {"on_submit": "medusa_integration.api.stock_ledger_entry_on_submit"},
	"Quotation": {
		"before_validate": ["medusa_integration.api.keep_origin", "medusa_integration.api.lend_permission"],
		"on_update": "medusa_integration.api.export_quotation_on_update",
		"on_change": "medusa_integration.api.cancel_rejected",
	},
	# on_change too: other documents, and the buttons of the form, set a status without a save.
	"Sales Order": {
		"before_insert": "medusa_integration.api.validate_medusa_order_id",
		"before_validate": ["medusa_integration.api.keep_origin", "medusa_integration.api.keep_breakup"],
		"on_submit": [
			"medusa_integration.api.export_sales_order_on_update",
			"medusa_integration.api.take_up_submitted_order",
		],
		"on_update": "medusa_integration.api.export_sales_order_on_update",
		"on_update_after_submit": [
			"medusa_integration.api.restore_breakup",
			"medusa_integration.api.export_sales_order_on_update",
		],
		"on_cancel": [
			"medusa_integration.api.export_sales_order_on_update",
			"medusa_integration.api.release_coupon",
			"medusa_integration.api.cancel_in_medusa",
		],
		"on_change": [
			"medusa_integration.api.export_sales_order_on_update",
			"medusa_integration.api.sales_order_on_change",
		],
		# Not an event of Frappe's: orders/goods/fulfillments_from_medusa.py runs it.
		"moved_in_medusa": "medusa_integration.api.moved_in_medusa",
	},
	"Sales Invoice": {
		"after_mapping": "medusa_integration.api.share_mapped_charges",
		"before_insert": [
			"medusa_integration.api.set_ecommerce_details_from_sales_order",
			"medusa_integration.api.set_receivable_account",
			"medusa_integration.api.take_advances",
		],
		"before_validate": ["medusa_integration.api.keep_origin", "medusa_integration.api.share_charges"],
		"before_update_after_submit": "medusa_integration.api.keep_fulfillment_id",
		"before_cancel": "medusa_integration.api.keep_fulfillment_id",
		"on_submit": [
			"medusa_integration.api.export_sales_invoice_on_update",
			"medusa_integration.api.settle_credit_note",
			"medusa_integration.api.fulfill_sales_invoice",
			"medusa_integration.api.return_sales_invoice",
		],
		"on_update_after_submit": "medusa_integration.api.export_sales_invoice_on_update",
		"on_cancel": [
			"medusa_integration.api.export_sales_invoice_on_update",
			"medusa_integration.api.fulfill_sales_invoice",
		],
		"on_change": "medusa_integration.api.export_sales_invoice_on_update",
	},
	"Delivery Note": {
		"after_mapping": "medusa_integration.api.share_mapped_charges",
		"before_insert": [
			"medusa_integration.api.set_ecommerce_details_from_sales_order",
			"medusa_integration.api.export_delivery_note_on_update",
		],
		"before_validate": ["medusa_integration.api.keep_origin", "medusa_integration.api.share_charges"],
		"before_update_after_submit": "medusa_integration.api.keep_fulfillment_id",
		"before_cancel": "medusa_integration.api.keep_fulfillment_id",
		"on_submit": [
			"medusa_integration.api.export_delivery_note_on_update",
			"medusa_integration.api.fulfill_delivery_note",
			"medusa_integration.api.return_delivery_note",
		],
		"on_update_after_submit": "medusa_integration.api.fulfill_delivery_note",
		"on_cancel": [
			"medusa_integration.api.export_delivery_note_on_update",
			"medusa_integration.api.fulfill_delivery_note",
		],
	},
	"Shipment": {"on_change": "medusa_integration.api.parcel_on_change"},
	"Delivery Trip": {"on_change": "medusa_integration.api.parcel_on_change"},
	"Payment Entry": {
		"before_validate": "medusa_integration.api.keep_origin",
		"before_submit": "medusa_integration.api.take_over_transaction",
		"after_insert": "medusa_integration.api.handle_payment_entry",
		"on_update": "medusa_integration.api.handle_payment_entry",
		"on_submit": [
			"medusa_integration.api.handle_payment_entry",
			"medusa_integration.api.capture_in_medusa",
		],
		"on_cancel": [
			"medusa_integration.api.handle_payment_entry",
			"medusa_integration.api.keep_captured",
		],
	},
}

# Not a hook of Frappe's: delivery/documents.py runs it.
medusa_documents_written = ["medusa_integration.api.catalogue_written"]

# Frappe 16 adds our mixin to the DocType's class; 15 uses one override for each DocType, the last app's.
_price_floor = "medusa_integration.overrides.price_floor"
if hasattr(base_document, "_get_extended_class"):
	extend_doctype_class = {
		doctype: [f"{_price_floor}.EcommercePriceFloor"]
		for doctype in ("Sales Order", "Sales Invoice", "Delivery Note")
	}
else:
	override_doctype_class = {
		"Sales Order": f"{_price_floor}.SalesOrder",
		"Sales Invoice": f"{_price_floor}.SalesInvoice",
		"Delivery Note": f"{_price_floor}.DeliveryNote",
	}

scheduler_events = {
	"cron": {
		"* * * * *": [
			"medusa_integration.api.drain_outbox",
			"medusa_integration.api.drain_inbox_due",
			"medusa_integration.api.poll_due",
			"medusa_integration.api.tell_of_outage",
			"medusa_integration.api.send_quotation_emails",
			"medusa_integration.api.expire_otps",
		],
		"0 1 * * *": [
			"medusa_integration.api.export_items_and_images_custom",
			"medusa_integration.api.sync_missing_prices_to_medusa",
			"medusa_integration.api.sync_changed_prices",
			"medusa_integration.api.fetch_clearance_items",
			"medusa_integration.api.add_top_selling_items_to_collection",
		],
	},
	"daily": ["medusa_integration.api.mail_parked", "medusa_integration.api.export_overdue_orders"],
	"daily_long": [
		"medusa_integration.api.update_webitem_stock",
		"medusa_integration.api.read_open_orders",
	],
}

# Rows that name a document must not block its deletion.
ignore_links_on_delete = ["Medusa Outbox", "Medusa Inbox", "Medusa Request Log", "Medusa Specification"]
default_log_clearing_doctypes = {"Medusa Request Log": 30, "Email OTP": 30}
