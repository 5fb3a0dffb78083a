"""Events of Website Items."""

from medusa_integration import generation
from medusa_integration.products import (
	channel_events,
	customer_rows,
	item_status,
	product_events,
	review_votes,
	specifications,
)
from medusa_integration.stock import stock_events
from medusa_integration.sync.written_fields import keep_medusa_ids
from medusa_integration.window import landing_page


def before_validate(doc, method: str | None = None) -> None:
	customer_rows.keep_customer_rows(doc)
	keep_medusa_ids(doc)


def validate(doc, method: str | None = None) -> None:
	channel_events.check_listed(doc)
	product_events.website_item_validate(doc)
	stock_events.website_item_stock_validate(doc)


def on_update(doc, method: str | None = None) -> None:
	customer_rows.show_customer_rows(doc)
	specifications.keep_specifications(doc)
	item_status.keep_status_out_of_versions(doc)
	generation.website_item_moved(doc)
	channel_events.channels_change_listings(doc)


def after_rename(doc, method: str | None = None, old=None, new=None, merge: bool = False) -> None:
	product_events.website_item_after_rename(doc, method, old, new, merge)
	specifications.merge_specifications(doc, method, old, new, merge)


def on_trash(doc, method: str | None = None) -> None:
	specifications.drop_specifications(doc)
	review_votes.drop_review_votes(doc)
	landing_page.forget_website_item(doc)
	generation.moved()
