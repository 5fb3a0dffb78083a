"""The commands that the lanes of `make test` run."""

from tools.lanes import WIRE, _lanes


def test_a_lane_runs_its_own_folders():
	[whole] = _lanes("test", "mariadb", ("-k", "prices"))
	assert "tests" in whole.arguments and whole.arguments[-2:] == ("-k", "prices")


def test_a_file_is_run_instead_of_the_folders_of_the_lane():
	[whole] = _lanes("test", "mariadb", ("tests/tools/test_lanes.py::test_a_lane_runs_its_own_folders", "-x"))
	assert "tests" not in whole.arguments
	assert "tests/tools/test_lanes.py::test_a_lane_runs_its_own_folders" in whole.arguments
	assert whole.arguments[whole.arguments.index("--db") + 1] == "mariadb"
	v1 = _lanes("others", "sqlite", ("tests/prices",))[0]
	assert not set(WIRE) - {"tests/prices"} & set(v1.arguments)
