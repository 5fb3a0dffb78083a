"""The public names: every dotted path that hooks, the scheduler, the Desk and other apps may call.

Each name is imported from the file that defines it. There is no logic here.

Source: docs/reference.md, "Document events", "Scheduled tasks", "Whitelisted calls" and "Bulk operations".
"""

from medusa_integration.customers.email_codes import expire_otps  # noqa: F401
from medusa_integration.customers.party_ids import keep_party_ids, party_after_rename  # noqa: F401
from medusa_integration.desk.bulk import (  # noqa: F401
	count_items,
	count_links,
	export_catalogue,
	get_sync_progress,
	hide_sync_progress,
	reset_links,
	sync_items,
	sync_missing_prices_to_medusa,
	sync_prices,
	sync_stock,
)
from medusa_integration.desk.customers import get_customer_link, search_medusa_leads  # noqa: F401
from medusa_integration.desk.forms import (  # noqa: F401
	discard_rows,
	get_access,
	get_choices,
	get_last_sync,
	get_linking,
	get_overview,
	get_sync_status,
	link_existing_products,
	make_signing_secret,
	retry_rows,
	sync_now,
	test_connection,
)
from medusa_integration.desk.inbox import (  # noqa: F401
	discard_inbox_rows,
	get_inbox_links,
	get_order_import,
	import_orders,
	read_sales_order,
	retry_inbox_rows,
)
from medusa_integration.desk.item_groups import update_all_item_groups  # noqa: F401
from medusa_integration.desk.lists import (  # noqa: F401
	count_failed_today,
	count_inbox_parked,
	count_parked,
	get_titles,
)
from medusa_integration.desk.quotations import fetch_standard_price, make_quotation_workflow  # noqa: F401
from medusa_integration.desk.sales_orders import export_sales_order, get_order_status  # noqa: F401
from medusa_integration.desk.same_email import get_same_email, join_same_email  # noqa: F401
from medusa_integration.desk.top_sellers import add_top_selling_items_to_collection  # noqa: F401
from medusa_integration.generation import cards_moved, website_item_moved  # noqa: F401
from medusa_integration.generation import documents_written as catalogue_written  # noqa: F401
from medusa_integration.generation import moved as catalogue_moved  # noqa: F401
from medusa_integration.operations.bulk import (  # noqa: F401
	export_all_item_groups,
	export_all_medusa_price_list,
	export_all_website_item,
	export_items_and_images,
	export_items_and_images_custom,
	export_items_batch,
	sync_changed_prices,
	update_all_website_item,
)
from medusa_integration.operations.links import (  # noqa: F401
	clear_all_item_group_id,
	clear_all_item_price_id,
	clear_all_website_image_id,
	clear_all_website_item_id,
)
from medusa_integration.operations.notices import mail_parked, tell_of_outage  # noqa: F401
from medusa_integration.orders.cancellations_to_medusa import cancel_in_medusa  # noqa: F401
from medusa_integration.orders.charges.order_breakup import keep_breakup, restore_breakup  # noqa: F401
from medusa_integration.orders.charges.shares import share_charges, share_mapped_charges  # noqa: F401
from medusa_integration.orders.goods.fulfillments_to_medusa import (  # noqa: F401
	fulfill_delivery_note,
	fulfill_sales_invoice,
	keep_fulfillment_id,
	parcel_on_change,
)
from medusa_integration.orders.goods.returns_to_medusa import return_delivery_note, return_sales_invoice  # noqa: F401
from medusa_integration.orders.money.captures_to_medusa import capture_in_medusa, keep_captured  # noqa: F401
from medusa_integration.orders.money.coupons import release_coupon  # noqa: F401
from medusa_integration.orders.money.receivables import set_receivable_account, take_advances  # noqa: F401
from medusa_integration.orders.money.settlements import settle_credit_note  # noqa: F401
from medusa_integration.orders.orders_from_medusa import take_up_submitted_order  # noqa: F401
from medusa_integration.orders.origin import (  # noqa: F401
	keep_origin,
	set_ecommerce_details_from_sales_order,
	take_over_transaction,
	validate_medusa_order_id,
)
from medusa_integration.orders.status_to_medusa import (  # noqa: F401
	export_delivery_note_on_update,
	export_overdue_orders,
	export_sales_invoice_on_update,
	export_sales_order_on_update,
	handle_payment_entry,
)
from medusa_integration.prices.prices_to_medusa import create_medusa_price_list, delete_medusa_price  # noqa: F401
from medusa_integration.products.collections_to_medusa import (  # noqa: F401
	delete_medusa_collection,
	item_group_after_rename,
	item_group_on_update,
)
from medusa_integration.products.customer_rows import keep_customer_rows, show_customer_rows  # noqa: F401
from medusa_integration.products.product_events import (  # noqa: F401
	brand_after_rename,
	delete_medusa_item,
	export_website_item,
	item_after_rename,
	item_group_merged,
	item_on_update,
	update_website_item,
	website_item_after_rename,
	website_item_validate,
)
from medusa_integration.products.review_votes import drop_review_votes  # noqa: F401
from medusa_integration.products.shop_items import (  # noqa: F401
	item_group_moved,
	price_list_on_update,
	queue_catalogue,
)
from medusa_integration.products.specifications import (  # noqa: F401
	drop_specifications,
	keep_specifications,
	merge_specifications,
)
from medusa_integration.quotations.quotation_mails import send_quotation_emails  # noqa: F401
from medusa_integration.quotations.quotation_states import cancel_rejected, lend_permission  # noqa: F401
from medusa_integration.quotations.quotations_to_medusa import export_quotation_on_update  # noqa: F401
from medusa_integration.stock.stock_to_medusa import (  # noqa: F401
	moved_in_medusa,
	sales_order_on_change,
	stock_ledger_entry_on_submit,
	update_webitem_stock,
	website_item_stock_validate,
)
from medusa_integration.storefront.access import answer_refused  # noqa: F401
from medusa_integration.storefront.account_mails import mail_code, mail_password_reset  # noqa: F401
from medusa_integration.storefront.accounts import (  # noqa: F401
	login,
	send_otp,
	send_password_reset_email,
	sign_up,
)
from medusa_integration.storefront.approval import update_quotation  # noqa: F401
from medusa_integration.storefront.brands import get_all_brands  # noqa: F401
from medusa_integration.storefront.catalogue import get_clearance_items, get_website_items  # noqa: F401
from medusa_integration.storefront.cors import allow_origin  # noqa: F401
from medusa_integration.storefront.coupons import verify_coupon  # noqa: F401
from medusa_integration.storefront.customers import (  # noqa: F401
	fetch_all_customers,
	insert_lead,
	update_address,
)
from medusa_integration.storefront.landing import (  # noqa: F401
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
from medusa_integration.storefront.landing_products import (  # noqa: F401
	get_dental_items,
	get_infection_control_items,
	get_medical_items,
	get_medical_laboratory_items,
	get_new_arrivals,
	get_recommended_items,
	get_top_sellers,
	get_trending_items,
)
from medusa_integration.storefront.navigation import get_menu  # noqa: F401
from medusa_integration.storefront.order_documents import get_order_documents  # noqa: F401
from medusa_integration.storefront.orders import get_sales_order_name, pay_now  # noqa: F401
from medusa_integration.storefront.pdf_links import open_pdf  # noqa: F401
from medusa_integration.storefront.pricing import get_medusa_prices  # noqa: F401
from medusa_integration.storefront.products import (  # noqa: F401
	get_distinct_specs,
	get_product_has_variants,
	get_website_image,
	get_website_variants,
)
from medusa_integration.storefront.quotations import (  # noqa: F401
	create_quotation,
	fetch_quotation_pdf_url,
	update_quotation_new,
)
from medusa_integration.storefront.relevant import (  # noqa: F401
	fetch_relevant_collection_products,
	fetch_relevant_items,
)
from medusa_integration.storefront.returns import (  # noqa: F401
	get_returnable_items,
	update_returned_items,
)
from medusa_integration.storefront.reviews import add_review_to_website_item, get_reviews  # noqa: F401
from medusa_integration.storefront.sign_ups import follow_sign_up  # noqa: F401
from medusa_integration.storefront.suggestions import (  # noqa: F401
	create_opportunity_contact,
	create_product_suggestion,
)
from medusa_integration.storefront.webhook import medusa_webhook  # noqa: F401
from medusa_integration.storefront.wishlist import handle_wishlist  # noqa: F401
from medusa_integration.storefront.wishlist_page import get_wishlist  # noqa: F401
from medusa_integration.sync.open_orders import read_open_orders  # noqa: F401
from medusa_integration.sync.polling import poll as poll_medusa  # noqa: F401
from medusa_integration.sync.polling import poll_due  # noqa: F401
from medusa_integration.sync.receiving import drain_inbox, drain_inbox_due  # noqa: F401
from medusa_integration.sync.sending import drain  # noqa: F401
from medusa_integration.sync.sending import drain_due as drain_outbox  # noqa: F401
from medusa_integration.sync.written_fields import keep_medusa_ids  # noqa: F401
from medusa_integration.window.clearance import fetch_clearance_items  # noqa: F401
from medusa_integration.window.landing_page import forget_website_item  # noqa: F401
