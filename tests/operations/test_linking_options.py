"""A shop whose products have sizes and colours: they are linked to ERPNext's templates, variant by variant."""

import frappe
import pytest

from medusa_integration.operations import linking
from medusa_integration.products import shop_items
from medusa_integration.products.existing_products import ShopIndex
from medusa_integration.products.existing_templates import compare_templates
from tests.support.checks import external_ids, queries
from tests.support.factories import (
	configure,
	drain,
	item_price,
	outbox,
	prices,
	template,
	variant,
	website_item,
)
from tests.support.shop import everything_of, make_product, product_rows

SIZES = ("S", "M", "L")


@pytest.fixture
def before(medusa):
	"""The integration before it is switched on, with variants as options of one product."""
	configure(medusa, enable=0, variants_become="Options of one product")
	return medusa


def shirt(code: str = "SHIRT", sizes=SIZES, **values):
	"""A template with its variants; its Website Item."""
	page = template(code, {"Size": list(sizes)}, **values)
	for size in sizes:
		variant(code, f"{code}-{size}", {"Size": size})
	return page


def made_by_hand(medusa, *skus: str, title: str = "Shirt", **values) -> dict:
	return make_product(medusa, *skus, title=title, price=5, status="published", **values)


def ids(product: dict) -> dict[str, str]:
	return {each["sku"]: each["id"] for each in product["variants"]}


def linked(page) -> tuple:
	"""The ids of a template's Website Item, and of its variants' Items by item code."""
	frappe.db.rollback()
	of_page = frappe.db.get_value("Website Item", page.name, ["medusa_id", "medusa_variant_id"])
	of_item = frappe.db.get_value("Item", page.item_code, ["medusa_id", "medusa_variant_id"])
	assert of_page == of_item
	rows = frappe.get_all(
		"Item", {"variant_of": page.item_code}, ["name", "medusa_id", "medusa_variant_id"], order_by="name"
	)
	assert not any(row.medusa_id for row in rows)
	return of_page, {row.name: row.medusa_variant_id for row in rows}


def test_a_product_with_sizes_is_linked_to_its_template(before):
	page = shirt()
	product = made_by_hand(before, "SHIRT-S", "SHIRT-M", "SHIRT-L", title="Some shirt")
	untouched = everything_of(before)
	preview = linking.preview()
	assert (preview["matches"], preview["variants"], preview["variants_left"]) == (1, 3, 0)
	assert (preview["conflicts"], preview["items_left"], preview["products_left"]) == (0, 0, 0)
	(match,) = preview["examples"]["matches"]
	assert (match["website_item"], match["product"]) == (page.name, "Some shirt")
	assert linked(page) == ((None, None), dict.fromkeys(("SHIRT-L", "SHIRT-M", "SHIRT-S")))
	report = linking.link()
	assert (report["linked"], report["variants"], report["conflicts"], report["items_left"]) == (1, 3, 0, 0)
	assert linked(page) == ((product["id"], None), ids(product))
	assert everything_of(before) == untouched
	assert outbox() == []
	if before.version == "v2":
		assert external_ids(before) == {page.name: 1}
	assert linking.link() == {
		"linked": 0,
		"variants": 0,
		"conflicts": 0,
		"items_left": 0,
		"examples": {"conflicts": []},
	}


def conflict(report: dict) -> str:
	assert (report.get("matches", report.get("linked")), report["conflicts"]) == (0, 1)
	return report["examples"]["conflicts"][0]["reason"]


def test_nothing_is_sent_before_a_user_sends_it(before):
	page = shirt()
	item_price("SHIRT-S", 3.5)
	made_by_hand(before, "SHIRT-S", "SHIRT-M", "SHIRT-L", title="Some shirt")
	linking.link()
	untouched = everything_of(before)
	configure(before, variants_become="Options of one product")
	item_price("SHIRT-M", 4)
	drain()
	assert everything_of(before) == untouched
	assert prices(before) == {}
	assert frappe.db.get_value("Website Item", page.name, "medusa_hash") == "linked"


