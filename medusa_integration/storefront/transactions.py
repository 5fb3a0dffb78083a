"""The transaction of a call that has to see what other calls have just committed."""

import frappe


def begin_with(doctype: str, name: str) -> None:
	"""Lock a document, before anything is written, in a transaction of which this is the first read.

	What a transaction of MariaDB reads without a lock is as it was at its first such read. A call that has looked up what to
	lock and then waited for it would therefore decide on old data.

	Called from Python, the transaction may have writes of the caller, and goes on.
	"""
	if frappe.request:
		frappe.db.rollback()
	frappe.db.get_value(doctype, name, "name", for_update=True)
