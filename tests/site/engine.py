"""The embedded site in one folder: the engine, the apps, and what a process needs to `import frappe`."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import sys
from pathlib import Path

from filelock import FileLock, Timeout

from . import redis, unfork

ROOT = Path(__file__).parents[2]  # of the project, which is the app under test
CACHE = (ROOT / ".cache" / "site").resolve()  # queues are named by it
APPS = {
	"payments": Path(__file__).parent / "apps" / "payments",
	"erpnext": Path(__file__).parent / "apps" / "erpnext",
	"webshop": Path(__file__).parent / "apps" / "webshop",
	"medusa_integration": ROOT,
}
REDIS_VARIABLE = "MEDUSA_TESTS_REDIS"  # redis://host:port
ERPNEXT_VARIABLE = "MEDUSA_TESTS_ERPNEXT"  # "15": the stand-in behaves as ERPNext 15, else as 16


@dataclasses.dataclass
class Site:
	"""Where things are. `root` is laid out as a bench; `apps`: app name -> folder that holds its package; the first is
	frappe."""

	root: Path
	name: str
	db: str
	apps: dict[str, Path]

	@property
	def sites(self) -> Path:
		return self.root / "sites"

	def path(self, *parts: str) -> Path:
		"""A path inside the site's folder."""
		return self.sites.joinpath(self.name, *parts)


current: Site | None = None  # set by boot()


def boot(
	db: str = "sqlite",
	join: str | Path | None = None,
	apps: dict[str, Path] = APPS,
	site: str = "medusa.localhost",
) -> Site:
	"""Make `import frappe` work in this process; nothing is connected yet. A second call changes nothing.

	db: "sqlite" or "mariadb". The site is a new one in a folder that no other process uses, with a Redis of its own
	(or the one at $MEDUSA_TESTS_REDIS), and wants prepare(). join: the folder of one that another process keeps
	up; `db` says nothing then. Raises ValueError for another database than the first call asked for.
	"""
	global current
	if current and join is None and current.db != db:
		raise ValueError(f"this process has booted a site on {current.db}")
	os.environ.pop(
		"CI", None
	)  # Where it is set, Frappe's background jobs are in test mode, and send no mail.
	if current is None:
		apps = {"frappe": unfork.build(CACHE / "engine"), **apps}
		if join:
			current = _join(Path(join).resolve(), apps, site)
		else:
			current = _lay_out(_hold_free(db), db, apps, site)
		os.environ.update(FRAPPE_BENCH_ROOT=str(current.root), FRAPPE_SITE=site)
		sys.path[:0] = map(str, apps.values())
	return current


def write(path: Path, text: str) -> None:
	"""Write a file that other processes may be reading."""
	if not path.exists() or path.read_text() != text:
		part = path.with_name(f"{path.name}.{os.getpid()}")
		part.write_text(text)
		part.replace(path)


_held: list[FileLock] = []  # until this process ends


def _hold_free(db: str) -> Path:
	CACHE.mkdir(parents=True, exist_ok=True)
	for number in range(1, 100):
		folder = CACHE / (db if number == 1 else f"{db}-{number}")
		lock = FileLock(f"{folder}.lock")
		try:
			lock.acquire(blocking=False)
		except Timeout:
			continue
		_held.append(lock)
		return folder
	raise RuntimeError(f"too many sites in {CACHE}")


def _lay_out(root: Path, db: str, apps: dict[str, Path], site: str) -> Site:
	for folder in ("logs", "config", f"sites/{site}"):
		root.joinpath(folder).mkdir(parents=True, exist_ok=True)
	redis_url = os.environ.get(REDIS_VARIABLE) or redis.start(root)
	config = {
		"redis_cache": f"{redis_url}/0",
		"redis_queue": f"{redis_url}/1",
		"use_mysqlclient": 0,
		"developer_mode": 0,
		"scheduler_tick_interval": 10,  # seconds
	}
	write(root / "sites" / "common_site_config.json", json.dumps(config, indent=1))
	write(root / "sites" / "apps.txt", "\n".join(apps) + "\n")
	_link_assets(root / "sites" / "assets", apps)
	return Site(root, site, db, apps)


def _link_assets(assets: Path, apps: dict[str, Path]) -> None:
	"""What /assets/ serves; desk.build() makes assets.json and the bundles, if they are wanted."""
	shutil.rmtree(assets, ignore_errors=True)
	assets.mkdir()
	for name, folder in apps.items():
		assets.joinpath(name).symlink_to(folder / name / "public")
	assets.joinpath("assets.json").symlink_to(apps["frappe"] / "assets.json")


def _join(root: Path, apps: dict[str, Path], site: str) -> Site:
	config = json.loads(root.joinpath("sites", site, "site_config.json").read_text())
	return Site(root, site, config["db_type"], apps)
