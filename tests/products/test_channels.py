"""Several storefronts: which Website Items each sales channel of the shop sells."""

import frappe
import pytest

from medusa_integration.api import get_sync_status, queue_channels
from medusa_integration.products import channels, item_status
from tests.site import run_jobs
from tests.support.checks import queries
from tests.support.doctor import found, repaired
from tests.support.factories import (
	all_owned_by,
	configure,
	drain,
	item_group,
	item_price,
	outbox,
	template,
	variant,
	website_item,
)
from tests.support.shop import calls, make_product, products


@pytest.fixture
def channel(medusa):
	"""Make a sales channel by its name; it is deleted at the end."""
	item_group("Gloves")
	made: list[str] = []

	def make(name: str, **values) -> str:
		reply = medusa.admin("POST", "/admin/sales-channels", {"name": name, **values})
		made.append(reply["sales_channel"]["id"])
		return made[-1]

	yield make
	for id in made:
		medusa.admin("DELETE", f"/admin/sales-channels/{id}")


def brand(name: str) -> None:
	frappe.get_doc({"doctype": "Brand", "brand": name}).insert(ignore_permissions=True)


def price_list(name: str) -> None:
	values = {"price_list_name": name, "selling": 1, "enabled": 1, "currency": "OMR"}
	frappe.get_doc({"doctype": "Price List", **values}).insert(ignore_permissions=True)


def rule(channel: str, **values) -> dict:
	return {"sales_channel": channel, "sells": "Chosen Items", **values}


def sold_in(medusa, doc) -> list[str]:
	"""The names of the channels that sell a Website Item's product."""
	return sorted(each["name"] for each in products(medusa)[doc.name]["sales_channels"] or () if each)


def status_of(doc) -> str:
	return frappe.db.get_value("Website Item", doc.name, "medusa_status")


def change_item(code: str, **values) -> None:
	"""Save the Item, which webshop writes on into its Website Item."""
	for doctype in ("Item", "Website Item"):
		doc = frappe.get_doc(doctype, {"item_code": code})
		doc.update(values)
		doc.save()


def moved() -> None:
	"""What the background does after a change: queue what is sold elsewhere now, and send it."""
	queue_channels()
	drain()
	assert outbox() == []


DEFAULT = "Default Sales Channel"


def test_without_rules_all_is_in_the_configured_channel(medusa, channel):
	other = channel("B2B")
	configure(medusa, sales_channels=[{"sales_channel": other, "price_list": "Standard Selling"}])
	doc = website_item("G-1")
	drain()
	assert sold_in(medusa, doc) == [DEFAULT]
	before = calls(medusa, "product")
	assert queue_channels() == 0
	drain()
	assert calls(medusa, "product") == before


def test_a_group_with_all_below_it_a_brand_and_a_price_list(medusa, channel):
	item_group("Surgical", "Gloves")
	item_group("Masks")
	brand("Acme")
	price_list("Wholesale")
	rules = [
		rule(channel("Gloves only"), item_group="Gloves"),
		rule(channel("Acme only"), brand="Acme"),
		rule(channel("Wholesale"), priced_in="Wholesale"),
	]
	configure(medusa, sales_channels=rules)
	below = website_item("G-1", group="Surgical")
	branded = website_item("M-1", group="Masks", item_values={"brand": "Acme"})
	priced = website_item("M-2", group="Masks")
	item_price("M-2", 3, price_list="Wholesale")
	both = website_item("G-2", item_values={"brand": "Acme"})
	drain()
	assert sold_in(medusa, below) == [DEFAULT, "Gloves only"]
	assert sold_in(medusa, branded) == ["Acme only", DEFAULT]
	assert sold_in(medusa, priced) == [DEFAULT, "Wholesale"]
	assert sold_in(medusa, both) == ["Acme only", DEFAULT, "Gloves only"]
	assert found() == []


def test_all_of_a_row_has_to_fit_and_each_row_of_a_channel_adds_its_own(medusa, channel):
	item_group("Masks")
	brand("Acme")
	b2b = channel("B2B")
	rules = [rule(b2b, item_group="Gloves", brand="Acme"), rule(b2b, item_group="Masks")]
	configure(medusa, sales_channels=rules)
	plain, branded, mask = (
		website_item("G-1"),
		website_item("G-2", item_values={"brand": "Acme"}),
		website_item("M-1", group="Masks"),
	)
	drain()
	assert [sold_in(medusa, doc) for doc in (plain, branded, mask)] == [
		[DEFAULT],
		["B2B", DEFAULT],
		["B2B", DEFAULT],
	]
	config = frappe.get_doc("Medusa Configuration")
	config.run_method("onload")
	assert [row.item_count for row in config.sales_channels] == [1, 1]


