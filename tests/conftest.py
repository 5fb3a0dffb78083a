"""Where the tests run: on the embedded site, or with `--site SITE`, started in a bench, on that bench's site.

Every test really commits. What it made is deleted after it, in ERPNext and in Medusa.
"""

import os
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

# Parents last: what a test made of these is deleted after it.
CLEANED = (
	"Pricing Rule", "Medusa Customer Group",
	"Website Coupon Code", "Integration Request", "Payment Entry", "Payment Request", "Delivery Note", "Sales Invoice",
	"Sales Order", "Quotation", "Payment Gateway Account", "Payment Gateway", "Stripe Settings", "Workflow",
	"Workflow Action", "Workflow State", "Workflow Action Master", "Communication",
	"Document Share Key", "Tax Category", "Email Template",
	"Contact", "Address", "Customer", "Lead", "Sales Person", "Lead Source", "UTM Source", "Item Tax Template", "Sales Taxes and Charges Template", "Account",
	"Email Queue",
	"Website Item", "Website Slideshow", "Item Price", "Item", "Item Attribute", "Item Group", "Brand", "Price List", "Customer Group", "File", "User",
	"Stock Entry", "Stock Ledger Entry", "GL Entry", "Repost Item Valuation", "Bin", "Warehouse",
	"Medusa Outbox", "Medusa Request Log", "Notification Log", "Email Queue", "Email Account", "Error Log",
	"Version", "Comment", "Deleted Document",
	"Medusa Inbox",
	"Currency Exchange",
	"UOM Conversion Factor", "UOM Category", "Customs Tariff Number", "Website Route Meta",
	"Journal Entry",
	"Product Suggestions", "Opportunity Contact",
	"Stock Reservation Entry", "Serial and Batch Bundle", "Product Bundle", "Batch", "Homepage Landing",
	"Medusa Specification",
	"Medusa Review Vote",
	"Email OTP",
)  # fmt: skip
# What real ERPNext books for submitted documents: it goes with them, by the field that names them.
BOOKED = {
	"GL Entry": "voucher_no", "Payment Ledger Entry": "voucher_no", "Stock Ledger Entry": "voucher_no",
	"Advance Payment Ledger Entry": "voucher_no", "Repost Item Valuation": "voucher_no",
}  # fmt: skip
SELLING = ("Payment Entry", "Delivery Note", "Sales Invoice", "Sales Order", "Quotation", "Journal Entry")


def pytest_addoption(parser):
	parser.addoption("--site", help="run on this site of the bench in the current folder")
	parser.addoption("--db", default="sqlite", choices=["sqlite", "mariadb"], help="of the embedded site")
	parser.addoption(
		"--pin", action="store_true", help="keep each of -n's workers, with its servers, on one core"
	)
	parser.addoption("--medusa", default="v2", choices=["v2", "v1"], help="the Medusa to run against")


def pytest_configure(config):
	config.addinivalue_line("markers", "mariadb: needs row locks and several processes")
	config.addinivalue_line("markers", "slow: a long journey or many calls, in `make test-lanes` only")
	config.addinivalue_line("markers", "plugin: needs the built plugin for Medusa, in `make test-lanes` only")
	config.addinivalue_line("markers", "nightly: slow, and in `make test-all` only")
	config.addinivalue_line("markers", "chaos: a small run of `make chaos`, in `make test-all` only")
	config.addinivalue_line(
		"markers", "v2(why): about what only Medusa v2 has, as batches and stock locations"
	)
	config.addinivalue_line("markers", "v1: about what only Medusa v1 has, as its wire format")
	print("Preparing the site, then Medusa: a minute each the first time, seconds later.", flush=True)
	site = config.getoption("--site")
	if site:
		_connect_bench(site)
	elif _runs_tests(config):
		from tests.site import boot, connect, prepare

		boot(config.getoption("--db"))
		prepare()
		connect()


def _runs_tests(config) -> bool:
	"""Not the process that only hands the tests out to others (pytest-xdist's -n)."""
	return hasattr(config, "workerinput") or not config.getoption("numprocesses", None)


def _connect_bench(site: str) -> None:
	"""Frappe reads some paths relative to the bench's sites folder."""
	os.chdir("sites")
	import frappe

	frappe.init(site, sites_path=".")
	frappe.connect()
	frappe.flags.in_test = True
	frappe.in_test = True
	refuse_busy_bench()

	from tests.support import ground

	ground.lay()


