"""A private MariaDB: its own data folder, 127.0.0.1 only, gone with the process that started it.

`python -m tests.bench.mariadb ensure` looks for the server and installs Debian's when it may; exit status 1 when
there is none.
"""

from __future__ import annotations

import atexit
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

PACKAGES = ("mariadb-server-core", "mariadb-client-core")  # programs only: no service, no system database
PASSWORD = "medusa"
OPTIONS = """
--bind-address=127.0.0.1 --skip-name-resolve --character-set-server=utf8mb4 --collation-server=utf8mb4_unicode_ci
--innodb-flush-log-at-trx-commit=0 --innodb-doublewrite=0 --innodb-flush-method=nosync --sync-binlog=0
--innodb-log-file-size=48M --innodb-buffer-pool-size=256M --innodb-stats-persistent=0 --performance-schema=0
--skip-log-bin --max-connections=60 --lc-messages-dir=/usr/share/mysql --innodb-fast-shutdown=1
""".split()
START_SECONDS = STOP_SECONDS = 60

_server: subprocess.Popen | None = None


def find() -> str | None:
	"""The path of mariadbd, if there is one."""
	return shutil.which("mariadbd", path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/bin"]))


def create(folder: Path) -> dict:
	"""Make an empty database in `folder` and start it; returns what start() does and the root login."""
	stop()
	shutil.rmtree(folder, ignore_errors=True)
	folder.mkdir(parents=True)
	command = ["mariadb-install-db", "--no-defaults", f"--datadir={folder}", "--skip-test-db", "--skip-name-resolve"]
	command += ["--auth-root-authentication-method=normal", *_user()]
	subprocess.run(command, check=True, capture_output=True)
	connection = start(folder)
	_set_root_password(connection["db_port"])
	return {**connection, "db_user": "medusa", "db_password": PASSWORD, "root_login": "root", "root_password": PASSWORD}


def start(folder: Path) -> dict:
	"""Start the server on `folder`; returns its db_host and db_port once it takes connections.

	Raises RuntimeError with the end of its log when it doesn't within 60 s.
	"""
	global _server
	port, log = _free_port(), folder / "error.log"
	command = [find(), "--no-defaults", f"--datadir={folder}", f"--socket={folder}/s", f"--pid-file={folder}/pid"]
	command += [f"--port={port}", *OPTIONS, *_user()]
	with log.open("ab") as messages:
		_server = subprocess.Popen(
			command, stdin=subprocess.DEVNULL, stdout=messages, stderr=messages, preexec_fn=_die_with_parent
		)
	atexit.register(stop)
	deadline = time.monotonic() + START_SECONDS
	while not _answers(port):
		if _server.poll() is not None or time.monotonic() > deadline:
			stop()
			raise RuntimeError(f"mariadbd did not start:\n{log.read_text()[-2000:]}")
		time.sleep(0.02)
	return {"db_host": "127.0.0.1", "db_port": port}


def stop() -> None:
	"""Shut the server down cleanly, if one runs."""
	global _server
	if _server:
		_server.terminate()
		try:
			_server.wait(STOP_SECONDS)
		except subprocess.TimeoutExpired:
			_server.kill()
			_server.wait()
		_server = None


def ensure() -> str:
	"""Find or install the server; returns an empty string, or why there is none."""
	if find():
		return ""
	if os.geteuid() != 0 or not shutil.which("apt-get"):
		return "no mariadbd on the PATH, and it can't be installed (not root, or not Debian)"
	environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
	for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *PACKAGES]):
		done = subprocess.run(["apt-get", *command], env=environment, capture_output=True, text=True)
		if done.returncode:
			return f"no mariadbd, and apt-get {command[0]} failed: {(done.stderr.strip().splitlines() or [''])[-1]}"
	return "" if find() else "no mariadbd in what apt-get installed"


def _user() -> list[str]:
	return ["--user=root"] if os.geteuid() == 0 else []


def _free_port() -> int:
	with socket.socket() as probe:
		probe.bind(("127.0.0.1", 0))
		return probe.getsockname()[1]


def _answers(port: int) -> bool:
	with socket.socket() as probe:
		return probe.connect_ex(("127.0.0.1", port)) == 0


def _die_with_parent() -> None:
	"""In the child: a clean shutdown when the parent is gone, however it went; and no Ctrl-C of its own."""
	ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
	os.setsid()


def _set_root_password(port: int) -> None:
	import pymysql

	with pymysql.connect(host="127.0.0.1", port=port, user="root") as connection, connection.cursor() as cursor:
		for host in ("127.0.0.1", "localhost"):
			cursor.execute("alter user 'root'@%s identified by %s", (host, PASSWORD))


if __name__ == "__main__":
	reason = ensure()
	print(reason or find())
	sys.exit(bool(reason))
