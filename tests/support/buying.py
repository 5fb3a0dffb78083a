"""Visitors who buy in the shop, through Medusa's store API, and what happens to their orders, through its admin API. The same
calls for v2 and v1. Nothing here touches ERPNext.

	market = buying.market(medusa, "bh", "omr", rate=5)
	order = buying.place(medusa, [("G-1", 2)], market=market)
	buying.capture(medusa, order)
	parcel = buying.fulfill(medusa, order, {"G-1": 1})

Products are the exported Website Items or `product`'s. `wipe` clears all that is made here but markets and shipping options,
which are looked up and brought to the wanted values: a country has one market at a time.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from tests.medusa.visitor import BUYER
from tests.support.buying_v1 import BuyingV1
from tests.support.buying_v2 import BuyingV2

WAYS = {"v2": BuyingV2, "v1": BuyingV1}
PRICES = {"omr": 1.5, "usd": 3.9, "eur": 3.49, "jpy": 550}
SHIPPING = {"omr": 2, "usd": 5.2, "eur": 4.9, "jpy": 600}


@dataclass(frozen=True)
class Market:
	"""A country in which the shop sells.

	:param country: two letters, lower case
	:param province: code of the province with a second tax, where there is one
	"""

	id: str
	country: str
	currency: str
	province: str = ""
	shipping: dict[str, str] = field(default_factory=dict)  # {name of a shipping option: its id}


@dataclass(frozen=True)
class Buyer:
	"""A customer who has signed up."""

	id: str
	email: str
	token: str = field(repr=False)


# --- what there is to buy


def market(
	medusa,
	country: str = "bh",
	currency: str = "omr",
	rate: float = 0,
	code: str = "",
	includes_tax: bool = False,
	province: str = "",
	province_rate: float = 0,
) -> Market:
	"""A country with its currency and taxes, made or brought to these values. "om" has the seeded region, without a tax, and
	isn't to be changed.

	:param country: one of buying_v2.ABROAD
	:param rate: the country's default tax, in percent
	:param code: of that tax; else VAT and the rate
	:param includes_tax: whether prices include it; on v2 that holds for all markets of the currency, until the next `wipe`
	:param province: v2 only: a province of the country that takes a second tax, `province_rate`, on top
	"""
	code = code or f"VAT{rate:g}"
	found = WAYS[medusa.version].market(medusa, country, currency, rate, code, includes_tax)
	market = Market(found["id"], country, currency, shipping=found["shipping"])
	if not province:
		return market
	WAYS[medusa.version].province_tax(medusa, country, province, province_rate)
	return replace(market, province=province)


def tax(
	medusa,
	market: Market,
	rate: float,
	code: str = "",
	products: Sequence[str] = (),
	shipping: Sequence[str] = (),
) -> None:
	"""Another tax rate, instead of the market's default one, for products (their ids) and shipping options (their names)."""
	options = [market.shipping[name] for name in shipping]
	WAYS[medusa.version].tax(medusa, market, rate, code or f"VAT{rate:g}", list(products), options)


def product(medusa, sku: str, prices: dict[str, float] | None = None, stock: int | None = None) -> dict:
	"""A product as somebody makes one by hand: {"id", "variant_id"}.

	:param prices: by currency, else PRICES
	:param stock: how many there are; None: it isn't counted
	"""
	return WAYS[medusa.version].product(medusa, sku, prices or PRICES, stock)


def promotion(
	medusa, code: str, percent: float = 0, off: float = 0, currency: str = "omr", on: str = "order"
) -> str:
	"""A promotion; its code.

	:param percent: taken off
	:param off: the same as an amount of the currency; v1: in the newest market of that currency
	:param on: order, items or, on v2, shipping_methods
	"""
	WAYS[medusa.version].promotion(medusa, code, percent, off, currency, on)
	return code


def shipping_option(medusa, market: Market, name: str, prices: dict[str, float] | None = None) -> Market:
	"""The market with another shipping option, made if there is none of that name."""
	id = WAYS[medusa.version].shipping_option(medusa, market, name, prices or SHIPPING)
	return replace(market, shipping={**market.shipping, name: id})


# --- buying


def sign_up(medusa, email: str = BUYER, company: str = "", **values) -> Buyer:
	"""A new customer with an account; other values as first_name and phone. v1's sign-up takes no company."""
	names = {"first_name": "Aisha", "last_name": "B", **values}
	if company and medusa.version == "v2":
		names["company_name"] = company
	return Buyer(**WAYS[medusa.version].sign_up(medusa, email, names))


def address(market: Market | None = None, **values) -> dict:
	"""A postal address in a market; values as company, city and address_1."""
	base = {
		"first_name": "Aisha",
		"last_name": "B",
		"address_1": "Way 1",
		"city": "Muscat",
		"postal_code": "100",
		"phone": "+96812345678",
		"country_code": market.country if market else "om",
	}
	if market and market.province:
		base["province"] = market.province
	return {**base, **values}


