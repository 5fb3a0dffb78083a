"""The customer's decision about a quotation, for the calls that take one.

Source: docs/reference.md, "Quotations from the shop".
"""

from typing import Annotated

from frappe import _
from frappe.utils import getdate
from pydantic import Field
from typing_extensions import NotRequired, TypedDict

from medusa_integration.customers import shop_customers
from medusa_integration.customers.shop_customers import Party
from medusa_integration.orders.money import payment_requests
from medusa_integration.quotations import making, ordering, priced_rows, quotation_states
from medusa_integration.quotations.quotation_states import APPROVED, READY, REJECTED
from medusa_integration.storefront.arguments import Name
from medusa_integration.storefront.checks import must_be_free_for, must_be_priced
from medusa_integration.storefront.errors import bad_request, conflict

UPDATED = "Quotation updated successfully"  # a documented message, so it isn't translated

Approval = Annotated[
	Name,
	Field(
		description="Approved or Rejected; without a Workflow also Draft, with one what its transitions allow",
		examples=[APPROVED],
	),
]


UpdatedQuotation = TypedDict(
	"UpdatedQuotation",
	{
		"message": Annotated[str, Field(examples=[UPDATED])],
		"Quotation ID": Annotated[str, Field(examples=["SAL-QTN-2026-00001"])],
		"state": NotRequired[
			Annotated[
				str,
				Field(
					description="of a Quotation that was ready for review, and has to be priced again",
					examples=["Draft"],
				),
			]
		],
	},
)


class OrderedQuotation(TypedDict):
	message: Annotated[str, Field(examples=[UPDATED])]
	quotation_id: Annotated[str, Field(examples=["SAL-QTN-2026-00001"])]
	sales_order_id: Annotated[str, Field(examples=["SAL-ORD-2026-00001"])]
	payment_id: Annotated[str | None, Field(examples=["ACC-PRQ-2026-00001"])]
	payment_url: Annotated[str | None, Field(examples=["https://shop.example.com/stripe_checkout?…"])]
	payment_problem: NotRequired[Annotated[str, Field(description="why there is no URL")]]


def decide(
	doc,
	approval: str,
	order_id: str | None,
	create_so: bool,
	is_courier_required: bool = False,
	location_and_contact_no: str | None = None,
) -> UpdatedQuotation | OrderedQuotation:
	"""Carry out a decision.

	:param doc: the Quotation, locked
	:raises BadRequest, Conflict: as `update_quotation`
	"""
	if approval == APPROVED:
		_approve(doc, order_id, create_so)
		if create_so:
			return _ordered(doc, is_courier_required, location_and_contact_no)
	elif approval == REJECTED:
		_reject(doc)
	else:
		_save(doc, approval)
	return {"message": UPDATED, "Quotation ID": doc.name}


def _approve(doc, order_id: str | None, create_so: bool) -> None:
	if doc.docstatus == 2 or quotation_states.state_of(doc) == REJECTED or doc.status == "Lost":
		conflict(_("{0} is {1}: it can't be approved.").format(doc.name, _words(doc)))
	if order_id and doc.medusa_order_id and doc.medusa_order_id != order_id:
		conflict(_("{0} is approved for another order.").format(doc.name))
	if doc.docstatus == 0 and doc.valid_till and getdate(doc.valid_till) < getdate():
		conflict(_("{0} was valid till {1}: ask for a new quotation.").format(doc.name, doc.valid_till))
	_must_be_offered(doc)
	if create_so and doc.quotation_to == "Lead":
		making.give_to(doc, shop_customers.promote(doc.party_name))
	if doc.docstatus == 1:
		if order_id and not doc.medusa_order_id:
			doc.db_set("medusa_order_id", order_id)
	else:
		doc.medusa_order_id = order_id or doc.medusa_order_id
		_move(doc, APPROVED)
	must_be_free_for(Party(doc.quotation_to, doc.party_name), doc.medusa_order_id)


def _must_be_offered(doc) -> None:
	"""Refuse a Quotation that the company hasn't offered at these rates: one that has items without a price,
	or a draft that the Desk hasn't sent for review. A draft passes if the customer could have all of it at
	these rates without the Desk.

	:raises Conflict: names the items
	"""
	must_be_priced(doc)
	if doc.docstatus != 0 or quotation_states.state_of(doc) == READY:
		return
	codes = priced_rows.below_standing(doc)
	if codes:
		conflict(
			_(
				"{0} isn't ready for review, and these items are below their standing prices: {1}. Have ERPNext send it for review."
			).format(doc.name, ", ".join(codes))
		)
	if priced_rows.is_discounted(doc):
		conflict(
			_("{0} isn't ready for review, and has a discount. Have ERPNext send it for review.").format(
				doc.name
			)
		)


def _ordered(doc, is_courier_required: bool, location_and_contact_no: str | None) -> OrderedQuotation:
	try:
		order = ordering.place(
			doc, is_courier_required=is_courier_required, location_and_contact_no=location_and_contact_no
		)
	except ordering.OtherCustomer as error:
		conflict(str(error))
	must_be_priced(order)  # The Desk may have made it from the Quotation, and changed it.
	link = payment_requests.request_payment(order)
	reply: OrderedQuotation = {
		"message": UPDATED,
		"quotation_id": doc.name,
		"sales_order_id": order.name,
		"payment_id": link.name,
		"payment_url": link.url,
	}
	if link.problem:
		reply["payment_problem"] = link.problem
	return reply


def _reject(doc) -> None:
	if doc.docstatus == 1:
		conflict(_("{0} is {1}: it can't be rejected.").format(doc.name, _words(doc)))
	if doc.docstatus == 0:
		if quotation_states.state_of(doc) != REJECTED:
			_move(doc, REJECTED)
	elif quotation_states.state_of(doc) != REJECTED:
		conflict(_("{0} is {1}: it can't be rejected.").format(doc.name, _words(doc)))


def _save(doc, state: str) -> None:
	if state == READY:
		conflict(_("{0} is set in ERPNext alone, where the quotation is priced.").format(_(state)))
	known = quotation_states.states_of_customers()
	if state not in known:
		bad_request(_("approval has to be one of {0}.").format(", ".join(sorted(known))))
	if quotation_states.state_of(doc) == state:
		return
	if doc.docstatus != 0:
		conflict(_("{0} is {1}: it can't be changed any more.").format(doc.name, _words(doc)))
	if quotation_states.submits(state):  # A Workflow may call an approval by another name.
		_must_be_offered(doc)
	_move(doc, state)


def _move(doc, state: str) -> None:
	try:
		quotation_states.move(doc, state)
	except quotation_states.NotAllowed as error:
		conflict(str(error))


def _words(doc) -> str:
	"""The outcome of the Quotation: *Approved* or *Rejected* if that is its state, else ERPNext's status."""
	state = quotation_states.state_of(doc)
	return _(state if state in (APPROVED, REJECTED) else doc.status)
