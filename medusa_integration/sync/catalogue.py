"""The whole catalogue at once."""

import frappe

from medusa_integration.sync import outbox, prices, products, stock


def items() -> list[frappe._dict]:
	"""The Website Items that belong in the shop, with `name` and `medusa_id`: the published ones, and those that it has
	already."""
	return frappe.get_all(
		products.DOCTYPE,
		or_filters={"published": 1, "medusa_id": ("is", "set")},
		fields=["name", "medusa_id"],
		order_by="name",
	)


def queue_catalogue() -> int:
	"""Note that every Website Item that belongs in the shop has to be sent, with its prices and its stock; what is there
	already and unchanged costs no call. Returns the number of Website Items."""
	names = [item.name for item in items()]
	for part in frappe.utils.create_batch(names, 500):
		kinds = (products.KIND, prices.KIND)
		outbox.add_many((kind, products.DOCTYPE, name) for name in part for kind in kinds)
		frappe.db.commit()  # sending begins while the rest is being noted, and nobody's save waits for all of it
	stock.update_webitem_stock()
	return len(names)
