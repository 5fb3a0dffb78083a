"""A site: made once, kept as a snapshot, put back in a moment."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import shutil
from pathlib import Path

from filelock import FileLock

from . import engine, mariadb, unfork

PASSWORD = "admin"  # of the user Administrator
SETTINGS = {
	"country": "Oman",
	"language": "en",
	"time_zone": "UTC",
	"currency": "OMR",
	"enable_scheduler": 1,
	"setup_complete": 1,
}


def prepare() -> None:
	"""Bring the booted bench's site into its first state, and up: from the snapshot, or else anew.

	On MariaDB this (re)starts a private server, which lives as long as this process.
	"""
	bench = engine.current
	snapshot = engine.CACHE / "snapshots" / f"{bench.db}-{fingerprint(bench)}"
	with FileLock(engine.CACHE / f"snapshots-{bench.db}.lock"):
		if not snapshot.exists():
			_new_site(bench)
			_save(bench, snapshot)
		_restore(bench, snapshot)


def connect(test_mode: bool = True) -> None:
	"""Connect this thread to the site, as Administrator. test_mode: frappe.in_test, which keeps e.g. mails back."""
	import frappe
	from frappe.tests.utils import toggle_test_mode

	frappe.init(force=True)
	frappe.connect()
	toggle_test_mode(test_mode)


def fingerprint(bench: engine.Bench) -> str:
	"""Changes whenever a new site would look different: with the engine or a file that bears a schema."""
	digest = hashlib.sha1(f"{unfork.fingerprint()} {list(bench.apps)}".encode())
	files = [Path(__file__), Path(mariadb.__file__)]
	for name, folder in bench.apps.items():
		files += sorted(path for path in (folder / name).rglob("*") if _bears_schema(path.relative_to(folder)))
	for path in files:
		digest.update(path.name.encode() + path.read_bytes())
	return digest.hexdigest()[:12]


def _bears_schema(path: Path) -> bool:
	if {"public", "node_modules"} & set(path.parts):
		return False
	is_setup = path.suffix == ".py" and path.parent.name in ("setup", "patches")
	return is_setup or path.suffix in (".json", ".txt") or path.name in ("hooks.py", "install.py")


def _new_site(bench: engine.Bench) -> None:
	"""Install every app of the bench, as `bench new-site --install-app …` would."""
	import frappe
	import frappe.installer
	from cryptography.fernet import Fernet

	shutil.rmtree(bench.path(), ignore_errors=True)
	bench.path("db").mkdir(parents=True)
	config = {
		"db_type": bench.db,
		"db_name": "medusa",
		"admin_password": PASSWORD,
		"allow_tests": 1,
		"encryption_key": Fernet.generate_key().decode(),
		"host_name": f"http://{bench.site}",
		"skip_setup_wizard": 1,
	}
	if bench.db == "mariadb":
		config |= mariadb.create(bench.root / "mariadb")
	engine.write(bench.path("site_config.json"), json.dumps(config, indent=1))
	with contextlib.redirect_stdout(io.StringIO()):
		frappe.init(force=True)
		frappe.cache.flushall()
		frappe.installer.make_site_dirs()
		frappe.installer.install_db(
			db_name=config["db_name"], db_type=bench.db, admin_password=PASSWORD, force=True, verbose=False
		)
		frappe.installer.install_app("frappe")
		for field, value in SETTINGS.items():  # before the apps: what they insert bears the time of the time zone
			frappe.db.set_single_value("System Settings", field, value)
		frappe.db.set_default("desktop:home_page", "workspace")
		for app in bench.apps:
			frappe.installer.install_app(app)
	frappe.db.commit()
	if bench.db == "sqlite":
		frappe.db.sql("PRAGMA wal_checkpoint(TRUNCATE)")
	frappe.destroy()


def _save(bench: engine.Bench, snapshot: Path) -> None:
	for old in snapshot.parent.glob(f"{bench.db}-*"):
		shutil.rmtree(old)
	mariadb.stop()
	half = snapshot.with_suffix(".half")
	shutil.rmtree(half, ignore_errors=True)
	_copy(bench.path(), half / "site")
	if bench.db == "mariadb":
		_copy(bench.root / "mariadb", half / "mariadb")
	half.rename(snapshot)


def _restore(bench: engine.Bench, snapshot: Path) -> None:
	import frappe

	if getattr(frappe.local, "db", None):
		frappe.destroy()
	mariadb.stop()
	_copy(snapshot / "site", bench.path())
	if bench.db == "mariadb":
		_copy(snapshot / "mariadb", bench.root / "mariadb")
		config = json.loads(bench.path("site_config.json").read_text())
		config |= mariadb.start(bench.root / "mariadb")
		engine.write(bench.path("site_config.json"), json.dumps(config, indent=1))
	frappe.init(force=True)
	frappe.cache.flushall()
	frappe.client_cache.clear_cache()


def _copy(source: Path, target: Path) -> None:
	shutil.rmtree(target, ignore_errors=True)
	shutil.copytree(source, target, copy_function=shutil.copyfile)
	os.utime(target)
