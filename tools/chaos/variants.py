"""Templates and their variants amid the chaos: what users change of them, and what the shop must hold then."""

import frappe
from frappe.utils import cint

from tests.support import factories

ATTRIBUTES = {"Size": ["XS", "S", "M", "L", "XL", "XXL"], "Colour": ["Blue", "Red", "Green", "White"]}
TEMPLATES = 4  # there before it begins


def prepare(shelf: str, groups: list[str]) -> None:
	"""Templates with three variants each."""
	for n in range(TEMPLATES):
		_template(f"T-{n}", groups[n % len(groups)], shelf)
		for size, colour in (("S", "Blue"), ("M", "Blue"), ("M", "Red")):
			_variant(f"T-{n}", f"T-{n}-{size}-{colour}", size, colour, groups[n % len(groups)], 10 + n)


def _template(code: str, group: str, shelf: str) -> None:
	factories.template(code, ATTRIBUTES, group=group, website_warehouse=shelf)


def _variant(template: str, code: str, size: str, colour: str, group: str, rate: float) -> None:
	factories.variant(template, code, {"Size": size, "Colour": colour}, group)
	factories.item_price(code, rate)


# --- changes


def add_template(user, shelf: str) -> None:
	code, group = user.new_name("T"), user.group()
	_template(code, group, factories.warehouse(shelf))
	_variant(code, user.new_name("V"), "S", "Red", group, user.rate())


def add_variant(user) -> bool:
	template = user.pick("Item", has_variants=1)
	if not template:
		return False
	size, colour = (user.random.choice(values) for values in ATTRIBUTES.values())
	_variant(template.name, user.new_name("V"), size, colour, template.item_group, user.rate())
	return True


def disable_variant(user) -> bool:
	item = user.pick("Item", variant_of=("is", "set"))
	if item:
		item.update({"disabled": int(not item.disabled)}).save()
	return bool(item)


def delete_variant(user) -> bool:
	item = user.pick("Item", variant_of=("is", "set"))
	if item:
		item.delete()
	return bool(item)


# --- what the shop must hold


def sold(template: str) -> list[str]:
	"""The variants of a template that the shop sells."""
	rows = frappe.get_all("Item", {"variant_of": template, "disabled": 0}, pluck="name", order_by="name")
	pages = {"item_code": ("in", [*rows, ""]), "published": 0}
	hidden = set(frappe.get_all("Website Item", pages, pluck="item_code", order_by=None))
	return [code for code in rows if code not in hidden]


def of_template(row) -> dict:
	"""The expected fields of the product of a template's Website Item."""
	codes = sold(row.item_code)
	return {
		"status": "published" if row.published and codes else "draft",
		"sku": codes,
		"allow_backorder": [bool(cint(row.on_backorder))] * len(codes),
	}


def ids(codes: list[str]) -> dict[str, str]:
	items = {"name": ("in", [*codes, ""])}
	return dict(frappe.get_all("Item", items, ["name", "medusa_variant_id"], as_list=True, order_by="name"))
