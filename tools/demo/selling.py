"""The life of one customer, after the export: from the sign-up to the paid order, by the storefront's own calls, with
what Medusa says after each step."""

from collections.abc import Iterator

from rich.table import Table

from tests.medusa.server import Medusa
from tools.demo import stage

EMAIL = "aisha@harbour-clinic.example"
ADDRESS = {
	"address_line1": "12 Harbour Street",
	"city": "Muscat",
	"country": "OM",
	"is_default": True,
}
LINES = 3  # of the quotation


def show(medusa: Medusa) -> int:
	"""Play it, and print a line for each step; returns in how many Medusa said something else than ERPNext."""
	table = Table("Who", "What", "In ERPNext", "In Medusa", title="One customer's life", title_justify="left")
	wrong = 0
	for who, what, document, expected, found in Life(medusa).steps():
		wrong += expected != found
		said = found if expected == found else f"{found}, not {expected}"
		table.add_row(who, what, document, said)
	stage.console.print(table)
	return wrong


class Life:
	"""One customer in both systems."""

	def __init__(self, medusa: Medusa) -> None:
		from tests.support.storefront import Shop, configure_storefront

		configure_storefront()
		self.medusa, self.shop = medusa, Shop()

	def steps(self) -> Iterator[tuple[str, str, str, str, str]]:
		"""Who does what, the document that it makes in ERPNext, what Medusa should say then, and what it says."""
		yield "Visitor", "signs up", self._sign_up(), "", ""
		yield "Customer", f"asks for {LINES} items", self._ask(), "", self._told("erp_status")
		yield "Clerk", "prices them", self._price(), "Price received", self._told("erp_status")
		yield "Customer", "approves", self._approve(), _asked("To Deliver and Bill"), self._status()
		yield "Clerk", "delivers", self._deliver(), _asked("To Bill"), self._status()
		yield "Clerk", "invoices", self._invoice(), "Completed, Unpaid", self._status()
		yield "Clerk", "books the payment", self._pay(), "Completed, Paid", self._status()

	def _sign_up(self) -> str:
		who = {"email": EMAIL, "first_name": "Aisha", "last_name": "Al Harthy"}
		self.customer = self.medusa.admin("POST", "/admin/customers", who)["customer"]["id"]
		organization = {"organization_name": "Harbour Clinic", "t_c_acceptance": True}
		return "Lead " + self._call("insert_lead", data={"id": self.customer, **who, **organization})["lead"]

	def _ask(self) -> str:
		items = [{"variant_id": variant, "quantity": 2} for variant in _variants()]
		where = {key: self.medusa.shop[key] for key in ("region_id", "sales_channel_id")}
		lines = [{**each, "unit_price": 1} for each in items]
		body = {**where, "email": EMAIL, "customer_id": self.customer, "items": lines}
		self.draft_order = self.medusa.admin("POST", "/admin/draft-orders", body)["draft_order"]["id"]
		reply = self._call(
			"create_quotation",
			customer_id=self.customer,
			draft_order_id=self.draft_order,
			quotation_id="quot_demo",
			items=items,
			billing_address=ADDRESS,
		)
		self.quotation = reply["quotationId"]
		return f"Quotation {self.quotation}"

	def _price(self) -> str:
		doc = _document("Quotation", self.quotation)
		doc.workflow_state = "Ready for Customer Review"
		for row in doc.items:
			row.rate = row.rate or 1
		doc.save()
		self._send()
		return f"Quotation {doc.name}: {doc.get_formatted('grand_total')}"

	def _approve(self) -> str:
		path = f"/admin/draft-orders/{self.draft_order}/convert-to-order"
		self.order = self.medusa.admin("POST", path)["order"]["id"]
		reply = self._call(
			"update_quotation",
			quotation_id=self.quotation,
			approval="Approved",
			order_id=self.order,
			create_so=True,
			customer_id=self.customer,
		)
		self.sales_order = _document("Sales Order", reply["sales_order_id"])
		self._send()
		return f"Customer {self.sales_order.customer}, Sales Order {self.sales_order.name}"

	def _deliver(self) -> str:
		from tests.support import factories

		doc = factories.delivery(self.sales_order, submit=False)
		goods = {row.item_code.replace("-", "_"): row.qty for row in doc.items}
		factories.move_stock(doc.items[0].warehouse, **goods)
		doc.submit()
		self._send()
		return f"Delivery Note {doc.name}"

	def _invoice(self) -> str:
		from tests.support import factories

		self.bill = factories.invoice(self.sales_order)
		self._send()
		return f"Sales Invoice {self.bill.name}"

	def _pay(self) -> str:
		from tests.support import factories

		doc = factories.payment(self.bill)
		self._send()
		return f"Payment Entry {doc.name}"

	def _call(self, name: str, **arguments):
		response = self.shop.call(name, **arguments)
		if response.status_code != 200:
			raise RuntimeError(f"{name} answered {response.status_code}: {response.text}")
		return response.json["message"]

	def _told(self, key: str) -> str:
		return self._metadata(self.draft_order).get(key, "")

	def _status(self) -> str:
		told = self._metadata(self.order)
		return f"{told.get('order_status')}, {told.get('payment_status')}"

	def _metadata(self, id: str) -> dict:
		params = {"fields": "id,metadata"}
		return self.medusa.admin("GET", f"/admin/orders/{id}", params=params)["order"]["metadata"] or {}

	@staticmethod
	def _send() -> None:
		"""Send what was queued, as the worker would."""
		from tests.support import factories

		factories.drain()


def _document(doctype: str, name: str):
	import frappe

	return frappe.get_doc(doctype, name)


def _asked(status: str) -> str:
	"""What Medusa says of an open order whose payment is requested: in ERPNext 16 that is its status, until it is Completed."""
	import frappe

	is_16 = frappe.get_meta("Sales Order").has_field("advance_payment_status")
	return f"{'To Pay' if is_16 else status}, Unpaid"


def _variants() -> list[str]:
	from tools.demo.ordering import variants

	return variants(LINES)
