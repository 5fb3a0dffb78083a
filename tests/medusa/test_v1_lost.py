"""What Medusa v1 has in the end where replies were lost, workers died or calls came late. It keeps no external ids, takes
any id for a variant's, and says nothing of a deleted product's price lists."""

import frappe
import pytest

from medusa_integration.medusa.v1.prices import _Item
from medusa_integration.prices.prices_to_medusa import PriceTask
from medusa_integration.sync.sending import drain as drain_what_is_due
from tests.support.checks import assert_in_step, external_ids, until
from tests.support.factories import configure, drain, item_price, outbox, website_item
from tests.support.shop import make_product, price_lists, products

pytestmark = pytest.mark.v1
DOCTYPE = "Website Item"


def save(name: str, **values) -> None:
	doc = frappe.get_doc(DOCTYPE, name)
	doc.update(values)
	doc.save()


@pytest.mark.parametrize("kind", ["drop", "cut"])
def test_a_lost_reply_doubles_nothing(medusa, proxy, kind):
	"""Not even where the title has changed since, and the handle with it: then the sku finds the product."""
	names = [website_item(f"G-{n}").name for n in range(6)]
	for n in range(6):
		item_price(f"G-{n}", 1.5 + n)
	for call in ("POST /admin/collections", "POST /admin/products", "POST /admin/price-lists"):
		fault = proxy.fail(kind, match=call)
		drain()
		assert fault.hits == 1
		assert {row.status for row in outbox()} == {"Pending"}
		for name in names:
			save(name, web_item_name=f"Renamed {call[-5:]} {name}")
	drain()
	assert_in_step(medusa, names)


@pytest.mark.parametrize("is_updated", [False, True])
@pytest.mark.parametrize("is_deleted", [False, True])
def test_a_lost_create_is_found_though_title_and_item_code_changed(medusa, proxy, is_deleted, is_updated):
	"""Neither the handle nor the sku finds it then. Another product's handle, which ends alike, isn't taken for it. Nobody
	may have heard of an update in between either."""
	name = website_item("G-0").name
	website_item("G-1")
	proxy.fail("drop", match="POST /admin/products", times=2)
	drain()
	assert len(products(medusa)) == 2
	stranger = make_product(medusa, "X-1", title="Stranger", handle=f"stranger-x-{name.lower()}")
	if is_updated:
		save(name, web_item_name="In between")
		fault = proxy.fail("drop", match="POST /admin/products/prod_*", times=2)
		drain()
		assert fault.hits == 2
	save(name, web_item_name="Renamed")
	frappe.rename_doc("Item", "G-0", "R-0", force=True)
	if is_deleted:
		frappe.delete_doc(DOCTYPE, name)
	drain()
	assert outbox() == []
	rows = medusa.admin("GET", "/admin/products", params={"expand": "variants"})["products"]
	skus = sorted(variant["sku"] for row in rows for variant in row["variants"])
	assert skus == (["G-1", "X-1"] if is_deleted else ["G-1", "R-0", "X-1"])
	assert {row["title"] for row in rows if row["id"] == stranger["id"]} == {"Stranger"}


def test_deleted_after_a_lost_reply(medusa, proxy):
	names = [website_item(f"G-{n}").name for n in range(2)]
	item_price("G-1", 2)
	proxy.fail("drop", match="POST /admin/products", times=2)
	drain()
	assert len(products(medusa)) == 2
	save(names[0], web_item_name="Renamed")
	frappe.delete_doc(DOCTYPE, names[0])
	proxy.fail("drop", match="POST /admin/price-lists")
	drain()
	frappe.delete_doc(DOCTYPE, names[1])
	drain()
	assert outbox() == []
	assert external_ids(medusa) == {}
	assert price_lists(medusa) == []


@pytest.mark.parametrize("kind", ["drop", "cut"])
def test_a_deletion_whose_reply_was_lost_leaves_no_price_list(medusa, proxy, kind):
	"""Once the product is gone, Medusa doesn't say any more which price lists were its own."""
	names = [website_item(f"G-{n}").name for n in range(2)]
	for n in range(2):
		item_price(f"G-{n}", 2 + n)
	drain()
	frappe.delete_doc(DOCTYPE, names[0])
	fault = proxy.fail(kind, match="DELETE /admin/products/")
	drain()
	assert fault.hits == 1
	assert external_ids(medusa).keys() == {names[1]}
	drain()
	assert_in_step(medusa, names[1:])
	assert [row["owner"] for row in price_lists(medusa)] == ["G-1"]


