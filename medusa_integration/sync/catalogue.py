"""The whole catalogue at once."""

import frappe

from medusa_integration.sync import outbox, prices, products, stock


def queue_catalogue() -> int:
	"""Note that every Website Item that belongs in the shop has to be sent, with its prices and its stock; what is there already and
	unchanged costs no call. Returns the number of Website Items."""
	names = frappe.get_all(
		products.DOCTYPE,
		or_filters={"published": 1, "medusa_id": ("is", "set")},
		pluck="name",
		order_by="name",
	)
	for part in frappe.utils.create_batch(names, 500):
		for name in part:
			outbox.add(products.KIND, products.DOCTYPE, name)
			outbox.add(prices.KIND, products.DOCTYPE, name)
		frappe.db.commit()  # a job of its own: sending begins while the rest is still being noted
	stock.update_webitem_stock()
	return len(names)
