"""What Medusa says of an order's buyer against the Sales Order: what can't be changed there any more has to be told there."""

from collections.abc import Iterator

import frappe

from tools.chaos.compare import STALE, Finding


def compare(order: dict, name: str) -> Iterator[Finding]:
	"""The e-mail and the street where they were corrected, and whose order it is where it was given away."""
	done = order["metadata"]
	doc = frappe.get_doc("Sales Order", name)
	told = " ".join(
		frappe.get_all(
			"Comment", {"reference_doctype": "Sales Order", "reference_name": name}, pluck="content"
		)
	)
	where = f"{order['id']} {name}"
	if done.get("corrected"):
		street = order["shipping_address"]["address_1"]
		if street not in f"{doc.shipping_address} {told}":
			yield Finding(STALE, f"{where} street", street, doc.shipping_address)
		if order["email"].startswith("corrected-") and order["email"] not in f"{doc.contact_email} {told}":
			yield Finding(STALE, f"{where} e-mail", order["email"], doc.contact_email)
	if done.get("transferred"):
		owner = frappe.db.get_value("Customer", doc.customer, "medusa_id")
		if owner != order["customer_id"] and "merge" not in told:
			yield Finding(STALE, f"{where} customer", order["customer_id"], f"{doc.customer}: {owner}")
