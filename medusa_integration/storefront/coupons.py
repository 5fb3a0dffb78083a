"""The storefront's calls about coupons.

Source: docs/reference.md, "Coupons".
"""

from typing import Annotated

from pydantic import Field

from medusa_integration.orders.money import coupons
from medusa_integration.storefront import shop_orders
from medusa_integration.storefront.access import trusted
from medusa_integration.storefront.arguments import CustomerId, Name, SalesOrderId

CouponCode = Annotated[
	Name, Field(description="the code of the coupon, in its own letters", examples=["WELCOME-7F3K"])
]


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
