"""Import orders: the orders placed between two dates, however old, with a preview that writes nothing.

Source: docs/reference.md, "Import orders".
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import create_batch, getdate

from medusa_integration import session, settings
from medusa_integration.delivery import reasons
from medusa_integration.delivery.box import inbox
from medusa_integration.medusa.dialect import Dialect
from medusa_integration.medusa.errors import MedusaError, MedusaRejected, MedusaServerError
from medusa_integration.medusa.order import Order, OrderHead
from medusa_integration.money import decimals_of, half_up
from medusa_integration.operations.user_jobs import Progress, ReportedJob
from medusa_integration.orders.orders_from_medusa import CHOSEN, INCOMING_ORDER, problems_of
from medusa_integration.sync import progress as bars
from medusa_integration.sync.receiving import USER
from medusa_integration.users import as_user

BATCH = 20  # orders that are read together
MOST_PROBLEMS, EXAMPLES = 20, 10  # in a report
JOB = ReportedJob(
	"medusa_import", "medusa_integration.operations.order_import.run", "Medusa: importing orders"
)


@dataclass(frozen=True)
class Period:
	"""Days on which orders were placed, by the site's calendar, the last one included."""

	since: date
	until: date

	@property
	def begins(self) -> datetime:
		return settings.medusa_time(datetime.combine(self.since, time()))

	@property
	def ends(self) -> datetime:
		"""The beginning of the day after the last one."""
		return settings.medusa_time(datetime.combine(self.until + timedelta(days=1), time()))


@dataclass
class Preview:
	"""The numbers of a preview.

	:param orders: placed in the period, without drafts
	:param present: of them, those that have a Sales Order
	:param canceled: of the others, the cancelled ones, which aren't imported
	:param problems: the reasons why others can't be imported: `{message: numbers of orders}`
	"""

	orders: int = 0
	present: int = 0
	canceled: int = 0
	blocked: int = 0
	totals: dict[str, Decimal] = field(default_factory=dict)
	problems: dict[str, list[str]] = field(default_factory=dict)

	def add(self, head: OrderHead) -> None:
		self.orders += 1
		if not head.id:
			self.block(
				_number(head), [_("Medusa's list has it without an id: let the shop's developer look it up.")]
			)
		if head.total is None:
			self.note(_number(head), _("Medusa's list lacks its total or currency: the sum is without it."))
			return
		amount = half_up(head.total, decimals_of(head.currency))
		self.totals[head.currency] = self.totals.get(head.currency, Decimal(0)) + amount

	def block(self, number: str, problems: list[str]) -> None:
		self.blocked += bool(problems)
		for words in problems:
			self.note(number, words)

	def note(self, number: str, problem: str) -> None:
		self.problems.setdefault(problem, []).append(number)

	def report(self) -> dict:
		by_number = sorted(self.problems.items(), key=lambda each: -len(each[1]))
		return {
			"orders": self.orders,
			"present": self.present,
			"canceled": self.canceled,
			"blocked": self.blocked,
			"ready": self.orders - self.present - self.canceled - self.blocked,
			"totals": [{"currency": each, "total": str(self.totals[each])} for each in sorted(self.totals)],
			"problems": [
				{"problem": words, "orders": len(numbers), "examples": numbers[:EXAMPLES]}
				for words, numbers in by_number[:MOST_PROBLEMS]
			],
			"more_problems": max(0, len(by_number) - MOST_PROBLEMS),
		}


def must_be_importing() -> None:
	"""Refuse a user's request unless orders are imported.

	:raises MedusaNotConfigured: while the integration or the import is off
	"""
	settings.must_be_enabled()
	if not settings.current().imports_orders:
		frappe.throw(
			_("Switch on Import Orders in the Medusa Configuration first."),
			settings.MedusaNotConfigured,
			title=_("Orders aren't imported"),
		)


