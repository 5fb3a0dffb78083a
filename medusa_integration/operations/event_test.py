"""Send a test event: does a change in Medusa reach ERPNext as an event, and if not, which part of the way is missing?

Three things are tried: this site's own address with a signed call, as the shop's server makes it; the plugin in Medusa, which
calls ERPNext itself; and a real event, of an order that is written in Medusa without a change. `begin` doesn't wait for the event:
the Desk asks for the `outcome` until the event has come, or its time is over.

Source: docs/reference.md, "The test event".
"""

import json
import math
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import NamedTuple

import frappe
import requests
from frappe import _
from frappe.utils import get_url

from medusa_integration import settings, signature
from medusa_integration.medusa.errors import MedusaError, MedusaSignInFailed
from medusa_integration.operations.connection import (
	FAILED,
	OK,
	WARNING,
	Report,
	ReportLine,
	open_briefly,
)
from medusa_integration.sync import last_event

PATH = "/api/method/medusa_integration.api.medusa_webhook"
ID = "test_event"  # of no record
OWN_TIMEOUTS = (3, 8)  # seconds to connect, seconds to wait for a reply
WAITS = 10  # seconds for the event to come
KNOWN = 60  # seconds after that in which the Desk may ask for the outcome


@dataclass
class EventReport(Report):
	"""The outcome of a test so far. `awaited`: the event may still come, so the outcome has to be asked for again."""

	awaited: bool = False

	def as_dict(self) -> dict:
		return super().as_dict() | {"awaited": self.awaited}


class Awaited(NamedTuple):
	"""A user's test whose event may still come.

	:param id: of the order that was written
	:param number: of that order, as the shop shows it
	:param since: the time before it was written, as time.time()
	:param until: the time at which its event is late
	:param lines: of the steps before
	"""

	id: str
	number: str
	since: float
	until: float
	lines: list[dict]


def begin() -> EventReport:
	"""Try the way of an event, up to the event itself. Errors are lines of the report, and aren't raised."""
	report = EventReport()
	if problem := _problem_here():
		report.lines.append(ReportLine(_("Settings"), FAILED, problem))
		return report
	report.lines.append(_own_address())
	report.lines.extend(_explained(_write_an_order(report)))
	return report


def outcome() -> EventReport:
	"""The report of the user's last test. It reads Redis alone, until the time of the event is over."""
	noted = frappe.cache.get_value(_key(), expires=True)
	if not noted:
		words = _("No test event is awaited: send another one.")
		return EventReport(lines=[ReportLine(_("Event"), FAILED, words)])
	test = Awaited(**noted)
	report = EventReport(lines=[ReportLine(**line) for line in test.lines])
	came = last_event.last_of(test.id)
	if came and came.at >= test.since:
		words = _(
			"Order #{0} was written in Medusa without a change, and {1} of it came after {2} s."
		).format(test.number, came.event, f"{came.at - test.since:.1f}")
		report.lines.append(ReportLine(_("Event"), OK, words))
	elif time.time() < test.until:
		report.awaited = True
		return report
	else:
		report.lines.extend(_explained(_plugin(test.id)))
		words = _(
			"Order #{0} was written in Medusa without a change, and no event of it came within {1} s. Orders are still found by polling, every {2} min."
		).format(test.number, WAITS, settings.current().poll_minutes)
		report.lines.append(ReportLine(_("Event"), FAILED, words))
	frappe.cache.delete_value(_key())
	return report


def _key() -> str:
	return f"medusa_test_event:{frappe.session.user}"


def _explained(steps: Iterator[ReportLine]) -> Iterator[ReportLine]:
	"""The lines of steps that call Medusa. An error is the last line."""
	try:
		yield from steps
	except MedusaSignInFailed as error:
		yield ReportLine(
			_("Medusa"), FAILED, _("Medusa refuses the sign-in. Choose Test Connection."), error.message
		)
	except MedusaError as error:
		words = _("Medusa doesn't answer as expected. Choose Test Connection.")
		yield ReportLine(_("Medusa"), FAILED, words, error.message)
	except frappe.ValidationError as error:
		frappe.clear_last_message()  # The line has the message.
		yield ReportLine(_("Settings"), FAILED, str(error))


