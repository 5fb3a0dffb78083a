"""Import products: what the shop sells and ERPNext lacks becomes Items and Website Items, once, and is linked."""

from itertools import count

import frappe
import pytest
from erpnext.stock.doctype.item.item import Item

from medusa_integration.desk import imports as desk
from medusa_integration.medusa.errors import MedusaUnavailable
from medusa_integration.operations import import_plan, imported_product, product_import
from medusa_integration.products import shop_items
from medusa_integration.users import as_user
from tests.site import run_jobs
from tests.support.checks import external_ids, queries
from tests.support.factories import (
	configure,
	drain,
	item,
	item_group,
	outbox,
	prices,
	website_item,
)
from tests.support.shop import everything_of, make_product, product_rows, quantities, set_quantity
from tests.support.users import signed_in

HANDLES = count()
MADE = ("Item", "Website Item", "Item Price", "Item Group", "File", "Brand")
PICTURES = [
	"https://cdn.example.com/front.jpg",
	"https://cdn.example.com/back",
	"https://cdn.example.com/c.png",
]


def in_shop(medusa, *skus: str, title: str = "Nitrile gloves", price: float | None = 5, **values) -> dict:
	handle = f"handle-{next(HANDLES)}"
	values = {"status": "published", "handle": handle, **values}
	return make_product(medusa, *skus, title=title, price=price, **values)


def collection(medusa, title: str) -> str:
	return medusa.admin("POST", "/admin/collections", {"title": title})["collection"]["id"]


def chosen(**values):
	return product_import.import_settings(**{"item_group": "Gloves", "stock_uom": "Nos", **values})


def run(ids=None, **values) -> dict:
	report = product_import.import_products(chosen(**values), ids)
	frappe.db.commit()
	return report


def preview(**values) -> dict:
	return product_import.preview(chosen(**values))


def row_of(report: dict) -> dict:
	(row,) = report["rows"]
	return row


def send() -> None:
	"""As *Export catalogue* does."""
	shop_items.queue_catalogue()
	drain()


def page_of(code: str):
	return frappe.get_doc("Website Item", {"item_code": code})


def everything() -> list:
	frappe.db.rollback()
	return [frappe.get_all(doctype, ["name", "modified"], order_by="name") for doctype in MADE]


@pytest.fixture
def shop(medusa):
	item_group("Gloves")
	frappe.db.commit()
	return medusa


def test_a_product_becomes_an_item_and_a_website_item_and_is_linked(shop):
	product = in_shop(
		shop,
		"IMP-1",
		description="Soft & blue\nfive < six\n\nAnother paragraph",
		origin_country="OM",
		thumbnail=PICTURES[0],
		images=_images(shop, PICTURES),
		collection_id=collection(shop, "Masks"),
		metadata={"brand": "Soft Hands"},
	)
	untouched = everything_of(shop)
	assert run() == {"imported": 1, "refused": 0, "problems": []}
	doc, page = frappe.get_doc("Item", "IMP-1"), page_of("IMP-1")
	variant = product["variants"][0]
	assert (doc.item_name, doc.item_group, doc.stock_uom) == ("Nitrile gloves", "Masks", "Nos")
	assert (doc.is_stock_item, doc.country_of_origin, doc.brand) == (1, "Oman", "Soft Hands")
	assert (page.web_item_name, page.published, page.item_group) == ("Nitrile gloves", 1, "Masks")
	for each in (doc, page):
		assert (each.medusa_id, each.medusa_variant_id) == (product["id"], variant["id"])
	assert page.medusa_status == "In Shop"
	price = frappe.get_doc("Item Price", {"item_code": "IMP-1"})
	assert (price.price_list, price.price_list_rate, price.uom) == ("Standard Selling", 5, "Nos")
	group = frappe.get_doc("Item Group", "Masks")
	assert (group.medusa_id, group.parent_item_group) == (product["collection_id"], "All Item Groups")
	assert page.website_image == PICTURES[0]
	assert everything_of(shop) == untouched
	assert outbox() == []
	if shop.version == "v2":
		assert external_ids(shop) == {page.name: 1}


