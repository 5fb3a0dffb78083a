"""Reviews: one a customer, votes, the mean; written beside the Website Item."""

import json

import frappe
import pytest

from tests.site import Client
from tests.storefront.test_races import at_once_behind
from tests.support import factories
from tests.support.checks import queries
from tests.support.factories import outbox
from tests.support.storefront import PATH

NAME = "add_review_to_website_item"
TABLE = "custom_review"
VOTE = "Medusa Review Vote"


def product(code: str = "G-1", **values) -> str:
	"""A product's id in Medusa, of a new Website Item."""
	item = factories.website_item(code, **values)
	item.db_set("medusa_id", f"prod_{code}", update_modified=False)
	frappe.db.commit()
	return f"prod_{code}"


def reviewed(id: str = "prod_G-1"):
	frappe.db.commit()
	return frappe.get_doc("Website Item", {"medusa_id": id})


@pytest.fixture
def review(shop):
	"""Calls the function for customer cus_1 and a new product; returns the response."""
	id = product()

	def call(customer_id: str = "cus_1", **arguments):
		return shop.call(NAME, **{"item_code": id, "customer_id": customer_id, **arguments})

	return call


def test_a_review_is_added_and_then_changed(review):
	first = review(customer_name="Aisha", review="Good", rating=4, date="2026-11-01", review_id="r1")
	assert (first.status_code, first.json["message"]) == (200, "Review added successfully")
	row = reviewed().get(TABLE)[0]
	assert (row.medusa_id, row.name1, row.review, row.rating) == ("cus_1", "Aisha", "Good", 0.8)
	assert (str(row.date), row.review_id, row.likes, row.dislikes) == ("2026-11-01", "r1", 0, 0)
	second = review(review="Better", rating=5)
	assert (second.status_code, second.json["message"]) == (200, "Review updated successfully")
	(row,) = reviewed().get(TABLE)
	assert (row.name1, row.review, row.rating, row.review_id) == ("Aisha", "Better", 1, "r1")


def test_the_overall_rating_is_the_mean_in_stars(review):
	for customer, stars in (("cus_1", 5), ("cus_2", 4), ("cus_3", 4)):
		assert review(customer, rating=stars).status_code == 200
	assert reviewed().custom_overall_rating == pytest.approx(4.333)
	review("cus_1", rating=1)
	assert reviewed().custom_overall_rating == 3


def counted(reply=None) -> tuple[int, int, int]:
	"""The likes and dislikes of the only review, and how many votes are stored."""
	if reply:
		assert (reply.status_code, reply.json["message"]) == (200, "Review updated successfully")
	(row,) = reviewed().get(TABLE)
	return row.likes, row.dislikes, frappe.db.count(VOTE)


def test_votes_change_nothing_else(review):
	review(rating=4, review="Good", review_id="r1", likes=7, dislikes=7)
	assert counted() == (0, 0, 0)
	before = reviewed()
	assert counted(review("cus_2", review_id="r1", likes=1, rating=1, review="Bad")) == (1, 0, 1)
	assert counted(review("cus_3", review_id="r1", dislikes=1)) == (1, 1, 2)
	doc = reviewed()
	(row,) = doc.get(TABLE)
	assert (row.rating, row.review, row.medusa_id) == (0.8, "Good", "cus_1")
	assert (doc.custom_overall_rating, doc.modified) == (4, before.modified)
	assert counted(review(review="Better", rating=5, likes=9)) == (1, 1, 2)  # the author's own change
	assert review(review_id="unknown", likes=2).status_code == 404
	assert reviewed().get(TABLE)[0].review_id == "r1"


def test_a_customer_has_one_vote(review):
	review(rating=4, review_id="r1")
	frappe.db.set_value("Website Item Review", reviewed().get(TABLE)[0].name, {"likes": 5, "dislikes": 2})

	def vote(customer: str, **counts) -> tuple[int, int, int]:
		return counted(review(customer, review_id="r1", **counts))

	assert vote("cus_2", likes=999_999) == (6, 2, 1)
	assert vote("cus_2", likes=999_999) == (6, 2, 1)  # a second time
	assert vote("cus_2", likes=6, dislikes=2) == (6, 2, 1)  # as they are
	assert vote("cus_3", likes=0) == (6, 2, 1)  # has none to take back
	assert vote("cus_2", dislikes=0) == (6, 2, 1)  # the other one
	assert vote("cus_2", dislikes=3) == (5, 3, 1)  # instead of the like
	assert vote("cus_2", likes=6, dislikes=2) == (6, 2, 1)  # and back
	assert vote("CUS_2", likes=7) == (7, 2, 2)  # another customer
	assert vote("cus_4", likes=8, dislikes=3) == (8, 2, 3)  # both: a like
	assert vote("cus_2", likes=7) == (7, 2, 2)
	assert vote("cus_2", likes=0) == (7, 2, 2)
	assert frappe.db.get_value(VOTE, {"medusa_customer_id": "cus_4"}, "vote") == "Like"


