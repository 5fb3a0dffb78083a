"""The states of the shop's Quotations, with a Workflow or without one.

Source: docs/reference.md, "Quotations from the shop".
"""

from typing import NoReturn

import frappe
from frappe import _
from frappe.model import workflow as workflows
from frappe.utils import cint

from medusa_integration.quotations.saving import store

DOCTYPE = "Quotation"
FIELD = "workflow_state"
DRAFT = "Draft"
READY = "Ready for Customer Review"
APPROVED = "Approved"  # submitted
REJECTED = "Rejected"  # submitted and cancelled


class NotAllowed(frappe.ValidationError):
	"""The Workflow doesn't lead to that state from here, or not for this user."""


def state_of(doc) -> str | None:
	"""The state of a Quotation, from the active Workflow's own field where there is a Workflow."""
	return doc.get(_field())


def states_of_customers() -> set[str]:
	"""The states that a customer may ask for. Only the Desk sets *Ready for Customer Review*. An active
	Workflow's transitions decide on its other states."""
	workflow = _workflow()
	return {row.state for row in workflow.states} - {READY} if workflow else {DRAFT, APPROVED, REJECTED}


def submits(state: str) -> bool:
	"""Whether a Quotation in this state is submitted, by the active Workflow."""
	workflow = _workflow()
	return bool(workflow) and any(row.state == state and cint(row.doc_status) == 1 for row in workflow.states)


def move(doc, state: str) -> None:
	"""Bring a draft to a state, and save its other changes. Approved submits the draft, Rejected submits and
	cancels it. An active Workflow has to lead there for the calling user, and then the Workflow's document
	status counts.

	The Quotation's permissions aren't checked.

	:raises NotAllowed: where the Workflow doesn't allow it
	"""
	workflow = _workflow()
	if workflow:
		_apply(doc, workflow, state)
		return
	doc.set(FIELD, state)
	store(doc, doc.submit if state in (APPROVED, REJECTED) else doc.save)


def take_back(doc) -> None:
	"""Make a draft that is ready for the customer's review a draft of the Desk's again. Call it before the
	save of the changed rows: the save then neither sends the Quotation to Medusa nor mails the customer.

	An active Workflow may have no transition for this, or none for the user whose call it is, and Frappe
	refuses a save that changes the state without one. Frappe compares with the stored state, so the state's
	column alone is written before the save. The Workflow's roles, conditions and tasks of a transition don't
	count.

	:raises NotAllowed: where the Workflow has no other state for drafts
	"""
	workflow, state = _workflow(), DRAFT
	if workflow:
		drafts = [row.state for row in workflow.states if not cint(row.doc_status) and row.state != READY]
		if not drafts:
			_refuse(doc, workflow, DRAFT)
		state = DRAFT if DRAFT in drafts else drafts[0]
		frappe.db.set_value(DOCTYPE, doc.name, _field(), state, update_modified=False)
	doc.set(_field(), state)


def closed_to(user: str) -> tuple[str, list[str]]:
	"""The active Workflow, and the decisions to which none of its transitions leads for the user's roles; "" without
	a Workflow."""
	workflow = _workflow()
	if not workflow:
		return "", []
	roles = frappe.get_roles(user)
	reached = {row.next_state for row in workflow.transitions if row.allowed in roles}
	return workflow.name, [state for state in (APPROVED, REJECTED) if state not in reached]


def has_workflow() -> bool:
	"""Whether a Workflow is active for Quotations."""
	return bool(_workflow())


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
	"""Quotation, before_validate: let Frappe read the Workflow's transitions of the stored document, in a
	save that ignores permissions. The transitions' roles still count.

	Source: docs/reference.md, "Document events".
	"""
	before = doc.get_doc_before_save()
	if before and doc.flags.ignore_permissions:
		before.flags.ignore_permissions = True


def show_submitted(doc, method: str | None = None) -> None:
	"""Quotation, before_submit: bring a shop's Quotation that is submitted undecided to *Ready for Customer Review*, where no
	Workflow decides, so that its prices reach the customer.

	Source: docs/reference.md, "Document events".
	"""
	if doc.get("from_ecommerce") and not _workflow() and state_of(doc) not in (APPROVED, REJECTED):
		doc.set(FIELD, READY)


def cancel_rejected(doc, method: str | None = None) -> None:
	"""Quotation, on_change: cancel a shop's Quotation that was submitted in the state *Rejected*. Frappe's
	Workflows can't cancel a draft.

	Source: docs/reference.md, "Document events".
	"""
	if doc.get("from_ecommerce") and doc.docstatus == 1 and state_of(doc) == REJECTED:
		doc.cancel()
