"""A shop that already exists: its products are found by sku and linked, and nothing else of them changes."""

import frappe
import pytest

from medusa_integration.desk import forms as desk
from medusa_integration.medusa.errors import MedusaUnavailable
from medusa_integration.operations import linking
from medusa_integration.products import shop_items
from medusa_integration.products.existing_products import ShopIndex
from tests.site import run_jobs
from tests.support.checks import external_ids, queries
from tests.support.factories import configure, drain, item_price, outbox, prices, products, website_item
from tests.support.shop import everything_of, make_product

IDS = ["medusa_id", "medusa_variant_id"]


def made_by_hand(medusa, title: str, *skus: str, **values) -> dict:
	"""A product as somebody made it in Medusa, with a variant for each sku."""
	before = {"description": "As it was", "status": "published", "metadata": {"shelf": "7"}}
	return make_product(medusa, *skus, title=title, price=5, **before, **values)


def ids_of(item) -> list:
	frappe.db.commit()
	return list(frappe.db.get_value("Website Item", item.name, IDS))


@pytest.fixture
def before(medusa):
	"""The integration as it is before it is switched on: saves queue nothing."""
	configure(medusa, enable=0)
	return medusa


def test_a_product_is_found_by_its_sku_and_nothing_of_it_is_touched(before):
	product = made_by_hand(before, "Nitrile gloves", "LNK-1", external_id="other-tool-1")
	item = website_item("LNK-1")
	untouched = everything_of(before)
	report = linking.link()
	assert (report["linked"], report["conflicts"], report["items_left"]) == (1, 0, 0)
	assert ids_of(item) == [product["id"], product["variants"][0]["id"]]
	assert list(frappe.db.get_value("Item", "LNK-1", IDS)) == ids_of(item)
	assert external_ids(before) == {item.name: 1}
	assert everything_of(before) == untouched
	assert outbox() == []


def test_a_linked_product_waits_until_the_operator_sends_it(before):
	made_by_hand(before, "Nitrile gloves", "LNK-1")
	item = website_item("LNK-1", web_item_name="Gloves of ours")
	item_price("LNK-1", 3.5, valid_from="2020-01-01")
	linking.link()
	untouched = everything_of(before)
	frappe.db.set_value("Medusa Configuration", None, "enable", 1)
	frappe.clear_document_cache("Medusa Configuration", "Medusa Configuration")
	item_price("LNK-1", 4)  # the prices follow the product, they don't go ahead
	drain()
	assert everything_of(before) == untouched
	assert prices(before) == {}
	assert shop_items.queue_catalogue() == 1
	drain()
	assert [(p["title"], p["metadata"]["shelf"]) for p in products(before).values()] == [
		("Gloves of ours", "7")
	]
	assert [row[2] for row in prices(before)["LNK-1"]] == [4]
	assert external_ids(before) == {item.name: 1}
	assert outbox() == []


def test_saving_a_linked_item_updates_its_product(before):
	product = made_by_hand(before, "Nitrile gloves", "LNK-1")
	item = website_item("LNK-1")
	item_price("LNK-1", 3.5)
	linking.link()
	configure(before)
	item.reload()
	item.web_item_name = "Renamed"
	item.save()
	drain()
	there = products(before)[item.name]
	assert (there["id"], there["title"]) == (product["id"], "Renamed")
	assert [row[2] for row in prices(before)["LNK-1"]] == [3.5]


def test_other_variants_of_a_linked_product_stay(before):
	product = made_by_hand(before, "Gloves", "LNK-1", "LNK-1-XL")
	item = website_item("LNK-1")
	assert linking.preview()["other_variants"] == 1
	linking.link()
	variant = next(v for v in product["variants"] if v["sku"] == "LNK-1")
	assert ids_of(item) == [product["id"], variant["id"]]
	shop_items.queue_catalogue()
	configure(before)
	drain()
	skus = {variant["sku"] for variant in products(before)[item.name]["variants"]}
	assert skus == {"LNK-1", "LNK-1-XL"}


