"""Make a document once where two workers try: each locks, and reads again what is committed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import frappe
from frappe.model.document import Document
from frappe.model.naming import append_number_if_name_exists


class Meanwhile(frappe.QueryDeadlockError):
	"""Another transaction has committed documents after this one began to read, so this one can't see
	them. This one has to be repeated from its beginning, like the victim of a deadlock."""


def unchanged(seen: set[str], committed: Callable[[], set[str]]) -> None:
	"""Go on only if no other names were committed.

	:param seen: names as this transaction sees them
	:param committed: reads them again, locked
	:raises Meanwhile: where there are others by now
	"""
	if committed() - seen:
		raise Meanwhile("Another transaction has made the same documents")


@contextmanager
def made_once() -> Iterator[None]:
	"""Make documents whose names or ids another transaction may have used since this one began.

	:raises Meanwhile: where it has
	"""
	try:
		yield
	except (frappe.DuplicateEntryError, frappe.UniqueValidationError) as error:
		raise Meanwhile(str(error)) from error


def insert(doc: Document, name: str | None = None) -> str:
	"""Insert a document for the integration.

	:param name: its name, with a number where that exists; None: as the DocType is named
	:raises Meanwhile: where another transaction has made one of that name
	"""
	doc.flags.ignore_permissions = True
	with made_once():
		doc.insert(set_name=name and append_number_if_name_exists(doc.doctype, name))
	return doc.name