def test_the_next_sending_keeps_what_was_imported(shop):
	product = in_shop(
		shop,
		"IMP-1",
		description="Soft & blue\nfive < six\n\nAnother paragraph",
		origin_country="OM",
		thumbnail=PICTURES[0],
		images=_images(shop, PICTURES),
		collection_id=collection(shop, "Masks"),
		metadata={"brand": "Soft Hands", "shelf": "7"},
	)
	set_quantity(shop, "IMP-1", 7)
	before = product_rows(shop)[0]
	run()
	send()
	assert outbox() == []
	(after,) = product_rows(shop)
	assert after["id"] == product["id"]
	for key in ("title", "description", "status", "handle", "collection_id", "thumbnail", "origin_country"):
		assert (key, after[key]) == (key, before[key])
	assert [image["url"] for image in after["images"]] == PICTURES
	assert [v["sku"] for v in after["variants"]] == ["IMP-1"]
	assert (after["metadata"]["shelf"], after["metadata"]["brand_name"]) == ("7", "Soft Hands")
	assert [row[2] for row in prices(shop)["IMP-1"]] == [5]
	assert quantities(shop) == {"IMP-1": 7}


def test_a_second_run_imports_nothing_twice(shop):
	for number in range(3):
		in_shop(shop, f"IMP-{number}", title=f"Gloves {number}")
	run()
	there = everything()
	assert preview()["present"] == 3
	assert run() == {"imported": 0, "refused": 0, "problems": []}
	assert everything() == there


def test_the_preview_says_it_and_writes_nothing(shop):
	configure(shop, variants_become="Products of their own")
	website_item("OLD-1")
	item("OLD-2")
	linked = in_shop(shop, "LNK-1", title="Linked")
	frappe.db.set_value("Website Item", website_item("LNK-1").name, "medusa_id", linked["id"])
	in_shop(shop, "IMP-1", title="New")
	in_shop(shop, "old-1 ", title="To be linked")
	in_shop(shop, "OLD-2", title="An Item")
	in_shop(shop, "S", "M", title="Sizes")
	frappe.db.commit()
	there, untouched = everything(), everything_of(shop)
	report = preview()
	assert (report["products"], report["present"], report["ready"], report["blocked"]) == (5, 1, 2, 2)
	rows = {row["title"]: row for row in report["rows"]}
	assert rows["New"]["item_code"] == "IMP-1"
	assert (rows["New"]["item_group"], rows["New"]["makes_group"]) == ("Gloves", False)
	assert (float(rows["New"]["price"]), report["currency"]) == (5, "OMR")
	assert "Link existing products" in rows["To be linked"]["problem"]
	assert rows["An Item"]["has_item"]
	assert "2 variants" in rows["Sizes"]["problem"]
	assert everything() == there
	assert everything_of(shop) == untouched


def test_only_the_chosen_ones_are_imported(shop):
	configure(shop, variants_become="Products of their own")
	wanted = in_shop(shop, "IMP-1", title="Wanted")
	in_shop(shop, "IMP-2", title="Unwanted")
	sizes = in_shop(shop, "S", "M", title="Sizes")
	report = run([wanted["id"], sizes["id"], "prod_unknown"])
	assert (report["imported"], report["refused"]) == (1, 1)
	assert report["problems"][0]["title"] == "Sizes"
	assert not frappe.db.exists("Item", "IMP-2")


def test_an_item_that_is_not_in_the_shop_gets_a_website_item_alone(shop):
	doc = item("IMP-1", item_name="Ours", description="Our words")
	in_shop(shop, "imp-1 ", title="Theirs")
	assert row_of(preview())["notes"]
	assert run()["imported"] == 1
	doc.reload()
	assert (doc.item_name, doc.item_group) == ("Ours", "Gloves")
	page = page_of("IMP-1")
	assert (page.web_item_name, page.medusa_id) == ("Theirs", doc.medusa_id)
	send()
	(product,) = product_rows(shop)
	assert [variant["sku"] for variant in product["variants"]] == ["IMP-1"]


def test_item_groups_come_from_collections(shop):
	item_group("Masks")
	known = item_group("Our name")
	there = collection(shop, "Their name")
	known.db_set("medusa_id", there)
	in_shop(shop, "IMP-1", collection_id=there)
	in_shop(shop, "IMP-2", collection_id=collection(shop, "masks"))
	in_shop(shop, "IMP-3", collection_id=collection(shop, "Gowns"))
	in_shop(shop, "IMP-4")
	run(make_item_groups=False)
	groups = dict(frappe.get_all("Item", {"name": ("like", "IMP-%")}, ["name", "item_group"], as_list=True))
	assert groups == {"IMP-1": "Our name", "IMP-2": "Masks", "IMP-3": "Gloves", "IMP-4": "Gloves"}
	assert frappe.db.get_value("Item Group", "Masks", "medusa_id")
	assert not frappe.db.get_value("Item Group", "Gloves", "medusa_id")


