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

# A background job of ours may write to a document while a user's request is about to lock it.
before_request = ["medusa_integration.api.take_latest_rows"]
# Frappe begins every job in English.
before_job = ["medusa_integration.api.begin_job"]
# Errors of Frappe's own get the storefront's documented body, and a storefront's pages may read public replies.
after_request = ["medusa_integration.api.answer_refused", "medusa_integration.api.allow_origin"]

# medusa_help.js: each of our forms has a question mark, which opens its page of the documentation; ERPNext's have it in their menu.
doctype_js = {
	"Website Item": [
		"public/js/medusa_links.js",
		"public/js/medusa_form.js",
		"public/js/medusa_tables.js",
		"public/js/website_item.js",
		"public/js/medusa_help.js",
	],
	"Item Price": ["public/js/medusa_links.js", "public/js/medusa_form.js", "public/js/item_price.js"],
	"Sales Order": [
		"public/js/medusa_links.js",
		"public/js/medusa_form.js",
		"public/js/medusa_progress.js",
		"public/js/sales_order.js",
		"public/js/medusa_help.js",
	],
	"Quotation": [
		"public/js/medusa_links.js",
		"public/js/medusa_form.js",
		"public/js/shop_document.js",
		"public/js/quotation.js",
		"public/js/medusa_help.js",
	],
	"Delivery Note": ["public/js/medusa_links.js", "public/js/medusa_form.js", "public/js/shop_document.js"],
	"Sales Invoice": ["public/js/medusa_links.js", "public/js/medusa_form.js", "public/js/shop_document.js"],
	"Payment Entry": ["public/js/medusa_links.js", "public/js/medusa_form.js", "public/js/shop_document.js"],
	"Customer": ["public/js/customer.js", "public/js/same_email.js", "public/js/medusa_help.js"],
	"Lead": ["public/js/same_email.js", "public/js/medusa_help.js"],
	"Medusa Configuration": [
		"public/js/medusa_progress.js",
		"public/js/medusa_tables.js",
		"public/js/medusa_configuration_accounts.js",
		"public/js/medusa_configuration_bulk.js",
		"public/js/medusa_configuration_fields.js",
		"public/js/medusa_configuration_orders.js",
		"public/js/medusa_configuration_prices.js",
		"public/js/medusa_configuration_products.js",
		"public/js/medusa_configuration_events.js",
		"public/js/medusa_configuration_setup.js",
		"public/js/medusa_pickers.js",
		"public/js/medusa_times.js",
		"public/js/medusa_help.js",
	],
	"Medusa Outbox": [
		"public/js/medusa_links.js",
		"public/js/medusa_progress.js",
		"public/js/medusa_row.js",
		"public/js/medusa_times.js",
		"public/js/medusa_help.js",
	],
	"Medusa Inbox": [
		"public/js/medusa_links.js",
		"public/js/medusa_progress.js",
		"public/js/medusa_row.js",
		"public/js/medusa_times.js",
		"public/js/medusa_help.js",
	],
	"Email OTP": "public/js/medusa_help.js",
	"Expiring Items": "public/js/medusa_help.js",
	"Homepage Landing": "public/js/medusa_help.js",
	"Medusa Customer Group": "public/js/medusa_help.js",
	"Medusa Request Log": "public/js/medusa_help.js",
	"Medusa Review Vote": "public/js/medusa_help.js",
	"Medusa Specification": "public/js/medusa_help.js",
	"Opportunity Contact": "public/js/medusa_help.js",
	"Product Collection": "public/js/medusa_help.js",
	"Product Suggestions": "public/js/medusa_help.js",
	"Website Coupon Code": "public/js/medusa_help.js",
}

