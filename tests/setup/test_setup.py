"""What an installation brings, and what it takes away again."""

import frappe
import pytest
from frappe.utils.password import set_encrypted_password

from medusa_integration.delivery.box import outbox
from medusa_integration.products.products_to_medusa import PRODUCT
from medusa_integration.setup.custom_fields import MODULE, custom_fields, make_custom_fields
from tests.support.factories import customer
from tests.support.storefront import api_key

APP = "medusa_integration"


def test_the_fields_of_the_reference_are_there():
	for doctype, fields in custom_fields().items():
		columns = frappe.db.get_table_columns(doctype)
		for field in fields:
			assert frappe.db.exists("Custom Field", {"dt": doctype, "fieldname": field["fieldname"]})
			if field["fieldtype"] not in ("Section Break", "Column Break", "Table"):
				assert field["fieldname"] in columns


@pytest.mark.parametrize(
	"doctype", ["Website Item", "Quotation", "Sales Order", "Sales Invoice", "Delivery Note"]
)
def test_our_section_takes_in_no_field_of_others(doctype):
	fields = frappe.get_meta(doctype).fields
	ours = [field.fieldname for field in fields].index("medusa_section")
	others = [field for field in fields[ours:] if not field.get("is_custom_field")]
	section = {field.fieldname for field in fields[ours:]}
	elsewhere = {
		"medusa_tracking_url",
		"medusa_status",
	}  # beside the tracking number; the list shows its first columns alone
	assert {field["fieldname"] for field in custom_fields()[doctype]} - elsewhere <= section
	assert [field.fieldtype for field in others] in ([], ["Tab Break"])


def test_making_the_fields_again_changes_nothing():
	before = frappe.get_all("Custom Field", {"module": MODULE}, ["name", "modified"], order_by="name")
	make_custom_fields()
	assert frappe.get_all("Custom Field", {"module": MODULE}, ["name", "modified"], order_by="name") == before


def test_the_scheduler_knows_the_drain():
	assert (
		frappe.db.get_value(
			"Scheduled Job Type", {"method": "medusa_integration.api.drain_outbox"}, "cron_format"
		)
		== "* * * * *"
	)


def test_every_hook_leads_somewhere():
	for doctype, events in frappe.get_hooks("doc_events", app_name="medusa_integration").items():
		for paths in events.values():
			for path in [paths] if isinstance(paths, str) else paths:
				assert callable(frappe.get_attr(path)), (doctype, path)


def test_a_configuration_without_a_login_is_refused():
	config = frappe.get_doc("Medusa Configuration")
	config.update({"enable": 1, "url": "https://shop.example.com", "admin_email": "", "api_key": ""})
	with pytest.raises(frappe.MandatoryError):
		config.save()


@pytest.mark.parametrize(
	"url",
	[
		"shop.example.com", "ftp://shop.example.com", "https://", "https://shop.example.com?x=1",
		"https://shop.example.com#x", "https://shop.exa\nmple.com", "https://shop.example.com\x00", "https://a b",
		"https://[::1", "https://shop.example.com:port",
	],
)  # fmt: skip
def test_what_is_no_address_is_refused(url):
	config = frappe.get_doc("Medusa Configuration")
	config.update({"enable": 0, "url": url})
	with pytest.raises(frappe.ValidationError, match="has to be an address"):
		config.save()


@pytest.mark.parametrize(
	"url", ["https://user:s3cret@shop.example.com", "user:s3cret@shop", "http://a:s3cret@[::1"]
)
def test_a_password_in_the_url_is_refused_and_not_shown(url):
	config = frappe.get_doc("Medusa Configuration")
	config.update({"enable": 0, "url": url})
	frappe.clear_messages()
	with pytest.raises(frappe.ValidationError) as raised:
		config.save()
	assert "must not hold a user name or password" in str(raised.value)
	versions = frappe.get_all("Version", {"ref_doctype": config.doctype}, pluck="data", order_by=None)
	errors = frappe.get_all("Error Log", pluck="error", order_by=None)
	shown = f"{raised.value} {frappe.local.message_log} {versions} {errors}"
	assert "s3cret" not in shown
	assert frappe.db.get_single_value("Medusa Configuration", "url") != url


def test_an_old_password_in_the_url_is_taken_out():
	from medusa_integration.patches.remove_url_login import execute

	old = "https://user:s3@cret@shop.example.com/api@1"
	frappe.db.set_single_value("Medusa Configuration", "url", old)
	execute()
	assert frappe.db.get_single_value("Medusa Configuration", "url") == "https://shop.example.com/api@1"


