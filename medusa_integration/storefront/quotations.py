"""The storefront's calls that make and change quotations.

Source: docs/reference.md, "Quotations from the shop".
"""

from typing import Annotated, NoReturn

import frappe
from frappe import _
from pydantic import Field
from typing_extensions import NotRequired, TypedDict

from medusa_integration import languages
from medusa_integration.customers import shop_customers
from medusa_integration.customers.addresses_from_storefront import BillingAddress, set_billing_address
from medusa_integration.customers.shop_customers import Party
from medusa_integration.products.shop_ids import ShopItem
from medusa_integration.quotations import making, priced_rows, quotation_states
from medusa_integration.quotations.making import QuotedLine
from medusa_integration.storefront.access import trusted
from medusa_integration.storefront.arguments import (
	MOST_LINES,
	Amount,
	CustomerId,
	DraftOrderId,
	Flag,
	Id,
	OrderId,
	Quantity,
	QuotationId,
	VariantId,
)
from medusa_integration.storefront.checks import must_be_a_quantity, must_be_free_for
from medusa_integration.storefront.decisions import (
	UPDATED,
	Approval,
	OrderedQuotation,
	UpdatedQuotation,
	decide,
)
from medusa_integration.storefront.errors import conflict
from medusa_integration.storefront.pdf_links import check_printable, pdf_urls
from medusa_integration.storefront.shop_quotations import belongs, items_of, locked, party
from medusa_integration.storefront.transactions import begin_with

DOCTYPE = "Quotation"

MedusaQuotationId = Annotated[
	Id,
	Field(description="Medusa's id of the quotation", examples=["quot_01JDB43P9D4S0U8X2Z6B9C7EFG"]),
]


class QuotationLine(TypedDict):
	"""A quantity of a product."""

	variant_id: VariantId
	quantity: Quantity


class PricedLine(QuotationLine):
	"""A line as the shop shows it. ERPNext prices it itself: rate and amount are checked and not used."""

	rate: NotRequired[Amount | None]
	amount: NotRequired[Amount | None]


class IncreasedLine(TypedDict):
	"""A line of which the customer wants another quantity."""

	variant_id: VariantId
	old_quantity: Amount
	new_quantity: Quantity


class CreatedQuotation(TypedDict):
	message: Annotated[str, Field(examples=["Quotation created successfully"])]
	quotationId: Annotated[str, Field(examples=["SAL-QTN-2026-00001"])]


Lines = Annotated[list[QuotationLine], Field(min_length=1, max_length=MOST_LINES)]
PricedLines = Annotated[list[PricedLine], Field(min_length=1, max_length=MOST_LINES)]
MoreLines = Annotated[list[PricedLine], Field(max_length=MOST_LINES)]
IncreasedLines = Annotated[list[IncreasedLine], Field(max_length=MOST_LINES)]


@trusted("POST")
def create_quotation(
	customer_id: CustomerId,
	draft_order_id: DraftOrderId,
	quotation_id: MedusaQuotationId,
	items: Lines,
	billing_address: BillingAddress | None = None,
	create_so: Flag = False,
) -> CreatedQuotation:
	"""Make a draft Quotation of a customer's lines, with ERPNext's prices and taxes. A repeated call returns
	the first Quotation and changes nothing.

	:param quotation_id: Medusa's id, by which a repeated call is recognised
	:param items: lines of the same variant are added up
	:param billing_address: stored as the customer's, and the Quotation's
	:param create_so: an order is to follow: a Lead becomes a Customer
	:returns: the Quotation's name
	:raises NotFound: an unknown customer or variant
	:raises BadRequest: a quantity that ERPNext would round to 0, or a sum beyond the limit of one line
	:raises Conflict: the quotation's id is in use for another customer or draft order, or the draft order is
		another customer's
	"""
	begin_with(*party(customer_id))
	made = _made_before(quotation_id, customer_id, draft_order_id)
	if not made:
		buyer = party(customer_id)  # Another call may have made the Lead a Customer.
		lines = _lines(items, items_of(line["variant_id"] for line in items))
		if create_so and buyer.doctype == "Lead":
			buyer = Party("Customer", shop_customers.promote(buyer.name))
		values = {"medusa_draft_order_id": draft_order_id, "medusa_quotation_id": quotation_id}
		if billing_address:
			values["customer_address"] = set_billing_address(buyer, billing_address)
		made = making.make(buyer, lines, **values).name
		_check_alone(made, quotation_id)
		must_be_free_for(buyer, draft_order_id)
	return {"message": "Quotation created successfully", "quotationId": made}


