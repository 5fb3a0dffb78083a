"""Ids from Medusa: written by the integration alone, and no two documents of a kind have the same."""

import frappe
import pytest

from medusa_integration.delivery import claims, settling
from medusa_integration.delivery.box import outbox as rows
from medusa_integration.delivery.kind import Result, Write
from medusa_integration.products import item_status
from medusa_integration.products.products_to_medusa import PRODUCT
from medusa_integration.setup import unique_ids as unique_medusa_ids
from medusa_integration.setup.custom_fields import make_custom_fields
from medusa_integration.sync.kinds import UNIQUE_FIELDS, WRITTEN_FIELDS
from medusa_integration.sync.sending import HOOKS
from medusa_integration.sync.written_fields import keep_medusa_ids
from tests.support.checks import external_ids, queries
from tests.support.factories import (
	configure,
	drain,
	item,
	item_group,
	item_price,
	outbox,
	products,
	website_item,
)
from tests.support.users import signed_in


@pytest.fixture
def manager():
	"""A user who may write all that has ids."""
	roles = ("System Manager", "Item Manager", "Website Manager", "Stock Manager", "Sales Master Manager")
	there = frappe.get_all("Role", {"name": ("in", roles)}, pluck="name", order_by="name")
	return signed_in("medusa-ids@example.com", *there)


FORGED = {
	"medusa_id": "forged_1",
	"medusa_variant_id": "forged_2",
	"medusa_price_id": "forged_3",
	"medusa_hash": "forged_4",
	"medusa_handle": "forged-5",
	"medusa_status": "Parked",
	"medusa_prices": '{"live": {}}',
	"medusa_stock": '{"sent": {}}',
	"medusa_sales_channel": "forged_6",
	"medusa_filled": '{"title": "forged"}',
	"medusa_sold_units": '{"units": []}',
	"medusa_synced_on": "2026-01-01 00:00:00",
	"custom_in_stock": 1,
	"custom_medusa_route": "forged/route",
	"medusa_category_id": "forged_7",
	"medusa_variants": '{"sent": {}}',
	"medusa_former_ids": "forged_8",
}
# No user writes a Medusa Customer Group.
SAVED = tuple(doctype for doctype in WRITTEN_FIELDS if doctype != "Medusa Customer Group")


def forged(doctype: str) -> dict:
	return {field: FORGED[field] for field in WRITTEN_FIELDS[doctype]}


def new(doctype: str) -> dict:
	"""The values of a document that can be inserted."""
	if doctype != "Item Group":
		item_group("Gloves")
	if doctype in ("Item Price", "Website Item"):
		item("IDS-1")
	return {
		"Website Item": {
			"item_code": "IDS-1",
			"web_item_name": "Forged",
			"item_group": "Gloves",
			"published": 1,
		},
		"Item": {"item_code": "IDS-2", "item_name": "Forged", "item_group": "Gloves", "stock_uom": "Nos"},
		"Item Group": {"item_group_name": "IDS-3", "parent_item_group": "All Item Groups"},
		"Item Price": {"item_code": "IDS-1", "price_list": "Standard Selling", "price_list_rate": 5},
		"Brand": {"brand": "IDS-4"},
		"File": {"file_name": "ids.txt", "content": "ids"},
	}[doctype]


def kept(doctype: str, name: str) -> dict:
	"""What a document has of the integration's fields."""
	frappe.db.rollback()
	return frappe.db.get_value(doctype, name, WRITTEN_FIELDS[doctype], as_dict=True)


def is_untouched(doctype: str, name: str) -> bool:
	found = kept(doctype, name)
	if doctype == "Item Group":
		found.pop("custom_medusa_route")
		assert frappe.db.get_value(doctype, name, "custom_medusa_route") == "ids-3"
	if doctype == "Website Item":
		assert found.pop("medusa_status") in (item_status.NOT_IN_SHOP, item_status.WAITING)
	return not any(found.values())


# --- from outside


@pytest.mark.parametrize("enable", [0, 1])
@pytest.mark.parametrize("doctype", SAVED)
def test_what_is_inserted_and_updated_by_rest_has_no_ids(medusa, manager, doctype, enable):
	configure(medusa, enable=enable)
	values = new(doctype)
	frappe.db.commit()
	reply = manager.post(f"/api/resource/{doctype}", json={**values, **forged(doctype)})
	assert reply.status_code == 200, reply.text
	name = reply.json["data"]["name"]
	assert is_untouched(doctype, name)
	reply = manager.put(f"/api/resource/{doctype}/{name}", json=forged(doctype))
	assert reply.status_code == 200, reply.text
	assert is_untouched(doctype, name)