def test_renamed_columns_keep_their_values():
	from medusa_integration.patches import rename_columns, split_former_names

	# A site that was migrated has the old columns still.
	missing = {
		doctype: old
		for doctype, (old, _new) in rename_columns.COLUMNS.items()
		if old not in frappe.db.get_table_columns(doctype)
	}

	def alter(change: str) -> None:
		for doctype, old in missing.items():
			frappe.db.sql_ddl(f"alter table `tab{doctype}` {change.format(f'`{old}`')}")
		frappe.clear_cache()  # which lists columns

	outbox.add(PRODUCT, "WEB-ITM-gone")
	party = customer().name
	frappe.db.commit()
	alter("add column {} text")
	try:
		frappe.db.set_value(
			"Customer", party, "medusa_updated_on", '{"updated_at": "2026"}', update_modified=False
		)
		row = frappe.get_all("Medusa Outbox", pluck="name")[0]
		frappe.db.set_value(
			"Medusa Outbox",
			row,
			"medusa_ids",
			'{"id": "prod_1", "former": ["A", "B"]}',
			update_modified=False,
		)
		split_former_names.execute()
		for _time in range(2):
			rename_columns.execute()
		assert frappe.db.get_value("Customer", party, "medusa_copied_values") == '{"updated_at": "2026"}'
		assert frappe.db.get_value("Medusa Outbox", row, ["kind_data", "former_names"]) == (
			'{"id": "prod_1"}',
			"A\nB",
		)
	finally:
		frappe.db.commit()
		alter("drop column {}")


def test_a_signing_secret_that_can_be_guessed_is_refused():
	for weak in ("x", "a" * 64, "abcdefg" * 9, "a-secret-of-31-characters-0123."):
		config = frappe.get_doc("Medusa Configuration")
		config.signing_secret = weak
		with pytest.raises(frappe.ValidationError, match="at least 32 characters, 8 of them different"):
			config.save()
	config = frappe.get_doc("Medusa Configuration")
	config.signing_secret = strong = "a-secret-of-32-characters-01234."
	config.save()
	assert config.get_password("signing_secret") == strong


def test_a_weak_signing_secret_of_before_stays_until_it_is_changed():
	name = "Medusa Configuration"
	frappe.db.set_single_value(name, "signing_secret", "*****")
	set_encrypted_password(name, name, "short", "signing_secret")
	frappe.clear_document_cache(name, name)
	config = frappe.get_doc(name)
	config.cart_value = 5
	config.save()
	assert config.get_password("signing_secret") == "short"


@pytest.mark.slow
def test_an_installation_with_an_old_list_of_modules_is_mended(pytestconfig, monkeypatch):
	"""As after `bench get-app` without a build: the list in the cache is older than the app."""
	if pytestconfig.getoption("--site"):
		pytest.skip("a bench's own site is not installed on")
	import frappe.installer

	from medusa_integration.setup.install import missing_doctypes
	from tests.site import boot, connect, prepare
	from tests.site.site import remove_app

	set_up, used = frappe.setup_module_map, []

	def set_up_from_cache(include_all_apps: bool = True) -> None:
		set_up(include_all_apps)
		if frappe.cache.get_value("app_modules"):
			used.append(True)
			apps = {app: modules for app, modules in frappe.local.app_modules.items() if app != APP}
			frappe.local.app_modules = apps
			frappe.local.module_app = {module: app for app in apps for module in apps[app]}

	try:
		remove_app(APP)
		assert len(missing_doctypes()) > 5
		monkeypatch.setattr(frappe, "setup_module_map", set_up_from_cache)
		monkeypatch.setattr(frappe, "clear_cache", lambda *args, **kwargs: None)
		frappe.cache.set_value("app_modules", {"frappe": ["core"]})
		frappe.setup_module_map()
		frappe.installer.install_app(APP)
		assert used == [True]
		assert missing_doctypes() == set()
		assert frappe.db.count("DocPerm", {"parent": "Medusa Outbox"})
	finally:
		monkeypatch.undo()
		boot(pytestconfig.getoption("--db"))
		prepare()
		connect()


def test_an_installation_that_cannot_be_mended_stops_with_words(monkeypatch):
	from medusa_integration.setup import install

	monkeypatch.setattr(install, "missing_doctypes", lambda: {"Medusa Outbox"})
	monkeypatch.setattr(install, "sync_for", lambda *args, **kwargs: None)
	with pytest.raises(frappe.ValidationError, match=r"could not be made: Medusa Outbox\. Run bench"):
		install.after_install()


def test_the_setup_wizard_makes_the_records_that_an_installation_before_it_could_not():
	from frappe.desk.page.setup_wizard import setup_wizard

	from medusa_integration import settings

	records = {"Customer Group": settings.CUSTOMER_GROUP, "Sales Person": settings.SALES_PERSON}
	for doctype, name in records.items():
		frappe.delete_doc(doctype, name, force=True)
	stages = setup_wizard.get_setup_complete_hooks(frappe._dict())
	for task in (task for stage in stages for task in stage["tasks"]):
		if task["fn"].__module__.startswith(APP):
			task["fn"](task["args"])
	for doctype, name in records.items():
		parent = frappe.db.get_value(doctype, name, f"parent_{frappe.scrub(doctype)}")
		assert parent and frappe.db.get_value(doctype, parent, "is_group")


