"""`python -m tests.bench.desk` builds the Desk."""

from . import build

build()