doctype_list_js = {
	"Website Item": [
		"public/js/medusa_links.js",
		"public/js/medusa_progress.js",
		"public/js/website_item_list.js",
	],
	"Sales Order": "public/js/shop_list.js",
	"Quotation": "public/js/shop_list.js",
	"Customer": "public/js/shop_list.js",
	"Medusa Outbox": [
		"public/js/medusa_links.js",
		"public/js/medusa_progress.js",
		"public/js/medusa_list.js",
	],
	"Medusa Inbox": ["public/js/medusa_links.js", "public/js/medusa_progress.js", "public/js/medusa_list.js"],
	"Medusa Request Log": ["public/js/medusa_links.js", "public/js/medusa_list.js"],
}

extend_bootinfo = "medusa_integration.desk.setup_steps.tick_at_boot"

# The contract's own names, and at most one more entry for an event: a function of events/.
doc_events = {
	"Website Item": {
		"before_validate": "medusa_integration.api.website_item_before_validate",
		"validate": "medusa_integration.api.website_item_validate",
		"on_update": "medusa_integration.api.website_item_on_update",
		"after_rename": "medusa_integration.api.website_item_after_rename",
		"on_trash": [
			"medusa_integration.api.delete_medusa_item",
			"medusa_integration.api.website_item_on_trash",
		],
	},
	"Item": {
		"before_validate": "medusa_integration.api.item_before_validate",
		"on_update": "medusa_integration.api.item_on_update",
		"on_trash": "medusa_integration.api.item_on_trash",
		"before_rename": "medusa_integration.api.item_before_rename",
		"after_rename": "medusa_integration.api.item_after_rename",
	},
	"Item Attribute": {
		"on_update": "medusa_integration.api.item_attribute_on_update",
		"after_rename": "medusa_integration.api.item_attribute_after_rename",
	},
	"Item Price": {
		"before_validate": "medusa_integration.api.item_price_before_validate",
		"validate": "medusa_integration.api.create_medusa_price_list",
		"on_update": "medusa_integration.api.item_price_on_update",
		"on_trash": "medusa_integration.api.item_price_on_trash",
	},
	"Item Group": {
		"before_validate": "medusa_integration.api.item_group_before_validate",
		"on_update": "medusa_integration.api.item_group_on_update",
		"after_rename": "medusa_integration.api.item_group_after_rename",
		"on_trash": "medusa_integration.api.item_group_on_trash",
	},
	"Price List": {
		"on_update": "medusa_integration.api.price_list_on_update",
	},
	"Pricing Rule": {
		"on_update": "medusa_integration.api.pricing_rule_changed",
		"on_trash": "medusa_integration.api.pricing_rule_changed",
	},
	"Customer Group": {
		"on_update": "medusa_integration.api.customer_group_on_update",
		"after_rename": "medusa_integration.api.customer_group_after_rename",
		"on_trash": "medusa_integration.api.customer_group_on_trash",
	},
	"Brand": {
		"before_validate": "medusa_integration.api.brand_before_validate",
		"on_update": "medusa_integration.api.brand_on_update",
		"after_rename": "medusa_integration.api.brand_after_rename",
		"on_trash": "medusa_integration.api.brand_on_trash",
	},
	"File": {
		"before_validate": "medusa_integration.api.file_before_validate",
		"on_update": "medusa_integration.api.file_on_update",
		"on_trash": "medusa_integration.api.file_on_trash",
	},
	"Website Slideshow": {
		"on_update": "medusa_integration.api.website_slideshow_on_update",
		"after_rename": "medusa_integration.api.website_slideshow_after_rename",
		"on_trash": "medusa_integration.api.website_slideshow_on_trash",
	},
	"UOM": {
		"after_rename": "medusa_integration.api.uom_after_rename",
	},
	"UOM Conversion Factor": {
		"on_update": "medusa_integration.api.uom_conversion_factor_on_update",
		"on_trash": "medusa_integration.api.uom_conversion_factor_on_trash",
	},
	"Customs Tariff Number": {
		"after_rename": "medusa_integration.api.customs_tariff_number_after_rename",
	},
	"Website Route Meta": {
		"on_update": "medusa_integration.api.website_route_meta_on_update",
		"on_trash": "medusa_integration.api.website_route_meta_on_trash",
	},
	"Contact": {
		"before_validate": "medusa_integration.api.contact_before_validate",
	},
	"Country": {
		"on_update": "medusa_integration.api.country_on_update",
		"after_rename": "medusa_integration.api.country_after_rename",
	},
	"Customer": {
		"before_validate": "medusa_integration.api.customer_before_validate",
		"on_update": "medusa_integration.api.customer_on_update",
		"on_trash": "medusa_integration.api.customer_on_trash",
		"after_rename": "medusa_integration.api.customer_after_rename",
	},
	"Lead": {
		"before_validate": "medusa_integration.api.lead_before_validate",
		"after_rename": "medusa_integration.api.lead_after_rename",
	},
	"Stock Ledger Entry": {
		"on_submit": "medusa_integration.api.stock_ledger_entry_on_submit",
	},
	"Batch": {
		"on_change": "medusa_integration.api.batch_on_change",
	},
	"Stock Reservation Entry": {
		"on_change": "medusa_integration.api.stock_reservation_entry_on_change",
	},
	"Product Bundle": {
		"on_update": "medusa_integration.api.product_bundle_on_update",
		"on_trash": "medusa_integration.api.product_bundle_on_trash",
	},
	"Quotation": {
		"before_validate": "medusa_integration.api.quotation_before_validate",
		"on_update": "medusa_integration.api.export_quotation_on_update",
		"before_submit": "medusa_integration.api.quotation_before_submit",
		"on_change": "medusa_integration.api.quotation_on_change",
	},
	"Sales Order": {
		"before_insert": "medusa_integration.api.validate_medusa_order_id",
		"before_validate": "medusa_integration.api.sales_order_before_validate",
		"on_submit": [
			"medusa_integration.api.export_sales_order_on_update",
			"medusa_integration.api.sales_order_on_submit",
		],
		"on_update": "medusa_integration.api.export_sales_order_on_update",
		"on_update_after_submit": [
			"medusa_integration.api.sales_order_on_update_after_submit",
			"medusa_integration.api.export_sales_order_on_update",
		],
		"on_cancel": [
			"medusa_integration.api.export_sales_order_on_update",
			"medusa_integration.api.sales_order_on_cancel",
		],
		"on_change": "medusa_integration.api.sales_order_on_change",
	},
	"Sales Invoice": {
		"after_mapping": "medusa_integration.api.sales_invoice_after_mapping",
		"before_insert": [
			"medusa_integration.api.set_ecommerce_details_from_sales_order",
			"medusa_integration.api.sales_invoice_before_insert",
		],
		"before_validate": "medusa_integration.api.sales_invoice_before_validate",
		"before_update_after_submit": "medusa_integration.api.sales_invoice_before_update_after_submit",
		"before_cancel": "medusa_integration.api.sales_invoice_before_cancel",
		"on_submit": [
			"medusa_integration.api.export_sales_invoice_on_update",
			"medusa_integration.api.sales_invoice_on_submit",
		],
		"on_update_after_submit": "medusa_integration.api.export_sales_invoice_on_update",
		"on_cancel": [
			"medusa_integration.api.export_sales_invoice_on_update",
			"medusa_integration.api.sales_invoice_on_cancel",
		],
		"on_change": "medusa_integration.api.sales_invoice_on_change",
	},
	"Delivery Note": {
		"after_mapping": "medusa_integration.api.delivery_note_after_mapping",
		"before_insert": [
			"medusa_integration.api.delivery_note_before_insert",
			"medusa_integration.api.export_delivery_note_on_update",
		],
		"before_validate": "medusa_integration.api.delivery_note_before_validate",
		"before_update_after_submit": "medusa_integration.api.delivery_note_before_update_after_submit",
		"before_cancel": "medusa_integration.api.delivery_note_before_cancel",
		"on_submit": [
			"medusa_integration.api.export_delivery_note_on_update",
			"medusa_integration.api.delivery_note_on_submit",
		],
		"on_update_after_submit": "medusa_integration.api.delivery_note_on_update_after_submit",
		"on_cancel": [
			"medusa_integration.api.export_delivery_note_on_update",
			"medusa_integration.api.delivery_note_on_cancel",
		],
	},
	"Shipment": {
		"on_change": "medusa_integration.api.shipment_on_change",
	},
	"Delivery Trip": {
		"on_change": "medusa_integration.api.delivery_trip_on_change",
	},
	"Personal Data Deletion Request": {
		"on_update": "medusa_integration.api.personal_data_deletion_request_on_update",
	},
	"Payment Entry": {
		"before_validate": "medusa_integration.api.payment_entry_before_validate",
		"before_submit": "medusa_integration.api.payment_entry_before_submit",
		"after_insert": "medusa_integration.api.handle_payment_entry",
		"on_update": "medusa_integration.api.handle_payment_entry",
		"on_submit": [
			"medusa_integration.api.handle_payment_entry",
			"medusa_integration.api.payment_entry_on_submit",
		],
		"on_cancel": [
			"medusa_integration.api.handle_payment_entry",
			"medusa_integration.api.payment_entry_on_cancel",
		],
	},
}

