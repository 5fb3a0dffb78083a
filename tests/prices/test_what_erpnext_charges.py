"""What ERPNext would charge a customer for a quantity on a day is what Medusa's cart charges."""

import importlib.util
import os
import random

import frappe
import pytest

from tests.support.arriving import set_precision
from tests.support.factories import configure
from tools.benchmarks import pricing

pytestmark = [pytest.mark.slow, pytest.mark.v2("v1's carts are tried one by one in test_shop_prices")]
HAS_RULES = importlib.util.find_spec("erpnext.accounts.doctype.pricing_rule.utils")
COUNT = int(os.environ.get("PRICES_TRIED") or 60)
SEEDS = range(int(os.environ.get("PRICES_SEED") or 1), int(os.environ.get("PRICES_SEED") or 1) + 3)


@pytest.fixture
def three_decimals():
	"""As a site that sells in Omani rials has them."""
	set_precision(3)
	yield
	set_precision(None)


@pytest.mark.skipif(not HAS_RULES, reason="the stand-in's documents don't apply Pricing Rules")
@pytest.mark.parametrize("seed", SEEDS)
def test_carts_charge_what_erpnext_would(medusa, three_decimals, seed):
	_configure(medusa)
	found = pricing.compare(medusa, random.Random(seed), COUNT)
	for each in found.off:
		print("off", each)
	print(
		f"seed {seed}: prices_tried {found.tried}, prices_off {len(found.off)}, refused by ERPNext {found.clashes}"
	)
	assert found.off == []


def test_carts_charge_what_erpnext_would_without_rules(medusa, three_decimals):
	"""What `make bench` measures, where the stand-in is ERPNext."""
	_configure(medusa)
	found = pricing.compare(medusa, random.Random(SEEDS[0]), COUNT, rules=False)
	assert (found.tried, found.off) == (COUNT, [])


def _configure(medusa) -> None:
	"""A real bench may have the table of an earlier test, whose lists are deleted."""
	is_there = all(frappe.db.exists("Price List", name) for name in pricing.LISTS.values())
	configure(medusa, shop_prices=pricing.table() if is_there else [])
