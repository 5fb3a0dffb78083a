"""What Frappe does with a Quotation: workflows, prints for who has a key, mails from templates."""

import io
import shutil

import frappe
import frappe.utils.pdf
import pytest
from frappe.model.workflow import WorkflowTransitionError, apply_workflow, get_transitions
from pypdf import PdfReader

from tests.site import Client
from tests.support.factories import quotation
from tests.support.users import signed_in


@pytest.fixture
def workflow():
	"""Draft → Ready → Approved (submitted) → Rejected (cancelled)."""
	states = {"Draft": 0, "Ready for Customer Review": 0, "Approved": 1, "Rejected": 2}
	actions = ("Send", "Approve", "Reject")
	for doctype, field, names in (
		("Workflow State", "workflow_state_name", states),
		("Workflow Action Master", "workflow_action_name", actions),
	):
		for name in names:
			if not frappe.db.exists(doctype, name):
				frappe.get_doc({"doctype": doctype, field: name}).insert()
	role = "Sales User"
	steps = zip(states, actions, list(states)[1:], strict=False)
	doc = frappe.get_doc(
		{
			"doctype": "Workflow",
			"workflow_name": "Quotations of a test",
			"document_type": "Quotation",
			"is_active": 1,
			"workflow_state_field": "workflow_state",
			"send_email_alert": 0,
			"states": [
				{"state": state, "doc_status": str(docstatus), "allow_edit": role}
				for state, docstatus in states.items()
			],
			"transitions": [
				{"state": state, "action": action, "next_state": to, "allowed": role}
				for state, action, to in steps
			],
		}
	).insert()
	yield
	frappe.set_user("Administrator")
	frappe.db.rollback()
	if frappe.db.exists("Workflow", doc.name):  # a request may have committed it
		doc.delete()
		frappe.db.commit()
	frappe.clear_cache(doctype="Quotation")  # which knows its workflow


def test_a_workflow_submits_and_cancels(workflow):
	doc = quotation(("G-1", 1, 5))
	seen = [(doc.workflow_state, doc.docstatus, doc.status)]
	for action in ("Send", "Approve", "Reject"):
		assert [step.action for step in get_transitions(doc)] == [action]
		doc = apply_workflow(doc, action)
		seen.append((doc.workflow_state, doc.docstatus, doc.status))
	assert seen == [
		("Draft", 0, "Draft"),
		("Ready for Customer Review", 0, "Draft"),
		("Approved", 1, "Open"),
		("Rejected", 2, "Cancelled"),
	]


def test_a_workflow_asks_for_its_role(workflow):
	doc = quotation(("G-1", 1, 5))
	signed_in("medusa-clerk@example.com", "Desk User")
	frappe.set_user("medusa-clerk@example.com")
	with pytest.raises((WorkflowTransitionError, frappe.PermissionError)):
		apply_workflow(doc, "Send")


# --- prints


@pytest.fixture
def printed():
	"""A Quotation, and a key that opens its prints."""
	doc = quotation(("G-1", 3, 10))
	key = doc.get_document_share_key()
	frappe.db.commit()
	yield doc, key
	frappe.db.rollback()
	frappe.db.delete("Document Share Key", {"reference_docname": doc.name})
	frappe.db.delete("Access Log", {"reference_document": doc.name})
	frappe.db.commit()


def test_a_print_is_for_who_has_the_key(printed):
	doc, key = printed
	page = Client().get(f"/printview?doctype=Quotation&name={doc.name}&key={key}")
	assert page.status_code == 200
	text = page.get_data(as_text=True)
	assert doc.name in text and "G-1" in text
	other = quotation(("G-1", 1, 1))
	for name, wrong in ((doc.name, "nonsense"), (doc.name, doc.get_signature()), (other.name, key)):
		page = Client().get(f"/printview?doctype=Quotation&name={name}&key={wrong}")
		assert page.status_code == 403


def test_so_is_the_pdf(printed):
	if hasattr(frappe.utils.pdf, "get_wkhtmltopdf_version") and not shutil.which("wkhtmltopdf"):
		pytest.skip("wkhtmltopdf isn't installed")
	doc, key = printed
	url = f"/api/method/frappe.utils.print_format.download_pdf?doctype=Quotation&name={doc.name}"
	assert Client().get(url).status_code == 403
	pdf = Client().get(f"{url}&key={key}")
	assert (pdf.status_code, pdf.mimetype) == (200, "application/pdf")
	assert doc.name in PdfReader(io.BytesIO(pdf.data)).pages[0].extract_text()


def test_a_mail_from_a_template():
	values = {"name": "Of a test", "subject": "{{ name }}", "response": "<p>{{ items[0].qty }} pieces</p>"}
	template = frappe.get_doc({"doctype": "Email Template", **values}).insert()
	doc = quotation(("G-1", 3, 10))
	mail = template.get_formatted_email(doc.as_dict())
	template.delete()
	assert (mail["subject"], mail["message"]) == (doc.name, "<p>3.0 pieces</p>")
