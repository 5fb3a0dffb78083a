"""Import orders: what the preview says comes true, and the preview itself writes nothing."""

from datetime import timedelta

import frappe
import pytest
from click.testing import CliRunner
from frappe.utils import add_to_date, getdate, now_datetime
from frappe.utils.background_jobs import get_job

from medusa_integration import commands, settings
from medusa_integration.delivery.box import inbox
from medusa_integration.desk import box_rows
from medusa_integration.desk import imports as desk
from medusa_integration.medusa.errors import MedusaUnavailable
from medusa_integration.operations import order_import
from medusa_integration.operations.order_import import Period
from medusa_integration.sync import progress, receiving
from tests.site.client import apart
from tests.support import arriving, buying
from tests.support.factories import configure

pytestmark = [pytest.mark.slow, pytest.mark.nightly]

WRITTEN = ("Sales Order", "Customer", "Address", "Contact", "Medusa Inbox", "Medusa Outbox")


@pytest.fixture
def shop(medusa):
	"""A shop whose orders so far were placed before the import began, and ERPNext's item for one of its two products."""
	with arriving.precision(3):
		for sku in ("IMP-1", "IMP-2"):
			buying.product(medusa, sku)
		arriving.configure_orders()
		arriving.items("IMP-1")
		configure(medusa, import_since=add_to_date(now_datetime(), days=1))
		yield medusa


def place(medusa, sku: str = "IMP-1", **values) -> str:
	return buying.place(medusa, [(sku, 2)], **values)


def today() -> Period:
	return Period(getdate(), getdate())


def state() -> list:
	frappe.db.rollback()
	return [frappe.get_all(doctype, ["name", "modified"], order_by="name") for doctype in WRITTEN]


def sales_orders() -> set[str]:
	frappe.db.rollback()
	return set(frappe.get_all("Sales Order", {"docstatus": 1}, pluck="medusa_order_id"))


def work_off() -> None:
	"""What the jobs do; the queues of a bench have those of its other sites too."""
	frappe.db.commit()
	receiving.drain_inbox()


def number(medusa, id: str) -> str:
	return f"#{buying.read(medusa, id)['display_id']}"


def test_the_preview_says_what_an_import_would_bring(shop):
	good, unknown = place(shop), place(shop, "IMP-2")
	canceled = place(shop)
	buying.cancel(shop, canceled)
	untouched = state()
	report = order_import.preview(today())
	(problem,) = report.pop("problems")
	assert report == {
		"orders": 3,
		"present": 0,
		"canceled": 1,
		"ready": 1,
		"blocked": 1,
		"more_problems": 0,
		"totals": [{"currency": "OMR", "total": "15.000"}],  # each 2 × 1.5 and 2 for the shipping
	}
	assert (problem["orders"], problem["examples"]) == (1, [number(shop, unknown)])
	assert "IMP-2" in problem["problem"]
	assert state() == untouched
	assert order_import.queue(today()) == {"queued": 2}
	work_off()
	assert sales_orders() == {good}
	(row,) = frappe.get_all(inbox.doctype, fields=["reference_name", "status", "error"])
	assert (row.reference_name, row.status, row.error) == (unknown, "Parked", problem["problem"])


def test_what_is_there_is_counted_and_left(shop):
	place(shop)
	order_import.queue(today())
	work_off()
	before = state()
	report = order_import.preview(today())
	assert (report["orders"], report["present"], report["ready"], report["blocked"]) == (1, 1, 0, 0)
	assert order_import.queue(today()) == {"queued": 0}
	assert state() == before


def test_a_parked_order_comes_when_its_reason_is_gone(shop):
	id = place(shop, "IMP-2")
	order_import.queue(today())
	work_off()
	assert sales_orders() == set()
	arriving.items("IMP-2")
	box_rows.retry_inbox_rows([inbox.key_of("Order", id)])
	work_off()
	assert sales_orders() == {id}
	assert frappe.get_all(inbox.doctype) == []


def test_days_are_those_of_the_sites_calendar(shop):
	place(shop)
	yesterday, tomorrow = (getdate() + timedelta(days=days) for days in (-1, 1))
	assert order_import.preview(Period(yesterday, yesterday))["orders"] == 0
	assert order_import.preview(Period(tomorrow, tomorrow))["orders"] == 0
	assert order_import.preview(Period(yesterday, tomorrow))["orders"] == 1
	period = Period(getdate(), getdate())
	assert period.ends - period.begins == timedelta(days=1)
	assert settings.local_time(period.begins).isoformat() == f"{getdate()}T00:00:00"


# --- in the background


def test_the_desks_button(shop):
	id = place(shop)
	days = {"since": str(getdate()), "until": str(getdate())}
	assert desk.import_orders(**days)["status"] == "Queued"
	order_import.run(dry_run=True, **days)
	state = desk.get_order_import()
	assert (state["status"], state["dry_run"], state["report"]["ready"]) == ("Done", True, 1)
	assert (state["since"], state["until"]) == (days["since"], days["until"])
	assert sales_orders() == set()
	get_job(order_import.JOB.id).delete()
	desk.import_orders(**days, dry_run=0)
	order_import.run(dry_run=False, **days)
	state = desk.get_order_import()
	assert (state["status"], state["dry_run"], state["report"]) == ("Done", False, {"queued": 1})
	bar = progress.of_user()
	assert (bar["box"], bar["total"], bar["left"]) == (inbox.doctype, 1, 1)
	work_off()
	assert progress.of_user()["left"] == 0
	assert sales_orders() == {id}


def test_a_medusa_that_is_away_is_said(shop, proxy):
	configure(shop, url=proxy.url)
	proxy.down()
	with pytest.raises(MedusaUnavailable):
		order_import.preview(today())
	order_import.run(dry_run=True, since=str(getdate()), until=str(getdate()))
	state = order_import.JOB.state()
	assert state["status"] == "Failed"
	assert "can't be reached" in state["error"]


# --- the command


def run(*arguments: str, code: int = 0, answer: str | None = None) -> str:
	frappe.db.commit()
	site = frappe._dict(sites=[frappe.local.site])
	result = apart(CliRunner().invoke, commands.medusa, ["orders", *arguments], obj=site, input=answer)
	assert result.exit_code == code, (result.output, result.exc_info)
	return result.output


def test_the_command(shop):
	id, unknown = place(shop), place(shop, "IMP-2")
	since = ("--since", str(getdate()))
	said = run(*since, "--dry-run")
	assert "2 orders, of 10.000 OMR" in said
	assert f"({number(shop, unknown)})" in said
	assert sales_orders() == set() and frappe.get_all(inbox.doctype) == []
	run(*since, code=1, answer="n\n")
	assert frappe.get_all(inbox.doctype) == []
	assert "1 rows are parked" in run(*since, "--yes", code=1)
	assert sales_orders() == {id}
	assert "1 parked rows are to be imported again" in run_retry()


def run_retry() -> str:
	frappe.db.commit()
	site = frappe._dict(sites=[frappe.local.site])
	return apart(CliRunner().invoke, commands.medusa, ["retry", "--dry-run"], obj=site).output


def test_the_command_needs_a_period_and_the_switch(shop):
	assert "--since" in run(code=2)
	assert "before the first" in run("--since", "2026-02-01", "--until", "2026-01-01", code=1)
	run("--since", "yesterday", code=2)
	configure(shop, import_orders=0)
	assert "Import Orders" in run("--since", "2026-01-01", code=1)