def place(
	medusa,
	lines: Sequence[tuple[str, int]],
	*,
	market: Market | None = None,
	buyer: Buyer | None = None,
	email: str = BUYER,
	company: str = "",
	shipping_address: dict | None = None,
	billing_address: dict | None = None,
	promotions: Sequence[str] = (),
	shipping: str = "",
	metadata: dict | None = None,
) -> str:
	"""The id of a new order, authorised and not captured.

	:param lines: (variant id or sku, quantity)
	:param market: else Oman without taxes
	:param buyer: who has signed in; else a guest with `email`
	:param company: of both addresses
	:param promotions: codes
	:param shipping: a shipping option's name, else the market's first one
	:param metadata: v2 only
	"""
	market = market or oman(medusa)
	where = shipping_address or address(market, **({"company": company} if company else {}))
	cart = {
		"email": buyer.email if buyer else email,
		"shipping_address": where,
		"billing_address": billing_address or where,
		"metadata": metadata or {},
	}
	option = market.shipping[shipping] if shipping else next(iter(market.shipping.values()))
	items = [(_variant(medusa, what), quantity) for what, quantity in lines]
	token = buyer.token if buyer else None
	return WAYS[medusa.version].place(medusa, market, cart, items, list(promotions), option, token)


def oman(medusa) -> Market:
	"""The market of the seeded region, without taxes."""
	found = WAYS[medusa.version].seeded(medusa)
	return Market(medusa.shop["region_id"], "om", "omr", shipping=found)


def _variant(medusa, what: str) -> str:
	return what if what.startswith("variant_") else WAYS[medusa.version].variant(medusa, what)


# --- what happens to an order. Parts are {sku or line id: quantity}; None: all that is left


def capture(medusa, order: str, amount: float | None = None) -> None:
	"""Take the order's money, all that is left or an amount of it; v1 only takes all."""
	WAYS[medusa.version].capture(medusa, order, amount)


def refund(medusa, order: str, amount: float, note: str = "") -> None:
	"""Give money back that was captured."""
	WAYS[medusa.version].refund(medusa, order, amount, note)


def fulfill(medusa, order: str, parts: dict[str, int] | None = None) -> str:
	"""Pack a parcel; the fulfillment's id."""
	return WAYS[medusa.version].fulfill(medusa, order, _parts(medusa, order, parts, "fulfilled"))


def ship(
	medusa, order: str, fulfillment: str, number: str = "", url: str = "https://track.example/1"
) -> None:
	"""Hand a parcel over; `number` is its tracking number. v1 keeps no URL."""
	WAYS[medusa.version].ship(medusa, order, fulfillment, number, url)


def deliver(medusa, order: str, fulfillment: str) -> None:
	"""v2 only: note that a parcel has arrived."""
	WAYS[medusa.version].deliver(medusa, order, fulfillment)


def cancel_fulfillment(medusa, order: str, fulfillment: str) -> None:
	"""Unpack a parcel that wasn't handed over."""
	WAYS[medusa.version].cancel_fulfillment(medusa, order, fulfillment)


def request_return(medusa, order: str, parts: dict[str, int] | None = None) -> str:
	"""The id of a return that the customer asks for; what goes back was fulfilled (v1: shipped)."""
	return WAYS[medusa.version].request_return(medusa, order, _parts(medusa, order, parts, "returned"))


def receive_return(medusa, order: str, return_id: str, parts: dict[str, int] | None = None) -> None:
	"""What a customer sent back has come, all of it or parts. v1 refunds it at once, if it was captured."""
	wanted = None if parts is None else _parts(medusa, order, parts, "returned")
	WAYS[medusa.version].receive_return(medusa, order, return_id, wanted)


def edit(
	medusa, order: str, change: dict[str, int] | None = None, add: Sequence[tuple[str, int]] = ()
) -> None:
	"""Change an order and confirm that.

	:param change: {sku or line id: new quantity}; 0 takes the line out
	:param add: (variant id or sku, quantity)
	"""
	changes = dict(_parts(medusa, order, change or {}, ""))
	items = [(_variant(medusa, what), quantity) for what, quantity in add]
	WAYS[medusa.version].edit(medusa, order, changes, items)


def cancel(medusa, order: str) -> None:
	"""Cancel an order, of which nothing may be fulfilled."""
	medusa.admin("POST", f"/admin/orders/{order}/cancel")


# --- what Medusa says of it


def read(medusa, order: str) -> dict:
	"""The order as Medusa's admin API gives it."""
	return WAYS[medusa.version].read(medusa, order)


def total(medusa, order: str) -> Decimal:
	"""Medusa's own total of the order, in major units, not rounded."""
	return WAYS[medusa.version].total(medusa, order)


def lines(medusa, order: str) -> dict[str, str]:
	"""{sku: line id}; of an sku with several lines the last one."""
	return {row["sku"]: row["id"] for row in WAYS[medusa.version].lines(medusa, order)}


def _parts(medusa, order: str, parts: dict[str, int] | None, left_by: str) -> list[tuple[str, int]]:
	"""(line id, quantity), with `left_by` naming what is already done with a line: fulfilled or returned."""
	rows = WAYS[medusa.version].lines(medusa, order)
	if parts is None:
		left = [(row["id"], row["quantity"] - row[left_by]) for row in rows]
		return [(id, quantity) for id, quantity in left if quantity > 0]
	ids = {row["sku"]: row["id"] for row in rows} | {row["id"]: row["id"] for row in rows}
	return [(ids[what], quantity) for what, quantity in parts.items()]
