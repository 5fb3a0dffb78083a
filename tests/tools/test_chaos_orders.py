"""The short form of `make chaos ARGS="--orders"`."""

import pytest

from tools.chaos.orders import run


@pytest.mark.slow
@pytest.mark.chaos
@pytest.mark.mariadb
@pytest.mark.timeout(900)
@pytest.mark.v2("the operator's calls are v2's")
def test_orders_amid_chaos(medusa):
	outcome = run(medusa, number=12, seed=1, restarts=False)
	assert outcome.made["placed"] == 12
	assert outcome.kills.total() and outcome.faults.total()  # else it shows nothing
	assert [str(finding) for finding in outcome.findings] == []