def test_the_items_own_table_goes_before_the_rules(medusa, channel):
	b2b, outlet = channel("B2B"), channel("Outlet")
	listed = {"sales_channel": outlet, "sells": "Listed Items"}
	configure(medusa, sales_channels=[rule(b2b, item_group="Gloves"), listed])
	doc, other = website_item("G-1", medusa_channels=[{"sales_channel": outlet}]), website_item("G-2")
	drain()
	assert sold_in(medusa, doc) == ["Outlet"]
	assert sold_in(medusa, other) == ["B2B", DEFAULT]
	before = calls(medusa, "product")
	doc.reload()
	doc.append("medusa_channels", {"sales_channel": b2b})
	doc.save()
	drain()
	assert sold_in(medusa, doc) == ["B2B", "Outlet"]
	assert calls(medusa, "product") <= before + (medusa.version == "v1")  # v1 has no other call
	doc.reload()
	doc.medusa_channels = []
	doc.save()
	drain()
	assert sold_in(medusa, doc) == ["B2B", DEFAULT]
	assert found() == []


def test_a_channel_that_the_configuration_doesnt_name_is_refused_in_the_items_table(medusa, channel):
	b2b = channel("B2B")
	configure(medusa, sales_channels=[rule(b2b, item_group="Gloves")])
	with pytest.raises(frappe.ValidationError, match="Add it to the table Sales Channels"):
		website_item("G-1", medusa_channels=[{"sales_channel": "sc_typo"}])
	doc = website_item("G-2", medusa_channels=[{"sales_channel": b2b}, {"sales_channel": f" {b2b} "}])
	assert [row.sales_channel for row in doc.medusa_channels] == [b2b]
	drain()
	configure(medusa, sales_channels=[])
	doc.reload()
	doc.ranking = 4
	doc.save()  # What was there before doesn't keep a later save back.
	moved()
	assert sold_in(medusa, doc) == [DEFAULT]


def test_an_item_of_no_rule_is_in_none_of_the_channels_and_says_so(medusa, channel):
	item_group("Masks")
	home = medusa.shop["sales_channel_id"]
	configure(medusa, sales_channels=[rule(home, item_group="Gloves")])
	doc, other = website_item("M-1", group="Masks"), website_item("G-1")
	item_price("M-1", 3)
	drain()
	assert (sold_in(medusa, doc), sold_in(medusa, other)) == ([], [DEFAULT])
	assert products(medusa)[doc.name]["status"] == "published"
	assert status_of(doc) == "No Channel"
	assert get_sync_status(doc.name)["no_channel"] is True
	assert get_sync_status(other.name)["no_channel"] is False
	change_item("M-1", item_group="Gloves")
	drain()
	assert sold_in(medusa, doc) == [DEFAULT]
	assert status_of(doc) == "In Shop"
	assert found() == []


def test_channels_that_the_shop_added_stay_and_named_ones_follow_the_rules(medusa, channel):
	item_group("Masks")
	b2b, own = channel("B2B"), channel("The shop's own")
	doc = website_item("G-1")
	drain()
	id = products(medusa)[doc.name]["id"]
	here = [{"id": each} for each in (medusa.shop["sales_channel_id"], b2b, own)]
	medusa.admin("POST", f"/admin/products/{id}", {"sales_channels": here})
	configure(medusa, sales_channels=[rule(b2b, item_group="Masks")])
	moved()
	assert sold_in(medusa, doc) == [DEFAULT, "The shop's own"]
	assert found() == []
	medusa.admin("POST", f"/admin/products/{id}", {"sales_channels": here})
	assert found() == [("different", "sales_channel", doc.name)]
	repaired(medusa, [doc.name])
	assert sold_in(medusa, doc) == [DEFAULT, "The shop's own"]


def test_a_row_that_goes_takes_along_what_the_app_added(medusa, channel):
	b2b = channel("B2B")
	configure(medusa, sales_channels=[rule(b2b, item_group="Gloves")])
	doc = website_item("G-1")
	drain()
	assert sold_in(medusa, doc) == ["B2B", DEFAULT]
	configure(medusa, sales_channels=[])
	moved()
	assert sold_in(medusa, doc) == [DEFAULT]
	assert queue_channels() == 0


