"""Two warehouses of one group amid the chaos, each at a stock location of its own in Medusa v2: goods come, go and are moved
between them."""

from collections.abc import Iterator
from contextlib import contextmanager

import frappe

from tests.medusa.server import Medusa
from tests.support import factories

SHELF = "Chaos"  # the group, of which the shop sells the stock
PLACES = ("Chaos North", "Chaos South")
MOVE = "Material Transfer"


def prepare() -> str:
	"""Make the warehouses. Returns the name of the group."""
	shelf = factories.warehouse(SHELF, is_group=1)
	for name in PLACES:
		factories.warehouse(name, shelf)
	return shelf


def warehouses() -> list[str]:
	return [factories.warehouse(name) for name in PLACES]


@contextmanager
def configured(medusa: Medusa) -> Iterator[dict]:
	"""The configuration's values for a second stock location, which is made, and deleted in the end; none on v1."""
	prepare()
	if medusa.version == "v1":
		yield {}
		return
	id = medusa.admin("POST", "/admin/stock-locations", {"name": PLACES[1]})["stock_location"]["id"]
	path = f"/admin/stock-locations/{id}"
	medusa.admin("POST", f"{path}/sales-channels", {"add": [medusa.shop["sales_channel_id"]]})
	rows = [{"warehouse": warehouses()[1], "stock_location": id}]
	try:
		yield {"stock_location": medusa.shop["stock_location_id"], "stock_locations": rows}
	finally:
		factories.configure(medusa, stock_location="", stock_locations=[])
		medusa.admin("DELETE", path)


# --- changes


def move_stock(user) -> bool:
	"""Some more, or all of it gone."""
	item, place = user.pick("Item", is_stock_item=1), user.random.choice(warehouses())
	if not item:
		return False
	there = _there(item.name, place)
	quantity = -there if there and user.random.random() < 0.3 else user.random.randrange(1, 50)
	factories.move_stock(place, **{item.name.replace("-", "_"): quantity})
	return True


def transfer(user) -> bool:
	"""Some or all of an Item from one warehouse to the other."""
	here, there = user.random.sample(warehouses(), 2)
	stock = user.pick("Bin", warehouse=here, actual_qty=(">", 0))
	if not stock:
		return False
	quantity = user.random.choice((stock.actual_qty, user.random.randint(1, int(stock.actual_qty))))
	row = {"item_code": stock.item_code, "qty": quantity, "s_warehouse": here, "t_warehouse": there}
	company = frappe.db.get_value("Warehouse", here, "company")
	values = {"stock_entry_type": MOVE, "purpose": MOVE, "company": company, "items": [row]}
	entry = frappe.get_doc({"doctype": "Stock Entry", **values})
	entry.insert()
	entry.submit()
	return True


def _there(code: str, place: str) -> float:
	return frappe.db.get_value("Bin", {"item_code": code, "warehouse": place}, "actual_qty") or 0


# --- what the shop must hold


def stock(code: str) -> dict[str, int]:
	"""`{warehouse: the pieces of an Item}`, without those that have none."""
	found = {place: int(_there(code, place)) for place in warehouses()}
	return {place: quantity for place, quantity in found.items() if quantity}


def of_locations() -> dict[str, str]:
	"""`{Medusa's id of a stock location: the warehouse whose stock it has}`."""
	here, there = warehouses()
	doctype = "Medusa Configuration"
	default = frappe.db.get_single_value(doctype, "stock_location")
	filters = {"parent": doctype, "warehouse": there}
	rows = frappe.get_all("Medusa Stock Location", filters, pluck="stock_location", order_by=None)
	return {default: here, **dict.fromkeys(rows, there)}
