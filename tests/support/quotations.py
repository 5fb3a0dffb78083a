"""What a quotation of the shop needs, and the calls about it."""

import frappe

from tests.support import factories, selling

BUYER = "cus_quotes"


def buyer(id: str = BUYER, name: str = "Quotes Clinic", **values):
	"""A Customer whom the shop knows by this id."""
	doc = factories.customer(name, **values)
	frappe.db.set_value("Customer", doc.name, "medusa_id", id)
	frappe.db.commit()
	return doc


def lead(id: str = BUYER, email: str = "quotes@example.com", **values):
	"""A Lead whom the shop knows by this id."""
	doc = selling.lead(email, **values)
	frappe.db.set_value("Lead", doc.name, "medusa_id", id)
	frappe.db.commit()
	return doc


def product(code: str, price: float | None = None, **values) -> str:
	"""An Item that the shop sells, with a standard price; returns Medusa's id of its variant. Without a Website Item
	webshop refuses its quotation."""
	group = values.pop("group", "Gloves")
	factories.website_item(code, group=group, item_values={"is_stock_item": 0, **values})
	frappe.db.set_value("Item", code, {"medusa_id": f"prod_{code}", "medusa_variant_id": f"variant_{code}"})
	if price is not None:
		factories.item_price(code, price)
	frappe.db.commit()
	return f"variant_{code}"


def asked(*lines: tuple[str, float], n: int = 1, customer_id: str = BUYER, **values) -> dict:
	"""The arguments of create_quotation; lines are (variant id, quantity)."""
	return {
		"customer_id": customer_id,
		"draft_order_id": f"dorder_{n}",
		"quotation_id": f"quot_{n}",
		"items": [{"variant_id": variant, "quantity": quantity} for variant, quantity in lines],
		**values,
	}


def created(shop, *lines: tuple[str, float], **values):
	"""The Quotation that create_quotation makes."""
	response = shop.call("create_quotation", **asked(*lines, **values))
	assert response.status_code == 200, response.text
	frappe.db.commit()
	return frappe.get_doc("Quotation", response.json["message"]["quotationId"])


def reread(doc):
	frappe.db.commit()
	return frappe.get_doc(doc.doctype, doc.name)


def books() -> dict[str, int]:
	"""How many documents there are that a call could have made."""
	frappe.db.commit()
	return {
		doctype: frappe.db.count(doctype)
		for doctype in (
			"Quotation",
			"Sales Order",
			"Payment Request",
			"Customer",
			"Lead",
			"Address",
			"Contact",
		)
	}


def refused(response, code: int) -> str:
	"""The words of a refusal, which has the documented body."""
	assert response.status_code == code, response.text
	assert list(response.json) == ["message"] and list(response.json["message"]) == ["error"], response.text
	return response.json["message"]["error"]


def called(name: str, arguments: dict) -> tuple[int, dict]:
	"""Status code and body of a signed call, for a process of its own."""
	from tests.support.storefront import Shop

	response = Shop().call(name, **arguments)
	return response.status_code, response.json["message"]


def at_once(*calls: tuple[str, dict]) -> list[tuple[int, dict]]:
	"""Make calls at the same moment, each in a process of its own; returns what `called` does."""
	from tests.support.workers import Worker, start

	frappe.db.commit()
	workers = start(*(Worker(called, name=name, arguments=arguments) for name, arguments in calls))
	results = [worker.result() for worker in workers]
	frappe.db.rollback()
	return results
