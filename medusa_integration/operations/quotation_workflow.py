"""A Workflow for the states of the shop's quotations, for a company that has none of its own.

Source: docs/reference.md, "Quotations from the shop".
"""

import frappe
from frappe import _

from medusa_integration import settings
from medusa_integration.quotations.quotation_states import (
	APPROVED,
	DOCTYPE,
	DRAFT,
	FIELD,
	READY,
	REJECTED,
	closed_to,
)
from medusa_integration.storefront.access import ROLE as STOREFRONT

NAME = "Medusa Quotation"
# A rejected quotation is submitted, and the app then cancels it: Frappe's Workflows can't cancel a draft.
STATES = (
	# state, document status, who may edit, style
	(DRAFT, "0", "All", ""),
	(READY, "0", "Sales Manager", "Warning"),
	(APPROVED, "1", "Sales Manager", "Success"),
	(REJECTED, "1", "Sales Manager", "Danger"),
)
FOR_REVIEW, REVISE, APPROVE, REJECT, SUBMIT = "Send for Review", "Revise", "Approve", "Reject", "Submit"
OF_THE_SHOP = "doc.from_ecommerce"
TRANSITIONS = (
	# state, action, next state, role
	(DRAFT, FOR_REVIEW, READY, "Sales User"),
	(DRAFT, FOR_REVIEW, READY, "Sales Manager"),
	(READY, REVISE, DRAFT, "Sales User"),
	(READY, APPROVE, APPROVED, STOREFRONT),
	(READY, APPROVE, APPROVED, "Sales Manager"),
	(READY, REJECT, REJECTED, STOREFRONT),
	(READY, REJECT, REJECTED, "Sales Manager"),
)


def problem() -> str:
	"""Advice where the shop has Quotations, and the company's own Workflow keeps the shop's server from approving or rejecting
	them; else ""."""
	user = settings.configuration().storefront_user
	if not user or not frappe.db.exists(DOCTYPE, {"from_ecommerce": 1}):
		return ""
	workflow, closed = closed_to(user)
	if not closed:
		return ""
	words = _(
		"No transition of the Workflow {0} lets the shop's server bring a Quotation to {1}: the shop's customers can't decide. Add transitions to it, with the role {2}."
	)
	return words.format(workflow, ", ".join(closed), STOREFRONT)


def make() -> str:
	"""Make the Workflow, or switch it on. Quotations that aren't the shop's are submitted as before.

	:returns: its name
	:raises frappe.ValidationError: where another Workflow for Quotations is active
	"""
	active = frappe.db.get_value("Workflow", {"document_type": DOCTYPE, "is_active": 1})
	if active and active != NAME:
		frappe.throw(
			_(
				"The Workflow {0} is active for Quotations. Switch it off first, or add the states to it."
			).format(frappe.bold(active)),
			title=_("Quotations have a Workflow"),
		)
	if frappe.db.exists("Workflow", NAME):
		workflow = frappe.get_doc("Workflow", NAME)
		if not workflow.is_active:
			workflow.is_active = 1
			workflow.save()
		return NAME
	_make_masters()
	frappe.get_doc(
		{
			"doctype": "Workflow",
			"workflow_name": NAME,
			"document_type": DOCTYPE,
			"workflow_state_field": FIELD,
			"is_active": 1,
			"send_email_alert": 0,
			"states": [
				{"state": state, "doc_status": docstatus, "allow_edit": role}
				for state, docstatus, role, _style in STATES
			],
			"transitions": [*map(_of_the_shop, TRANSITIONS), *map(_of_others, _submitters())],
		}
	).insert()
	return NAME


def remove() -> None:
	"""Delete the Workflow. Call it before the app's roles are deleted, because the Workflow names them."""
	frappe.delete_doc_if_exists("Workflow", NAME, force=True)
	frappe.cache.hdel("workflow", DOCTYPE)


def _of_the_shop(transition: tuple[str, str, str, str]) -> dict:
	state, action, next_state, role = transition
	return {
		"state": state,
		"action": action,
		"next_state": next_state,
		"allowed": role,
		"allow_self_approval": 1,
		"condition": OF_THE_SHOP,
	}


def _of_others(role: str) -> dict:
	return {
		"state": DRAFT,
		"action": SUBMIT,
		"next_state": APPROVED,
		"allowed": role,
		"allow_self_approval": 1,
		"condition": f"not {OF_THE_SHOP}",
	}


def _submitters() -> list[str]:
	"""The roles that may submit Quotations."""
	rows = frappe.get_meta(DOCTYPE).permissions
	return list(dict.fromkeys(row.role for row in rows if row.submit and not row.permlevel))


def _make_masters() -> None:
	for state, _docstatus, _role, style in STATES:
		if not frappe.db.exists("Workflow State", state):
			frappe.get_doc(
				{"doctype": "Workflow State", "workflow_state_name": state, "style": style}
			).insert(ignore_permissions=True)
	for action in (FOR_REVIEW, REVISE, APPROVE, REJECT, SUBMIT):
		if not frappe.db.exists("Workflow Action Master", action):
			frappe.get_doc({"doctype": "Workflow Action Master", "workflow_action_name": action}).insert(
				ignore_permissions=True
			)
