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
from tests.support.shop import buy, is_empty, make_price_list, make_product, set_quantity

pytestmark = pytest.mark.slow

ORPHANED = """
import os
from tests.medusa.server import Medusa

medusa = Medusa.start("{version}")
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
	collection = medusa.admin("POST", "/admin/collections", {"title": "Gloves"})["collection"]["id"]
	product = make_product(medusa, "NITRILE", status="published", collection_id=collection)
	variant = product["variants"][0]["id"]
	make_price_list(medusa, variant, amount)
	set_quantity(medusa, "NITRILE", 10)
	return variant


def test_a_seeded_shop_sells_and_a_wiped_one_starts_over(medusa):
	for amount in (1.125, 2.5):
		order = buy(medusa, stock_the_shop(medusa, amount))
		assert (order["total"], order["currency_code"], order["tax_total"]) == (2 * amount + 2, "omr", 0)
		medusa.wipe()
		assert is_empty(medusa)


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
	root = Path(__file__).parents[2]
	owner = subprocess.run(
		[sys.executable, "-c", ORPHANED.format(version=medusa.version)],
		cwd=root,
		capture_output=True,
		text=True,
	)
	count, folder, *pids = owner.stdout.split()
	assert (owner.returncode, count) == (-9, "0")
	wait_for(lambda: not any(psutil.pid_exists(int(pid)) for pid in pids))

	with session.exclusive(CACHE):
		session.sweep(CACHE, template=next(postgres.home(CACHE).glob(f"{medusa.version}-template-*")))
	assert not Path(folder).exists()
	assert medusa.store("GET", "/store/products")["count"] == 1


def wait_for(condition, seconds: float = 5) -> None:
	deadline = time.monotonic() + seconds
	while not condition():
		assert time.monotonic() < deadline
		time.sleep(0.05)