def test_sizes_that_one_side_lacks_are_told_and_stay(before):
	page = shirt()
	product = made_by_hand(before, "SHIRT-S", "SHIRT-M", "SHIRT-XXL")
	preview = linking.preview()
	assert (preview["variants"], preview["variants_left"], preview["other_variants"]) == (2, 1, 1)
	reason = preview["examples"]["matches"][0]["reason"]
	assert "SHIRT-L" in reason and "created when it is sent" in reason
	assert "SHIRT-XXL stay in the shop" in reason
	linking.link()
	told = ids(product)
	wanted = {"SHIRT-S": told["SHIRT-S"], "SHIRT-M": told["SHIRT-M"], "SHIRT-L": None}
	assert linked(page) == ((product["id"], None), wanted)


def test_skus_that_differ_in_case_spaces_and_dashes(before):
	page = shirt()
	product = made_by_hand(before, "shirt-s", " SHIRT–M ", "SHIRT-L")
	assert linking.link()["variants"] == 3
	told = ids(product)
	wanted = {"SHIRT-S": told["shirt-s"], "SHIRT-M": told[" SHIRT–M "], "SHIRT-L": told["SHIRT-L"]}
	assert linked(page)[1] == wanted


def test_the_exact_sku_is_ours_where_another_product_has_a_similar_one(before):
	page = shirt()
	product = made_by_hand(before, "SHIRT-S", "SHIRT-M", "SHIRT-L")
	made_by_hand(before, "shirt-s", title="Another")
	assert linking.link()["variants"] == 3
	assert linked(page) == ((product["id"], None), ids(product))


def test_a_sku_twice_in_one_product_is_unclear(before):
	page = shirt()
	made_by_hand(before, "SHIRT-S", "shirt-s ", "SHIRT-M")
	reason = conflict(linking.preview())
	assert "several variants with the SKU SHIRT-S" in reason
	assert "Change the SKU of all but one" in conflict(linking.link())
	assert linked(page)[0] == (None, None)


def test_two_products_with_variants_of_one_template_are_unclear(before):
	page = shirt()
	made_by_hand(before, "SHIRT-S", "SHIRT-M", title="Small shirts")
	doomed = made_by_hand(before, "SHIRT-L", title="Large shirts")
	reason = conflict(linking.link())
	assert "Small shirts (SHIRT-M, SHIRT-S)" in reason and "Large shirts (SHIRT-L)" in reason
	assert linked(page)[0] == (None, None)
	# The step that it names.
	before.admin("DELETE", f"/admin/products/{doomed['id']}")
	report = linking.link()
	assert (report["linked"], report["variants"]) == (1, 2)


def test_one_product_with_variants_of_two_templates_is_unclear(before):
	shirts, trousers = shirt(), shirt("TROUSERS")
	made_by_hand(before, "SHIRT-S", "SHIRT-M", "TROUSERS-S")
	report = linking.link()
	assert (report["linked"], report["conflicts"]) == (0, 2)
	reasons = {row["website_item"]: row["reason"] for row in report["examples"]["conflicts"]}
	assert (
		trousers.name in reasons[shirts.name] and "delete the variants of the others" in reasons[shirts.name]
	)
	assert shirts.name in reasons[trousers.name]


def test_a_product_with_variants_of_a_template_and_of_a_simple_item_is_unclear(before):
	page, other = shirt(), website_item("BELT")
	made_by_hand(before, "SHIRT-S", "BELT")
	report = linking.link()
	assert (report["linked"], report["conflicts"]) == (0, 2)
	reasons = {row["website_item"]: row["reason"] for row in report["examples"]["conflicts"]}
	assert page.name in reasons[other.name] and other.name in reasons[page.name]
	assert frappe.db.get_value("Website Item", other.name, "medusa_id") is None


