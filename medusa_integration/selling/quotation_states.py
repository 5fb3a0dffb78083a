"""The states of the shop's Quotations, with a Workflow or without one.

Source: docs/reference.md, "Quotations from the shop".
"""

from typing import NoReturn

import frappe
from frappe import _
from frappe.model import workflow as workflows

from medusa_integration.selling.storing import store

DOCTYPE = "Quotation"
FIELD = "workflow_state"
DRAFT = "Draft"
READY = "Ready for Customer Review"
APPROVED = "Approved"  # submitted
REJECTED = "Rejected"  # submitted and cancelled
STATES = (DRAFT, READY, APPROVED, REJECTED)


class NotAllowed(frappe.ValidationError):
	"""The Workflow doesn't lead to that state from here, or not for this user."""


def state_of(doc) -> str | None:
	"""The state; that of the active Workflow where it keeps it in another field."""
	return doc.get(_field())


def known_states() -> set[str]:
	"""The states that a Quotation can have."""
	workflow = _workflow()
	return {row.state for row in workflow.states} if workflow else set(STATES)


def move(doc, state: str) -> None:
	"""Bring a draft to a state, with what else has changed of it: Approved submits it, Rejected submits and cancels it. An
	active Workflow has to lead there, for the user whose call this is, and then its own document status counts.

	Its permissions aren't checked.

	:raises NotAllowed: where the Workflow doesn't allow it
	"""
	workflow = _workflow()
	if workflow:
		_apply(doc, workflow, state)
		return
	doc.set(FIELD, state)
	store(doc, doc.submit if state in (APPROVED, REJECTED) else doc.save)


def _workflow():
	return workflows.get_workflow(DOCTYPE) if workflows.get_workflow_name(DOCTYPE) else None


def _field() -> str:
	workflow = _workflow()
	return workflow.workflow_state_field if workflow else FIELD


def _apply(doc, workflow, state: str) -> None:
	user = frappe.session.user
	doc.flags.ignore_permissions = True
	possible = [
		each
		for each in workflows.get_transitions(doc, workflow)
		if each.next_state == state and workflows.has_approval_access(user, doc, each)
	]
	if not possible:
		_refuse(doc, workflow, state)
	store(doc, doc.save)  # Frappe reads the document anew.
	store(doc, lambda: workflows.apply_workflow(doc, possible[0].action))
	if state_of(doc) != state:
		_refuse(doc, workflow, state)


def _refuse(doc, workflow, state: str) -> NoReturn:
	frappe.throw(
		_("The Workflow {0} doesn't lead from {1} to {2}, or not for the user {3}.").format(
			workflow.name, state_of(doc) or _("no state"), state, frappe.session.user
		),
		NotAllowed,
		title=_("Not allowed by the Workflow"),
	)


# --- document events


def lend_permission(doc, method: str | None = None) -> None:
	"""Quotation, before_validate: for a save that ignores permissions, Frappe may read the Workflow's transitions of the
	document as it was before. Their roles count all the same.

	Source: docs/reference.md, "Document events".
	"""
	before = doc.get_doc_before_save()
	if before and doc.flags.ignore_permissions:
		before.flags.ignore_permissions = True


def cancel_rejected(doc, method: str | None = None) -> None:
	"""Quotation, on_change: cancel a shop's Quotation that was submitted as Rejected. Frappe's Workflows can't cancel what
	isn't submitted.

	Source: docs/reference.md, "Document events".
	"""
	if doc.get("from_ecommerce") and doc.docstatus == 1 and state_of(doc) == REJECTED:
		doc.cancel()
