"""Items that exchange their codes, or take one that another Item has given up: the SKUs follow in Medusa."""

from itertools import pairwise

import frappe
import pytest

from medusa_integration.api import retry_rows
from tests.support.doctor import found
from tests.support.factories import configure, drain, item_price, move_stock, outbox, warehouse, website_item
from tests.support.shop import make_product, product_rows, products, quantities, store_price

# The calls that change a variant's SKU.
CHANGE = {"v2": "POST /admin/products/*/variants/batch", "v1": "POST /admin/products/"}
CODES = ("RING-A", "RING-B", "RING-C")


def rename(old: str, new: str) -> None:
	frappe.rename_doc("Item", old, new, force=True)


def exchange(*codes: str) -> None:
	"""Give each Item the code of the next one, as a user does it: one of them has another code for a while."""
	rename(codes[-1], "RING-TMP")
	for code, following in reversed(list(pairwise(codes))):
		rename(code, following)
	rename("RING-TMP", codes[0])


def sold(medusa, *codes: str) -> list:
	shelf = warehouse("Shelf")
	docs = []
	for number, code in enumerate(codes):
		docs.append(website_item(code, website_warehouse=shelf))
		item_price(code, 5 + number)
		move_stock(shelf, **{code.replace("-", "_"): 7 + number})
	drain()
	assert outbox() == []
	return docs


def skus(medusa) -> dict[str, str]:
	"""`{product id: SKU}`"""
	return {row["id"]: row["variants"][0]["sku"] for row in product_rows(medusa)}


def check(medusa, docs) -> None:
	"""All is sent, each product is still that of its Website Item, with its own price and stock."""
	assert [(row.reference_name, row.status, row.error) for row in outbox()] == []
	there = skus(medusa)
	for number, doc in enumerate(docs):
		before = doc.medusa_id
		doc.reload()
		assert before in (None, doc.medusa_id)
		assert there[doc.medusa_id] == doc.item_code
		assert store_price(medusa, doc.medusa_id) == 5 + number
	assert len(there) == len(docs)
	assert quantities(medusa) == {doc.item_code: 7 + number for number, doc in enumerate(docs)}
	if medusa.version == "v2":
		rows = medusa.admin("GET", "/admin/inventory-items", params={"fields": "id,sku,variants.sku"})
		assert all(row["sku"] == row["variants"][0]["sku"] for row in rows["inventory_items"])
	assert found() == []


@pytest.mark.parametrize("size", [2, 3])
def test_codes_exchanged_in_a_ring(medusa, size):
	docs = sold(medusa, *CODES[:size])
	exchange(*CODES[:size])
	drain()
	check(medusa, docs)


@pytest.mark.parametrize("size", [2, 3])
def test_codes_exchanged_in_a_ring_whose_rows_are_sent_one_by_one(medusa, size):
	configure(medusa, batch_size=1)
	docs = sold(medusa, *CODES[:size])
	exchange(*CODES[:size])
	drain()
	check(medusa, docs)


def test_codes_that_move_on_in_a_chain(medusa):
	docs = sold(medusa, *CODES)
	rename("RING-C", "RING-D")
	rename("RING-B", "RING-C")
	rename("RING-A", "RING-B")
	drain()
	check(medusa, docs)


@pytest.mark.parametrize("batch_size", [100, 1])
def test_a_new_item_with_a_code_that_another_has_given_up(medusa, batch_size):
	configure(medusa, batch_size=batch_size)
	docs = sold(medusa, "RING-A")
	rename("RING-A", "RING-B")
	shelf = warehouse("Shelf")
	docs.append(website_item("RING-A", website_warehouse=shelf))
	item_price("RING-A", 6)
	move_stock(shelf, RING_A=8)
	drain()
	check(medusa, docs)


@pytest.mark.parametrize("lost", ["refuse", "drop"])
@pytest.mark.parametrize("call", [1, 2, 3, 4, 5, 6])
def test_nothing_is_lost_where_a_call_between_fails(medusa, proxy, lost, call):
	"""The first call of the exchange gives a temporary SKU; one of the calls isn't made, or its reply is lost."""
	docs = sold(medusa, "RING-A", "RING-B")
	exchange("RING-A", "RING-B")
	match = CHANGE[medusa.version]
	if call > 1:
		proxy.fail("delay", times=call - 1, match=match, seconds=0)
	proxy.fail(lost, match=match)
	drain()
	drain()
	drain()
	check(medusa, docs)


def test_a_ring_that_is_undone_after_its_worker_died(medusa, proxy):
	"""The calls end after the temporary SKU was written, and the user gives the Items their former codes."""
	docs = sold(medusa, "RING-A", "RING-B")
	exchange("RING-A", "RING-B")
	match = CHANGE[medusa.version]
	# On v1 the first call of each product is refused.
	proxy.fail("delay", times=3, match=match, seconds=0)
	proxy.fail("refuse", times=1000, match=match)
	drain()
	assert set(skus(medusa).values()) not in ({"RING-A", "RING-B"},)
	proxy.clear()
	exchange("RING-A", "RING-B")
	drain()
	drain()
	check(medusa, docs)


def test_a_code_that_a_foreign_product_has_is_refused_with_no_temporary_sku(medusa):
	docs = sold(medusa, "RING-A")
	make_product(medusa, "RING-B", title="By hand", handle="by-hand")
	rename("RING-A", "RING-B")
	drain()
	(row,) = [row for row in outbox() if row.kind == "Product"]
	assert row.status == "Parked"
	assert sorted(skus(medusa).values()) == ["RING-A", "RING-B"]
	rename("RING-B", "RING-A")
	drain()
	retry_rows([row.name for row in outbox()])
	drain()
	assert products(medusa)[docs[0].name]["variants"][0]["sku"] == "RING-A"
	assert outbox() == []
