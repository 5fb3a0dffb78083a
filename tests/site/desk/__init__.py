"""The Desk's style sheets and scripts, which the wheel of the engine brings as sources only."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

from filelock import FileLock

from .. import engine, unfork
from ..cache import keep

HERE = Path(__file__).parent


def build() -> None:
	"""Build the bundles for every site of this working copy, unless they are there. Wants Node 20 and npm.

	Raises subprocess.CalledProcessError; what npm and esbuild say goes to standard error.
	"""
	target = unfork.build(engine.CACHE / "engine")
	npm = keep(engine.CACHE / "npm", _digest("package.json", "package-lock.json"), _install)
	built = target / f"assets-{_digest('package-lock.json', 'build.mjs')}"
	with FileLock(engine.CACHE / "desk.lock"):
		if not built.exists():
			shutil.copy(HERE / "build.mjs", npm)
			subprocess.run(["node", "build.mjs", str(target)], cwd=npm, check=True)
			# the Desk loads e.g. its code editor from there
			link = target / "frappe" / "public" / "node_modules"
			link.unlink(missing_ok=True)
			link.symlink_to(npm / "node_modules")
			built.touch()


def _install(folder: Path) -> None:
	for name in ("package.json", "package-lock.json"):
		shutil.copy(HERE / name, folder)
	subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=folder, check=True)


def _digest(*names: str) -> str:
	return hashlib.sha1(b"".join(HERE.joinpath(name).read_bytes() for name in names)).hexdigest()
