"""The Node projects that run Medusa: installed once from tests/medusa/v2 or v1 into .cache/medusa/."""

import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path

from tests.medusa.versions import Version

HERE = Path(__file__).parent


class Project:
	"""A version's packages and settings, in a folder of the cache.

	Attributes:
		folder: where it is installed.
		stamp: tells this state of its source from another one.
	"""

	def __init__(self, cache: Path, version: Version):
		self.cache = cache
		self.version = version
		self.source = HERE / version.name
		self.folder = cache / "medusa" / version.name
		named = [self.source / name for name in ("package.json", "package-lock.json", "medusa-config.js")]
		self.stamp = digest(*named, *sorted((self.source / "src").rglob("*.js")))

	def install(self) -> None:
		"""`npm ci`, unless it has been done for this very source. RuntimeError with npm's output if it fails."""
		done = self.folder / ".installed"
		if done.exists() and done.read_text() == self.stamp:
			return
		done.unlink(missing_ok=True)
		shutil.copytree(self.source, self.folder, dirs_exist_ok=True)
		self._silence_telemetry()
		# telemetry's is the only install script among the packages
		argv = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
		run(argv, self.folder, dict(os.environ))
		if (self.folder / "src").exists() and not (self.folder / "dist").exists():
			(self.folder / "dist").symlink_to("src")  # where v1 looks for the project's own code
		done.write_text(self.stamp)

	def environment(self, database_url: str) -> dict[str, str]:
		return {
			**os.environ,
			"NODE_ENV": "production",
			# More room for short-lived objects: a fifth less work.
			"NODE_OPTIONS": "--max-semi-space-size=64",
			"MEDUSA_DISABLE_TELEMETRY": "true",
			"XDG_CONFIG_HOME": str(self._config),
			"DATABASE_URL": database_url,
		}

	def command(self, *arguments: str) -> list[str]:
		return ["node", str(self.folder / "node_modules" / self.version.cli), *arguments]

	def run(self, env: dict[str, str], *arguments: str) -> None:
		"""One `medusa …` command, to its end. RuntimeError with its output if it fails."""
		run(self.command(*arguments), self.folder, env)

	@property
	def _config(self) -> Path:
		return self.cache / "medusa" / "config"

	def _silence_telemetry(self) -> None:
		# the environment's switch alone doesn't stop all of it
		file = self._config / "medusa" / "config.json"
		file.parent.mkdir(parents=True, exist_ok=True)
		file.write_text(json.dumps({"telemetry": {"enabled": False}}))


def digest(*files: Path) -> str:
	return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()[:12]


def run(argv: list[str], cwd: Path, env: dict[str, str]) -> None:
	"""A program, to its end. RuntimeError with its output if it fails."""
	done = subprocess.run(argv, cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
	if done.returncode:
		raise RuntimeError(f"{' '.join(argv)} failed:\n{done.stdout[-4000:]}")
