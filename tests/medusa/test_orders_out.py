"""What the dialect writes to a real Medusa's orders: once, also where a reply is lost."""

from decimal import Decimal
from threading import Event

import pytest

from medusa_integration import session
from medusa_integration.medusa.errors import (
	MedusaError,
	MedusaNotFound,
	MedusaRejected,
	MedusaUnavailable,
	NotSendable,
)
from medusa_integration.medusa.order import LineQuantity, Order
from medusa_integration.medusa.v2.order_parsing import ORDER_FIELDS, order_of
from tests.support import buying

FULFILL = {"v2": "POST /admin/orders/*/fulfillments", "v1": "POST /admin/orders/*/fulfillment"}


@pytest.fixture
def shop(medusa, proxy):
	"""The dialect, behind a proxy, with two products to buy."""
	for sku in ("G-1", "G-2"):
		buying.product(medusa, sku, stock=100)
	return session.open_shop()


def read(shop, id: str) -> Order:
	return shop.read_orders([id])[id]


def parts(medusa, id: str, **quantities: int) -> list[LineQuantity]:
	"""Parts of an order, by sku with _ for -."""
	lines = buying.lines(medusa, id)
	return [LineQuantity(lines[sku.replace("_", "-")], Decimal(each)) for sku, each in quantities.items()]


def until_done(act, most: int = 5):
	"""Repeat what fails for a lost reply, as the outbox does. Returns its result and how often it failed."""
	for failures in range(most):
		try:
			return act(), failures
		except MedusaUnavailable:
			pass
	raise AssertionError("never done")


# --- fulfillments


def test_a_parcel_from_packing_to_the_door(medusa, shop):
	id = buying.place(medusa, [("G-1", 3), ("G-2", 1)])
	some = parts(medusa, id, G_1=2)
	parcel = shop.fulfill(id, some, "", "DN-1")
	assert shop.fulfill(id, some, "", "DN-1") == parcel
	for _twice in range(2):
		shop.ship(id, parcel, [("1Z", "https://track.example/1Z"), ("2Z", "")])
		shop.deliver(id, parcel)
	(found,) = read(shop, id).fulfillments
	assert (found.id, found.reference, found.items) == (parcel, "DN-1", tuple(some))
	assert [number for number, _url in found.tracking] == ["1Z", "2Z"]
	assert found.shipped_at
	assert bool(found.delivered_at) == (medusa.version == "v2")
	with pytest.raises(MedusaRejected, match="shipped"):
		shop.cancel_fulfillment(id, parcel)


@pytest.mark.v2("v1 keeps an order's lines apart from its parcels")
def test_two_changes_at_once_are_made_one_after_the_other(medusa, shop):
	"""Else Medusa shows each line twice from then on."""
	id = buying.place(medusa, [("G-1", 3), ("G-2", 2)])
	parcels = [
		("DN-1", parts(medusa, id, G_1=1)),
		("DN-2", parts(medusa, id, G_2=1)),
		("DN-3", parts(medusa, id, G_1=2)),
	]
	done = shop.each(lambda twin, each: twin.fulfill(id, each[1], "", each[0]), parcels)
	assert len({*done}) == 3 and all(isinstance(each, str) for each in done)
	rows = medusa.admin("GET", f"/admin/orders/{id}", params={"fields": "id,*items,*items.detail"})["order"][
		"items"
	]
	assert sorted((row["variant_sku"], row["detail"]["fulfilled_quantity"]) for row in rows) == [
		("G-1", 3),
		("G-2", 1),
	]


@pytest.mark.slow
@pytest.mark.v2("v1 has no such locks")
def test_changes_of_reservations_wait_for_one_another(medusa, shop):
	"""Else Medusa's in-memory locks of the goods may wait for each other for ever."""
	first, second = (buying.place(medusa, [("G-1", 1), ("G-2", 1)]) for _ in range(2))
	some = parts(medusa, second, G_1=1, G_2=1)
	held, done = Event(), Event()

	def change(twin, id: str) -> bool:
		if id == first:
			with twin.reserving(id):
				held.set()
				return done.wait(2)
		held.wait(10)
		twin.fulfill(id, some, "", "DN-2")
		done.set()
		return True

	assert shop.each(change, [first, second]) == [False, True]
	assert len(read(shop, second).fulfillments) == 1


@pytest.mark.v2("v1 keeps an order's lines apart from its parcels")
def test_lines_that_medusa_shows_twice_count_once(medusa, shop):
	id = buying.place(medusa, [("G-1", 3), ("G-2", 2)])
	shop.fulfill(id, parts(medusa, id, G_1=1), "", "DN-1")
	row = medusa.admin("GET", f"/admin/orders/{id}", params={"fields": ORDER_FIELDS})["order"]
	before = order_of(row)
	for what in ("items", "shipping_methods"):
		older = [
			{**each, "detail": {**each["detail"], "id": "orditem_0", "fulfilled_quantity": 0}}
			for each in row[what]
		]
		row[what] = [each for pair in zip(row[what], older, strict=True) for each in pair]
	assert order_of(row) == before