def _problem_here() -> str:
	"""The setting here that keeps every event out, with the next step; "" where there is none."""
	config = settings.configuration()
	if not config.enable:
		return _("The integration is switched off: each event is refused. Switch on Enable.")
	if not settings.current().imports_orders:
		return _(
			"Import Orders is switched off: each event is refused. Switch it on in the tab Orders from Medusa."
		)
	if not _secret():
		return _(
			"There is no Signing Secret: choose Make Signing Secret, and set it in the options of the plugin, or at the shop's server."
		)
	user = config.storefront_user
	if not user or not frappe.db.get_value("User", user, "enabled"):
		return _("Choose an enabled Storefront User: signed calls are made in its name.")
	return ""


def _secret() -> str:
	return settings.configuration().get_password("signing_secret", raise_exception=False) or ""


# --- this site's address


def _own_address() -> ReportLine:
	"""Call the webhook at this site's own address, signed as the shop's server signs."""
	label, url = _("This site"), get_url()
	body = json.dumps({"event": last_event.TEST, "id": ID}).encode()
	now = f"{time.time():.6f}"
	headers = {
		"Content-Type": "application/json",
		"Accept": "application/json",
		signature.HEADER: f"t={now},v1={signature.sign(_secret(), now, 'POST', PATH, body)}",
	}
	try:
		reply = requests.post(
			url + PATH, data=body, headers=headers, timeout=OWN_TIMEOUTS, allow_redirects=False
		)
	except requests.RequestException as error:
		words = _(
			"{0} doesn't answer this server. Check host_name in the site's configuration, its certificate and its proxy."
		)
		return ReportLine(label, WARNING, words.format(url), str(error))
	if reply.status_code == 202:
		words = _(
			"A signed call to {0} is taken. It came from this server: a firewall between Medusa and {0} isn't tested by it."
		)
		return ReportLine(label, OK, words.format(url))
	if 300 <= reply.status_code < 400:
		words = _("{0} redirects to {1}. Give Medusa the final address: a signature holds for one address.")
		return ReportLine(label, FAILED, words.format(url, reply.headers.get("Location", "")))
	words = _("{0} refuses a signed call with {1}. A proxy may change requests, or lead to another site.")
	return ReportLine(label, FAILED, words.format(url, reply.status_code), _refusal(reply))


def _refusal(reply: requests.Response) -> str:
	try:
		message = reply.json().get("message")
	except (AttributeError, ValueError):
		return ""
	return str(message.get("error") if isinstance(message, dict) else message or "")


# --- Medusa


def _write_an_order(report: EventReport) -> Iterator[ReportLine]:
	"""Write the newest order without a change, and note that its event is awaited."""
	medusa = open_briefly()
	id, number = medusa.newest_order()
	if not id:
		words = _(
			"The shop has no order yet, and the test writes one without changing it. Place a test order, and look here for the last event received."
		)
		yield ReportLine(_("Event"), WARNING, words)
		return
	since = time.time()
	medusa.touch_order(id)
	test = Awaited(id, number, since, time.time() + WAITS, [asdict(line) for line in report.lines])
	frappe.cache.set_value(_key(), test._asdict(), expires_in_sec=math.ceil(WAITS) + KNOWN)
	report.awaited = True


def _plugin(id: str) -> Iterator[ReportLine]:
	"""Why no event came, as far as Medusa can say it."""
	label, answer = _("Plugin"), open_briefly().ask_plugin(id)
	if not answer:
		words = _("Medusa v1 has no plugin for ERPNext: a subscriber of your own has to call medusa_webhook.")
		yield ReportLine(label, WARNING, words)
	elif not answer.is_there:
		words = _(
			"Medusa has no plugin medusa-plugin-erpnext. Install it, or let a subscriber of your own call medusa_webhook."
		)
		yield ReportLine(label, FAILED, words)
	elif answer.problem:
		words = _(
			"Medusa's plugin can't call ERPNext. Its options erpUrl and signingSecret have to be this site's address and Signing Secret."
		)
		yield ReportLine(label, FAILED, words, answer.problem)
	else:
		words = _(
			"Medusa's plugin is there and can call ERPNext, but its events don't come. Look for medusa-plugin-erpnext in Medusa's log; with several Medusa processes the events need Redis."
		)
		yield ReportLine(label, WARNING, words)
