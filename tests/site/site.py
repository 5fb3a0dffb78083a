"""The embedded site: made in two steps, each kept as a snapshot, and put back in a moment."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import shutil
from pathlib import Path

from . import engine, mariadb, unfork
from .cache import keep

PASSWORD = "admin"  # of the user Administrator
SETTINGS = {
	"country": "Oman",
	"language": "en",
	"time_zone": "UTC",
	"currency": "OMR",
	"float_precision": 3,
	"rounding_method": "Banker's Rounding",
	"enable_scheduler": 1,
	"setup_complete": 1,
}


def prepare() -> None:
	"""Bring the booted site into its first state, and up.

	On MariaDB this (re)starts a private server, which lives as long as this process.
	"""
	_restore(_with_apps())


def connect(test_mode: bool = True) -> None:
	"""Connect this thread to the site, as Administrator. test_mode: frappe.in_test, which keeps e.g. mails back."""
	import frappe
	from frappe.tests.utils import toggle_test_mode

	frappe.init(force=True)
	frappe.connect()
	toggle_test_mode(test_mode)


def configure(**values) -> None:
	"""Set values in site_config.json; processes see them the next time they connect."""
	path = engine.current.path("site_config.json")
	engine.write(path, json.dumps(json.loads(path.read_text()) | values, indent=1))


def remove_app(name: str) -> None:
	"""As `bench uninstall-app` would, whose connection ends without a commit; prepare() brings the app back."""
	import frappe
	import frappe.installer

	with contextlib.redirect_stdout(io.StringIO()):
		frappe.installer.remove_app(name, yes=True, no_backup=True)
	frappe.db.rollback()
	frappe.clear_cache()


# --- the snapshots


def _with_frappe() -> Path:
	def make(snapshot: Path) -> None:
		_new_site()
		_save(snapshot)

	current = engine.current
	return keep(engine.CACHE / f"frappe-{current.db}", _digest(_harness()), make)


def _with_apps() -> Path:
	def make(snapshot: Path) -> None:
		_restore(_with_frappe())
		_install_apps()
		_save(snapshot)

	current = engine.current
	return keep(engine.CACHE / f"site-{current.db}", _digest(_harness() + _schema_files()), make)


def _digest(files: list[Path]) -> str:
	erpnext = os.environ.get(engine.ERPNEXT_VARIABLE, "")
	digest = hashlib.sha1(f"{unfork.fingerprint()} {list(engine.current.apps)} {erpnext}".encode())
	for path in files:
		digest.update(path.name.encode() + path.read_bytes())
	return digest.hexdigest()


def _harness() -> list[Path]:
	return [Path(__file__), Path(mariadb.__file__)]


def _schema_files() -> list[Path]:
	"""The apps' files that decide what a new site looks like."""
	files = []
	for name, folder in engine.current.apps.items():
		if name != "frappe":
			inside = sorted(path.relative_to(folder) for path in (folder / name).rglob("*"))
			files += [folder / path for path in inside if _bears_schema(path)]
	return files


def _bears_schema(path: Path) -> bool:
	if {"public", "node_modules"} & set(path.parts):
		return False
	is_setup = path.suffix == ".py" and path.parent.name in ("setup", "patches")
	return is_setup or path.suffix in (".json", ".txt") or path.name in ("hooks.py", "install.py")


def _save(snapshot: Path) -> None:
	import frappe

	current = engine.current
	if current.db == "sqlite":
		frappe.db.sql("PRAGMA wal_checkpoint(TRUNCATE)")
	frappe.destroy()
	mariadb.stop()
	_copy(current.path(), snapshot / "site")
	if current.db == "mariadb":
		_copy(current.root / "mariadb", snapshot / "mariadb")


def _restore(snapshot: Path) -> None:
	import frappe

	current = engine.current
	if getattr(frappe.local, "db", None):
		frappe.destroy()
	mariadb.stop()
	_copy(snapshot / "site", current.path())
	if current.db == "mariadb":
		_copy(snapshot / "mariadb", current.root / "mariadb")
		configure(**mariadb.start(current.root / "mariadb"))
	frappe.config.clear_site_config_cache()  # requests would look for the server that made the snapshot
	frappe.init(force=True)
	frappe.cache.flushall()
	frappe.client_cache.clear_cache()


def _copy(source: Path, target: Path) -> None:
	shutil.rmtree(target, ignore_errors=True)
	shutil.copytree(source, target, copy_function=shutil.copyfile)


# --- the site


def _new_site() -> None:
	"""As `bench new-site` would; left connected."""
	import frappe
	import frappe.installer
	from cryptography.fernet import Fernet

	current = engine.current
	shutil.rmtree(current.path(), ignore_errors=True)
	current.path("db").mkdir(parents=True)
	config = {
		"db_type": current.db,
		"db_name": "medusa",
		"admin_password": PASSWORD,
		"allow_tests": 1,
		"encryption_key": Fernet.generate_key().decode(),
		"host_name": f"http://{current.name}",
		"skip_setup_wizard": 1,
	}
	if current.db == "mariadb":
		config |= mariadb.create(current.root / "mariadb")
	engine.write(current.path("site_config.json"), json.dumps(config, indent=1))
	frappe.init(force=True)
	frappe.cache.flushall()
	with contextlib.redirect_stdout(io.StringIO()):
		frappe.installer.make_site_dirs()
		frappe.installer.install_db(
			db_name=config["db_name"], db_type=current.db, admin_password=PASSWORD, force=True, verbose=False
		)
		frappe.installer.install_app("frappe")
	for field, value in SETTINGS.items():
		frappe.db.set_single_value("System Settings", field, value)
	frappe.db.set_default("desktop:home_page", "workspace")
	frappe.db.commit()


def _install_apps() -> None:
	"""As `bench install-app` would; left connected."""
	import frappe
	import frappe.installer

	connect(test_mode=False)
	with contextlib.redirect_stdout(io.StringIO()):
		for app in engine.current.apps:
			frappe.installer.install_app(app)
	frappe.db.commit()
