"""The short form of `make chaos`: two users, two drains, faults of all kinds, and the shop agrees with ERPNext."""

import pytest

from tools.chaos.run import run


@pytest.mark.slow
@pytest.mark.chaos
@pytest.mark.mariadb
def test_chaos_loses_and_doubles_nothing(medusa):
	outcome = run(medusa, number=60, seed=1, restarts=False)
	assert outcome.made.total() == 60
	assert outcome.kills.total() and outcome.faults.total()  # else it shows nothing
	assert [str(finding) for finding in outcome.findings] == []
