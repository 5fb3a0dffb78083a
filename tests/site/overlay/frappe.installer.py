"""Into frappe/installer.py: install and remove any app, with the hooks and in the order of a bench."""

import json

import frappe


def install_app(name, verbose=False, set_as_patched=True, force=False):
	from frappe.core.doctype.scheduled_job_type.scheduled_job_type import sync_jobs
	from frappe.model.module_utils import sync_customizations
	from frappe.model.sync import sync_for
	from frappe.utils.dashboard import sync_dashboards
	from frappe.utils.fixtures import sync_fixtures

	if name in frappe.get_installed_apps() and not force:
		return
	if name not in frappe.get_all_apps():
		raise ValueError(f"{name} is not in apps.txt")
	hooks = frappe.get_hooks(app_name=name)
	for app in hooks.required_apps or []:
		install_app(app.split("/")[-1], verbose=verbose)
	frappe.flags.in_install = name
	frappe.flags.ignore_in_install = False
	frappe.clear_cache()
	if name != "frappe":
		frappe.only_for("System Manager")
	if any(frappe.get_attr(hook)() is False for hook in hooks.before_install or []):
		return
	_call_all(frappe.get_hooks("before_app_install"), name)

	if name != "frappe":  # its own Module Defs appear while its DocTypes are synced
		frappe.installer.add_module_defs(name, ignore_if_duplicate=force)
	sync_for(name, force=force, reset_permissions=True)
	frappe.installer.add_to_installed_apps(name)
	frappe.get_doc("Portal Settings", "Portal Settings").sync_menu()
	if set_as_patched:
		frappe.installer.set_all_patches_as_completed(name)
	_call_all(hooks.after_install)
	_call_all(frappe.get_hooks("after_app_install"), name)

	sync_jobs()
	sync_fixtures(name)
	sync_customizations(name)
	sync_dashboards(name)
	_call_all(hooks.after_sync)
	frappe.clear_cache()
	frappe.client_cache.erase_persistent_caches()
	frappe.flags.in_install = False


def add_to_installed_apps(app_name, rebuild_website=True):
	installed = frappe.get_installed_apps()
	if app_name not in installed:
		_set_installed_apps([*installed, app_name])
	if frappe.flags.in_install:
		frappe.installer.post_install(rebuild_website)


def remove_from_installed_apps(app_name):
	_set_installed_apps([app for app in frappe.get_installed_apps() if app != app_name])
	_clear_cache("__global")  # noqa: F821
	frappe.local.doc_events_hooks = None


def remove_app(app_name, dry_run=False, yes=False, no_backup=False, force=False):
	installed = frappe.get_installed_apps()
	hooks = frappe.get_hooks(app_name=app_name)
	needed = [app for app in installed if app != app_name and app_name in str(_required_apps(app))]
	if needed or (app_name not in installed and not force):
		return
	frappe.flags.in_uninstall = True
	_call_all(hooks.before_uninstall)
	_call_all(frappe.get_hooks("before_app_uninstall"), app_name)
	modules = frappe.get_all("Module Def", filters={"app_name": app_name}, pluck="name")
	drop = frappe.installer._delete_modules(modules, dry_run=dry_run)
	frappe.installer._delete_doctypes(drop, dry_run=dry_run)
	if not dry_run:
		frappe.installer.remove_from_installed_apps(app_name)
		frappe.db.commit()
	_call_all(hooks.after_uninstall)  # what they write is theirs to commit, as on a bench
	_call_all(frappe.get_hooks("after_app_uninstall"), app_name)
	frappe.flags.in_uninstall = False


def _required_apps(app_name):
	return frappe.get_hooks(app_name=app_name).required_apps


def _call_all(hooks, *args):
	for hook in hooks or []:
		frappe.get_attr(hook)(*args)


def _set_installed_apps(apps):
	frappe.db.set_global("installed_apps", json.dumps(apps))
	frappe.db.commit()
	frappe.local.request_cache.clear()
