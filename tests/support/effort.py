"""How many generated cases a test tries: a few in `make test-lanes`, all in `make test-all`, where WHOLE is set."""

import os

WHOLE = "MEDUSA_TESTS_WHOLE"


def cases(whole: int, few: int) -> int:
	return whole if os.environ.get(WHOLE) else few
