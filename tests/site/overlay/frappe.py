"""Into frappe/__init__.py: sites and several apps, as in a bench."""

import functools
import inspect
import os

import frappe
from frappe.utils.caching import request_cache


def get_site_name() -> str:
	return getattr(frappe.local, "site", None) or os.environ["FRAPPE_SITE"]


def get_app_path(app_name: str, *joins):
	return frappe.get_pymodule_path(app_name, *joins)


def get_app_source_path(app_name: str, *joins):
	return frappe.get_app_path(app_name, "..", *joins)


def get_module_list(app_name: str = "frappe"):
	return frappe.get_file_items(frappe.get_app_path(app_name, "modules.txt"))


def get_all_apps(with_internal_apps: bool = True, sites_path: str | None = None) -> list[str]:
	path = os.path.join(os.environ["FRAPPE_BENCH_ROOT"], "sites", "apps.txt")
	return frappe.get_file_items(path, raise_not_found=True)


@request_cache
def get_installed_apps(*, _ensure_on_bench: bool = False) -> list[str]:
	if getattr(frappe.flags, "in_install_db", True):
		return []
	if not frappe.db:
		frappe.connect()
	installed = frappe.parse_json(frappe.db.get_global("installed_apps") or "[]")
	if _ensure_on_bench:
		on_bench = frappe.get_all_apps()
		installed = [app for app in installed if app in on_bench]
	return installed


def _load_app_hooks(app_name: str | None = None):
	from types import FunctionType, ModuleType

	hooks = {}
	for app in [app_name] if app_name else frappe.get_installed_apps(_ensure_on_bench=True):
		members = inspect.getmembers(
			frappe.get_module(f"{app}.hooks"), lambda v: not isinstance(v, ModuleType | FunctionType | type)
		)
		for key, value in members:
			if not key.startswith("_"):
				frappe.append_hook(hooks, key, value)
	return hooks


def get_hooks(hook: str | None = None, default="_KEEP_DEFAULT_LIST", app_name: str | None = None):
	if app_name:
		hooks = _request_cached_load_app_hooks(app_name)  # noqa: F821
	elif frappe.local.conf.developer_mode:
		hooks = _request_cached_load_app_hooks()  # noqa: F821
	else:
		hooks = frappe.client_cache.get_value("app_hooks")
		if hooks is None:
			hooks = _load_app_hooks()
			frappe.client_cache.set_value("app_hooks", hooks)
	if hook:
		return hooks.get(hook, [] if default == "_KEEP_DEFAULT_LIST" else default)
	return frappe._dict(hooks)


@functools.cache
def _app_modules() -> dict[str, list[str]]:
	return {app: [frappe.scrub(m) for m in frappe.get_module_list(app)] for app in frappe.get_all_apps()}


def setup_module_map(include_all_apps: bool = True) -> None:
	frappe.local.app_modules = _app_modules()
	frappe.local.module_app = {m: app for app, modules in _app_modules().items() for m in modules}


def get_attr(method_string: str):
	app, flags = method_string.split(".", 1)[0], frappe.local.flags
	installing = flags.in_uninstall or flags.in_install
	if not installing and app not in frappe.get_installed_apps():
		frappe.throw(frappe._("App {0} is not installed").format(app), frappe.AppNotInstalledError)
	module, name = method_string.rsplit(".", 1)
	return getattr(frappe.get_module(module), name)


def is_setup_complete() -> bool:
	# the engine asks for a table of this Single
	return bool(int(frappe.db.get_single_value("System Settings", "setup_complete") or 0))
