"""Shopify's product CSV, saved as ERPNext's documents, and what a visitor of the shop has to find of it."""

import csv
import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import IO, Any

import frappe

from tests.support import factories

NO_OPTION = "Default Title"  # the value of a product without options
SHELF = "Shopify"


@dataclass
class Variant:
	"""One variant of a product.

	:param values: of the product's options
	"""

	code: str
	values: tuple[str, ...]
	price: float
	quantity: int
	grams: float
	barcode: str


@dataclass
class Product:
	"""A product, with its pictures' addresses."""

	handle: str
	title: str
	text: str
	brand: str
	group: str
	options: list[str]
	variants: list[Variant] = field(default_factory=list)
	images: list[str] = field(default_factory=list)


def read(file: IO[str]) -> list[Product]:
	"""The products of a CSV as Shopify exports it; rows of one handle are one product."""
	rows = defaultdict(list)
	for row in csv.DictReader(file):
		rows[row["Handle"]].append(row)
	return [_product(handle, of_it) for handle, of_it in rows.items()]


def _product(handle: str, rows: list[dict]) -> Product:
	first = rows[0]
	names = [first[f"Option{n} Name"] for n in (1, 2, 3)]
	is_simple = first["Option1 Value"] == NO_OPTION
	product = Product(
		handle,
		first["Title"],
		first["Body (HTML)"],
		first["Vendor"],
		first["Type"] or "Shopify",
		[] if is_simple else [name for name in names if name],
	)
	for row in rows:
		if row["Variant Price"]:
			values = tuple(row[f"Option{n + 1} Value"] for n in range(len(product.options)))
			product.variants.append(_variant(handle, values, row))
		if row["Image Src"] and row["Image Src"] not in product.images:
			product.images.append(row["Image Src"])
	return product


def _variant(handle: str, values: tuple[str, ...], row: dict) -> Variant:
	return Variant(
		row["Variant SKU"] or "-".join((handle, *values)),
		values,
		float(row["Variant Price"]),
		int(row["Variant Inventory Qty"] or 0),
		float(row["Variant Grams"] or 0),
		row["Variant Barcode"],
	)


def save(products: list[Product]) -> None:
	"""Save them as an operator would: templates with variants, or simple Items, with Website Items, prices and stock."""
	shelf = factories.warehouse(SHELF)
	for product in products:
		_save_brand(product.brand)
		for url in product.images:  # webshop knows no other pictures
			frappe.get_doc({"doctype": "File", "file_url": url}).insert(ignore_permissions=True)
		page = {
			"group": product.group,
			"web_item_name": product.title,
			"web_long_description": product.text,
			"website_warehouse": shelf,
			"website_image": product.images[0] if product.images else None,
			"slideshow": _slideshow(product),
		}
		if product.options:
			_save_template(product, page)
		else:
			(variant,) = product.variants
			factories.website_item(variant.code, item_values=_item_values(product, variant), **page)
		for variant in product.variants:
			factories.item_price(variant.code, variant.price)
			if variant.quantity:
				_stock(shelf, variant.code, variant.quantity)
		frappe.db.commit()


def _save_template(product: Product, page: dict) -> None:
	attributes = {
		name: list(dict.fromkeys(variant.values[place] for variant in product.variants))
		for place, name in enumerate(product.options)
	}
	factories.template(product.handle, attributes, **page)
	for variant in product.variants:
		values = dict(zip(product.options, variant.values, strict=True))
		factories.variant(
			product.handle, variant.code, values, product.group, **_item_values(product, variant)
		)


def _item_values(product: Product, variant: Variant) -> dict[str, Any]:
	weight = {"weight_per_unit": variant.grams, "weight_uom": "Gram"} if variant.grams else {}
	barcodes = {"barcodes": [{"barcode": variant.barcode}]} if variant.barcode else {}
	return {"brand": product.brand or None, **weight, **barcodes}


def _save_brand(name: str) -> None:
	if name and not frappe.db.exists("Brand", name):
		frappe.get_doc({"doctype": "Brand", "brand": name}).insert(ignore_permissions=True)


def _slideshow(product: Product) -> str | None:
	if len(product.images) < 2:
		return None
	rows = [{"image": url} for url in product.images]
	doc = {"doctype": "Website Slideshow", "slideshow_name": product.handle, "slideshow_items": rows}
	return frappe.get_doc(doc).insert(ignore_permissions=True).name


def _stock(shelf: str, code: str, quantity: int) -> None:
	factories.move_stock(shelf, **{code: quantity})


# --- what the shop shows


def expected(products: list[Product]) -> dict[str, dict]:
	"""`{title: facts}`"""
	return {
		product.title: {
			"text": _signs(product.text),
			"images": sorted(product.images),
			"options": {
				name: sorted({variant.values[place] for variant in product.variants})
				for place, name in enumerate(product.options)
			},
			"variants": {
				variant.code: {
					"options": dict(zip(product.options, variant.values, strict=True)),
					"price": variant.price,
					"stock": variant.quantity,
					"weight": variant.grams or None,
					"barcode": variant.barcode or None,
				}
				for variant in product.variants
			},
		}
		for product in products
	}


FIELDS = (
	"id,title,description,images.url,options.title,*options.values,*variants,*variants.options,"
	"*variants.options.option,*variants.calculated_price,+variants.inventory_quantity"
)


def found(medusa) -> dict[str, dict]:
	"""The same, from Medusa's store API."""
	shown: dict[str, dict] = {}
	params = {"fields": FIELDS, "region_id": medusa.shop["region_id"], "limit": 50, "offset": 0}
	while rows := medusa.store("GET", "/store/products", params=params)["products"]:
		for row in rows:
			assert row["title"] not in shown, f"{row['title']} is there twice"
			shown[row["title"]] = _shown(row)
		params["offset"] += 50
	return shown


def _shown(row: dict) -> dict:
	options = {each["title"]: sorted(value["value"] for value in each["values"]) for each in row["options"]}
	is_simple = options == {"Default": ["Default"]}
	return {
		"text": _signs(row["description"]),
		"images": sorted(image["url"] for image in row["images"]),
		"options": {} if is_simple else options,
		"variants": {
			variant["sku"]: {
				"options": {}
				if is_simple
				else {each["option"]["title"]: each["value"] for each in variant["options"]},
				"price": (variant["calculated_price"] or {}).get("calculated_amount"),
				"stock": variant["inventory_quantity"],
				"weight": variant["weight"],
				"barcode": variant["barcode"] or variant["ean"] or variant["upc"],
			}
			for variant in row["variants"]
		},
	}


def _signs(text: str | None) -> str:
	"""A text without its tags and spaces; an entry of a list begins with a hyphen, as in the shop."""
	text = re.sub(r"<li\b[^>]*>", "-", text or "")
	return re.sub(r"<[^>]+>|&nbsp;|\s", "", text)
