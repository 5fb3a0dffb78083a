"""The public surface: every dotted path that hooks, the scheduler, the Desk and other people's code may call.

No logic of its own: each name is imported from the file that is about it, or is one line that leads there.
"""

from medusa_integration.desk import (  # noqa: F401
	get_choices,
	get_overview,
	get_sync_status,
	retry_rows,
	sync_now,
	test_connection,
)
from medusa_integration.sync.collections import (  # noqa: F401
	delete_medusa_collection,
	item_group_after_rename,
	item_group_on_update,
)
from medusa_integration.sync.drain import drain_due as drain_outbox  # noqa: F401
from medusa_integration.sync.orders import (  # noqa: F401
	export_delivery_note_on_update,
	export_overdue_orders,
	export_sales_invoice_on_update,
	export_sales_order,
	export_sales_order_on_update,
	handle_payment_entry,
	set_ecommerce_details_from_sales_order,
	validate_medusa_order_id,
)
from medusa_integration.sync.prices import create_medusa_price_list, delete_medusa_price  # noqa: F401
from medusa_integration.sync.products import (  # noqa: F401
	brand_after_rename,
	delete_medusa_item,
	export_website_item,
	item_after_rename,
	item_on_update,
	update_website_item,
	website_item_after_rename,
	website_item_validate,
)
from medusa_integration.sync.quotations import export_quotation_on_update  # noqa: F401
from medusa_integration.sync.routes import update_all_item_groups  # noqa: F401
from medusa_integration.sync.writes import keep_medusa_ids  # noqa: F401