@pytest.mark.parametrize("kind", ["refuse", "drop", "cut"])
@pytest.mark.parametrize("call", ["DELETE /admin/products/", "DELETE /admin/price-lists/"])
def test_a_deletion_takes_along_a_price_list_that_nobody_heard_of(medusa, proxy, kind, call):
	name, other = (website_item(f"G-{n}").name for n in range(2))
	item_price("G-0", 2)
	item_price("G-1", 3)
	made = proxy.fail("drop", match="POST /admin/price-lists", times=2)
	drain()
	assert made.hits == 2
	assert not frappe.db.get_value(DOCTYPE, name, "medusa_prices")
	frappe.delete_doc(DOCTYPE, name)
	fault = proxy.fail(kind, match=call)
	drain()
	assert fault.hits == 1
	drain()
	assert_in_step(medusa, [other])
	assert [row["owner"] for row in price_lists(medusa)] == ["G-1"]


def test_a_deletion_leaves_others_prices_in_a_shared_price_list(medusa):
	docs = [website_item(f"G-{n}") for n in range(3)]
	drain()
	for doc in docs:
		doc.reload()
	rows = [{"variant_id": doc.medusa_variant_id, "currency_code": "omr", "amount": 5} for doc in docs]
	sale = {"name": "Sale", "description": "By hand", "type": "sale", "status": "active", "prices": rows}
	medusa.admin("POST", "/admin/price-lists", sale)
	for doc in docs[:2]:
		frappe.delete_doc(DOCTYPE, doc.name)
	drain()
	assert outbox() == []
	(left,) = price_lists(medusa)
	assert [row["sku"] for row in left["rows"]] == ["G-2"]
	frappe.delete_doc(DOCTYPE, docs[2].name)
	drain()
	assert price_lists(medusa) == []


def test_a_price_that_is_applied_after_the_deletion_doesnt_stay(medusa, proxy):
	"""v1 takes it, and it is nobody's. An empty list stays that a Website Item keeps or somebody made."""
	name, other = (website_item(f"G-{n}").name for n in range(2))
	item_price("G-1", 3)
	drain()
	(kept,) = price_lists(medusa)
	medusa.admin(
		"DELETE", f"/admin/price-lists/{kept['id']}/prices/batch", {"price_ids": [kept["rows"][0]["id"]]}
	)
	by_hand = {"name": "Sale", "description": "By hand", "type": "sale", "status": "active", "prices": []}
	medusa.admin("POST", "/admin/price-lists", by_hand)
	item_price("G-0", 2)
	configure(medusa, url=proxy.url, read_timeout=1)
	proxy.fail("delay", match="POST /admin/price-lists", seconds=4)
	drain()
	frappe.delete_doc(DOCTYPE, name)
	frappe.db.commit()
	drain_what_is_due()
	assert external_ids(medusa).keys() == {other}
	assert len(price_lists(medusa)) == 2
	assert [row.kind for row in outbox()] == ["Price"]
	until(lambda: len(price_lists(medusa)) == 3)
	drain()
	assert outbox() == []
	assert {row["id"] for row in price_lists(medusa)} > {kept["id"]}
	assert [row["name"] for row in price_lists(medusa) if row["id"] != kept["id"]] == ["Sale"]


@pytest.mark.parametrize("is_seen", [True, False])
@pytest.mark.parametrize("is_refused", [True, False])
def test_a_price_that_is_sent_during_the_deletion_doesnt_stay(
	medusa, proxy, monkeypatch, is_seen, is_refused
):
	"""Whether the deletion saw that it was being sent or not, and whether Medusa had the product still."""
	doc = website_item("G-0")
	drain()
	doc.reload()
	item_price("G-0", 2)
	frappe.db.commit()
	send, write = PriceTask.send, _Item.write

	def delete_document() -> None:
		before = frappe.db.get_value("Medusa Outbox", {"kind": "Price"}, ["name", "revision"])
		doc.delete()
		if not is_seen:
			frappe.db.set_value("Medusa Outbox", before[0], "revision", before[1], update_modified=False)
		frappe.db.commit()

	def delete_product() -> None:
		medusa.admin("DELETE", f"/admin/products/{doc.medusa_id}")

	def and_document(task, shop, database):
		monkeypatch.setattr(PriceTask, "send", send)
		database.run(delete_document)
		if is_refused:
			delete_product()
		return send(task, shop, database)

	def and_product(item):
		delete_product()
		return write(item)

	monkeypatch.setattr(PriceTask, "send", and_document)
	monkeypatch.setattr(_Item, "write", and_product)
	drain_what_is_due()
	assert proxy.count("POST /admin/price-lists") == (0 if is_refused else 1)
	drain()
	assert outbox() == []
	assert external_ids(medusa) == {}
	assert price_lists(medusa) == []
