"""The Node project that runs Medusa: installed once from tests/medusa/v2 into .cache/medusa/v2."""

import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path

SOURCE = Path(__file__).parent / "v2"


def install(cache: Path) -> None:
	"""`npm ci`, unless it has been done for this very lock file. RuntimeError with npm's output if it fails."""
	done = folder(cache) / ".installed"
	if done.exists() and done.read_text() == stamp():
		return
	done.unlink(missing_ok=True)
	shutil.copytree(SOURCE, folder(cache), dirs_exist_ok=True)
	_silence_telemetry(cache)
	# telemetry's is the only install script among the packages
	argv = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
	_run(argv, folder(cache), dict(os.environ))
	done.write_text(stamp())


def folder(cache: Path) -> Path:
	return cache / "medusa" / "v2"


def stamp() -> str:
	"""Tells one version of the project from another."""
	return digest(*(SOURCE / name for name in ("package.json", "package-lock.json", "medusa-config.js")))


def digest(*files: Path) -> str:
	return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()[:12]


def environment(cache: Path, database_url: str) -> dict[str, str]:
	return {
		**os.environ,
		"NODE_ENV": "production",
		"MEDUSA_DISABLE_TELEMETRY": "true",
		"XDG_CONFIG_HOME": str(_config(cache)),
		"DATABASE_URL": database_url,
	}


def command(cache: Path, *arguments: str) -> list[str]:
	return ["node", str(folder(cache) / "node_modules/@medusajs/cli/cli.js"), *arguments]


def run(cache: Path, env: dict[str, str], *arguments: str) -> None:
	"""One `medusa …` command, to its end. RuntimeError with its output if it fails."""
	_run(command(cache, *arguments), folder(cache), env)


def _run(argv: list[str], cwd: Path, env: dict[str, str]) -> None:
	done = subprocess.run(argv, cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
	if done.returncode:
		raise RuntimeError(f"{' '.join(argv)} failed:\n{done.stdout[-4000:]}")


def _config(cache: Path) -> Path:
	return cache / "medusa" / "config"


def _silence_telemetry(cache: Path) -> None:
	# the environment's switch alone doesn't stop all of it
	file = _config(cache) / "medusa" / "config.json"
	file.parent.mkdir(parents=True, exist_ok=True)
	file.write_text(json.dumps({"telemetry": {"enabled": False}}))