def test_only_what_changed_is_sent(medusa, channel):
	item_group("Masks")
	b2b = channel("B2B")
	docs = [website_item(f"G-{number}") for number in range(3)]
	mask = website_item("M-1", group="Masks")
	drain()
	before = calls(medusa, "product")
	configure(medusa, sales_channels=[rule(b2b, item_group="Gloves")])
	assert queue_channels() == 4
	drain()
	assert [sold_in(medusa, doc) for doc in (*docs, mask)] == [["B2B", DEFAULT]] * 3 + [[DEFAULT]]
	assert calls(medusa, "product") - before == (3 if medusa.version == "v1" else 0)
	assert queue_channels() == 0
	docs[0].reload()
	docs[0].web_item_name = "Other"  # of other content only: no look at the channels
	docs[0].save()
	drain()
	assert sold_in(medusa, docs[0]) == ["B2B", DEFAULT]


def test_a_group_that_moves_a_brand_that_changes_and_a_price_that_comes_and_goes(medusa, channel):
	item_group("Masks")
	item_group("Paper", "Masks")
	brand("Acme")
	rules = [
		rule(channel("Gloves only"), item_group="Gloves"),
		rule(channel("Acme only"), brand="Acme"),
		rule(channel("Priced"), priced_in="Standard Selling"),
	]
	configure(medusa, sales_channels=rules)
	doc = website_item("P-1", group="Paper")
	drain()
	assert sold_in(medusa, doc) == [DEFAULT]
	group = frappe.get_doc("Item Group", "Paper")
	group.parent_item_group = "Gloves"
	group.save()
	frappe.db.commit()
	run_jobs()
	drain()
	assert sold_in(medusa, doc) == [DEFAULT, "Gloves only"]
	change_item("P-1", brand="Acme")
	drain()
	assert sold_in(medusa, doc) == ["Acme only", DEFAULT, "Gloves only"]
	price = item_price("P-1", 3)
	drain()
	assert sold_in(medusa, doc) == ["Acme only", DEFAULT, "Gloves only", "Priced"]
	price.delete()
	drain()
	assert sold_in(medusa, doc) == ["Acme only", DEFAULT, "Gloves only"]
	assert found() == []


def test_a_price_that_ends_is_seen_daily(medusa, channel):
	configure(medusa, sales_channels=[rule(channel("Priced"), priced_in="Standard Selling")])
	doc = website_item("G-1")
	price = item_price("G-1", 3)
	drain()
	assert sold_in(medusa, doc) == [DEFAULT, "Priced"]
	frappe.db.set_value("Item Price", price.name, "valid_upto", "2020-01-01")
	moved()
	assert sold_in(medusa, doc) == [DEFAULT]


def test_a_channel_that_was_deleted_in_medusa_parks_what_it_is_to_sell(medusa, channel):
	item_group("Masks")
	configure(medusa, sales_channels=[rule("sc_gone", item_group="Gloves")])
	doc, mask = website_item("G-1"), website_item("M-1", group="Masks")
	drain()
	(row,) = outbox()
	assert (row.reference_name, row.status) == (doc.name, "Parked")
	assert "sc_gone doesn't exist in Medusa any more" in row.error
	assert "choose another one in that row of Sales Channels or remove the row" in row.error
	assert sold_in(medusa, mask) == [DEFAULT]
	assert doc.name not in products(medusa)
	configure(medusa, sales_channels=[rule(channel("B2B"), item_group="Gloves")])
	item_status.retry([outbox()[0].name])
	moved()
	assert sold_in(medusa, doc) == ["B2B", DEFAULT]


def test_products_whose_channels_are_the_shops(medusa, channel):
	b2b = channel("B2B")
	doc = website_item("G-1")
	drain()
	owners = [{"field": "Sales Channel", "owned_by": "Shop"}]
	configure(medusa, sales_channels=[rule(b2b, item_group="Gloves")], field_owners=owners)
	moved()
	assert sold_in(medusa, doc) == [DEFAULT]
	new = website_item("G-2")
	drain()
	assert sold_in(medusa, new) == ["B2B", DEFAULT]
	assert queue_channels() == 0
	assert found() == []


def test_products_that_are_in_erpnexts_channels_alone(medusa, channel):
	own = channel("The shop's own")
	configure(
		medusa,
		sales_channels=[rule(channel("B2B"), item_group="Gloves")],
		field_owners=all_owned_by("ERPNext"),
	)
	doc = website_item("G-1")
	drain()
	id = products(medusa)[doc.name]["id"]
	medusa.admin("POST", f"/admin/products/{id}", {"sales_channels": [{"id": own}]})
	assert found() == [("different", "sales_channel", doc.name)]
	repaired(medusa, [doc.name])
	assert sold_in(medusa, doc) == ["B2B", DEFAULT]


