"""What an installation brings, and what it takes away again."""

import frappe
import pytest

from medusa_integration.setup.custom_fields import MODULE, custom_fields, make_custom_fields


def test_the_fields_of_the_contract_are_there():
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
	assert {field["fieldname"] for field in custom_fields()[doctype]} <= section
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
	for url in ("shop.example.com", "ftp://shop.example.com", "https://user:pw@shop.example.com"):
		config.update({"enable": 0, "url": url})
		with pytest.raises(frappe.ValidationError):
			config.save()


def test_uninstalling_leaves_erpnext_as_it_was(pytestconfig):
	if pytestconfig.getoption("--site"):
		pytest.skip("a bench's own site is not uninstalled from: bench uninstall-app does it there")
	from tests.bench import boot, connect, prepare
	from tests.bench.site import remove_app

	frappe.get_doc("Log Settings").save()  # writes our retention
	try:
		remove_app("medusa_integration")
		assert not frappe.get_all("Custom Field", {"module": MODULE})
		assert not frappe.get_all("DocType", {"module": MODULE})
		assert not frappe.db.exists("Module Def", MODULE)
		for doctype in ("Number Card", "Dashboard Chart", "Dashboard Chart Source", "Workspace"):
			assert not frappe.get_all(doctype, {"module": MODULE})
		for doctype in ("Desktop Icon", "Workspace Sidebar"):
			assert not frappe.get_all(doctype, {"name": "Medusa"})
		assert not frappe.get_all("Scheduled Job Type", {"method": ("like", "medusa_integration%")})
		assert "medusa_integration" not in frappe.get_installed_apps()
		assert not frappe.db.exists("Role", "Medusa Manager")
		assert not frappe.get_meta("Website Item", cached=False).has_field("medusa_id")
		frappe.get_doc("Log Settings").save()  # no row of ours that links a DocType which is gone
	finally:
		boot(pytestconfig.getoption("--db"))
		prepare()
		connect()