def test_the_preview_counts_and_writes_nothing(before):
	made_by_hand(before, "Match", "LNK-1")
	made_by_hand(before, "Two of ours", "LNK-2", "LNK-3")
	made_by_hand(before, "Nobody's", "XYZ-1")
	linked = made_by_hand(before, "Linked", "LNK-5")
	for code in ("LNK-1", "LNK-2", "LNK-3", "LNK-4", "LNK-5"):
		website_item(code)
	website_item("LNK-6", published=0)
	frappe.db.set_value("Website Item", {"item_code": "LNK-5"}, "medusa_id", linked["id"])
	untouched = external_ids(before)
	report = linking.preview()
	examples = report.pop("examples")
	assert report == {
		"linked": 1,
		"matches": 1,
		"variants": 0,
		"variants_left": 0,
		"replaced_ids": 0,
		"other_variants": 0,
		"collections": 0,
		"categories": 0,
		"overwritten": {"Title": 1, "Country of Origin": 1},
		"conflicts": 2,
		"items_left": 1,
		"products_left": 1,
	}
	assert [row["product"] for row in examples["matches"]] == ["Match"]
	assert [row["item_code"] for row in examples["conflicts"]] == ["LNK-2", "LNK-3"]
	assert "variants of other Website Items" in examples["conflicts"][0]["reason"]
	assert [row["item_code"] for row in examples["items_left"]] == ["LNK-4"]
	assert [row["product"] for row in examples["products_left"]] == ["Nobody's"]
	assert external_ids(before) == untouched
	assert not frappe.db.exists("Website Item", {"item_code": "LNK-1", "medusa_id": ("is", "set")})


@pytest.mark.v2("v1 has no external ids")
def test_an_id_of_another_tools_is_replaced(before):
	made_by_hand(before, "Match", "LNK-1", external_id="other-tool-1")
	item = website_item("LNK-1")
	body = {"title": "Gloves", "external_id": "other-tool-9"}
	before.admin("POST", "/admin/collections", body)
	report = linking.preview()
	assert report["replaced_ids"] == 2
	assert report["examples"]["replaced_ids"] == [
		{"website_item": "", "item_code": "", "product": "Gloves", "reason": "other-tool-9"},
		{"website_item": item.name, "item_code": "LNK-1", "product": "Match", "reason": "other-tool-1"},
	]
	linking.link()
	assert external_ids(before) == {item.name: 1}


@pytest.mark.v2("v1 has no external ids")
def test_an_id_of_ours_or_none_is_not_said_to_be_replaced(before):
	item = website_item("LNK-1")
	made_by_hand(before, "Match", "LNK-1", external_id=item.name)
	made_by_hand(before, "Other", "LNK-2", external_id="")
	website_item("LNK-2")
	before.admin("POST", "/admin/collections", {"title": "Gloves"})
	report = linking.preview()
	assert (report["replaced_ids"], report["examples"]["replaced_ids"]) == (0, [])


def test_what_is_unclear_is_left_alone(before):
	other = website_item("LNK-9")
	taken = made_by_hand(before, "Linked already", "LNK-2")
	made_by_hand(before, "Clear", "LNK-3")
	items = {code: website_item(code) for code in ("LNK-2", "LNK-3")}
	frappe.db.set_value("Website Item", other.name, "medusa_id", taken["id"])
	untouched = external_ids(before)
	report = linking.link()
	assert (report["linked"], report["conflicts"]) == (1, 1)
	(conflict,) = report["examples"]["conflicts"]
	assert (conflict["item_code"], other.name in conflict["reason"]) == ("LNK-2", True)
	assert ids_of(items["LNK-2"]) == [None, None]
	assert external_ids(before) - untouched == {items["LNK-3"].name: 1}