def test_a_cancelled_parcel_is_packed_anew(medusa, shop):
	id = buying.place(medusa, [("G-1", 3)])
	first = shop.fulfill(id, parts(medusa, id, G_1=3), "", "DN-1")
	for _twice in range(2):
		shop.cancel_fulfillment(id, first)
	second = shop.fulfill(id, parts(medusa, id, G_1=2), "", "DN-1")
	assert second != first
	assert {each.id: each.is_canceled for each in read(shop, id).fulfillments} == {first: True, second: False}


@pytest.mark.slow
def test_two_delivery_notes_are_two_parcels(medusa, shop):
	id = buying.place(medusa, [("G-1", 4)])
	some = parts(medusa, id, G_1=1)
	assert shop.fulfill(id, some, "", "DN-1") != shop.fulfill(id, some, "", "DN-2")


def test_a_lost_reply_makes_no_second_parcel(medusa, shop, proxy):
	id = buying.place(medusa, [("G-1", 4)])
	some = parts(medusa, id, G_1=2)
	proxy.fail("drop", match=FULFILL[medusa.version])
	parcel, failures = until_done(lambda: shop.fulfill(id, some, "", "DN-1"))
	assert failures == 1
	assert [(each.id, each.items) for each in read(shop, id).fulfillments] == [(parcel, tuple(some))]


def test_refused_fulfillments(medusa, shop):
	id = buying.place(medusa, [("G-1", 1)])
	with pytest.raises(MedusaRejected):
		shop.fulfill(id, parts(medusa, id, G_1=2), "", "DN-1")
	with pytest.raises(MedusaNotFound):
		shop.fulfill("order_nobody", parts(medusa, id, G_1=1), "", "DN-1")
	with pytest.raises(MedusaNotFound):
		shop.ship(id, "ful_nobody")
	assert not read(shop, id).fulfillments


@pytest.mark.slow
@pytest.mark.v2("v1 knows no such difference")
def test_goods_and_services_of_one_delivery_note(medusa, shop, proxy):
	"""Medusa refuses both in one fulfillment."""
	buying.product(medusa, "S-1")  # not counted, so that it isn't shipped
	id = buying.place(medusa, [("G-1", 2)])
	buying.edit(medusa, id, add=[("S-1", 1)])
	both = parts(medusa, id, G_1=2, S_1=1)
	proxy.fail("drop", match=FULFILL["v2"])
	parcel, failures = until_done(lambda: shop.fulfill(id, both, "", "DN-1"))
	assert failures == 1
	shop.ship(id, parcel, [("1Z", "")])
	found = read(shop, id).fulfillments
	assert sorted(part.quantity for each in found for part in each.items) == [1, 2]
	assert len(found) == 2
	assert all(each.shipped_at and each.reference == "DN-1" for each in found)
	assert {line.sku: line.fulfilled_quantity for line in read(shop, id).lines} == {"G-1": 2, "S-1": 1}


# --- money, and the order as a whole


def test_captures(medusa, shop):
	id = buying.place(medusa, [("G-1", 4)])
	(payment,) = read(shop, id).payments
	if medusa.version == "v1":
		with pytest.raises(NotSendable, match=r"8\.000 OMR"):
			shop.capture(payment.id, Decimal(3))
		shop.capture(payment.id, Decimal(8))
		shop.capture(payment.id, Decimal(8))
	else:
		shop.capture(payment.id, Decimal("3.125"))
		with pytest.raises(MedusaRejected):
			shop.capture(payment.id, Decimal("4.876"))
		shop.capture(payment.id, Decimal("4.875"))
		shop.capture(payment.id, Decimal("4.875"))
	(payment,) = read(shop, id).payments
	assert payment.captured == 8


@pytest.mark.slow
def test_cancelling_an_order(medusa, shop, proxy):
	id = buying.place(medusa, [("G-1", 1)])
	parcel = shop.fulfill(id, parts(medusa, id, G_1=1), "", "DN-1")
	with pytest.raises(MedusaRejected, match="fulfillments must be canceled"):
		shop.cancel_order(id)
	shop.cancel_fulfillment(id, parcel)
	proxy.fail("drop", match="POST /admin/orders/*/cancel")
	assert until_done(lambda: shop.cancel_order(id))[1] == 1
	assert read(shop, id).status == "canceled"


# --- returns


@pytest.fixture
def delivered(medusa, shop) -> str:
	"""An order for four G-1, handed over."""
	id = buying.place(medusa, [("G-1", 4)])
	shop.ship(id, shop.fulfill(id, parts(medusa, id, G_1=4), "", "DN-1"))
	return id


