"""The Medusa that the other tests run against: seeded, emptied, restarted, and gone when we are."""

import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
import requests

from tests.medusa import postgres, session
from tests.medusa.server import CACHE, Medusa

ORPHANED = """
import os
from tests.medusa.server import Medusa

medusa = Medusa.start()
count = medusa.admin("GET", "/admin/products")["count"]
print(count, medusa._session.folder, medusa._node.pid, medusa.postgres.child.pid, flush=True)
os.kill(os.getpid(), 9)
"""


@pytest.fixture
def medusa(medusa_server):
	medusa_server.wipe()
	return medusa_server


def stock_the_shop(medusa: Medusa, amount: float) -> str:
	"""A collection with one product that has ten in stock and a price in a list; the variant's id."""
	shop = medusa.shop
	collection = medusa.admin("POST", "/admin/collections", {"title": "Gloves"})["collection"]["id"]
	product = {
		"title": "Nitrile gloves",
		"status": "published",
		"collection_id": collection,
		"shipping_profile_id": shop["shipping_profile_id"],
		"sales_channels": [{"id": shop["sales_channel_id"]}],
		"options": [{"title": "Default", "values": ["Default"]}],
		"variants": [{"title": "Default", "sku": "NITRILE", "options": {"Default": "Default"}, "prices": []}],
	}
	fields = {"fields": "variants.id,variants.inventory_items.inventory_item_id"}
	made = medusa.admin("POST", "/admin/products", product, fields)["product"]["variants"][0]
	price = {"variant_id": made["id"], "currency_code": "omr", "amount": amount}
	listed = {
		"title": "Retail",
		"description": "-",
		"type": "override",
		"status": "active",
		"prices": [price],
	}
	medusa.admin("POST", "/admin/price-lists", listed)
	level = {
		"inventory_item_id": made["inventory_items"][0]["inventory_item_id"],
		"location_id": shop["stock_location_id"],
		"stocked_quantity": 10,
	}
	medusa.admin("POST", "/admin/inventory-items/location-levels/batch", {"create": [level]})
	return made["id"]


def buy(medusa: Medusa, variant: str) -> dict:
	"""The order of a new customer for two pieces."""
	address = {"first_name": "Aisha", "last_name": "B", "address_1": "Way 1", "country_code": "om"}
	email = "aisha@example.test"
	login = {"email": email, "password": "buyerpass1"}
	token = requests.post(medusa.url + "/auth/customer/emailpass/register", json=login).json()["token"]
	key = medusa.shop["publishable_key"]
	headers = {"Authorization": f"Bearer {token}", "x-publishable-api-key": key}
	requests.post(medusa.url + "/store/customers", json={"email": email}, headers=headers).raise_for_status()
	cart = {
		"region_id": medusa.shop["region_id"],
		"email": email,
		"shipping_address": address,
		"items": [{"variant_id": variant, "quantity": 2}],
	}
	cart = medusa.store("POST", "/store/carts", cart)["cart"]["id"]
	options = medusa.store("GET", "/store/shipping-options", params={"cart_id": cart})["shipping_options"]
	medusa.store("POST", f"/store/carts/{cart}/shipping-methods", {"option_id": options[0]["id"]})
	payment = medusa.store("POST", "/store/payment-collections", {"cart_id": cart})["payment_collection"][
		"id"
	]
	provider = {"provider_id": "pp_system_default"}
	medusa.store("POST", f"/store/payment-collections/{payment}/payment-sessions", provider)
	return medusa.store("POST", f"/store/carts/{cart}/complete")["order"]


def test_a_seeded_shop_sells_and_a_wiped_one_starts_over(medusa):
	for amount in (1.125, 2.5):
		order = buy(medusa, stock_the_shop(medusa, amount))
		assert (order["total"], order["currency_code"], order["tax_total"]) == (2 * amount + 2, "omr", 0)
		medusa.wipe()
		for path in ("products", "collections"):
			assert medusa.store("GET", f"/store/{path}")["count"] == 0
		for path in ("price-lists", "inventory-items", "reservations", "customers", "orders"):
			assert medusa.admin("GET", f"/admin/{path}")["count"] == 0


def test_restarts_with_the_same_data_at_the_same_url(medusa):
	stock_the_shop(medusa, 1)
	medusa.kill()
	with pytest.raises(requests.ConnectionError):
		requests.get(medusa.url + "/health")
	medusa.restart()
	assert medusa.store("GET", "/store/products")["count"] == 1


def test_pauses(medusa):
	medusa.pause()
	with pytest.raises(requests.Timeout):
		requests.get(medusa.url + "/health", timeout=0.3)
	medusa.resume()
	assert requests.get(medusa.url + "/health", timeout=5).ok


def test_a_second_one_sees_nothing_of_the_first_and_dies_with_its_owner(medusa):
	stock_the_shop(medusa, 1)
	root = Path(__file__).parents[1]
	owner = subprocess.run([sys.executable, "-c", ORPHANED], cwd=root, capture_output=True, text=True)
	count, folder, *pids = owner.stdout.split()
	assert (owner.returncode, count) == (-9, "0")
	wait_for(lambda: not any(psutil.pid_exists(int(pid)) for pid in pids))

	with session.exclusive(CACHE):
		session.sweep(CACHE, template=next(postgres.home(CACHE).glob("v2-template-*")))
	assert not Path(folder).exists()
	assert medusa.store("GET", "/store/products")["count"] == 1


def wait_for(condition, seconds: float = 5) -> None:
	deadline = time.monotonic() + seconds
	while not condition():
		assert time.monotonic() < deadline
		time.sleep(0.05)