@pytest.mark.parametrize("doctype", SAVED)
def test_what_is_imported_has_no_ids(medusa, doctype):
	doc = frappe.get_doc({"doctype": doctype, **new(doctype), **forged(doctype)})
	frappe.flags.in_import = True
	try:
		doc.insert()
	finally:
		frappe.flags.in_import = False
	frappe.db.commit()
	assert is_untouched(doctype, doc.name)


def test_a_save_that_skips_validation_keeps_the_ids(medusa):
	doc = website_item("IDS-1")
	drain()
	doc.reload()
	ids = kept("Website Item", doc.name)
	doc.update(forged("Website Item"))
	doc.flags.ignore_validate = True
	doc.save()
	frappe.db.commit()
	assert kept("Website Item", doc.name) == ids


def test_a_copy_has_none_of_its_pattern(medusa):
	doc = website_item("IDS-1")
	item("IDS-2")
	drain()
	copied = frappe.copy_doc(frappe.get_doc("Website Item", doc.name), ignore_no_copy=False)
	copied.update({"item_code": "IDS-2", "route": None})
	copied.insert()
	frappe.db.commit()
	assert is_untouched("Website Item", copied.name)
	drain()
	assert external_ids(medusa) == {doc.name: 1, copied.name: 1}


@pytest.mark.parametrize("sent_meanwhile", [False, True])
def test_a_deleted_item_that_is_restored_gets_a_product_of_its_own(medusa, sent_meanwhile):
	from frappe.core.doctype.deleted_document.deleted_document import restore

	doc = website_item("IDS-1")
	drain()
	before = products(medusa)[doc.name]["id"]
	frappe.delete_doc("Website Item", doc.name)
	if sent_meanwhile:
		drain()
	deleted = frappe.get_all("Deleted Document", {"deleted_name": doc.name}, pluck="name")[0]
	restore(deleted)
	restored = frappe.get_last_doc("Website Item", {"item_code": "IDS-1"})
	frappe.db.commit()
	assert is_untouched("Website Item", restored.name)
	drain()
	restored.reload()
	assert external_ids(medusa) == {restored.name: 1}
	assert restored.medusa_id == products(medusa)[restored.name]["id"] != before


def test_nobody_takes_over_or_deletes_the_product_of_another(medusa, manager):
	victim = website_item("IDS-1")
	item("IDS-2")
	drain()
	victim.reload()
	before = products(medusa)[victim.name]
	values = {"item_code": "IDS-2", "web_item_name": "Mine", "published": 1}
	ids = {"medusa_id": victim.medusa_id, "medusa_variant_id": victim.medusa_variant_id}
	name = manager.post("/api/resource/Website Item", json={**values, **ids}).json["data"]["name"]
	drain()
	assert products(medusa)[victim.name] == before
	assert products(medusa)[name]["id"] != victim.medusa_id
	assert manager.put(f"/api/resource/Website Item/{name}", json=ids).status_code == 200
	assert manager.delete(f"/api/resource/Website Item/{name}").status_code == 202
	drain()
	assert list(products(medusa)) == [victim.name]


def test_what_was_changed_in_memory_deletes_nothing_else(medusa):
	victim, doc = website_item("IDS-1"), website_item("IDS-2")
	drain()
	doc.reload()
	doc.medusa_id = frappe.db.get_value("Website Item", victim.name, "medusa_id")
	doc.delete()
	drain()
	assert list(products(medusa)) == [victim.name]


def test_nobody_deletes_the_collection_of_another_group(medusa, manager):
	website_item("IDS-1")
	drain()
	id = frappe.db.get_value("Item Group", "Gloves", "medusa_id")
	values = {"item_group_name": "IDS-3", "parent_item_group": "All Item Groups", "medusa_id": id}
	assert manager.post("/api/resource/Item Group", json=values).status_code == 200
	assert manager.delete("/api/resource/Item Group/IDS-3").status_code == 202
	assert [row for row in outbox() if row.reference_name == "IDS-3"] == []


# --- what it costs


