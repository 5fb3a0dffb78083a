"""Former names of functions that document events call, for hooks and scripts of other apps. api.py has them all.

A new function needs no name here: events/ calls it.
"""

# ruff: noqa: F401, I001

from medusa_integration.customers.erasing import erase_customer_rows
from medusa_integration.customers.further_accounts import keep_contact_ids
from medusa_integration.customers.party_ids import keep_party_ids, party_after_rename
from medusa_integration.generation import (
	cards_moved,
	moved as catalogue_moved,
	documents_written as catalogue_written,
	website_item_moved,
)
from medusa_integration.orders.cancellations_to_medusa import cancel_in_medusa
from medusa_integration.orders.charges.order_breakup import keep_breakup, restore_breakup
from medusa_integration.orders.charges.shares import share_charges, share_mapped_charges
from medusa_integration.orders.goods.delivery_events import (
	fulfill_delivery_note,
	fulfill_sales_invoice,
	keep_fulfillment_id,
	parcel_on_change,
)
from medusa_integration.orders.goods.returns_to_medusa import return_delivery_note, return_sales_invoice
from medusa_integration.orders.money.captures_to_medusa import capture_in_medusa, keep_captured
from medusa_integration.orders.money.coupons import release_coupon
from medusa_integration.orders.money.receivables import (
	keep_receivable_account,
	set_receivable_account,
	take_advances,
)
from medusa_integration.orders.money.rounding import settle_rounding
from medusa_integration.orders.money.settlements import settle_credit_note, settle_invoice
from medusa_integration.orders.orders_from_medusa import take_up_billed_order, take_up_submitted_order
from medusa_integration.orders.origin import keep_origin, take_over_transaction
from medusa_integration.orders.row_units import keep_unit_sizes
from medusa_integration.prices.price_events import (
	customer_changes_prices,
	delete_medusa_price,
	forget_price_groups,
	group_changes_prices,
	item_changes_prices,
	price_groups_renamed,
)
from medusa_integration.products.categories_to_medusa import delete_medusa_category
from medusa_integration.products.channel_events import (
	channels_change_listings,
	check_listed,
	group_changes_channels,
	item_price_changed,
)
from medusa_integration.products.collections_to_medusa import delete_medusa_collection
from medusa_integration.products.customer_rows import keep_customer_rows, show_customer_rows
from medusa_integration.products.detail_events import (
	route_meta_changed,
	weight_factor_changed,
	weight_unit_renamed,
)
from medusa_integration.products.product_events import item_group_merged, product_bundle_changed
from medusa_integration.products.review_votes import drop_review_votes
from medusa_integration.products.specifications import (
	drop_specifications,
	keep_specifications,
	merge_specifications,
)
from medusa_integration.quotations.quotation_states import cancel_rejected, lend_permission, show_submitted
from medusa_integration.stock.changed_bundles import tell_waiting_orders
from medusa_integration.stock.stock_events import moved_in_medusa, website_item_stock_validate
from medusa_integration.sync.written_fields import keep_medusa_ids
from medusa_integration.window.landing_page import forget_website_item
