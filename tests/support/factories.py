"""Documents as the tests need them, made the same way on the embedded site and on a real bench."""

import frappe
from frappe.utils import now_datetime, today
from frappe.utils.password import set_encrypted_password

from medusa_integration.products.field_owners import FIELDS
from tests.support.configuration import saved_once
from tests.support.shop import prices, products  # noqa: F401  (what is asked for with these)

ROOT_GROUP = "All Item Groups"


def configure(medusa, *, signed_in: bool = True, **values) -> None:
	"""Fill in the Medusa Configuration for a server, and switch it on.

	:param signed_in: keep a token of the server's, which saves the time of a sign-in
	"""
	values = {
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

	def save() -> None:
		doc = frappe.get_doc("Medusa Configuration")
		doc.update(values)
		doc.save()
		if signed_in and values["admin_password"] == medusa.password:
			set_encrypted_password(doc.doctype, doc.name, medusa.token(), "access_token")

	saved_once((signed_in, repr(values)), save)
	frappe.db.commit()


def all_owned_by(owner: str) -> list[dict]:
	"""The configuration's table *Fields* with one owner for all fields."""
	return [{"field": field, "owned_by": owner} for field in FIELDS]


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


def item_attribute(name: str, values: list[str]):
	"""An Item Attribute with these values at least."""
	if not frappe.db.exists("Item Attribute", name):
		_insert("Item Attribute", attribute_name=name)
	doc = frappe.get_doc("Item Attribute", name)
	known = {row.attribute_value for row in doc.item_attribute_values}
	for value in values:
		if value not in known:
			doc.append("item_attribute_values", {"attribute_value": value, "abbr": value[:20]})
	doc.save(ignore_permissions=True)
	return doc


def template(code: str, attributes: dict[str, list[str]], **values):
	"""A template with a published Website Item, its attributes with these values in this order. Returns the Website Item."""
	for name, of_it in attributes.items():
		item_attribute(name, of_it)
	item_values = {
		"has_variants": 1,
		"variant_based_on": "Item Attribute",
		"attributes": [{"attribute": name} for name in attributes],
	}
	return website_item(code, item_values=item_values, **values)


def variant(template: str, code: str, options: dict[str, str], group: str = "Gloves", **values):
	"""A variant of a template, an Item without a Website Item of its own."""
	attributes = [{"attribute": name, "attribute_value": value} for name, value in options.items()]
	return item(code, group, variant_of=template, attributes=attributes, **values)


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


def price_list(name: str, currency: str = "OMR") -> str:
	"""A price list for selling, made where it is missing."""
	if not frappe.db.exists("Price List", name):
		_insert("Price List", price_list_name=name, currency=currency, enabled=1, selling=1)
	return name


def pricing_rule(*, item: str = "", item_group: str = "", brand: str = "", **values):
	"""A Pricing Rule for selling: without more, it takes off 10 per cent."""
	apply_on, table, field, value = (
		("Item Code", "items", "item_code", item)
		if item
		else ("Item Group", "item_groups", "item_group", item_group)
		if item_group
		else ("Brand", "brands", "brand", brand)
	)
	defaults = {
		"title": "Rule",
		"apply_on": apply_on,
		table: [{field: value}],
		"price_or_product_discount": "Price",
		"selling": 1,
		"rate_or_discount": "Discount Percentage",
		"discount_percentage": 10,
		"currency": "OMR",
		"valid_from": None,
		"margin_type": None,
	}
	applicable = {"customer": "Customer", "customer_group": "Customer Group", "territory": "Territory"}
	for name, label in applicable.items():
		if values.get(name):
			defaults["applicable_for"] = label
	if values.get("priority"):
		defaults["has_priority"] = 1
	return _insert("Pricing Rule", **{**defaults, **values})


def warehouse(name: str, parent: str | None = None, **values) -> str:
	"""The name of a Warehouse of the default company, made where it is missing."""
	company = frappe.db.get_single_value("Global Defaults", "default_company")
	full_name = f"{name} - {frappe.get_cached_value('Company', company, 'abbr')}"
	if frappe.db.exists("Warehouse", full_name):
		return full_name
	return _insert("Warehouse", warehouse_name=name, company=company, parent_warehouse=parent, **values).name


def move_stock(in_warehouse: str, **quantities: float):
	"""Receive items, `{code with _ for -: quantity}`, or issue them where negative, by one Stock Entry."""
	(incoming,) = {quantity > 0 for quantity in quantities.values()}
	purpose = "Material Receipt" if incoming else "Material Issue"
	doc = _insert(
		"Stock Entry",
		stock_entry_type=purpose,
		purpose=purpose,
		company=frappe.db.get_value("Warehouse", in_warehouse, "company"),
		items=[
			{
				"item_code": code.replace("_", "-"),
				"qty": abs(quantity),
				"t_warehouse" if incoming else "s_warehouse": in_warehouse,
				"basic_rate": 1,
			}
			for code, quantity in quantities.items()
		],
	)
	doc.submit()
	return doc


def _insert(doctype: str, **values):
	doc = frappe.get_doc({"doctype": doctype, **values})
	doc.insert(ignore_permissions=True)
	return doc


def drain() -> int:
	"""Commit, and send what is due, in this process; what waits for its next attempt is made due, and what was being
	sent is over."""
	from medusa_integration.delivery import outage
	from medusa_integration.delivery.box import outbox
	from medusa_integration.sync.sending import drain as drain_outbox

	frappe.db.commit()
	for unsure in ({"lease": ("is", "set")}, {"unsure_until": (">", "2000-01-01")}):
		frappe.db.set_value(outbox.doctype, unsure, "unsure_until", now_datetime(), update_modified=False)
	frappe.db.set_value(
		outbox.doctype, {"status": "Pending"}, {"due": now_datetime(), "lease": ""}, update_modified=False
	)
	frappe.db.commit()
	outage.end()
	return drain_outbox()


def drain_inbox() -> int:
	"""The same of the inbox: work off what is due."""
	from medusa_integration.delivery import outage
	from medusa_integration.delivery.box import inbox
	from medusa_integration.sync import receiving

	frappe.db.commit()
	values = {"due": now_datetime(), "lease": ""}
	frappe.db.set_value(inbox.doctype, {"status": "Pending"}, values, update_modified=False)
	frappe.db.commit()
	outage.end()
	return receiving.drain_inbox()


def outbox() -> list:
	"""What the outbox holds, oldest first."""
	frappe.db.commit()
	return frappe.get_all(
		"Medusa Outbox",
		fields=["name", "kind", "reference_name", "status", "error", "attempts", "revision", "lease"],
		order_by="creation, name",
	)


# --- selling


def customer(name: str = "Clinic", **values):
	"""A Customer that the shop knows; an existing one is returned as it is."""
	if frappe.db.exists("Customer", {"customer_name": name}):
		return frappe.get_doc("Customer", {"customer_name": name})
	defaults = {"customer_group": "Commercial", "territory": "Rest Of The World", "customer_type": "Company"}
	values = {**defaults, "medusa_id": f"cus_{name}", **values}
	return _of_shop("Customer", customer_name=name, **values)


def lead(name: str = "Aisha", **values):
	"""A Lead that signed up in the shop."""
	defaults = {"email_id": f"{frappe.scrub(name)}@example.com", "medusa_id": f"cus_{name}"}
	return _of_shop("Lead", first_name=name, **{**defaults, **values})


def _of_shop(doctype: str, *, medusa_id: str | None, **values):
	"""A Customer or Lead with an id, which only the integration may write."""
	doc = _insert(doctype, **values)
	if medusa_id:
		doc.db_set("medusa_id", medusa_id, update_modified=False)
	return doc


def quotation(*rows: tuple, **values):
	"""A draft Quotation of the shop; rows are (item code, quantity, rate)."""
	defaults = {"quotation_to": "Customer", "from_ecommerce": 1}
	if "party_name" not in values:
		values["party_name"] = customer().name
	return _insert("Quotation", items=_selling_rows(rows), **{**defaults, **values})


def sales_order(*rows: tuple, submit: bool = True, **values):
	"""A Sales Order of the shop, where `medusa_order_id` is given; rows are (item code, quantity, rate)."""
	defaults = {
		"customer": values.get("customer") or customer().name,
		"order_type": "Shopping Cart",
		"delivery_date": today(),
		"from_ecommerce": int("medusa_order_id" in values),
	}
	doc = _insert("Sales Order", items=_selling_rows(rows or (("G-1", 2, 5),)), **{**defaults, **values})
	if submit:
		doc.submit()
	return doc


def tax(rate: float = 0, amount: float = 0) -> dict:
	"""A row of a selling document's taxes: a rate on the net total, or an amount for the delivery."""
	company = frappe.db.get_single_value("Global Defaults", "default_company")
	label = "Shop Tax" if rate else "Shop Delivery"
	account = {"account_name": label, "company": company}
	name = frappe.db.get_value("Account", account)
	if not name:
		parent = frappe.db.get_value("Account", {**account, "account_name": "Duties and Taxes"})
		name = _insert("Account", **account, parent_account=parent).name
	kind = (
		{"charge_type": "On Net Total", "rate": rate}
		if rate
		else {"charge_type": "Actual", "tax_amount": amount}
	)
	return {**kind, "account_head": name, "description": label}


def _selling_rows(rows: tuple) -> list[dict]:
	"""Of items that have no stock, so that nothing needs to be there to be delivered."""
	for code, _qty, _rate in rows:
		if not frappe.db.exists("Item", code):
			item(code, is_stock_item=0)
	return [{"item_code": code, "qty": qty, "rate": rate} for code, qty, rate in rows]


def invoice(order, submit: bool = True, **values):
	"""A Sales Invoice for what is open of a Sales Order."""
	from erpnext.selling.doctype.sales_order.sales_order import make_sales_invoice

	return _made(make_sales_invoice(order.name), submit, values)


def delivery(order, submit: bool = True, **values):
	"""A Delivery Note for what is open of a Sales Order."""
	from erpnext.selling.doctype.sales_order.sales_order import make_delivery_note

	return _made(make_delivery_note(order.name), submit, values)


def payment(of, amount: float | None = None, submit: bool = True):
	"""A Payment Entry for a Sales Invoice or a Sales Order."""
	from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry

	doc = get_payment_entry(of.doctype, of.name, party_amount=amount)
	values = {"reference_no": "1", "reference_date": today()}
	if doc.meta.has_field("paid_to") and not doc.paid_to:
		values["paid_to"] = frappe.db.get_value(
			"Account", {"account_type": "Cash", "company": doc.company, "is_group": 0}
		)
	return _made(doc, submit, values)


def _made(doc, submit: bool, values: dict):
	doc.update(values)
	doc.insert(ignore_permissions=True)
	if submit:
		doc.submit()
	return doc
