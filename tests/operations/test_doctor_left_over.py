"""Quantities that Medusa counts as reserved though no reservation has them: the doctor tells where, how many, and what mends it."""

import json
import re

import pytest

from medusa_integration import session
from medusa_integration.operations.doctor import LEFT_OVER
from tests.support.doctor import examined

pytestmark = pytest.mark.v2("v1 keeps no reservations")


@pytest.fixture
def places(medusa):
	"""Two stock locations with 10 of L-1, L-2 and L-3 each: `{sku: inventory item}`, and the locations."""
	(first,) = medusa.admin("GET", "/admin/stock-locations")["stock_locations"]
	other = medusa.admin("POST", "/admin/stock-locations", {"name": "Salalah"})["stock_location"]
	items = {}
	for sku in ("L-1", "L-2", "L-3"):
		item = medusa.admin("POST", "/admin/inventory-items", {"sku": sku})["inventory_item"]["id"]
		for place in (first, other):
			level = {"location_id": place["id"], "stocked_quantity": 10}
			medusa.admin("POST", f"/admin/inventory-items/{item}/location-levels", level)
		items[sku] = item
	yield items, first, other
	medusa.admin("DELETE", f"/admin/stock-locations/{other['id']}")


def reserve(medusa, item: str, place: dict, quantity: int) -> str:
	body = {"inventory_item_id": item, "location_id": place["id"], "quantity": quantity}
	return medusa.admin("POST", "/admin/reservations", body)["reservation"]["id"]


def move(medusa, reservation: str, place: dict) -> None:
	medusa.admin("POST", f"/admin/reservations/{reservation}", {"location_id": place["id"]})


def drop(medusa, reservation: str) -> None:
	medusa.admin("DELETE", f"/admin/reservations/{reservation}")


def notes() -> list:
	return [note for note in examined().notes if note.what == LEFT_OVER]


def reserved(medusa, item: str) -> dict[str, int]:
	levels = medusa.admin("GET", f"/admin/inventory-items/{item}/location-levels")["inventory_levels"]
	return {level["location_id"]: level["reserved_quantity"] for level in levels}


def test_a_left_over_reservation_is_found_and_its_step_mends_it(medusa, places):
	items, first, other = places
	kept = reserve(medusa, items["L-1"], first, 2)
	moved = reserve(medusa, items["L-2"], first, 3)
	move(medusa, moved, other)  # Medusa leaves 3 reserved at the first one.
	stays = reserve(medusa, items["L-2"], first, 1)
	comparison = examined()
	(note,) = (note for note in comparison.notes if note.what == LEFT_OVER)
	assert note.name == "L-2" and note.ours.startswith(f"3 at {first['name']}: ")
	assert comparison.differences == [] and "1 with reserved for no order" in comparison.summary()
	body = json.loads(re.search(r"POST /admin/reservations (\{.*?\})", note.ours)[1])
	mending = medusa.admin("POST", "/admin/reservations", body)["reservation"]["id"]
	move(medusa, mending, other)
	drop(medusa, mending)
	assert notes() == []
	assert reserved(medusa, items["L-2"]) == {first["id"]: 1, other["id"]: 3}
	for each in (kept, moved, stays):
		drop(medusa, each)
	assert reserved(medusa, items["L-2"]) == {first["id"]: 0, other["id"]: 0}


def test_reservations_of_open_orders_are_no_rest(medusa, places):
	items, first, other = places
	for item in items.values():
		reserve(medusa, item, first, 2)
		reserve(medusa, item, other, 10)
	assert notes() == []


def test_calls_do_not_grow_with_the_items(medusa, places, proxy):
	items, first, other = places
	shop = session.open_shop()
	for done, sku in enumerate(items, 1):
		reservation = reserve(medusa, items[sku], first, done)
		move(medusa, reservation, other)
		proxy.clear()
		found = shop.left_over_reservations()
		assert [(each.sku, each.place, each.quantity) for each in found] == [
			(f"L-{number}", first["name"], number) for number in range(1, done + 1)
		]
		assert (
			proxy.count("GET /admin/inventory-items") == 3
		)  # a page, the empty one after it, the second look
