"""Child processes that never outlive the tests."""

import atexit
import ctypes
import os
import secrets
import signal
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path

LONGEST_WAIT = 60  # seconds until a server is up, or down
PR_SET_PDEATHSIG = 1
# looked up before any fork: between fork and exec as little as possible should happen
_prctl = getattr(ctypes.CDLL(None), "prctl", None)


class Child:
	"""A program in a process group of its own that writes to a log file.

	It gets `death_signal` when the thread that started it ends, however that comes about (Linux only).
	So start one from a thread that lives as long as it is wanted, best the main one.
	"""

	def __init__(self, argv: list, log: Path, death_signal: int = signal.SIGKILL, **options):
		self.log = log
		self.death_signal = death_signal
		with log.open("ab") as out:
			self.popen = subprocess.Popen(
				argv,
				stdin=subprocess.DEVNULL,
				stdout=out,
				stderr=subprocess.STDOUT,
				start_new_session=True,
				preexec_fn=self._die_with_parent,
				**options,
			)

	def _die_with_parent(self) -> None:
		if _prctl:
			_prctl(PR_SET_PDEATHSIG, self.death_signal)

	@property
	def pid(self) -> int:
		return self.popen.pid

	def alive(self) -> bool:
		return self.popen.poll() is None

	def send(self, number: int) -> None:
		"""Send a signal to the whole process group, if it is still there."""
		if self.alive():
			os.killpg(self.pid, number)

	def stop(self, number: int = signal.SIGTERM, timeout: float = 10) -> None:
		"""Ask with a signal, wait up to `timeout` seconds, then kill the whole group."""
		self.send(signal.SIGCONT)
		self.send(number)
		try:
			self.popen.wait(timeout)
		except subprocess.TimeoutExpired:
			self.send(signal.SIGKILL)
			self.popen.wait()

	def tail(self, lines: int = 30) -> str:
		return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


class Server(Child):
	"""A server on a free port of 127.0.0.1, which takes connections once this returns, and ends with this process.

	:param command: its arguments, in which {port} stands for the port
	:param port: the port that the program takes; 0: a free one
	:raises RuntimeError: with the end of the log, when it takes none within a minute
	"""

	def __init__(self, command: list[str], log: Path, port: int = 0):
		self.port = port or free_port()
		argv = [part.replace("{port}", str(self.port)) for part in command]
		super().__init__(argv, log, death_signal=signal.SIGTERM)  # a clean shutdown
		atexit.register(self.stop)
		deadline = time.monotonic() + LONGEST_WAIT
		while not self._answers():
			if not self.alive() or time.monotonic() > deadline:
				self.stop()
				raise RuntimeError(f"{argv[0]} did not start:\n{self.tail()}")
			time.sleep(0.02)

	def stop(self, number: int = signal.SIGTERM, timeout: float = LONGEST_WAIT) -> None:
		"""Shut it down cleanly."""
		atexit.unregister(self.stop)
		super().stop(number, timeout)

	def _answers(self) -> bool:
		with socket.socket() as probe:
			return probe.connect_ex(("127.0.0.1", self.port)) == 0


def free_port() -> int:
	"""A TCP port on 127.0.0.1 that nobody listens on.

	It lies below those that the system hands out by itself, so it stays free until used, and between restarts.
	"""
	while True:
		port = secrets.choice(range(20_000, 32_000))
		with socket.socket() as probe, suppress(OSError):
			probe.bind(("127.0.0.1", port))
			return port
