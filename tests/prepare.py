"""Make what the tests start from, before they start: `python -m tests.prepare site mariadb`, `… medusa v2 v1`.

Each is kept in .cache/, and made anew only after a change of what it is made from.
"""

import sys


def site(db: str) -> None:
	"""The snapshot of the embedded site."""
	from tests.site import boot, prepare

	boot(db)
	prepare()


def medusa(*versions: str) -> None:
	"""The packages and the seeded database of each version."""
	from tests.medusa.server import Medusa

	for version in versions:
		Medusa.start(version).stop()


if __name__ == "__main__":
	{"site": site, "medusa": medusa}[sys.argv[1]](*sys.argv[2:])
