"""Orders that can't be read: each is told by itself, in the preview of an import and in the inbox, and the others come in."""

from contextlib import contextmanager, suppress
from copy import deepcopy

import frappe
import pytest
from frappe.utils import add_to_date, getdate, now_datetime

from medusa_integration.delivery.box import inbox
from medusa_integration.medusa.client import MedusaClient
from medusa_integration.medusa.errors import UnreadableOrder
from medusa_integration.medusa.order import Order
from medusa_integration.medusa.readable import head_or_rest, order_or_error
from medusa_integration.medusa.v1 import order_parsing as v1
from medusa_integration.medusa.v2 import order_parsing as v2
from medusa_integration.operations import order_import
from medusa_integration.operations.order_import import Period
from medusa_integration.orders import orders_from_medusa
from medusa_integration.sync import receiving
from tests.support import arriving, buying
from tests.support.factories import configure

PARSERS = {"v2": v2, "v1": v1}
ODD = ("gone", None, 7, "x", "", [], [None], {}, {"value": "x"}, float("nan"), True)


@pytest.fixture
def shop(medusa):
	with arriving.precision(3):
		buying.product(medusa, "ODD-1")
		arriving.configure_orders(server=False)
		arriving.items("ODD-1")
		configure(medusa, import_since=add_to_date(now_datetime(), days=1))
		yield medusa


def place(medusa) -> str:
	return buying.place(medusa, [("ODD-1", 2)])


def row_of(medusa, id: str) -> dict:
	params = {"fields": v2.ORDER_FIELDS} if medusa.version == "v2" else None
	return medusa.admin("GET", f"/admin/orders/{id}", params=params)["order"]


@contextmanager
def spoilt(monkeypatch, spoil: dict):
	"""Replies of Medusa's in which `spoil[id]` has changed the row of an order: of a whole order, and of one in a list
	where that has the same keys."""
	get = MedusaClient.get

	def reply(client, path, params=None):
		body = get(client, path, params)
		for row in [body["order"]] if isinstance(body.get("order"), dict) else body.get("orders", ()):
			with suppress(LookupError):
				spoil.get(row["id"], lambda row: None)(row)
		return body

	with monkeypatch.context() as patched:
		patched.setattr(MedusaClient, "get", reply)
		yield


def preview() -> dict:
	return order_import.preview(Period(getdate(), getdate()))


def drained() -> dict[str, str]:
	"""The parked orders and their errors, after all are queued and worked off."""
	order_import.queue(Period(getdate(), getdate()))
	frappe.db.commit()
	receiving.drain_inbox()
	frappe.db.rollback()
	rows = frappe.get_all(inbox.doctype, fields=["reference_name", "status", "error"])
	assert {row.status for row in rows} <= {"Parked"}
	return {row.reference_name: row.error for row in rows}


SPOILERS = (
	lambda row: row.pop("metadata"),
	lambda row: row.update(items=None),
	lambda row: row.update(items=[7]),
	lambda row: row["items"][0].update(tax_lines=None),
	lambda row: row["items"][0].update(adjustments="none"),
	lambda row: row.update(created_at="yesterday"),
	lambda row: row.update(currency_code=None),
	lambda row: row.update(shipping_methods=5),
	lambda row: row.update(shipping_address="Muscat"),
)


@pytest.mark.slow
def test_a_batch_of_odd_orders_stops_no_other(shop, monkeypatch):
	good = {place(shop), place(shop)}
	odd = {place(shop): spoiler for spoiler in SPOILERS}
	unknown_currency = place(shop)
	spoil = {**odd, unknown_currency: lambda row: row.update(currency_code="xqz")}
	with spoilt(monkeypatch, spoil):
		report = preview()
		parked = drained()
	assert (report["orders"], report["ready"], report["blocked"]) == (len(spoil) + 2, 2, len(spoil))
	told = " ".join(example for each in report["problems"] for example in each["examples"])
	assert all(id in told for id in odd)
	unread = {each["problem"] for each in report["problems"] if "can't be read" in each["problem"]}
	assert all("Retry" in problem for problem in unread)
	assert set(parked) == set(spoil)
	assert unread == {parked[id] for id in odd}
	assert "XQZ" in parked[unknown_currency]
	assert {*frappe.get_all("Sales Order", pluck="medusa_order_id")} == good
	without_sum = next(each for each in report["problems"] if "sum" in each["problem"])
	assert without_sum["orders"] == 2  # no time, no currency


