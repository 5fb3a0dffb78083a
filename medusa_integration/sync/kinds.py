"""The kinds of records of both boxes, in the order in which they depend on each other, and the fields that they write.

To add a kind: a file in its record's room, and a line here. Source: docs/develop.md, "Add a kind of record".
"""

from medusa_integration.customers.customers_from_medusa import INCOMING_CUSTOMER
from medusa_integration.delivery.kind import Kind
from medusa_integration.orders.cancellations_to_medusa import CANCELLATION
from medusa_integration.orders.goods.fulfillments_to_medusa import FULFILLMENT, INVOICE_FULFILLMENT
from medusa_integration.orders.goods.returns_to_medusa import INVOICE_RETURN, RETURN
from medusa_integration.orders.money.captures_to_medusa import CAPTURE
from medusa_integration.orders.orders_from_medusa import INCOMING_ORDER
from medusa_integration.orders.status_to_medusa import ORDER_STATUS
from medusa_integration.prices.customer_groups import GROUP
from medusa_integration.prices.prices_to_medusa import PRICE
from medusa_integration.products.categories_to_medusa import CATEGORY
from medusa_integration.products.collections_to_medusa import COLLECTION
from medusa_integration.products.products_to_medusa import PRODUCT
from medusa_integration.quotations.quotations_to_medusa import QUOTATION
from medusa_integration.stock.stock_to_medusa import STOCK

# The records that are sent to Medusa, and those that are read from it.
OUTBOX_KINDS: tuple[Kind, ...] = (
	COLLECTION, CATEGORY, PRODUCT, GROUP, PRICE, STOCK, ORDER_STATUS, QUOTATION,
	FULFILLMENT, INVOICE_FULFILLMENT, RETURN, INVOICE_RETURN, CAPTURE, CANCELLATION,
)  # fmt: skip
INBOX_KINDS: tuple[Kind, ...] = (INCOMING_CUSTOMER, INCOMING_ORDER)
# The kinds whose last sending is kept in fields of the Website Item.
OF_WEBSITE_ITEMS: tuple[Kind, ...] = (PRODUCT, PRICE, STOCK)
# Fields that the integration writes apart from the kinds: the storefront's routes, and ids of an earlier app.
OTHER_FIELDS = {"Item Group": ("custom_medusa_route",), "Brand": ("medusa_id",), "File": ("medusa_id",)}


def _by_doctype(*mappings: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
	merged: dict[str, tuple[str, ...]] = {}
	for mapping in mappings:
		for doctype, fields in mapping.items():
			merged[doctype] = tuple(dict.fromkeys((*merged.get(doctype, ()), *fields)))
	return merged


_IDS = _by_doctype(*(kind.ids for kind in OUTBOX_KINDS))
# `{doctype: fields}`: the ids that link documents to Medusa's records.
ID_FIELDS = _by_doctype(_IDS, {"File": ("medusa_id",)})
# `{doctype: fields}` that only the integration writes, beside the documents' own saves.
WRITTEN_FIELDS = _by_doctype(_IDS, *(kind.state for kind in OUTBOX_KINDS), OTHER_FIELDS)
# `{doctype: fields}`: the ids that are unique among the documents of a DocType.
UNIQUE_FIELDS = {
	doctype: tuple(
		field
		for field in fields
		if not any(field in kind.shared_ids.get(doctype, ()) for kind in OUTBOX_KINDS)
	)
	for doctype, fields in _IDS.items()
}


def inbox_kind(name: str) -> Kind | None:
	"""The kind of the inbox with this name; None where there is none."""
	return next((kind for kind in INBOX_KINDS if kind.name == name), None)


def outbox_kind(name: str) -> Kind | None:
	"""The kind of the outbox with this name; None where there is none."""
	return next((kind for kind in OUTBOX_KINDS if kind.name == name), None)
