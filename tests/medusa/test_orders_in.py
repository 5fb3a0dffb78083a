"""Orders of a real Medusa, as the dialect reads and polls them."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest

from medusa_integration import session
from medusa_integration.medusa.order import LineQuantity, Order
from medusa_integration.medusa.totals import decimals_of, half_up, plan_of
from tests.support import buying

TENTH = "TENTH"


@pytest.fixture
def shop(medusa):
	"""The dialect, with two products to buy."""
	for sku in ("G-1", "G-2"):
		buying.product(medusa, sku, stock=100)
	return session.open_shop()


def read(shop, id: str) -> Order:
	return shop.read_orders([id])[id]


def now() -> datetime:
	return datetime.now(timezone.utc)


def line(order: Order, sku: str):
	(found,) = (each for each in order.lines if each.sku == sku)
	return found


# --- totals


def market_of(medusa, name: str) -> buying.Market:
	match name:
		case "one rate":
			return buying.market(medusa, "bh", "omr", rate=5)
		case "two rates":
			market = buying.market(medusa, "jp", "jpy", rate=10)
			other = buying.product(medusa, "G-3")
			buying.tax(medusa, market, 8, "JCT8", products=[other["id"]], shipping=["Delivery abroad"])
			return market
		case "included":
			return buying.market(medusa, "de", "eur", rate=19, includes_tax=True)
		case "country and province":
			return buying.market(medusa, "us", "usd", rate=4, province="us-ny", province_rate=4.5)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["one rate", "two rates", "included", "country and province"])
def test_the_total_is_what_the_parts_make(medusa, shop, name):
	if medusa.version == "v1" and name in ("included", "country and province"):
		pytest.skip("v1 has no such taxes")
	market = market_of(medusa, name)
	code = buying.promotion(medusa, TENTH, percent=10, on="items")
	lines = [("G-1", 3), ("G-2", 7)] + ([("G-3", 1)] if name == "two rates" else [])
	id = buying.place(medusa, lines, market=market, promotions=[code])
	order = read(shop, id)
	plan = plan_of(order)
	assert plan.grand == half_up(buying.total(medusa, id), decimals_of(order.currency)) > 0
	assert order.total == buying.total(medusa, id)
	assert order.currency == market.currency.upper()
	assert line(order, "G-1").is_tax_inclusive == (name == "included")
	assert len(line(order, "G-2").taxes) == (2 if name == "country and province" else 1)
	assert line(order, "G-1").adjustments
	rates = {tax.rate for each in (*order.lines, *order.shipping) for tax in each.taxes}
	expected = {"one rate": {5}, "two rates": {8, 10}, "included": {19}}
	assert rates == expected.get(name, {4, Decimal("4.5")})


@pytest.mark.slow
@pytest.mark.v2("v1 has no fixed amount for all regions")
def test_a_fixed_amount_off_an_order(medusa, shop):
	market = buying.market(medusa, "bh", "omr", rate=5)
	code = buying.promotion(medusa, "OFF", off=1, on="order")
	order = read(shop, buying.place(medusa, [("G-1", 3), ("G-2", 1)], market=market, promotions=[code]))
	assert plan_of(order).grand == half_up(order.total, 3) > 0
	assert {each.code for row in order.lines for each in row.adjustments} == {"OFF"}


# --- what an order says


@pytest.mark.slow
def test_who_bought_what(medusa, shop):
	market = buying.market(medusa, "bh", "omr", rate=5)
	buyer = buying.sign_up(medusa, company="Clinic", phone="+9681")
	billing = buying.address(market, company="Clinic LLC", city="Manama")
	id = buying.place(
		medusa,
		[("G-1", 2)],
		market=market,
		buyer=buyer,
		billing_address=billing,
		metadata={"note": "Ring twice"},
	)
	order = read(shop, id)
	assert (order.id, order.status, order.email) == (id, "pending", buyer.email)
	assert order.sales_channel == medusa.shop["sales_channel_id"]
	assert (order.customer.id, order.customer.has_account) == (buyer.id, True)
	assert (order.customer.first_name, order.customer.phone) == ("Aisha", "+9681")
	assert order.display_id.isdigit()
	assert (order.billing_address.company, order.billing_address.city) == ("Clinic LLC", "Manama")
	assert (order.shipping_address.company, order.shipping_address.country_code) == ("", "BH")
	(row,) = order.lines
	assert (row.sku, row.quantity, row.unit_price) == ("G-1", 2, Decimal("1.5"))
	assert row.variant_id and row.id == buying.lines(medusa, id)["G-1"]
	(method,) = order.shipping
	assert (method.name, method.amount) == ("Delivery abroad", 2)
	assert method.option_id == market.shipping["Delivery abroad"]
	assert timedelta(0) <= now() - order.created_at < timedelta(minutes=2)
	if medusa.version == "v2":
		assert (order.note, order.customer.company_name) == ("Ring twice", "Clinic")


def test_a_guest(medusa, shop):
	order = read(shop, buying.place(medusa, [("G-1", 1)], email="guest@example.test"))
	assert (order.customer.email, order.customer.has_account) == ("guest@example.test", False)


@pytest.mark.slow
@pytest.mark.v2("v1 reads orders one by one, and its drafts aren't orders")
def test_several_orders_are_one_call_and_drafts_are_told(medusa, proxy):
	for sku in ("G-1", "G-2"):
		buying.product(medusa, sku)
	ids = [buying.place(medusa, [(sku, 1)]) for sku in ("G-1", "G-2")]
	shop = session.open_shop()
	proxy.clear()
	assert set(shop.read_orders(ids)) == set(ids)
	assert proxy.count("GET /admin/") == 1
	where = {key: medusa.shop[key] for key in ("region_id", "sales_channel_id")}
	item = {"title": "Glove", "quantity": 2, "unit_price": 5}
	body = {"email": "a@example.test", "items": [item], **where}
	draft = medusa.admin("POST", "/admin/draft-orders", body)["draft_order"]["id"]
	found = shop.read_orders([*ids, draft, "order_nobody"])
	assert {id: order.status for id, order in found.items()} == {
		ids[0]: "pending",
		ids[1]: "pending",
		draft: "draft",
	}


def test_unknown_orders_are_left_out(shop):
	assert shop.read_orders(["order_nobody", ""]) == {}
	assert shop.read_orders([]) == {}


# --- what happens to an order


@pytest.mark.slow
def test_money_that_was_taken_and_given_back(medusa, shop):
	id = buying.place(medusa, [("G-1", 4)])
	(payment,) = read(shop, id).payments
	assert (payment.amount, payment.captured, payment.currency) == (8, 0, "OMR")
	assert payment.provider in {row["value"] for row in shop.payment_providers()}
	if medusa.version == "v2":
		buying.capture(medusa, id, 3)
	buying.capture(medusa, id)
	buying.refund(medusa, id, 1.25, "Scratched")
	(payment,) = read(shop, id).payments
	parts = [3, 5] if medusa.version == "v2" else [8]
	assert sorted(each.amount for each in payment.captures) == parts
	assert (payment.captured, payment.refunded) == (8, Decimal("1.25"))
	(refund,) = payment.refunds
	assert refund.note == "Scratched"
	assert len({each.id for each in (*payment.captures, refund)}) == len(parts) + 1


@pytest.mark.slow
def test_parcels(medusa, shop):
	id = buying.place(medusa, [("G-1", 3), ("G-2", 2)])
	parcel = buying.fulfill(medusa, id, {"G-1": 2})
	buying.ship(medusa, id, parcel, "1Z", "https://track.example/1Z")
	other = buying.fulfill(medusa, id, {"G-2": 1})
	buying.cancel_fulfillment(medusa, id, other)
	order = read(shop, id)
	shipped, cancelled = sorted(order.fulfillments, key=lambda each: each.is_canceled)
	assert (shipped.id, shipped.items) == (parcel, (LineQuantity(line(order, "G-1").id, Decimal(2)),))
	assert shipped.shipped_at and not shipped.delivered_at and not shipped.reference
	assert shipped.tracking == (("1Z", "https://track.example/1Z" if medusa.version == "v2" else ""),)
	assert (cancelled.id, cancelled.is_canceled) == (other, True)
	assert line(order, "G-1").fulfilled_quantity == 2
	assert line(order, "G-2").fulfilled_quantity == 0
	if medusa.version == "v2":
		assert shipped.location_id == medusa.shop["stock_location_id"]
		buying.deliver(medusa, id, parcel)
		assert any(each.delivered_at for each in read(shop, id).fulfillments)


def delivered(medusa, quantity: int = 3) -> str:
	"""An order for G-1, paid and handed over. v1 gives money back with a return, and refuses one that wasn't paid."""
	id = buying.place(medusa, [("G-1", quantity), ("G-2", 1)])
	buying.capture(medusa, id)
	buying.ship(medusa, id, buying.fulfill(medusa, id))
	return id