@pytest.mark.slow
def test_an_order_comes_in_once_it_can_be_read(shop, monkeypatch):
	id = place(shop)
	with spoilt(monkeypatch, {id: lambda row: row.update(items=None)}):
		assert set(drained()) == {id}
	assert drained() == {}
	assert frappe.db.exists("Sales Order", {"medusa_order_id": id})


@pytest.mark.slow
def test_an_order_for_which_medusa_fails_is_told_alone(shop, proxy, monkeypatch):
	ids = [place(shop) for _ in range(3)]
	get = MedusaClient.get

	def reply(client, path, params=None):
		asked = (params or {}).get("id[]") or [path.rsplit("/", 1)[-1]]
		if ids[1] in asked:
			return get(client, "/admin/no-such-call/at-all", None)
		return get(client, path, params)

	proxy.fail("status", times=99, match="GET /admin/no-such-call", status=500, body='{"message": "broken"}')
	monkeypatch.setattr(MedusaClient, "get", reply)
	report = preview()
	assert (report["ready"], report["blocked"]) == (2, 1)
	(problem,) = report["problems"]
	assert ids[1] in problem["examples"][0] and "broken" in problem["problem"]


@pytest.mark.slow
def test_an_unforeseen_error_of_one_order_is_told(shop, monkeypatch):
	ids = [place(shop), place(shop)]
	place_order = orders_from_medusa.sales_orders.place

	def fail(order):
		if order.id == ids[0]:
			raise ZeroDivisionError("by nothing")
		return place_order(order)

	monkeypatch.setattr(orders_from_medusa.sales_orders, "place", fail)
	report = preview()
	assert (report["ready"], report["blocked"]) == (1, 1)
	assert "by nothing" in report["problems"][0]["problem"]


def test_each_value_of_an_order_may_be_odd(shop):
	"""Every place of the reply, with a value of each kind: read, or told, and never an error of another class."""
	row, parser = row_of(shop, place(shop)), PARSERS[shop.version]
	assert isinstance(order_or_error(row, parser.order_of), Order)
	told = 0
	for path in paths(row):
		for odd in ODD:
			order = order_or_error(changed(row, path, odd), parser.order_of)
			assert isinstance(order, Order | UnreadableOrder)
			if isinstance(order, UnreadableOrder):
				told += 1
				assert "Retry" in order.message and len(order.message) < 500
			assert head_or_rest(changed(row, path, odd), parser.head_of)
	assert told > 100
	for odd in ODD:
		assert isinstance(order_or_error(odd, parser.order_of), UnreadableOrder)
		assert head_or_rest(odd, parser.head_of).total is None


def test_the_missing_key_is_named(shop):
	row, parser = row_of(shop, place(shop)), PARSERS[shop.version]
	assert (
		"metadata is missing" in order_or_error(changed(row, ["metadata"], "gone"), parser.order_of).message
	)
	assert "email is 7" in order_or_error(changed(row, ["email"], 7), parser.order_of).message


def paths(value, path=()):
	if path:
		yield list(path)
	for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
		yield from paths(value[key], (*path, key))


def changed(row: dict, path: list, value) -> dict:
	row = deepcopy(row)
	*above, last = path
	inner = row
	for key in above:
		inner = inner[key]
	if value == "gone":
		del inner[last]
	else:
		inner[last] = value
	return row
