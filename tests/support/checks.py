"""What must hold between ERPNext and Medusa, whatever went wrong on the way."""

import time
from collections import Counter
from collections.abc import Callable, Iterable

import frappe

from tests.support.factories import outbox
from tests.support.shop import collection_rows, price_lists, prices, product_rows, products


def until(condition: Callable, seconds: float = 20):
	"""Wait for something to come true, and return it."""
	deadline = time.monotonic() + seconds
	while not (found := condition()):
		assert time.monotonic() < deadline, "it never came to pass"
		time.sleep(0.02)
	return found


def queries(work: Callable) -> list[str]:
	"""The SQL statements that it runs."""
	run, said = frappe.db.sql, []

	def noted(query, *args, **kwargs):
		said.append(str(query))
		return run(query, *args, **kwargs)

	frappe.db.sql = noted
	try:
		work()
	finally:
		del frappe.db.sql
	return said


def external_ids(medusa) -> Counter:
	"""How many products Medusa has for each external id: `factories.products` would show one of them."""
	return Counter(row["external_id"] for row in product_rows(medusa))


def assert_in_step(medusa, names: Iterable[str]) -> None:
	"""These Website Items, and no others, have one product each and know its ids; their prices are there once, as are
	the collections and price lists; and nothing is left to do."""
	names = list(names)
	assert outbox() == []
	assert external_ids(medusa) == Counter(names)
	there = products(medusa)
	amounts = prices(medusa)
	assert_no_doubles(medusa)
	for row in frappe.get_all(
		"Website Item",
		{"name": ("in", names)},
		["name", "item_code", "web_item_name", "medusa_id", "medusa_variant_id"],
		order_by="name",
	):
		product = there[row.name]
		assert (row.medusa_id, row.medusa_variant_id) == (product["id"], product["variants"][0]["id"])
		assert product["title"] == row.web_item_name
		rates = frappe.get_all(
			"Item Price", {"item_code": row.item_code}, pluck="price_list_rate", order_by="name"
		)
		assert sorted(rates) == sorted(amount for _list, _currency, amount in amounts.get(row.item_code, ()))


def assert_no_doubles(medusa) -> None:
	"""No collection and no price list is there twice, and no price list is empty."""
	assert max(Counter(row["external_id"] for row in collection_rows(medusa)).values(), default=0) < 2
	lists = Counter((row["title"], row["owner"]) for row in price_lists(medusa))
	assert max(lists.values(), default=0) < 2
