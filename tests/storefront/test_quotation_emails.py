"""Mails about quotations leave within a minute."""

import frappe
import pytest

from medusa_integration.selling.mails import send_quotation_emails
from tests.support.workers import Worker, start


@pytest.fixture
def sent(monkeypatch) -> list[str]:
	"""Mails may leave, to nobody: the recipients, as often as they would be sent to."""
	recipients: list[str] = []
	hooks = frappe.get_hooks
	path = f"{__name__}._record"
	global _recipients
	_recipients = recipients

	def with_ours(hook=None, *args, **kwargs):
		return [path] if hook == "override_email_send" else hooks(hook, *args, **kwargs)

	monkeypatch.setattr(frappe, "get_hooks", with_ours)
	monkeypatch.setattr(frappe, "are_emails_muted", lambda: False)
	return recipients


_recipients: list[str] = []


def _record(queue, sender, recipient, message) -> None:
	if recipient.startswith("broken"):
		raise RuntimeError("the server hung up")
	_recipients.append(recipient)


def account(**values) -> None:
	frappe.get_doc(
		{
			"doctype": "Email Account",
			"email_account_name": "Shop",
			"email_id": "shop@example.com",
			"enable_outgoing": 1,
			"default_outgoing": 1,
			"smtp_server": "127.0.0.1",
			"no_smtp_authentication": 1,
			**values,
		}
	).insert(ignore_permissions=True)
	frappe.local.outgoing_email_account = {}
	frappe.db.commit()


def mail(recipient: str, **values) -> str:
	defaults = {
		"doctype": "Email Queue",
		"reference_doctype": "Quotation",
		"reference_name": "SAL-QTN-1",
		"status": "Not Sent",
		"sender": "shop@example.com",
		"message": "Subject: x\n\nx",
		"recipients": [{"recipient": recipient, "status": "Not Sent"}],
	}
	name = frappe.get_doc({**defaults, **values}).insert(ignore_permissions=True).name
	frappe.db.commit()
	return name


def status(name: str) -> str:
	frappe.db.rollback()
	return frappe.db.get_value("Email Queue", name, "status")


def test_unsent_mails_of_quotations_leave(sent):
	account()
	names = [mail("a@example.com"), mail("b@example.com")]
	other = mail("c@example.com", reference_doctype="Sales Order")
	later = mail("d@example.com", send_after="2099-01-01")
	assert send_quotation_emails() == 2
	assert sent == ["a@example.com", "b@example.com"]
	assert [status(name) for name in (*names, other, later)] == ["Sent", "Sent", "Not Sent", "Not Sent"]
	assert send_quotation_emails() == 0
	assert len(sent) == 2


def test_one_that_fails_does_not_stop_the_rest(sent):
	account()
	broken, good = mail("broken@example.com"), mail("b@example.com")
	assert send_quotation_emails() == 1
	assert sent == ["b@example.com"]
	assert (status(broken), status(good)) == ("Not Sent", "Sent")
	assert frappe.db.get_value("Email Queue", broken, "retry") == 1  # Frappe's own queue tries again
	assert frappe.db.count("Error Log", {"method": "A quotation's mail isn't sent"}) == 1
	assert send_quotation_emails() == 0


def test_without_an_account_nothing_is_tried(sent):
	frappe.local.outgoing_email_account = {}
	name = mail("a@example.com")
	assert send_quotation_emails() == 0
	assert (status(name), frappe.db.get_value("Email Queue", name, "retry")) == ("Not Sent", 0)
	assert frappe.db.count("Error Log") == 0


def test_muted_and_suspended(sent, monkeypatch):
	account()
	mail("a@example.com")
	with monkeypatch.context() as patch:
		patch.setattr(frappe, "are_emails_muted", lambda: True)
		assert send_quotation_emails() == 0
	frappe.db.set_default("suspend_email_queue", 1)
	try:
		assert send_quotation_emails() == 0
	finally:
		frappe.db.set_default("suspend_email_queue", 0)
		frappe.db.commit()
	assert sent == []


def send_in_a_process() -> list[str]:
	with pytest.MonkeyPatch.context() as patch:
		recipients: list[str] = []
		hooks = frappe.get_hooks
		patch.setattr(
			frappe,
			"get_hooks",
			lambda hook=None, *args, **kwargs: (
				["tests.storefront.test_quotation_emails._record"]
				if hook == "override_email_send"
				else hooks(hook, *args, **kwargs)
			),
		)
		patch.setattr(frappe, "are_emails_muted", lambda: False)
		globals()["_recipients"] = recipients
		send_quotation_emails()
		return recipients


@pytest.mark.mariadb
def test_runs_at_once_send_each_mail_once():
	account()
	expected = [f"n{number}@example.com" for number in range(20)]
	for recipient in expected:
		mail(recipient)
	workers = start(*(Worker(send_in_a_process) for _ in range(3)))
	sent = [recipient for worker in workers for recipient in worker.result()]
	assert sorted(sent) == sorted(expected)