def refuse_busy_bench() -> None:
	"""Stop where workers or the scheduler would take the tests' jobs: else many tests fail without saying why."""
	from tests.support.idle import what_runs

	found = what_runs()
	if found:
		raise pytest.UsageError(found)


def pytest_collection_modifyitems(config, items):
	import frappe

	other = "v1" if config.getoption("--medusa") == "v2" else "v2"
	if other == "v2":
		# What calls no Medusa is the same in v2's lane.
		items[:] = [item for item in items if _calls_medusa(item)]
	# What needs no Medusa first: another process may still be building it.
	items.sort(key=lambda item: "medusa_server" in item.fixturenames)
	for item in items:
		marker = item.get_closest_marker(other)
		if marker:
			why = marker.args or ("see its lane",)
			item.add_marker(pytest.mark.skip(reason=f"Medusa {other} only: {why[0]}"))
	if frappe.conf.db_type == "sqlite":
		for item in items:
			if "mariadb" in item.keywords:
				item.add_marker(pytest.mark.skip(reason="SQLite has no row locks: see the MariaDB lane"))


def _calls_medusa(item) -> bool:
	return "medusa_server" in item.fixturenames or "medusa" in item.path.parent.name


def pytest_report_header(config):
	if not _runs_tests(config):
		return None
	import frappe

	return f"frappe {frappe.__version__} on {frappe.conf.db_type or 'mariadb'}, site {frappe.local.site}"


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
	from tests.support import configuration

	configuration.setting_up = True


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item):
	from tests.support import configuration

	configuration.setting_up = False


@pytest.fixture(scope="session", autouse=True)
def cheap():
	"""What costs time on purpose costs little in tests."""
	from tests.support.accounts import cheap_codes

	cheap_codes()


@pytest.fixture(scope="session")
def medusa_server(request):
	"""One real Medusa for the whole session."""
	from tests.medusa.server import Medusa

	with Medusa.start(request.config.getoption("--medusa")) as medusa:
		yield medusa


@pytest.fixture
def medusa(medusa_server):
	"""The Medusa server, its catalogue empty, and the site configured for it."""
	from tests.support import factories

	medusa_server.wipe()
	factories.configure(medusa_server)
	return medusa_server


@pytest.fixture
def unpublished_stay(medusa) -> None:
	"""Unpublished Website Items stay in ERPNext: by default saving one makes a draft in Medusa."""
	from tests.support import factories

	factories.configure(medusa, unpublished_items="Stay in ERPNext")


@pytest.fixture
def proxy(medusa):
	"""A proxy in front of Medusa that can be told to fail; the site is configured for it."""
	from tests.medusa.proxy import FaultProxy
	from tests.support import factories

	proxy = FaultProxy(medusa.url)
	factories.configure(medusa, url=proxy.url)
	yield proxy
	proxy.stop()


@pytest.fixture
def manager():
	"""A user who runs the integration and the catalogue, as a Client."""
	from tests.support.users import signed_in

	return signed_in("medusa-manager@example.com", "System Manager", "Item Manager", "Website Manager")


@pytest.fixture
def clerk():
	"""A user of the Desk who has nothing to do with either, as a Client."""
	from tests.support.users import signed_in

	return signed_in("medusa-clerk@example.com", "Desk User")


@pytest.fixture
def shelf(medusa):
	"""A warehouse below another one; the shop sells what is in both."""
	import frappe

	from tests.support.factories import warehouse

	group = warehouse("Web", is_group=1)
	return frappe._dict(group=group, here=warehouse("Web Shelf", group), away=warehouse("Elsewhere"))


@pytest.fixture
def shipping_shop(medusa, shelf):
	"""Two items, ten pieces of each; ERPNext ships."""
	import frappe

	from tests.support.factories import configure, drain, item_price, move_stock, website_item

	if not frappe.db.exists("DocType", "Sales Order"):
		pytest.skip("no Sales Order")
	configure(medusa, fulfilled_by="ERPNext", import_orders=0)
	for code in ("G-1", "G-2"):
		website_item(code, website_warehouse=shelf.group)
		item_price(code, 5)
	move_stock(shelf.here, G_1=10, G_2=10)
	drain()
	return frappe._dict(medusa=medusa, here=shelf.here, group=shelf.group)


