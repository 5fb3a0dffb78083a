"""Sign-up and log-in mails. A background job sends a mail with a secret at once, and stores no copy: the
Email Queue would show the secret.

Source: docs/reference.md, "Accounts".
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import wraps
from urllib.parse import quote

import frappe
from frappe import _
from frappe.translate import print_language
from frappe.utils.password import decrypt

from medusa_integration import languages, session, settings
from medusa_integration.customers import email_codes, emails, shop_accounts
from medusa_integration.storefront import visitor
from medusa_integration.tolerated import tolerated

QUEUE = "Email Queue"


class NotMailed(Exception):
	"""A job that mails a secret has failed."""


def _secretive(job: Callable) -> Callable:
	"""Fail without the values of the job's variables, which Frappe would log: a code, a token."""

	@wraps(job)
	def failing_plainly(**arguments) -> None:
		try:
			return job(**arguments)
		except Exception as error:
			failure = (
				frappe.RetryBackgroundJobError
				if isinstance(error, frappe.RetryBackgroundJobError)
				else NotMailed
			)
			words = frappe.get_traceback()
		raise failure(words)

	return failing_plainly


@_secretive
def mail_code(email: str, is_login: bool, ip: str, pause: int = 0, language: str = "") -> None:
	"""A job: make a code for an address, and mail it. If the last code isn't replaced yet, only note that
	this visitor has asked for it, too. The job looks up once more whether the address gets a code: the
	request took the same time for every address.

	:param ip: the visitor's; "" where the shop's server doesn't name its visitor
	:param pause: seconds after a mail within which its code isn't replaced
	:param language: of the request, for an address whose Customer or Lead has none
	"""
	if not settings.enabled() or shop_accounts.exists(email) != is_login:
		return
	try:
		code = email_codes.issue(email, ip, asker=visitor.network(ip), pause=pause)
		frappe.db.commit()
	except (frappe.DuplicateEntryError, frappe.UniqueValidationError, frappe.QueryDeadlockError):
		raise frappe.RetryBackgroundJobError
	if not code:
		return
	with _language_of(email, language):
		subject = _("Your code to log in") if is_login else _("Your code to sign up")
		args = {"code": code, "minutes": email_codes.MINUTES}
		is_sent = _send_secretly(email, subject, "medusa_code", args)
	if not is_sent:
		email_codes.not_sent(email)
		frappe.db.commit()


@_secretive
def mail_password_reset(email: str, token: str, language: str = "") -> None:
	"""A job: mail the link by which a customer sets a new password, if the address has an account.

	:param token: Medusa's token, encrypted
	:param language: as of `mail_code`
	"""
	if not settings.enabled() or not (shop_accounts.exists(email) or session.open_shop().has_account(email)):
		return
	frontend = (settings.configuration().frontend_url or "").rstrip("/")
	link = f"{frontend}/confirm_password?token={quote(decrypt(token), safe='')}"
	with _language_of(email, language):
		_send_secretly(email, _("Set a new password"), "medusa_password_reset", {"link": link})


def welcome(email: str, first_name: str) -> None:
	"""Put the welcome mail into the Email Queue, in the caller's transaction. A mail set-up that doesn't work
	doesn't fail the sign-up."""
	link = settings.configuration().frontend_url or ""
	with tolerated("Storefront: a welcome isn't mailed"), _language_of(email):
		frappe.sendmail(
			recipients=[email],
			subject=_("Welcome to our shop"),
			template="medusa_welcome",
			args={"first_name": first_name, "link": link, **languages.html_attributes()},
		)


def _language_of(email: str, otherwise: str = "") -> AbstractContextManager[None]:
	"""Write the block's texts in the language of the person with an e-mail.

	:param otherwise: for a person without one; "": the language in force
	"""
	return print_language(emails.language_of(email) or otherwise)


def _send_secretly(email: str, subject: str, template: str, args: dict) -> bool:
	"""Mail at once, and delete the mail; returns whether it was sent. A failure is logged without the
	mail."""
	row, problem = None, "Frappe doesn't send it: see whether the address has unsubscribed."
	try:
		row = frappe.sendmail(
			recipients=[email],
			subject=subject,
			template=template,
			args={**args, **languages.html_attributes()},
			reference_doctype=email_codes.DOCTYPE,
		)
		if row:
			row.send()
			is_sent = frappe.db.get_value(QUEUE, row.name, "status") == "Sent"
			problem = "" if is_sent else "Frappe's mails are muted or suspended."
	except Exception as error:
		problem = str(error) or type(error).__name__
	frappe.clear_messages()
	if row:
		frappe.db.delete(f"{QUEUE} Recipient", {"parent": row.name})
		frappe.db.delete(QUEUE, {"name": row.name})
	if problem:
		frappe.log_error(title=f"Storefront: no mail to {email}"[:140], message=problem)
	frappe.db.commit()
	return not problem