def test_a_product_that_was_deleted_in_medusa_comes_back_into_its_channels(medusa, channel):
	b2b = channel("B2B")
	doc = website_item("G-1")
	drain()
	medusa.admin("DELETE", f"/admin/products/{products(medusa)[doc.name]['id']}")
	configure(medusa, sales_channels=[rule(b2b, item_group="Gloves")])
	moved()
	assert sold_in(medusa, doc) == ["B2B", DEFAULT]
	make_product(medusa, "H-1")  # by hand: nobody's
	moved()
	assert sold_in(medusa, doc) == ["B2B", DEFAULT]


@pytest.mark.parametrize(
	("row", "words"),
	[
		({"sells": "All Items"}, "choose a sales channel"),
		({"sales_channel": "sc_1", "sells": "Chosen Items"}, "needs an Item Group, a Brand or a price list"),
		(
			{"sales_channel": "sc_1", "sells": "All Items", "item_group": "Gloves"},
			"Item Group doesn't go with All Items",
		),
		({"sales_channel": "sc_1", "sales_order_series": "NONE-"}, "has no series"),
	],
)
def test_rules_that_contradict_themselves_are_refused(medusa, row, words):
	item_group("Gloves")
	with pytest.raises(frappe.ValidationError, match=words):
		configure(medusa, sales_channels=[row])


def test_a_row_with_a_group_sells_chosen_items(medusa):
	item_group("Gloves")
	configure(medusa, sales_channels=[{"sales_channel": "sc_1", "item_group": "Gloves"}])
	(row,) = frappe.get_doc("Medusa Configuration").sales_channels
	assert row.sells == "Chosen Items"


@pytest.mark.parametrize("doctype", ["Item Group", "Brand", "Price List"])
def test_what_a_rule_names_is_renamed(medusa, channel, doctype):
	field = {"Item Group": "item_group", "Brand": "brand", "Price List": "priced_in"}[doctype]
	old, new = f"Former {doctype}", f"Other {doctype}"
	if doctype == "Item Group":
		item_group(old)
	elif doctype == "Brand":
		brand(old)
	else:
		price_list(old)
	values = {"group": old} if doctype == "Item Group" else {}
	configure(medusa, sales_channels=[rule(channel("B2B"), **{field: old})])
	doc = website_item("G-1", item_values={"brand": old} if doctype == "Brand" else None, **values)
	if doctype == "Price List":
		item_price("G-1", 3, price_list=old)
	drain()
	assert sold_in(medusa, doc) == ["B2B", DEFAULT]
	frappe.rename_doc(doctype, old, new, force=True)
	frappe.db.commit()
	(row,) = frappe.get_cached_doc("Medusa Configuration").sales_channels
	assert row.get(field) == new
	moved()
	assert sold_in(medusa, doc) == ["B2B", DEFAULT]


def test_a_chosen_channel_that_was_deleted_parks_what_moves_too(medusa, channel):
	b2b, gone = channel("B2B"), channel("Gone")
	configure(medusa, sales_channel=gone)
	website_item("G-1")
	drain()
	medusa.admin("DELETE", f"/admin/sales-channels/{gone}")
	configure(medusa, sales_channels=[rule(b2b, item_group="Gloves")])
	queue_channels()
	drain()
	assert [row.status for row in outbox()] == ["Parked"]


def test_a_templates_product_has_the_prices_of_its_variants(medusa, channel):
	configure(
		medusa,
		variants_become="Options of one product",
		sales_channels=[rule("sc_1", priced_in="Standard Selling")],
	)
	page, other = template("T-1", {"Size": ["S", "M"]}), template("T-2", {"Size": ["S", "M"]})
	variant("T-1", "T-1-S", {"Size": "S"})
	item_price("T-1-S", 3)
	found = channels.of_items([page.name, other.name])
	assert [found[each.name]["sold"] for each in (page, other)] == [["sc_1"], []]
	assert channels.count(frappe.get_doc("Medusa Configuration").sales_channels[0]) == 1


def test_the_number_of_queries_doesnt_grow_with_the_items(medusa, channel):
	configure(medusa, sales_channels=[rule("sc_1", item_group="Gloves"), rule("sc_2", item_group="Gloves")])
	names = [website_item(f"G-{number}").name for number in range(5)]
	assert len(queries(lambda: channels.of_items(names[:1]))) == len(
		queries(lambda: channels.of_items(names))
	)
