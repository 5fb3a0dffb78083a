"""Medusa v2's wire format, put together from the files beside this one."""

from medusa_integration.medusa.v2.accounts import Accounts
from medusa_integration.medusa.v2.categories import Categories
from medusa_integration.medusa.v2.collections import Collections
from medusa_integration.medusa.v2.customer_groups import CustomerGroups
from medusa_integration.medusa.v2.events import Events
from medusa_integration.medusa.v2.order_polling import OrderPolling
from medusa_integration.medusa.v2.order_reading import OrderReading
from medusa_integration.medusa.v2.order_writing import OrderWriting
from medusa_integration.medusa.v2.orders import Orders
from medusa_integration.medusa.v2.prices import Prices
from medusa_integration.medusa.v2.product_reading import ProductReading
from medusa_integration.medusa.v2.products import Products
from medusa_integration.medusa.v2.return_writing import ReturnWriting
from medusa_integration.medusa.v2.stock import Stock


class MedusaV2(
	Collections,
	Categories,
	Products,
	ProductReading,
	Prices,
	CustomerGroups,
	Stock,
	Orders,
	OrderReading,
	OrderPolling,
	OrderWriting,
	ReturnWriting,
	Accounts,
	Events,
):
	version = "v2"
	sign_in_path = "/auth/user/emailpass"
	key_header = ""  # a secret API key is the user name of basic authentication
	max_body = 2_000_000  # bytes of a batch call; from 2,097,152 on v2 answers 413
	batches_at_once = 2
	updates_unseen = True
	needs_publishable_key = True
	choosable = ("sales_channel", "stock_location", "shipping_profile")
