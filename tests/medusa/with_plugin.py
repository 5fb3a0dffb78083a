"""A Medusa v2 with our plugin: the packages of the stock server, the plugin built by `medusa plugin:build`, and a project
that uses it.

What the build needs besides, TypeScript and the admin's bundler, is installed once into .cache/medusa/plugin/builder. What is
built lies beside it, in a folder for each state of the sources, for a day after the last build.
"""

import json
import os
import shutil
import time
from pathlib import Path

from tests.medusa.project import Project, digest, run
from tests.medusa.versions import VERSIONS

NAME = "medusa-plugin-erpnext"
HERE = Path(__file__).parent / "plugin"
PLUGIN = Path(__file__).parents[2] / "medusa-plugin"
RESULTS = ("src/modules/erpnext/index.js", "src/admin/index.mjs")
KEPT = 24 * 60 * 60  # seconds
PACKAGES = ("package.json", "package-lock.json")


class WithPlugin(Project):
	"""The project of a v2 server that has the plugin.

	Attributes:
		folder: of the project.
		built: of the plugin in it.
		options: the plugin's, as of the next start.
	"""

	def __init__(self, cache: Path, options: dict):
		cache = cache.resolve()  # Links to it stay in what is built.
		self.stock = Project(cache, VERSIONS["v2"])
		super().__init__(cache, self.stock.version)
		self.options = options
		self._builder = cache / "medusa" / "plugin" / "builder"
		self._home = cache / "medusa" / "plugin" / f"built-{self._state()}"
		self.folder = self._home / "app"
		self.built = self._home / "plugin"

	def _state(self) -> str:
		"""Of all that the result depends on."""
		ours = [PLUGIN / "package.json", PLUGIN / "tsconfig.json", *_files(PLUGIN / "src")]
		return digest(*ours, *_files(HERE), Path(__file__)) + self.stamp[:4]

	def install(self) -> None:
		"""Build the plugin and make the project, unless it is done. RuntimeError with the output if that fails.

		The caller keeps others from doing so at the same time.
		"""
		self.stock.install()
		if (self._home / ".built").exists():
			return
		self._install_builder()
		self._sweep()
		self._build()
		self._make_app()
		(self._home / ".built").touch()

	def environment(self, database_url: str) -> dict[str, str]:
		return {**super().environment(database_url), "PLUGIN_OPTIONS": json.dumps(self.options)}

	def _install_builder(self) -> None:
		done, stamp = self._builder / ".installed", digest(*(HERE / name for name in PACKAGES))
		if done.exists() and done.read_text() == stamp:
			return
		self._builder.mkdir(parents=True, exist_ok=True)
		done.unlink(missing_ok=True)
		for name in PACKAGES:
			shutil.copy(HERE / name, self._builder)
		shutil.copytree(self.stock.source / "stub", self._builder / "stub", dirs_exist_ok=True)
		argv = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
		run(argv, self._builder, dict(os.environ))
		done.write_text(stamp)

	def _sweep(self) -> None:
		"""Remove what is left of a build that failed, and old ones: a recent one may be in use."""
		shutil.rmtree(self._home, ignore_errors=True)
		for other in self._home.parent.glob("built-*"):
			if time.time() - other.stat().st_mtime > KEPT:
				shutil.rmtree(other, ignore_errors=True)

	def _build(self) -> None:
		modules, others = self.built / "node_modules", self._builder / "node_modules"
		(modules / "@medusajs").mkdir(parents=True)
		for each in (self.stock.folder / "node_modules" / "@medusajs").iterdir():
			(modules / "@medusajs" / each.name).symlink_to(each)
		for name in ("@medusajs/admin-shared", "@types"):
			(modules / name).symlink_to(others / name)
		for name in ("package.json", "tsconfig.json"):
			shutil.copy(PLUGIN / name, self.built)
		shutil.copytree(PLUGIN / "src", self.built / "src")
		shutil.copy(HERE / "resolve.mjs", self._builder)
		hooks = (self._builder / "resolve.mjs").as_uri()
		env = {**super().environment("postgres://unused"), "NODE_OPTIONS": f"--import {hooks}"}
		run(self.command("plugin:build"), self.built, env)
		missing = [each for each in RESULTS if not (self.built / ".medusa" / "server" / each).exists()]
		if missing:  # Medusa's command says nothing of some failures.
			raise RuntimeError(f"medusa plugin:build made no {', '.join(missing)}")

	def _make_app(self) -> None:
		modules = self.folder / "node_modules"
		modules.mkdir(parents=True)
		(modules / "@medusajs").symlink_to(self.stock.folder / "node_modules" / "@medusajs")
		(modules / NAME).symlink_to(self.built)
		(self.folder / "stock-config.js").symlink_to(self.stock.folder / "medusa-config.js")
		shutil.copy(HERE / "medusa-config.js", self.folder)
		package = {
			"name": "medusa-with-plugin",
			"private": True,
			"dependencies": {"@medusajs/medusa": "*", NAME: "*"},
		}
		(self.folder / "package.json").write_text(json.dumps(package))

	def command(self, *arguments: str) -> list[str]:
		return self.stock.command(*arguments)


def _files(folder: Path) -> list[Path]:
	return sorted(each for each in folder.rglob("*") if each.is_file())