@pytest.mark.v2("v1 has no external ids")
def test_an_id_of_another_website_items_is_a_conflict(before):
	other = website_item("LNK-9")
	made_by_hand(before, "Ours by its id", "LNK-1", external_id=other.name)
	item = website_item("LNK-1")
	report = linking.link()
	assert (report["linked"], report["conflicts"]) == (0, 1)
	assert other.name in report["examples"]["conflicts"][0]["reason"]
	assert ids_of(item) == [None, None]


def test_linking_again_finds_what_is_new(before):
	made_by_hand(before, "One", "LNK-1")
	website_item("LNK-1")
	assert linking.link()["linked"] == 1
	made_by_hand(before, "Two", "LNK-2")
	website_item("LNK-2")
	assert linking.link()["linked"] == 1
	report = linking.link()
	assert (report["linked"], report["conflicts"], report["items_left"]) == (0, 0, 0)


def test_a_link_that_was_cut_off_is_finished_by_the_next(before):
	"""Our id is in Medusa, and ERPNext didn't get to know of the product."""
	item = website_item("LNK-1")
	product = made_by_hand(before, "One", "LNK-1", external_id=item.name)
	assert linking.preview()["replaced_ids"] == 0
	assert linking.link()["linked"] == 1
	assert ids_of(item)[0] == product["id"]


def test_odd_item_codes_and_many_of_them(before, monkeypatch):
	monkeypatch.setattr(linking, "BATCH", 3)
	monkeypatch.setattr("medusa_integration.medusa.matching.MAX_QUERY_LENGTH", 60)  # several calls a batch
	codes = ["LNK 1/ü&,", "قفاز-1", "lnk[1]", "LNK-%41", "LNK+1"]
	items = {}
	for number, code in enumerate(codes):
		made_by_hand(before, f"Odd {number}", code)
		items[code] = website_item(code)
	assert linking.preview()["matches"] == 5
	assert linking.link()["linked"] == 5
	for code, item in items.items():
		assert products(before)[item.name]["variants"][0]["sku"] == code


@pytest.mark.v2("linking writes nothing to v1")
def test_one_that_medusa_refuses_doesnt_hold_up_the_others(before, monkeypatch):
	"""A product that is deleted between the look and the writing: Medusa refuses the whole batch."""
	doomed = made_by_hand(before, "Doomed", "LNK-2")
	for code in ("LNK-1", "LNK-3"):
		made_by_hand(before, code, code)
	items = {code: website_item(code) for code in ("LNK-1", "LNK-2", "LNK-3")}
	adopt = linking._adopt

	def delete_before(medusa, matches):
		before.admin("DELETE", f"/admin/products/{doomed['id']}")
		return adopt(medusa, matches)

	monkeypatch.setattr(linking, "_adopt", delete_before)
	report = linking.link()
	assert (report["linked"], report["conflicts"]) == (2, 1)
	assert ids_of(items["LNK-2"]) == [None, None]
	assert set(external_ids(before)) == {items["LNK-1"].name, items["LNK-3"].name}


def test_the_number_of_queries_doesnt_grow_with_the_items(before):
	def asked(count: int) -> int:
		items = [frappe._dict(name=f"N{n}", item_code=f"C{n}") for n in range(count)]
		index = ShopIndex()
		for n in range(count):
			variants = [{"id": f"v{n}", "sku": f"C{n}"}]
			index.add({"id": f"p{n}", "external_id": None, "title": "", "handle": "", "variants": variants})
		return len(queries(lambda: linking.compare(items, index)))

	assert asked(2) == asked(40) <= 3


def test_what_is_parked_for_its_sku_is_sent_once_it_is_linked(medusa):
	made_by_hand(medusa, "By hand", "LNK-1")
	made_by_hand(medusa, "Another", "LNK-3")
	item = website_item("LNK-1")
	website_item("LNK-2")
	other = website_item("LNK-3")
	drain()
	rows = {row.reference_name: row for row in outbox() if row.kind == "Product"}
	assert {row.status for row in rows.values()} == {"Parked"}
	assert "Link existing products" in rows[item.name].error
	frappe.db.set_value("Medusa Outbox", rows[other.name].name, "reason", "")  # parked for something else
	linking.link()
	drain()
	assert [(row.reference_name, row.status) for row in outbox()] == [(other.name, "Parked")]
	assert products(medusa)[item.name]["title"] == item.web_item_name