@pytest.mark.slow
def test_a_return(medusa, shop):
	id = delivered(medusa)
	return_id = buying.request_return(medusa, id, {"G-1": 2})
	(asked,) = read(shop, id).returns
	own = line(read(shop, id), "G-1").id
	assert (asked.id, asked.status, asked.received) == (return_id, "requested", ())
	assert asked.items == (LineQuantity(own, Decimal(2)),)
	buying.receive_return(medusa, id, return_id)
	order = read(shop, id)
	(come,) = order.returns
	assert (come.status, come.received) == ("received", (LineQuantity(own, Decimal(2)),))
	assert (line(order, "G-1").quantity, line(order, "G-1").received_quantity) == (3, 2)


@pytest.mark.slow
@pytest.mark.v2("v1 receives a return at once")
def test_a_return_that_comes_in_parts(medusa, shop):
	"""Medusa's return keeps only the last part."""
	id = delivered(medusa, 4)
	return_id = buying.request_return(medusa, id, {"G-1": 3})
	for received, status in ((1, "partially_received"), (2, "partially_received"), (3, "received")):
		buying.receive_return(medusa, id, return_id, {"G-1": 1})
		(row,) = read(shop, id).returns
		assert (sum(part.quantity for part in row.received), row.status) == (received, status)


@pytest.mark.slow
def test_an_edited_order(medusa, shop):
	market = buying.market(medusa, "bh", "omr", rate=5)
	id = buying.place(medusa, [("G-1", 3), ("G-2", 2)], market=market)
	buying.product(medusa, "G-3", {"omr": 4.5})
	buying.edit(medusa, id, change={"G-1": 1, "G-2": 0}, add=[("G-3", 2)])
	order = read(shop, id)
	assert {each.sku: each.quantity for each in order.lines} == {"G-1": 1, "G-3": 2}
	assert plan_of(order).grand == half_up(order.total, 3) == half_up(buying.total(medusa, id), 3)


