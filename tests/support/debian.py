"""Programs that the tests need and Debian has."""

import os
import shutil
import subprocess


def find(program: str) -> str | None:
	"""The path of a program, if there is one."""
	return shutil.which(program) or shutil.which(program, path="/usr/sbin")


def ensure(program: str, *packages: str) -> str:
	"""Find a program or install it; returns an empty string, or the reason why there is none."""
	if find(program):
		return ""
	if os.geteuid() != 0 or not shutil.which("apt-get"):
		return f"no {program} on the PATH, and it can't be installed (not root, or not Debian)"
	environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
	for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *packages]):
		done = subprocess.run(["apt-get", *command], env=environment, capture_output=True, text=True)
		if done.returncode:
			last = (done.stderr.strip().splitlines() or [""])[-1]
			return f"no {program}, and apt-get {command[0]} failed: {last}"
	return "" if find(program) else f"no {program} in what apt-get installed"
