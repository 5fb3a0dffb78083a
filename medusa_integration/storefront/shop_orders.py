"""The shop's Sales Orders, by the ids that the shop's server knows.

Source: docs/reference.md, "Orders of the shop".
"""

from collections.abc import Iterable

import frappe
from frappe import _

from medusa_integration.customers import whose_documents
from medusa_integration.customers.shop_customers import Party
from medusa_integration.orders.exchanges import NOT_OF_EXCHANGES
from medusa_integration.storefront.errors import not_found

DOCTYPE = "Sales Order"
# The field of a document's rows that names the Sales Order.
ORDER_FIELD = {"Delivery Note": "against_sales_order", "Sales Invoice": "sales_order"}


def find(order_id: str, customer_id: str | None = None, *, lock: bool = False):
	"""An order of the shop, by its name or by Medusa's id: of several with that id the newest that isn't
	cancelled, else the newest.

	:param customer_id: the customer who has to own the order
	:param lock: lock the order until the transaction ends
	:raises NotFound: there is no such order, or it isn't the customer's
	"""
	name = _by_name(order_id, lock) or _by_medusa_id(order_id, lock)
	order = frappe.get_doc(DOCTYPE, name, for_update=lock) if name else None
	if not order or not _is_of(order, customer_id):
		not_found(_("There is no order {0}.").format(order_id))
	return order


def _by_name(name: str, lock: bool) -> str | None:
	found = frappe.db.get_value(DOCTYPE, {"name": name, "from_ecommerce": 1}, for_update=lock)
	return found if found == name else None


def _by_medusa_id(order_id: str, lock: bool) -> str | None:
	of_shop = {"medusa_order_id": order_id, "from_ecommerce": 1, **NOT_OF_EXCHANGES}
	fields = ["name", "medusa_order_id", "docstatus"]
	rows = frappe.db.get_values(
		DOCTYPE, of_shop, fields, as_dict=True, order_by="creation desc, name desc", for_update=lock
	)
	found = [row for row in rows if row.medusa_order_id == order_id]
	standing = [row for row in found if row.docstatus != 2]
	return (standing or found)[0].name if found else None


def _is_of(order, customer_id: str | None) -> bool:
	return customer_id is None or whose_documents.is_of(Party("Customer", order.customer), customer_id)


def own_papers(order, doctype: str, names: Iterable[str]) -> list[str]:
	"""The documents of an order that its buyer may see. A Customer without an account in the shop may stand
	for several guests. If a document of such a Customer has rows of another order, it may be another guest's,
	too, and is left out.

	:param doctype: Delivery Note or Sales Invoice
	"""
	names = list(names)
	if not names or whose_documents.ids_of(Party("Customer", order.customer)):
		return names
	field = ORDER_FIELD[doctype]
	others = frappe.get_all(
		f"{doctype} Item",
		{"parenttype": doctype, "parent": ("in", names), field: ("not in", (order.name, ""))},
		["parent", field],
		order_by=None,
	)
	shared = {row.parent for row in others if row[field]}
	return [name for name in names if name not in shared]
