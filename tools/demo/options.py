"""Products with options in the demo shop: templates whose variants differ in size and colour.

Each is saved document by document, as people would at the Desk.
"""

from dataclasses import dataclass
from decimal import Decimal

from tools.demo.expected import Shop, product_facts
from tools.demo.rows import Row, group_path


@dataclass(frozen=True)
class Variant:
	"""A variant: its Item Code, its value of each option, its price and its stock."""

	code: str
	values: tuple[str, ...]
	price: str
	stock: int


@dataclass(frozen=True)
class Template:
	"""A template with its variants."""

	row: Row  # as one of the catalogue's, without a price
	options: dict[str, tuple[str, ...]]
	variants: tuple[Variant, ...]


def row(code: str, title: str, group: str, **values: str) -> Row:
	"""A row as the catalogue's, without a price."""
	blank = dict.fromkeys(
		(
			"brand",
			"country_of_origin",
			"short_description",
			"web_long_description",
			"specifications",
			"price",
			"valid_from",
			"valid_upto",
			"stock_qty",
			"image",
		),
		"",
	)
	published = {"published": "1", "on_backorder": "0", "ranking": "90", "stock_uom": "Nos"}
	names = {"item_code": code, "item_name": title, "web_item_name": title, "item_group": group}
	return {**blank, **published, **names, **values}


TEMPLATES = (
	Template(
		row(
			"TUN-10",
			"Scrub Tunic, V-Neck",
			"Products > Infection Control > Protective Clothing",
			brand="Zenquora",
			country_of_origin="India",
			short_description="Tunic of cotton and polyester, washed at 60 degrees.",
			web_long_description="<p>Two pockets, side vents.</p><ul><li>Keeps its colour for 100 washes</li></ul>",
		),
		{"Size": ("S", "M", "L", "XL"), "Colour": ("Navy", "Teal", "White")},
		(
			Variant("TUN-10-S-NAVY", ("S", "Navy"), "8.500", 12),
			Variant("TUN-10-M-NAVY", ("M", "Navy"), "8.500", 20),
			Variant("TUN-10-L-NAVY", ("L", "Navy"), "8.500", 0),
			Variant("TUN-10-S-TEAL", ("S", "Teal"), "8.500", 6),
			Variant("TUN-10-M-TEAL", ("M", "Teal"), "8.500", 9),
			Variant("TUN-10-L-WHITE", ("L", "White"), "9.250", 4),
			Variant("TUN-10-XL-WHITE", ("XL", "White"), "9.250", 3),
		),
	),
	Template(
		row(
			"CLG-20",
			"Surgery Clogs",
			"Products > Infection Control > Protective Clothing",
			country_of_origin="Germany",
			short_description="Closed clogs that can go into the steriliser.",
			web_long_description="<p>With a strap, non-slip.</p>",
		),
		{"Size": ("36", "37", "38", "40", "42")},
		tuple(
			Variant(f"CLG-20-{size}", (size,), "14.900", stock)
			for size, stock in (("36", 2), ("38", 5), ("40", 0), ("42", 7))
		),
	),
)


def save(warehouse: str | None = None) -> None:
	"""Save the templates, their variants and their prices.

	:param warehouse: whose stock is for sale; the variants' stock is received there
	"""
	from tools.demo import catalogue

	for template in TEMPLATES:
		catalogue.save_template(template.row, template.options, warehouse)
		for variant in template.variants:
			values = dict(zip(template.options, variant.values, strict=True))
			catalogue.save_variant(template.row, variant.code, values, variant.price)


def stock() -> dict[str, int]:
	"""`{item code: quantity}` of the variants."""
	return {variant.code: variant.stock for template in TEMPLATES for variant in template.variants}


def expect(shop: Shop, site_url: str, countries: dict[str, str]) -> None:
	"""Add what the shop must hold of them.

	:param countries: `{name: ISO code}`
	"""
	for template in TEMPLATES:
		group = group_path(template.row)[-1]
		shop.groups[group] = {"metadata": {"parent_item_group": group_path(template.row)[-2], "is_group": 0}}
		facts = product_facts(template.row, site_url, countries)
		facts["metadata"]["has_variants"] = True
		for variant in template.variants:
			shop.products[variant.code] = facts
			title = " / ".join(variant.values)
			shop.variants[variant.code] = {"title": title, "allow_backorder": False, "manage_inventory": True}
			shop.prices[variant.code] = ("omr", Decimal(variant.price))
