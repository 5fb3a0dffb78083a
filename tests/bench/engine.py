"""A bench in one folder: the engine, the apps, and what a process needs to `import frappe`."""

from __future__ import annotations

import dataclasses
import json
import os
import sys
from pathlib import Path

from filelock import FileLock, Timeout

from . import redis, unfork

ROOT = Path(__file__).parents[2]  # of the project, which is the app under test
CACHE = ROOT / ".cache" / "bench"
APPS = {
	"erpnext": Path(__file__).parent / "apps" / "erpnext",
	"webshop": Path(__file__).parent / "apps" / "webshop",
	"medusa_integration": ROOT,
}
REDIS_VARIABLE = "MEDUSA_TESTS_REDIS"  # redis://host:port, for several processes


@dataclasses.dataclass
class Bench:
	"""Where things are. `apps`: app name -> folder that holds its package, without frappe itself."""

	root: Path
	site: str
	db: str
	apps: dict[str, Path]

	@property
	def sites(self) -> Path:
		return self.root / "sites"

	def path(self, *parts: str) -> Path:
		"""A path inside the site's folder."""
		return self.sites.joinpath(self.site, *parts)


current: Bench | None = None  # set by boot()


def boot(
	db: str = "sqlite",
	bench: str | Path | None = None,
	apps: dict[str, Path] = APPS,
	site: str = "medusa.localhost",
	redis_url: str | None = None,
) -> Bench:
	"""Make `import frappe` work in this process. Nothing is connected yet, and no site made.

	db: "sqlite" or "mariadb". bench: folder of the bench; by default the first one below `.cache/bench` that no
	other process holds in this way. redis_url: of a Redis to use (default: of the environment, or else one inside
	this process). A second call returns the first one's bench; asking it for another database raises ValueError.
	"""
	global current
	if current:
		if current.db != db:
			raise ValueError(f"this process has booted a bench on {current.db}")
		return current
	redis_url = redis_url or os.environ.get(REDIS_VARIABLE)
	current = Bench(Path(bench).resolve() if bench else _hold_free(db), site, db, apps)
	_lay_out(current, redis_url)
	os.environ.update(FRAPPE_BENCH_ROOT=str(current.root), FRAPPE_SITE=site)
	sys.path[:0] = [str(unfork.build(CACHE / "engine")), *map(str, current.apps.values())]
	if not redis_url:
		redis.use_fake()
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
	raise RuntimeError(f"too many benches in {CACHE}")


def _lay_out(bench: Bench, redis_url: str | None) -> None:
	for folder in ("logs", "config", "sites/assets", f"sites/{bench.site}"):
		bench.root.joinpath(folder).mkdir(parents=True, exist_ok=True)
	config = {"use_mysqlclient": 0, "developer_mode": 0, "scheduler_tick_interval": 10}
	redis_url = redis_url or "redis://127.0.0.1:1"  # nobody is there: see redis.use_fake()
	config |= {"redis_cache": f"{redis_url}/0", "redis_queue": f"{redis_url}/1"}
	write(bench.sites / "common_site_config.json", json.dumps(config, indent=1))
	write(bench.sites / "apps.txt", "\n".join(["frappe", *bench.apps]) + "\n")
