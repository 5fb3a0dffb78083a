"""Documents as the tests need them, made the same way on the embedded site and on a real bench."""

import frappe
from frappe.utils import now_datetime

from tests.shop import prices, products  # noqa: F401  (what is asked for with these)

ROOT_GROUP = "All Item Groups"


def configure(medusa, **values) -> None:
	"""Fill in the Medusa Configuration for a server, and switch it on."""
	doc = frappe.get_doc("Medusa Configuration")
	doc.update(
		{
			"enable": 1,
			"url": medusa.url,
			"api_version": medusa.version,
			"admin_email": medusa.email,
			"admin_password": medusa.password,
			"price_list": "Standard Selling",
			"connect_timeout": 2,
			"read_timeout": 20,
			**values,
		}
	)
	doc.save()
	frappe.db.commit()


def item_group(name: str, parent: str = ROOT_GROUP, **values):
	"""An Item Group; an existing one is returned as it is."""
	if frappe.db.exists("Item Group", name):
		return frappe.get_doc("Item Group", name)
	return _insert("Item Group", item_group_name=name, parent_item_group=parent, **values)


def item(code: str, group: str = "Gloves", **values):
	"""An Item in its group, which is made where it is missing."""
	item_group(group)
	defaults = {
		"item_name": f"Item {code}",
		"stock_uom": "Nos",
		"is_stock_item": 1,
		"country_of_origin": "Oman",
	}
	return _insert("Item", **{**defaults, "item_code": code, "item_group": group, **values})


def website_item(code: str, *, item_values: dict | None = None, group: str = "Gloves", **values):
	"""A published Website Item with its Item."""
	if not frappe.db.exists("Item", code):
		item(code, group, **(item_values or {}))
	defaults = {"web_item_name": f"Product {code}", "published": 1}
	return _insert("Website Item", **{**defaults, "item_code": code, "item_group": group, **values})


def item_price(code: str, rate: float, **values):
	"""An Item Price of Standard Selling, without limits of time."""
	defaults = {"price_list": "Standard Selling", "valid_from": None, "valid_upto": None}
	doc = frappe.get_doc(
		{"doctype": "Item Price", **defaults, "item_code": code, "price_list_rate": rate, **values}
	)
	doc.flags.ignore_permissions = True
	doc.insert()
	return doc


def _insert(doctype: str, **values):
	doc = frappe.get_doc({"doctype": doctype, **values})
	doc.insert(ignore_permissions=True)
	return doc


def drain() -> int:
	"""Commit, and send what is due, in this process; what waits for its next attempt is made due."""
	from medusa_integration.sync import outage, outbox
	from medusa_integration.sync.drain import drain as drain_outbox

	frappe.db.commit()
	frappe.db.set_value(
		outbox.DOCTYPE, {"status": "Pending"}, {"due": now_datetime(), "lease": ""}, update_modified=False
	)
	frappe.db.commit()
	outage.end()
	return drain_outbox()


def outbox() -> list:
	"""What the outbox holds, oldest first."""
	frappe.db.commit()
	return frappe.get_all(
		"Medusa Outbox",
		fields=["name", "kind", "reference_name", "status", "error", "attempts", "revision", "lease"],
		order_by="creation, name",
	)