def test_one_new_group_for_all_products_of_a_collection(shop):
	there = collection(shop, "Gowns")
	for number in range(3):
		in_shop(shop, f"IMP-{number}", collection_id=there)
	assert run()["imported"] == 3
	assert frappe.db.count("Item", {"item_group": "Gowns"}) == 3
	assert frappe.db.get_value("Item Group", "Gowns", "medusa_id") == there
	send()
	assert outbox() == []  # The collection isn't made a second time.
	assert shop.admin("GET", "/admin/collections")["count"] == 1


def test_a_draft_stays_a_draft_and_unmanaged_stock_unmanaged(shop):
	product = in_shop(shop, "IMP-1", status="draft")
	path = f"/admin/products/{product['id']}/variants/{product['variants'][0]['id']}"
	shop.admin("POST", path, {"manage_inventory": False, "allow_backorder": True})
	run()
	page = page_of("IMP-1")
	assert (page.published, page.on_backorder, page.medusa_status) == (0, 1, "Draft")
	assert frappe.db.get_value("Item", "IMP-1", "is_stock_item") == 0


def test_settings_of_the_run_are_followed(shop):
	template = frappe.db.exists("Item Tax Template", {}) or _tax_template()
	in_shop(shop, "IMP-1", thumbnail=PICTURES[0], collection_id=collection(shop, "Gowns"))
	run(prices=False, pictures=False, tax_template=template, make_item_groups=False)
	doc = frappe.get_doc("Item", "IMP-1")
	assert [row.item_tax_template for row in doc.taxes] == [template]
	assert not frappe.db.exists("Item Price", {"item_code": "IMP-1"})
	assert not (doc.image or page_of("IMP-1").website_image)
	assert not frappe.db.exists("Item Group", "Gowns")
	with pytest.raises(frappe.DoesNotExistError):
		chosen(item_group="No such group")


def _tax_template() -> str:
	from tests.support.factories import tax

	company = frappe.db.get_single_value("Global Defaults", "default_company")
	account = tax(5)["account_head"]
	frappe.db.set_value("Account", account, "account_type", "Tax")
	row = {"tax_type": account, "tax_rate": 5}
	doc = frappe.get_doc(
		{"doctype": "Item Tax Template", "title": "Import 5", "company": company, "taxes": [row]}
	)
	return doc.insert(ignore_permissions=True).name


@pytest.mark.parametrize(
	("sku", "code", "words"),
	[
		(" TS  1 ", "TS 1", ""),
		("a<b>c", "a<b>c", "item code"),
		("x" * 141, "x" * 141, "141"),
		("قفاز-1", "قفاز-1", ""),
		("New Item 7", "New Item 7", "New Item"),
		("A/B 1%", "A/B 1%", ""),
	],
)
def test_odd_skus(shop, sku, code, words):
	in_shop(shop, sku)
	row = row_of(preview())
	assert bool(row["problem"]) == bool(words)
	assert words in row["problem"]
	report = run()
	assert (report["imported"], report["refused"]) == ((0, 0) if words else (1, 0)), report
	assert bool(frappe.db.exists("Item", code)) == (not words)
	frappe.db.delete("Item Price", {"item_code": code})


def test_a_product_without_sku_gets_its_handle(shop):
	product = in_shop(shop, *([None] if shop.version == "v2" else [""]), handle="soft-gloves", title="No sku")
	assert row_of(preview())["item_code"] == "soft-gloves"
	assert run()["imported"] == 1
	page = page_of("soft-gloves")
	assert page.medusa_id == product["id"]
	send()
	(there,) = product_rows(shop)
	assert [variant["sku"] for variant in there["variants"]] == ["soft-gloves"]


def test_skus_that_differ_in_case_alone_are_told(shop):
	in_shop(shop, "TS-1", title="One")
	in_shop(shop, "ts-1 ", title="Two")
	report = preview()
	assert report["blocked"] == 2
	assert all("2 variants" in row["problem"] for row in report["rows"])


