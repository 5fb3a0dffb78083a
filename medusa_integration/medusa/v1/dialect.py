"""Medusa v1's wire format, put together from the files beside this one."""

from medusa_integration.medusa.v1.accounts import Accounts
from medusa_integration.medusa.v1.collections import Collections
from medusa_integration.medusa.v1.customer_groups import CustomerGroups
from medusa_integration.medusa.v1.events import Events
from medusa_integration.medusa.v1.order_polling import OrderPolling
from medusa_integration.medusa.v1.order_reading import OrderReading
from medusa_integration.medusa.v1.order_writing import OrderWriting
from medusa_integration.medusa.v1.orders import Orders
from medusa_integration.medusa.v1.prices import Prices
from medusa_integration.medusa.v1.product_reading import ProductReading
from medusa_integration.medusa.v1.products import Products
from medusa_integration.medusa.v1.stock import Stock


class MedusaV1(
	Collections,
	Products,
	ProductReading,
	Prices,
	CustomerGroups,
	Stock,
	Orders,
	OrderReading,
	OrderPolling,
	OrderWriting,
	Accounts,
	Events,
):
	version = "v1"
	sign_in_path = "/admin/auth/token"
	key_header = "x-medusa-access-token"
	max_body = 100_000  # bytes of a call; from 102,400 on v1 answers 413
	finds_by_handle = True
	choosable = ("sales_channel",)
