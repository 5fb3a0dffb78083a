"""Batches of records for which Medusa has no batch call: a call for each record, a few at once."""

from collections.abc import Callable
from typing import Any

from medusa_integration.delivery.kind import Database, Task
from medusa_integration.delivery.rows import Result, Row
from medusa_integration.medusa.dialect import Dialect
from medusa_integration.medusa.errors import MedusaError


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
		names = [row.reference_name for row in self.to_send]
		return medusa.each(lambda twin, name: self.act(twin, self.payloads[name]), names, about=str)

	def conclude(self, reply: list[Any]) -> list[Result]:
		return [
			Result.failed(row, outcome) if isinstance(outcome, MedusaError) else Result.done(row)
			for row, outcome in zip(self.to_send, reply, strict=True)
		]
