"""Mails about quotations leave within a minute."""

import frappe
import pytest

from medusa_integration.quotations.quotation_mails import send_quotation_emails
from tests.support.orders import outgoing_account
from tests.support.smtp import MailServer
from tests.support.storefront import configure_storefront
from tests.support.workers import Worker, start


@pytest.fixture
def server():
	"""A mail server, and tests whose mails leave."""
	configure_storefront()
	server = MailServer()
	frappe.flags.testing_email = True
	yield server
	frappe.flags.testing_email = False
	server.stop()


def account(port: int) -> None:
	outgoing_account(smtp_port=port)
	frappe.local.outgoing_email_account = {}
	frappe.db.commit()


def mail(recipient: str, *, reference: str = "Quotation", **values) -> str:
	"""The name of an Email Queue row."""
	before = set(frappe.get_all("Email Queue", pluck="name"))
	frappe.sendmail(
		recipients=[recipient],
		sender="shop@example.com",
		subject="A mail",
		message="Hello",
		reference_doctype=reference,
		reference_name="SAL-QTN-1",
		**values,
	)
	frappe.db.commit()
	(name,) = set(frappe.get_all("Email Queue", pluck="name")) - before
	return name


def status(name: str) -> str:
	frappe.db.rollback()
	return frappe.db.get_value("Email Queue", name, "status")


def test_unsent_mails_of_quotations_leave(server):
	account(server.port)
	names = [mail("a@example.com"), mail("b@example.com")]
	other = mail("c@example.com", reference="Sales Order")
	later = mail("d@example.com", send_after="2099-01-01")
	assert send_quotation_emails() == 2
	assert server.recipients == ["a@example.com", "b@example.com"]
	assert [status(name) for name in (*names, other, later)] == ["Sent", "Sent", "Not Sent", "Not Sent"]
	assert send_quotation_emails() == 0
	assert len(server.recipients) == 2


def test_one_that_fails_does_not_stop_the_rest(server):
	account(server.port)
	broken, good = mail("broken@example.com"), mail("b@example.com")
	assert send_quotation_emails() == 1
	assert server.recipients == ["b@example.com"]
	assert (status(broken), status(good)) == ("Not Sent", "Sent")
	assert frappe.db.get_value("Email Queue", broken, "retry") == 1  # Frappe's own queue tries again
	assert frappe.db.count("Error Log", {"method": "A quotation's mail isn't sent"}) == 1
	assert send_quotation_emails() == 0


def test_without_an_account_nothing_is_tried(server):
	account(server.port)
	name = mail("a@example.com")
	frappe.delete_doc("Email Account", "Shop", force=True)
	frappe.local.outgoing_email_account = {}
	frappe.db.set_value("Email Queue", name, "email_account", None)
	frappe.db.commit()
	assert send_quotation_emails() == 0
	assert (status(name), frappe.db.get_value("Email Queue", name, "retry")) == ("Not Sent", 0)
	assert not frappe.db.exists("Error Log", {"method": "A quotation's mail isn't sent"})


def test_muted_and_suspended(server, monkeypatch):
	account(server.port)
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
	assert server.recipients == []


def send_in_a_process() -> int:
	frappe.flags.testing_email = True
	return send_quotation_emails()


@pytest.mark.mariadb
def test_runs_at_once_send_each_mail_once(server):
	account(server.port)
	expected = [f"n{number}@example.com" for number in range(20)]
	for recipient in expected:
		mail(recipient)
	workers = start(*(Worker(send_in_a_process) for _ in range(3)))
	assert sum(worker.result() for worker in workers) == 20
	assert sorted(server.recipients) == sorted(expected)
	frappe.db.rollback()
	assert not frappe.db.exists("Error Log", {"method": "A quotation's mail isn't sent"})
