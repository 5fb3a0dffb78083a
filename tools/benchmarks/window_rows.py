"""A large catalogue, written straight into the database: products of 200 Item Groups, with prices, specifications, pictures
and wishes.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import frappe
from frappe.utils import now

from medusa_integration import generation
from tests.support import factories

FEW, MANY = 5_000, 50_000
PREFIX = "BENCH-WINDOW-"
ROOT_GROUP, URL = "Bench Window", "bench-window"
PARENTS, LEAVES = 10, 20  # groups below the root; groups below each of those
BRANDS, COLOURS, SHAPES = 30, ("Red", "Blue", "Green", "White", "Black"), ("Round", "Square", "Oval")
CUSTOMER, BUYER = "Bench Window Clinic", "cus_bench_window"
PART = 5_000
SPECIFIED = ("Colour", "Shape")


@contextmanager
def filled() -> Iterator[None]:
	"""The Item Groups, brands and the customer, and all products that are added, until the end of the block."""
	_delete()
	root = _add_groups()
	_insert("Brand", ("brand",), ((f"Bench Brand {n}", f"Bench Brand {n}") for n in range(BRANDS)))
	factories.customer(CUSTOMER, medusa_id=BUYER)
	_moved()
	try:
		yield
	finally:
		_delete()
		frappe.db.set_value("Item Group", *root, update_modified=False)
		_moved()


def add(first: int, last: int) -> None:
	"""Add the products with these numbers."""
	for start in range(first, last, PART):
		_add(range(start, min(start + PART, last)))
	for doctype in (
		"Website Item",
		"Item",
		"Item Price",
		"Medusa Specification",
		"Item Website Specification",
	):
		frappe.db.sql(f"analyze table `tab{doctype}`")
	_moved()


def _moved() -> None:
	generation.moved()
	frappe.db.commit()


def _add(numbers: range) -> None:
	names = {n: f"{PREFIX}{n:06}" for n in numbers}
	_insert(
		"Item",
		("item_code", "item_name", "item_group", "stock_uom"),
		((name, name, f"Product {n}", _group(n), "Nos") for n, name in names.items()),
	)
	_insert(
		"Website Item",
		(
			"item_code", "web_item_name", "item_group", "brand", "published", "medusa_id", "medusa_variant_id",
			"website_image", "ranking", "custom_in_stock", "web_long_description", "custom_overall_rating",
			"custom_parent_website_item", "naming_series", "stock_uom",
		),
		(
			(
				name, name, f"Product {n * 7919 % 100_003:06}", _group(n), f"Bench Brand {n % BRANDS}", 1, f"prod_{name}",
				f"variant_{name}", f"/files/{name}.jpg", n % 100, n % 3 != 0, "<p>A product.</p>" * 40, n % 5,
				names.get(n - 1) if n % 10 == 5 else None, "WEB-ITM-.####", "Nos",
			)
			for n, name in names.items()
		),
	)  # fmt: skip
	_insert(
		"Item Price",
		("item_code", "price_list", "currency", "price_list_rate", "selling", "customer"),
		(
			(f"{name}-{kind}", name, "Standard Selling", "OMR", 5 + n % 40, 1, customer)
			for n, name in names.items()
			for kind, customer in (("standard", None), ("own", CUSTOMER))
			if not customer or n % 4 == 0
		),
	)
	specs = [
		(f"{name}-{idx}", name, idx, label, values[n % len(values)])
		for n, name in names.items()
		for idx, (label, values) in enumerate(zip(SPECIFIED, (COLOURS, SHAPES), strict=True), 1)
	]
	_insert(
		"Item Website Specification",
		("parent", "parenttype", "parentfield", "idx", "label", "description"),
		(
			(key, name, "Website Item", "website_specifications", idx, label, f"<p>{value}</p>")
			for key, name, idx, label, value in specs
		),
	)
	_insert(
		"Medusa Specification",
		("website_item", "idx", "property", "value"),
		((key, name, idx, label.lower(), value) for key, name, idx, label, value in specs),
	)
	_insert(
		"Medusa Wishlist",
		("parent", "parenttype", "parentfield", "idx", "medusa_customer_id"),
		(
			(name, name, "Website Item", "custom_medusa_wishlist", 1, BUYER if n % 8 == 0 else f"cus_{n}")
			for n, name in names.items()
		),
	)
	frappe.db.commit()


def _group(n: int) -> str:
	return f"{ROOT_GROUP} {n % PARENTS}-{n // PARENTS % LEAVES}"


def _add_groups() -> tuple[str, str, int]:
	"""The Item Groups at the end of the tree; returns what puts the tree's root back."""
	root, rgt = frappe.db.get_value("Item Group", factories.ROOT_GROUP, ["name", "rgt"])
	left, rows = rgt, []

	def row(name: str, parent: str, route: str, size: int) -> None:
		nonlocal left
		rows.append((name, name, parent, int(size > 0), route, left, left + 2 * size + 1))
		left += 1

	row(ROOT_GROUP, root, URL, PARENTS * (LEAVES + 1))
	for each in range(PARENTS):
		parent = f"{ROOT_GROUP} {each}"
		row(parent, ROOT_GROUP, f"{URL}/{URL}-{each}", LEAVES)
		for leaf in range(LEAVES):
			row(f"{parent}-{leaf}", parent, f"{URL}/{URL}-{each}/{URL}-{each}-{leaf}", 0)
			left += 1
		left += 1
	fields = ("item_group_name", "parent_item_group", "is_group", "custom_medusa_route", "lft", "rgt")
	_insert("Item Group", fields, rows)
	frappe.db.set_value("Item Group", root, "rgt", left + 1, update_modified=False)
	return root, "rgt", rgt


def _insert(doctype: str, fields: tuple[str, ...], rows) -> None:
	"""Rows of (name, values of the fields)."""
	stamp = (now(), now(), "Administrator", "Administrator")
	frappe.db.bulk_insert(
		doctype,
		("name", *fields, "creation", "modified", "owner", "modified_by"),
		((*row, *stamp) for row in rows),
	)


def _delete() -> None:
	ours = ("like", f"{PREFIX}%")
	for doctype, field in (
		("Medusa Wishlist", "parent"), ("Medusa Specification", "website_item"), ("Item Website Specification", "parent"),
		("Item Price", "item_code"), ("Website Item", "name"), ("Item", "name"),
	):  # fmt: skip
		frappe.db.delete(doctype, {field: ours})
	frappe.db.delete("Brand", {"name": ("like", "Bench Brand %")})
	frappe.db.delete("Item Group", {"name": ("like", f"{ROOT_GROUP}%")})
	frappe.db.delete("Customer", {"medusa_id": BUYER})
	frappe.db.commit()
