"""Product Bundles amid the chaos: what users change of them, and of which inventory items their variants must consist."""

import frappe

from tests.support import factories
from tools.chaos import places

BUNDLE = "Product Bundle"
BUNDLES = 4  # there before it begins
LONE = 4  # Items that the shop doesn't sell, but bundles of them


def prepare(shelf: str, groups: list[str]) -> None:
	for n in range(LONE):
		factories.item(f"L-{n}", groups[0])
	for n in range(BUNDLES):
		_bundle(f"B-{n}", groups[n % len(groups)], shelf, {f"C-{n}": 1 + n, f"L-{n}": 2})


def _bundle(code: str, group: str, shelf: str, parts: dict[str, int]) -> None:
	values = {"item_values": {"is_stock_item": 0}, "group": group, "website_warehouse": shelf}
	factories.website_item(code, **values)
	factories.item_price(code, 20)
	_insert(code, parts)


def _insert(code: str, parts: dict[str, int]) -> None:
	frappe.get_doc({"doctype": BUNDLE, "new_item_code": code, "items": _rows(parts)}).insert()


def _rows(parts: dict[str, int]) -> list[dict]:
	return [{"item_code": part, "qty": number} for part, number in parts.items()]


# --- changes


def _some(user) -> dict[str, int]:
	"""Parts for a bundle."""
	filters = {"is_stock_item": 1, "has_variants": 0, "disabled": 0}
	codes = frappe.get_all("Item", filters, pluck="name", order_by="name")
	lone = [code for code in codes if code.startswith("L-")]
	chosen = [
		*user.random.sample(codes, user.random.randrange(1, 3)),
		*user.random.sample(lone, min(len(lone), 1)),
	]
	return {code: user.random.randrange(1, 5) for code in chosen}


def add_bundle(user) -> bool:
	"""A new one, or one of an Item that had one."""
	bare = user.pick("Item", is_stock_item=0, name=("not in", [*_bundled(), ""]))
	if bare and user.random.random() < 0.5:
		_insert(bare.name, _some(user))
	else:
		_bundle(user.new_name("B"), user.group(), factories.warehouse(places.SHELF), _some(user))
	return True


def change_parts(user) -> bool:
	bundle = user.pick(BUNDLE)
	if bundle:
		bundle.update({"items": []})
		bundle.update({"items": _rows(_some(user))}).save()
	return bool(bundle)


def delete_bundle(user) -> bool:
	bundle = user.pick(BUNDLE)
	if bundle:
		bundle.delete()
	return bool(bundle)


def mend() -> None:
	"""See run.py: bundles of Items that were deleted in that very moment."""
	codes = {*frappe.get_all("Item", pluck="name", order_by="name")}
	for name, code in _bundles().items():
		if {code, *_rows_of(name)} - codes:
			frappe.delete_doc(BUNDLE, name)


# --- what the shop must hold


def _bundles() -> dict[str, str]:
	"""`{Product Bundle: the Item that it is of}`"""
	return dict(frappe.get_all(BUNDLE, {}, ["name", "new_item_code"], as_list=True, order_by="name"))


def _bundled() -> set[str]:
	return set(_bundles().values())


def _rows_of(name: str) -> dict[str, float]:
	rows = {"parent": name, "parenttype": BUNDLE}
	found = frappe.get_all(f"{BUNDLE} Item", rows, ["item_code", "qty"], as_list=True, order_by="idx")
	return dict(found)


def consists_of(code: str) -> dict[str, int] | None:
	"""`{part: its number in a bundle}`; None of an Item that is no bundle, {} of a bundle that can't be delivered, since a part
	of it is disabled."""
	name = frappe.db.get_value(BUNDLE, {"new_item_code": code})
	if not name:
		return None
	parts = {part: int(number) for part, number in _rows_of(name).items()}
	disabled = frappe.db.exists("Item", {"name": ("in", [*parts]), "disabled": 1})
	return {} if disabled else parts


def stock(code: str) -> dict[str, tuple[int, dict]]:
	"""`{sku of an inventory item: (how many of it are in one, its stock by warehouse)}` of the variant of an Item; {} where it is
	sold without limit."""
	parts = consists_of(code)
	if parts is None and not frappe.db.get_value("Item", code, "is_stock_item"):
		return {}
	if parts:
		return {part: (number, places.stock(part)) for part, number in parts.items()}
	return {code: (1, places.stock(code))}
