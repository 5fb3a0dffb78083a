"""The Desk's style sheets and scripts, which the wheel of the engine brings as sources only."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

from filelock import FileLock

from .. import engine, unfork

HERE = Path(__file__).parent
BUILDER = ("package.json", "package-lock.json", "build.mjs")


def build() -> None:
	"""Build the bundles for every bench of this project, unless they are there. Wants Node 20 and npm.

	Raises subprocess.CalledProcessError; what npm and esbuild say goes to standard error.
	"""
	target = unfork.build(engine.ENGINE)
	digest = hashlib.sha1(b"".join(HERE.joinpath(name).read_bytes() for name in BUILDER)).hexdigest()
	stamp = target / f"assets-{digest}"
	with FileLock(engine.CACHE / "desk.lock"):
		if not stamp.exists():
			work = _install(engine.CACHE / "desk")
			subprocess.run(["node", "build.mjs", str(target)], cwd=work, check=True)
			link = target / "frappe" / "public" / "node_modules"  # the Desk loads e.g. its code editor from there
			link.unlink(missing_ok=True)
			link.symlink_to(work / "node_modules")
			stamp.touch()


def _install(work: Path) -> Path:
	"""npm ci, when the lock file is another than the last time."""
	work.mkdir(parents=True, exist_ok=True)
	installed = work / "node_modules" / ".package-lock.of-desk"
	lock = HERE.joinpath("package-lock.json").read_text()
	for name in BUILDER:
		shutil.copy(HERE / name, work)
	if not installed.exists() or installed.read_text() != lock:
		subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=work, check=True)
		installed.write_text(lock)
	return work
