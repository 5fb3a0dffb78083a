"""Failures that must not stop the work around them, such as a mail that can't be sent."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import frappe

SAVEPOINT = "medusa_tolerated"
# After these errors the database has undone the whole transaction, or wants it to be undone.
OF_THE_TRANSACTION = (frappe.QueryDeadlockError, frappe.QueryTimeoutError)


@dataclass
class Toleration:
	"""The outcome of a block.

	:param error: the tolerated one
	:param log: the name of its Error Log
	"""

	error: Exception | None = None
	log: str = ""


@contextmanager
def tolerated(
	title: str, *, of: tuple[str, str | None] = ("", None), errors: type[Exception] = Exception
) -> Iterator[Toleration]:
	"""If the block fails, undo its writes, write an Error Log, and go on. Don't nest such blocks.

	:param title: of the Error Log
	:param of: `(DocType, name)` of the document that the Error Log is about
	:param errors: the tolerated ones
	:raises frappe.QueryDeadlockError, frappe.QueryTimeoutError: the block's own, since they concern the
		transaction
	"""
	outcome = Toleration()
	frappe.db.savepoint(SAVEPOINT)
	try:
		yield outcome
	except OF_THE_TRANSACTION:
		raise
	except errors as error:
		with suppress(frappe.db.OperationalError):  # A block that has committed leaves no savepoint.
			frappe.db.rollback(save_point=SAVEPOINT)
		frappe.clear_messages()
		outcome.error = error
		doctype, name = of
		log = frappe.log_error(title=title, reference_doctype=doctype or None, reference_name=name)
		outcome.log = log.name if log else ""