def secrets() -> set[tuple[str, str]]:
	"""(DocType, field) of the stored secrets."""
	auth = frappe.qb.Table("__Auth")
	return set(frappe.qb.from_(auth).select(auth.doctype, auth.fieldname).run())


def store_secrets() -> set[tuple[str, str]]:
	"""One in each Password field of the app, and the Storefront User's API secret."""
	from frappe.utils.password import set_encrypted_password

	fields = frappe.get_all("DocField", {"fieldtype": "Password"}, ["parent", "fieldname"], order_by=None)
	ours = set(frappe.get_all("DocType", {"module": MODULE}, pluck="name"))
	stored = {(row.parent, row.fieldname) for row in fields if row.parent in ours}
	for doctype, field in stored:
		set_encrypted_password(doctype, "aisha@clinic.example", "s3cret", field)
	api_key()
	return stored | {("User", "api_secret")}


def named_by_text() -> dict[str, set[str]]:
	"""The records outside of the app's module that are the app's all the same."""
	roles = ("Medusa Manager", "Medusa Storefront")
	filters = {
		"Scheduled Job Type": {"method": ("like", f"{APP}.%")},
		"Patch Log": {"patch": ("like", f"{APP}.%")},
		"Role": {"name": ("in", roles)},
		"Has Role": {"role": ("in", roles)},
		"Logs To Clear": {"ref_doctype": ("in", ("Medusa Request Log", "Email OTP"))},
		"Notification Log": {"document_type": "Medusa Configuration"},
		"Desktop Icon": {"app": APP},
		"Workspace Sidebar": {"app": APP},
	}
	there = [doctype for doctype in filters if frappe.db.exists("DocType", doctype)]
	return {each: set(frappe.get_all(each, filters[each], pluck="name", order_by=None)) for each in there}


def may_call() -> tuple:
	return frappe.db.get_value("User", "medusa-storefront@example.com", ["enabled", "api_key"])


@pytest.mark.slow
def test_a_dry_run_of_an_uninstallation_changes_nothing(pytestconfig):
	if pytestconfig.getoption("--site"):
		pytest.skip("a bench's own site is not uninstalled from: bench uninstall-app does it there")
	import frappe.installer

	frappe.get_doc("Log Settings").save()  # writes our retention
	store_secrets()
	frappe.db.commit()
	before = (secrets(), named_by_text(), may_call())
	assert before[0] and all(before[1][each] for each in ("Scheduled Job Type", "Role", "Logs To Clear"))
	frappe.installer.remove_app(APP, dry_run=True, yes=True, no_backup=True)
	frappe.db.rollback()  # as bench ends
	assert (secrets(), named_by_text(), may_call()) == before


@pytest.mark.slow
def test_uninstalling_leaves_erpnext_as_it_was(pytestconfig):
	if pytestconfig.getoption("--site"):
		pytest.skip("a bench's own site is not uninstalled from: bench uninstall-app does it there")
	from tests.site import boot, connect, prepare
	from tests.site.site import remove_app

	frappe.get_doc("Log Settings").save()  # writes our retention
	stored, others = store_secrets(), secrets()
	assert {("Medusa Configuration", "signing_secret"), ("Email OTP", "password")} < stored <= others
	# the setup wizard gives its user every role there is
	frappe.db.delete("Has Role", {"role": "Medusa Manager", "parenttype": "User"})
	frappe.db.commit()
	try:
		remove_app(APP)  # as bench does: after the last hook it commits no more
		assert secrets() == others - stored
		assert not frappe.get_all("Custom Field", {"module": MODULE})
		assert not frappe.get_all("DocType", {"module": MODULE})
		assert not frappe.db.exists("Module Def", MODULE)
		of_the_module = ("Number Card", "Dashboard Chart", "Dashboard Chart Source", "Workspace")
		for doctype in (*of_the_module, "Module Onboarding", "Form Tour"):
			assert not frappe.get_all(doctype, {"module": MODULE})
		assert not frappe.get_all("Onboarding Step", {"name": ("like", "Medusa %")})
		assert not any(named_by_text().values())
		assert APP not in frappe.get_installed_apps()
		assert may_call() == (0, None)
		assert not frappe.get_meta("Website Item", cached=False).has_field("medusa_id")
		frappe.get_doc("Log Settings").save()  # no row of ours that links a DocType which is gone
	finally:
		boot(pytestconfig.getoption("--db"))
		prepare()
		connect()


def test_the_root_of_the_customer_groups_is_nobodys_group():
	"""Frappe's installer saves a new Single with the user's defaults."""
	from medusa_integration import settings
	from medusa_integration.setup.storefront import make_records

	root = frappe.db.get_value("Customer Group", {"is_group": 1}, order_by="lft")
	frappe.db.set_single_value("Medusa Configuration", "customer_group", root)
	make_records()
	assert settings.current().customer_group == settings.CUSTOMER_GROUP
	frappe.db.set_single_value("Medusa Configuration", "customer_group", settings.CUSTOMER_GROUP)
	make_records()
	assert settings.configuration().customer_group == settings.CUSTOMER_GROUP