def test_texts_of_the_shop_do_no_harm(shop):
	title = "<img src=x onerror=alert(1)>" + "Long " * 60
	in_shop(shop, "IMP-1", title=title, description="<script>alert(1)</script>{{ 7 * 7 }}", handle="long")
	in_shop(shop, "IMP-2", title=" ", description=" \n ", handle="blank")
	rows = {row["item_code"]: row for row in preview()["rows"]}
	assert any("140" in note for note in rows["IMP-1"]["notes"])
	assert run()["imported"] == 2
	doc, page = frappe.get_doc("Item", "IMP-1"), page_of("IMP-1")
	assert len(doc.item_name) <= 140
	assert "<" not in doc.item_name + page.web_item_name
	assert "<script" not in doc.description + page.web_long_description
	assert "{{" not in doc.description
	assert frappe.db.get_value("Item", "IMP-2", "item_name") == "IMP-2"


def test_pictures_elsewhere_alone_are_attached_and_the_rest_is_told(shop):
	in_shop(
		shop, "IMP-1", thumbnail="/uploads/front.jpg", images=_images(shop, PICTURES[1:]), title="Relative"
	)
	notes = row_of(preview())["notes"]
	assert any("1 of its pictures" in note for note in notes)
	assert not any("pictures" in note for note in row_of(preview(pictures=False))["notes"])
	assert run()["imported"] == 1
	page = page_of("IMP-1")
	assert page.website_image == PICTURES[1]
	files = frappe.get_all("File", {"attached_to_name": page.name}, pluck="file_url", order_by="creation")
	assert files == PICTURES[1:]
	page.short_description = "Saved by a user"
	page.save()
	assert page.website_image == PICTURES[1]  # webshop clears an image that has no public File
	frappe.db.delete("File", {"attached_to_name": page.name})


def _images(shop, urls: list[str]) -> list:
	return [{"url": url} for url in urls] if shop.version == "v2" else urls


@pytest.mark.v2("v1 has no external ids")
def test_another_external_id_is_replaced(shop):
	in_shop(shop, "IMP-1", external_id="other-tool-1")
	assert any("other-tool-1" in note for note in row_of(preview())["notes"])
	run()
	assert external_ids(shop) == {page_of("IMP-1").name: 1}


def test_a_product_of_a_website_item_that_forgot_it_is_to_be_linked(shop):
	doc = website_item("IMP-1")
	drain()
	ids = {"medusa_id": None, "medusa_variant_id": None}
	for doctype, name in (("Website Item", doc.name), ("Item", "IMP-1")):
		frappe.db.set_value(doctype, name, ids)
	assert "Link existing products" in row_of(preview())["problem"]
	assert run() == {"imported": 0, "refused": 0, "problems": []}


def test_what_the_shop_does_not_sell_is_told(shop):
	item_group("Masks")
	config = frappe.get_doc("Medusa Configuration")
	config.append("item_groups", {"item_group": "Masks"})
	config.save()
	in_shop(shop, "IMP-1")
	assert any("draft" in note for note in row_of(preview())["notes"])
	assert not any("draft" in note for note in row_of(preview(item_group="Masks"))["notes"])


def test_prices_of_another_currency_are_told(shop):
	in_shop(shop, "IMP-1", price=None)
	row = row_of(preview())
	assert any("OMR" in note for note in row["notes"])
	assert run()["imported"] == 1
	assert not frappe.db.exists("Item Price", {"item_code": "IMP-1"})


def test_what_erpnext_refuses_is_reported_and_the_others_go_on(shop, monkeypatch):
	for number in range(3):
		in_shop(shop, f"IMP-{number}", title=f"Gloves {number}")

	validate = Item.validate

	def refuse(self):
		validate(self)
		if self.item_code == "IMP-1":
			frappe.throw("<b>No gloves</b> today")

	monkeypatch.setattr(Item, "validate", refuse)
	report = run()
	assert (report["imported"], report["refused"]) == (2, 1)
	assert report["problems"] == [{"title": "Gloves 1", "sku": "IMP-1", "reason": "No gloves today"}]
	assert not frappe.db.exists("Item", "IMP-1")
	monkeypatch.undo()
	assert run()["imported"] == 1