@pytest.mark.v2("v1's edits keep the prices")
def test_an_edited_price(medusa, shop):
	id = buying.place(medusa, [("G-1", 3)])
	medusa.admin("POST", "/admin/order-edits", {"order_id": id})
	path = f"/admin/order-edits/{id}"
	change = {"quantity": 3, "unit_price": 1.25}
	medusa.admin("POST", f"{path}/items/item/{buying.lines(medusa, id)['G-1']}", change)
	medusa.admin("POST", f"{path}/confirm", {})
	order = read(shop, id)
	assert line(order, "G-1").unit_price == Decimal("1.25")
	assert plan_of(order).grand == half_up(order.total, 3) == Decimal("5.75")


def test_a_cancelled_order(medusa, shop):
	id = buying.place(medusa, [("G-1", 1)])
	buying.cancel(medusa, id)
	order = read(shop, id)
	assert order.status == "canceled"
	assert order.canceled_at
	assert all(payment.is_canceled for payment in order.payments)


# --- polling


def ids_in(pages) -> list[str]:
	return [id for page in pages for id, _time in page]


def small_pages(monkeypatch, medusa) -> None:
	monkeypatch.setattr(f"medusa_integration.medusa.{medusa.version}.order_polling.PAGE", 2)


@pytest.mark.slow
def test_each_event_is_seen_by_a_poll(medusa, shop):
	id = buying.place(medusa, [("G-1", 3)])

	def is_seen_after(act) -> tuple[bool, bool]:
		before = max(each[1] for page in shop.orders_changed(now() - timedelta(hours=1)) for each in page)
		began = max(now() - timedelta(milliseconds=1), before + timedelta(milliseconds=1))
		act()
		return id in ids_in(shop.orders_changed(began)), id in ids_in(shop.payments_changed(began))

	taken = is_seen_after(lambda: buying.capture(medusa, id))
	assert taken == ((False, True) if medusa.version == "v2" else (True, False))
	assert is_seen_after(lambda: buying.refund(medusa, id, 1))[0]
	parcels = []
	assert is_seen_after(lambda: parcels.append(buying.fulfill(medusa, id, {"G-1": 2})))[0]
	assert is_seen_after(lambda: buying.ship(medusa, id, parcels[0], "1Z"))[0]
	returns = []
	asked = is_seen_after(lambda: returns.append(buying.request_return(medusa, id, {"G-1": 1})))[0]
	assert asked == (medusa.version == "v2")
	assert is_seen_after(lambda: buying.receive_return(medusa, id, returns[0]))[0]


