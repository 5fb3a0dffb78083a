"""The transaction of a call that has to see rows that other calls have just committed."""

import frappe


def begin_with(doctype: str, name: str) -> None:
	"""Lock a document as the first read of a new transaction. Call it before the first write.

	Without a lock a transaction of MariaDB reads the state of its first such read. A call that has looked up
	the document and then waited for its lock would therefore decide on old data.

	Outside of a request the caller's transaction goes on: it may have writes.
	"""
	if frappe.request:
		frappe.db.rollback()
	frappe.db.get_value(doctype, name, "name", for_update=True)
