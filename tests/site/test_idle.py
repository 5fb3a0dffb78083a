"""The tests refuse a bench on which something else runs."""

import pytest
from filelock import FileLock
from frappe.utils import scheduler
from frappe.utils.background_jobs import get_queue, get_redis_conn
from rq import Worker
from rq.worker_registration import unregister

from tests.conftest import refuse_busy_bench
from tests.support.idle import what_runs


@pytest.fixture
def worker():
	"""A worker of this process, known to Redis as one that runs is."""
	worker = Worker([get_queue("default")], connection=get_redis_conn(), prepare_for_work=True)
	worker.register_birth()
	yield worker
	worker.register_death()
	unregister(worker)


def test_an_idle_bench_is_fine():
	assert what_runs() == ""
	refuse_busy_bench()


def test_a_worker_is_refused_in_one_line(worker):
	with pytest.raises(
		pytest.UsageError, match=r"^1 background worker\(s\) of this bench .* stop them first"
	) as raised:
		refuse_busy_bench()
	assert "\n" not in str(raised.value)


def test_a_worker_that_was_killed_is_none(worker):
	get_redis_conn().hset(worker.key, "pid", 2**22 + 1)  # more than Linux gives
	assert what_runs() == ""


def test_a_scheduler_is_refused_unless_it_leaves_the_site_alone(monkeypatch):
	with FileLock(scheduler._get_scheduler_lock_file()):
		monkeypatch.setattr(scheduler, "is_scheduler_inactive", lambda verbose=True: False)
		assert what_runs().startswith("the scheduler of this bench")
		monkeypatch.setattr(scheduler, "is_scheduler_inactive", lambda verbose=True: True)
		assert what_runs() == ""
