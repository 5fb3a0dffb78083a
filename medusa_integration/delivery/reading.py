"""Batches of the inbox: records that are read together from Medusa, and worked off one by one."""

from abc import abstractmethod
from collections.abc import Callable
from functools import partial
from typing import Any

import frappe
from frappe.utils import strip_html

from medusa_integration import texts
from medusa_integration.delivery.kind import Database, Result, Row, Run, Task
from medusa_integration.medusa.dialect import Dialect

# A user saved the same document first: the row is worked off again a little later.
OVERTAKEN = (frappe.TimestampMismatchError, frappe.DocumentLockedError)


class Reading(Task):
	"""Records that are read together and worked off one by one, each in transactions of its own."""

	def __init__(self, rows: list[Row], run: Run) -> None:
		super().__init__()
		self._rows, self._run = rows, run

	@property
	def rows(self) -> list[Row]:
		return self._rows

	@abstractmethod
	def read(self, medusa: Dialect, ids: list[str]) -> dict[str, Any]:
		"""The records by their ids, without those that Medusa no longer has. Touches no Frappe."""

	@abstractmethod
	def result(self, row: Row, record: Any, hold: Callable[[], None]) -> Result:
		"""Make ERPNext agree with a record, and return the outcome.

		:param hold: to be called right before each commit: another worker may have claimed the row, and know
			more
		:param record: None for one that Medusa no longer has
		"""

	def send(self, medusa: Dialect, database: Database) -> dict[str, Any]:
		return self.read(medusa, [row.reference_name for row in self._rows])

	def conclude(self, reply: dict[str, Any]) -> list[Result]:
		results = []
		for index, row in enumerate(self._rows):
			self._run.keep(self._rows[index:])
			hold = partial(self._run.hold, row)
			results.append(self.result(row, reply.get(row.reference_name), hold))
		return results


def message_of(error: frappe.ValidationError) -> str:
	"""Roll back, and return the message of a refusal of ERPNext's or of ours as plain text.

	:raises frappe.QueryTimeoutError: where another transaction has changed the document, so that the row is
		tried again
	"""
	frappe.db.rollback()
	frappe.clear_messages()
	if isinstance(error, OVERTAKEN):
		raise frappe.QueryTimeoutError(str(error)) from error
	return texts.several_lines(strip_html(str(error))) or type(error).__name__