@pytest.fixture(autouse=True)
def clean():
	"""Delete what the test made, and put the configuration back."""
	import frappe

	from medusa_integration.isolation import latest_rows
	from tests.support import configuration

	cleaned = _cleaned()
	before, configured = _names(cleaned), configuration.stored()
	yield
	frappe.set_user("Administrator")
	frappe.db.rollback()
	with latest_rows():  # Workers and jobs that the test has left behind may be changing them.
		after = _names(cleaned)
		_delete({doctype: after[doctype] - before[doctype] for doctype in cleaned})
		now = configuration.stored()
		if now != configured:
			configuration.put_back(configured, now)
		frappe.db.delete("__Auth", {"doctype": "Email OTP"})
		frappe.db.commit()
	_forget()


@cache
def _cleaned() -> list[str]:
	"""Those of `CLEANED` that the site has: the stand-in for ERPNext hasn't got them all."""
	import frappe

	return [doctype for doctype in CLEANED if frappe.db.exists("DocType", doctype)]


@cache
def _ledgers() -> list[str]:
	"""Those of `BOOKED` that the site has."""
	import frappe

	return [ledger for ledger in BOOKED if frappe.db.exists("DocType", ledger)]


def _names(doctypes: list[str]) -> dict[str, set[str]]:
	"""`{DocType: the names of its documents}`, in one query."""
	import frappe

	found = {doctype: set() for doctype in doctypes}
	queries = [f"select '{doctype}', name from `tab{doctype}`" for doctype in found]
	for doctype, name in frappe.db.sql(" union all ".join(queries)):
		found[doctype].add(name)
	return found


def _delete(names: dict[str, set[str]]) -> None:
	"""Delete documents, in the order of their DocTypes, with their rows of tables and what ERPNext has booked for them."""
	import frappe

	names = {doctype: found for doctype, found in names.items() if found}
	for doctype, found in names.items():
		for ledger in _ledgers() if doctype in SELLING else ():
			frappe.db.delete(ledger, {"voucher_type": doctype, BOOKED[ledger]: ("in", list(found))})
	frappe.db.delete("__Auth", {"doctype": "User", "name": ("in", [*names.get("User", ())] or [""])})
	for table, parents in _rows_of(names):
		frappe.db.delete(table, {"parent": ("in", list(parents))})
	for doctype, found in names.items():
		frappe.db.delete(doctype, {"name": ("in", list(found))})
		for name in found:
			frappe.clear_document_cache(doctype, name)


def _rows_of(names: dict[str, set[str]]) -> list[tuple[str, set[str]]]:
	"""`(DocType of rows, their parents)` of the tables that have rows of some documents, by one query."""
	import frappe

	tables = [
		(doctype, field.options) for doctype in names for field in frappe.get_meta(doctype).get_table_fields()
	]
	if not tables:
		return []
	queries = [
		f"select distinct '{doctype}', '{table}', parent from `tab{table}` where parenttype = '{doctype}'"
		for doctype, table in sorted(set(tables))
	]
	found = {}
	for doctype, table, parent in frappe.db.sql(" union all ".join(queries)):
		if parent in names[doctype]:
			found.setdefault((doctype, table), set()).add(parent)
	return [(table, parents) for (_doctype, table), parents in found.items()]


def _forget() -> None:
	"""Jobs of ours that nobody ran, and notes of outages."""
	import frappe
	from frappe.utils.background_jobs import get_job

	from medusa_integration import counters, generation, session
	from medusa_integration.delivery import outage
	from medusa_integration.delivery.box import inbox, outbox
	from medusa_integration.operations import linking, order_import
	from medusa_integration.sync import polling

	polling.forget()
	frappe.db.commit()
	frappe.cache.delete_value([generation.KEY, generation.LISTINGS])
	frappe.cache.delete_keys("insert_queue_for_")  # errors of refused calls, which Frappe inserts later
	outage.end()
	frappe.cache.delete_value(outage.CALLING_KEY)
	for job in (linking.JOB, order_import.JOB):
		job.forget()
	frappe.cache.delete_keys(session.MEMORY)
	counters.forget()
	for job_id in (
		*outbox.job.ids,
		*inbox.job.ids,
		*polling.JOB_IDS,
		"medusa_queue_catalogue",
		"medusa_queue_stock",
		"medusa_refill_specifications",
		linking.JOB.id,
		order_import.JOB.id,
	):
		job = get_job(job_id)
		if job:
			job.delete()
	for flag in (
		"medusa_calls",
		"medusa_vouchers",
		"medusa_drains_follow",
		"medusa_stock_of",
		"medusa_unreadable",
	):
		frappe.flags.pop(flag, None)