def test_a_customer_is_told_the_own_votes(review, shop):
	for n in range(4):
		review(f"cus_{n}", rating=5, review_id=f"r{n}", date="2026-11-01")
	review("cus_9", review_id="r0", likes=1)
	review("cus_9", review_id="r2", dislikes=1)
	review("cus_8", review_id="r1", likes=1)
	rows = shop.call("get_reviews", item_code="prod_G-1", customer_id="cus_9").json["message"]
	assert [(row["review_id"], row["my_vote"]) for row in rows] == [
		("r3", None),
		("r2", "Dislike"),
		("r1", None),
		("r0", "Like"),
	]
	assert rows[2]["likes"] == 1
	for response in (
		Client().get(f"{PATH}get_reviews?item_code=prod_G-1&customer_id=cus_9"),  # a stranger is no customer
		shop.call("get_reviews", item_code="prod_G-1"),
	):
		assert {row["my_vote"] for row in response.json["message"]} == {None}


def test_votes_follow_their_website_item(review):
	for code in ("G-1", "G-2"):
		if code != "G-1":
			product(code)
		item = {"item_code": f"prod_{code}"}
		assert review(rating=4, review_id=f"r-{code}", **item).status_code == 200
		assert review("cus_2", review_id=f"r-{code}", likes=1, **item).status_code == 200
	one, other = (reviewed(f"prod_{code}") for code in ("G-1", "G-2"))
	renamed = frappe.rename_doc("Website Item", one.name, "WEB-ITM-RENAMED", force=True)
	assert counted(review("cus_2", review_id="r-G-1", likes=5))[0] == 1  # it is still that customer's
	frappe.rename_doc("Website Item", other.name, renamed, merge=True, force=True)
	rows = [row.name for row in frappe.get_doc("Website Item", renamed).get(TABLE)]
	assert sorted(frappe.get_all(VOTE, pluck="review")) == sorted(rows)
	frappe.delete_doc("Website Item", renamed, force=True)
	assert not frappe.db.count(VOTE)


def test_html_is_kept_as_text(review):
	text = "<script>alert(1)</script> 5 < 6 & <b>bold</b>"
	review(review=text, rating=3, customer_name="<img src=x>")
	(row,) = reviewed().get(TABLE)
	assert row.review == "&lt;script&gt;alert(1)&lt;/script&gt; 5 &lt; 6 & &lt;b&gt;bold&lt;/b&gt;"
	assert row.name1 == "&lt;img src=x&gt;"
	shown = Client().post(f"{PATH}get_reviews", json={"item_code": "prod_G-1"}).json
	assert (shown["message"][0]["review"], shown["message"][0]["name"]) == (text, "<img src=x>")


def test_ids_differ_by_case(review):
	review("cus_a", rating=5)
	assert review("cus_A", rating=1).json["message"] == "Review added successfully"
	assert len(reviewed().get(TABLE)) == 2


@pytest.mark.parametrize(
	("arguments", "code"),
	[
		({}, 400),
		({"rating": 0}, 400),
		({"rating": 6}, 400),
		({"rating": "many"}, 400),
		({"rating": 5, "likes": -1}, 400),
		({"rating": 5, "date": "yesterday"}, 400),
		({"rating": 5, "review": "x" * 10_000}, 400),
		({"review_id": "unknown", "likes": 1}, 404),
	],
)
def test_what_is_wrong_is_refused(review, arguments, code):
	assert review(**arguments).status_code == code
	assert not reviewed().get(TABLE)


@pytest.mark.parametrize("text", ["ممتاز", "👍🏽 great", "%_%", "a\nb", "x" * 5000])
def test_any_text_is_kept(review, text):
	assert review(rating=5, review=text, date="2026-11-01T10:20:30.000Z").status_code == 200
	assert reviewed().get(TABLE)[0].review == text


