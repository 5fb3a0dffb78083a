"""A seeded Medusa server for the tests, v2 or v1, with a database of its own.

The first start installs the packages, migrates, seeds, and keeps the stopped database as a template. Every later
one runs on a copy of the template, so any number of sessions go side by side and none sees another's data.
"""

import atexit
import os
import signal
import time
from pathlib import Path

import requests

from tests.medusa import postgres, wipe
from tests.medusa.calls import Calls
from tests.medusa.project import Project, digest
from tests.medusa.session import Session, exclusive, sweep
from tests.medusa.versions import VERSIONS
from tests.support.processes import Child, free_port

HERE = Path(__file__).parent
# Prices without taxes, as seeded.
SEEDED_TAXES = {"v2": "update price_preference set is_tax_inclusive = false;", "v1": ""}
CACHE = HERE.parents[1] / ".cache"
DATABASE = "medusa"
SEEDING = ("seed", "seed_v1", "versions", "wipe")


class Medusa(Calls):
	"""A running server; made by `Medusa.start()`, which serves as a context manager too.

	Attributes:
		url: where it listens, without a slash at the end; the same after `restart`.
		version: "v2" or "v1".
		email, password: the admin's login.
		shop: publishable_key, secret_key, sales_channel_id, region_id, currencies (list of codes, the default
			first), and on v2 stock_location_id, shipping_profile_id.
		log: the file that both servers write.
		postgres: its database server, for `execute(sql, DATABASE)`.
	"""

	@classmethod
	def start(cls, version: str = "v2", cache: Path = CACHE, project: Project | None = None) -> "Medusa":
		"""Start a server on a fresh copy of the seeded database; the first call sets everything up.

		It is stopped when this process ends, or the thread that called. Raises RuntimeError with the end of the
		log if it doesn't come up.

		Args:
			version: "v2" or "v1".
			cache: the folder for everything that is downloaded or built.
			project: another one than the version's stock server.
		"""
		project = project or Project(cache, VERSIONS[version])
		with exclusive(cache):
			project.install()
			template = postgres.home(cache) / f"{version}-template-{_stamp(project)}"
			sweep(cache, template)
			if not template.exists():
				_build(project, template)
			session, seeded = Session.copy(cache, template)
		return cls(project, session, **seeded)

	def __init__(self, project: Project, session: Session, shop: dict, wipe: str):
		self._wipe = wipe
		self._project = project
		self._session = session
		self.log = session.log
		self._owner = os.getpid()
		self._port = free_port()
		super().__init__(f"http://127.0.0.1:{self._port}", project.version.name, shop)
		self.postgres = postgres.Postgres(project.cache, session.data, session.log)
		atexit.register(self.stop)
		self._launch()

	def _launch(self) -> None:
		argv = self._project.command("start", "--host", "127.0.0.1", "--port", str(self._port))
		env = self._project.environment(self.postgres.url(DATABASE))
		self._node = Child(argv, self._session.log, cwd=self._project.folder, env=env)
		deadline = time.monotonic() + 120
		while not self._healthy():
			if not self._node.alive() or time.monotonic() > deadline:
				words = self._node.tail()
				self.stop()
				raise RuntimeError(f"Medusa did not start:\n{words}")
			time.sleep(0.05)

	def _healthy(self) -> bool:
		try:
			return self._http.get(f"{self.url}/health", timeout=5).ok
		except requests.RequestException:
			return False

	def stop(self) -> None:
		"""Stop both servers and remove their data. May be called again."""
		if os.getpid() != self._owner:  # a fork's exit isn't ours
			return
		atexit.unregister(self.stop)
		self.halt()
		self._session.remove()

	def halt(self) -> None:
		"""Stop both servers, keep the data."""
		self._node.stop()
		self.postgres.stop()

	def __enter__(self) -> "Medusa":
		return self

	def __exit__(self, *_) -> None:
		self.stop()

	def kill(self) -> None:
		"""Kill Medusa where it stands, as a crash would; `restart` brings it back."""
		self._node.stop(signal.SIGKILL)

	def restart(self) -> None:
		"""Stop Medusa if it runs and start it again: same data, same port."""
		self._node.stop()
		self._launch()

	def pause(self) -> None:
		"""Freeze Medusa: it accepts connections and doesn't answer, until `resume`."""
		self._node.send(signal.SIGSTOP)

	def resume(self) -> None:
		self._node.send(signal.SIGCONT)

	def wipe(self) -> None:
		"""Empty catalogue, prices, stock, customers, carts and orders; the seeds stay. Takes some 30 ms.

		Requests still under way may leave something behind.
		"""
		self.postgres.execute(self._wipe + SEEDED_TAXES[self.version], DATABASE)


def _stamp(project: Project) -> str:
	"""What the template depends on, as a short hash."""
	return digest(*(HERE / f"{name}.py" for name in SEEDING)) + project.stamp + postgres.VERSION


def _build(project: Project, template: Path) -> None:
	cache, version = project.cache, project.version
	session = Session(cache)
	postgres.create(cache, session.data)
	server = postgres.Postgres(cache, session.data, session.log)
	try:
		server.execute(f"create database {DATABASE}")
		env = project.environment(server.url(DATABASE))
		project.run(env, *version.migrate)
		project.run(env, "user", "-e", Calls.email, "-p", Calls.password)
	finally:
		server.stop()
	medusa = Medusa(project, session, shop={}, wipe="")
	try:
		shop = version.seed(medusa.admin)
		seeded = {"shop": shop, "wipe": wipe.script(medusa.postgres, DATABASE, version.mixed)}
	except BaseException:
		medusa.stop()
		raise
	medusa.halt()
	session.become(template, seeded)