def test_a_crash_leaves_nothing_halved_or_doubled(shop, monkeypatch):
	for number in range(3):
		in_shop(shop, f"IMP-{number}", title=f"Gloves {number}")
	real = imported_product._link

	class Crash(BaseException):
		pass

	def crash(name, candidate):
		if candidate.code == "IMP-1":
			raise Crash
		real(name, candidate)

	monkeypatch.setattr(imported_product, "_link", crash)
	with pytest.raises(Crash):
		run()
	frappe.db.rollback()
	monkeypatch.undo()
	assert frappe.get_all("Item", {"name": ("like", "IMP-%")}, pluck="name") == ["IMP-0"]
	assert run()["imported"] == 2
	send()
	assert outbox() == []
	assert shop.admin("GET", "/admin/products")["count"] == 3
	codes = frappe.get_all("Website Item", {"item_code": ("like", "IMP-%")}, pluck="item_code")
	assert sorted(codes) == ["IMP-0", "IMP-1", "IMP-2"]


def test_medusa_out_of_reach_is_an_error_and_writes_nothing(shop):
	configure(shop, url="http://127.0.0.1:1")
	there = everything()
	with pytest.raises(MedusaUnavailable):
		run()
	assert everything() == there


@pytest.mark.slow
@pytest.mark.v2("v1 has no batches to make so many products with")
def test_many_products_in_pages_with_progress(shop):
	fields = {"status": "published", "options": [{"title": "Default", "values": ["Default"]}]}
	variant = {"title": "Default", "options": {"Default": "Default"}, "prices": []}
	new = [
		{**fields, "title": f"Glove {number}", "variants": [{**variant, "sku": f"MANY-{number}"}]}
		for number in range(250)
	]
	shop.admin("POST", "/admin/products/batch", {"create": new})
	told = []
	report = product_import.import_products(chosen(), None, lambda *each: told.append(each))
	assert report == {"imported": 250, "refused": 0, "problems": []}
	assert told[:3] == [(100, 0), (200, 0), (250, 0)]
	assert (told[3], told[-1]) == ((20, 250), (250, 250))
	assert len(external_ids(shop)) == 250
	assert frappe.db.count("Website Item", {"medusa_id": ("is", "set")}) == 250
	assert preview()["present"] == 250


def test_the_queries_of_the_plan_do_not_grow(shop):
	for number in range(6):
		in_shop(shop, f"IMP-{number}", title=f"Gloves {number}")
	from medusa_integration import session

	read = [product for page in session.open_shop().products_to_import(page=4) for product in page]
	assert len(read) == 6
	settings = chosen()

	def asked(some):
		return len(queries(lambda: import_plan.plan(some, settings)))

	asked(read)
	assert asked(read[:1]) == asked(read)


def test_the_desk_starts_it_and_tells(shop):
	product = in_shop(shop, "IMP-1")
	assert desk.import_products(dry_run=1, item_group="Gloves", stock_uom="Nos")["status"] == "Queued"
	run_jobs()
	state = desk.get_product_import()
	assert (state["status"], state["dry_run"], state["report"]["ready"]) == ("Done", True, 1)
	desk.import_products(dry_run=0, products=[product["id"]], item_group="Gloves", stock_uom="Nos")
	run_jobs()
	state = desk.get_product_import()
	assert (state["status"], state["report"]["imported"]) == ("Done", 1)
	assert frappe.db.get_value("Item", "IMP-1", "medusa_id") == product["id"]


def test_a_user_without_permission_is_refused(shop):
	client = signed_in("stock@example.com", "Stock User")
	for name in ("import_products", "get_product_import"):
		assert client.post(f"/api/method/medusa_integration.api.{name}", json={}).status_code == 403
	manager = signed_in("system@example.com", "System Manager")
	path = "/api/method/medusa_integration.api.import_products"
	assert manager.post(path, json={"dry_run": 0}).status_code == 403  # System Managers make no Items
	assert manager.post(path, json={"dry_run": 7}).status_code == 417


def test_the_import_has_the_permissions_of_its_user(shop):
	in_shop(shop, "IMP-1")
	signed_in("stock@example.com", "Stock Manager")
	with as_user("stock@example.com"):
		report = run()
	assert (report["imported"], report["refused"]) == (0, 1)
	assert "Item" in report["problems"][0]["reason"]
	assert "Error Log" not in report["problems"][0]["reason"]
	assert not frappe.db.exists("Item", "IMP-1")
	signed_in(
		"items@example.com", "Item Manager", "Stock Manager", "Sales Master Manager", "Accounts Manager"
	)
	with as_user("items@example.com"):
		report = run()
	assert (report["imported"], report["problems"]) == (1, [])
	assert page_of("IMP-1").owner == "items@example.com"
