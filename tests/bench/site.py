"""A site: made once, kept as a snapshot, put back in a moment."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
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
	"enable_scheduler": 1,
	"setup_complete": 1,
}


def prepare() -> None:
	"""Bring the booted bench's site into its first state, and up: from the snapshot, or else anew.

	On MariaDB this (re)starts a private server, which lives as long as this process.
	"""
	bench = engine.current
	snapshot = keep(engine.CACHE / f"site-{bench.db}", fingerprint(bench), _make)
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
		if name != "frappe":
			inside = sorted(path.relative_to(folder) for path in (folder / name).rglob("*"))
			files += [folder / path for path in inside if _bears_schema(path)]
	for path in files:
		digest.update(path.name.encode() + path.read_bytes())
	return digest.hexdigest()


def _bears_schema(path: Path) -> bool:
	if {"public", "node_modules"} & set(path.parts):
		return False
	is_setup = path.suffix == ".py" and path.parent.name in ("setup", "patches")
	return is_setup or path.suffix in (".json", ".txt") or path.name in ("hooks.py", "install.py")


def _make(snapshot: Path) -> None:
	bench = engine.current
	_new_site(bench)
	mariadb.stop()
	_copy(bench.path(), snapshot / "site")
	if bench.db == "mariadb":
		_copy(bench.root / "mariadb", snapshot / "mariadb")


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
		for app in bench.apps:
			frappe.installer.install_app(app)
			if app == "frappe":  # before the others: what they insert bears the time of this time zone
				_set_up()
	frappe.db.commit()
	if bench.db == "sqlite":
		frappe.db.sql("PRAGMA wal_checkpoint(TRUNCATE)")
	frappe.destroy()


def _set_up() -> None:
	import frappe

	for field, value in SETTINGS.items():
		frappe.db.set_single_value("System Settings", field, value)
	frappe.db.set_default("desktop:home_page", "workspace")


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