def test_variants_with_website_items_of_their_own_are_no_products(before):
	page, own = shirt(), website_item("SHIRT-M")
	product = made_by_hand(before, "SHIRT-S", "SHIRT-M", "SHIRT-L")
	preview = linking.preview()
	assert (preview["matches"], preview["conflicts"], preview["items_left"]) == (1, 0, 0)
	linking.link()
	assert linked(page) == ((product["id"], None), ids(product))
	of_own = frappe.db.get_value("Website Item", own.name, ["medusa_id", "medusa_variant_id"])
	assert of_own == (None, ids(product)["SHIRT-M"])


def test_a_product_that_one_size_was_linked_to_becomes_the_templates(before):
	"""As *Products of their own* has linked it: one size's Website Item has the product with all sizes."""
	page, own = shirt(), website_item("SHIRT-M")
	product = made_by_hand(before, "SHIRT-S", "SHIRT-M", "SHIRT-L", external_id=own.name)
	known = {"medusa_id": product["id"], "medusa_variant_id": ids(product)["SHIRT-M"]}
	frappe.db.set_value("Website Item", own.name, {**known, "medusa_synced_on": "2026-01-01"})
	frappe.db.set_value("Item", "SHIRT-M", known)
	frappe.db.commit()
	assert linking.link()["variants"] == 3
	assert linked(page) == ((product["id"], None), ids(product))
	of_own = frappe.db.get_value(
		"Website Item", own.name, ["medusa_id", "medusa_variant_id", "medusa_synced_on"]
	)
	assert of_own == (None, ids(product)["SHIRT-M"], None)
	assert linking.link()["linked"] == 0


def test_a_product_that_another_website_item_has_is_unclear(before):
	page, other = shirt(), website_item("BELT")
	product = made_by_hand(before, "SHIRT-S", "SHIRT-M")
	frappe.db.set_value("Website Item", other.name, "medusa_id", product["id"])
	frappe.db.commit()
	reason = conflict(linking.link())
	assert f"linked to the Website Item {other.name}" in reason and "SHIRT-M, SHIRT-S" in reason
	assert linked(page)[0] == (None, None)


@pytest.mark.v2("v1 has no external ids")
def test_a_product_that_names_another_website_item_is_unclear(before):
	shirt()
	other = website_item("BELT")
	made_by_hand(before, "SHIRT-S", external_id=other.name)
	assert f"carries the id of the Website Item {other.name}" in conflict(linking.link())


def test_a_template_of_the_same_name_is_unclear_where_skus_are_missing(before):
	page = shirt(web_item_name="Summer shirt")
	product = made_by_hand(before, "", title="summer  Shirt")
	reason = conflict(linking.preview())
	assert "same name without a SKU" in reason and "SHIRT-L, SHIRT-M, SHIRT-S" in reason
	assert linked(page)[0] == (None, None)
	# The step that it names.
	(variant_id,) = (each["id"] for each in product["variants"])
	body = {"sku": "SHIRT-S"}
	before.admin("POST", f"/admin/products/{product['id']}/variants/{variant_id}", body)
	assert linking.link()["linked"] == 1
	assert linked(page)[1]["SHIRT-S"] == variant_id


def test_a_product_with_the_templates_own_code_is_unclear(before):
	page = shirt()
	made_by_hand(before, "SHIRT")
	reason = conflict(linking.link())
	assert "the template's own code" in reason and "SHIRT-S" in reason
	assert linked(page)[0] == (None, None)


def test_a_template_without_variants_is_left_over(before):
	page = template("SHIRT", {"Size": list(SIZES)})
	made_by_hand(before, "OTHER-S", title=page.web_item_name)
	preview = linking.preview()
	assert (preview["matches"], preview["conflicts"], preview["items_left"]) == (0, 0, 1)


def test_disabled_sizes_are_not_linked(before):
	page = shirt()
	frappe.db.set_value("Item", "SHIRT-L", "disabled", 1)
	made_by_hand(before, "SHIRT-S", "SHIRT-M", "SHIRT-L")
	assert linking.preview()["other_variants"] == 1
	assert linking.link()["variants"] == 2
	assert linked(page)[1]["SHIRT-L"] is None


