"""The storefront's calls about orders.

Source: docs/reference.md, "Orders of the shop" and "Paying an order".
"""

from typing import Annotated

import frappe
from frappe import _
from frappe.utils import flt
from pydantic import Field
from typing_extensions import TypedDict

from medusa_integration import settings
from medusa_integration.orders.goods import returnable_items
from medusa_integration.orders.money import billing, coupons, payment_requests
from medusa_integration.storefront import shop_orders
from medusa_integration.storefront.access import trusted
from medusa_integration.storefront.arguments import CustomerId, Name, SalesOrderId
from medusa_integration.storefront.checks import must_be_priced
from medusa_integration.storefront.errors import conflict, not_found
from medusa_integration.storefront.returns import ReturnedItem, as_reply

CouponCode = Annotated[
	Name, Field(description="the code of the coupon, in its own letters", examples=["WELCOME-7F3K"])
]


class OrderState(TypedDict):
	sales_order_id: str
	isReturnable: bool
	returned_items: list[ReturnedItem]
	cart_value: float
	discount_amount: float


class Paid(TypedDict):
	success: bool
	sales_invoice: str
	payment_request: str | None
	payment_url: str | None
	payment_problem: str | None


@trusted("GET", "POST")
def get_sales_order_name(medusa_order_id: SalesOrderId, customer_id: CustomerId | None = None) -> OrderState:
	"""The Sales Order of an order in Medusa: the newest that isn't cancelled.

	:param medusa_order_id: Medusa's id of the order
	:param customer_id: the customer who has to own the order
	:returns: `isReturnable`: whether any item may be sent back; `returned_items`: the announced returns;
	    `cart_value` and `discount_amount`: of coupons, from the configuration
	:raises NotFound: there is no such order
	"""
	order = shop_orders.find(medusa_order_id, customer_id)
	if order.docstatus == 2:
		not_found(_("The order {0} is cancelled.").format(medusa_order_id))
	rules = settings.current()
	return {
		"sales_order_id": order.name,
		"isReturnable": order.docstatus == 1 and bool(returnable_items.returnable(order)),
		"returned_items": as_reply(order.get(returnable_items.TABLE)),
		"cart_value": rules.cart_value,
		"discount_amount": rules.coupon_discount,
	}


@trusted("POST")
def pay_now(
	order_id: SalesOrderId, coupon_code: CouponCode | None = None, customer_id: CustomerId | None = None
) -> Paid:
	"""Bill an order and ask for the payment. A draft order is submitted first. Called again, it returns the
	first result.

	:param order_id: the Sales Order, or Medusa's id of the order
	:param coupon_code: its discount comes off the draft order, or off the invoice if the order is submitted
		already
	:param customer_id: the customer who has to own the order
	:returns: the Sales Invoice and the Payment Request; `payment_problem` says why there is no `payment_url`
	:raises NotFound: there is no such order
	:raises Conflict: the order is cancelled, closed or on hold, items have no price, the coupon can't be
		used, or a guest's order is billed together with other orders
	"""
	order = shop_orders.find(order_id, customer_id, lock=True)
	_must_stand(order)
	coupon = coupons.claimed_by(order)
	if coupon_code and (not coupon or coupon.name != coupon_code):
		_must_be_usable(coupon_code, coupon, order)
		invoice = _bill_with(coupon_code, order)
	else:
		invoice = _bill(order, _given_before(coupon, order))
	link = payment_requests.request_payment(invoice)
	return {
		"success": True,
		"sales_invoice": invoice.name,
		"payment_request": link.name,
		"payment_url": link.url,
		"payment_problem": link.problem,
	}


def _must_stand(order) -> None:
	if order.docstatus == 2:
		conflict(_("The order {0} is cancelled.").format(order.name))
	if order.status in ("Closed", "On Hold"):
		conflict(_("The order {0} is {1}.").format(order.name, _(order.status).lower()))
	must_be_priced(order)


def _must_be_usable(code: str, other, order) -> None:
	if other:
		conflict(_("The order {0} has used the coupon {1} already.").format(order.name, other.name))
	if billing.invoices(order):
		conflict(_("The order {0} is billed already, without the coupon {1}.").format(order.name, code))
	problem = coupons.problem(code, order, lock=True)
	if problem:
		conflict(problem)


def _bill_with(code: str, order):
	on_invoice, discount = order.docstatus == 1, settings.current().coupon_discount
	if not on_invoice:
		billing.take_off(order, discount)
		_submit(order)
	coupons.claim(code, order, on_invoice=on_invoice)
	return _bill(order, discount if on_invoice else 0)


def _given_before(coupon, order) -> float:
	"""The discount of a coupon whose invoice was cancelled: the next invoice gets it again."""
	again = coupon and coupon.on_invoice and not billing.invoices(order)
	return flt(coupon.discount_amount) if again else 0


def _bill(order, discount: float):
	"""The invoice for the order's open part; the newest invoice if no part is open."""
	if order.docstatus == 0:
		_submit(order)
	invoice = billing.bill(order, discount)
	if invoice:
		payment_requests.withdraw(order)
		return invoice
	earlier = billing.invoices(order)
	if not earlier:
		conflict(_("Nothing is to be billed of the order {0}.").format(order.name))
	own = shop_orders.own_papers(order, "Sales Invoice", earlier)
	if not own:
		conflict(
			_("The order {0} is billed together with other orders: ask the shop how to pay.").format(
				order.name
			)
		)
	return frappe.get_doc("Sales Invoice", own[0])


def _submit(order) -> None:
	order.flags.ignore_permissions = True
	order.submit()


@trusted("GET", "POST")
def verify_coupon(
	order_id: SalesOrderId, coupon_code: CouponCode, customer_id: CustomerId | None = None
) -> bool:
	"""Whether an order may be paid with a coupon. True, too, for the coupon that this order has used.

	:param order_id: the Sales Order, or Medusa's id of the order
	:param coupon_code: of the coupon
	:param customer_id: the customer who has to own the order
	:returns: whether the coupon counts
	:raises NotFound: there is no such order
	"""
	order = shop_orders.find(order_id, customer_id)
	if order.docstatus == 2:
		return False
	used = coupons.claimed_by(order)
	return used.name == coupon_code if used else not coupons.problem(coupon_code, order)
