"""Fields that only the integration writes: saves don't change them.

Source: docs/reference.md, "Custom fields".
"""

import frappe

from medusa_integration import settings
from medusa_integration.sync.kinds import OTHER_FIELDS, WRITTEN_FIELDS

NOT_BY_DRAIN = tuple(doctype for doctype in OTHER_FIELDS if doctype != "Item Group")


def keep_medusa_ids(doc, method: str | None = None) -> None:
	"""Documents with ids from Medusa, before_validate: undo what a save would write to the integration's
	fields, see "Custom fields". A new document, imported, copied or restored ones included, has none of them;
	a stored one keeps its values.

	A drain doesn't change `modified`, so Frappe accepts the save of a form that was opened before the drain wrote.

	Source: docs/reference.md, "Document events".
	"""
	fields = WRITTEN_FIELDS[doc.doctype]
	doc.update(dict.fromkeys(fields) if doc.is_new() else _stored(doc, fields))


def _stored(doc, fields: tuple[str, ...]) -> dict:
	before = doc.get_doc_before_save()
	if before and (doc.doctype in NOT_BY_DRAIN or not settings.enabled()):
		return {field: before.get(field) for field in fields}
	# A locking read sees what is committed; a plain one may see a snapshot from before the drain.
	return frappe.db.get_value(doc.doctype, doc.name, fields, as_dict=True, for_update=True) or {}
