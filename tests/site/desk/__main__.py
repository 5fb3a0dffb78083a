"""`python -m tests.site.desk` builds the Desk."""

from . import build

build()
