"""The storefront's call about the customer's decision.

Source: docs/reference.md, "Quotations from the shop".
"""

from medusa_integration.storefront.access import trusted
from medusa_integration.storefront.arguments import CustomerId, Flag, Note, OrderId, QuotationId
from medusa_integration.storefront.decisions import Approval, OrderedQuotation, UpdatedQuotation, decide
from medusa_integration.storefront.shop_quotations import locked


@trusted("POST")
def update_quotation(
	quotation_id: QuotationId,
	approval: Approval,
	order_id: OrderId | None = None,
	create_so: Flag = False,
	is_courier_required: Flag = False,
	location_and_contact_no: Note | None = None,
	customer_id: CustomerId | None = None,
) -> UpdatedQuotation | OrderedQuotation:
	"""Note the customer's decision. *Approved* submits the Quotation, and with `create_so` makes the Sales
	Order and the Payment Request. *Rejected* submits and cancels the Quotation. Another state is saved. A
	repeated decision changes nothing and returns the same.

	A Quotation is approved when the Desk has sent it for review, or while all of its rates are standing
	prices: today's standard or negotiated price, or more.

	:param order_id: Medusa's order, on approval
	:param create_so: a Lead becomes a Customer, and the order is placed
	:param is_courier_required: for the Sales Order
	:param location_and_contact_no: for the Sales Order: the courier's destination and the number to call
	:param customer_id: the customer who has to own the Quotation
	:returns: the Quotation's name; with `create_so` the Sales Order and the Payment Request too
	:raises NotFound: an unknown Quotation, or another customer's
	:raises BadRequest: quotations have no such state
	:raises Conflict: items have no price, or aren't priced by the Desk yet; the Quotation was decided
		otherwise before, isn't valid any more, or is approved for another order; the order is another
		customer's; the Desk sets this state; or the company's Workflow doesn't allow it
	"""
	doc = locked(quotation_id, customer_id)
	return decide(doc, approval, order_id, create_so, is_courier_required, location_and_contact_no)
