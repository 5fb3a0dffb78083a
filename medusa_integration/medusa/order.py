"""An order of Medusa's, in one form for both versions. Amounts are in major units of its currency.

Source: docs/reference.md, "Orders from Medusa".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from medusa_integration.medusa.metadata import Texts


@dataclass(frozen=True)
class Tax:
	"""A tax of a line or of a shipping method.

	:param rate: in percent
	"""

	code: str
	rate: Decimal
	name: str = ""


@dataclass(frozen=True)
class Adjustment:
	"""A promotion's discount on a whole line or shipping method."""

	amount: Decimal
	is_tax_inclusive: bool = False
	code: str = ""


@dataclass(frozen=True)
class Line:
	"""A line of an order.

	:param quantity: ordered now: after edits, before returns
	:param unit_price: with the taxes where the line is `is_tax_inclusive`
	:param received_quantity: received back by returns, damaged pieces included
	:param texts: of its metadata, as an engraving
	:param locations: the stock locations at which Medusa has reserved it, where `reserved_at` was asked
	"""

	id: str
	title: str
	quantity: Decimal
	unit_price: Decimal
	variant_id: str = ""
	sku: str = ""
	is_tax_inclusive: bool = False
	taxes: tuple[Tax, ...] = ()
	adjustments: tuple[Adjustment, ...] = ()
	fulfilled_quantity: Decimal = Decimal(0)
	received_quantity: Decimal = Decimal(0)
	texts: Texts = ()
	locations: tuple[str, ...] = ()

	@property
	def is_by_hand(self) -> bool:
		"""Whether a clerk entered it in Medusa's admin, without a product."""
		return not (self.variant_id or self.sku)


@dataclass(frozen=True)
class Shipping:
	"""A shipping method of an order.

	:param exchange_id: of the exchange or claim whose new goods it ships
	"""

	id: str
	name: str
	amount: Decimal
	option_id: str = ""
	is_tax_inclusive: bool = False
	taxes: tuple[Tax, ...] = ()
	adjustments: tuple[Adjustment, ...] = ()
	exchange_id: str = ""


@dataclass(frozen=True)
class Movement:
	"""Money taken or given back: a capture or a refund.

	:param amount: always positive
	:param note: of a refund, with its reason
	:param fee: of a capture: the part that the provider keeps, where Medusa knows it
	"""

	id: str
	amount: Decimal
	at: datetime
	note: str = ""
	fee: Decimal | None = None


@dataclass(frozen=True)
class Payment:
	"""A payment, which is authorised and then captured.

	:param provider: Medusa's id of the provider, as `pp_system_default`
	"""

	id: str
	provider: str
	amount: Decimal
	currency: str
	is_canceled: bool = False
	captures: tuple[Movement, ...] = ()
	refunds: tuple[Movement, ...] = ()

	@property
	def captured(self) -> Decimal:
		return sum((each.amount for each in self.captures), Decimal(0))

	@property
	def refunded(self) -> Decimal:
		return sum((each.amount for each in self.refunds), Decimal(0))


@dataclass(frozen=True)
class LineQuantity:
	"""A quantity of a line of the order."""

	line_id: str
	quantity: Decimal


@dataclass(frozen=True)
class Fulfillment:
	"""A parcel: packed, shipped, delivered.

	:param tracking: (number, URL) of its labels
	:param reference: the Delivery Note that ERPNext wrote into its metadata; "" for one of Medusa's own
	:param is_unclear: whether the quantities can't be told, because a kit's parts were changed between two fulfillments
	"""

	id: str
	location_id: str
	items: tuple[LineQuantity, ...]
	created_at: datetime | None = None
	shipped_at: datetime | None = None
	delivered_at: datetime | None = None
	is_canceled: bool = False
	tracking: tuple[tuple[str, str], ...] = ()
	reference: str = ""
	is_unclear: bool = False


@dataclass(frozen=True)
class Return:
	"""The items that a customer sends back.

	:param status: requested, received, partially_received or canceled
	:param items: the requested ones
	:param received: the part of them that was received, damaged pieces included
	:param reference: as for a Fulfillment
	:param location_id: of the receiving stock location
	:param fees: the shipping methods by which the goods come back; the customer pays them
	"""

	id: str
	status: str
	items: tuple[LineQuantity, ...]
	received: tuple[LineQuantity, ...] = ()
	created_at: datetime | None = None
	reference: str = ""
	location_id: str = ""
	fees: tuple[Shipping, ...] = ()

	@property
	def is_canceled(self) -> bool:
		return self.status == "canceled"


@dataclass(frozen=True)
class Exchange:
	"""A confirmed exchange, or a claim with a replacement: new lines of an order that was fulfilled before. The goods
	that come back are a Return.

	:param number: Medusa's own count of exchanges, or of claims
	:param lines: ids of the new lines
	"""

	id: str
	number: str
	lines: tuple[str, ...]
	created_at: datetime
	is_claim: bool = False


