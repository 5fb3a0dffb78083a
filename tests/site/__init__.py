"""The project's embedded Frappe: a real engine, a real site, no bench.

    boot("sqlite"); prepare(); connect()

and `frappe` is what it is on a real bench. See engine.py (its folder), unfork.py (where the engine comes from), site.py,
client.py (requests and jobs in this process), __main__.py (the command line).
"""

from .client import Client, run_jobs
from .engine import boot
from .site import connect, prepare

__all__ = ["Client", "boot", "connect", "prepare", "run_jobs"]
