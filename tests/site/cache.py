"""Folders that are dear to make, kept by what they were made from."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

KEPT_SECONDS = 24 * 60 * 60  # after the last use


def keep(folder: Path, digest: str, make: Callable[[Path], None]) -> Path:
	"""The folder `folder`-`digest`; `make` fills it when it isn't there, while other processes wait for it.

	Others of the name stay for a day: another working copy may use them.
	"""
	wanted = folder.with_name(f"{folder.name}-{digest[:12]}")
	folder.parent.mkdir(parents=True, exist_ok=True)
	with FileLock(f"{folder}.lock"):
		if not wanted.exists():
			half = folder.with_name(f"{folder.name}.half")
			shutil.rmtree(half, ignore_errors=True)
			half.mkdir()
			make(half)
			half.rename(wanted)
		os.utime(wanted)
		for other in folder.parent.glob(f"{folder.name}-*"):
			if other.stat().st_mtime < time.time() - KEPT_SECONDS:
				shutil.rmtree(other)
	return wanted