def preview(period: Period, progress: Progress = lambda done, total: None) -> dict:
	"""Report the orders that `queue` would import, and those that would be parked. Writes nothing to ERPNext
	or Medusa.

	:returns: the numbers `orders`, `present` (in ERPNext already), `canceled`, `blocked` and `ready`;
		`totals`, `[{"currency", "total"}]`; `problems`, `[{"problem", "orders", "examples"}]`, the most
		frequent first, with numbers of orders as examples, and ids of those that can't be read; and how many `more_problems` there are
	:raises MedusaError: where Medusa doesn't answer
	:raises MedusaNotConfigured: where the address or the login is missing
	"""
	medusa, found, numbers = session.open_shop(), Preview(), {}
	for heads in medusa.orders_placed(period.begins, period.ends):
		for head in heads:
			found.add(head)
		heads = [head for head in heads if head.id]
		missing = _missing(heads)
		found.present += len(heads) - len(missing)
		placed = _standing(missing)
		found.canceled += len(missing) - len(placed)
		numbers |= {head.id: _number(head) for head in placed}
		frappe.db.commit()  # Writes the request log, whose calls would pile up in memory otherwise.
		progress(found.orders, 0)
	done, total = found.orders - len(numbers), found.orders
	with as_user(USER):
		for ids in create_batch(list(numbers), BATCH):
			orders = _read(medusa, ids)
			for id in ids:
				order = orders.get(id)
				number = numbers[id] if isinstance(order, Order) else f"{numbers[id]} ({id})"
				found.block(number, _problems(order))
			done += len(ids)
			progress(done, total)
	return found.report()


def _read(medusa: Dialect, ids: list[str]) -> dict[str, Order | MedusaError]:
	"""As `orders_or_errors`. Where Medusa fails on a call, the call is made in halves, until the order is alone."""
	try:
		return medusa.orders_or_errors(ids)
	except (MedusaRejected, MedusaServerError) as error:
		if len(ids) == 1:
			return {ids[0]: error}
		middle = len(ids) // 2
		return _read(medusa, ids[:middle]) | _read(medusa, ids[middle:])


def _problems(order: Order | MedusaError | None) -> list[str]:
	if order is None:
		return [
			_("Medusa lists the order, but doesn't return it: open it in Medusa's admin, then preview again.")
		]
	return [reasons.message(order)] if isinstance(order, MedusaError) else problems_of(order)


def queue(period: Period, progress: Progress = lambda done, total: None) -> dict:
	"""Queue in the inbox the orders of a period that aren't in ERPNext yet. Commits page by page.

	:returns: `{"queued": number of orders}`
	:raises MedusaError, MedusaNotConfigured: as `preview`
	"""
	queued: list[str] = []
	for heads in session.open_shop().orders_placed(period.begins, period.ends):
		placed = _standing(_missing([head for head in heads if head.id]))
		inbox.add_many(((INCOMING_ORDER, head.id) for head in placed), {CHOSEN: True})
		frappe.db.commit()  # Drains work off these rows while the rest is being queued.
		queued += [head.id for head in placed]
		progress(len(queued), 0)
	if queued:
		bars.watch(queued, inbox)
	return {"queued": len(queued)}


def _missing(heads: list[OrderHead]) -> list[OrderHead]:
	"""The orders without a Sales Order."""
	wanted = {"medusa_order_id": ("in", [head.id for head in heads] or [""])}
	there = set(frappe.get_all("Sales Order", wanted, pluck="medusa_order_id", order_by=None))
	return [head for head in heads if head.id not in there]


def _standing(heads: list[OrderHead]) -> list[OrderHead]:
	return [head for head in heads if head.status != "canceled"]


def _number(head: OrderHead) -> str:
	return f"#{head.display_id or '?'}"


# --- in the background


def start(period: Period, dry_run: bool) -> dict:
	"""Start a preview or the queueing in the background, unless one is running.

	:returns: as `ReportedJob.state`, with `dry_run`, `since` and `until`
	"""
	return JOB.start(dry_run=dry_run, since=str(period.since), until=str(period.until))


def run(dry_run: bool, since: str, until: str) -> None:
	"""The job: `preview` or `queue`."""
	period, work = Period(getdate(since), getdate(until)), preview if dry_run else queue
	JOB.run(lambda progress: work(period, progress), dry_run=dry_run, since=since, until=until)
