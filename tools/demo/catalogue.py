"""The demo catalogue, saved document by document as people would at the Desk: the hooks do the rest."""

from collections.abc import Iterator
from pathlib import Path

import frappe
from frappe.model.document import Document

from tools.demo import drawings
from tools.demo.rows import ROOT_GROUP, Row, group_path, specifications

PRICE_LIST = "Standard Selling"


def save(rows: list[Row], warehouse: str | None = None) -> Iterator[Row]:
	"""Save the rows with all that they need, committing each document; yields each row once it is saved.

	:param warehouse: whose stock is for sale
	"""
	for row in rows:
		_save_groups(group_path(row))
		_save_missing("Brand", "brand", row["brand"])
		_save_missing("UOM", "uom_name", row["stock_uom"])
		_save_item(row)
		_save_website_item(row, _save_image(row["image"]), warehouse)
		_save_price(row)
		yield row


def save_template(row: Row, options: dict[str, tuple[str, ...]], warehouse: str | None) -> None:
	"""Save a template with its Item Attributes and its Website Item.

	:param options: `{attribute: values}`
	"""
	_save_groups(group_path(row))
	_save_missing("Brand", "brand", row["brand"])
	_save_missing("UOM", "uom_name", row["stock_uom"])
	for attribute, values in options.items():
		_save_attribute(attribute, values)
	_save_item(row, has_variants=1, attributes=[{"attribute": attribute} for attribute in options])
	_save_website_item(row, _save_image(row["image"]), warehouse)


def _save_attribute(name: str, values: tuple[str, ...]) -> None:
	exists = frappe.db.exists("Item Attribute", name)
	doc = frappe.get_doc("Item Attribute", name) if exists else frappe.new_doc("Item Attribute")
	doc.attribute_name = name
	known = {row.attribute_value for row in doc.item_attribute_values}
	for value in values:
		if value not in known:
			doc.append("item_attribute_values", {"attribute_value": value, "abbr": value})
	doc.save()
	frappe.db.commit()


def save_variant(row: Row, code: str, values: dict[str, str], price: str) -> None:
	"""Save a variant with its price.

	:param row: the template's
	:param values: `{attribute: value}`
	"""
	attributes = [{"attribute": name, "attribute_value": value} for name, value in values.items()]
	of_variant = {
		**row,
		"item_code": code,
		"item_name": f"{row['item_name']}, {', '.join(values.values())}",
		"price": price,
	}
	_save_item(of_variant, variant_of=row["item_code"], attributes=attributes)
	_save_price(of_variant)


def save_bundle(row: Row, parts: dict[str, int], warehouse: str | None) -> None:
	"""Save an Item without stock that consists of others, with its Product Bundle and its price.

	:param parts: `{item code: quantity}`
	"""
	_save_groups(group_path(row))
	_save_missing("UOM", "uom_name", row["stock_uom"])
	_save_item(row, is_stock_item=0)
	items = [{"item_code": code, "qty": quantity} for code, quantity in parts.items()]
	_insert("Product Bundle", new_item_code=row["item_code"], items=items)
	_save_website_item(row, "", warehouse)
	_save_price(row)


def _save_groups(path: list[str]) -> None:
	for parent, name in zip([ROOT_GROUP, *path], path, strict=False):
		if not frappe.db.exists("Item Group", name):
			_insert("Item Group", item_group_name=name, parent_item_group=parent)
		if parent != ROOT_GROUP and not frappe.db.get_value("Item Group", parent, "is_group"):
			doc = frappe.get_doc("Item Group", parent)
			doc.is_group = 1
			doc.save()
			frappe.db.commit()


def _save_missing(doctype: str, fieldname: str, name: str) -> None:
	if name and not frappe.db.exists(doctype, name):
		_insert(doctype, **{fieldname: name})


def _save_image(path: str) -> str:
	"""Upload a picture, drawn after its name; returns its URL, blank without a picture."""
	name = Path(path).name
	return save_file(name, drawings.product(name)) if path else ""


def save_file(name: str, content: bytes) -> str:
	"""Upload a public file; returns its URL."""
	return _insert("File", file_name=name, content=content, is_private=0).file_url


def _save_item(row: Row, **values) -> None:
	_insert(
		"Item",
		item_code=row["item_code"],
		item_name=row["item_name"],
		item_group=group_path(row)[-1],
		brand=row["brand"],
		country_of_origin=row["country_of_origin"],
		stock_uom=row["stock_uom"],
		**{"is_stock_item": 1, **values},
	)


def _save_website_item(row: Row, image: str, warehouse: str | None) -> None:
	_insert(
		"Website Item",
		item_code=row["item_code"],
		web_item_name=row["web_item_name"],
		published=int(row["published"]),
		on_backorder=int(row["on_backorder"]),
		ranking=int(row["ranking"]),
		short_description=row["short_description"],
		web_long_description=row["web_long_description"],
		website_specifications=[
			{"label": label, "description": value} for label, value in specifications(row)
		],
		website_image=image,
		website_warehouse=warehouse,
	)


def _save_price(row: Row) -> None:
	if row["price"]:
		_insert(
			"Item Price",
			item_code=row["item_code"],
			price_list=PRICE_LIST,
			price_list_rate=row["price"],
			valid_from=row["valid_from"],  # blank: without a limit; left out it would be today
			valid_upto=row["valid_upto"],
		)


def _insert(doctype: str, **values) -> Document:
	doc = frappe.get_doc({"doctype": doctype, **values}).insert()
	frappe.db.commit()  # every document in a transaction of its own, as if saved in a form
	return doc
