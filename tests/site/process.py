"""Servers as child processes that never outlive the process that started them."""

from __future__ import annotations

import atexit
import ctypes
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

START_SECONDS = STOP_SECONDS = 60


class Server:
	"""A server on a free port of 127.0.0.1, running once this returns.

	command: its arguments, in which {port} stands for the port. log: file for what it prints, appended to.
	Raises RuntimeError with the end of the log when it takes no connections within 60 s.
	"""

	def __init__(self, command: list[str], log: Path):
		self.port = _free_port()
		command = [part.replace("{port}", str(self.port)) for part in command]
		with log.open("ab") as out:
			self._process = subprocess.Popen(
				command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, preexec_fn=_die_with_parent
			)
		atexit.register(self.stop)
		deadline = time.monotonic() + START_SECONDS
		while not self._answers():
			if self._process.poll() is not None or time.monotonic() > deadline:
				self.stop()
				raise RuntimeError(f"{command[0]} did not start:\n{log.read_text(errors='replace')[-2000:]}")
			time.sleep(0.02)

	def stop(self) -> None:
		"""Shut it down cleanly."""
		atexit.unregister(self.stop)
		self._process.terminate()
		try:
			self._process.wait(STOP_SECONDS)
		except subprocess.TimeoutExpired:
			self._process.kill()
			self._process.wait()

	def _answers(self) -> bool:
		with socket.socket() as probe:
			return probe.connect_ex(("127.0.0.1", self.port)) == 0


def _free_port() -> int:
	with socket.socket() as probe:
		probe.bind(("127.0.0.1", 0))
		return probe.getsockname()[1]


def _die_with_parent() -> None:
	"""In the child: a clean shutdown when the parent is gone, however it went; Ctrl-C is the parent's business."""
	ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
	os.setsid()
