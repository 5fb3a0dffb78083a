"""The public names: every dotted path that hooks, the scheduler, the Desk and other apps may call. There is no logic here.

Source: docs/reference.md, "Document events", "Scheduled tasks", "Whitelisted calls" and "Bulk operations".
"""

# ruff: noqa: F401, F403, I001

# --- Document events: the contract's own names

from medusa_integration.orders.origin import set_ecommerce_details_from_sales_order, validate_medusa_order_id
from medusa_integration.orders.status_to_medusa import (
	export_delivery_note_on_update,
	export_sales_invoice_on_update,
	export_sales_order_on_update,
	handle_payment_entry,
)
from medusa_integration.prices.price_events import create_medusa_price_list, pricing_rule_changed
from medusa_integration.products.product_events import (
	delete_medusa_item,
	export_website_item,
	update_website_item,
)
from medusa_integration.quotations.quotations_to_medusa import export_quotation_on_update

# --- Document events: one function of events/ for each

from medusa_integration.events.batch import on_change as batch_on_change
from medusa_integration.events.brand import (
	after_rename as brand_after_rename,
	before_validate as brand_before_validate,
	on_trash as brand_on_trash,
	on_update as brand_on_update,
)
from medusa_integration.events.contact import before_validate as contact_before_validate
from medusa_integration.events.country import (
	after_rename as country_after_rename,
	on_update as country_on_update,
)
from medusa_integration.events.customer_group import (
	after_rename as customer_group_after_rename,
	on_trash as customer_group_on_trash,
	on_update as customer_group_on_update,
)
from medusa_integration.events.customer import (
	after_rename as customer_after_rename,
	before_validate as customer_before_validate,
	on_trash as customer_on_trash,
	on_update as customer_on_update,
)
from medusa_integration.events.customs_tariff_number import after_rename as customs_tariff_number_after_rename
from medusa_integration.events.delivery_note import (
	after_mapping as delivery_note_after_mapping,
	before_cancel as delivery_note_before_cancel,
	before_insert as delivery_note_before_insert,
	before_update_after_submit as delivery_note_before_update_after_submit,
	before_validate as delivery_note_before_validate,
	on_cancel as delivery_note_on_cancel,
	on_submit as delivery_note_on_submit,
	on_update_after_submit as delivery_note_on_update_after_submit,
)
from medusa_integration.events.delivery_trip import on_change as delivery_trip_on_change
from medusa_integration.events.file import (
	before_validate as file_before_validate,
	on_trash as file_on_trash,
	on_update as file_on_update,
)
from medusa_integration.events.item import (
	after_rename as item_after_rename,
	before_rename as item_before_rename,
	before_validate as item_before_validate,
	on_trash as item_on_trash,
	on_update as item_on_update,
)
from medusa_integration.events.item_attribute import (
	after_rename as item_attribute_after_rename,
	on_update as item_attribute_on_update,
)
from medusa_integration.events.item_group import (
	after_rename as item_group_after_rename,
	before_validate as item_group_before_validate,
	on_trash as item_group_on_trash,
	on_update as item_group_on_update,
)
from medusa_integration.events.item_price import (
	before_validate as item_price_before_validate,
	on_trash as item_price_on_trash,
	on_update as item_price_on_update,
)
from medusa_integration.events.lead import (
	after_rename as lead_after_rename,
	before_validate as lead_before_validate,
)
from medusa_integration.events.payment_entry import (
	before_submit as payment_entry_before_submit,
	before_validate as payment_entry_before_validate,
	on_cancel as payment_entry_on_cancel,
	on_submit as payment_entry_on_submit,
)
from medusa_integration.events.personal_data_deletion_request import (
	on_update as personal_data_deletion_request_on_update,
)
from medusa_integration.events.price_list import on_update as price_list_on_update
from medusa_integration.events.product_bundle import (
	on_trash as product_bundle_on_trash,
	on_update as product_bundle_on_update,
)
from medusa_integration.events.quotation import (
	before_submit as quotation_before_submit,
	before_validate as quotation_before_validate,
	on_change as quotation_on_change,
)
from medusa_integration.events.sales_invoice import (
	after_mapping as sales_invoice_after_mapping,
	before_cancel as sales_invoice_before_cancel,
	before_insert as sales_invoice_before_insert,
	before_update_after_submit as sales_invoice_before_update_after_submit,
	before_validate as sales_invoice_before_validate,
	on_cancel as sales_invoice_on_cancel,
	on_change as sales_invoice_on_change,
	on_submit as sales_invoice_on_submit,
)
from medusa_integration.events.sales_order import (
	before_validate as sales_order_before_validate,
	on_cancel as sales_order_on_cancel,
	on_change as sales_order_on_change,
	on_submit as sales_order_on_submit,
	on_update_after_submit as sales_order_on_update_after_submit,
)
from medusa_integration.events.shipment import on_change as shipment_on_change
from medusa_integration.events.stock_reservation_entry import on_change as stock_reservation_entry_on_change
from medusa_integration.events.stock_ledger_entry import on_submit as stock_ledger_entry_on_submit
from medusa_integration.events.uom import after_rename as uom_after_rename
from medusa_integration.events.uom_conversion_factor import (
	on_trash as uom_conversion_factor_on_trash,
	on_update as uom_conversion_factor_on_update,
)
from medusa_integration.events.website_item import (
	after_rename as website_item_after_rename,
	before_validate as website_item_before_validate,
	on_trash as website_item_on_trash,
	on_update as website_item_on_update,
	validate as website_item_validate,
)
from medusa_integration.events.website_route_meta import (
	on_trash as website_route_meta_on_trash,
	on_update as website_route_meta_on_update,
)
from medusa_integration.events.website_slideshow import (
	after_rename as website_slideshow_after_rename,
	on_trash as website_slideshow_on_trash,
	on_update as website_slideshow_on_update,
)

