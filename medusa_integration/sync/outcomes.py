"""The outcome of queued rows, in the words of the records: "2 items sent to Medusa. 1 order not accepted: …".

Source: docs/reference.md, "Whitelisted calls".
"""

from collections.abc import Iterable
from urllib.parse import urlsplit

import frappe
from frappe import _
from frappe.utils import create_batch, escape_html, get_url_to_list

from medusa_integration import settings
from medusa_integration.delivery import outage
from medusa_integration.delivery.box import Box, inbox
from medusa_integration.sync.kinds import INBOX_KINDS, OUTBOX_KINDS

PART = 500  # rows in one statement
Counts = dict[str, int]  # numbers of records, by DocType


def outcome_of(box: Box, names: Iterable[str]) -> dict:
	"""The outcome of rows that were queued or retried: a row that is gone is done.

	:param names: of rows, each a kind and a record, as the box names them
	:returns: `{"left", "problem", "outcome"}`: the number of rows that still wait; the reason why calls are impossible
		now, "" without one; and as `outcome`, None while rows wait and calls are possible
	"""
	names = list(dict.fromkeys(names))
	pending: set[str] = set()
	parked: dict[str, str] = {}
	for part in create_batch(names, PART):
		rows = frappe.get_all(box.doctype, {"name": ("in", part)}, ["name", "status", "error"], order_by=None)
		pending |= {row.name for row in rows if row.status == "Pending"}
		parked |= {row.name: row.error for row in rows if row.status == "Parked"}
	problem = problem_now() if pending else ""
	waiting = _records(box, pending)
	refused = _records(box, parked) - waiting
	done = _records(box, names) - refused - waiting
	told = None
	if problem or not pending:
		reasons = list(dict.fromkeys(parked.values()))
		told = outcome(box, _numbers(done), _numbers(refused), reasons, _numbers(waiting), problem)
	return {"left": len(pending), "problem": problem, "outcome": told}


def _records(box: Box, names: Iterable[str]) -> set[tuple[str, str]]:
	"""The records that rows are about, by their rows' names, as (DocType, name): a record has several rows."""
	doctypes = {kind.name: kind.doctype for kind in (INBOX_KINDS if box is inbox else OUTBOX_KINDS)}
	parts = (name.partition(":") for name in names)
	return {(doctypes.get(kind, ""), record) for kind, _colon, record in parts}


def _numbers(records: set[tuple[str, str]]) -> Counts:
	found: Counts = {}
	for doctype, _name in records:
		found[doctype] = found.get(doctype, 0) + 1
	return found


def outcome(
	box: Box,
	done: Counts,
	refused: Counts,
	reasons: list[str],
	waiting: Counts | None = None,
	problem: str = "",
) -> dict:
	"""The last word about rows.

	:param done: sent or imported
	:param refused: those that are parked
	:param reasons: why they are, the most frequent first
	:param waiting: those that wait, because of `problem`
	:returns: `{"message", "indicator"}`, a message in HTML and its colour, as `frappe.show_alert` takes them
	"""
	sentences = []
	if any(done.values()):
		words = _("{0} imported from Medusa.") if box is inbox else _("{0} sent to Medusa.")
		sentences.append(words.format(in_words(done)))
	if any(refused.values()):
		words = _("{0} not imported: {1}") if box is inbox else _("{0} not accepted by Medusa: {1}")
		sentences.append(words.format(in_words(refused), escape_html(reasons[0] if reasons else "")))
		more = len(reasons) - 1
		link = _("1 more reason is in the list.") if more == 1 else _("{0} more reasons are in the list.")
		words = link.format(more) if more > 0 else _("Open the list.")
		path = urlsplit(get_url_to_list(box.doctype)).path
		sentences.append(f'<a class="underline" href="{path}?status=Parked">{words}</a>')
	if waiting and any(waiting.values()):
		words = _("{0} waiting to be imported: {1}.") if box is inbox else _("{0} waiting to be sent: {1}.")
		sentences.append(words.format(in_words(waiting), escape_html(problem)))
	colour = "red" if any(refused.values()) else "orange" if waiting else "green"
	return {"message": " ".join(sentences) or _("Nothing was waiting."), "indicator": colour}


def problem_now() -> str:
	"""Why calls to Medusa are impossible now; "" where they are possible."""
	return outage.message() if settings.enabled() else _("the integration is switched off")


def in_words(counts: Counts) -> str:
	"""Numbers of records, as "1 item, 2 orders"."""
	nouns: dict[tuple[str, str], int] = {}
	for doctype, count in counts.items():
		noun = _nouns().get(doctype) or (_("1 record"), _("{0} records"))
		nouns[noun] = nouns.get(noun, 0) + count
	words = [one if count == 1 else many.format(count) for (one, many), count in nouns.items() if count]
	return ", ".join(words) or _("{0} records").format(0)


def _nouns() -> dict[str, tuple[str, str]]:
	return {
		"Website Item": (_("1 item"), _("{0} items")),
		"Sales Order": (_("1 order"), _("{0} orders")),
		"Quotation": (_("1 quotation"), _("{0} quotations")),
		"Customer": (_("1 customer"), _("{0} customers")),
		"Delivery Note": (_("1 delivery note"), _("{0} delivery notes")),
		"Item Group": (_("1 item group"), _("{0} item groups")),
	}