# The keys of an address that are texts in both versions.
ADDRESS_TEXTS = (
	"first_name", "last_name", "company", "address_1", "address_2", "city", "province", "postal_code", "phone",
)  # fmt: skip


@dataclass(frozen=True)
class Address:
	"""A postal address.

	:param country_code: ISO, two letters in capitals
	:param texts: of its metadata
	"""

	id: str = ""
	first_name: str = ""
	last_name: str = ""
	company: str = ""
	address_1: str = ""
	address_2: str = ""
	city: str = ""
	province: str = ""
	postal_code: str = ""
	country_code: str = ""
	phone: str = ""
	is_default_billing: bool = False
	is_default_shipping: bool = False
	texts: Texts = ()


@dataclass(frozen=True)
class Customer:
	"""A customer of the shop.

	:param has_account: whether it has signed up; else it is a guest, whose id may change with each order
	:param texts: of its metadata
	"""

	id: str
	email: str
	first_name: str = ""
	last_name: str = ""
	company_name: str = ""
	phone: str = ""
	has_account: bool = False
	addresses: tuple[Address, ...] = ()
	created_at: datetime | None = None
	updated_at: datetime | None = None
	texts: Texts = ()


@dataclass(frozen=True)
class Order:
	"""An order with its payments, fulfillments and returns.

	:param display_id: the number that the customer is told
	:param currency: ISO code in capitals
	:param status: pending, completed, canceled, draft, archived or requires_action
	:param customer: None where the order has none, or Medusa's customer was deleted
	:param customer_id: of the customer, a deleted one too; "" for none
	:param sales_channel: Medusa's id
	:param total: Medusa's own grand total, not rounded; it shrinks with returns and refunds
	:param current_total: the same by Medusa's summary of the order. With a return fee only this one is right
	:param counts_returns: whether `total` is without the returned goods; v1's has them
	:param credit: taken off the total by credit lines; a negative one is added to the total
	:param refund_credit: the part of `credit` that refunds without goods made; None: at most what was refunded
	:param credit_name: what the other credit lines refer to
	:param note: the customer's remark
	:param texts: other texts of its metadata
	:param rounds_each_tax: whether each tax of each line is rounded to the currency before they are added up,
		as v1 does
	:param exchanges: the standing ones, oldest first; their lines and shipping methods are among the order's
	:param unfollowed: ids of exchanges and claims that the dialect can't read as such; v1 keeps them beside the order
	:param part: None: this is Medusa's order. Else a part of it, see `order_parts`
	"""

	id: str
	display_id: str
	status: str
	currency: str
	email: str
	created_at: datetime
	updated_at: datetime
	total: Decimal
	lines: tuple[Line, ...]
	customer: Customer | None = None
	customer_id: str = ""
	sales_channel: str = ""
	canceled_at: datetime | None = None
	shipping: tuple[Shipping, ...] = ()
	payments: tuple[Payment, ...] = ()
	fulfillments: tuple[Fulfillment, ...] = ()
	returns: tuple[Return, ...] = ()
	billing_address: Address | None = None
	shipping_address: Address | None = None
	gift_card_total: Decimal = Decimal(0)
	credit: Decimal = Decimal(0)
	note: str = ""
	texts: Texts = ()
	rounds_each_tax: bool = False
	current_total: Decimal | None = None
	counts_returns: bool = True
	refund_credit: Decimal | None = None
	credit_name: str = ""
	exchanges: tuple[Exchange, ...] = ()
	unfollowed: tuple[str, ...] = ()
	part: Part | None = None

	@property
	def captured(self) -> Decimal:
		return sum((payment.captured for payment in self.payments), Decimal(0))

	@property
	def refunded(self) -> Decimal:
		return sum((payment.refunded for payment in self.payments), Decimal(0))

	@property
	def store_credit(self) -> Decimal:
		"""Gift cards and the credit lines that aren't of refunds; negative where they charge more."""
		of_refunds = self.refund_credit
		if of_refunds is None:
			of_refunds = min(self.credit, self.refunded)
		return self.gift_card_total + self.credit - of_refunds


@dataclass(frozen=True)
class Part:
	"""The place of a part in its order. A part's total is that of the order up to it, less that of the order before it, so
	that the parts' totals add up to the order's.

	:param whole: the order
	:param exchange: None for the first part
	:param upto: the first part, the exchanges before this one, and this one; None for the first part
	:param before: the same without this one
	"""

	whole: Order
	exchange: Exchange | None = None
	upto: Order | None = None
	before: Order | None = None


@dataclass(frozen=True)
class OrderHead:
	"""The fields of an order that a list shows; "" and None for those that can't be read.

	:param total: Medusa's own, not rounded
	"""

	id: str
	display_id: str
	status: str
	currency: str
	email: str
	total: Decimal | None
	created_at: datetime | None
