"""Price lists of other tools and of people whose prices the shop asks instead of ERPNext's are told, and never changed."""

import frappe
import pytest
from click.testing import CliRunner
from frappe.utils import add_days, today

from medusa_integration.commands import medusa as command
from medusa_integration.desk import forms as desk
from tests.site.client import apart
from tests.support.checks import queries
from tests.support.doctor import examined
from tests.support.factories import drain, item_price, website_item
from tests.support.shop import make_price_list, make_product, price_lists, store_price


@pytest.fixture
def item(medusa):
	return sold("G-1", 5)


def sold(code: str, rate: float | None):
	doc = website_item(code)
	if rate:
		item_price(code, rate)
	drain()
	doc.reload()
	return doc


def notes() -> list[tuple[str, str]]:
	"""The doctor's lines about price lists: title and words."""
	comparison = examined()
	assert comparison.differences == []
	return [(note.name, note.ours) for note in comparison.notes if note.what == "foreign price list"]


def said() -> tuple[str, str]:
	(line,) = (line for line in desk.test_connection()["lines"] if line["step"] == "Price Lists")
	return line["status"], line["message"]


def group(medusa) -> dict:
	"""What restricts a list to a group of customers."""
	name = {"name": frappe.generate_hash()}
	id = medusa.admin("POST", "/admin/customer-groups", name)["customer_group"]["id"]
	if medusa.version == "v1":
		return {"customer_groups": [{"id": id}]}
	return {"rules": {"customer.groups.id": [id]}}


@pytest.mark.parametrize("type", ["override", "sale"])
def test_a_list_that_undercuts_erpnext_is_told_and_left_alone(medusa, item, type):
	other = sold("G-2", 7)
	assert (notes(), said()[0]) == ([], "ok")
	make_price_list(medusa, item.medusa_variant_id, 2, "Summer", type=type)
	make_price_list(medusa, other.medusa_variant_id, 8, "Dearer", type=type)
	assert store_price(medusa, item.medusa_id) == 2
	words = f"The shop asks less than ERPNext for 1 products: 2.000 OMR instead of 5.000 OMR for {item.name}."
	assert notes() == [("Summer", words)]
	status, message = said()
	assert status == "warning"
	assert message.startswith(f"Summer: {words}") and "under Price Lists" in message
	before = {each["id"]: each for each in price_lists(medusa)}
	comparison = examined()
	assert "under Price Lists" in comparison.warnings()[0]
	assert "1 price lists that the app didn't make" in comparison.summary()
	comparison.queue_repairs()
	drain()
	assert {each["id"]: each for each in price_lists(medusa)} == before
	(id,) = (each["id"] for each in before.values() if each["rows"][0]["amount"] == 2)
	medusa.admin("DELETE", f"/admin/price-lists/{id}")  # as is advised
	assert (notes(), said()[0]) == ([], "ok")
	assert store_price(medusa, item.medusa_id) == 5


def test_each_list_has_one_line_with_the_number_of_its_products(medusa, item):
	other = sold("G-2", 7)
	made = make_product(medusa, "S-1", price=9)
	make_price_list(medusa, item.medusa_variant_id, 2, "Summer")
	(summer,) = (each for each in price_lists(medusa) if each["rows"][0]["amount"] == 2)
	if medusa.version == "v2":
		path = f"/admin/price-lists/{summer['id']}/prices/batch"
		rows = [
			{"variant_id": variant, "currency_code": "omr", "amount": 3}
			for variant in (other.medusa_variant_id, made["variants"][0]["id"])
		]
		medusa.admin("POST", path, {"create": rows})
	else:
		row = {"variant_id": other.medusa_variant_id, "currency_code": "omr", "amount": 3000}
		medusa.admin("POST", f"/admin/price-lists/{summer['id']}", {"prices": [row]})
	make_price_list(medusa, other.medusa_variant_id, 4, "Winter")
	found = dict(notes())
	assert "for 2 products" in found["Summer"] and "for 1 products" in found["Winter"]
	assert len(found) == 2