ASKING = ("POST /admin/returns", "POST /admin/returns/*/request-items", "POST /admin/returns/*/request")
RECEIVING = (
	"POST /admin/returns/*/receive",
	"POST /admin/returns/*/receive-items",
	"POST /admin/returns/*/receive/confirm",
)


@pytest.mark.slow
def test_a_return_is_requested_and_received_once(medusa, shop, delivered):
	some = parts(medusa, delivered, G_1=3)
	return_id = shop.request_return(delivered, some, "", "DN-R")
	assert shop.request_return(delivered, some, "", "DN-R") == return_id
	(asked,) = read(shop, delivered).returns
	assert (asked.id, asked.reference, asked.status, asked.items) == (
		return_id,
		"DN-R",
		"requested",
		tuple(some),
	)
	if medusa.version == "v2":
		assert asked.location_id == read(shop, delivered).fulfillments[0].location_id != ""
		shop.receive_return(delivered, return_id, parts(medusa, delivered, G_1=1))
	for _twice in range(2):
		shop.receive_return(delivered, return_id, some)
	(come,) = read(shop, delivered).returns
	assert (come.status, come.received) == ("received", tuple(some))
	assert read(shop, delivered).lines[0].received_quantity == 3


@pytest.mark.slow
@pytest.mark.v2("v1 does it in two calls")
def test_lost_replies_make_no_second_return(medusa, shop, proxy, delivered):
	some = parts(medusa, delivered, G_1=2)
	for match in ASKING[1:]:
		proxy.fail("drop", match=match)
	proxy.fail("drop", match=ASKING[0])
	return_id, asking = until_done(lambda: shop.request_return(delivered, some, "", "DN-R"))
	(row,) = read(shop, delivered).returns
	assert (row.id, row.status, row.items) == (return_id, "requested", tuple(some))
	for match in RECEIVING[1:]:
		proxy.fail("drop", match=match)
	proxy.fail("drop", match=RECEIVING[0])
	_none, receiving = until_done(lambda: shop.receive_return(delivered, return_id, some))
	assert (asking, receiving) == (3, 3)
	order = read(shop, delivered)
	assert [(each.status, each.received) for each in order.returns] == [("received", tuple(some))]
	assert order.lines[0].received_quantity == 2


@pytest.mark.v1
def test_a_lost_reply_makes_no_second_return_on_v1(medusa, shop, proxy, delivered):
	some = parts(medusa, delivered, G_1=2)
	proxy.fail("drop", match="POST /admin/orders/*/return")
	return_id, asking = until_done(lambda: shop.request_return(delivered, some, "", "DN-R"))
	proxy.fail("drop", match="POST /admin/returns/*/receive")
	_none, receiving = until_done(lambda: shop.receive_return(delivered, return_id, some))
	assert (asking, receiving) == (1, 1)
	order = read(shop, delivered)
	assert [(each.id, each.received) for each in order.returns] == [(return_id, tuple(some))]


@pytest.mark.slow
@pytest.mark.v2("v1 has no stock locations")
def test_a_return_of_medusas_that_names_no_stock_location(medusa, shop, delivered):
	"""Medusa can't receive it as it is."""
	id = medusa.admin("POST", "/admin/returns", {"order_id": delivered})["return"]["id"]
	items = [{"id": buying.lines(medusa, delivered)["G-1"], "quantity": 2}]
	medusa.admin("POST", f"/admin/returns/{id}/request-items", {"items": items})
	medusa.admin("POST", f"/admin/returns/{id}/request", {})
	shop.receive_return(delivered, id, parts(medusa, delivered, G_1=2))
	(row,) = read(shop, delivered).returns
	assert row.status == "received"


@pytest.mark.v1
def test_a_return_of_ours_gives_no_money_back_on_v1(medusa, shop, delivered):
	buying.capture(medusa, delivered)
	some = parts(medusa, delivered, G_1=2)
	shop.receive_return(delivered, shop.request_return(delivered, some, "", "DN-R"), some)
	(payment,) = read(shop, delivered).payments
	assert (payment.captured, payment.refunded) == (8, 0)


@pytest.mark.slow
def test_a_refused_return_leaves_the_order_free(medusa, shop, delivered):
	with pytest.raises(MedusaRejected):
		shop.request_return(delivered, parts(medusa, delivered, G_1=5), "", "DN-R")
	return_id = shop.request_return(delivered, parts(medusa, delivered, G_1=1), "", "DN-R2")
	if medusa.version == "v2":  # v1 takes more than was asked for
		with pytest.raises(MedusaError):
			shop.receive_return(delivered, return_id, parts(medusa, delivered, G_1=2))
	shop.receive_return(delivered, return_id, parts(medusa, delivered, G_1=1))
	(row,) = read(shop, delivered).returns
	assert (row.reference, row.status) == ("DN-R2", "received")
