"""JSON in the integration's own fields. A user or a script may have overwritten a field. Unreadable JSON
counts as empty, so that one record doesn't block the others, and an Error Log names the field."""

import json
from collections.abc import Callable
from typing import NamedTuple

import frappe
from frappe import _


class _Field(NamedTuple):
	doctype: str
	name: str
	field: str


def read(doctype: str, name: str, field: str, text: str | None, valid: Callable[[dict], bool]) -> dict:
	"""The JSON object in a field of a record; {} where the field is empty or can't be read.

	:param text: the field's value
	:param valid: whether an object has the shape that its readers rely on
	"""
	if not text:
		return {}
	try:
		state = json.loads(text)
		if isinstance(state, dict) and valid(state):
			return state
	except (TypeError, ValueError, RecursionError):
		pass
	_report(_Field(doctype, name, field), text)
	return {}


def checked(doctype: str, name: str, field: str, state: dict, valid: Callable[[dict], bool]) -> dict:
	"""As `read`, for an object that was read already."""
	if not state or valid(state):
		return state
	_report(_Field(doctype, name, field), state)
	return {}


def _report(field: _Field, text: object) -> None:
	"""Write an Error Log before the current transaction's commit, one for each field in a job or request.
	Not at once: a drain would hold an open transaction while it waits for Medusa."""
	reported, waiting = _reports()
	if field in reported or field in waiting:
		return
	if not waiting:
		frappe.db.before_commit.add(_write)
		frappe.db.after_rollback.add(waiting.clear)
	waiting[field] = text


def _write() -> None:
	reported, waiting = _reports()
	while waiting:
		field, text = waiting.popitem()
		reported.add(field)
		frappe.log_error(
			title=f"Medusa: {field.doctype} {field.name} has an unreadable {field.field}",
			message=_("{0} of {1} {2} can't be read and counts as empty: {3}").format(
				field.field, field.doctype, field.name, str(text)[:500]
			),
			reference_doctype=field.doctype,
			reference_name=field.name,
		)


def _reports() -> tuple[set[_Field], dict[_Field, object]]:
	"""The fields that have an Error Log, and those that get one with the next commit. In frappe.flags:
	each job or request has its own."""
	return (
		frappe.flags.setdefault("medusa_unreadable", set()),
		frappe.flags.setdefault("medusa_unreadable_now", {}),
	)
