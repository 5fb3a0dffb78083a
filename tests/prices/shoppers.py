"""Customers of the shop that are signed in, and what it asks them."""

import frappe

from medusa_integration.customers import party_ids
from tests.support.buying_v1 import BuyingV1
from tests.support.buying_v2 import BuyingV2
from tests.support.factories import customer

BUYING = {"v2": BuyingV2, "v1": BuyingV1}


class Shopper:
	"""A customer with an account in the shop, and its Customer, which is linked."""

	def __init__(self, medusa, name: str, customer_group: str = "Commercial", **values) -> None:
		self.medusa = medusa
		names = {"first_name": name, "last_name": "B"}
		self.account = BUYING[medusa.version].sign_up(medusa, f"{frappe.scrub(name)}@example.test", names)
		doc = customer(name, customer_group=customer_group, medusa_id=None, **values)
		self.name = doc.name
		party_ids.write("Customer", self.name, self.account["id"], 1)
		frappe.db.commit()

	def change(self, **values) -> None:
		doc = frappe.get_doc("Customer", self.name)
		doc.update(values)
		doc.save(ignore_permissions=True)

	def asked(self, doc, *, original: bool = False):
		return _asked(self.medusa, doc, self.account["token"], original)

	def cart_price(self, doc, quantity: int) -> float:
		return cart_price(self.medusa, doc, quantity, self.account["token"])


def guest(medusa, doc, *, original: bool = False):
	"""What a visitor is asked for one piece; with `original` also the price that is shown beside it."""
	return _asked(medusa, doc, None, original)


def _asked(medusa, doc, token: str | None, original: bool):
	doc.reload()
	more = {"token": token} if token else {}
	if medusa.version == "v1":
		params = {"region_id": medusa.shop["region_id"]}
		product = medusa.store("GET", f"/store/products/{doc.medusa_id}", params=params, **more)["product"]
		variant = product["variants"][0]
		found = variant["calculated_price"], variant["original_price"]
		found = tuple(each and each / 1000 for each in found)
	else:
		params = {"region_id": medusa.shop["region_id"], "fields": "*variants.calculated_price"}
		product = medusa.store("GET", f"/store/products/{doc.medusa_id}", params=params, **more)["product"]
		price = product["variants"][0]["calculated_price"] or {}
		found = price.get("calculated_amount"), price.get("original_amount")
	return found if original else found[0]


def cart_price(medusa, doc, quantity: int, token: str | None = None) -> float:
	"""The price of one piece in a cart with this many."""
	doc.reload()
	more = {"token": token} if token else {}
	body = {
		"region_id": medusa.shop["region_id"],
		"items": [{"variant_id": doc.medusa_variant_id, "quantity": quantity}],
	}
	(line,) = medusa.store("POST", "/store/carts", body, **more)["cart"]["items"]
	return line["unit_price"] / (1000 if medusa.version == "v1" else 1)