def test_an_id_that_another_website_item_has_is_a_conflict(before):
	product = made_by_hand(before, "One", "LNK-1")
	item, holder = website_item("LNK-1"), website_item("LNK-2")
	made_by_hand(before, "Three", "LNK-3")
	third = website_item("LNK-3")
	taken = product["variants"][0]["id"]
	frappe.db.set_value("Website Item", holder.name, "medusa_variant_id", taken)
	frappe.db.commit()
	report = linking.link()
	assert (report["linked"], report["conflicts"]) == (1, 1)
	assert holder.name in report["examples"]["conflicts"][0]["reason"]
	assert ids_of(item) == [None, None]
	assert all(ids_of(third))


def test_an_id_that_only_an_item_has_is_taken_from_it(before):
	product = made_by_hand(before, "One", "LNK-1")
	item = website_item("LNK-1")
	website_item("LNK-2")
	frappe.db.set_value("Item", "LNK-2", "medusa_id", product["id"])
	frappe.db.commit()
	assert linking.link()["linked"] == 1
	assert ids_of(item)[0] == product["id"] == frappe.db.get_value("Item", "LNK-1", "medusa_id")
	assert frappe.db.get_value("Item", "LNK-2", "medusa_id") is None


def test_only_what_belongs_in_the_shop_is_linked(before):
	made_by_hand(before, "One", "LNK-1")
	made_by_hand(before, "Two", "LNK-2")
	website_item("LNK-1", published=0)
	website_item("LNK-2", group="Masks")
	configure(before, enable=0, item_groups=[{"item_group": website_item("LNK-3").item_group}])
	report = linking.preview()
	assert (report["matches"], report["items_left"], report["products_left"]) == (0, 1, 2)
	assert linking.link()["linked"] == 0


# --- the Desk


def test_the_desk_previews_and_links_in_the_background(before):
	made_by_hand(before, "One", "LNK-1")
	website_item("LNK-1")
	assert desk.link_existing_products(dry_run="1")["status"] == "Queued"
	run_jobs()
	state = desk.get_linking()
	assert (state["status"], state["dry_run"], state["report"]["matches"]) == ("Done", True, 1)
	assert frappe.db.count("Website Item", {"medusa_id": ("is", "set")}) == 0
	desk.link_existing_products(dry_run="0")
	assert desk.link_existing_products(dry_run="1")["dry_run"] is False  # one at a time
	run_jobs()
	state = desk.get_linking()
	assert (state["status"], state["dry_run"], state["report"]["linked"]) == ("Done", False, 1)


def test_a_medusa_that_is_away_is_said(before, proxy):
	proxy.down()
	with pytest.raises(MedusaUnavailable):
		linking.preview()
	linking.run(dry_run=True)
	state = linking.state()
	assert state["status"] == "Failed"
	assert "can't be reached" in state["error"]


def test_every_call_is_in_the_log(before):
	made_by_hand(before, "One", "LNK-1")
	item = website_item("LNK-1")
	linking.preview()
	before_it = _calls()
	assert before_it
	linking.link()
	about = frappe.get_all("Medusa Request Log Voucher", {"voucher_name": item.name}, pluck="parent")
	new = _calls() - before_it
	assert set(about) == set(
		frappe.get_all("Medusa Request Log", {"name": ("in", new), "method": "POST"}, pluck="name")
	)
	assert set(about) or before.version == "v1"  # v1 has no external ids to write


def _calls() -> set[str]:
	frappe.db.commit()
	return set(frappe.get_all("Medusa Request Log", pluck="name"))