# --- Before and after each request, before each job

from medusa_integration.isolation import take_latest_rows
from medusa_integration.languages import begin_job
from medusa_integration.storefront.access import answer_refused
from medusa_integration.storefront.cors import allow_origin

# --- Scheduled tasks

from medusa_integration.customers.email_codes import expire_otps
from medusa_integration.desk.many_records import sync_missing_prices_to_medusa
from medusa_integration.desk.catalogue import add_top_selling_items_to_collection, update_all_item_groups
from medusa_integration.operations.bulk import export_items_and_images_custom, sync_changed_prices
from medusa_integration.operations.lost_products import queue_lost_products
from medusa_integration.prices.price_events import queue_all_prices, queue_groups as queue_customer_groups
from medusa_integration.operations.notices import mail_parked, tell_of_outage
from medusa_integration.orders.status_to_medusa import export_overdue_orders
from medusa_integration.products.product_events import queue_ended_items
from medusa_integration.products.channel_events import queue_channels
from medusa_integration.products.item_status import (
	keep_status_out_of_versions,
	refresh_daily as refresh_item_status,
)
from medusa_integration.quotations.quotation_mails import send_quotation_emails
from medusa_integration.stock.stock_to_medusa import update_webitem_stock
from medusa_integration.sync.open_orders import read_open_orders
from medusa_integration.sync.receiving import drain_inbox, drain_inbox_due
from medusa_integration.sync.sending import drain, drain_due as drain_outbox
from medusa_integration.window.clearance import fetch_clearance_items

# --- Background jobs

from medusa_integration.products.shop_items import item_group_moved, queue_catalogue
from medusa_integration.products.specifications import refill_templates
from medusa_integration.storefront.account_mails import mail_code, mail_password_reset
from medusa_integration.storefront.listing import count_listing
from medusa_integration.storefront.sign_ups import follow_sign_up
from medusa_integration.sync.polling import poll as poll_medusa, poll_due

# --- Called by the storefront's server: quotations, orders, customers

from medusa_integration.desk.sales_orders import export_sales_order
from medusa_integration.storefront.approval import update_quotation
from medusa_integration.storefront.customers import fetch_all_customers, insert_lead, update_address
from medusa_integration.storefront.order_documents import get_order_documents
from medusa_integration.storefront.orders import get_sales_order_name, pay_now, verify_coupon
from medusa_integration.storefront.pdf_links import open_pdf
from medusa_integration.storefront.pricing import get_medusa_prices
from medusa_integration.storefront.quotations import (
	create_quotation,
	fetch_quotation_pdf_url,
	update_quotation_new,
)
from medusa_integration.storefront.returns import get_returnable_items, update_returned_items
from medusa_integration.storefront.webhook import medusa_webhook

