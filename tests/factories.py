"""Documents as the tests need them, made the same way on the embedded site and on a real bench."""

import frappe
from frappe.utils import now_datetime

ROOT_GROUP = "All Item Groups"


def configure(medusa, **values) -> None:
	"""Fill in the Medusa Configuration for a server, and switch it on."""
	doc = frappe.get_doc("Medusa Configuration")
	doc.update(
		{
			"enable": 1,
			"url": medusa.url,
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
	"""Commit, and send what is due, in this process; what waits for its next attempt is made due, and what was being
	sent is over."""
	from medusa_integration.sync import outage, outbox
	from medusa_integration.sync.drain import drain as drain_outbox

	frappe.db.commit()
	for unsure in ({"lease": ("is", "set")}, {"unsure_until": (">", "2000-01-01")}):
		frappe.db.set_value(outbox.DOCTYPE, unsure, "unsure_until", now_datetime(), update_modified=False)
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


def products(medusa, **params) -> dict[str, dict]:
	"""Medusa's products by external id."""
	fields = (
		"id,external_id,title,handle,description,status,discountable,origin_country,collection_id,thumbnail,metadata,"
		"*variants,*images,*collection,*sales_channels"
	)
	rows = medusa.admin("GET", "/admin/products", params={"limit": 1000, "fields": fields, **params})
	return {row["external_id"]: row for row in rows["products"]}


def prices(medusa) -> dict[str, list[tuple]]:
	"""Medusa's price list rows by sku: (price list title, currency, amount), sorted."""
	variants = medusa.admin("GET", "/admin/product-variants", params={"limit": 5000, "fields": "id,sku"})
	sku = {row["id"]: row["sku"] for row in variants["variants"]}
	found: dict[str, list] = {}
	for each in medusa.admin("GET", "/admin/price-lists", params={"limit": 1000, "fields": "id,title"})[
		"price_lists"
	]:
		rows = medusa.admin(
			"GET",
			f"/admin/price-lists/{each['id']}/prices",
			params={"limit": 10000, "fields": "id,amount,currency_code,price_set.variant.id"},
		)["prices"]
		for row in rows:
			variant = ((row.get("price_set") or {}).get("variant") or {}).get("id")
			found.setdefault(sku.get(variant), []).append(
				(each["title"], row["currency_code"], row["amount"])
			)
	return {key: sorted(rows) for key, rows in found.items()}