@trusted("POST")
def update_quotation_new(
	quotation_id: QuotationId,
	items: PricedLines | None = None,
	unapproved_items: MoreLines | None = None,
	increased_items: IncreasedLines | None = None,
	customer_id: CustomerId | None = None,
	approval: Approval | None = None,
	order_id: OrderId | None = None,
	create_so: Flag = False,
) -> UpdatedQuotation | OrderedQuotation:
	"""Replace the rows of a Quotation that isn't approved yet, and compute its taxes and totals anew. The row
	of an item that stays keeps its rate. A new row gets the customer's price. The shop's `rate` and `amount`
	aren't used.

	If rows are only removed and quantities only lowered, a Quotation that is ready for review stays so, and
	is sent to Medusa again. After any other change it is a draft, which the Desk prices and sends for review
	again. It is a draft, too, if the rate of a lowered quantity is below the standing price, or if a gift or
	a fixed discount was given with the quantity.

	:param items: all rows; left out: the rows stay. Rows that the Desk has added of items that the shop
		doesn't sell stay
	:param unapproved_items: the items that the customer doesn't want; left out: these stay as they are
	:param increased_items: the items whose quantity the customer changed; left out: these stay as they are
	:param customer_id: the customer who has to own the Quotation
	:param approval: the customer's decision about the changed Quotation, as `update_quotation` takes it. If it can't be
		carried out, nothing changes
	:param order_id: Medusa's order, on approval
	:param create_so: on approval: the order is placed
	:returns: the Quotation's name; `state` if the Quotation has to be priced again; with `approval` as
		`update_quotation`
	:raises NotFound: an unknown Quotation or variant, or another customer's Quotation
	:raises BadRequest: a quantity that ERPNext would round to 0, or a sum beyond the limit of one line
	:raises Conflict: the Quotation is approved, rejected or cancelled
	"""
	doc = locked(quotation_id, customer_id)
	if doc.docstatus != 0:
		conflict(_("{0} is {1}: it can't be changed any more.").format(doc.name, _(doc.status)))
	given = [*(items or []), *(unapproved_items or []), *(increased_items or [])]
	found = items_of(line["variant_id"] for line in given)
	before = {row.item_code: row for row in reversed(doc.items)}
	reply: UpdatedQuotation = {"message": UPDATED, "Quotation ID": doc.name}
	if items is not None and _replace_rows(doc, _lines(items, found)):
		reply["state"] = quotation_states.state_of(doc)
	if unapproved_items is not None:
		making.set_unapproved(doc, _lines(unapproved_items, found), before)
	if increased_items is not None:
		doc.set("custom_increased_items", [_increased(line, found) for line in increased_items])
	making.store(doc, doc.save)
	if "state" in reply:
		with languages.in_sites_language():
			doc.add_comment(
				"Comment",
				_("The customer has changed the rows. Check the prices, then set it to {0} again.").format(
					_(quotation_states.READY)
				),
			)
	return decide(doc, approval, order_id, create_so) if approval else reply


def _replace_rows(doc, lines: list[QuotedLine]) -> bool:
	"""Replace the rows, before the save.

	:returns: whether the Quotation was ready for review, and is a draft of the Desk's again
	:raises BadRequest: a row's quantity would be rounded to 0
	:raises Conflict: the Workflow has no other state for drafts
	"""
	before = priced_rows.quantities(doc)
	free = {row.name for row in doc.items if priced_rows.is_free(row)}
	making.replace_rows(doc, lines)
	for row in doc.items:
		must_be_a_quantity(row.qty, row.item_code)
	if quotation_states.state_of(doc) != quotation_states.READY or not priced_rows.needs_pricing(
		doc, before, free
	):
		return False
	try:
		quotation_states.take_back(doc)
	except quotation_states.NotAllowed as error:
		conflict(str(error))
	return True


@trusted("POST")
def fetch_quotation_pdf_url(quotation_id: QuotationId, customer_id: CustomerId | None = None) -> str:
	"""A URL that opens this Quotation's PDF only, without a login, for as many days as the settings say.

	:param customer_id: the customer who has to own the Quotation
	:returns: the URL; the same one for the rest of the day
	:raises NotFound: an unknown Quotation, or another customer's
	:raises Conflict: a draft or cancelled Quotation, which ERPNext's print settings don't allow to be printed
	"""
	doc = locked(quotation_id, customer_id)
	check_printable(doc)
	return pdf_urls(DOCTYPE, [doc.name])[doc.name]


def _made_before(quotation_id: str, customer_id: str, draft_order_id: str) -> str | None:
	"""The name of the Quotation with this id from Medusa, of several amended ones the latest.

	:raises Conflict: the Quotation is another customer's, or of another draft order
	"""
	rows = frappe.get_all(
		DOCTYPE,
		{"medusa_quotation_id": quotation_id, "from_ecommerce": 1},
		["name", "quotation_to", "party_name", "medusa_draft_order_id", "medusa_quotation_id"],
		order_by="docstatus, creation desc",
	)
	found = next((row for row in rows if row.medusa_quotation_id == quotation_id), None)
	if not found:
		return None
	if not belongs(found, customer_id) or found.medusa_draft_order_id != draft_order_id:
		_refuse_id(quotation_id)
	return found.name


def _check_alone(name: str, quotation_id: str) -> None:
	"""Refuse an id that another customer's call has used since this one began. The locking read sees
	committed rows. Call it after the insert: locks on a gap of the index would block other calls' inserts.

	:raises Conflict: where another Quotation has the id
	"""
	shop = {"medusa_quotation_id": quotation_id, "from_ecommerce": 1}
	rows = frappe.db.get_values(DOCTYPE, shop, ["name", "medusa_quotation_id"], for_update=True)
	if any(other != name and id == quotation_id for other, id in rows):
		_refuse_id(quotation_id)


def _refuse_id(quotation_id: str) -> NoReturn:
	conflict(_("The quotation_id {0} is in use for another quotation.").format(quotation_id))


def _lines(given: list[dict], found: dict[str, ShopItem]) -> list[QuotedLine]:
	"""The lines, those of one item added up.

	:raises BadRequest: for quantities that ERPNext would round to 0, and sums beyond the limit of one line
	"""
	quantities: dict[ShopItem, float] = {}
	for line in given:
		item = found[line["variant_id"]]
		must_be_a_quantity(line["quantity"], line["variant_id"])
		quantities[item] = quantities.get(item, 0) + line["quantity"]
		must_be_a_quantity(quantities[item], line["variant_id"])
	return [QuotedLine(item, quantity) for item, quantity in quantities.items()]


def _increased(line: IncreasedLine, found: dict[str, ShopItem]) -> dict:
	must_be_a_quantity(line["new_quantity"], line["variant_id"])
	return {
		"item_code": found[line["variant_id"]].item_code,
		"old_quantity": line["old_quantity"],
		"new_quantity": line["new_quantity"],
	}