def test_an_unknown_product_and_an_id_of_another_customers_review(review, shop):
	assert shop.call(NAME, item_code="prod_none", customer_id="cus_1", rating=5).status_code == 404
	review(rating=4, review_id="r1")
	assert review("cus_2", rating=1, review_id="r1").status_code == 409
	assert reviewed().custom_overall_rating == 4


def test_a_stranger_cannot_review(shop):
	product()
	arguments = {"item_code": "prod_G-1", "customer_id": "cus_1", "rating": 1}
	assert Client().post(PATH + NAME, json=arguments).status_code == 401


def test_only_the_row_is_written(review):
	before, queued = reviewed(), outbox()
	review(rating=4)
	after = reviewed()
	assert (after.modified, after.medusa_hash) == (before.modified, before.medusa_hash)
	assert outbox() == queued
	before.web_item_name = "Renamed"
	before.save()  # The form that was opened before.
	frappe.db.commit()
	doc = reviewed()
	assert (doc.web_item_name, len(doc.get(TABLE)), doc.custom_overall_rating) == ("Renamed", 1, 4)


def test_a_save_neither_loses_nor_writes_rows(review):
	review(rating=4)
	doc = reviewed()
	frappe.db.set_value("Website Item Review", doc.get(TABLE)[0].name, "likes", 7)
	doc.set(TABLE, [])
	doc.append(TABLE, {"medusa_id": "cus_forged", "rating": 1})
	doc.custom_overall_rating = 1
	doc.save()
	assert [(row.medusa_id, row.likes) for row in doc.get(TABLE)] == [("cus_1", 7)]  # what the form shows
	doc = reviewed()
	assert [(row.medusa_id, row.likes) for row in doc.get(TABLE)] == [("cus_1", 7)]
	assert doc.custom_overall_rating == 4
	for version in frappe.get_all("Version", {"docname": doc.name}, pluck="data"):
		changes = json.loads(version)
		assert not changes.get("added") and not changes.get("removed")


def test_the_queries_do_not_grow(review):
	from medusa_integration import api

	def add(customer: str) -> int:
		frappe.db.commit()
		return len(queries(lambda: api.add_review_to_website_item("prod_G-1", customer, rating=3)))

	first = add("cus_0")
	for n in range(1, 20):
		review(f"cus_{n}", rating=3)
	assert add("cus_20") == first <= 6


def test_reviews_are_read_in_pages(review, shop):
	for n in range(25):
		review(f"cus_{n}", rating=1 + n % 5, review_id=f"r{n}", date="2026-11-01")
	page = Client().get(f"{PATH}get_reviews?item_code=prod_G-1&page=2&customer_id=cus_0").json
	assert (page["total"], [row["review_id"] for row in page["message"]]) == (
		25,
		[f"r{n}" for n in range(4, -1, -1)],
	)
	assert not any(row["is_mine"] for row in page["message"])  # a stranger is no customer
	mine = shop.call("get_reviews", item_code="prod_G-1", page=2, customer_id="cus_0").json["message"]
	assert [row["is_mine"] for row in mine] == [False] * 4 + [True]
	assert [row["rating"] for row in mine] == [5, 4, 3, 2, 1]
	assert "cus_" not in json.dumps(page)
	assert Client().get(f"{PATH}get_reviews?item_code=none").status_code == 404


@pytest.mark.mariadb
def test_reviews_at_once(shop):
	product()
	arguments = {"item_code": "prod_G-1", "rating": 4}
	done = at_once_behind(
		"Website Item",
		reviewed().name,
		*[(NAME, {**arguments, "customer_id": "cus_1"})] * 3,
		(NAME, {**arguments, "customer_id": "cus_2", "rating": 2}),
	)
	assert [status for status, _message in done] == [200] * 4
	doc = reviewed()
	assert sorted(row.medusa_id for row in doc.get(TABLE)) == ["cus_1", "cus_2"]
	assert doc.custom_overall_rating == 3


@pytest.mark.mariadb
def test_votes_at_once(review):
	review(rating=4, review_id="r1")
	vote = {"item_code": "prod_G-1", "review_id": "r1", "customer_id": "cus_2", "likes": 9}
	calls = [(NAME, vote)] * 3, [(NAME, {**vote, "customer_id": "cus_3"})]
	done = at_once_behind("Website Item", reviewed().name, *calls[0], *calls[1])
	assert [status for status, _message in done] == [200] * 4
	assert counted() == (2, 0, 2)
