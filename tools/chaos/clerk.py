"""What ERPNext's clerk does, at random: Delivery Notes and Sales Invoices of orders or of parts, credit notes, cancellations."""

import random
import time
from collections import Counter
from collections.abc import Sequence

import frappe

from tools.chaos import kinds
from tools.chaos.changes import as_in_a_request
from tools.chaos.shop import FATES_KEY

DELIVERED = ("deliver", "return", "exchange", "claim", "handmade")


def work(seed: int, without: Sequence[str] = ()) -> dict[str, Counter]:
	"""Until killed."""
	as_in_a_request()
	clerk = _Clerk(seed)
	actions = {clerk.deliver: 9, clerk.drop: 1} | (
		{clerk.bill: 4, clerk.credit: 2} if kinds.BILLS not in without else {}
	)
	while True:
		clerk.act(actions)


class _Clerk:
	def __init__(self, seed: int) -> None:
		self.random = random.Random(f"orders {seed} clerk")

	def act(self, actions: dict) -> None:
		try:
			frappe.db.commit()
			self.random.choices(list(actions), actions.values())[0]()
			frappe.db.commit()
		except (
			frappe.QueryDeadlockError,
			frappe.QueryTimeoutError,
			frappe.TimestampMismatchError,
			frappe.ValidationError,
		):
			frappe.db.rollback()
			frappe.clear_messages()
		time.sleep(self.random.uniform(0.05, 0.3))

	def deliver(self) -> None:
		"""A part of a line, or all that is left."""
		from erpnext.selling.doctype.sales_order.sales_order import make_delivery_note

		name = self._pick({"status": ("like", "To Deliver%")}, DELIVERED)
		if not name:
			return
		note = make_delivery_note(name)
		self._take_a_part(note)
		note.lr_no = f"TRACK-{self.random.randrange(10**6)}"
		note.insert()
		note.submit()

	def bill(self) -> None:
		"""The same for money; what was paid in advance is taken off."""
		from erpnext.selling.doctype.sales_order.sales_order import make_sales_invoice

		name = self._pick({"per_billed": ("<", 100)}, DELIVERED)
		if not name:
			return
		bill = make_sales_invoice(name)
		self._take_a_part(bill)
		bill.allocate_advances_automatically = bill.only_include_allocated_payments = 1
		bill.insert()
		bill.submit()

	def credit(self) -> None:
		"""Submit a credit note that the app has drafted."""
		drafts = {"docstatus": 0, "is_return": 1, "from_ecommerce": 1}
		names = frappe.get_all("Sales Invoice", drafts, pluck="name", order_by="name")
		if names:
			frappe.get_doc("Sales Invoice", self.random.choice(names)).submit()

	def drop(self) -> None:
		"""Cancel an order."""
		name = self._pick({"status": ("like", "To Deliver%")}, ("drop",))
		if name:
			frappe.get_doc("Sales Order", name).cancel()

	def _take_a_part(self, doc) -> None:
		if self.random.random() < 0.5:
			row = self.random.choice(doc.items)
			doc.items = [row]
			row.qty = max(1, row.qty // 2)

	def _pick(self, filters: dict, fates: Sequence[str]) -> str | None:
		"""One of the submitted orders that have such a fate."""
		filters = {"docstatus": 1, "from_ecommerce": 1, **filters}
		names = frappe.get_all("Sales Order", filters, pluck="name", order_by="name")
		names = [name for name in names if fate_of(name) in fates]
		return self.random.choice(names) if names else None


def fate_of(sales_order: str) -> str:
	"""What becomes of an order, as its buyer said; "" where nobody heard that it was placed."""
	return (
		frappe.cache.hget(FATES_KEY, frappe.db.get_value("Sales Order", sales_order, "medusa_order_id")) or ""
	)