# Frappe 16 adds our mixin to the DocType's class; 15 uses one override for each DocType, the last app's.
if hasattr(base_document, "_get_extended_class"):
	extend_doctype_class = {
		"Sales Order": ["medusa_integration.overrides.price_floor.EcommercePriceFloor"],
		"Sales Invoice": ["medusa_integration.overrides.price_floor.EcommercePriceFloor"],
		"Delivery Note": ["medusa_integration.overrides.price_floor.EcommercePriceFloor"],
	}
else:
	override_doctype_class = {
		"Sales Order": "medusa_integration.overrides.price_floor.SalesOrder",
		"Sales Invoice": "medusa_integration.overrides.price_floor.SalesInvoice",
		"Delivery Note": "medusa_integration.overrides.price_floor.DeliveryNote",
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
			"medusa_integration.api.refresh_item_status",
			"medusa_integration.api.fetch_clearance_items",
			"medusa_integration.api.add_top_selling_items_to_collection",
		],
	},
	"daily": ["medusa_integration.api.mail_parked", "medusa_integration.api.export_overdue_orders"],
	"daily_long": [
		"medusa_integration.api.queue_ended_items",
		"medusa_integration.api.queue_channels",
		"medusa_integration.api.queue_lost_products",
		"medusa_integration.api.queue_customer_groups",
		"medusa_integration.api.update_webitem_stock",
		"medusa_integration.api.read_open_orders",
	],
}

# Rows that name a document must not block its deletion.
ignore_links_on_delete = [
	"Medusa Outbox", "Medusa Inbox", "Medusa Request Log", "Medusa Specification", "Medusa Customer Group",
]  # fmt: skip
default_log_clearing_doctypes = {"Medusa Request Log": 30, "Email OTP": 30}

# What Frappe's Personal Data Download Request and Personal Data Deletion Request find of a person, by e-mail. Customers, reviews and
# wishlists are erased by customers/erasing.py.
user_data_fields = [
	{
		"doctype": "Lead",
		"filter_by": "email_id",
		"redact_fields": [
			"lead_name", "title", "first_name", "middle_name", "last_name", "phone", "mobile_no", "whatsapp_no", "city",
		],
	},
	{"doctype": "Customer", "filter_by": "email_id"},
	{"doctype": "Opportunity Contact", "filter_by": "email", "redact_fields": ["first_name", "mobile_no", "city"]},
	{"doctype": "Email OTP", "filter_by": "email", "redact_fields": ["ip"]},
	{"doctype": "Medusa Request Log", "strict": True},
	{"doctype": "Medusa Inbox", "strict": True},
]  # fmt: skip
