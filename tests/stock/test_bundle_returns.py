"""Bundles come back by the parent: ERPNext's returns and Medusa's count bundles, and the stock of the parts comes back."""

import frappe
import pytest

from medusa_integration import session
from tests.stock.helpers import for_sale
from tests.stock.test_bundle_kits import kit  # noqa: F401  (a fixture)
from tests.support import buying, goods
from tests.support.factories import drain, outbox
from tests.support.selling import sales_return

pytestmark = [pytest.mark.v2("v1 has no kits"), pytest.mark.slow]


@pytest.fixture
def sold(medusa, kit):  # noqa: F811
	"""A Sales Order of three bundles that were delivered: all of G-1's six and G-2's nine pieces."""
	order = goods.imported(medusa, goods.place(medusa, ("KIT", 3)), kit.here)
	note = goods.delivered(order)
	drain()
	assert outbox() == []
	return frappe._dict(order=order, note=note, here=kit.here)


def returned(order) -> list[tuple]:
	"""The order's returns in Medusa: reference, status and the bundles that came back."""
	read = session.open_shop().read_orders([order.medusa_order_id])[order.medusa_order_id]
	return [
		(each.reference, each.status, [int(part.quantity) for part in each.received]) for each in read.returns
	]


def stock(here: str) -> dict[str, float]:
	return {
		code: frappe.db.get_value("Bin", {"item_code": code, "warehouse": here}, "actual_qty")
		for code in ("G-1", "G-2")
	}


def shown(medusa) -> tuple[int, int, int]:
	"""What the shop sells of the bundle and of its parts."""
	return for_sale(medusa, "KIT"), for_sale(medusa, "G-1"), goods.for_sale(medusa, "G-2")


def test_a_delivery_note_return_counts_bundles(medusa, sold):
	assert (stock(sold.here), shown(medusa)) == ({"G-1": 4, "G-2": 1}, (0, 4, 1))
	first = sales_return(sold.note, KIT=1)
	drain()
	assert outbox() == []
	assert returned(sold.order) == [(first.name, "received", [1])]
	assert (stock(sold.here), shown(medusa)) == ({"G-1": 6, "G-2": 4}, (1, 6, 4))
	second = sales_return(sold.note, KIT=2)
	drain()
	assert outbox() == []
	assert sorted(returned(sold.order)) == sorted(
		[(first.name, "received", [1]), (second.name, "received", [2])]
	)
	assert (stock(sold.here), shown(medusa)) == ({"G-1": 10, "G-2": 10}, (3, 10, 10))


@pytest.mark.parametrize("quantity", [1, 3])
def test_a_return_in_medusa_counts_bundles(medusa, sold, quantity):
	id = sold.order.medusa_order_id
	asked = buying.request_return(medusa, id, {"KIT": quantity})
	assert goods.followed(id, sold.order) == []
	(name,) = frappe.get_all("Delivery Note", {"medusa_return_id": asked}, pluck="name")
	draft = frappe.get_doc("Delivery Note", name)
	assert [(row.item_code, row.qty) for row in draft.items] == [("KIT", -quantity)]
	draft.submit()
	drain()
	assert outbox() == []
	assert returned(sold.order) == [("", "received", [quantity])]
	assert {row.item_code: row.qty for row in draft.packed_items} == {
		"G-1": -2 * quantity,
		"G-2": -3 * quantity,
	}
	assert stock(sold.here) == {"G-1": 4 + 2 * quantity, "G-2": 1 + 3 * quantity}
	assert shown(medusa) == (quantity, 4 + 2 * quantity, 1 + 3 * quantity)


def test_a_bundle_that_changed_since_comes_back_with_the_parts_that_were_delivered(medusa, kit, sold):  # noqa: F811
	"""ERPNext returns the Delivery Note's packed items."""
	kit.bundle.reload()
	kit.bundle.items[0].qty = 1
	kit.bundle.save()
	drain()
	back = sales_return(sold.note, KIT=1)
	drain()
	assert outbox() == []
	assert returned(sold.order) == [(back.name, "received", [1])]
	assert stock(sold.here)["G-2"] == 4
	assert shown(medusa)[1:] == tuple(int(number) for number in stock(sold.here).values())
