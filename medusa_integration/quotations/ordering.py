"""Sales Orders of the shop's Quotations.

Source: docs/reference.md, "Orders of the shop".
"""

import frappe
from frappe import _
from frappe.utils import add_days, today

from medusa_integration import erpnext_api, settings, sold_variants, texts
from medusa_integration.customers import whose_documents
from medusa_integration.customers.shop_customers import Party
from medusa_integration.orders import sales_orders
from medusa_integration.orders.exchanges import NOT_OF_EXCHANGES


class OtherCustomer(frappe.ValidationError):
	"""The Sales Order of Medusa's order is another customer's than the Quotation."""


def place(quotation, *, is_courier_required: bool = False, location_and_contact_no: str | None = None):
	"""Place the Sales Order of a submitted Quotation. An order that exists already is returned: a draft is
	submitted, a cancelled one doesn't count. An order placed before Medusa's order was known gets its id. An
	order that came from Medusa before counts, too.

	:param quotation: of a Customer; its permissions aren't checked
	:param location_and_contact_no: the courier's destination and contact, as the customer's text
	:raises OtherCustomer: where the order that came from Medusa is another customer's
	"""
	# A concurrent call waits here, and then finds the order.
	frappe.db.get_value("Quotation", quotation.name, "name", for_update=True)
	name = _standing(quotation.name)
	imported = None if name else _imported(quotation)
	courier = {"custom_is_courier_required": 1} if is_courier_required else {}
	if location_and_contact_no:
		courier["custom_location_and_contact_no"] = texts.several_lines(location_and_contact_no)
	order = (
		frappe.get_doc("Sales Order", name or imported, for_update=True)
		if name or imported
		else _made(quotation.name, courier)
	)
	if imported:
		_must_be_of(quotation, order)
	order.flags.ignore_permissions = True
	if order.docstatus == 0:
		order.update({**courier, **settings.series("Sales Order")})
		order.submit()
	elif imported and courier:
		order.db_set(courier, notify=True)
	if quotation.medusa_order_id and not order.medusa_order_id:
		order.db_set("medusa_order_id", quotation.medusa_order_id, notify=True)
	return order


def _standing(quotation: str) -> str | None:
	"""The oldest Sales Order of a Quotation. The locking read sees commits made since the transaction
	began."""
	rows = {"prevdoc_docname": quotation, "parenttype": "Sales Order", "docstatus": ("<", 2)}
	return frappe.db.get_value("Sales Order Item", rows, "parent", order_by="creation", for_update=True)


def _imported(quotation) -> str | None:
	"""The Sales Order made for Medusa's order. That order may have come before the customer's decision."""
	id = quotation.medusa_order_id or quotation.get("medusa_draft_order_id")
	if not id:
		return None
	sales_orders.hold(id)
	standing = {"medusa_order_id": id, "docstatus": ("<", 2), **NOT_OF_EXCHANGES}
	rows = frappe.db.get_values("Sales Order", standing, ["name", "medusa_order_id"], for_update=True)
	return next((name for name, found in rows if found == id), None)  # MariaDB ignores case.


def _must_be_of(quotation, order) -> None:
	party = Party(quotation.quotation_to, quotation.party_name)
	if not whose_documents.are_one(party, Party("Customer", order.customer)):
		frappe.throw(
			_("The order {0} is another customer's: send the id of this customer's order.").format(
				order.medusa_order_id
			),
			OtherCustomer,
			title=_("Another customer's order"),
		)


def _made(quotation: str, courier: dict):
	order = erpnext_api.sales_order_of(quotation)
	order.delivery_date = add_days(today(), settings.current().delivery_days)
	for row in order.items:
		row.delivery_date = order.delivery_date
	_fill_warehouses(order)
	order.update(courier)
	order.from_ecommerce = 1  # also where Medusa's order isn't known yet
	order.disable_rounded_total = 1  # The shop asks for the exact grand total.
	order.flags.ignore_permissions = True
	order.insert()  # ERPNext leaves the status of a new document that is submitted at once at Draft.
	return order


def _fill_warehouses(order) -> None:
	"""Take the warehouses of the Website Items that sell them for rows that ERPNext has no default for, as webshop's cart does. ERPNext books on no
	group and on no other company's warehouse."""
	missing = [row for row in order.items if not row.warehouse]
	if not missing:
		return
	codes = sorted({row.item_code for row in missing})
	products = sold_variants.products_of(codes)
	of_pages = {"website_warehouse": ("is", "set"), "name": ("in", list(products.values()) or [""])}
	fields = ["name", "website_warehouse"]
	of_page = dict(frappe.get_all("Website Item", of_pages, fields, as_list=True, order_by=None))
	of_item = {code: of_page[page] for code, page in products.items() if page in of_page}
	fit = {
		"name": ("in", sorted(set(of_item.values())) or [""]),
		"is_group": 0,
		"disabled": 0,
		"company": order.company,
	}
	usable = frappe.get_all("Warehouse", fit, pluck="name", order_by=None)
	for row in missing:
		if of_item.get(row.item_code) in usable:
			row.warehouse = of_item[row.item_code]
