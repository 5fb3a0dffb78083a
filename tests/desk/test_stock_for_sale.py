"""Test Connection and the doctor tell of stock locations from which the shop sells nothing."""

import pytest

from medusa_integration.desk import forms as desk
from tests.support import goods
from tests.support.doctor import examined
from tests.support.factories import configure, warehouse

pytestmark = pytest.mark.v2("v1 has no stock locations")


def said() -> tuple[str, str]:
	found = [line for line in desk.test_connection()["lines"] if line["step"] == "Stock for Sale"]
	return (found[0]["status"], found[0]["message"]) if found else ("", "")


def link(medusa, location: str, **change) -> None:
	medusa.admin("POST", f"/admin/stock-locations/{location}/sales-channels", change)


def test_the_default_location_that_no_longer_sells(shipping_shop):
	medusa = shipping_shop.medusa
	location, channel = medusa.shop["stock_location_id"], [medusa.shop["sales_channel_id"]]
	assert said() == (
		"ok",
		"The sales channel Default Sales Channel sells from every stock location that gets stock from here.",
	)
	link(medusa, location, remove=channel)
	try:
		status, words = said()
		assert status == "warning"
		assert "sells nothing from Muscat" in words
		assert "Locations & Shipping → Muscat → Sales Channels, add Default Sales Channel" in words
		assert "sells nothing from Muscat" in examined().warnings()[0]
	finally:
		link(medusa, location, add=channel)  # as is advised
	assert said()[0] == "ok"
	assert examined().warnings() == []
	assert goods.place(medusa, ("G-1", 1))


def test_a_location_of_the_table(medusa, shelf):
	other = medusa.admin("POST", "/admin/stock-locations", {"name": "Salalah"})["stock_location"]["id"]
	try:
		assert said() == ("", "")  # Two locations, none chosen: the line above says so.
		table = [{"warehouse": warehouse("Web Shelf 2", shelf.group), "stock_location": other}]
		configure(medusa, stock_location=medusa.shop["stock_location_id"], stock_locations=table)
		status, words = said()
		assert (status, "sells nothing from Salalah" in words, "Muscat" in words) == ("warning", True, False)
		link(medusa, other, add=[medusa.shop["sales_channel_id"]])
		assert said()[0] == "ok"
	finally:
		medusa.admin("DELETE", f"/admin/stock-locations/{other}")
	status, words = said()
	assert (status, f"names {other}, which isn't in this shop" in words) == ("failed", True)


def test_another_channel_is_chosen(medusa):
	channel = medusa.admin("POST", "/admin/sales-channels", {"name": "B2B"})["sales_channel"]["id"]
	try:
		configure(medusa, sales_channel=channel)
		status, words = said()
		assert (status, "add B2B" in words) == ("warning", True)
		link(medusa, medusa.shop["stock_location_id"], add=[channel])
		assert said()[0] == "ok"
	finally:
		medusa.admin("DELETE", f"/admin/sales-channels/{channel}")