def test_a_product_that_was_made_again_is_linked_anew(before):
	page = shirt()
	gone = {"medusa_id": "prod_gone", "medusa_variant_id": None, "medusa_synced_on": "2026-01-01"}
	frappe.db.set_value("Website Item", page.name, gone)
	frappe.db.set_value("Item", "SHIRT-S", {"medusa_variant_id": "variant_s", "medusa_prices": "{}"})
	frappe.db.set_value("Item", "SHIRT-L", {"medusa_variant_id": "variant_l", "medusa_stock": "5"})
	frappe.db.commit()
	product = made_by_hand(before, "SHIRT-S", "SHIRT-M")
	linking.link()
	assert linked(page) == ((product["id"], None), {**ids(product), "SHIRT-L": None})
	assert frappe.db.get_value("Item", "SHIRT-S", "medusa_prices") is None
	assert frappe.db.get_value("Item", "SHIRT-L", "medusa_stock") is None
	assert frappe.db.get_value("Website Item", page.name, "medusa_synced_on") is None


def test_crossed_ids_are_put_right(before):
	page = shirt()
	other = website_item("BELT")
	product = made_by_hand(before, "SHIRT-S", "SHIRT-M", "SHIRT-L")
	told = ids(product)
	for code, sku in (("SHIRT-S", "SHIRT-M"), ("SHIRT-M", "SHIRT-S"), ("BELT", "SHIRT-L")):
		frappe.db.set_value("Item", code, "medusa_variant_id", told[sku])
	frappe.db.set_value("Item", other.item_code, "medusa_id", product["id"])
	frappe.db.commit()
	assert linking.link()["variants"] == 3
	assert linked(page) == ((product["id"], None), told)
	assert frappe.db.get_value("Item", "BELT", ["medusa_id", "medusa_variant_id"]) == (None, None)


def test_a_variant_id_that_another_website_item_has_is_unclear(before):
	page, other = shirt(), website_item("BELT")
	product = made_by_hand(before, "SHIRT-S", "SHIRT-M")
	website_item("SHIRT-S")
	frappe.db.set_value("Website Item", other.name, "medusa_variant_id", ids(product)["SHIRT-S"])
	frappe.db.commit()
	assert other.name in conflict(linking.link())
	assert linked(page)[0] == (None, None)


@pytest.mark.v2("linking writes nothing to v1")
def test_a_product_that_is_deleted_meanwhile_holds_up_no_other(before, monkeypatch):
	pages = [shirt(code) for code in ("SHIRT", "TROUSERS")]
	doomed = made_by_hand(before, "SHIRT-S")
	made_by_hand(before, "TROUSERS-S", "TROUSERS-M", title="Trousers")
	adopt = linking._adopt

	def delete_before(medusa, matches):
		before.admin("DELETE", f"/admin/products/{doomed['id']}")
		return adopt(medusa, matches)

	monkeypatch.setattr(linking, "_adopt", delete_before)
	report = linking.link()
	assert (report["linked"], report["variants"], report["conflicts"]) == (1, 2, 1)
	assert linked(pages[0])[0] == (None, None)


def test_sizes_without_a_template_get_a_step_to_take(before):
	"""#246: one product in the shop, each size an Item of its own."""
	for code in ("G-S", "G-M", "G-L"):
		website_item(code)
	made_by_hand(before, "G-S", "G-M", "G-L")
	report = linking.preview()
	assert (report["matches"], report["conflicts"]) == (0, 3)
	for row in report["examples"]["conflicts"]:
		assert "Items without a template" in row["reason"]
		assert "delete the variants of the others in Medusa" in row["reason"]


def test_as_products_of_their_own_the_setting_is_named(before):
	configure(before, enable=0, variants_become="Products of their own")
	shirt()
	for size in SIZES:
		website_item(f"SHIRT-{size}")
	made_by_hand(before, "SHIRT-S", "SHIRT-M", "SHIRT-L")
	report = linking.link()
	assert (report["linked"], report["conflicts"], report["items_left"]) == (0, 3, 1)
	for row in report["examples"]["conflicts"]:
		assert "set Variants become to Options of one product" in row["reason"]
	# The step that it names.
	configure(before, enable=0, variants_become="Options of one product")
	report = linking.link()
	assert (report["linked"], report["variants"], report["conflicts"]) == (1, 3, 0)