# --- Sign-up and login

from medusa_integration.storefront.accounts import login, send_otp, send_password_reset_email, sign_up

# --- Read by the storefront: the catalogue

from medusa_integration.storefront.brands import get_all_brands
from medusa_integration.storefront.catalogue import get_clearance_items, get_website_items
from medusa_integration.storefront.landing import (
	get_best_deals,
	get_homepage_banners,
	get_homepage_menu_section,
	get_homepage_order_list,
	get_homepage_top_section,
	get_product_details_banner,
	get_product_details_banner_item_group,
	get_testimonials,
	get_yt_videos_list,
)
from medusa_integration.storefront.landing_products import (
	get_dental_items,
	get_infection_control_items,
	get_medical_items,
	get_medical_laboratory_items,
	get_new_arrivals,
	get_recommended_items,
	get_top_sellers,
	get_trending_items,
)
from medusa_integration.storefront.navigation import get_menu
from medusa_integration.storefront.products import (
	get_distinct_specs,
	get_product_has_variants,
	get_shown_prices,
	get_website_image,
	get_website_variants,
)
from medusa_integration.storefront.relevant import fetch_relevant_collection_products, fetch_relevant_items
from medusa_integration.storefront.reviews import add_review_to_website_item, get_reviews
from medusa_integration.storefront.suggestions import create_opportunity_contact, create_product_suggestion
from medusa_integration.storefront.wishlist import get_wishlist, handle_wishlist

# --- Bulk operations

from medusa_integration.operations.bulk import (
	export_all_item_groups,
	export_all_medusa_price_list,
	export_all_website_item,
	export_items_and_images,
	export_items_batch,
	update_all_website_item,
)
from medusa_integration.operations.console import create_medusa_variant, export_item_group
from medusa_integration.operations.links import (
	clear_all_item_group_id,
	clear_all_item_price_id,
	clear_all_website_image_id,
	clear_all_website_item_id,
)

# --- The Desk's calls

from medusa_integration.desk.box_rows import (
	count_inbox_parked,
	count_parked,
	discard_inbox_rows,
	discard_rows,
	get_inbox_links,
	get_outage,
	get_rows_outcome,
	get_titles,
	retry_inbox_rows,
	retry_rows,
)
from medusa_integration.desk.many_records import (
	count_items,
	count_links,
	export_catalogue,
	get_sync_progress,
	hide_sync_progress,
	reset_links,
	sync_items,
	sync_prices,
	sync_stock,
)
from medusa_integration.desk.customers import get_customer_link, search_medusa_leads, unlink_deleted_account
from medusa_integration.desk.business_cards import (
	count_open_quotations,
	count_orders_today,
	count_undelivered,
	count_unpaid,
	get_state,
	sum_turnover_this_month,
)
from medusa_integration.desk.events import (
	get_last_event,
	get_last_event_details,
	get_test_event,
	send_test_event,
)
from medusa_integration.desk.forms import (
	get_choices,
	get_linking,
	get_overview,
	get_sync_status,
	get_unsaid_prices,
	link_existing_products,
	make_signing_secret,
	preview_field_map,
	preview_variants_become,
	sync_now,
	test_connection,
)
from medusa_integration.desk.imports import (
	get_order_import,
	get_product_import,
	import_orders,
	import_products,
)
from medusa_integration.desk.item_prices import get_price_status
from medusa_integration.desk.order_report import get_sales_channels
from medusa_integration.desk.product_page import get_product_page
from medusa_integration.desk.number_cards import count_failed_today, get_access, get_last_sync
from medusa_integration.desk.quotations import fetch_standard_price, make_quotation_workflow
from medusa_integration.desk.sales_orders import get_order_status, read_sales_order
from medusa_integration.desk.shop_documents import get_document_status
from medusa_integration.desk.same_email import get_same_email, join_same_email
from medusa_integration.desk.setup_steps import get_setup_steps

# --- Former names of functions that document events call, for hooks and scripts of other apps

from medusa_integration.former_names import *
