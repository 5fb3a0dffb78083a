import pytest


@pytest.fixture
def shop():
	"""The shop's server, trusted by its signature; Medusa itself is out of reach."""
	from tests.support.storefront import Shop, configure_storefront

	configure_storefront()
	return Shop()


@pytest.fixture
def mail_server():
	"""A mail server that keeps what it is sent, and the default Email Account that sends by it."""
	import frappe

	from tests.support.accounts import forget_jobs
	from tests.support.orders import outgoing_account
	from tests.support.smtp import MailServer

	server = MailServer()
	outgoing_account(smtp_port=server.port)
	frappe.local.outgoing_email_account = {}
	frappe.db.commit()
	forget_jobs()
	yield server
	forget_jobs()
	server.stop()
