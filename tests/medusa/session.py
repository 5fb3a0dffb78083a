"""Folders with the database of one server each: the template, and a copy of it for every running session.

A session holds a lock on a file in its folder as long as its process lives; whoever starts next removes the
folders that nobody holds. Logs are kept until then, in `.cache/medusa/logs`.
"""

import fcntl
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.medusa import postgres


class Session:
	"""A folder of its own, made empty; call only inside `exclusive`.

	Attributes:
		data: PostgreSQL's data folder.
		log: where both servers write.
	"""

	def __init__(self, cache: Path):
		self.folder = Path(tempfile.mkdtemp(prefix="session-", dir=postgres.home(cache)))
		self.folder.chmod(0o755)
		self.data = self.folder / "data"
		self.log = _logs(cache) / f"{self.folder.name}.log"
		self._lock = (self.folder / "lock").open("w")
		fcntl.flock(self._lock, fcntl.LOCK_EX)

	@classmethod
	def copy(cls, cache: Path, template: Path) -> tuple["Session", dict]:
		"""A session on a copy of a template's data, and what the template knows of them."""
		session = cls(cache)
		postgres.copy(template / "data", session.data)
		return session, json.loads((template / "seeded.json").read_text())

	def become(self, template: Path, seeded: dict) -> None:
		"""Turn into the template of later sessions, with what they should know of its data."""
		(self.folder / "seeded.json").write_text(json.dumps(seeded, indent="\t"))
		self._lock.close()
		self.folder.rename(template)

	def remove(self) -> None:
		shutil.rmtree(self.folder, ignore_errors=True)
		self._lock.close()


@contextmanager
def exclusive(cache: Path) -> Iterator[None]:
	"""One process at a time sets up, copies and sweeps."""
	folder = cache / "medusa"
	folder.mkdir(parents=True, exist_ok=True)
	with (folder / "lock").open("w") as lock:
		fcntl.flock(lock, fcntl.LOCK_EX)
		yield


def sweep(cache: Path, template: Path) -> None:
	"""Remove what dead sessions, and older templates of the same Medusa, left behind."""
	home = postgres.home(cache)
	for folder in home.glob("session-*"):
		if not _held(folder / "lock"):
			shutil.rmtree(folder, ignore_errors=True)
	for folder in home.glob(f"{template.name.split('-')[0]}-template-*"):
		if folder != template:
			shutil.rmtree(folder, ignore_errors=True)
	for log in _logs(cache).iterdir():
		if not (home / log.stem).exists():
			log.unlink()


def _held(lock: Path) -> bool:
	try:
		with lock.open() as file:
			fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
	except BlockingIOError:
		return True
	except FileNotFoundError:
		pass
	return False


def _logs(cache: Path) -> Path:
	folder = cache / "medusa" / "logs"
	folder.mkdir(parents=True, exist_ok=True)
	return folder
