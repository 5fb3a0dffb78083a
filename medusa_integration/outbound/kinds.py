"""The kinds of records that are sent from ERPNext to Medusa, in the order in which they depend on each other, and the
fields that they write.

To add a kind: a file with a Kind, and its instance in this list. Source: docs/develop.md, "Add a kind of record".
"""

from medusa_integration.delivery.kind import Kind
from medusa_integration.outbound.cancellations import CANCELLATION
from medusa_integration.outbound.captures import CAPTURE
from medusa_integration.outbound.collections import COLLECTION
from medusa_integration.outbound.fulfillments import FULFILLMENT, INVOICE_FULFILLMENT
from medusa_integration.outbound.orders import ORDER
from medusa_integration.outbound.prices import PRICE
from medusa_integration.outbound.products import PRODUCT
from medusa_integration.outbound.quotations import QUOTATION
from medusa_integration.outbound.returns import INVOICE_RETURN, RETURN
from medusa_integration.outbound.stock import STOCK

KINDS: tuple[Kind, ...] = (
	COLLECTION, PRODUCT, PRICE, STOCK, ORDER, QUOTATION,
	FULFILLMENT, INVOICE_FULFILLMENT, RETURN, INVOICE_RETURN, CAPTURE, CANCELLATION,
)  # fmt: skip
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


# `{doctype: fields}`: the ids that link documents to Medusa's records.
ID_FIELDS = _by_doctype(*(kind.ids for kind in KINDS), {"File": ("medusa_id",)})
# `{doctype: fields}` that only the integration writes, beside the documents' own saves.
WRITTEN_FIELDS = _by_doctype(*(kind.ids for kind in KINDS), *(kind.state for kind in KINDS), OTHER_FIELDS)
# `{doctype: fields}`: the ids that are unique among the documents of a DocType.
UNIQUE_FIELDS = {
	doctype: tuple(
		field for field in fields if not any(field in kind.shared_ids.get(doctype, ()) for kind in KINDS)
	)
	for doctype, fields in _by_doctype(*(kind.ids for kind in KINDS)).items()
}


def by_name(name: str) -> Kind:
	"""The kind with this name.

	:raises StopIteration: where there is none
	"""
	return next(kind for kind in KINDS if kind.name == name)