def test_a_save_reads_the_ids_only_while_they_may_change(medusa):
	website_item("IDS-1")
	item_price("IDS-1", 5)
	for doctype in ("Website Item", "Item", "Item Group", "Item Price"):
		doc = frappe.get_last_doc(doctype)
		doc.load_doc_before_save()
		(asked,) = queries(lambda doc=doc: keep_medusa_ids(doc))
		assert all(field in asked for field in WRITTEN_FIELDS[doctype])
	configure(medusa, enable=0)
	frappe.get_cached_doc("Medusa Configuration")
	for doctype in ("Website Item", "Item", "Item Group", "Item Price"):
		doc = frappe.get_last_doc(doctype)
		doc.load_doc_before_save()
		assert queries(lambda doc=doc: keep_medusa_ids(doc)) == []


# --- no two alike


@pytest.mark.parametrize("doctype", UNIQUE_FIELDS)
def test_the_database_refuses_a_second_one(medusa, doctype):
	unique = [field.fieldname for field in frappe.get_meta(doctype).fields if field.unique]
	assert set(UNIQUE_FIELDS[doctype]) <= set(unique)
	pair = pair_of(doctype)
	for field in UNIQUE_FIELDS[doctype]:
		for name in pair:
			frappe.db.set_value(doctype, name, field, None)
		frappe.db.set_value(doctype, pair[0], field, "same")
		with pytest.raises(Exception) as refused:
			frappe.db.set_value(doctype, pair[1], field, "same")
		assert frappe.db.is_unique_key_violation(refused.value)
		frappe.db.rollback()


def pair_of(doctype: str) -> list[str]:
	docs = [website_item("IDS-1"), website_item("IDS-2")]
	if doctype == "Item Price":
		docs = [item_price("IDS-1", 5), item_price("IDS-2", 6)]
	if doctype == "Item Group":
		docs = [item_group("IDS-3"), item_group("IDS-4")]
	if doctype == "Medusa Customer Group":
		docs = [frappe.get_doc({"doctype": doctype, "title": title}).insert() for title in ("A", "B")]
	frappe.db.commit()
	return [doc.item_code for doc in docs] if doctype == "Item" else [doc.name for doc in docs]


def settle(*writes: list[tuple]) -> list[Result]:
	"""Settle a batch of one result for each list of writes; the results as they are then."""
	for number, _each in enumerate(writes):
		rows.add(PRODUCT, f"IDS-ROW-{number}")
	frappe.db.set_value(rows.doctype, {"reference_name": ("not like", "IDS-ROW-%")}, "status", "Parked")
	frappe.db.commit()
	claimed = sorted(claims.claim(rows, "Product", 10, 60), key=lambda row: row.reference_name)
	results = [
		Result.done(row, [Write(*write) for write in each]) for row, each in zip(claimed, writes, strict=True)
	]
	assert settling.settle(rows, results, 8, 60, HOOKS) == []
	return results


@pytest.mark.parametrize("doctype", ["Item Price", "Item"])
def test_documents_that_repeat_an_id_can_change_places(medusa, doctype):
	one, two = pair_of(doctype)
	for field in UNIQUE_FIELDS[doctype]:
		frappe.db.set_value(doctype, one, field, "id_1")
		frappe.db.set_value(doctype, two, field, "id_2")
		settle([(doctype, one, {field: "id_2"}), (doctype, two, {field: "id_1"})])
		assert [frappe.db.get_value(doctype, name, field) for name in (one, two)] == ["id_2", "id_1"]
		settle([(doctype, one, {field: "id_1"})])
		assert [frappe.db.get_value(doctype, name, field) for name in (one, two)] == ["id_1", None]


@pytest.mark.parametrize("doctype", ["Website Item", "Item Group"])
def test_an_id_that_another_document_has_parks_that_record_alone(medusa, doctype):
	one, two = pair_of(doctype)
	third = website_item("IDS-9").name
	frappe.db.set_value(doctype, one, "medusa_id", "id_1")
	refused, done = settle(
		[(doctype, two, {"medusa_id": "id_1"})], [("Website Item", third, {"medusa_id": "id_3"})]
	)
	parked = frappe.get_doc(rows.doctype, refused.row.name)
	assert parked.status == "Parked"
	assert one in parked.error and "id_1" in parked.error
	assert not frappe.db.get_value(doctype, two, "medusa_id")
	assert frappe.db.get_value("Website Item", third, "medusa_id") == "id_3"
	assert not frappe.db.exists(rows.doctype, done.row.name)


def test_of_two_in_a_batch_that_claim_one_id_the_first_gets_it(medusa):
	one, two = pair_of("Website Item")
	settle(*([("Website Item", name, {"medusa_variant_id": "id_1"})] for name in (one, two)))
	assert frappe.db.get_value("Website Item", one, "medusa_variant_id") == "id_1"
	(parked,) = [row for row in outbox() if row.reference_name == "IDS-ROW-1"]
	assert parked.status == "Parked" and one in parked.error


