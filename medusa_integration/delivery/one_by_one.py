"""Batches of records for which Medusa has no batch call: one call a record.

A few calls are made at once, those about one order one after the other.
"""

from collections.abc import Callable
from typing import Any

from medusa_integration.delivery.kind import Database, Result, Row, Task
from medusa_integration.medusa.dialect import Dialect
from medusa_integration.medusa.errors import MedusaError, MedusaSignInFailed, MedusaUnavailable


class OneByOne(Task):
	"""Records that are sent one by one.

	:param payloads: by the records' names; a row whose record has none needs no call
	:param act: sends one payload
	"""

	def __init__(
		self, rows: list[Row], payloads: dict[str, dict], act: Callable[[Dialect, dict], None]
	) -> None:
		super().__init__(vouchers=[(row.reference_doctype, row.reference_name) for row in rows])
		self.settled = [Result.done(row) for row in rows if row.reference_name not in payloads]
		self.to_send = [row for row in rows if row.reference_name in payloads]
		self.payloads = payloads
		self.act = act

	@property
	def rows(self) -> list[Row]:
		return self.to_send

	def send(self, medusa: Dialect, database: Database) -> list[Any]:
		groups: dict[Any, list[str]] = {}
		for row in self.to_send:
			name = row.reference_name
			groups.setdefault(self.group(self.payloads[name]) or (name,), []).append(name)
		in_turn = [
			sorted(names, key=lambda name: self.turn(self.payloads[name])) for names in groups.values()
		]
		stop: list[MedusaError] = []
		replies = medusa.each(
			lambda twin, names: self._act(twin, names, stop), in_turn, about=lambda names: names[0]
		)
		outcomes: dict[str, Any] = {}
		for names, reply in zip(in_turn, replies, strict=True):
			outcomes |= dict.fromkeys(names, reply) if isinstance(reply, MedusaError) else reply
		return [outcomes[row.reference_name] for row in self.to_send]

	def group(self, payload: Any) -> str:
		"""The key of payloads that mustn't be sent at once, such as an order's id; "" for none."""
		return ""

	def turn(self, payload: Any) -> int:
		"""The payload's turn in its group, ascending. Payloads of one turn are sent as they were queued."""
		return 0

	def _act(self, twin: Dialect, names: list[str], stop: list[MedusaError]) -> dict[str, Any]:
		outcomes: dict[str, Any] = {}
		for name in names:
			twin.client.about = name
			try:
				outcomes[name] = stop[0] if stop else self.act(twin, self.payloads[name])
			except MedusaError as error:
				outcomes[name] = error
				if isinstance(error, MedusaUnavailable | MedusaSignInFailed):
					stop.append(error)
		return outcomes

	def conclude(self, reply: list[Any]) -> list[Result]:
		return [
			Result.failed(row, outcome) if isinstance(outcome, MedusaError) else Result.done(row)
			for row, outcome in zip(self.to_send, reply, strict=True)
		]
