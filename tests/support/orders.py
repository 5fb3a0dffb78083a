"""Orders, coupons and returns of the shop, made the same way on the embedded site and on a real bench."""

import json

import frappe
from frappe.utils import flt

from tests.support import factories
from tests.support.storefront import Shop, configure_storefront

ORDER = "order_1"
CUSTOMER = "cus_Clinic"
COUPON = {
	"allow_coupon_discounts": 1,
	"cart_value": 5,
	"discount_amount": 3,
	"coupon_expiry_date": "2099-12-31",
}


def order(*rows: tuple, id: str = ORDER, **values):
	"""A Sales Order of the shop; rows are (item code, quantity, rate)."""
	doc = factories.sales_order(*(rows or (("G-1", 4, 5),)), medusa_order_id=id, **values)
	frappe.db.commit()
	return doc


def coupon(code: str = "TEN", **values) -> str:
	"""A coupon, with rules that an order of 20 fulfils."""
	configure_storefront(**COUPON)
	doc = frappe.get_doc({"doctype": "Website Coupon Code", "code": code, **values})
	doc.insert(ignore_permissions=True)
	frappe.db.commit()
	return code


def counts(*doctypes: str) -> dict[str, int]:
	"""How many documents there are, to see that nothing was made."""
	frappe.db.rollback()
	kinds = doctypes or ("Sales Order", "Sales Invoice", "Payment Request", "Returned Sales Order Item")
	return {doctype: frappe.db.count(doctype) for doctype in kinds}


def fresh(doctype: str, name: str):
	"""A document as it was committed."""
	frappe.db.rollback()
	return frappe.get_doc(doctype, name)


def is_claimed(code: str = "TEN") -> bool:
	return bool(fresh("Website Coupon Code", code).claimed)


def returnable(shop: Shop, id: str = ORDER, **arguments) -> dict[str, float]:
	"""{item code: quantity} that may be sent back."""
	response = shop.call("get_returnable_items", medusa_order_id=id, **arguments)
	assert response.status_code == 200, response.text
	return {row["item_code"]: flt(row["qty"]) for row in response.json["message"]["unreturned_items"]}


def call_as_shop(name: str, arguments: str) -> list:
	"""In a process of its own: make a call, by JSON arguments. Returns the status code and the message."""
	response = Shop().call(name, **json.loads(arguments))
	return [response.status_code, response.json["message"]]


def outgoing_account(**values) -> None:
	"""The default Email Account."""
	frappe.get_doc(
		{
			"doctype": "Email Account",
			"email_account_name": "Shop",
			"email_id": "shop@example.com",
			"enable_outgoing": 1,
			"default_outgoing": 1,
			"smtp_server": "127.0.0.1",
			"no_smtp_authentication": 1,
			**values,
		}
	).insert(ignore_permissions=True)