@pytest.mark.slow
def test_pages_leave_nothing_out_while_orders_change(medusa, shop, monkeypatch):
	began = now()
	ids = [buying.place(medusa, [("G-1", 1)]) for _number in range(5)]
	small_pages(monkeypatch, medusa)
	pages = shop.orders_changed(began)
	found = ids_in([next(pages)])
	assert found == ids[:2]
	buying.cancel(medusa, ids[0])
	found += ids_in(pages)
	assert found == [*ids, ids[0]]


@pytest.mark.slow
def test_pages_of_orders_that_changed_at_once(medusa, shop, monkeypatch):
	began = now()
	ids = [buying.place(medusa, [("G-1", 1)]) for _number in range(5)]
	medusa.postgres.execute('update "order" set updated_at = now() where id is not null', "medusa")
	small_pages(monkeypatch, medusa)
	found = ids_in(shop.orders_changed(began))
	assert sorted(found) == sorted(ids)


@pytest.mark.slow
def test_orders_placed_in_a_period(medusa, shop, monkeypatch):
	first = buying.place(medusa, [("G-1", 1)])
	placed = read(shop, first).created_at
	others = [buying.place(medusa, [("G-1", 2)]) for _number in range(3)]
	small_pages(monkeypatch, medusa)
	heads = [head for page in shop.orders_placed(placed, now() + timedelta(minutes=1)) for head in page]
	assert [head.id for head in heads] == [first, *others]
	assert (heads[0].total, heads[0].currency, heads[0].status) == (Decimal("3.5"), "OMR", "pending")
	assert heads[0].display_id == read(shop, first).display_id
	later = placed + timedelta(milliseconds=1)
	assert [head.id for page in shop.orders_placed(later, now()) for head in page] == others
	assert list(shop.orders_placed(placed - timedelta(hours=1), placed)) == []


def test_customers(medusa, shop):
	began = now() - timedelta(milliseconds=1)
	buyer = buying.sign_up(medusa, company="Clinic")
	assert ids_in(shop.customers_changed(began)) == [buyer.id]
	place = buying.address(company="Clinic LLC")
	body = {"address": place} if medusa.version == "v1" else place
	medusa.store("POST", "/store/customers/me/addresses", body, token=buyer.token)
	found = shop.read_customers([buyer.id, "cus_nobody"])
	assert list(found) == [buyer.id]
	customer = found[buyer.id]
	assert (customer.email, customer.last_name, customer.has_account) == (buyer.email, "B", True)
	(address,) = customer.addresses
	assert (address.company, address.city, address.country_code) == ("Clinic LLC", "Muscat", "OM")
	assert address.id


def test_what_the_mappings_choose_from(medusa, shop):
	buying.market(medusa, "bh", "omr", rate=5)
	labels = [row["label"] for row in shop.shipping_options()]
	assert "Delivery (Oman)" in labels
	assert any(label.startswith("Delivery abroad (") for label in labels)
	assert all(row["value"] for row in (*shop.shipping_options(), *shop.payment_providers()))
