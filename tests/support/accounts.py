"""Visitors of the shop who sign up and log in, and the mails that they get."""

import re
from contextlib import suppress
from unittest.mock import patch

import frappe
import requests
from frappe.utils import add_days, now_datetime
from frappe.utils.background_jobs import get_queue
from rq.exceptions import InvalidJobOperation

from medusa_integration import counters
from medusa_integration.customers import email_codes
from tests.site import Client
from tests.site.client import apart
from tests.support.smtp import MailServer
from tests.support.storefront import PATH

JOBS = ("mail_code", "mail_password_reset", "follow_sign_up")
EMAIL = "aisha@clinic.example"
PERSON = {
	"first_name": "Aisha",
	"last_name": "Al Harthy",
	"mobile": "+968 9123 4567",
	"organization_name": "Harbour Clinic",
	"t_c_acceptance": True,
}


def cheap_codes() -> None:
	"""Hash one-time codes at a hundredth of the cost in this process."""
	email_codes.COST["n"] = 2**7


class Visitor(Client):
	"""A browser: its calls aren't signed."""

	def __init__(self, ip: str = "203.0.113.7", **headers: str) -> None:
		super().__init__(**headers)
		self.ip = ip

	def call(self, name: str, /, **arguments):
		return self.post(PATH + name, json=arguments, environ_base={"REMOTE_ADDR": self.ip})


def forget_limits() -> None:
	"""As after a day, but for codes, which stay valid."""
	counters.forget("limit:")
	counters.forget("reset:")
	otp = frappe.qb.DocType("Email OTP")
	frappe.qb.update(otp).set(otp.last_sent, add_days(now_datetime(), -1)).run()
	frappe.db.commit()


def forget_jobs() -> None:
	"""Drop what is queued: the next test's isn't to find it."""
	for job in _jobs():
		with suppress(InvalidJobOperation):  # An id may be in the queue twice.
			job.delete()


def work() -> None:
	"""Work off this site's queued jobs of sign-ups, whose mails really leave. Not by a worker: a bench's other sites may share
	the queue."""
	for job in _jobs():
		function, arguments = job.func, job.kwargs
		if getattr(arguments["method"], "__name__", arguments["method"]).rpartition(".")[2] in JOBS:
			job.delete()
			with patch.object(frappe, "in_test", False, create=True), suppress(Exception):  # It is logged.
				apart(function, **arguments)


def _jobs() -> list:
	queued = [job for queue in ("short", "default", "long") for job in get_queue(queue).jobs]
	return [job for job in queued if job.kwargs.get("site") == frappe.local.site]


def code_for(who, post: MailServer, email: str = EMAIL, *, login: bool = False) -> str:
	"""The code that is mailed to who asks for one."""
	forget_limits()
	before = len(post.mails)
	response = who.call("send_otp", email=email, isLogin=login)
	assert response.json == {"message": {"message": "OTP sent successfully", "isSuccess": 1}}, response.text
	work()
	frappe.db.rollback()
	assert not frappe.get_all("Error Log", ["method", "error"])
	(mail,) = post.mails[before:]
	assert mail["To"] == email
	return re.search(r"<b>(\d{6})</b>", text_of(mail))[1]


def text_of(mail) -> str:
	"""The HTML of a mail."""
	(part,) = [part for part in mail.walk() if part.get_content_type() == "text/html"]
	return part.get_payload(decode=True).decode()


def signed_up(who, post: MailServer, email: str = EMAIL, **values) -> dict:
	"""The customer in Medusa of who signs up, whose Lead is made too."""
	code = code_for(who, post, email)
	response = who.call("sign_up", email=email, otp=code, **{**PERSON, **values})
	assert response.status_code == 200, response.text
	work()
	return response.json["message"]["customer"]


def customers(medusa) -> list[dict]:
	"""Those in Medusa who have an account."""
	rows = medusa.admin("GET", "/admin/customers", params={"limit": 50})["customers"]
	return [row for row in rows if row["has_account"]]


def me(medusa, reply: dict) -> dict:
	"""The customer whom Medusa takes the reply of a log-in for."""
	token = reply.get("token") or reply["access_token"]
	headers = {"Authorization": f"Bearer {token}", "x-publishable-api-key": medusa.shop["publishable_key"]}
	response = requests.get(f"{medusa.url}/store/customers/me", headers=headers)
	assert response.status_code == 200, response.text
	return response.json()["customer"]
