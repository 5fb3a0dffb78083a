"""Checks before a call of the storefront's changes the company's books: goods have a price, ids are the
customer's own.

Source: docs/reference.md, "Quotations from the shop".
"""

import frappe
from frappe import _
from frappe.model.meta import get_field_precision
from frappe.utils import flt

from medusa_integration.customers import whose_documents
from medusa_integration.customers.shop_customers import Party
from medusa_integration.quotations import priced_rows
from medusa_integration.storefront.arguments import LARGEST
from medusa_integration.storefront.errors import bad_request, conflict

# The fields with the ids of Medusa's orders and draft orders, and the fields with the document's party.
ORDER_IDS = (
	("Quotation", "medusa_order_id", ("quotation_to", "party_name")),
	("Quotation", "medusa_draft_order_id", ("quotation_to", "party_name")),
	("Sales Order", "medusa_order_id", ("customer",)),
)


def must_be_priced(doc) -> None:
	"""Refuse goods without a price.

	:param doc: a Quotation or a Sales Order
	:raises Conflict: names the items
	"""
	codes = priced_rows.unpriced(doc)
	if codes:
		conflict(
			_("These items of {0} have no price: {1}. Wait until they are priced in ERPNext.").format(
				doc.name, ", ".join(codes)
			)
		)


def must_be_free_for(party: Party, *ids: str | None) -> None:
	"""Refuse ids of Medusa's orders and draft orders that another customer's Quotation or Sales Order has.
	The locking reads see committed rows. Call it after the document's own write: locks on a gap of the index
	would block other calls.

	:param party: the customer whose document has got the ids
	:raises Conflict: names the id
	"""
	for id in filter(None, dict.fromkeys(ids)):
		others = {
			each for doctype, field, of_party in ORDER_IDS for each in _holders(doctype, field, of_party, id)
		}
		if not all(whose_documents.are_one(party, other) for other in others):
			conflict(
				_("The order {0} is another customer's: send the id of this customer's order.").format(id)
			)


def _holders(doctype: str, field: str, of_party: tuple[str, ...], id: str) -> set[Party]:
	"""The parties of the documents with an id. MariaDB ignores case, an id doesn't."""
	rows = frappe.db.get_values(doctype, {field: id}, [field, *of_party], for_update=True)
	parties = [party if len(party) == 2 else ("Customer", *party) for found, *party in rows if found == id]
	return {Party(*party) for party in parties}


def must_be_a_quantity(quantity: float, argument: str, *, most: float = LARGEST) -> None:
	"""Refuse a quantity that ERPNext would round to 0, and one beyond the limit of a line.

	:param argument: the variant's id or item code that the message names
	:raises BadRequest: for such a quantity
	"""
	digits = get_field_precision(frappe.get_meta("Quotation Item").get_field("qty"))
	if not flt(quantity, digits):
		bad_request(_("{0}: the quantity has to be at least {1}.").format(argument, f"{10**-digits:f}"))
	if quantity > most:
		bad_request(_("{0}: the quantity may be {1} at most.").format(argument, f"{most:.0f}"))