def test_drafts_past_and_future_lists_and_those_for_groups_are_told_apart(medusa, item):
	variant = item.medusa_variant_id
	make_price_list(medusa, variant, 1, "Sketch", status="draft")
	make_price_list(medusa, variant, 2, "Ended", ends_at=f"{add_days(today(), -3)}T00:00:00Z")
	make_price_list(medusa, variant, 3, "Coming", starts_at=f"{add_days(today(), 30)}T00:00:00Z")
	make_price_list(medusa, variant, 9, "Partners", **group(medusa))
	assert store_price(medusa, item.medusa_id) == 5
	found = dict(notes())
	assert found["Sketch"].startswith("Not in force (a draft). Lower prices than ERPNext's for 1 products")
	assert found["Ended"].startswith("Not in force (ended on ")
	assert found["Coming"].startswith("Not in force (from ")
	assert found["Partners"].startswith("For some customers or regions, other prices than ERPNext's for 1")
	assert examined().warnings() == []
	status, message = said()
	assert status == "ok"  # nobody is asked less than a person wanted
	assert message == f"Partners: {found['Partners']}"


def test_a_price_of_an_item_that_has_none_in_erpnext(medusa):
	doc = sold("G-1", None)
	make_price_list(medusa, doc.medusa_variant_id, 2)
	assert store_price(medusa, doc.medusa_id) == 2
	((_title, words),) = notes()
	assert f"2.000 OMR for {doc.name}, which has no price in ERPNext" in words


@pytest.mark.v2("v1's prices of a list come with it")
def test_tiers_and_prices_of_a_region(medusa, item):
	make_price_list(medusa, item.medusa_variant_id, 9, "By region")
	(there,) = (each for each in price_lists(medusa) if each["title"] == "By region")
	row = {"variant_id": item.medusa_variant_id, "currency_code": "omr"}
	path = f"/admin/price-lists/{there['id']}/prices/batch"
	medusa.admin("POST", path, {"create": [{**row, "amount": 3, "min_quantity": 10}]})
	assert "3.000 OMR from 10 pieces on instead of 5.000 OMR" in notes()[0][1]
	rules = {"region_id": medusa.shop["region_id"]}
	(tier,) = (price["id"] for each in price_lists(medusa) for price in each["rows"] if price["amount"] == 3)
	medusa.admin("POST", path, {"delete": [tier]})
	assert notes() == []
	medusa.admin("POST", path, {"create": [{**row, "amount": 8, "rules": rules}]})
	assert store_price(medusa, item.medusa_id) == 8
	assert notes()[0][1].startswith("For some customers or regions, other prices than ERPNext's")


@pytest.mark.v2("v1's prices of a list come with it")
def test_a_page_of_prices_takes_as_many_calls_and_queries_however_long_it_is(medusa, item):
	def effort() -> tuple[int, int]:
		frappe.db.commit()
		frappe.db.delete("Medusa Request Log")
		asked = len(queries(said))
		frappe.db.commit()
		return frappe.db.count("Medusa Request Log", {"url": ("like", "%price-lists%")}), asked

	make_price_list(medusa, item.medusa_variant_id, 2, "Summer")
	(summer,) = (each["id"] for each in price_lists(medusa) if each["title"] == "Summer")
	before = effort()
	rows = [
		{"variant_id": sold(f"P-{n}", 5).medusa_variant_id, "currency_code": "omr", "amount": 2}
		for n in range(5)
	]
	medusa.admin("POST", f"/admin/price-lists/{summer}/prices/batch", {"create": rows})
	after = effort()
	assert after[0] == before[0] == 2
	assert after[1] <= before[1]  # the first call fills caches
	assert "for 6 products" in said()[1]


def test_the_command_line_names_each_list(medusa, item):
	make_price_list(medusa, item.medusa_variant_id, 2, "Summer")
	frappe.db.commit()
	result = apart(CliRunner().invoke, command, ["doctor"], obj=frappe._dict(sites=[frappe.local.site]))
	assert result.exit_code == 0
	assert "Price list Summer, not made by the app: The shop asks less than ERPNext" in result.output
	assert "under Price Lists" in result.output
