"""The Dialect's operations on orders, quotations and customers. Amounts are in major units.

Writing is safe to repeat: each operation first reads the present state, so one whose reply was lost isn't
done twice.

Source: docs/reference.md, "Orders", "Quotations", "Medusa v2: orders coming in" and "Medusa v1: orders coming
in".
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from medusa_integration.medusa.errors import MedusaError
from medusa_integration.medusa.order import Customer, LineQuantity, Order, OrderHead

Changed = list[tuple[str, datetime]]  # ids, with the time of the change


class OrderOperations(ABC):
	# --- the status of orders, the prices of quotations

	@abstractmethod
	def update_order(self, order: dict) -> None:
		"""Write an order's status.

		:param order: the payload of docs/reference.md, "Orders"
		:raises MedusaNotFound: where Medusa has no such order
		"""

	@abstractmethod
	def update_quotation(self, quotation: dict) -> None:
		"""Write a quotation's prices.

		:param quotation: the payload of docs/reference.md, "Quotations"
		:raises MedusaRejected: where the shop has no such quotation
		"""

	# --- reading

	@abstractmethod
	def orders_or_errors(self, ids: Iterable[str]) -> dict[str, Order | MedusaError]:
		"""Orders with their payments, fulfillments and returns. v2 reads 25 with one call, v1 a few single
		ones at once.

		v2's drafts are among them, with the status draft. v1's drafts have ids of their own and aren't orders
		yet.

		:returns: `{id: Order}` without the orders that Medusa doesn't have; the error of one that can't be read
		:raises MedusaError: for all orders of a call
		"""

	def read_orders(self, ids: Iterable[str]) -> dict[str, Order]:
		"""As `orders_or_errors`.

		:raises MedusaError: where one of the orders can't be read
		"""
		orders: dict[str, Order] = {}
		for id, order in self.orders_or_errors(ids).items():
			if isinstance(order, MedusaError):
				raise order
			orders[id] = order
		return orders

	def reserved_at(self, line_ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
		"""`{line id: the ids of the stock locations at which Medusa has reserved it}`. Medusa reserves a line at one location; the
		parts of a kit may be at several. Lines without a reservation are left out. v1 has no locations."""
		return {}

	@abstractmethod
	def read_customers(self, ids: Iterable[str]) -> dict[str, Customer]:
		"""Customers with their addresses.

		:returns: `{id: Customer}` without those that Medusa doesn't have
		"""

	@abstractmethod
	def shipping_options(self) -> list[dict]:
		"""The choices of shipping options: `[{"value": id, "label": name and where it is offered}]`."""

	@abstractmethod
	def payment_providers(self) -> list[dict]:
		"""The choices of payment providers: `[{"value": id, "label": id}]`."""

	# --- polling. A record that changes during the reading is returned again, and none is left out.

	@abstractmethod
	def orders_changed(self, since: datetime) -> Iterator[Changed]:
		"""Pages of the orders that changed at `since` or later, oldest change first. Drafts aren't among them.

		v2's captures change only the payment: see `payments_changed`.

		:param since: with a time zone
		"""

	@abstractmethod
	def payments_changed(self, since: datetime) -> Iterator[Changed]:
		"""Pages of the orders whose payments changed at `since` or later, oldest change first.

		v1 returns none: there a change of a payment changes its order.
		"""

	@abstractmethod
	def orders_placed(self, since: datetime, until: datetime) -> Iterator[list[OrderHead]]:
		"""Pages of the orders that were placed at `since` or later and before `until`, oldest first, without drafts.
		An order that can't be read is among them, with what can be read of its head."""

	@abstractmethod
	def customers_changed(self, since: datetime) -> Iterator[Changed]:
		"""Pages of the customers that changed at `since` or later, oldest change first.

		Medusa doesn't count a new or changed address as a change of its customer.
		"""

	# --- fulfillments

	@abstractmethod
	def fulfill(self, order_id: str, parts: Sequence[LineQuantity], location_id: str, reference: str) -> str:
		"""Make a fulfillment, unless the order has one with this reference that isn't cancelled.

		Medusa doesn't mix items that are shipped with others, as services: parts of both kinds get two
		fulfillments with the reference. `ship`, `deliver` and `cancel_fulfillment` act on both.

		:param location_id: of the stock location, "" for the chosen one; v1 has none
		:param reference: the name of the Delivery Note, stored in the fulfillment's metadata
		:returns: the fulfillment's id
		:raises MedusaNotFound: where Medusa has no such order
		:raises MedusaRejected: as for more than is left to fulfill
		"""

	@abstractmethod
	def ship(self, order_id: str, fulfillment_id: str, tracking: Sequence[tuple[str, str]] = ()) -> None:
		"""Mark a fulfillment as shipped, unless it is. Tracking numbers can't be changed afterwards.

		:param tracking: (number, URL); v1 stores no URL
		:raises MedusaRejected: for a cancelled one
		"""

	@abstractmethod
	def deliver(self, order_id: str, fulfillment_id: str) -> None:
		"""Mark a fulfillment as delivered, unless it is. v1 has no such state and does nothing.

		:raises MedusaRejected: for a cancelled one
		"""

	@abstractmethod
	def cancel_fulfillment(self, order_id: str, fulfillment_id: str) -> None:
		"""Cancel a fulfillment, unless it is cancelled.

		:raises MedusaRejected: once it is shipped or, on v2, delivered
		"""

	# --- money and the order as a whole

	@abstractmethod
	def capture(self, payment_id: str, amount: Decimal) -> None:
		"""Capture authorised money. A payment may be captured in parts, so the caller first checks how much
		is captured. Once all is captured, a call changes nothing.

		:raises MedusaRejected: for more than is left
		:raises NotSendable: on v1 for less than the payment's amount, which v1 captures as a whole
		"""

	@abstractmethod
	def cancel_order(self, order_id: str) -> None:
		"""Cancel an order, unless it is cancelled. v2 refunds the captured money; v1 doesn't.

		:raises MedusaRejected: while there are fulfillments that aren't cancelled; on v1 also once there are
			refunds
		"""

	# --- returns

	@abstractmethod
	def request_return(
		self, order_id: str, parts: Sequence[LineQuantity], location_id: str, reference: str
	) -> str:
		"""Make a return, unless the order has one with this reference. A return refunds no money.

		:param reference: the name of the Delivery Note; v2 stores it in the return's metadata, v1 in its
			items' notes
		:returns: the return's id
		:raises MedusaRejected: for more than was delivered and isn't returned, or while the order is being
			edited
		"""

	@abstractmethod
	def receive_return(self, order_id: str, return_id: str, parts: Sequence[LineQuantity]) -> None:
		"""Mark items of a return as received.

		:param parts: all parts received so far, not only new ones. v1 takes them once and ignores later ones
		:raises MedusaNotFound: where Medusa has no such return
		:raises MedusaRejected: while the order is being edited
		"""
