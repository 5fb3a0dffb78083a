"""The storefront's calls about returns.

Source: docs/reference.md, "Returns".
"""

from typing import Annotated

import frappe
from frappe import _
from pydantic import Field
from typing_extensions import NotRequired, TypedDict

from medusa_integration import languages, settings
from medusa_integration.customers import whose_documents
from medusa_integration.customers.shop_customers import Party
from medusa_integration.orders.goods import returnable_items
from medusa_integration.storefront import shop_orders
from medusa_integration.storefront.access import trusted
from medusa_integration.storefront.arguments import (
	MOST_LINES,
	Amount,
	CustomerId,
	Id,
	Name,
	Quantity,
	SalesOrderId,
)
from medusa_integration.storefront.checks import must_be_a_quantity
from medusa_integration.storefront.errors import bad_request, conflict
from medusa_integration.tolerated import tolerated

ItemCode = Annotated[Name, Field(description="the code of an Item", examples=["GLOVE-M"])]
ReturnId = Annotated[
	Id, Field(description="Medusa's id of the return", examples=["return_01JDB45T2C6X0Z9V3W7Y1A4BCD"])
]


class ItemToReturn(TypedDict):
	item_code: ItemCode
	quantity: Quantity
	rate: NotRequired[Amount | None]
	amount: NotRequired[Amount | None]


class ReturnedItem(TypedDict):
	item_code: str
	item_name: str | None
	qty: float
	uom: str | None
	rate: float
	amount: float


class Returnable(TypedDict):
	status: str
	sales_order_id: str
	unreturned_items: list[ReturnedItem]


class Announced(TypedDict):
	status: str
	sales_order_id: str
	returned_items: list[ReturnedItem]


@trusted("GET", "POST")
def get_returnable_items(medusa_order_id: SalesOrderId, customer_id: CustomerId | None = None) -> Returnable:
	"""The quantities of an order that may be sent back: delivered minus returned, by item.

	:param medusa_order_id: Medusa's id of the order
	:param customer_id: the customer who has to own the order
	:returns: `status` is "success"
	:raises NotFound: there is no such order
	"""
	order = shop_orders.find(medusa_order_id, customer_id)
	parts = returnable_items.returnable(order) if order.docstatus == 1 else []
	return {
		"status": "success",
		"sales_order_id": order.name,
		"unreturned_items": [part._asdict() for part in parts],
	}


@trusted("POST")
def update_returned_items(
	medusa_order_id: SalesOrderId,
	items: Annotated[list[ItemToReturn], Field(min_length=1, max_length=MOST_LINES)],
	return_id: ReturnId | None = None,
	customer_id: CustomerId | None = None,
) -> Announced:
	"""Note on the Sales Order the items that the customer sends back, and mail them to the Returns E-mail.

	:param medusa_order_id: Medusa's id of the order
	:param items: `rate` and `amount` are accepted and ignored: the rows get the order's own
	:param return_id: a repeated call with the same id adds nothing and returns the first result
	:param customer_id: the customer who has to own the order
	:returns: `status` is "success"; `returned_items` are the rows of this return
	:raises NotFound: there is no such order
	:raises BadRequest: a quantity that ERPNext would round to 0
	:raises Conflict: the order isn't submitted, a quantity is more than is returnable, or the return is
		another customer's
	"""
	order = shop_orders.find(medusa_order_id, customer_id, lock=True)
	rows = returnable_items.announced(order, return_id) if return_id else []
	if return_id and not rows:
		_must_be_own(order, return_id)
	if not rows:
		if order.docstatus != 1:
			conflict(_("The order {0} isn't submitted.").format(order.name))
		rows = returnable_items.announce(order, _parts(order, items), return_id)
		_mail(order, rows)
	return {"status": "success", "sales_order_id": order.name, "returned_items": as_reply(rows)}


def _must_be_own(order, return_id: str) -> None:
	"""
	:raises Conflict: a return with this id was announced for another customer's order
	"""
	row, other = frappe.qb.DocType("Returned Sales Order Item"), frappe.qb.DocType("Sales Order")
	query = (
		frappe.qb.from_(row)
		.join(other)
		.on(other.name == row.parent)
		.select(row.medusa_return_id, other.customer)
	)
	found = query.where(row.medusa_return_id == return_id).distinct().run(as_dict=True)
	mine = Party("Customer", order.customer)
	others = {Party("Customer", each.customer) for each in found if each.medusa_return_id == return_id}
	if not all(whose_documents.are_one(mine, other) for other in others):
		conflict(
			_("The return {0} is another customer's: send the id of this order's return.").format(return_id)
		)


def as_reply(rows: list) -> list[ReturnedItem]:
	"""Rows of the table of returned items."""
	return [{field: row.get(field) for field in ReturnedItem.__annotations__} for row in rows]


def _parts(order, items: list[ItemToReturn]) -> list[returnable_items.AnnouncedItem]:
	wanted: dict[str, float] = {}
	for item in items:
		must_be_a_quantity(item["quantity"], item["item_code"])
		wanted[item["item_code"]] = wanted.get(item["item_code"], 0) + item["quantity"]
	most = {part.item_code: part for part in returnable_items.returnable(order)}
	too_many = [
		_("{0}: {1} at most").format(code, f"{most[code].qty:g}" if code in most else "0")
		for code, qty in wanted.items()
		if code not in most or qty > most[code].qty
	]
	if too_many:
		conflict(_("More than can be returned: {0}.").format("; ".join(too_many)))
	_must_be_whole({code: qty for code, qty in wanted.items() if qty != int(qty)}, most)
	return returnable_items.split(order, wanted)


def _must_be_whole(fractions: dict[str, float], most: dict[str, returnable_items.AnnouncedItem]) -> None:
	whole = (
		returnable_items.whole_numbers_only({most[code].uom for code in fractions}) if fractions else set()
	)
	for code in fractions:
		if most[code].uom in whole:
			bad_request(_("{0} is returned in whole {1} only.").format(code, most[code].uom))


def _mail(order, rows: list) -> None:
	"""Mail the rows. A mail set-up that doesn't work doesn't fail the call."""
	recipient = settings.current().returns_email
	if not recipient:
		return
	failing = tolerated("Storefront: a return isn't mailed", of=(order.doctype, order.name))
	with failing, languages.in_sites_language():
		frappe.sendmail(
			recipients=[recipient],
			subject=_("Return for Sales Order {0}").format(order.name),
			template="medusa_return",
			args={"order": order, "rows": rows, **languages.html_attributes()},
			reference_doctype=order.doctype,
			reference_name=order.name,
		)
