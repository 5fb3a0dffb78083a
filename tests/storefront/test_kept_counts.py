"""Listings of a large catalogue: no visitor waits for their counts."""

import time

import frappe
import pytest

from medusa_integration import generation
from medusa_integration.api import count_listing
from medusa_integration.storefront import kept_counts
from tests.site import Client
from tests.support import factories
from tests.support.shopwindow import product
from tests.support.storefront import PATH, configure_storefront

URL = f"{PATH}get_website_items?url=gloves"
JOB = "medusa_integration.api.count_listing"


@pytest.fixture
def asked(shop, monkeypatch):
	"""The jobs that are asked for; each listing is a large one."""
	monkeypatch.setattr(kept_counts, "LARGE", 0)
	product("G-1", 10)
	frappe.db.commit()
	jobs: dict[str, dict] = {}
	enqueue = frappe.enqueue

	def noted(method, *args, **given):
		if method != JOB:
			return enqueue(method, *args, **given)
		jobs.setdefault(given["job_id"], given["wanted"])

	monkeypatch.setattr(frappe, "enqueue", noted)
	return jobs


def count() -> int:
	response = Client().get(URL)
	assert response.status_code == 200, response.text
	return response.json["message"]["product_count"]


def one_more() -> None:
	product(f"G-{frappe.generate_hash(length=6)}", 10)
	frappe.db.commit()


def test_what_is_kept_is_shown_while_a_job_counts_anew(asked):
	first = count()
	one_more()
	assert count() == first
	assert len(asked) == 2  # its filters and its products
	for wanted in asked.values():
		count_listing(wanted)
	frappe.cache.delete_keys(f"medusa_catalogue:{generation.current()}:")  # as after five seconds
	assert count() == first + 1


def test_what_is_asked_for_the_first_time_is_exact(asked):
	one_more()
	assert count() == frappe.db.count("Website Item", {"published": 1, "medusa_id": ("is", "set")})
	assert not asked


def test_an_old_reply_is_kept_for_seconds_alone(asked):
	assert Client().get(URL).headers["Cache-Control"] == "public, max-age=60"
	one_more()
	for _again in range(2):
		assert Client().get(URL).headers["Cache-Control"] == "public, max-age=5"


def test_without_a_worker_a_visitor_waits_after_a_minute(asked, monkeypatch):
	first = count()
	one_more()
	assert count() == first
	now = time.time()
	monkeypatch.setattr(kept_counts.time, "time", lambda: now + kept_counts.PATIENCE + 1)
	one_more()
	assert count() == first + 2


def test_nothing_is_shown_that_is_older_than_an_hour(asked, monkeypatch):
	first = count()
	now = time.time()
	monkeypatch.setattr(kept_counts.time, "time", lambda: now + kept_counts.HOUR + 1)
	one_more()
	assert count() == first + 1


def test_a_product_that_is_withdrawn_is_gone_at_once(asked):
	one_more()
	codes = {row["item_code"] for row in Client().get(URL).json["message"]["paginatedProducts"]}
	gone = codes.pop()
	doc = frappe.get_doc("Website Item", {"item_code": gone})
	doc.published = 0
	doc.save()
	frappe.db.commit()
	rows = Client().get(URL).json["message"]["paginatedProducts"]
	assert gone not in {row["item_code"] for row in rows}


def test_a_small_catalogue_is_always_exact(asked, monkeypatch):
	monkeypatch.setattr(kept_counts, "LARGE", 2_000)
	frappe.cache.delete_keys("medusa_catalogue")
	first = count()
	one_more()
	assert count() == first + 1
	assert not asked


def test_a_large_listing_is_sorted_by_the_shops_price_list(asked, monkeypatch):
	configure_storefront(price_visibility_threshold=50)
	for code, rate in (("P-3", 30), ("P-1", 1), ("P-99", 99), ("P-0", None)):
		product(code, rate, web_item_name="Same")
	factories.item_price("P-3", 0.5, valid_from="2019-01-01", valid_upto="2020-01-01")
	factories.item_price("P-3", 0.5, customer=factories.customer("Clinic").name)
	frappe.db.commit()

	def codes(order: str) -> list[str]:
		rows = Client().get(f"{URL}&sort_order={order}").json["message"]["paginatedProducts"]
		return [row["item_code"] for row in rows]

	assert codes("price_asc")[:3] == ["P-1", "G-1", "P-3"]
	assert set(codes("price_asc")[3:]) == {"P-99", "P-0"}
	assert codes("price_desc")[:3] == ["P-3", "G-1", "P-1"]


def test_a_full_or_absent_queue_makes_the_visitor_wait(asked, monkeypatch):
	first = count()
	one_more()

	def full(*args, **given):
		frappe.throw("full", frappe.QueueOverloaded)

	monkeypatch.setattr(frappe, "enqueue", full)
	assert count() == first + 1
