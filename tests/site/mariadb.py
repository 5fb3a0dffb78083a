"""A private MariaDB: its own data folder, 127.0.0.1 only, gone with the process that started it.

`python -m tests.site.mariadb ensure` looks for the server and installs Debian's when it may; exit status 1 when
there is none.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.support import debian
from tests.support.processes import Server

PACKAGES = ("mariadb-server-core", "mariadb-client-core")  # programs only: no service, no system database
PASSWORD = "medusa"
LOGINS = {"db_user": "medusa", "db_password": PASSWORD, "root_login": "root", "root_password": PASSWORD}
OPTIONS = """
--bind-address=127.0.0.1 --skip-name-resolve --character-set-server=utf8mb4 --collation-server=utf8mb4_unicode_ci
--innodb-flush-log-at-trx-commit=0 --innodb-doublewrite=0 --innodb-flush-method=nosync --sync-binlog=0
--innodb-log-file-size=48M --innodb-buffer-pool-size=256M --innodb-stats-persistent=0 --performance-schema=0
--skip-log-bin --max-connections=60 --lc-messages-dir=/usr/share/mysql --innodb-fast-shutdown=1
--loose-innodb-snapshot-isolation=1
""".split()

_server: Server | None = None


def create(folder: Path) -> dict:
	"""Make an empty database in `folder` and start it; returns what start() does and the root login."""
	stop()
	shutil.rmtree(folder, ignore_errors=True)
	folder.mkdir(parents=True)
	command = "mariadb-install-db --no-defaults --skip-test-db --skip-name-resolve".split()
	command += ["--auth-root-authentication-method=normal", f"--datadir={folder}", *_user()]
	subprocess.run(command, check=True, capture_output=True)
	connection = start(folder)
	_set_root_password(connection["db_port"])
	return connection | LOGINS


def start(folder: Path) -> dict:
	"""Start the server on `folder`; returns its db_host and db_port."""
	global _server
	files = [f"--datadir={folder}", f"--socket={folder}/s", f"--pid-file={folder}/pid"]
	command = [debian.find("mariadbd"), "--no-defaults", *files, "--port={port}", *OPTIONS, *_user()]
	_server = Server(command, folder / "error.log")
	return {"db_host": "127.0.0.1", "db_port": _server.port}


def stop() -> None:
	"""Shut the server down cleanly, if one runs."""
	global _server
	if _server:
		_server.stop()
		_server = None


def ensure() -> str:
	"""Find or install the server; returns an empty string, or why there is none."""
	return debian.ensure("mariadbd", *PACKAGES)


def _user() -> list[str]:
	return ["--user=root"] if os.geteuid() == 0 else []


def _set_root_password(port: int) -> None:
	import pymysql

	with pymysql.connect(host="127.0.0.1", port=port, user="root") as connection:
		for host in ("127.0.0.1", "localhost"):
			connection.cursor().execute("alter user 'root'@%s identified by %s", (host, PASSWORD))


if __name__ == "__main__":
	reason = ensure()
	print(reason or debian.find("mariadbd"))
	sys.exit(bool(reason))