@pytest.mark.v2("v1 finds products by their handles")
def test_a_product_of_another_item_is_not_taken_over(medusa):
	owner = website_item("IDS-1")
	drain()
	owner.reload()
	other = website_item("IDS-2")
	fellow = website_item("IDS-3")
	medusa.admin("POST", f"/admin/products/{owner.medusa_id}", json={"external_id": other.name})
	drain()
	(row,) = [row for row in outbox() if row.kind == "Product"]
	assert (row.reference_name, row.status) == (other.name, "Parked")
	assert owner.name in row.error
	assert frappe.db.get_value("Website Item", fellow.name, "medusa_id")
	assert not frappe.db.get_value("Website Item", other.name, "medusa_id")


def test_a_website_item_takes_its_ids_along_to_another_item(medusa):
	doc = website_item("IDS-1")
	item("IDS-2")
	drain()
	doc.reload()
	doc.item_code = "IDS-2"
	doc.save()
	drain()
	assert [row for row in outbox() if row.status == "Parked"] == []
	assert frappe.db.get_value("Item", "IDS-2", "medusa_id") == doc.medusa_id
	assert frappe.db.get_value("Item", "IDS-1", "medusa_id") is None


# --- sites that are older than the unique indexes


@pytest.fixture
def without_indexes():
	"""The fields as they were before."""
	fields = {"dt": ("in", list(UNIQUE_FIELDS)), "fieldname": ("like", "medusa%"), "unique": 1}
	frappe.db.set_value("Custom Field", fields, "unique", 0)
	update_tables()
	yield
	frappe.db.rollback()
	for doctype, unique in UNIQUE_FIELDS.items():
		for field in unique:
			frappe.db.set_value(doctype, {field: ("is", "set")}, field, None)
			frappe.db.set_value(doctype, {field: ""}, field, None)
	make_custom_fields()
	update_tables()


def update_tables() -> None:
	for doctype, unique in UNIQUE_FIELDS.items():
		frappe.clear_cache(doctype=doctype)
		frappe.db.updatedb(doctype)
		if frappe.db.db_type == "sqlite" and not frappe.get_meta(doctype).get_field(unique[0]).unique:
			for field in unique:  # SQLite's unique indexes aren't dropped with the setting
				frappe.db.sql_ddl(f"drop index if exists `tab{doctype}_{field}_unique`")
	frappe.db.commit()


def test_an_older_site_is_rid_of_doubles_and_gets_the_indexes(medusa, without_indexes):
	items = [website_item(f"IDS-{number}").name for number in range(5)]
	prices = [item_price("IDS-1", 5).name, item_price("IDS-2", 6).name]
	frappe.db.delete(rows.doctype)
	write = frappe.db.set_value
	same = {"medusa_id": "id_1", "medusa_variant_id": "id_2", "medusa_hash": "x", "medusa_prices": "{}"}
	for name in items[:3]:
		write("Website Item", name, same)
	write("Website Item", items[1], "medusa_synced_on", "2026-01-01 00:00:00")
	for name in items[3:]:
		write("Website Item", name, {"medusa_id": "", "medusa_variant_id": ""})
	for number in (0, 1):
		write("Item", f"IDS-{number}", {"medusa_id": "id_1", "medusa_variant_id": "id_2"})
	for name in prices:
		write("Item Price", name, {"medusa_id": "list", "medusa_price_id": "id_3"})
	write("Item Price", prices[0], "customer", "Somebody")
	unique_medusa_ids.execute()
	make_custom_fields()
	fields = ["medusa_id", "medusa_variant_id", "medusa_hash", "medusa_prices"]
	assert [frappe.db.get_value("Website Item", name, fields) for name in items] == [
		(None,) * 4,
		("id_1", "id_2", "x", "{}"),
		*[(None,) * 4] * 3,
	]
	assert [frappe.db.get_value("Item", f"IDS-{n}", "medusa_id") for n in (0, 1)] == [None, "id_1"]
	assert [frappe.db.get_value("Item Price", name, "medusa_price_id") for name in prices] == [None, "id_3"]
	assert outbox() == []
	with pytest.raises(Exception) as refused:
		write("Website Item", items[0], "medusa_id", "id_1")
	assert frappe.db.is_unique_key_violation(refused.value)
	frappe.db.rollback()