def test_a_template_without_a_website_item_is_named(before):
	shirt_page = shirt()
	for size in SIZES:
		website_item(f"SHIRT-{size}")
	frappe.delete_doc("Website Item", shirt_page.name)
	made_by_hand(before, "SHIRT-S", "SHIRT-M", "SHIRT-L")
	report = linking.preview()
	assert (report["matches"], report["conflicts"]) == (0, 3)
	assert "make a Website Item for their template SHIRT" in report["examples"]["conflicts"][0]["reason"]


def test_ids_of_another_tool_are_told(before):
	if before.version == "v1":
		pytest.skip("v1 has no external ids")
	shirt()
	made_by_hand(before, "SHIRT-S", external_id="other-tool-1")
	report = linking.preview()
	assert report["replaced_ids"] == 1
	assert report["examples"]["replaced_ids"][0]["reason"] == "other-tool-1"


def test_queries_dont_grow_with_the_templates(before):
	def asked(count: int) -> int:
		frappe.db.commit()
		index = ShopIndex()
		pages = frappe.get_all(
			"Website Item", fields=["name", "item_code", "web_item_name"], order_by="name", limit=count
		)
		for number, page in enumerate(pages):
			variants = [{"id": f"v{number}{size}", "sku": f"{page.item_code}-{size}"} for size in SIZES]
			product = {"id": f"p{number}", "external_id": None, "title": "", "handle": ""}
			index.add({**product, "variants": variants})
		found = []
		asked = len(queries(lambda: found.append(compare_templates(pages, index))))
		assert len(found[0].matches) == count
		return asked

	for number in range(6):
		shirt(f"SHIRT{number}")
	assert asked(2) == asked(6) <= 5


# --- sending


def test_what_was_linked_is_sent_into_the_same_variants(before):
	page = shirt()
	item_price("SHIRT-S", 3.5)
	product = made_by_hand(before, "SHIRT-S", "SHIRT-M", "SHIRT-XXL")
	linking.link()
	configure(before, variants_become="Options of one product")
	shop_items.queue_catalogue()
	drain()
	assert outbox() == []
	(row,) = product_rows(before)
	assert (row["id"], row["title"]) == (product["id"], page.web_item_name)
	told = ids(row)
	assert {sku: told.pop(sku) for sku in ids(product)} == ids(product)
	assert told == {"SHIRT-L": linked(page)[1]["SHIRT-L"]}
	assert [each[2] for each in prices(before)["SHIRT-S"]] == [3.5]


def test_a_template_that_the_shop_has_is_parked_until_it_is_linked(medusa):
	configure(medusa, variants_become="Options of one product")
	product = made_by_hand(medusa, "SHIRT-S", "SHIRT-M")
	page = shirt()
	drain()
	(row,) = [row for row in outbox() if row.kind == "Product"]
	assert row.status == "Parked" and "Link existing products" in row.error
	linking.link()
	drain()
	assert outbox() == []
	(there,) = product_rows(medusa)
	assert (there["id"], len(there["variants"])) == (product["id"], 3)
	assert linked(page)[0] == (product["id"], None)


def test_a_parked_template_names_the_same_step_as_linking(medusa):
	configure(medusa, variants_become="Options of one product")
	made_by_hand(medusa, "SHIRT-S", title="Small shirts")
	other = made_by_hand(medusa, "SHIRT-M", title="Medium shirts")
	shirt()
	drain()
	(row,) = [row for row in outbox() if row.kind == "Product"]
	assert row.error == conflict(linking.link())
	medusa.admin("DELETE", f"/admin/products/{other['id']}")
	assert linking.link()["linked"] == 1
	drain()
	assert outbox() == []
	assert [len(each["variants"]) for each in product_rows(medusa)] == [3]
