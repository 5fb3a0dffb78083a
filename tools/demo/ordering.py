"""One order, there and back: placed and paid in Medusa, delivered and billed in ERPNext, with what the other side says after
each step."""

from collections.abc import Iterator
from decimal import Decimal

from rich.table import Table

from tests.medusa.server import Medusa
from tools.demo import stage

LINES = 2  # of the order
TRACKING = "OM-4711"
STOCK = 50  # of each item
SHELF = "Shop"  # a warehouse


def show(medusa: Medusa) -> int:
	"""Play it, and print a line for each step; returns in how many of them the other side said something else."""
	table = Table(
		"Who", "What", "In Medusa", "In ERPNext", title="One order, there and back", title_justify="left"
	)
	wrong = 0
	for who, what, here, there, expected in Order(medusa).steps():
		wrong += expected not in (here, there)
		table.add_row(who, what, here, there)
		if expected not in (here, there):
			table.add_row("", "", "", f"expected {expected}")
	stage.console.print(table)
	return wrong


class Order:
	"""One order in both systems."""

	def __init__(self, medusa: Medusa) -> None:
		self.medusa = medusa
		configure()

	def steps(self) -> Iterator[tuple[str, str, str, str, str]]:
		"""Who does what, what Medusa says then, what ERPNext says, and what one of the two has to say."""
		total = self._place()
		yield (
			"Visitor",
			"buys",
			f"#{self._medusa()['display_id']}, {total}",
			self._sales_order(),
			f"To Deliver and Bill, {total}",
		)
		yield "Shop", "takes the money", "captured", self._capture(), f"advance {total}"
		yield "Clerk", "delivers", self._deliver(), f"Delivery Note, {TRACKING}", f"shipped, {TRACKING}"
		yield "Clerk", "invoices", self._bill(), self._owed(), "Completed, Paid"

	def _place(self) -> str:
		from tests.support import buying

		lines = [(variant, 2) for variant in variants(LINES)]
		self.order = buying.place(
			self.medusa, lines, market=buying.oman(self.medusa), email="said@example.test"
		)
		self._receive()
		return _amount(buying.total(self.medusa, self.order))

	def _sales_order(self) -> str:
		doc = self._document()
		return f"{doc.status}, {_amount(doc.grand_total)}"

	def _capture(self) -> str:
		from tests.support import buying

		buying.capture(self.medusa, self.order)
		self._receive()
		return f"advance {_amount(self._document().advance_paid)}"

	def _deliver(self) -> str:
		from tests.support import factories

		note = factories.delivery(self._document(), submit=False, lr_no=TRACKING)
		goods = {row.item_code.replace("-", "_"): row.qty for row in note.items}
		factories.move_stock(note.items[0].warehouse, **goods)
		note.submit()
		factories.drain()
		(parcel,) = self._medusa()["fulfillments"]
		state = "shipped" if parcel["shipped_at"] else "packed"
		return f"{state}, {', '.join(label['tracking_number'] for label in parcel['labels'])}"

	def _bill(self) -> str:
		from tests.support import factories

		self.bill = factories.invoice(self._document(), allocate_advances_automatically=1)
		factories.drain()
		told = self._medusa()["metadata"]
		return f"{told['order_status']}, {told['payment_status']}"

	def _owed(self) -> str:
		self.bill.reload()
		return f"Sales Invoice, {_amount(self.bill.outstanding_amount)} open"

	def _receive(self) -> None:
		"""What the poll and the worker do."""
		from medusa_integration.sync import polling
		from tests.support import factories

		polling.poll()
		factories.drain_inbox()

	def _document(self):
		import frappe

		frappe.db.commit()
		for problem in frappe.get_all("Medusa Inbox", {"status": "Parked"}, pluck="error"):
			stage.console.print(problem, markup=False)
		return frappe.get_doc("Sales Order", {"medusa_order_id": self.order})

	def _medusa(self) -> dict:
		params = {"fields": "id,display_id,metadata,*fulfillments,*fulfillments.labels"}
		return self.medusa.admin("GET", f"/admin/orders/{self.order}", params=params)["order"]


def configure() -> None:
	"""Orders come in; shipping and payments have an account."""
	import frappe

	from tests.support import arriving, factories
	from tests.support.selling import company, tax_account

	arriving.set_precision(3)  # as Oman's currency has
	cash = frappe.db.get_value("Account", {"account_type": "Cash", "company": company(), "is_group": 0})
	doc = frappe.get_doc("Medusa Configuration")
	doc.update(
		{
			"import_orders": 1,
			"submit_orders": 1,
			"shipping_account": tax_account("Shop Delivery"),
			"fallback_tax_account": tax_account("Shop Tax"),
			"sales_channels": [{"warehouse": factories.warehouse(SHELF)}],
			"payment_providers": [{"mode_of_payment": "Cash", "account": cash}],
		}
	)
	doc.save()
	frappe.db.commit()


def _amount(value) -> str:
	return f"{Decimal(str(value)):.3f}"


def variants(number: int) -> list[str]:
	"""Of the first items that have a price in the shop, of which there is stock to sell then."""
	import frappe

	from tests.support import factories

	priced = frappe.get_all("Item Price", {"medusa_price_id": ("is", "set")}, pluck="item_code")
	stocked = frappe.get_all("Item", {"name": ("in", priced), "is_stock_item": 1}, pluck="name")
	filters = {"item_code": ("in", stocked), "medusa_variant_id": ("is", "set"), "published": 1}
	fields = ["name", "item_code", "medusa_variant_id", "custom_in_stock"]
	items = frappe.get_all("Website Item", filters, fields, order_by="name", limit=number)
	shelf = factories.warehouse(SHELF)
	for item in items:
		if not item.custom_in_stock:
			frappe.get_doc("Website Item", item.name).update({"website_warehouse": shelf}).save()
			factories.move_stock(shelf, **{item.item_code.replace("-", "_"): STOCK})
	frappe.db.commit()
	factories.drain()
	return [item.medusa_variant_id for item in items]
