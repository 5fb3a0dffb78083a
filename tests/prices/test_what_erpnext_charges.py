"""What ERPNext would charge a customer for a quantity on a day is what Medusa's cart charges."""

import importlib.util
import os
import random

import frappe
import pytest
from frappe.utils import getdate, today

from medusa_integration.customers import party_ids
from tests.prices.shoppers import BUYING, cart_price
from tests.site import run_jobs
from tests.support.arriving import set_precision
from tests.support.factories import configure, drain, outbox
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
	dice = random.Random(seed)
	configure(medusa, shop_prices=pricing.table() if _lists_exist() else [])
	made = pricing.make(dice)
	configure(medusa, shop_prices=pricing.table())
	tokens, ids = {}, {}
	for name in made.buyers:
		account = BUYING[medusa.version].sign_up(
			medusa, f"{frappe.scrub(name)}@example.test", {"first_name": name}
		)
		party_ids.write("Customer", name, account["id"], 1)
		tokens[name], ids[name] = account["token"], account["id"]
	frappe.db.commit()
	run_jobs()
	drain()
	drain()
	waiting = [row for row in outbox() if row.status != "Parked"]
	assert waiting == []
	groups = _groups(medusa, ids)
	lists = pricing.price_lists(lambda path, params: medusa.admin("GET", path, params=params))
	off, tried, clashes = [], 0, 0
	for buyer, code, quantity, day in pricing.tries(dice, made, COUNT):
		page = frappe.get_doc("Website Item", made.pages[code])
		try:
			ours = pricing.erpnext_charges(made, buyer, code, quantity, day)
		except pricing.Clash:
			clashes += 1
			continue
		if day == getdate(today()):
			theirs = cart_price(medusa, page, quantity, tokens[buyer])
		else:
			variant = page.medusa_variant_id
			theirs = pricing.asked_on(lists, groups[ids[buyer]], variant, quantity, day)
		tried += 1
		if theirs is None or abs(ours - theirs) > 1e-9:
			off.append((buyer, code, quantity, str(day), ours, theirs))
	for each in off:
		print("off", each)
	print(f"seed {seed}: prices_tried {tried}, prices_off {len(off)}, refused by ERPNext {clashes}")
	assert off == []


def _lists_exist() -> bool:
	return all(frappe.db.exists("Price List", name) for name in pricing.LISTS.values())


def _groups(medusa, ids) -> dict[str, set[str]]:
	params = {"limit": 1000, "fields": "id,groups.id"}
	rows = medusa.admin("GET", "/admin/customers", params=params)["customers"]
	return {row["id"]: {group["id"] for group in row["groups"]} for row in rows}
